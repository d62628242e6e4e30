//! Answers the caller of the webhook that started the execution.

use async_trait::async_trait;
use model::{
    Item, Items, Map, Value,
    form::{Field, FieldKind, Form},
};
use sdk::{
    Category, Ctx, NodeError, NodeType, Outcome, Port, Run,
    node::{CredentialUse, Ports},
    trigger::{Response, ResponseBody},
};
use smol_str::SmolStr;

use crate::{jwt, trigger_webhook::TEXT_TYPE};

mod stream;

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Answers the caller of the webhook".into(),
        docs: DOCS.into(),
        icon: "webhook".into(),
        form: form(),
        credentials: vec![CredentialUse::new("jwtAuth").when("respondWith", ["jwt"])],
        ..NodeType::new("webhook.respond", "Respond to webhook", Category::Core, Respond)
    }
}

const DOCS: &str = "\
Answers the request that started the execution, when its webhook is set to answer *By a respond
node* (or *As a stream*). Only the first answer counts. The execution goes on afterwards: the items
that came in leave by the first output.

Parameters are evaluated for the first item. `Body` takes JSON, as text or as an expression that
gives an object: `={{ {ok: true, id: $json.id} }}`.

With *Output for the answer* there is a second output with one item,
`{\"response\": {\"body\": …, \"headers\": {}, \"statusCode\": 200}}`.";

fn form() -> Form {
    Form::new([
        Field::choice(
            "respondWith",
            "Respond with",
            &[
                ("firstItem", "The first item"),
                ("allItems", "All items"),
                ("json", "JSON"),
                ("text", "Text"),
                ("file", "A file"),
                ("jwt", "A JSON web token"),
                ("redirect", "A redirect"),
                ("nothing", "Nothing"),
            ],
        )
        .help("What the body of the answer is made of."),
        Field::json("body", "Body")
            .when("respondWith", &["json"])
            .help("The JSON that is sent: text that reads as JSON, or an expression that gives a value."),
        Field::long_text("text", "Text")
            .when("respondWith", &["text"])
            .help("The text that is sent; it counts as HTML unless a `Content-Type` header says otherwise."),
        Field::text("fileProperty", "File")
            .when("respondWith", &["file"])
            .help("The name of the first item's binary data that is sent; empty is its first."),
        Field::json("claims", "Claims")
            .when("respondWith", &["jwt"])
            .help("The claims of the token, a JSON object. It is signed with the *JWT* credential and sent as `{\"token\": …}`."),
        Field::text("location", "Address")
            .when("respondWith", &["redirect"])
            .placeholder("https://example.com/thanks")
            .help("Where the caller is sent."),
        Field::text("property", "Property")
            .when("respondWith", &["firstItem", "allItems"])
            .placeholder("data.items")
            .help("Puts the answer under this property of an object; empty sends it as it is."),
        Field::integer("statusCode", "Status", 100.0, 599.0)
            .help("The HTTP status of the answer. Empty: 200, or 307 for a redirect."),
        Field::new("headers", "Headers", FieldKind::Pairs).help("Headers of the answer."),
        Field::bool("stream", "As a piece of a stream")
            .help("When the webhook answers as a stream, sends the body as a piece of it, as lines of JSON. Counts only then."),
        Field::bool("answerOutput", "Output for the answer")
            .fixed()
            .help("Adds a second output that gives the answer as it was sent."),
    ])
}

struct Respond;

#[async_trait]
impl Run for Respond {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        match respond(ctx).await {
            Ok(answer) => {
                let mut ports = vec![ctx.input(0)];
                if wants_answer(&ctx.node.parameters) {
                    ports.push(Items::one(answer));
                }
                Ok(Outcome::Done(ports))
            }
            Err(error) if ctx.goes_on() && !error.is_interrupted() => {
                Ok(Outcome::one(Items::one(ctx.failed_item(&error, 0))))
            }
            Err(error) => Err(error),
        }
    }

    fn ports(&self, parameters: &Value) -> Option<Ports> {
        let mut outputs = vec![Port::main("out")];
        if wants_answer(parameters) {
            outputs.push(Port::main("answer"));
        }
        Some(Ports { inputs: vec![Port::main("in")], outputs })
    }
}

fn wants_answer(parameters: &Value) -> bool {
    parameters.get("answerOutput").is_some_and(Value::truthy)
}

/// Sends the answer and gives it as an item.
async fn respond(ctx: &Ctx<'_>) -> Result<Item, NodeError> {
    let kind = ctx.text("respondWith", 0)?;
    let mut headers = headers(ctx)?;
    let body = body(ctx, &kind, &mut headers).await?;
    let status = status(ctx, &kind)?;
    let written = written(&body)?;
    let mut item =
        Item::new(Map::from_iter([("response", answer_json(status, &headers, &written))]));
    if let ResponseBody::File(file) = &body {
        item.binary = Some(std::sync::Arc::new([("data".into(), file.clone())].into()));
    }
    if kind == "text" && !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".into(), TEXT_TYPE.into()));
    }
    let streamed = ctx.bool("stream", 0)? && ctx.host.streams();
    let body = match body {
        ResponseBody::File(_) | ResponseBody::Empty => body,
        _ if streamed => ResponseBody::Chunk(stream::lines(ctx, &written)),
        whole => whole,
    };
    ctx.host.respond(Response { status, headers, body })?;
    Ok(item)
}

