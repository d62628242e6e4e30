//! What a waiting caller hears, as one process hands it to another.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use model::{
    Item, Items, Value,
    codec::{self, Pages},
    execution::Status,
    journal::StepError,
};
use sdk::trigger::{Response, ResponseBody};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{callers::Reply, run::End};

#[derive(Serialize, Deserialize)]
pub(super) enum Carried {
    Response { status: u16, headers: Vec<(SmolStr, String)>, body: Body },
    Ended { status: Status, error: Option<StepError>, last: Vec<Packed> },
    Lost { why: String },
}

#[derive(Serialize, Deserialize)]
pub(super) enum Body {
    Empty,
    Json(Value),
    Text(String),
    Bytes {
        bytes: Packed,
        content_type: SmolStr,
    },
    Items(Packed),
    /// As a file of an item without data.
    File(Packed),
    Chunk(Packed),
}

/// Bytes in base64.
#[derive(Serialize, Deserialize)]
pub(super) struct Packed(String);

impl Packed {
    fn of(bytes: impl AsRef<[u8]>) -> Packed {
        Packed(BASE64_STANDARD.encode(bytes))
    }

    fn items(items: &Items) -> Result<Packed, String> {
        codec::encode_items(items).map(Packed::of)
    }

    fn bytes(&self) -> Result<Bytes, String> {
        BASE64_STANDARD.decode(&self.0).map(Bytes::from).map_err(|it| it.to_string())
    }

    fn read_items(&self, pages: &dyn Pages) -> Result<Items, String> {
        codec::decode_items(&self.bytes()?, pages).map_err(|it| it.to_string())
    }
}

impl Carried {
    pub(super) fn of(reply: &Reply) -> Carried {
        Carried::written(reply).unwrap_or_else(|why| Carried::Lost { why })
    }

    fn written(reply: &Reply) -> Result<Carried, String> {
        Ok(match reply {
            Reply::Response(Response { status, headers, body }) => Carried::Response {
                status: *status,
                headers: headers.clone(),
                body: Body::written(body)?,
            },
            Reply::Ended(End { status, error, last }) => {
                let last = last.iter().map(Packed::items).collect::<Result<_, String>>()?;
                Carried::Ended { status: *status, error: error.clone(), last }
            }
            Reply::Lost(why) => Carried::Lost { why: why.clone() },
        })
    }

    /// # Errors
    /// A sentence, when it cannot be read.
    pub(super) fn reply(self, pages: &dyn Pages) -> Result<Reply, String> {
        Ok(match self {
            Carried::Response { status, headers, body } => {
                Reply::Response(Response { status, headers, body: body.read(pages)? })
            }
            Carried::Ended { status, error, last } => {
                let last = last.iter().map(|it| it.read_items(pages));
                Reply::Ended(End { status, error, last: last.collect::<Result<_, String>>()? })
            }
            Carried::Lost { why } => Reply::Lost(why),
        })
    }
}

impl Body {
    fn written(body: &ResponseBody) -> Result<Body, String> {
        Ok(match body {
            ResponseBody::Empty => Body::Empty,
            ResponseBody::Json(it) => Body::Json(it.clone()),
            ResponseBody::Text(it) => Body::Text(it.clone()),
            ResponseBody::Bytes { bytes, content_type } => {
                Body::Bytes { bytes: Packed::of(bytes), content_type: content_type.clone() }
            }
            ResponseBody::Items(it) => Body::Items(Packed::items(it)?),
            ResponseBody::File(it) => {
                let files = BTreeMap::from([(SmolStr::default(), it.clone())]);
                let item = Item { binary: Some(Arc::new(files)), ..Item::default() };
                Body::File(Packed::items(&Items::one(item))?)
            }
            ResponseBody::Chunk(it) => Body::Chunk(Packed::of(it)),
        })
    }

    fn read(self, pages: &dyn Pages) -> Result<ResponseBody, String> {
        Ok(match self {
            Body::Empty => ResponseBody::Empty,
            Body::Json(it) => ResponseBody::Json(it),
            Body::Text(it) => ResponseBody::Text(it),
            Body::Bytes { bytes, content_type } => {
                ResponseBody::Bytes { bytes: bytes.bytes()?, content_type }
            }
            Body::Items(it) => ResponseBody::Items(it.read_items(pages)?),
            Body::File(it) => {
                let item = it.read_items(pages)?.get(0)?.unwrap_or_default();
                let file = item.binary.as_ref().and_then(|it| it.values().next());
                ResponseBody::File(file.ok_or("a file is missing")?.clone())
            }
            Body::Chunk(it) => ResponseBody::Chunk(it.bytes()?),
        })
    }
}
