//! The page of a form that an execution waits for.

use std::fmt::Write as _;

use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use model::Value;

/// Scripts and other places are of no use to a form.
const PLAIN: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
);

const STYLE: &str = "\
:root{color-scheme:light dark}*{box-sizing:border-box}\
body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}\
label,legend{display:block;font-weight:600;margin:1rem 0 .25rem}fieldset{border:0;padding:0;margin:0}\
fieldset label{font-weight:400;margin:.25rem 0}\
input:not([type=checkbox]),select,textarea{font:inherit;width:100%;padding:.5rem;border:1px solid #8888;border-radius:6px;background:transparent;color:inherit}\
button{font:inherit;margin-top:1.5rem;padding:.6rem 1.2rem;border:0;border-radius:6px;background:#0b7a75;color:#fff;cursor:pointer}";

/// The page for what a wait's details ask for: title, description, fields, button.
pub(super) fn page(details: &Value) -> Response {
    let text = |name: &str| details.get(name).filter(|it| !it.is_null()).map(Value::to_text);
    let title = text("title").unwrap_or_else(|| "Form".into());
    let mut body = format!("<h1>{}</h1>", escaped(&title));
    if let Some(description) = text("description").filter(|it| !it.is_empty()) {
        for line in description.split('\n') {
            let _ = write!(body, "<p>{}</p>", escaped(line));
        }
    }
    body.push_str("<form method=\"post\" enctype=\"multipart/form-data\">");
    // Text in a field of JSON is a list as well.
    let fields = match details.get("fields") {
        Some(Value::String(text)) => Value::from_json(text).unwrap_or_default(),
        other => other.cloned().unwrap_or_default(),
    };
    for (n, field) in fields.as_array().unwrap_or_default().iter().enumerate() {
        write_field(&mut body, n, field);
    }
    let button = text("button").filter(|it| !it.is_empty()).unwrap_or_else(|| "Submit".into());
    let _ = write!(body, "<button>{}</button></form>", escaped(&button));
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title><style>{STYLE}</style>{body}</html>",
        escaped(&title)
    );
    ([(header::CONTENT_SECURITY_POLICY, PLAIN)], Html(html)).into_response()
}

fn write_field(body: &mut String, n: usize, field: &Value) {
    let text = |name: &str| {
        let value = field.get(name).filter(|it| !it.is_null());
        escaped(&value.map(Value::to_text).unwrap_or_default())
    };
    let label = text("label");
    let required = if field.get("required").is_some_and(Value::truthy) { " required" } else { "" };
    let several = field.get("several").is_some_and(Value::truthy);
    let options = field.get("options").and_then(Value::as_array).unwrap_or_default();
    let common =
        format!("id=\"f{n}\" name=\"{label}\" placeholder=\"{}\"{required}", text("placeholder"));
    let kind = text("type");
    let input = match kind.as_str() {
        "textarea" => format!("<textarea {common} rows=\"5\"></textarea>"),
        "dropdown" if !several => {
            let option = |it: &Value| format!("<option>{}</option>", escaped(&it.to_text()));
            let options: String = options.iter().map(option).collect();
            format!(
                "<select id=\"f{n}\" name=\"{label}\"{required}><option value=\"\"></option>{options}</select>"
            )
        }
        "dropdown" | "checkbox" | "radio" => {
            let shape = if kind == "radio" { "radio" } else { "checkbox" };
            let option = |it: &Value| {
                let value = escaped(&it.to_text());
                format!(
                    "<label><input type=\"{shape}\" name=\"{label}\" value=\"{value}\"> {value}</label>"
                )
            };
            let options: String = options.iter().map(option).collect();
            let _ = write!(body, "<fieldset><legend>{label}</legend>{options}</fieldset>");
            return;
        }
        "hiddenField" => {
            let _ = write!(
                body,
                "<input type=\"hidden\" name=\"{label}\" value=\"{}\">",
                text("value")
            );
            return;
        }
        known @ ("number" | "password" | "email" | "date" | "file") => {
            format!("<input type=\"{known}\" {common}>")
        }
        _ => format!("<input type=\"text\" {common}>"),
    };
    let _ = write!(body, "<label for=\"f{n}\">{label}</label>{input}");
}

fn escaped(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => res.push_str("&amp;"),
            '<' => res.push_str("&lt;"),
            '>' => res.push_str("&gt;"),
            '"' => res.push_str("&quot;"),
            other => res.push(other),
        }
    }
    res
}
