//! Combines items whose fields have equal values, like a join of two tables.

use std::collections::HashMap;

use model::{
    Item, ItemRef, Items, Value,
    form::{Field, Form},
};
use sdk::{Ctx, NodeError};
use smol_str::SmolStr;

use super::{Blend, told};
use crate::fields::Path;

pub(super) fn fields() -> Vec<Field> {
    let pair = Form::new([
        Field::text("field1", "Field of input 1")
            .required()
            .help("A field of the items of input 1."),
        Field::text("field2", "Field of input 2")
            .required()
            .help("A field of the items of input 2."),
    ]);
    vec![
        Field::list("match", "Fields to match", pair)
            .default(vec![])
            .when("mode", &["fields"])
            .help("Items match when all of these pairs of fields have equal values."),
        Field::choice(
            "join",
            "Keep",
            &[
                ("matches", "Matches"),
                ("nonMatches", "What does not match"),
                ("everything", "Everything"),
                ("enrich1", "All of input 1, enriched"),
                ("enrich2", "All of input 2, enriched"),
            ],
        )
        .when("mode", &["fields"])
        .help("Which items leave: those that match, the others, or all of one or both inputs."),
        Field::choice(
            "from",
            "Data from",
            &[("both", "Both inputs"), ("input1", "Input 1"), ("input2", "Input 2")],
        )
        .when("mode", &["fields"])
        .when("join", &["matches", "nonMatches"])
        .help("Whose data leaves. Items of both that do not match tell theirs in `_source`."),
        Field::choice("several", "Several matches", &[("all", "All"), ("first", "The first")])
            .when("mode", &["fields"])
            .help("Whether an item of input 1 meets all items that match, or the first alone."),
        Field::bool("fuzzy", "Fuzzy").when("mode", &["fields"]).help(
            "Whether small differences of type do not count: 3 equals `\"3\"`, and null equals \
             empty text.",
        ),
        Field::bool("dotNotation", "Dots lead deeper")
            .default(true)
            .when("mode", &["fields"])
            .help(
                "Whether `a.b` names the field `b` inside `a`; else it is a name with a dot in it.",
            ),
    ]
}

/// Which items of the two inputs met.
struct Matches {
    /// Places in input 1 and input 2, in the order of input 1.
    pairs: Vec<(usize, usize)>,
    met1: Vec<bool>,
    met2: Vec<bool>,
}

pub(super) fn by_fields(ctx: &Ctx<'_>) -> Result<Items, NodeError> {
    let blend = Blend::new(ctx)?;
    let (left, right) = (ctx.input(0).to_vec()?, ctx.input(1).to_vec()?);
    let matches = matches(ctx, &left, &right)?;
    let join = ctx.text("join", 0)?;
    let from = match join.as_str() {
        "matches" | "nonMatches" => ctx.text("from", 0)?,
        _ => "both".into(),
    };
    let mut out = ctx.collect();
    if join != "nonMatches" && from == "both" {
        // Where input 2 is enriched, what enriches it wins.
        let auto = if join == "enrich2" { 0 } else { 1 };
        for &(a, b) in &matches.pairs {
            let (first, second) = ((0, &left[a]), (1, &right[b]));
            let parts = match blend.preferred().unwrap_or(auto) {
                0 => [second, first],
                _ => [first, second],
            };
            let refs = vec![ItemRef::new(0, a), ItemRef::new(1, b)];
            out.push(blend.items(&parts, refs))?;
        }
    }
    let rest = |of: usize| match (join.as_str(), from.as_str()) {
        ("matches", "input1") if of == 0 => Some(true),
        ("matches", "input2") if of == 1 => Some(true),
        ("nonMatches", "input1") if of == 0 => Some(false),
        ("nonMatches", "input2") if of == 1 => Some(false),
        ("nonMatches", "both") | ("everything", _) => Some(false),
        ("enrich1", _) if of == 0 => Some(false),
        ("enrich2", _) if of == 1 => Some(false),
        _ => None,
    };
    for (input, list, met) in [(0, &left, &matches.met1), (1, &right, &matches.met2)] {
        let Some(wanted) = rest(input) else { continue };
        for (place, item) in list.iter().enumerate().filter(|(place, _)| met[*place] == wanted) {
            let mut item = told(item, input, place);
            match join.as_str() {
                "nonMatches" if from == "both" => item = with_source(item, input),
                "everything" | "enrich1" | "enrich2" => item = blend.named(&item, input),
                _ => {}
            }
            out.push(item)?;
        }
    }
    out.finish()
}

