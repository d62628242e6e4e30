//! HTTP requests, from version 3 on; the two shapes before it are in a file of their own.

use model::{Map, Value};
use smol_str::SmolStr;

use super::source::{Source, Target, rows_of};

mod legacy;

pub(super) const TYPES: &[&str] = &["httpRequest"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    if source.version < 3.0 {
        return legacy::map(source);
    }
    let mut target = Target::new("http.request");
    target.set("method", literal(source.or("method", "GET")));
    target.set("url", source.at("url"));
    authentication(source, &mut target)?;
    query_and_headers(source, &mut target);
    if source.flag("sendBody", false) {
        body(source, &mut target)?;
    }
    response(source, &mut target)?;
    options(source, &mut target);
    pagination(source, &mut target)?;
    Ok(target)
}

/// The later words name a type of credential; the words of version 1 are found in later nodes too.
fn authentication(source: &Source, target: &mut Target) -> Result<(), String> {
    let kind = match source.text("authentication", "none").as_str() {
        "none" => None,
        "genericCredentialType" => Some(source.text("genericAuthType", "")),
        "predefinedCredentialType" => Some(source.text("nodeCredentialType", "")),
        "basicAuth" => Some("httpBasicAuth".into()),
        "digestAuth" => Some("httpDigestAuth".into()),
        "headerAuth" => Some("httpHeaderAuth".into()),
        "queryAuth" => Some("httpQueryAuth".into()),
        "oAuth1" => Some("oAuth1Api".into()),
        "oAuth2" => Some("oAuth2Api".into()),
        other => return Err(format!("its authentication `{other}` is not known")),
    };
    sign(source, target, kind);
    Ok(())
}

/// Names the credential's type. Where the file left it out, what the node has tells it.
fn sign(source: &Source, target: &mut Target, kind: Option<SmolStr>) {
    let mut used = vec![];
    if let Some(kind) = kind {
        let listed = source.whole.get("credentials").and_then(Value::as_object);
        let first = listed.and_then(|it| it.keys().find(|it| *it != "httpSslAuth").cloned());
        let kind = if kind.is_empty() { first.unwrap_or_default() } else { kind };
        target.set("authentication", "credential");
        if !kind.is_empty() {
            target.set("credentialType", kind.clone());
            used.push(kind);
        }
    }
    if source.flag("provideSslCertificates", false) {
        target.set("certificate", true);
        used.push("httpSslAuth".into());
    }
    target.credentials = Some(used);
}

fn query_and_headers(source: &Source, target: &mut Target) {
    if source.flag("sendQuery", false) {
        if literal_text(source, "specifyQuery", "keypair") == "json" {
            target.set("queryBy", "json");
            target.set("queryJson", source.at("jsonQuery"));
        } else {
            // Before 4.3 a name that came again replaced the first.
            let again = source.version >= 4.3;
            target.set("query", pairs(&source.rows("queryParameters.parameters"), again));
        }
    }
    target.set("queryArrays", source.at("options.queryParameterArrays"));
    if source.flag("sendHeaders", false) {
        if literal_text(source, "specifyHeaders", "keypair") == "json" {
            target.set("headersBy", "json");
            target.set("headersJson", source.at("jsonHeaders"));
        } else {
            target.set("headers", pairs(&source.rows("headerParameters.parameters"), false));
        }
    }
}

fn body(source: &Source, target: &mut Target) -> Result<(), String> {
    let fields = source.rows("bodyParameters.parameters");
    match literal_text(source, "contentType", "json").as_str() {
        "json" => {
            target.set("bodyType", "json");
            if literal_text(source, "specifyBody", "keypair") == "json" {
                target.set("bodyBy", "text");
                target.set("bodyJson", source.at("jsonBody"));
            } else {
                target.set("bodyFields", pairs(&fields, false));
            }
        }
        "form-urlencoded" => {
            target.set("bodyType", "form");
            if literal_text(source, "specifyBody", "keypair") == "string" {
                target.set("bodyBy", "text");
                target.set("bodyText", source.at("body"));
            } else {
                target.set("bodyFields", pairs(&fields, false));
            }
        }
        "multipart-form-data" => {
            target.set("bodyType", "multipart");
            target.set("parts", parts(&fields));
        }
        "raw" => {
            target.set("bodyType", "raw");
            target.set("contentType", source.at("rawContentType"));
            target.set("bodyText", source.at("body"));
        }
        "binaryData" => {
            target.set("bodyType", "file");
            target.set("fileProperty", source.at("inputDataFieldName"));
        }
        other => return Err(format!("its body `{other}` is not known")),
    }
    Ok(())
}

fn parts(fields: &[Value]) -> Value {
    let part = |row: &Value| {
        let field = |key: &str| row.get(key).cloned().unwrap_or_default();
        let mut part = Map::from_iter([("name", field("name"))]);
        if row.get("parameterType").and_then(Value::as_str) == Some("formBinaryData") {
            part.insert("kind", "file");
            part.insert("fileProperty", field("inputDataFieldName"));
        } else {
            part.insert("kind", "text");
            part.insert("value", field("value"));
        }
        part.retain(|_, value| !value.is_null());
        Value::from(part)
    };
    let named = |row: &&Value| row.get("name").is_some_and(|it| !it.is_null());
    Value::array(fields.iter().filter(named).map(part))
}

