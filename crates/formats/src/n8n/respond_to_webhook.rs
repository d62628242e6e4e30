//! The node that answers a webhook's caller.

use model::Value;

use super::{
    source::{Source, Target},
    webhook,
};

pub(super) const TYPES: &[&str] = &["respondToWebhook"];

/// What n8n's form shows first, and what holds when an export leaves it out.
const BODY: &str = "{\n  \"myField\": \"value\"\n}";

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("webhook.respond");
    let with = source.text("respondWith", "firstIncomingItem");
    let with = match with.as_str() {
        "firstIncomingItem" => "firstItem",
        "allIncomingItems" => "allItems",
        "json" => "json",
        "text" | "html" => "text",
        "binary" => "file",
        "jwt" => "jwt",
        "redirect" => "redirect",
        "noData" => "nothing",
        other => return Err(format!("it responds with `{other}`, which is not known")),
    };
    target.set("respondWith", with);
    match with {
        "json" => target.set("body", source.or("responseBody", BODY)),
        "text" => target.set("text", source.or("responseBody", "")),
        "jwt" => target.set("claims", source.or("payload", BODY)),
        "redirect" => target.set("location", source.at("redirectURL")),
        "file" if source.text("responseDataSource", "automatically") == "set" => {
            target.set("fileProperty", source.or("inputFieldName", "data"));
        }
        "firstItem" | "allItems" => target.set("property", source.at("options.responseKey")),
        _ => {}
    }
    target.credentials = Some(if with == "jwt" { vec!["jwtAuth".into()] } else { vec![] });
    target.set("statusCode", source.at("options.responseCode"));
    target.set("headers", webhook::headers(source));
    if source.version >= 1.5 {
        target.set("stream", source.or("options.enableStreaming", true));
    }
    // Only in 1.3 the second output was always there.
    let answer_output = match source.version {
        version if version < 1.3 => false,
        version if version < 1.4 => true,
        _ => source.flag("enableResponseOutput", false),
    };
    if answer_output {
        target.set("answerOutput", Value::from(true));
    }
    Ok(target)
}