fn with_source(mut item: Item, input: usize) -> Item {
    let mut json = model::Map::clone(&item.json);
    json.insert("_source", format!("input{}", input + 1));
    item.json = json.into();
    item
}

fn matches(ctx: &Ctx<'_>, left: &[Item], right: &[Item]) -> Result<Matches, NodeError> {
    let pairs = pairs_of_fields(ctx)?;
    let fuzzy = ctx.bool("fuzzy", 0)?;
    let first_only = ctx.text("several", 0)? == "first";
    let (left_fields, right_fields): (Vec<Path>, Vec<Path>) = pairs.into_iter().unzip();
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, item) in right.iter().enumerate() {
        if let Some(key) = key(item, &right_fields, fuzzy) {
            by_key.entry(key).or_default().push(place);
        }
    }
    let mut res =
        Matches { pairs: vec![], met1: vec![false; left.len()], met2: vec![false; right.len()] };
    for (place, item) in left.iter().enumerate() {
        let found = key(item, &left_fields, fuzzy).and_then(|it| by_key.get(&it));
        let found = found.map_or(&[][..], Vec::as_slice);
        for &other in if first_only { &found[..found.len().min(1)] } else { found } {
            res.pairs.push((place, other));
            (res.met1[place], res.met2[other]) = (true, true);
        }
    }
    Ok(res)
}

fn pairs_of_fields(ctx: &Ctx<'_>) -> Result<Vec<(Path, Path)>, NodeError> {
    let dotted = ctx.bool("dotNotation", 0)?;
    let mut pairs = vec![];
    for (number, row) in ctx.param("match").entries().iter().enumerate() {
        let name = |key: &str| {
            let value = ctx.eval(&row.get(key), 0)?.unwrap_or_default();
            Ok::<SmolStr, NodeError>(sdk::ctx::text_of(&value))
        };
        let (one, two) = (name("field1")?, name("field2")?);
        if one.is_empty() && two.is_empty() {
            continue;
        }
        if one.is_empty() || two.is_empty() {
            return Err(NodeError::never(format!(
                "You need to define both fields in \"Fields to Match\" for pair {}, field 1 = \
                 '{one}' field 2 = '{two}'",
                number + 1
            )));
        }
        pairs.push((Path::new(&one, dotted), Path::new(&two, dotted)));
    }
    if pairs.is_empty() {
        return Err(NodeError::never(
            "You need to define at least one pair of fields in \"Fields to Match\" to match on",
        ));
    }
    Ok(pairs)
}

/// What items must have in common to match; `None` when a field is missing.
fn key(item: &Item, fields: &[Path], fuzzy: bool) -> Option<String> {
    let mut res = String::new();
    for field in fields {
        write_key(field.get(&item.json)?, fuzzy, &mut res);
        res.push('\u{1f}');
    }
    Some(res)
}

/// A text that is the same for equal values and differs for others.
fn write_key(value: &Value, fuzzy: bool, key: &mut String) {
    match value {
        Value::Array(entries) if !(fuzzy && entries.is_empty()) => {
            key.push('[');
            for entry in entries.iter() {
                write_key(entry, false, key);
                key.push(',');
            }
            key.push(']');
        }
        Value::Object(fields) if !(fuzzy && fields.is_empty()) => {
            // Objects are equal whatever the order of their fields.
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            key.push('{');
            for (name, value) in sorted {
                key.push_str(&Value::from(name.clone()).to_json());
                write_key(value, false, key);
                key.push(',');
            }
            key.push('}');
        }
        _ if !fuzzy => key.push_str(&value.to_json()),
        Value::Null | Value::Array(_) | Value::Object(_) => {}
        scalar => key.push_str(&scalar.to_text()),
    }
}
