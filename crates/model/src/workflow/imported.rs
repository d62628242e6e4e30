//! How the file that a node came from spells its parameters.

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use super::Node;
use crate::Value;

/// Kept where expressions of the file look at parameters: they name them as that file does.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Imported {
    /// The parameters as they stand there, expressions included, and what that file leaves out because it is the
    /// default.
    pub parameters: Value,
    /// Of the node's own parameters that were made of them; see [`fingerprint`].
    pub fingerprint: SmolStr,
}

impl Node {
    /// The parameters as expressions see them, unevaluated: those of the file that the node came from, until its own are
    /// changed here.
    pub fn named_parameters(&self) -> &Value {
        match &self.imported {
            Some(it) if it.fingerprint == fingerprint(&self.parameters) => &it.parameters,
            Some(_) | None => &self.parameters,
        }
    }
}

/// Tells whether parameters are the same, in whatever order their fields stand: FNV-1a of 64 bits, in hexadecimal. No
/// proof against somebody who wants two to be alike.
pub fn fingerprint(parameters: &Value) -> SmolStr {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    mix(&mut hash, parameters);
    format_smolstr!("{hash:016x}")
}

fn mix(hash: &mut u64, value: &Value) {
    match value {
        Value::Array(entries) => {
            bytes(hash, b"[");
            entries.iter().for_each(|it| mix(hash, it));
            bytes(hash, b"]");
        }
        Value::Object(fields) => {
            bytes(hash, b"{");
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            for (key, value) in fields {
                mix(hash, &Value::String(key.clone()));
                mix(hash, value);
            }
            bytes(hash, b"}");
        }
        plain => {
            bytes(hash, plain.to_json().as_bytes());
            bytes(hash, b",");
        }
    }
}

fn bytes(hash: &mut u64, bytes: &[u8]) {
    for byte in bytes {
        *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn a_fingerprint_knows_each_change_but_that_of_order() {
        let one = fingerprint(&json!({"a": 1, "b": ["x", {"c": null}]}));
        assert_eq!(one, fingerprint(&json!({"b": ["x", {"c": null}], "a": 1})));
        for other in [
            json!({"a": 1, "b": ["x", {"c": ""}]}),
            json!({"a": 1, "b": [{"c": null}, "x"]}),
            json!({"a": 1, "b": ["x"], "c": null}),
            json!({"a": "1", "b": ["x", {"c": null}]}),
            json!({"a": 1, "b": ["x", {"c": null}], "d": false}),
            json!({}),
        ] {
            assert_ne!(one, fingerprint(&other), "{other:?}");
        }
    }

    #[test]
    fn the_files_names_hold_until_the_node_is_changed() {
        let parameters = json!({"code": "return 1"});
        let imported = Imported {
            parameters: json!({"jsCode": "return 1"}),
            fingerprint: fingerprint(&parameters),
        };
        let mut node = Node { parameters, imported: Some(imported), ..Node::default() };
        assert_eq!(node.named_parameters(), &json!({"jsCode": "return 1"}));
        node.parameters = json!({"code": "return 2"});
        assert_eq!(node.named_parameters(), &json!({"code": "return 2"}));
    }
}
