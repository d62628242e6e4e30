//! Runs JavaScript over the items: once for all of them, or once for each.

use async_trait::async_trait;
use model::{
    Item, ItemRef, Items, Map, Paired, Value,
    form::{Field, FieldKind, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Param, Run};
use smol_str::SmolStr;

mod files;
mod returned;

use returned::Returned;

const DOCS: &str = "\
Runs a script in a sandbox: modern JavaScript with `await`, all names of expressions (`$json`, \
`$input`, `$('Node')`, `$now`, `DateTime`, …), `console.log`, `Buffer` and \
`$getWorkflowStaticData`. It has no network and no disk. Where the server runs with \
`--script-extras`, it has `URL`, `crypto` and `require` of modules that do no harm as well.

**Once for all items**: `items` and `$input.all()` are the input; return a list of items, or one.

```js
for (const item of $input.all()) {
  item.json.total = item.json.price * item.json.amount;
}
return $input.all();
```

**Once for each item**: `$json` and `$input.item` are the item; return one item, or `null` to drop \
it.

```js
return { ...$json, total: $json.price * $json.amount };
```

An item is `{ json, binary?, pairedItem? }`; plain objects are wrapped. Set `pairedItem` to the \
index of the input item that an output item came of, when their numbers differ: then `$('Node').item` \
works behind this node.";

pub(crate) fn plugin() -> NodeType {
    let each = "eachItem";
    NodeType {
        summary: "Runs JavaScript over the items".into(),
        docs: DOCS.into(),
        icon: "code".into(),
        form: Form::new([
            Field::choice(
                "mode",
                "Run",
                &[("allItems", "Once for all items"), (each, "Once for each item")],
            )
            .fixed()
            .help("Once with all items at hand, or once for each of them."),
            Field::new("code", "Code", FieldKind::Code { language: "javascript".into() })
                .fixed()
                .required()
                .help("The body of a function: it returns the items that go on."),
        ]),
        ..NodeType::new("code.javascript", "Code", Category::Core, JavaScript)
    }
}

struct JavaScript;

#[async_trait]
impl Run for JavaScript {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let source = source(&ctx.param("code"));
        let items = match ctx.text("mode", 0)?.as_str() {
            "eachItem" => each_item(ctx, &source).await?,
            _ => all_items(ctx, &source).await?,
        };
        Ok(Outcome::one(items))
    }
}

/// The script as written: a leading `=` is part of it, for a script is no expression.
fn source(param: &Param) -> SmolStr {
    match param {
        Param::Expr { text, .. } => format!("={text}").into(),
        Param::Const(value) => sdk::ctx::text_of(value),
        Param::Object(_) | Param::Array(_) => SmolStr::default(),
    }
}

async fn all_items(ctx: &Ctx<'_>, source: &str) -> Result<Items, NodeError> {
    let value = match ctx.host.script(source, None).await {
        Ok(value) => value,
        Err(error) if ctx.goes_on() && !error.is_interrupted() => {
            return Ok(Items::one(failed(&error)));
        }
        Err(error) => return Err(error),
    };
    let returned = returned::many(value.as_ref())?;
    let (n_input, n_output) = (ctx.input(0).len(), returned.len());
    let mut res = ctx.collect();
    for (place, it) in returned.into_iter().enumerate() {
        let mut item = item(ctx, it).await?;
        if item.paired == Paired::Unknown {
            item.paired = guessed(place, n_input, n_output);
        }
        res.push(item)?;
    }
    res.finish()
}

/// The lineage of an item that says none: by place, or that of the only item on one side.
fn guessed(place: usize, n_input: usize, n_output: usize) -> Paired {
    match (n_input, n_output) {
        (0, _) => Paired::Unknown,
        (1, _) | (_, 1) => Paired::One(ItemRef::new(0, 0)),
        (a, b) if a == b => Paired::One(ItemRef::new(0, place)),
        _ => Paired::Unknown,
    }
}

async fn each_item(ctx: &Ctx<'_>, source: &str) -> Result<Items, NodeError> {
    let mut res = ctx.collect();
    for index in 0..ctx.input(0).len() {
        let value = match ctx.host.script(source, Some(index)).await {
            Ok(value) => value.unwrap_or_default(),
            Err(error) if ctx.goes_on() && !error.is_interrupted() => {
                res.push(failed(&error).paired_with(0, index))?;
                continue;
            }
            Err(error) => return Err(error.at(index)),
        };
        // Nothing returned is nothing passed on.
        if !value.truthy() {
            continue;
        }
        let returned = returned::one(&value).map_err(|it| it.at(index))?;
        res.push(item(ctx, returned).await?.paired_with(0, index))?;
    }
    res.finish()
}

async fn item(ctx: &Ctx<'_>, returned: Returned) -> Result<Item, NodeError> {
    let binary = match &returned.binary {
        Some(files) => Some(files::read(ctx, files).await?),
        None => None,
    };
    Ok(Item { binary, error: returned.error, paired: returned.paired, ..Item::new(returned.json) })
}

fn failed(error: &NodeError) -> Item {
    let mut res = Item::new(Map::from_iter([("error", Value::from(error.message.as_str()))]));
    res.error = Some(error.message.as_str().into());
    res
}
