//! The form and the manual of the request node.

use model::form::{Field, FieldKind, Form};
use sdk::node::CredentialUse;

/// Credentials of no particular service.
pub(super) const CREDENTIALS: &[&str] = &[
    "httpHeaderAuth",
    "httpBearerAuth",
    "httpBasicAuth",
    "httpQueryAuth",
    "httpDigestAuth",
    "httpCustomAuth",
    "httpSslAuth",
];

/// How the form says that it is used.
pub(super) fn credential(kind: &str) -> CredentialUse {
    let it = CredentialUse::new(kind);
    if kind == "httpSslAuth" {
        return it.when_on("certificate");
    }
    it.when("authentication", ["credential"]).when("credentialType", [kind])
}

pub(super) const DOCS: &str = "\
Sends one request per item, many at once, and gives what came back.

**Response.** JSON becomes items: a list gives one item per entry. Text goes to the property `data`,
a file to the binary data `data`. *Full response* gives `{body, headers, statusCode, statusMessage}`.
A status other than 2xx fails, unless *Never fail* is on.

**Safety.** Each request is written to the journal before it is sent and its answer after: an
execution that is interrupted at the 58th of 100 requests goes on with the 58th. Requests that change
something carry an `Idempotency-Key` that is the same whenever one is repeated. What happens to the
one request of which nobody knows whether it arrived is an option of the node.

**Pages.** *Pagination* asks again until there is no more. Its expressions know `$response` (`body`,
`headers`, `statusCode`), `$request` and `$pageCount` (pages so far), such as
`={{ $pageCount + 1 }}` or `={{ $response.body.next }}`.

**Retries** are an option of every node; a pause that the service asks for with `Retry-After` is
kept. Addresses inside the own network are refused unless the operator allows them.";

pub(super) fn form() -> Form {
    let all = [address(), query_and_headers(), body(), response(), pagination(), options()];
    Form::new(all.into_iter().flatten())
}

fn address() -> Vec<Field> {
    vec![
        Field::choice(
            "method",
            "Method",
            &[
                ("GET", "GET"),
                ("POST", "POST"),
                ("PUT", "PUT"),
                ("PATCH", "PATCH"),
                ("DELETE", "DELETE"),
                ("HEAD", "HEAD"),
                ("OPTIONS", "OPTIONS"),
            ],
        )
        .help("The HTTP method of the request."),
        Field::text("url", "Address")
            .required()
            .placeholder("https://example.com/api/orders")
            .help("Where the request goes; it starts with `http://` or `https://`."),
        Field::choice(
            "authentication",
            "Authentication",
            &[("none", "None"), ("credential", "A credential")],
        )
        .help("Whether a credential signs the request."),
        Field::new("credentialType", "Type of credential", FieldKind::CredentialType)
            .fixed()
            .when("authentication", &["credential"])
            .help("A type that signs HTTP requests: a header, a token, or a service's own."),
        Field::bool("certificate", "Client certificate")
            .fixed()
            .help("Also presents the certificate of an *SSL certificate* credential."),
    ]
}

fn query_and_headers() -> Vec<Field> {
    let by = |name: &str, title: &str| {
        Field::choice(name, title, &[("fields", "Fields"), ("json", "JSON")]).fixed()
    };
    vec![
        by("queryBy", "Query by").help("How the query parameters are written."),
        Field::new("query", "Query", FieldKind::Pairs).when("queryBy", &["fields"]).help(
            "Parameters that are added to the address. A name that comes again becomes a list.",
        ),
        Field::json("queryJson", "Query as JSON")
            .when("queryBy", &["json"])
            .help("A JSON object whose fields are added to the address."),
        Field::choice(
            "queryArrays",
            "Lists in the query",
            &[("brackets", "a[]=1&a[]=2"), ("indices", "a[0]=1&a[1]=2"), ("repeat", "a=1&a=2")],
        )
        .help("How a parameter with several values is spelled."),
        by("headersBy", "Headers by").help("How the headers are written."),
        Field::new("headers", "Headers", FieldKind::Pairs)
            .when("headersBy", &["fields"])
            .help("Headers of the request. They go before those that the node writes by itself."),
        Field::json("headersJson", "Headers as JSON")
            .when("headersBy", &["json"])
            .help("A JSON object whose fields are the headers."),
    ]
}

