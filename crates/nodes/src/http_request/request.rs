//! A request as the parameters say it, before it is signed.

use std::{sync::Arc, time::Duration};

use model::{Map, Secret, Value};
use sdk::{
    Ctx, NodeError,
    ctx::{EffectKey, text_of},
    http::{Call, Options, REDIRECTS_MAX},
};
use smol_str::SmolStr;

use super::{
    body::Body,
    query::{self, Lists},
};

/// Longest time-out that can be asked for, in milliseconds: a day.
const TIMEOUT_MS_MAX: f64 = 86_400_000.0;

#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: SmolStr,
    pub(super) url: SmolStr,
    pub(super) query: Map,
    pub(super) headers: Map,
    pub(super) body: Body,
    lists: Lists,
    options: Options,
}

impl Request {
    pub(super) async fn read(ctx: &Ctx<'_>, item: usize) -> Result<Request, NodeError> {
        let method = ctx.text("method", item)?.trim().to_ascii_uppercase();
        let by_json = |name: &str| Ok::<_, NodeError>(ctx.text(name, item)?.contains("json"));
        let query = if by_json("queryBy")? {
            json_object(ctx, "queryJson", item)?
        } else {
            pairs(&ctx.value("query", item)?, true)
        };
        let headers = if by_json("headersBy")? {
            json_object(ctx, "headersJson", item)?
        } else {
            pairs(&ctx.value("headers", item)?, false)
        };
        Ok(Request {
            method: if method.is_empty() { "GET".into() } else { method.into() },
            url: ctx.text("url", item)?,
            query,
            headers,
            body: Body::read(ctx, item).await?,
            lists: Lists::named(&ctx.text("queryArrays", item)?),
            options: options(ctx, item)?,
        })
    }

    /// The call without what a credential adds.
    pub(super) fn call(&self, effect: &EffectKey) -> Result<Call, NodeError> {
        let mut call = Call::new(&self.method, &self.url)?;
        call.options = self.options.clone();
        query::append(&mut call.url, &self.query, self.lists);
        call.header("accept", "application/json, text/*;q=0.9, */*;q=0.8");
        if let Some((content_type, bytes)) = self.body.bytes(&effect.idempotency) {
            call.header("content-type", content_type);
            call.body = bytes;
        }
        let repeats_are_harmless = matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        if !repeats_are_harmless {
            call.header("idempotency-key", effect.idempotency.clone());
        }
        for (name, value) in &self.headers {
            if !value.is_null() {
                call.header(name, text_of(value));
            }
        }
        Ok(call)
    }

    /// What expressions see as `$request`. It is not signed, so no secret is in it.
    pub(super) fn value(&self) -> Value {
        let mut res = Map::from_iter([
            ("method", Value::from(self.method.clone())),
            ("url", self.url.clone().into()),
            ("uri", self.url.clone().into()),
            ("headers", self.headers.clone().into()),
            ("qs", self.query.clone().into()),
        ]);
        if let Some(body) = self.body.value() {
            res.insert("body", body);
        }
        res.into()
    }
}

fn options(ctx: &Ctx<'_>, item: usize) -> Result<Options, NodeError> {
    let or = |name: &str, default: f64| match ctx.value(name, item)? {
        Value::Null => Ok(default),
        Value::String(it) if it.trim().is_empty() => Ok(default),
        _ => ctx.number(name, item),
    };
    let timeout_ms = match or("timeoutMs", 300_000.0)? {
        none if none < 1.0 => TIMEOUT_MS_MAX,
        some => some.min(TIMEOUT_MS_MAX),
    };
    let proxy = ctx.text("proxy", item)?;
    let proxy = match proxy.trim() {
        "" => None,
        // As people write it: `host:port`.
        bare if !bare.contains("://") => Some(Secret::new(format!("http://{bare}"))),
        whole => Some(Secret::new(whole)),
    };
    Ok(Options {
        redirects_max: or("redirectsMax", 21.0)?.clamp(0.0, f64::from(REDIRECTS_MAX)) as u32,
        timeout: Duration::from_millis(timeout_ms as u64),
        proxy,
        insecure: ctx.bool("ignoreCertificates", item)?,
        title_case: ctx.bool("titleCase", item)?,
        certificate: None,
        web_socket: false,
    })
}

/// Rows of `{name, value}` as an object; one whose value is undefined is left out. A name that comes again becomes a
/// list, or replaces.
pub(super) fn pairs(rows: &Value, lists: bool) -> Map {
    let mut res = Map::new();
    for row in rows.as_array().unwrap_or_default() {
        let name = row.get("name").map(text_of).unwrap_or_default();
        let Some(value) = row.get("value").cloned() else { continue };
        if name.is_empty() {
            continue;
        }
        match res.get_mut(&name).filter(|_| lists) {
            Some(Value::Array(all)) => Arc::make_mut(all).push(value),
            Some(one) => *one = vec![one.clone(), value].into(),
            None => drop(res.insert(name, value)),
        }
    }
    res
}

/// A parameter that must be a JSON object, as text or as a value; an empty one is `{}`.
pub(super) fn json_object(ctx: &Ctx<'_>, name: &str, item: usize) -> Result<Map, NodeError> {
    match json(ctx, name, item)? {
        None => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(Arc::unwrap_or_clone(fields)),
        // Some write rows where an object belongs.
        Some(rows @ Value::Array(_)) => Ok(pairs(&rows, true)),
        Some(other) => Err(NodeError::never(format!(
            "`{name}` of node `{}` must be a JSON object, not {}",
            ctx.node.name,
            other.kind()
        ))
        .at(item)),
    }
}

/// A parameter that is JSON, as text or as a value; `None` when it is empty.
pub(super) fn json(ctx: &Ctx<'_>, name: &str, item: usize) -> Result<Option<Value>, NodeError> {
    match ctx.eval(&ctx.param(name), item)? {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => Value::from_json(&text).map(Some).map_err(|fault| {
            let message = format!("`{name}` of node `{}` is not JSON: {fault}", ctx.node.name);
            NodeError::never(message).at(item)
        }),
        Some(value) => Ok(Some(value)),
    }
}
