//! HTTP requests of versions 1 and 2: JSON as the usual answer, text fields for whole bodies.

use model::{Map, Value};

use super::{
    Source, Target, authentication, batching, literal, literal_text, pairs, parts, ui_rows,
};

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("http.request");
    let method = literal(source.or("requestMethod", "GET"));
    target.set("method", method.clone());
    target.set("url", source.at("url"));
    authentication(source, &mut target)?;
    let by_json = source.flag("jsonParameters", false);
    if by_json {
        by_text(source, &mut target);
    } else {
        target.set("query", pairs(&ui_rows(source, "queryParametersUi.parameter"), false));
        target.set("headers", pairs(&ui_rows(source, "headerParametersUi.parameter"), false));
    }
    let carries = matches!(method.as_str(), Some("POST" | "PUT" | "PATCH" | "DELETE"));
    if carries || method.as_str().is_some_and(|it| it.starts_with('=')) {
        body(source, &mut target, by_json)?;
    }
    response(source, &mut target)?;
    options(source, &mut target, method.as_str() == Some("GET"));
    Ok(target)
}

fn by_text(source: &Source, target: &mut Target) {
    for (by, to, from) in [
        ("queryBy", "queryJson", "queryParametersJson"),
        ("headersBy", "headersJson", "headerParametersJson"),
    ] {
        if source.has(from) {
            target.set(by, "json");
            target.set(to, source.at(from));
        }
    }
}

fn body(source: &Source, target: &mut Target, by_json: bool) -> Result<(), String> {
    let kind = literal_text(source, "options.bodyContentType", "json");
    if by_json && source.flag("sendBinaryData", false) {
        return file_body(source, target, &kind);
    }
    let fields = ui_rows(source, "bodyParametersUi.parameter");
    let whole = source.at("bodyParametersJson");
    match kind.as_str() {
        "json" if by_json => {
            if !whole.is_null() {
                target.set("bodyType", "json");
                target.set("bodyBy", "text");
                target.set("bodyJson", whole);
            }
        }
        "json" => {
            if !fields.is_empty() {
                target.set("bodyType", "json");
                target.set("bodyFields", pairs(&fields, false));
            }
        }
        "raw" => {
            target.set("bodyType", "raw");
            target.set("contentType", source.at("options.bodyContentCustomMimeType"));
            target.set("bodyText", whole);
        }
        "form-urlencoded" => {
            target.set("bodyType", "form");
            if by_json {
                target.set("bodyFields", fields_of(&whole)?);
            } else {
                target.set("bodyFields", pairs(&fields, false));
            }
        }
        "multipart-form-data" => {
            target.set("bodyType", "multipart");
            let rows = if by_json { fields_of(&whole)? } else { fields.into() };
            target.set("parts", parts(rows.as_array().unwrap_or_default()));
        }
        other => return Err(format!("its body `{other}` is not known")),
    }
    Ok(())
}

/// Files: one as the body itself, or several as `field:file` of a form.
fn file_body(source: &Source, target: &mut Target, kind: &str) -> Result<(), String> {
    let named = source.text("binaryPropertyName", "data");
    if kind != "multipart-form-data" {
        target.set("bodyType", "file");
        target.set("fileProperty", named);
        return Ok(());
    }
    let mut rows =
        fields_of(&source.at("bodyParametersJson"))?.as_array().unwrap_or_default().to_vec();
    for entry in named.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let (field, file) = entry.split_once(':').unwrap_or((entry, entry));
        rows.push(
            Map::from_iter([
                ("parameterType", Value::from("formBinaryData")),
                ("name", field.trim().into()),
                ("inputDataFieldName", file.trim().into()),
            ])
            .into(),
        );
    }
    target.set("bodyType", "multipart");
    target.set("parts", parts(&rows));
    Ok(())
}

/// A JSON object written as text, as rows of a form.
fn fields_of(text: &Value) -> Result<Value, String> {
    let fields = match text {
        Value::Null => return Ok(Value::array([])),
        Value::String(text) if text.trim().is_empty() => return Ok(Value::array([])),
        Value::String(text) => Value::from_json(text).unwrap_or_default(),
        other => other.clone(),
    };
    let Some(fields) = fields.as_object() else {
        return Err("the fields of its form are computed as a whole; write them one by one".into());
    };
    let row = |(name, value): &(smol_str::SmolStr, Value)| {
        Map::from_iter([("name", Value::from(name.clone())), ("value", value.clone())]).into()
    };
    Ok(Value::array(fields.iter().map(row)))
}

fn response(source: &Source, target: &mut Target) -> Result<(), String> {
    let format = match literal_text(source, "responseFormat", "json").as_str() {
        "json" => "json",
        "string" | "text" => "text",
        "file" => "file",
        "autodetect" => "auto",
        other => return Err(format!("its response format `{other}` is not known")),
    };
    target.set("response", format);
    target.set("responseProperty", source.at("dataPropertyName"));
    target.set("fullResponse", source.at("options.fullResponse"));
    target.set("neverError", source.at("options.ignoreResponseCode"));
    if !source.flag("options.splitIntoItems", false) {
        target.set("lists", "whole");
    }
    Ok(())
}

fn options(source: &Source, target: &mut Target, reads: bool) {
    target.set("ignoreCertificates", source.at("allowUnauthorizedCerts"));
    target.set("timeoutMs", source.at("options.timeout"));
    target.set("proxy", source.at("options.proxy"));
    if source.flag("options.useQueryString", false) {
        target.set("queryArrays", "repeat");
    }
    // Only requests that read are redirected, unless all shall be.
    let follows = source.flag("options.followRedirect", true);
    if !follows || !reads && !source.flag("options.followAllRedirects", false) {
        target.set("redirectsMax", 0);
    }
    if source.has("options.batchSize") || source.has("options.batchInterval") {
        let size = source.or("options.batchSize", 50);
        batching(target, size, source.or("options.batchInterval", 1_000));
    }
}
