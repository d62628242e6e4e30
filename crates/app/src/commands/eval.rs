//! `tailorbird eval EXPRESSION`: what an expression gives, without a server.

use std::{path::PathBuf, sync::Arc};

use expr::{Alone, Sandbox, Scope, Template};
use jiff::{Timestamp, tz::TimeZone};
use model::{Item, Value};

use crate::{
    cli::Options,
    failure::{Failure, Outcome, read_text},
    output,
};

/// Evaluates an expression on an item
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird eval '{{ 1 + 1 }}'
  tailorbird eval '{{ $json.name.toTitleCase() }}' --item '{\"name\": \"ada lovelace\"}'
  tailorbird eval '{{ $now.toFormat(\"HH:mm\") }}' --timezone Europe/Berlin
  tailorbird eval --jsonl < cases.jsonl")]
pub(crate) struct Args {
    /// Text with `{{ … }}` in it; a leading `=` is allowed
    #[arg(required_unless_present = "jsonl")]
    expression: Option<String>,
    /// The item's JSON: `$json`
    #[arg(long, value_name = "JSON", default_value = "{}")]
    item: String,
    /// The workflow's time zone
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    timezone: String,
    /// A fixed clock, such as `2025-06-15T12:34:56Z`
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// Read lines of JSON `{"id", "expr", "json", "itemIndex", "timezone", "now"}` from standard
    /// input, and print a line `{"id", "result"}` or `{"id", "error"}` for each
    #[arg(long, conflicts_with = "expression")]
    jsonl: bool,
}

/// Standard input of `--jsonl`, in bytes.
const LINES_BYTES_MAX: u64 = 256 << 20;
/// `itemIndex` of a line: there is an item for each index up to it.
const ITEM_INDEX_MAX: f64 = 10_000.0;

pub(crate) fn run(args: &Args, _: &Options) -> Outcome {
    let sandbox = Sandbox::default();
    let Some(expression) = &args.expression else {
        let text = read_text(&PathBuf::from("-"), LINES_BYTES_MAX)?;
        for line in text.lines().filter(|it| !it.trim().is_empty()) {
            let case = Value::from_json(line)
                .map_err(|e| Failure::usage(format!("a line is no JSON: {e}")))?;
            output::json(&answer(&sandbox, &case))?;
        }
        return Ok(());
    };
    let item = Value::from_json(&args.item)
        .map_err(|e| Failure::usage(format!("--item is no JSON: {e}")))?;
    let scope = scope(item, 0, &args.timezone, args.now.as_deref()).map_err(Failure::usage)?;
    match sandbox.evaluate(&parse(expression), &scope, 0) {
        Ok(Some(Value::String(text))) => output::line(text),
        Ok(Some(value)) => output::line(value.to_json()),
        Ok(None) => output::line("undefined"),
        Err(e) => return Err(Failure::failed(e.to_string())),
    }
    Ok(())
}

fn parse(expression: &str) -> Template {
    Template::parse(expression.strip_prefix('=').unwrap_or(expression))
}

/// The answer to one line of `--jsonl`.
fn answer(sandbox: &Sandbox, case: &Value) -> Value {
    let text = |key: &str| case.get(key).and_then(Value::as_str);
    let id = case.get("id").cloned().unwrap_or_default();
    let index = case.get("itemIndex").and_then(Value::as_f64).unwrap_or(0.0);
    let index = index.clamp(0.0, ITEM_INDEX_MAX) as usize;
    let item = case.get("json").cloned().unwrap_or_default();
    let res = scope(item, index, text("timezone").unwrap_or("UTC"), text("now")).and_then(|it| {
        let template = parse(text("expr").unwrap_or_default());
        sandbox.evaluate(&template, &it, index).map_err(|e| e.to_string())
    });
    match res {
        Ok(Some(result)) => Value::object([("id", id), ("result", result)]),
        Ok(None) => Value::object([("id", id)]),
        Err(error) => Value::object([("id", id), ("error", error.into())]),
    }
}

/// A step of which item `index` is `item`, and so are those before it.
fn scope(item: Value, index: usize, zone: &str, now: Option<&str>) -> Result<Arc<Scope>, String> {
    let zone = TimeZone::get(zone).map_err(|_| format!("there is no time zone `{zone}`"))?;
    let now = now.map(str::parse::<Timestamp>).transpose().map_err(|e| e.to_string())?;
    let items = vec![Item::from_value(item); index + 1];
    Ok(Arc::new(Scope { now, ..Alone::scope(items, zone) }))
}
