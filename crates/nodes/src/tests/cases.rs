//! Runs one case and tells how its end differs from what the case says.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use model::{
    Binary, Item, ItemRef, Items, Map, Paired, Value,
    execution::Answer,
    item::Blob,
    workflow::{Node, OnError},
};
use sdk::{Ctx, NodeType, Outcome, Param, ctx::WaitFor, trigger::ResponseBody};
use smol_str::SmolStr;

use super::host::TestHost;

/// How a run of a node ended.
pub(crate) struct Ran {
    /// `output`, `wait` or `error`, and what it was.
    pub(crate) key: &'static str,
    pub(crate) actual: Value,
    state: Value,
}

pub(crate) async fn difference(node_type: &NodeType, case: &Value) -> Option<String> {
    let mut host = TestHost::new(case);
    let Ran { key, actual, state } = run(node_type, case, &mut host).await;
    let expected = match case.get("output") {
        Some(ports) => written_ports(&lists(Some(ports))),
        None => case.get(key).cloned().unwrap_or_default(),
    };
    let kept = case.get("newState").is_none_or(|it| *it == state);
    let answered = written_response(&host);
    let fits = case.get("response").is_none_or(|it| *it == answered);
    if case.get(key).is_some() && expected == actual && kept && fits {
        return None;
    }
    Some(format!(
        "  expected {expected:?}\n  got {key} {actual:?}, state {state:?}, response {answered:?}"
    ))
}

/// Runs the node of a case once. A host that ran it before remembers its effects.
pub(crate) async fn run(node_type: &NodeType, case: &Value, host: &mut TestHost) -> Ran {
    let parameters = node_type.form.fill(case.get("parameters").unwrap_or(&Value::Null));
    let input: Vec<Items> = lists(case.get("input"));
    let params = Param::compile(&parameters, &mut |text| host.number(text));
    let node = Node {
        id: "node".into(),
        name: "Node".into(),
        node_type: node_type.name.clone(),
        version: node_type.version,
        parameters: parameters.clone(),
        on_error: match case.get("onError").and_then(Value::as_str) {
            Some("continue") => OnError::Continue,
            Some("errorOutput") => OnError::ErrorOutput,
            _ => OnError::Stop,
        },
        ..Node::default()
    };
    let mut ctx = Ctx {
        host,
        node: &node,
        input: &input,
        params: &params,
        run: case.get("run").and_then(Value::as_f64).unwrap_or(0.0) as u32,
        state: case.get("state").cloned().unwrap_or_default(),
        resumed: match case.get("resumed") {
            Some(Value::Array(several)) => several.iter().map(answer).collect(),
            one => one.map(answer).into_iter().collect(),
        },
        tries: 0,
    };
    let (key, actual) = match node_type.run.run(&mut ctx).await {
        Ok(Outcome::Done(ports)) => ("output", written_ports(&ports)),
        Ok(Outcome::Wait(wait)) => ("wait", written_wait(&wait)),
        Err(error) => ("error", error.message.into()),
    };
    Ran { key, actual, state: ctx.state }
}

pub(super) fn lists(value: Option<&Value>) -> Vec<Items> {
    let ports = value.and_then(Value::as_array).unwrap_or_default();
    ports
        .iter()
        .map(|port| port.as_array().unwrap_or_default().iter().map(item).collect())
        .collect()
}

fn item(value: &Value) -> Item {
    let Some(Value::Object(json)) = value.get("json") else {
        return Item::from_value(value.clone());
    };
    Item {
        json: json.clone(),
        binary: value.get("binary").and_then(Value::as_object).map(|files| {
            let files: BTreeMap<SmolStr, Binary> =
                files.iter().map(|(name, it)| (name.clone(), binary(it))).collect();
            files.into()
        }),
        paired: paired(value.get("pairedItem")),
        error: value.get("error").map(|it| it.to_text().as_str().into()),
    }
}

fn binary(value: &Value) -> Binary {
    let text = |key: &str| value.get(key).map(Value::to_text);
    let bytes = BASE64_STANDARD.decode(text("data").unwrap_or_default()).unwrap();
    Binary {
        data: Blob::Inline(bytes.into()),
        mime_type: text("mimeType").unwrap_or_default(),
        file_name: text("fileName"),
        file_extension: text("fileExtension"),
        directory: text("directory"),
    }
}

fn paired(value: Option<&Value>) -> Paired {
    match value {
        None => Paired::Unknown,
        Some(Value::Number(item)) => Paired::One(ItemRef::new(0, *item as usize)),
        Some(Value::Array(all)) => Paired::Many(all.iter().map(one_ref).collect()),
        Some(one @ Value::Object(_)) => match one.get("run").and_then(Value::as_f64) {
            Some(run) => Paired::Earlier { run: run as u32, of: one_ref(one) },
            None => Paired::One(one_ref(one)),
        },
        Some(_) => Paired::Nothing,
    }
}