fn headers(ctx: &Ctx<'_>) -> Result<Vec<(SmolStr, String)>, NodeError> {
    let rows = ctx.value("headers", 0)?;
    let mut res: Vec<(SmolStr, String)> = vec![];
    for row in rows.as_array().unwrap_or_default() {
        let text = |key: &str| row.get(key).map(sdk::ctx::text_of).unwrap_or_default();
        let name = SmolStr::from(text("name").trim().to_ascii_lowercase());
        if !name.is_empty() {
            res.retain(|(it, _)| *it != name);
            res.push((name, text("value").to_string()));
        }
    }
    Ok(res)
}

fn status(ctx: &Ctx<'_>, kind: &str) -> Result<u16, NodeError> {
    if ctx.value("statusCode", 0)?.is_null() {
        return Ok(if kind == "redirect" { 307 } else { 200 });
    }
    let status = ctx.number("statusCode", 0)?;
    if (100.0..600.0).contains(&status) {
        return Ok(status as u16);
    }
    Err(NodeError::never(format!("`{status}` is no HTTP status; it must lie in 100 to 599")))
}

async fn body(
    ctx: &Ctx<'_>,
    kind: &str,
    headers: &mut Vec<(SmolStr, String)>,
) -> Result<ResponseBody, NodeError> {
    let input = ctx.input(0);
    Ok(match kind {
        "allItems" => match ctx.text("property", 0)?.as_str() {
            "" => ResponseBody::Items(input),
            path => {
                let items = input.to_vec()?;
                ResponseBody::Json(under(path, Value::array(items.iter().map(Item::value))))
            }
        },
        "json" => ResponseBody::Json(json(ctx, "body")?),
        "text" => ResponseBody::Text(ctx.text("text", 0)?.into()),
        "file" => file(ctx, &input)?,
        "jwt" => {
            let credential = ctx.host.credential("jwtAuth").await?;
            let token = jwt::sign(&json(ctx, "claims")?, &credential, ctx.host.now())?;
            ResponseBody::Json(Map::from_iter([("token", Value::from(token))]).into())
        }
        "redirect" => {
            let location = ctx.text("location", 0)?.trim().to_owned();
            if location.is_empty() || location.chars().any(char::is_control) {
                return Err(NodeError::never("a redirect needs an address to lead to"));
            }
            headers.retain(|(name, _)| name != "location");
            headers.push(("location".into(), location));
            ResponseBody::Empty
        }
        "nothing" => ResponseBody::Empty,
        _ => {
            let first = input.get(0)?.map(|it| it.value()).unwrap_or_default();
            match ctx.text("property", 0)?.as_str() {
                "" => ResponseBody::Json(first),
                path => ResponseBody::Json(under(path, first)),
            }
        }
    })
}

/// A parameter that is JSON, as text or as a value.
fn json(ctx: &Ctx<'_>, name: &str) -> Result<Value, NodeError> {
    match ctx.eval(&ctx.param(name), 0)? {
        Some(Value::String(text)) => Value::from_json(&text).map_err(|fault| {
            NodeError::never(format!("`{name}` of node `{}` is not JSON: {fault}", ctx.node.name))
        }),
        Some(value) => Ok(value),
        None => Err(NodeError::never(format!("`{name}` of node `{}` has no value", ctx.node.name))),
    }
}

fn file(ctx: &Ctx<'_>, input: &Items) -> Result<ResponseBody, NodeError> {
    let first = input.get(0)?.and_then(|it| it.binary).unwrap_or_default();
    let name = ctx.text("fileProperty", 0)?;
    let file = if name.is_empty() { first.values().next() } else { first.get(&name) };
    match file {
        Some(file) => Ok(ResponseBody::File(file.clone())),
        None if name.is_empty() => {
            Err(NodeError::never("the first item has no binary data to send"))
        }
        None => {
            Err(NodeError::never(format!("the first item has no binary data `{name}` to send")))
        }
    }
}

/// The value at a path such as `data.items` of an otherwise empty object.
fn under(path: &str, value: Value) -> Value {
    let steps = model::value::parse_path(path);
    steps.into_iter().rev().fold(value, |value, step| Map::from_iter([(step, value)]).into())
}

/// The body as the second output shows it.
fn written(body: &ResponseBody) -> Result<Value, NodeError> {
    Ok(match body {
        ResponseBody::Json(value) => value.clone(),
        ResponseBody::Text(text) => text.as_str().into(),
        ResponseBody::Items(items) => {
            let values: Result<Vec<Value>, String> =
                items.iter().map(|it| Ok(it?.value())).collect();
            values?.into()
        }
        ResponseBody::Empty
        | ResponseBody::File(_)
        | ResponseBody::Bytes { .. }
        | ResponseBody::Chunk(_) => Value::Null,
    })
}

fn answer_json(status: u16, headers: &[(SmolStr, String)], body: &Value) -> Value {
    let headers = headers.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
    let mut res = Map::new();
    if !body.is_null() {
        res.insert("body", body.clone());
    }
    res.insert("headers", Value::object(headers));
    res.insert("statusCode", u32::from(status));
    res.into()
}
