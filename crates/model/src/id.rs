//! Ids: a prefix that says what it names, and a time-ordered UUID (version 7).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// The text is not an id of this kind, so that nothing has it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {noun} {text}")]
pub struct NotAnId {
    pub text: String,
    /// What has such ids, in people's words.
    pub noun: &'static str,
}

impl NotAnId {
    /// What a text that says so is about: readers of documents and paths give texts, and no types.
    pub fn noun_in(text: &str) -> Option<&'static str> {
        let rest = text.strip_prefix("there is no ")?;
        NOUNS.iter().copied().find(|it| rest.strip_prefix(it).is_some_and(|it| it.starts_with(' ')))
    }
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
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;
            pub const NOUN: &'static str = $noun;
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
                    noun: $noun,
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
    )*

        const NOUNS: &[&str] = &[$($noun),*];
    };
}

ids! {
    WorkspaceId = "ws", "workspace";
    UserId = "usr", "user";
    /// A sign-in that lasts.
    SessionId = "ses", "session";
    InvitationId = "inv", "invitation";
    /// An account elsewhere that a person signs in with.
    IdentityId = "idn", "linked account";
    /// A key of a device that a person signs in with.
    PasskeyId = "pk", "passkey";
    WorkflowId = "wf", "workflow";
    VersionId = "ver", "version";
    ExecutionId = "exe", "execution";
    CredentialId = "cred", "credential";
    VariableId = "var", "variable";
    ApiKeyId = "key", "API key";
    /// An account that is no person's.
    ServiceAccountId = "svc", "service account";
    WaitId = "wait", "wait";
    WebhookId = "hook", "webhook";
    /// Of a gateway.
    RouteId = "route", "route";
    ScheduleId = "sch", "schedule";
    BlobId = "blob", "file";
    RequestId = "req", "request";
    /// One process that runs executions; kept in its data folder across restarts.
    WorkerId = "wrk", "worker";
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
        let none = "wf_zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<WorkflowId>().unwrap_err();
        assert_eq!(none.to_string(), "there is no workflow wf_zzzzzzzzzzzzzzzzzzzzzzzzzz");
    }
}
