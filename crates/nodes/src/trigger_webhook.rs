//! Starts an execution for each HTTP request to an address.

use async_trait::async_trait;
use model::{
    Item, Items, Value,
    form::{Choice, Field, FieldKind, Form},
};
use sdk::{
    Category, Ctx, NodeError, NodeType, Outcome, Port, Run,
    node::{CredentialUse, Ports},
    trigger::{AnswerWhen, Listen, ReceiveCtx, Received, Refusal, Request, Response},
};
use smol_str::SmolStr;

mod answer;
mod auth;
mod caller;
mod item;
mod signature;
#[cfg(test)]
mod tests;
mod xml;

pub(crate) use answer::{TEXT_TYPE, last_node};

/// Methods in the order in which they are shown.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Starts the workflow when an HTTP request comes".into(),
        docs: DOCS.into(),
        trigger: true,
        icon: "webhook".into(),
        inputs: vec![],
        form: form(),
        credentials: callers().into(),
        ..NodeType::new("trigger.webhook", "Webhook", Category::Core, Webhook)
    }
}

const DOCS: &str = "\
Listens at `/webhook/{path}` once the workflow is published, and at `/webhook-test/{path}` while the
editor waits for a test call. A segment such as `:id` is a parameter.

Gives one item:

```json
{
  \"headers\": {\"content-type\": \"application/json\"},
  \"params\": {\"id\": \"7\"},
  \"query\": {\"page\": \"2\"},
  \"body\": {\"name\": \"Ada\"},
  \"webhookUrl\": \"https://example.com/webhook/orders/7\",
  \"executionMode\": \"production\"
}
```

JSON, XML and form bodies are read into `body`; files of a form, and bodies of any other type, become
binary data. With several methods there is one output for each.

The caller is answered **at once** (the execution is durable by then), **when the last node has
finished**, **by a respond node**, or **as a stream**.

Signed requests (GitHub, Stripe, Slack, Standard Webhooks, or a scheme of your own) are checked with
the secret of an *HMAC secret* credential: signature, and age where the scheme carries a time.";

fn form() -> Form {
    Form::new(fields())
}

/// By what callers are checked, also by a node that waits for a call.
pub(crate) fn callers() -> [CredentialUse; 4] {
    let by = [
        ("httpBasicAuth", "basicAuth"),
        ("httpHeaderAuth", "headerAuth"),
        ("jwtAuth", "jwtAuth"),
        ("hmacAuth", "signature"),
    ];
    by.map(|(kind, way)| CredentialUse::new(kind).when("authentication", [way]))
}

/// Also the fields of a node that waits for a call.
pub(crate) fn fields() -> Vec<Field> {
    request_fields().into_iter().chain(answer_fields()).chain(option_fields()).collect()
}

fn request_fields() -> Vec<Field> {
    let methods = METHODS
        .iter()
        .map(|it| Choice { value: (*it).into(), title: (*it).into(), help: String::new() })
        .collect();
    vec![
        Field::new("methods", "Methods", FieldKind::Choices { options: methods })
            .default(vec![Value::from("GET")])
            .fixed()
            .help("The HTTP methods to listen to. With several, each has its own output, in this order."),
        Field::text("path", "Path")
            .fixed()
            .placeholder("orders/:id")
            .help("The address after `/webhook/`. A segment such as `:id` takes any value and gives it in `params`. Empty: the node's own id."),
        Field::choice(
            "authentication",
            "Authentication",
            &[
                ("none", "None"),
                ("basicAuth", "User and password"),
                ("headerAuth", "Header"),
                ("jwtAuth", "JSON web token"),
                ("signature", "Signature"),
            ],
        )
        .fixed()
        .help("How a caller proves who it is. All but *None* need a credential; without one every call is refused."),
        Field::group("signature", "Signature", signature::form())
            .fixed()
            .when("authentication", &["signature"])
            .help("How the caller signs its requests. The secret is in the credential."),
    ]
}

