//! Starts when another workflow calls this one.

use async_trait::async_trait;
use model::{
    Item, Items, Map, Value,
    form::{Field, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run, trigger::Listen};
use smol_str::SmolStr;

const DOCS: &str = "\
Starts when a workflow calls this one. Gives the items that the caller passes.

With **defined fields** each item has exactly these: others are left out, missing ones are null. \
The caller's form then shows them. With a **JSON example** the fields are those of the example.

The output of the last node goes back to the caller.";

pub(crate) fn plugin() -> NodeType {
    let types = [
        ("any", "Anything"),
        ("string", "Text"),
        ("number", "Number"),
        ("boolean", "True or false"),
        ("array", "List"),
        ("object", "Object"),
    ];
    NodeType {
        summary: "Starts when another workflow calls this one".into(),
        docs: DOCS.into(),
        icon: "log-in".into(),
        trigger: true,
        inputs: vec![],
        form: Form::new([
            Field::choice(
                "input",
                "Input",
                &[
                    ("any", "Whatever the caller passes"),
                    ("fields", "Defined fields"),
                    ("example", "Fields of a JSON example"),
                ],
            )
            .fixed()
            .help("Which fields of the caller's items arrive here."),
            Field::list(
                "fields",
                "Fields",
                Form::new([
                    Field::text("name", "Name").fixed().required().help("The field's name."),
                    Field::choice("type", "Type", &types)
                        .fixed()
                        .help("What the caller is asked for."),
                ]),
            )
            .fixed()
            .when("input", &["fields"])
            .help("The fields that the caller is asked for."),
            Field::json("example", "Example")
                .fixed()
                .when("input", &["example"])
                .placeholder("{\"name\": \"Ada\", \"age\": 36}")
                .help("An object with the fields that the caller is asked for."),
        ]),
        ..NodeType::new("trigger.workflow", "When called", Category::Core, Called)
    }
}

struct Called;

#[async_trait]
impl Run for Called {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let given = match ctx.input(0) {
            given if given.is_empty() => Items::one(Item::default()),
            given => given,
        };
        let Some(names) = names(ctx)? else { return Ok(Outcome::one(given)) };
        let mut res = ctx.collect();
        for item in given.iter() {
            let mut item = item?;
            let field =
                |name: &SmolStr| (name.clone(), item.json.get(name).cloned().unwrap_or_default());
            item.json = names.iter().map(field).collect::<Map>().into();
            res.push(item)?;
        }
        Ok(Outcome::one(res.finish()?))
    }

    fn listens(&self, _: &str, _: &Value) -> Result<Vec<Listen>, String> {
        Ok(vec![Listen::Workflow])
    }
}

/// The fields that arrive; `None` is all.
fn names(ctx: &Ctx<'_>) -> Result<Option<Vec<SmolStr>>, NodeError> {
    Ok(match ctx.text("input", 0)?.as_str() {
        "fields" => {
            let rows = ctx.value("fields", 0)?;
            let rows = rows.as_array().unwrap_or_default().iter();
            let names = rows.filter_map(|it| it.get("name")).map(Value::to_text);
            Some(names.filter(|it| !it.is_empty()).collect())
        }
        "example" => {
            let example = match ctx.value("example", 0)? {
                Value::String(text) => Value::from_json(&text).map_err(|fault| {
                    NodeError::never(format!("the JSON example cannot be read: {fault}"))
                })?,
                other => other,
            };
            let Some(fields) = example.as_object() else {
                return Err(NodeError::never("the JSON example must be an object"));
            };
            Some(fields.keys().cloned().collect())
        }
        _ => None,
    })
}
