//! Computes with dates: formats, moves, rounds, compares and takes them apart.

use async_trait::async_trait;
use model::{
    Items, Map, Value,
    form::{Choice, Field, FieldKind, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run};
use smol_str::SmolStr;

use crate::{fields::Path, moments};

mod form;

const DOCS: &str = "\
Writes a date, or what was computed of one, into a field.

| operation | gives |
|---|---|
| now | the present moment, or today's midnight |
| format | a date in a format of your own |
| add, subtract | a date moved by days, months, … |
| round | the begin of the day, month, …, or of the next one |
| extract | the year, month, week, … of a date, as a number |
| between | the time between two dates, in units of your choice |

Dates are read as ISO 8601 (`2025-06-15T12:34:56Z`), as numbers (seconds, or milliseconds when they \
have 12 digits or more), as they stand in mails, or in a format of your own. Those that name no \
time zone lie in that of the workflow.

Formats use Luxon's tokens: `yyyy-MM-dd HH:mm`, `dd.LL.yyyy`, `cccc`, `X` for seconds since 1970.";

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Formats, moves and compares dates".into(),
        docs: DOCS.into(),
        icon: "calendar".into(),
        form: form::form(),
        ..NodeType::new("data.date_time", "Date & time", Category::Data, DateTime)
    }
}

struct DateTime;

#[async_trait]
impl Run for DateTime {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let input = ctx.input(0);
        // All items cross into the sandbox at once.
        let mut asked = vec![];
        let mut places = Vec::with_capacity(input.len());
        for index in 0..input.len() {
            places.push(asks(ctx, index).map(|asks| match asks {
                Asks::Sandbox(row) => {
                    asked.push(row);
                    Place::Answer(asked.len() - 1)
                }
                Asks::Nothing(value) => Place::Given(value),
            }));
        }
        let answers = moments::ask(ctx, asked).await?;
        let mut res = ctx.collect();
        for (index, item) in input.iter().enumerate() {
            let mut item = item?;
            let answer = match &places[index] {
                Ok(Place::Answer(at)) => answers.get(*at).cloned().transpose(),
                Ok(Place::Given(value)) => Ok(value.clone()),
                Err(error) => Err(error.clone()),
            };
            match answer {
                Ok(value) => {
                    item.json = written(ctx, index, &item.json, value)?.into();
                    res.push(item.paired_with(0, index))?;
                }
                Err(error) if ctx.goes_on() && !error.is_interrupted() => {
                    res.push(ctx.failed_item(&error, index))?;
                }
                Err(error) => return Err(error.at(index)),
            }
        }
        let items: Items = res.finish()?;
        Ok(Outcome::one(items))
    }
}

/// What an item needs.
enum Asks {
    Sandbox(Value),
    /// The result is known; `None` is undefined.
    Nothing(Option<Value>),
}

/// Where the result of an item is.
enum Place {
    Answer(usize),
    Given(Option<Value>),
}

fn asks(ctx: &Ctx<'_>, index: usize) -> Result<Asks, NodeError> {
    if ctx.text("operation", index)? == "format" {
        // A date that is not there has no format: null stays null, what is missing stays missing.
        let date = ctx.eval(&ctx.param("date"), index)?;
        if date.as_ref().is_none_or(Value::is_null) {
            return Ok(Asks::Nothing(date));
        }
    }
    row(ctx, index).map(Asks::Sandbox)
}

/// What is asked of the sandbox for an item.
fn row(ctx: &Ctx<'_>, index: usize) -> Result<Value, NodeError> {
    let mut row = Map::new();
    let operation = ctx.text("operation", index)?;
    let take = |row: &mut Map, from: &str, to: &str| {
        row.insert(to, ctx.value(from, index)?);
        Ok::<(), NodeError>(())
    };
    take(&mut row, "timeZone", "zone")?;
    take(&mut row, "fromZone", "from")?;
    take(&mut row, "tokens", "tokens")?;
    let name = match operation.as_str() {
        "now" => {
            row.insert("wholeDay", !ctx.bool("includeTime", index)?);
            "now"
        }
        "add" | "subtract" => {
            let amount = ctx.number("amount", index)?;
            row.insert("amount", if operation == "add" { amount } else { -amount });
            row.insert("utc", ctx.bool("utc", index)?);
            take(&mut row, "unit", "unit")?;
            "add"
        }
        "round" => {
            take(&mut row, "part", "unit")?;
            if ctx.text("direction", index)? == "up" { "up" } else { "down" }
        }
        "extract" => {
            take(&mut row, "part", "unit")?;
            "part"
        }
        "between" => {
            take(&mut row, "end", "end")?;
            take(&mut row, "units", "units")?;
            row.insert("iso", ctx.bool("iso", index)?);
            "between"
        }
        _ => {
            take(&mut row, "format", "format")?;
            "format"
        }
    };
    row.insert("operation", name);
    if operation != "now" {
        take(&mut row, "date", "date")?;
        take(&mut row, "fromFormat", "fromFormat")?;
    }
    Ok(row.into())
}

fn written(
    ctx: &Ctx<'_>,
    index: usize,
    json: &Map,
    value: Option<Value>,
) -> Result<Map, NodeError> {
    let mut res = if ctx.bool("includeInput", index)? { json.clone() } else { Map::new() };
    let name = ctx.text("output", index)?;
    Path::new(&name, ctx.bool("dotNotation", index)?).set(&mut res, value)?;
    Ok(res)
}

fn choices(options: &[(&str, &str)]) -> Vec<Choice> {
    let choice = |(value, title): &(&str, &str)| Choice {
        value: SmolStr::from(*value).into(),
        title: (*title).into(),
        help: String::new(),
    };
    options.iter().map(choice).collect()
}

fn several(name: &str, title: &str, options: &[(&str, &str)]) -> Field {
    Field::new(name, title, FieldKind::Choices { options: choices(options) })
}