fn answer_fields() -> Vec<Field> {
    vec![
        Field::choice(
            "respond",
            "Answer",
            &[
                ("atOnce", "At once"),
                ("lastNode", "When the last node has finished"),
                ("node", "By a respond node"),
                ("stream", "As a stream"),
            ],
        )
        .fixed()
        .help(
            "When the caller is answered. *At once* answers as soon as the execution is durable.",
        ),
        Field::choice(
            "answerWith",
            "Answer with",
            &[
                ("firstItem", "The first item"),
                ("allItems", "All items"),
                ("file", "A file of the first item"),
                ("nothing", "Nothing"),
            ],
        )
        .fixed()
        .when("respond", &["lastNode"])
        .help("What of the last node's output the caller gets."),
        Field::text("property", "Property")
            .fixed()
            .when("respond", &["lastNode"])
            .when("answerWith", &["firstItem"])
            .placeholder("data.result")
            .help("Answer only with this property of the first item; empty is the whole item."),
        Field::text("fileProperty", "File")
            .fixed()
            .default("data")
            .when("respond", &["lastNode"])
            .when("answerWith", &["file"])
            .help("The name of the item's binary data that is sent."),
        Field::long_text("text", "Body")
            .fixed()
            .when("respond", &["atOnce"])
            .help("The body of the answer. Empty: `{\"message\": \"Workflow was started\"}`."),
        Field::bool("noBody", "No body")
            .fixed()
            .when("respond", &["atOnce"])
            .help("Answer with a status only."),
        Field::integer("statusCode", "Status", 100.0, 599.0)
            .fixed()
            .default(200)
            .when("respond", &["atOnce", "lastNode"])
            .help("The HTTP status of the answer, such as 200 or 202."),
        Field::new("headers", "Headers", FieldKind::Pairs)
            .fixed()
            .when("respond", &["atOnce", "lastNode"])
            .help("Headers of the answer."),
        Field::text("contentType", "Content type")
            .fixed()
            .when("respond", &["lastNode"])
            .placeholder("text/html; charset=utf-8")
            .help("The type of the answer; empty is JSON, or the file's own."),
    ]
}

fn option_fields() -> Vec<Field> {
    vec![
        Field::bool("rawBody", "Keep the raw body")
            .fixed()
            .help("Also gives the body's bytes as binary data `data`, to check a signature or to read an unusual format."),
        Field::text("binaryProperty", "Name for files")
            .fixed()
            .help("The name under which bodies that are no text are kept (`data` when empty). Files of a form get it with a number; when empty, they keep the names of their fields."),
        Field::long_text("allowedAddresses", "Allowed addresses")
            .fixed()
            .placeholder("203.0.113.0/24, 2001:db8::1")
            .help("Addresses and networks that may call, separated by commas. Empty: everybody."),
        Field::bool("ignoreBots", "Ignore bots")
            .fixed()
            .help("Refuses crawlers and the link previews of messengers, so that they do not start the workflow."),
        Field::text("allowedOrigins", "Allowed origins")
            .fixed()
            .default("*")
            .placeholder("https://example.com")
            .help("Web pages of which origins may call from a browser, separated by commas; `*` is all."),
    ]
}

struct Webhook;

