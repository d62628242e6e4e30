//! Sets fields of items, one by one or as JSON.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use model::{
    Binary, Item, Map, Value,
    execution::Mode,
    form::{Field, FieldKind, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Param, Run};
use smol_str::SmolStr;

use crate::{coerce, fields::Path, names::names};

mod assign;

use assign::{Assignment, Conversion, Missing};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Adds, changes or removes fields".into(),
        docs: include_str!("data_set.md").into(),
        icon: "pencil".into(),
        form: form(),
        ..NodeType::new("data.set", "Edit fields", Category::Data, Set)
    }
}

fn form() -> Form {
    Form::new([
        Field::choice("mode", "Mode", &[("fields", "Field by field"), ("json", "JSON")])
            .fixed()
            .help("Whether fields are written one by one or as one JSON object."),
        Field::new("fields", "Fields", FieldKind::Assignments)
            .default(vec![])
            .when("mode", &["fields"])
            .help(
                "Rows of `name`, `type` and `value`. The type is `string`, `number`, `boolean`, \
                 `array`, `object`, `any` (as it comes) or `binary` (the file of the input item \
                 that `value` names).",
            ),
        Field::json("json", "JSON")
            .default("{}")
            .when("mode", &["json"])
            .help("An object; its fields are written to each item. `{{ }}` may stand anywhere in it."),
        Field::choice(
            "include",
            "Other fields",
            &[
                ("none", "Keep none"),
                ("all", "Keep all"),
                ("selected", "Keep some"),
                ("except", "Keep all but some"),
            ],
        )
        .help("Which fields of the input item stay beside those that are set."),
        Field::text("includeFields", "Fields to keep")
            .default("")
            .when("include", &["selected"])
            .help("Names with commas between them."),
        Field::text("excludeFields", "Fields to leave out")
            .default("")
            .when("include", &["except"])
            .help("Names with commas between them."),
        Field::bool("files", "Keep files")
            .default(true)
            .help("Whether the files of the input item stay with it."),
        Field::bool("dotNotation", "Dots lead deeper")
            .default(true)
            .help("Whether `a.b` names the field `b` inside `a`; else it is a name with a dot in it."),
        Field::bool("ignoreConversionErrors", "Ignore conversion errors")
            .help("A value that does not fit its type is taken as it is, instead of failing."),
        Field::choice(
            "missing",
            "When there is no value",
            &[
                ("null", "Write null"),
                ("omit", "Leave the field out"),
                ("fail", "Fail for text, else write null"),
                ("text", "Write the word for text, else null"),
            ],
        )
        .fixed()
        .help("What becomes of a field whose value is null, or undefined in its expression."),
        Field::integer("copies", "Copies", 0.0, 10_000.0)
            .default(0.0)
            .fixed()
            .help("How many more times each item is given, for trying things out. Counts in manual runs only."),
    ])
}

struct Set;

#[async_trait]
impl Run for Set {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let plan = Plan::new(ctx)?;
        let mut out = ctx.collect();
        for (index, item) in ctx.input(0).iter().enumerate() {
            let item = item?;
            let made = match plan.make(ctx, &item, index) {
                Ok(made) => made,
                Err(error) if ctx.goes_on() && !error.is_interrupted() => {
                    ctx.failed_item(&error, index)
                }
                Err(error) => return Err(error.at(index)),
            };
            for _ in 0..plan.copies {
                out.push(made.clone())?;
            }
            out.push(made)?;
        }
        Ok(Outcome::one(out.finish()?))
    }
}

/// The parameters, read once per run.
struct Plan {
    source: Source,
    include: Include,
    files: bool,
    dotted: bool,
    copies: usize,
    /// What every item becomes, when nothing depends on the item.
    same: Option<Arc<Map>>,
}

/// An item in the making.
struct Made {
    json: Map,
    binary: Option<Arc<BTreeMap<SmolStr, Binary>>>,
}

enum Source {
    Fields(Vec<Assignment>),
    /// JSON text with expressions in it.
    Json(Param),
}

enum Include {
    None,
    All,
    Selected(Names),
    Except(Names),
}

/// A comma-separated list of fields.
enum Names {
    Fixed(Vec<Path>),
    PerItem(Param),
}

impl Plan {
    fn new(ctx: &Ctx<'_>) -> Result<Plan, NodeError> {
        let dotted = ctx.bool("dotNotation", 0)?;
        let conversion = Conversion {
            ignore_errors: ctx.bool("ignoreConversionErrors", 0)?,
            missing: match ctx.text("missing", 0)?.as_str() {
                "omit" => Missing::Omit,
                "fail" => Missing::Fail,
                "text" => Missing::Text,
                _ => Missing::Null,
            },
        };
        let listed = |name: &str| Names::new(ctx.param(name), dotted);
        let include = match ctx.text("include", 0)?.as_str() {
            "all" => Include::All,
            "selected" => Include::Selected(listed("includeFields")),
            "except" => Include::Except(listed("excludeFields")),
            _ => Include::None,
        };
        let copies = match ctx.host.mode() {
            Mode::Manual => ctx.number("copies", 0)?.max(0.0) as usize,
            _ => 0,
        };
        let source = if ctx.text("mode", 0)? == "json" {
            json_source(ctx.param("json"), dotted)
        } else {
            let rows = ctx.param("fields").entries();
            Source::Fields(
                rows.iter().map(|row| Assignment::new(row, dotted, conversion)).collect(),
            )
        };
        let mut plan =
            Plan { source, include, files: ctx.bool("files", 0)?, dotted, copies, same: None };
        plan.same = plan.constant()?;
        Ok(plan)
    }

