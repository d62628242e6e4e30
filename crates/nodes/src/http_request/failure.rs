//! An answer that says no.

use std::time::Duration;

use model::Value;
use sdk::{
    NodeError, Retry,
    http::{Reply, shown},
};

/// How much of a service's own words is repeated.
const WORDS_CHARS_MAX: usize = 300;
const BODY_CHARS_MAX: usize = 2_000;
/// A service that asks for a longer pause is asked again after this one.
const PAUSE_MAX: Duration = Duration::from_secs(3_600);

pub(super) fn of(reply: &Reply) -> NodeError {
    let body = reply.text();
    let words = words(&body).map(|it| format!(": {it}")).unwrap_or_default();
    let reason = if reply.reason.is_empty() { "an unknown status" } else { reply.reason };
    let message = format!("`{}` answered {} ({reason}){words}", shown(&reply.url), reply.status);
    let mut error = NodeError::later(message);
    if let Some(pause) = pause(reply) {
        error.retry = Retry::After(pause.min(PAUSE_MAX));
    }
    error.http_status = Some(reply.status);
    if !body.trim().is_empty() {
        error = error.described(cut(body.trim(), BODY_CHARS_MAX));
    }
    error
}

/// What the service says went wrong, wherever it says it.
fn words(body: &str) -> Option<String> {
    let json = Value::from_json(body).ok()?;
    let paths = [
        "error.message",
        "message",
        "error_description",
        "error.msg",
        "msg",
        "detail",
        "title",
        "errors[0].message",
        "errors[0]",
        "error",
        "reason",
    ];
    let text = paths.iter().find_map(|path| json.at(path)?.as_str().map(str::to_owned))?;
    let text = text.trim();
    (!text.is_empty()).then(|| cut(text, WORDS_CHARS_MAX))
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `Retry-After`: seconds, or a date, which is measured by the service's own clock.
fn pause(reply: &Reply) -> Option<Duration> {
    let asked = reply.header("retry-after")?.trim();
    if let Ok(seconds) = asked.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let time = |text: &str| Some(jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp());
    let left = time(asked)?.duration_since(time(reply.header("date")?)?);
    Some(Duration::try_from(left).unwrap_or_default())
}
