//! A document that stands for all of a draft.

use model::{Value, workflow::Workflow};
use serde::{Deserialize, Deserializer, de::Error};

/// A document with its nodes. Where all fields have defaults, a body that means something else would
/// be read as an empty workflow, and take the place of one that is not.
pub(super) struct Whole(pub(super) Workflow);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Whole, D::Error> {
        let body = Value::deserialize(from)?;
        if body.get("nodes").is_none() {
            let why = "`nodes` is missing: the body is the whole document, as `draft` in what reading gives";
            return Err(D::Error::custom(why));
        }
        serde_json::from_str(&body.to_json()).map(Whole).map_err(D::Error::custom)
    }
}