    /// The one object that all items become.
    fn constant(&self) -> Result<Option<Arc<Map>>, NodeError> {
        let (Source::Fields(fields), Include::None) = (&self.source, &self.include) else {
            return Ok(None);
        };
        let mut map = Map::new();
        for field in fields {
            let Some((path, value)) = field.constant() else { return Ok(None) };
            path.set(&mut map, value.clone())?;
        }
        Ok(Some(map.into()))
    }

    fn make(&self, ctx: &Ctx<'_>, item: &Item, index: usize) -> Result<Item, NodeError> {
        let binary = if self.files { item.binary.clone() } else { None };
        if let Some(same) = &self.same {
            let made = Item { binary, ..Item::new(same.clone()) };
            return Ok(made.paired_with(0, index));
        }
        let mut made = Made { json: self.kept(ctx, item, index)?, binary };
        match &self.source {
            Source::Fields(fields) => {
                for field in fields {
                    field.write(ctx, (item, index), &mut made)?;
                }
            }
            Source::Json(json) => {
                for (key, value) in &*self.json(ctx, json, index)? {
                    Path::new(key, self.dotted).set(&mut made.json, Some(value.clone()))?;
                }
            }
        }
        Ok(Item { binary: made.binary, ..Item::new(made.json) }.paired_with(0, index))
    }

    fn kept(&self, ctx: &Ctx<'_>, item: &Item, index: usize) -> Result<Map, NodeError> {
        Ok(match &self.include {
            Include::None => match &self.source {
                Source::Fields(fields) => Map::with_capacity(fields.len()),
                Source::Json(_) => Map::new(),
            },
            Include::All => Map::clone(&item.json),
            Include::Selected(names) => {
                let mut kept = Map::new();
                names.each(ctx, index, self.dotted, |path| match path.get(&item.json) {
                    Some(value) => path.set(&mut kept, Some(value.clone())),
                    None => Ok(()),
                })?;
                kept
            }
            Include::Except(names) => {
                let mut kept = Map::clone(&item.json);
                names.each(ctx, index, self.dotted, |path| {
                    path.remove(&mut kept);
                    Ok(())
                })?;
                kept
            }
        })
    }

    /// The fields of JSON text, or of an object that an expression gave.
    fn json(&self, ctx: &Ctx<'_>, json: &Param, item: usize) -> Result<Arc<Map>, NodeError> {
        let value = match json {
            Param::Expr { number, .. } => ctx.host.eval_json(*number, item)?,
            other => ctx.eval(other, item)?,
        };
        let object = match value {
            Some(Value::String(text)) => coerce::repaired_object(&text),
            other => other,
        };
        match object {
            Some(Value::Object(map)) => Ok(map),
            _ => Err(NodeError::never(format!(
                "The 'JSON Output' in item {item} does not contain a valid JSON object"
            ))),
        }
    }
}

/// JSON without expressions is read once; text that is no JSON is left to fail per item.
fn json_source(json: Param, dotted: bool) -> Source {
    let object = match json.constant() {
        Some(Value::String(text)) => coerce::repaired_object(text),
        Some(it @ Value::Object(_)) => Some(it.clone()),
        _ => None,
    };
    match object {
        Some(Value::Object(map)) => Source::Fields(
            map.iter()
                .map(|(key, value)| Assignment::ready(Path::new(key, dotted), value.clone()))
                .collect(),
        ),
        _ => Source::Json(json),
    }
}

impl Names {
    fn new(param: Param, dotted: bool) -> Names {
        match param.constant() {
            Some(list) => Names::Fixed(paths(list, dotted)),
            None => Names::PerItem(param),
        }
    }

    fn each(
        &self,
        ctx: &Ctx<'_>,
        item: usize,
        dotted: bool,
        mut act: impl FnMut(&Path) -> Result<(), NodeError>,
    ) -> Result<(), NodeError> {
        match self {
            Names::Fixed(paths) => paths.iter().try_for_each(act),
            Names::PerItem(param) => {
                let list = ctx.eval(param, item)?.unwrap_or_default();
                paths(&list, dotted).iter().try_for_each(&mut act)
            }
        }
    }
}

fn paths(list: &Value, dotted: bool) -> Vec<Path> {
    names(list).iter().map(|it| Path::new(it, dotted)).collect()
}