fn one_ref(value: &Value) -> ItemRef {
    let at = |key: &str| value.get(key).and_then(Value::as_f64).unwrap_or(0.0) as usize;
    match value {
        Value::Number(item) => ItemRef::new(0, *item as usize),
        _ => ItemRef::new(at("input"), at("item")),
    }
}

fn answer(value: &Value) -> Answer {
    match value {
        Value::String(_) => Answer::Timeout,
        other => match (other.get("items"), other.get("failed"), other.get("came")) {
            (Some(items), _, _) => Answer::Items(lists(Some(items))),
            (_, Some(failed), _) => Answer::Failed(failed.to_text().to_string()),
            (_, _, came) => Answer::Came(came.cloned().unwrap_or_default()),
        },
    }
}

/// One list per port, empty ports at the end left out: a missing one is an empty one.
fn written_ports(ports: &[Items]) -> Value {
    let mut ports: Vec<Value> = ports.iter().map(written_items).collect();
    while ports.last().is_some_and(|it| it.as_array().is_some_and(<[Value]>::is_empty)) {
        ports.pop();
    }
    ports.into()
}

fn written_items(items: &Items) -> Value {
    items.iter().map(|it| written_item(&it.unwrap())).collect::<Vec<Value>>().into()
}

fn written_item(item: &Item) -> Value {
    let mut res = Map::from_iter([("json", item.value())]);
    let of = |it: &ItemRef| {
        Value::object([("item", Value::from(it.item)), ("input", u32::from(it.input).into())])
    };
    match &item.paired {
        Paired::Unknown => {}
        Paired::Nothing => drop(res.insert("pairedItem", "nothing")),
        Paired::One(it) => drop(res.insert("pairedItem", of(it))),
        Paired::Many(all) => drop(res.insert("pairedItem", Value::array(all.iter().map(of)))),
        Paired::Earlier { run, of: it } => {
            let mut it = of(it).as_object().cloned().unwrap_or_default();
            it.insert("run", *run);
            res.insert("pairedItem", Value::from(it));
        }
    }
    if let Some(files) = &item.binary {
        let files = files.iter().map(|(name, file)| (name.clone(), written_binary(file)));
        res.insert("binary", Value::object(files));
    }
    if let Some(error) = &item.error {
        res.insert("error", &**error);
    }
    res.into()
}

fn written_binary(file: &Binary) -> Value {
    let data = match &file.data {
        Blob::Inline(bytes) => BASE64_STANDARD.encode(bytes),
        Blob::Stored { id, .. } => id.to_string(),
    };
    let mut res =
        Map::from_iter([("data", data.into()), ("mimeType", file.mime_type.clone().into())]);
    for (key, value) in [
        ("fileName", &file.file_name),
        ("fileExtension", &file.file_extension),
        ("directory", &file.directory),
    ] {
        if let Some(value) = value {
            res.insert(key, value.clone());
        }
    }
    res.into()
}

/// The answer to the webhook's caller: `{"status", "headers", "body"}`, null when there is none.
fn written_response(host: &TestHost) -> Value {
    let responses = host.responses.lock().unwrap();
    let Some(response) = responses.first() else { return Value::Null };
    let body = match &response.body {
        ResponseBody::Empty => Value::Null,
        ResponseBody::Json(value) => value.clone(),
        ResponseBody::Text(text) => text.as_str().into(),
        ResponseBody::Bytes { bytes, .. } => BASE64_STANDARD.encode(bytes).into(),
        ResponseBody::Items(items) => Value::array(items.iter().map(|it| it.unwrap().value())),
        ResponseBody::File(file) => written_binary(file),
        ResponseBody::Chunk(bytes) => String::from_utf8_lossy(bytes).into_owned().into(),
    };
    let headers = response.headers.iter().map(|(name, it)| (name.clone(), it.as_str().into()));
    Map::from_iter([
        ("status", Value::from(u32::from(response.status))),
        ("headers", Value::object(headers)),
        ("body", body),
    ])
    .into()
}

fn written_wait(wait: &WaitFor) -> Value {
    let mut res = Map::from_iter([("kind", Value::from(wait.kind.as_str()))]);
    if let Some(until) = wait.until {
        res.insert("until", until.to_string());
    }
    if !wait.details.is_null() {
        res.insert("details", wait.details.clone());
    }
    if !wait.calls.is_empty() {
        let calls = wait.calls.iter().map(|call| {
            Value::object([
                ("workflow", Value::from(format!("{:?}", call.workflow))),
                ("items", written_items(&call.items)),
            ])
        });
        res.insert("calls", Value::array(calls));
    }
    res.into()
}
