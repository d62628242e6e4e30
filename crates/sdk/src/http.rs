//! The only way for a plug-in to open a connection: limits, address rules, one client per policy.

use std::time::Duration;

use ipnet::IpNet;

/// What outgoing requests may do. Set by the operator.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Private, loopback and link-local addresses are refused unless this is set.
    pub allow_private: bool,
    /// Networks that are allowed all the same.
    pub allow: Vec<IpNet>,
    /// Longest body that is read, in bytes.
    pub body_bytes_max: u64,
    pub connect_timeout: Duration,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            allow_private: false,
            allow: vec![],
            body_bytes_max: 256 << 20,
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// Sends requests under a policy. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    policy: std::sync::Arc<Policy>,
}

impl Client {
    pub fn new(policy: Policy) -> Client {
        Client { policy: std::sync::Arc::new(policy) }
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}
