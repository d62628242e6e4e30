//! Makes one item of many: fields gathered as lists, or whole items in one list.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use model::{
    Binary, Item, ItemRef, Items, Map, Value,
    form::{Field, Form},
    item::Paired,
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run};
use smol_str::{SmolStr, format_smolstr};

use crate::{fields::Path, names::names};

const DOCS: &str = "\
Gives one item for the whole input.

**Fields as lists**: each field that is named becomes a list of its values over all items. Empty \
values are left out unless *keep missing* is on; values that are lists themselves are joined when \
*merge lists* is on.

```json
[{\"name\": \"Ada\"}, {\"name\": \"Alan\"}]  gives  {\"name\": [\"Ada\", \"Alan\"]}
```

**Whole items**: one list of all items under one field.

```json
[{\"a\": 1}, {\"a\": 2}]  gives  {\"data\": [{\"a\": 1}, {\"a\": 2}]}
```";

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Gathers many items into one".into(),
        docs: DOCS.into(),
        icon: "brackets".into(),
        form: form(),
        ..NodeType::new("data.aggregate", "Aggregate", Category::Data, Aggregate)
    }
}

fn form() -> Form {
    let (fields, items) = (&["fields"], &["items"]);
    Form::new([
        Field::choice(
            "mode",
            "Gather",
            &[("fields", "Fields as lists"), ("items", "Whole items in one list")],
        )
        .help("Each named field as a list of its values, or one list of whole items."),
        Field::list(
            "fields",
            "Fields",
            Form::new([
                Field::text("field", "Field").required().help("The field whose values to gather."),
                Field::text("as", "Output name").help(
                    "What the list is called; without it, the last part of the field's name.",
                ),
            ]),
        )
        .when("mode", fields)
        .help("The fields to gather, each into a list of its own."),
        Field::bool("mergeLists", "Merge lists")
            .when("mode", fields)
            .help("Join values that are lists into one flat list, instead of a list of lists."),
        Field::bool("keepMissing", "Keep missing values")
            .when("mode", fields)
            .help("Write null where an item lacks the field, so that lists stay equally long."),
        Field::bool("dotNotation", "Dot notation")
            .default(true)
            .when("mode", fields)
            .help("Read and write `a.b` as field `b` inside `a`, instead of a field named `a.b`."),
        Field::text("destination", "Output field")
            .default("data")
            .when("mode", items)
            .help("The field that gets the list of items."),
        Field::choice(
            "include",
            "Include",
            &[("all", "All fields"), ("selected", "Only these"), ("except", "All but these")],
        )
        .when("mode", items)
        .help("Which fields of each item go into the list; items with none of them are left out."),
        Field::text("includeFields", "Fields to include")
            .when("mode", items)
            .when("include", &["selected", "except"])
            .help("Names of fields, separated by commas, to keep or to leave out."),
        Field::bool("binaries", "Include files")
            .help("Put the files of all items beside the one that is made."),
        Field::bool("uniqueBinaries", "Leave out repeated files")
            .when_is("binaries", true)
            .help("Skip a file of the same type, extension and size as one that is there already."),
    ])
}

struct Aggregate;

#[async_trait]
impl Run for Aggregate {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let input = ctx.input(0);
        let (json, sources) = match ctx.text("mode", 0)?.as_str() {
            "items" => whole_items(ctx, &input)?,
            _ => (lists(ctx, &input)?, (0..input.len()).collect()),
        };
        let refs: Vec<ItemRef> = sources.into_iter().map(|it| ItemRef::new(0, it)).collect();
        let binary = if ctx.bool("binaries", 0)? {
            files(&input, ctx.bool("uniqueBinaries", 0)?)?
        } else {
            None
        };
        let paired = Paired::Many(refs.into());
        Ok(Outcome::one(Items::one(Item { binary, paired, ..Item::new(json) })))
    }
}

/// One field to gather.
struct Gather {
    from: Path,
    to: Path,
    values: Vec<Value>,
}

