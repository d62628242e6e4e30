//! `merge`: the eight modes of version 1, the three of 2, and what 3 made of them.

use model::{Map, Value};
use smol_str::SmolStr;

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["merge"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("flow.merge");
    let mode = source.text("mode", "append");
    if source.version < 2.0 {
        oldest(source, &mode, &mut target)?;
        return Ok(target);
    }
    match mode.as_str() {
        "append" => inputs(source, &mut target),
        "combine" => combine(source, &mut target)?,
        // Some write the way of combining as the mode.
        "combineAll" | "multiplex" => each_with_each(source, &mut target),
        "combineByPosition" | "mergeByPosition" => by_position(source, &mut target),
        "combineByFields" | "mergeByFields" => by_fields(source, &mut target),
        "chooseBranch" => choose(source, &mut target),
        "combineBySql" => return Err("merging by an SQL query is not supported yet".into()),
        other => return Err(format!("merge has no mode `{other}`")),
    }
    Ok(target)
}

fn oldest(source: &Source, mode: &str, target: &mut Target) -> Result<(), String> {
    match mode {
        "append" => {}
        "mergeByIndex" => {
            target.set("mode", "position");
            target.set("depth", "shallow");
            let unpaired = match source.text("join", "left").as_str() {
                "inner" => "drop",
                "outer" => "keep",
                _ => "first",
            };
            target.set("unpaired", unpaired);
        }
        "multiplex" => {
            target.set("mode", "all");
            target.set("depth", "shallow");
        }
        "mergeByKey" | "keepKeyMatches" | "removeKeyMatches" => {
            target.set("mode", "lookup");
            target.set("key1", source.or("propertyName1", "id"));
            target.set("key2", source.or("propertyName2", "id"));
            match mode {
                "keepKeyMatches" => target.set("found", "keep"),
                "removeKeyMatches" => target.set("found", "drop"),
                _ => {
                    let words =
                        [("always", "always"), ("blank", "blank"), ("undefined", "missing")];
                    target.set("overwrite", source.choice("overwrite", &words));
                }
            }
        }
        "passThrough" => {
            target.set("mode", "choose");
            target.set("needAll", false);
            branch(&source.text("output", "input1"), target);
        }
        "wait" => {
            target.set("mode", "choose");
            target.set("needAll", false);
            target.set("give", "empty");
        }
        other => return Err(format!("merge has no mode `{other}`")),
    }
    Ok(())
}

fn combine(source: &Source, target: &mut Target) -> Result<(), String> {
    let way = match source.version < 3.0 {
        true => source.text("combinationMode", "mergeByFields"),
        false => source.text("combineBy", "combineByFields"),
    };
    match way.as_str() {
        "mergeByFields" | "combineByFields" => by_fields(source, target),
        "mergeByPosition" | "combineByPosition" => by_position(source, target),
        "multiplex" | "combineAll" => each_with_each(source, target),
        other => return Err(format!("merge has no way `{other}` of combining")),
    }
    Ok(())
}

fn inputs(source: &Source, target: &mut Target) {
    if source.version >= 3.0 && source.has("numberInputs") {
        target.set("inputs", source.at("numberInputs"));
    }
}

fn by_position(source: &Source, target: &mut Target) {
    target.set("mode", "position");
    inputs(source, target);
    if source.flag("options.includeUnpaired", false) {
        target.set("unpaired", "keep");
    } else if source.version < 3.0 {
        target.set("unpaired", "alone");
    }
    clash(source, target);
}

fn each_with_each(source: &Source, target: &mut Target) {
    target.set("mode", "all");
    clash(source, target);
}

fn by_fields(source: &Source, target: &mut Target) {
    target.set("mode", "fields");
    target.set("match", match_fields(source));
    let joins = [
        ("keepMatches", "matches"),
        ("keepNonMatches", "nonMatches"),
        ("keepEverything", "everything"),
        ("enrichInput1", "enrich1"),
        ("enrichInput2", "enrich2"),
    ];
    target.set("join", source.choice("joinMode", &joins));
    target.set("from", source.at("outputDataFrom"));
    target.set("several", source.at("options.multipleMatches"));
    target.set("fuzzy", source.at("options.fuzzyCompare"));
    target.set("dotNotation", source.inverse("options.disableDotNotation"));
    clash(source, target);
}

/// Pairs of fields; since version 3 also the names that both inputs share, in one text.
fn match_fields(source: &Source) -> Value {
    let pair = |one: Value, two: Value| Map::from_iter([("field1", one), ("field2", two)]).into();
    if source.version < 3.0 || source.flag("advanced", false) {
        let rows = source.rows("mergeByFields.values");
        let side = |row: &Value, key: &str| row.get(key).cloned().unwrap_or_else(|| "".into());
        return Value::array(rows.iter().map(|row| pair(side(row, "field1"), side(row, "field2"))));
    }
    let written = source.text("fieldsToMatchString", "");
    let names: Vec<SmolStr> = match written.starts_with('=') {
        true => vec![written],
        false => written.split(',').map(|it| it.trim().into()).collect(),
    };
    Value::array(names.into_iter().map(|it| pair(it.clone().into(), it.into())))
}

fn clash(source: &Source, target: &mut Target) {
    let at = |key: &str| source.text(&format!("options.clashHandling.values.{key}"), "");
    match at("resolveClash").as_str() {
        "addSuffix" => target.set("clash", "suffix"),
        it => {
            if let Some(number) =
                it.strip_prefix("preferInput").and_then(|it| it.parse::<f64>().ok())
            {
                target.set("clash", "prefer");
                target.set("preferred", number);
            }
        }
    }
    if at("mergeMode") == "shallowMerge" {
        target.set("depth", "shallow");
    }
    if source.flag("options.clashHandling.values.overrideEmpty", false) {
        target.set("skipEmpty", true);
    }
}

fn choose(source: &Source, target: &mut Target) {
    target.set("mode", "choose");
    inputs(source, target);
    if source.version < 3.0 {
        branch(&source.text("output", "input1"), target);
    } else if source.text("output", "specifiedInput") == "empty" {
        target.set("give", "empty");
    } else {
        let input = source.or("useDataOfInput", 1.0);
        match &input {
            Value::String(it) if !it.starts_with('=') => branch(it, target),
            _ => target.set("branch", input),
        }
    }
}

/// `input2` or `2`, or `empty`.
fn branch(word: &str, target: &mut Target) {
    match word.trim_start_matches("input").trim().parse::<f64>() {
        Ok(number) => target.set("branch", number),
        Err(_) if word == "empty" => target.set("give", "empty"),
        Err(_) => {}
    }
}
