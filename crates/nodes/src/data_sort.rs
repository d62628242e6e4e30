//! Puts items in an order: by fields, by chance, or by a script.

use std::cmp::Ordering;

use async_trait::async_trait;
use model::{
    Item, Items, Value,
    form::{Field, FieldKind, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run};

use crate::{coerce, fields::Path};

mod arrange;

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Puts items in an order".into(),
        docs: include_str!("data_sort.md").into(),
        icon: "arrow-up-down".into(),
        form: form(),
        ..NodeType::new("data.sort", "Sort", Category::Data, Sort)
    }
}

fn form() -> Form {
    let field = Form::new([
        Field::text("name", "Field")
            .required()
            .fixed()
            .help("The field by which items are ordered."),
        Field::choice(
            "order",
            "Order",
            &[("ascending", "Ascending"), ("descending", "Descending")],
        )
        .fixed()
        .help("Whether the smallest or the largest comes first."),
    ]);
    Form::new([
        Field::choice("by", "By", &[("fields", "Fields"), ("chance", "Chance"), ("code", "Code")])
            .fixed()
            .help("By what items are ordered."),
        Field::list("fields", "Fields", field)
            .default(vec![])
            .when("by", &["fields"])
            .help("Items are ordered by the first of these fields, equal ones by the next."),
        Field::bool("dotNotation", "Dots lead deeper").default(true).when("by", &["fields"]).help(
            "Whether `a.b` names the field `b` inside `a`; else it is a name with a dot in it.",
        ),
        Field::new("code", "Code", FieldKind::Code { language: "javaScript".into() })
            .fixed()
            .when("by", &["code"])
            .help(
                "Compares the items `a` and `b`: returns a number below 0 when `a` comes first, \
                 above 0 when `b` does, 0 when either may.",
            ),
    ])
}

struct Sort;

#[async_trait]
impl Run for Sort {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let items = paired(&ctx.input(0))?;
        let sorted = match ctx.text("by", 0)?.as_str() {
            "chance" => by_chance(ctx, items),
            "code" => by_code(ctx, items).await?,
            _ => by_fields(ctx, items)?,
        };
        let mut out = ctx.collect();
        for item in sorted {
            out.push(item)?;
        }
        Ok(Outcome::one(out.finish()?))
    }
}

fn paired(items: &Items) -> Result<Vec<Item>, NodeError> {
    let numbered = items.iter().enumerate().map(|(n, it)| Ok(it?.paired_with(0, n)));
    numbered.collect()
}

fn by_fields(ctx: &Ctx<'_>, items: Vec<Item>) -> Result<Vec<Item>, NodeError> {
    let dotted = ctx.bool("dotNotation", 0)?;
    let mut fields = vec![];
    for row in ctx.param("fields").entries() {
        let word =
            |name: &str| Ok::<_, NodeError>(ctx.eval(&row.get(name), 0)?.unwrap_or_default());
        let path = Path::new(&word("name")?.to_text(), dotted);
        if !items.is_empty() && items.iter().all(|it| path.get(&it.json).is_none()) {
            return Err(unknown_field(&path, dotted));
        }
        fields.push((path, word("order")?.as_str() == Some("descending")));
    }
    if fields.is_empty() {
        return Err(NodeError::never("No sorting specified. Please add a field to sort by"));
    }
    // The values by which an item is ordered are looked up once, not once per comparison.
    let keys = |item: &Item| -> Vec<Option<Value>> {
        fields.iter().map(|(path, _)| path.get(&item.json).map(folded)).collect()
    };
    let keyed = items.into_iter().map(|it| (keys(&it), it)).collect();
    let compare = |a: &Vec<Option<Value>>, b: &Vec<Option<Value>>| {
        let differs = a.iter().zip(b).zip(&fields).find(|((a, b), _)| a != b);
        let Some(((a, b), (_, descending))) = differs else { return Ordering::Equal };
        let less = coerce::order(a.as_ref(), b.as_ref()) == Some(Ordering::Less);
        if less != *descending { Ordering::Less } else { Ordering::Greater }
    };
    Ok(arrange::stable(keyed, &compare))
}

/// Capitals do not count.
fn folded(value: &Value) -> Value {
    match value {
        Value::String(text) => text.to_lowercase().into(),
        other => other.clone(),
    }
}

fn unknown_field(path: &Path, dotted: bool) -> NodeError {
    let name = path.name();
    let error = NodeError::never(format!("Couldn't find the field '{name}' in the input data"));
    if !dotted && name.contains('.') {
        return error.described("To reach a field within a field, switch on *Dots lead deeper*.");
    }
    error
}

fn by_chance(ctx: &Ctx<'_>, mut items: Vec<Item>) -> Vec<Item> {
    for last in (1..items.len()).rev() {
        let other = (ctx.host.chance() * (last + 1) as f64) as usize;
        items.swap(last, other.min(last));
    }
    items
}

async fn by_code(ctx: &Ctx<'_>, items: Vec<Item>) -> Result<Vec<Item>, NodeError> {
    let code = ctx.text("code", 0)?;
    if !code.contains("return") {
        return Err(NodeError::never(
            "Sort code doesn't return. Please add a 'return' statement to your code",
        ));
    }
    let script = format!(
        "const compare = (a, b) => {{\n{code}\n}};\n\
         const places = $input.all().map((item, place) => ({{ item, place }}));\n\
         places.sort((a, b) => compare(a.item, b.item));\n\
         return places.map((it) => it.place);"
    );
    let order = ctx.host.script(&script, None).await?.unwrap_or_default();
    let places = order.as_array().unwrap_or_default().iter().filter_map(Value::as_f64);
    Ok(places.filter_map(|it| items.get(it as usize).cloned()).collect())
}