fn lists(ctx: &Ctx<'_>, input: &Items) -> Result<Map, NodeError> {
    let (merge, keep) = (ctx.bool("mergeLists", 0)?, ctx.bool("keepMissing", 0)?);
    let mut all = gathers(ctx)?;
    for item in input.iter() {
        let item = item?;
        for gather in &mut all {
            let value = match gather.from.get(&item.json) {
                Some(Value::Array(it)) if !keep && it.iter().any(Value::is_null) => {
                    Value::array(it.iter().filter(|it| !it.is_null()).cloned())
                }
                None | Some(Value::Null) if !keep => continue,
                other => other.cloned().unwrap_or_default(),
            };
            match value {
                Value::Array(it) if merge => gather.values.extend(it.iter().cloned()),
                other => gather.values.push(other),
            }
        }
    }
    let mut res = Map::new();
    for gather in all {
        gather.to.set(&mut res, Some(gather.values.into()))?;
    }
    Ok(res)
}

fn gathers(ctx: &Ctx<'_>) -> Result<Vec<Gather>, NodeError> {
    let dotted = ctx.bool("dotNotation", 0)?;
    let mut names = HashSet::new();
    let mut res = vec![];
    let rows = ctx.param("fields").entries();
    if rows.is_empty() {
        return Err(NodeError::never("there is no field to gather; add one"));
    }
    for row in rows {
        let text = |name: &str| {
            let value = ctx.eval(&row.get(name), 0)?.unwrap_or_default();
            Ok::<_, NodeError>(sdk::ctx::text_of(&value))
        };
        let (field, renamed) = (text("field")?, text("as")?);
        let taken = if renamed.is_empty() { field.clone() } else { renamed.clone() };
        if !names.insert(taken.clone()) {
            return Err(NodeError::never(format!(
                "the output field `{taken}` is used more than once; give each a name of its own"
            )));
        }
        if field.is_empty() {
            continue;
        }
        let last = match field.rsplit_once('.') {
            Some((_, last)) if dotted => last,
            _ => &field,
        };
        let to = if renamed.is_empty() { last } else { &renamed };
        let (from, to) = (Path::new(&field, dotted), Path::new(to, dotted));
        res.push(Gather { from, to, values: vec![] });
    }
    Ok(res)
}

/// The list, and the indexes of the items that are in it.
fn whole_items(ctx: &Ctx<'_>, input: &Items) -> Result<(Map, Vec<usize>), NodeError> {
    let include = ctx.text("include", 0)?;
    let chosen = names(&ctx.value("includeFields", 0)?);
    let all = chosen.is_empty() || !matches!(include.as_str(), "selected" | "except");
    let keep = include == "selected";
    let (mut list, mut sources) = (vec![], vec![]);
    for (index, item) in input.iter().enumerate() {
        let mut json = item?.json;
        if !all {
            let mut fields = Map::clone(&json);
            fields.retain(|key, _| chosen.iter().any(|it| it == key) == keep);
            json = fields.into();
        }
        if all || !json.is_empty() {
            list.push(Value::Object(json));
            sources.push(index);
        }
    }
    let mut res = Map::new();
    res.insert(ctx.text("destination", 0)?, list);
    Ok((res, sources))
}

type Files = Arc<BTreeMap<SmolStr, Binary>>;

/// The files of all items; a name that is taken gets a number.
fn files(input: &Items, unique: bool) -> Result<Option<Files>, NodeError> {
    let mut res: BTreeMap<SmolStr, Binary> = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut numbers: HashMap<SmolStr, usize> = HashMap::new();
    for item in input.iter() {
        for (name, file) in item?.binary.iter().flat_map(|it| it.iter()) {
            let kind = (file.mime_type.clone(), file.file_extension.clone(), file.data.len());
            if unique && !seen.insert(kind) {
                continue;
            }
            let mut key = name.clone();
            while res.contains_key(&key) {
                let number = numbers.entry(name.clone()).or_default();
                *number += 1;
                key = format_smolstr!("{name}_{number}");
            }
            res.insert(key, file.clone());
        }
    }
    Ok((!res.is_empty()).then(|| res.into()))
}