fn response(source: &Source, target: &mut Target) -> Result<(), String> {
    let at = |name: &str| source.at(&format!("options.response.response.{name}"));
    let format = match at("responseFormat").as_str().unwrap_or("autodetect") {
        "autodetect" => "auto",
        "json" => "json",
        "text" => "text",
        "file" => "file",
        other => return Err(format!("its response format `{other}` is not known")),
    };
    target.set("response", format);
    target.set("responseProperty", at("outputPropertyName"));
    target.set("fullResponse", at("fullResponse"));
    target.set("neverError", at("neverError"));
    Ok(())
}

fn options(source: &Source, target: &mut Target) {
    if source.has("options.batching.batch") {
        let size = source.or("options.batching.batch.batchSize", 50);
        let interval = source.or("options.batching.batch.batchInterval", 1_000);
        batching(target, size, interval);
    }
    let follows = source.version >= 4.0;
    let redirect = "options.redirect.redirect";
    if source.has(redirect) {
        let follows = source.flag("options.redirect.redirect.followRedirects", follows);
        let max = source.or("options.redirect.redirect.maxRedirects", 21);
        target.set("redirectsMax", if follows { max } else { 0.into() });
    } else if !follows {
        target.set("redirectsMax", 0);
    }
    target.set("timeoutMs", source.at("options.timeout"));
    target.set("proxy", source.at("options.proxy"));
    target.set("ignoreCertificates", source.at("options.allowUnauthorizedCerts"));
    if !source.flag("options.lowercaseHeaders", true) {
        target.set("titleCase", true);
    }
}

/// n8n only pauses: without an interval, or with a size of -1, all are sent at once.
fn batching(target: &mut Target, size: Value, interval: Value) {
    let off =
        size.as_f64().is_some_and(|it| it < 0.0) || interval.as_f64().is_some_and(|it| it <= 0.0);
    if !off {
        let one = size.as_f64().is_some_and(|it| it < 1.0);
        target.set("batchSize", if one { 1.into() } else { size });
        target.set("batchIntervalMs", interval);
    }
}

fn pagination(source: &Source, target: &mut Target) -> Result<(), String> {
    let base = "options.pagination.pagination";
    if !source.has(base) {
        return Ok(());
    }
    let path = |name: &str| format!("{base}.{name}");
    match source.text(&path("paginationMode"), "updateAParameterInEachRequest").as_str() {
        "off" => return Ok(()),
        "updateAParameterInEachRequest" => {
            target.set("pagination", "parameter");
            let rows = source.rows(&path("parameters.parameters"));
            target.set("pageParameters", Value::array(rows.iter().map(page_parameter)));
        }
        "responseContainsNextURL" => {
            target.set("pagination", "nextUrl");
            target.set("nextUrl", source.at(&path("nextURL")));
        }
        other => return Err(format!("its pagination mode `{other}` is not known")),
    }
    match source.text(&path("paginationCompleteWhen"), "responseIsEmpty").as_str() {
        "responseIsEmpty" => target.set("completeWhen", "empty"),
        "receiveSpecificStatusCodes" => {
            target.set("completeWhen", "status");
            target.set("statusCodes", source.at(&path("statusCodesWhenComplete")));
        }
        "other" => {
            target.set("completeWhen", "expression");
            target.set("completeExpression", source.at(&path("completeExpression")));
        }
        other => return Err(format!("its pagination ends `{other}`, which is not known")),
    }
    if source.flag(&path("limitPagesFetched"), false) {
        target.set("pagesMax", source.or(&path("maxRequests"), 100));
    }
    target.set("pageIntervalMs", source.at(&path("requestInterval")));
    Ok(())
}

fn page_parameter(row: &Value) -> Value {
    let part = match row.get("type").and_then(Value::as_str) {
        Some("headers") => "headers",
        Some("body") => "body",
        _ => "query",
    };
    let field = |key: &str| row.get(key).cloned().unwrap_or_else(|| "".into());
    Map::from_iter([("in", part.into()), ("name", field("name")), ("value", field("value"))]).into()
}

/// Rows as `{name, value}`. Unless `again`, a name that comes again replaces what was before.
fn pairs(rows: &[Value], again: bool) -> Value {
    let mut res: Vec<(SmolStr, Value)> = vec![];
    for row in rows {
        let Some(name) = row.get("name").filter(|it| !it.is_null()) else { continue };
        let name = name.to_text();
        let value = row.get("value").cloned().unwrap_or_else(|| "".into());
        match res.iter_mut().find(|(it, _)| !again && *it == name) {
            Some((_, old)) => *old = value,
            None => res.push((name, value)),
        }
    }
    let row = |(name, value): (SmolStr, Value)| {
        Map::from_iter([("name", Value::from(name)), ("value", value)]).into()
    };
    if res.is_empty() { Value::Null } else { Value::array(res.into_iter().map(row)) }
}

/// Rows however the file wraps them.
fn ui_rows(source: &Source, path: &str) -> Vec<Value> {
    rows_of(source.parameters.at(path))
}

/// A choice; one that was written as an expression without any code is what it says.
fn literal_text(source: &Source, path: &str, default: &str) -> SmolStr {
    literal(source.or(path, default)).to_text()
}

fn literal(value: Value) -> Value {
    match value.as_str().and_then(|it| it.strip_prefix('=')) {
        Some(plain) if !plain.contains("{{") => plain.into(),
        _ => value,
    }
}
