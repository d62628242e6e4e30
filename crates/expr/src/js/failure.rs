//! What was thrown, told to the author.

use rquickjs::{CaughtError, Ctx, Object, Value};

use super::{border, slot::Watch, wording};
use crate::{Error, error::Kind, extensions::EXTENSION_PREFIX, sandbox::Limits, source::Script};

/// Reads the error that a call ended with.
pub(crate) fn read(
    ctx: &Ctx<'_>,
    error: &rquickjs::Error,
    watch: &Watch,
    limits: &Limits,
    script: &Script,
) -> Error {
    let thrown = if error.is_exception() { Some(ctx.catch()) } else { None };
    if let Some(why) = watch.over() {
        return watch.error(why);
    }
    let Some(thrown) = thrown else {
        return Error::new(Kind::Shown, error.to_string());
    };
    let Some(object) = thrown.as_object() else {
        if thrown.is_null() {
            return memory(limits);
        }
        return Error::new(Kind::Thrown, text_of(ctx, &thrown));
    };
    let message = field(object, "message");
    let name = field(object, "name");
    match message.as_str() {
        "out of memory" | "string too long" => return memory(limits),
        "Maximum call stack size exceeded" | "stack overflow" => {
            let limit = limits.stack_bytes_max >> 10;
            let why = format!("it calls itself too deep for the stack limit of {limit} KiB");
            return Error::new(Kind::StackLimit, why);
        }
        _ => {}
    }
    if let Some((method, what)) = null_receiver(&message) {
        let message = format!("{method} can't be used on {what} value");
        return Error::new(Kind::Shown, message);
    }
    let kind = if message.ends_with("due to security concerns") {
        Kind::Blocked
    } else if name.starts_with("Expression") {
        Kind::Shown
    } else {
        Kind::Thrown
    };
    let message = if message.is_empty() { text_of(ctx, &thrown) } else { message };
    let stack = field(object, "stack");
    let message = wording::known(&message, &stack, script.calls.as_deref()).unwrap_or(message);
    Error { line: wording::place(&stack).map(|it| it.0), ..Error::new(kind, message) }
}

/// One sentence for what was caught while compiling.
pub(crate) fn sentence(caught: &CaughtError<'_>) -> String {
    match caught {
        CaughtError::Exception(it) => it.message().unwrap_or_default(),
        other => other.to_string(),
    }
}

fn memory(limits: &Limits) -> Error {
    let limit = limits.memory_bytes_max >> 20;
    let why = format!("it needs more than the memory limit of {limit} MiB");
    Error::new(Kind::MemoryLimit, why)
}

fn field(object: &Object<'_>, name: &str) -> String {
    object.get::<_, Value<'_>>(name).map(|it| border::text(&it).to_string()).unwrap_or_default()
}

/// What a thrown value that is no error says.
fn text_of<'js>(ctx: &Ctx<'js>, thrown: &Value<'js>) -> String {
    match border::leave(ctx, thrown) {
        Ok(Some(model::Value::String(it))) => it.to_string(),
        Ok(Some(it)) => it.to_json(),
        _ => "undefined was thrown".to_owned(),
    }
}

/// An extension method called on nothing: QuickJS names the method, we give it n8n's words.
fn null_receiver(message: &str) -> Option<(&str, &str)> {
    let rest = message.split_once(EXTENSION_PREFIX)?.1;
    let (method, rest) = rest.split_once('\'')?;
    let what = rest.strip_prefix(" of ")?.trim_end_matches(')');
    Some((method, what))
}
