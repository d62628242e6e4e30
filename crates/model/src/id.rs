//! Ids: a prefix that says what it names, and a time-ordered UUID (version 7).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// The text is not an id of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {kind} id, which looks like `{prefix}_…`")]
pub struct NotAnId {
    pub text: String,
    pub kind: &'static str,
    pub prefix: &'static str,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LEN: usize = 26;

fn encode(uuid: Uuid) -> String {
    let mut rest = uuid.as_u128();
    let mut text = [0_u8; TEXT_LEN];
    for byte in text.iter_mut().rev() {
        *byte = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    String::from_utf8(text.to_vec()).expect("the alphabet is ASCII")
}

fn decode(text: &str) -> Option<Uuid> {
    if text.len() != TEXT_LEN || text.as_bytes()[0] > b'7' {
        return None;
    }
    text.bytes()
        .try_fold(0_u128, |acc, byte| {
            let digit = ALPHABET.iter().position(|it| *it == byte.to_ascii_lowercase())?;
            Some(acc << 5 | digit as u128)
        })
        .map(Uuid::from_u128)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, encode(self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<$name, NotAnId> {
                text.strip_prefix(concat!($prefix, "_")).and_then(decode).map($name).ok_or_else(|| NotAnId {
                    text: text.chars().take(64).collect(),
                    kind: stringify!($name),
                    prefix: $prefix,
                })
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

ids! {
    WorkspaceId = "ws";
    UserId = "usr";
    /// A sign-in that lasts.
    SessionId = "ses";
    InvitationId = "inv";
    /// An account elsewhere that a person signs in with.
    IdentityId = "idn";
    /// A key of a device that a person signs in with.
    PasskeyId = "pk";
    WorkflowId = "wf";
    VersionId = "ver";
    ExecutionId = "exe";
    CredentialId = "cred";
    VariableId = "var";
    ApiKeyId = "key";
    /// An account that is no person's.
    ServiceAccountId = "svc";
    WaitId = "wait";
    WebhookId = "hook";
    /// Of a gateway.
    RouteId = "route";
    ScheduleId = "sch";
    BlobId = "blob";
    RequestId = "req";
    /// One process that runs executions; kept in its data folder across restarts.
    WorkerId = "wrk";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back_is_the_same_id() {
        let id = WorkflowId(Uuid::from_u128(0x0197_a1b2_c3d4_7e5f_8a9b_0c1d_2e3f_4a5b));
        let text = id.to_string();
        assert_eq!(text.len(), 3 + TEXT_LEN);
        assert_eq!(text.parse::<WorkflowId>(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = WorkflowId(Uuid::nil()).to_string();
        assert!(id.parse::<ExecutionId>().is_err());
        assert!("wf_zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<WorkflowId>().is_err());
    }
}