fn body() -> Vec<Field> {
    let part = Form::new([
        Field::text("name", "Name").help("The name of the form's field."),
        Field::choice("kind", "Kind", &[("text", "Text"), ("file", "A file")])
            .help("Whether the field is text or a file of the item."),
        Field::text("value", "Value").when("kind", &["text"]).help("The field's text."),
        Field::text("fileProperty", "File")
            .default("data")
            .when("kind", &["file"])
            .help("The name of the item's binary data."),
    ]);
    vec![
        Field::choice(
            "bodyType",
            "Body",
            &[
                ("none", "None"),
                ("json", "JSON"),
                ("form", "Form (urlencoded)"),
                ("multipart", "Form with files (multipart)"),
                ("raw", "Text"),
                ("file", "A file"),
            ],
        )
        .fixed()
        .help("What the request carries."),
        Field::choice("bodyBy", "Body by", &[("fields", "Fields"), ("text", "Text")])
            .fixed()
            .when("bodyType", &["json", "form"])
            .help("Whether the body is made of fields or written as a whole."),
        Field::new("bodyFields", "Fields", FieldKind::Pairs)
            .when("bodyType", &["json", "form"])
            .when("bodyBy", &["fields"])
            .help("The fields of the body. In JSON, an expression's value keeps its type."),
        Field::json("bodyJson", "JSON")
            .when("bodyType", &["json"])
            .when("bodyBy", &["text"])
            .help("The body: text that reads as JSON, or an expression that gives a value."),
        Field::long_text("bodyText", "Text")
            .when("bodyType", &["raw", "form"])
            .help("The body as it is sent; of a form, when it is written as text."),
        Field::text("contentType", "Content type")
            .when("bodyType", &["raw"])
            .placeholder("text/xml")
            .help("The type of the text; empty is `text/plain`."),
        Field::list("parts", "Parts", part)
            .when("bodyType", &["multipart"])
            .help("The fields and files of the form."),
        Field::text("fileProperty", "File")
            .default("data")
            .when("bodyType", &["file"])
            .help("The name of the item's binary data that is sent."),
    ]
}

fn response() -> Vec<Field> {
    vec![
        Field::choice(
            "response",
            "Response",
            &[("auto", "By its type"), ("json", "JSON"), ("text", "Text"), ("file", "A file")],
        )
        .fixed()
        .help("How the answer is read. *By its type* goes by its `Content-Type`."),
        Field::text("responseProperty", "Property")
            .default("data")
            .when("response", &["auto", "text", "file"])
            .help("The property or binary data that text and files go to."),
        Field::choice(
            "lists",
            "Lists",
            &[("split", "One item per entry"), ("whole", "One item, entries by number")],
        )
        .fixed()
        .when("response", &["auto", "json"])
        .help("What a JSON list becomes."),
        Field::bool("fullResponse", "Full response")
            .help("Gives status and headers too, not only the body."),
        Field::bool("neverError", "Never fail")
            .help("Takes every status as an answer, also 4xx and 5xx."),
    ]
}

fn pagination() -> Vec<Field> {
    let parameter = Form::new([
        Field::choice("in", "In", &[("query", "Query"), ("body", "Body"), ("headers", "Headers")])
            .help("Which part of the request carries it."),
        Field::text("name", "Name").help("The name of the parameter."),
        Field::text("value", "Value")
            .placeholder("={{ $pageCount + 1 }}")
            .help("Evaluated before each page."),
    ]);
    let paged = |field: Field| field.when("pagination", &["parameter", "nextUrl"]);
    vec![
        Field::choice(
            "pagination",
            "Pagination",
            &[
                ("off", "Off"),
                ("parameter", "A parameter changes with each page"),
                ("nextUrl", "The response holds the next address"),
            ],
        )
        .fixed()
        .help("How the next page is asked for."),
        Field::list("pageParameters", "Page parameters", parameter)
            .when("pagination", &["parameter"])
            .help("What changes with each page, such as `page` or `cursor`."),
        Field::text("nextUrl", "Next address")
            .when("pagination", &["nextUrl"])
            .placeholder("={{ $response.body.next }}")
            .help("The address of the next page; when it is empty there is none."),
        paged(Field::choice(
            "completeWhen",
            "Complete when",
            &[
                ("empty", "The response is empty"),
                ("status", "A status comes"),
                ("expression", "An expression is true"),
            ],
        ))
        .fixed()
        .help("What says that there is no further page."),
        paged(Field::text("statusCodes", "Statuses"))
            .when("completeWhen", &["status"])
            .placeholder("404, 204")
            .help("HTTP statuses that end it, separated by commas. They do not fail."),
        paged(Field::text("completeExpression", "Expression"))
            .when("completeWhen", &["expression"])
            .placeholder("={{ !$response.body.next }}")
            .help("True when the page that just came was the last one."),
        paged(Field::integer("pagesMax", "Most pages", 0.0, 10_000.0))
            .help("Stops after so many pages; 0 is no limit of your own."),
        paged(Field::integer("pageIntervalMs", "Pause between pages", 0.0, 3_600_000.0))
            .help("In milliseconds."),
    ]
}

fn options() -> Vec<Field> {
    vec![
        Field::integer("batchSize", "Items at once", 0.0, 10_000.0)
            .help("How many items are sent at the same time; 0 sends up to 100."),
        Field::integer("batchIntervalMs", "Pause between batches", 0.0, 86_400_000.0)
            .help("The least time from one batch to the next, in milliseconds. Counts when *Items at once* is set."),
        Field::integer("timeoutMs", "Time-out", 0.0, 86_400_000.0)
            .default(300_000)
            .help("How long a request may take altogether, in milliseconds."),
        Field::integer("redirectsMax", "Redirects", 0.0, 100.0)
            .default(21)
            .help("How many redirects are followed; 0 takes the redirect as the answer."),
        Field::text("proxy", "Proxy")
            .placeholder("http://user:password@host:8080")
            .help("Sends the request through an HTTP or SOCKS proxy."),
        Field::bool("ignoreCertificates", "Ignore certificates")
            .help("Accepts certificates that do not verify. Only for servers of your own."),
        Field::bool("titleCase", "Capital header names")
            .help("Writes header names as `Content-Type`, for servers that tell case apart."),
    ]
}
