//! A body as pieces of a streaming answer: lines of JSON that chat widgets read.

use bytes::Bytes;
use model::{Map, Value};
use sdk::Ctx;

pub(super) fn lines(ctx: &Ctx<'_>, body: &Value) -> Bytes {
    let metadata: Value = Map::from_iter([
        ("nodeId", Value::from(ctx.node.id.clone())),
        ("nodeName", ctx.node.name.clone().into()),
        ("itemIndex", 0.into()),
        ("runIndex", ctx.run.into()),
        ("timestamp", (ctx.host.now().as_millisecond() as f64).into()),
    ])
    .into();
    let content = sdk::ctx::text_of(body);
    let pieces = [("begin", None), ("item", Some(content)), ("end", None)];
    let mut res = String::new();
    for (kind, content) in pieces {
        let mut line = Map::from_iter([("type", Value::from(kind))]);
        if let Some(content) = content {
            line.insert("content", content);
        }
        line.insert("metadata", metadata.clone());
        res.push_str(&Value::from(line).to_json());
        res.push('\n');
    }
    res.into()
}