#[async_trait]
impl Run for Webhook {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        // With several methods there is one list for each.
        let given = ctx.input.iter().any(|it| !it.is_empty());
        let empty = || vec![Items::one(Item::default())];
        Ok(Outcome::Done(if given { ctx.input.to_vec() } else { empty() }))
    }

    fn ports(&self, parameters: &Value) -> Option<Ports> {
        let methods = methods(parameters);
        let outputs = match methods.as_slice() {
            [] | [_] => vec![Port::main("out")],
            several => several.iter().map(|it| Port::main(it)).collect(),
        };
        Some(Ports { inputs: vec![], outputs })
    }

    fn listens(&self, node_id: &str, parameters: &Value) -> Result<Vec<Listen>, String> {
        let methods = methods(parameters);
        if methods.is_empty() {
            return Err("choose at least one method to listen to".into());
        }
        if let Some(odd) = methods.iter().find(|it| !METHODS.contains(&it.as_str())) {
            return Err(format!("`{odd}` is no method that can be listened to"));
        }
        let path = path(text(parameters, "path").as_str(), node_id)?;
        caller::check_list(&text(parameters, "allowedAddresses"))?;
        Ok(vec![Listen::Webhook { methods, path }])
    }

    fn receive(&self, request: &Request, ctx: &ReceiveCtx<'_>) -> Result<Received, Refusal> {
        let (item, answer) = received(request, ctx)?;
        let methods = methods(ctx.parameters);
        let port = methods.iter().position(|it| *it == request.method).unwrap_or(0);
        let mut ports = vec![Items::default(); methods.len().max(1)];
        ports[port] = Items::one(item);
        Ok(Received { items: ports, answer })
    }

    fn answer(&self, parameters: &Value, last: &[Items]) -> Response {
        last_node(parameters, last)
    }

    fn allows_origin(&self, parameters: &Value, origin: &str) -> bool {
        let listed = text(parameters, "allowedOrigins");
        let mut listed = listed.split(',').map(str::trim).filter(|it| !it.is_empty()).peekable();
        listed.peek().is_none() || listed.any(|it| it == "*" || it.eq_ignore_ascii_case(origin))
    }

    fn proof_header(&self, ctx: &ReceiveCtx<'_>) -> Option<SmolStr> {
        auth::secret_header(ctx)
    }
}

/// Checks a request: gives its item, and when its caller is answered.
pub(crate) fn received(
    request: &Request,
    ctx: &ReceiveCtx<'_>,
) -> Result<(Item, AnswerWhen), Refusal> {
    let parameters = ctx.parameters;
    caller::check(request, parameters)?;
    let claims = auth::check(request, ctx)?;
    let secret = auth::secret_header(ctx);
    let item = item::of(request, parameters, claims, secret.as_deref())?;
    let answer = match text(parameters, "respond").as_str() {
        "lastNode" => AnswerWhen::LastNode,
        "node" => AnswerWhen::Node,
        "stream" => AnswerWhen::Stream,
        _ => AnswerWhen::AtOnce(answer::at_once(parameters)),
    };
    Ok((item, answer))
}

fn methods(parameters: &Value) -> Vec<SmolStr> {
    let written = parameters.get("methods").and_then(Value::as_array).unwrap_or_default();
    let mut res: Vec<SmolStr> = vec![];
    for method in written {
        let method = SmolStr::from(method.to_text().trim().to_ascii_uppercase());
        if !res.contains(&method) {
            res.push(method);
        }
    }
    res
}

/// The path as it is listened to: no slash at its ends, every segment said.
fn path(written: &str, node_id: &str) -> Result<SmolStr, String> {
    let path = written.trim().trim_matches('/');
    if path.is_empty() {
        return Ok(node_id.into());
    }
    if path.starts_with('=') || path.contains("{{") {
        return Err(
            "the path cannot be an expression: it must be known before a request comes".into()
        );
    }
    if path.contains(['?', '#', '*']) || path.chars().any(char::is_whitespace) {
        return Err(format!("the path `{path}` holds a space or one of `?`, `#` and `*`"));
    }
    let mut names: Vec<&str> = vec![];
    for segment in path.split('/') {
        if segment.is_empty() || segment == "." || segment == ".." {
            return Err(format!("the path `{path}` has an empty segment"));
        }
        let Some(name) = segment.strip_prefix(':') else { continue };
        if name.is_empty() || names.contains(&name) {
            return Err(format!("the path `{path}` needs a different name behind each `:`"));
        }
        names.push(name);
    }
    Ok(path.into())
}

/// A parameter as text; empty when it is absent.
fn text(parameters: &Value, name: &str) -> SmolStr {
    parameters.get(name).filter(|it| !it.is_null()).map(Value::to_text).unwrap_or_default()
}

fn is(parameters: &Value, name: &str) -> bool {
    parameters.get(name).is_some_and(Value::truthy)
}
