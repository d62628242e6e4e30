//! Makes many items of one: an item for each entry of a list.

use async_trait::async_trait;
use model::{
    Item, Map, Value,
    form::{Field, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run};
use smol_str::SmolStr;

use crate::{fields::Path, names::names};

const DOCS: &str = "\
Gives an item for each entry of a list in a field.

```json
{\"order\": 7, \"lines\": [{\"sku\": \"a\"}, {\"sku\": \"b\"}]}  gives  {\"sku\": \"a\"}, {\"sku\": \"b\"}
```

Entries that are no objects, or that come with other fields of the item, stay under the field's \
name. A field that is no list counts as a list of one entry, an object as the list of its values, \
and a missing field gives nothing. Several fields are split side by side: the first entries of all \
make the first item. `$binary` splits the files of an item.";

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Makes an item of each entry of a list".into(),
        docs: DOCS.into(),
        icon: "split".into(),
        form: form(),
        ..NodeType::new("data.split_out", "Split out", Category::Data, SplitOut)
    }
}

fn form() -> Form {
    Form::new([
        Field::text("fields", "Fields to split out")
            .required()
            .placeholder("lines")
            .help("The field that holds the list; several names are separated by commas."),
        Field::choice(
            "include",
            "Include",
            &[
                ("none", "No other fields"),
                ("all", "All other fields"),
                ("selected", "Selected other fields"),
            ],
        )
        .help("Which other fields of the item each new item gets too."),
        Field::text("includeFields", "Fields to include")
            .when("include", &["selected"])
            .help("Names of the other fields, separated by commas."),
        Field::text("destination", "Output field")
            .help("What the entries are called; one name per field, separated by commas."),
        Field::bool("dotNotation", "Dot notation")
            .default(true)
            .help("Read `a.b` as field `b` inside `a`, instead of a field named `a.b`."),
        Field::bool("binaries", "Include files")
            .help("Give each new item the files of the item that it came of."),
    ])
}

struct SplitOut;

#[async_trait]
impl Run for SplitOut {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let mut res = ctx.collect();
        for (index, item) in ctx.input(0).iter().enumerate() {
            let split = Split::read(ctx, index).map_err(|it| it.at(index))?;
            for new in split.of(&item?)? {
                res.push(new.paired_with(0, index))?;
            }
        }
        Ok(Outcome::one(res.finish()?))
    }
}

/// How one item is to be split.
struct Split {
    columns: Vec<Column>,
    include: Include,
    binaries: bool,
}

struct Column {
    from: From,
    /// The name of the entries.
    name: SmolStr,
    /// Entries that are objects become the item itself.
    spread: bool,
}

enum From {
    Field(Path),
    Files,
}

enum Include {
    Nothing,
    All,
    These(Vec<Path>),
}

impl Split {
    fn read(ctx: &Ctx<'_>, index: usize) -> Result<Split, NodeError> {
        let dotted = ctx.bool("dotNotation", index)?;
        let include = match ctx.text("include", index)?.as_str() {
            "all" => Include::All,
            "selected" => {
                let chosen = names(&ctx.value("includeFields", index)?);
                if chosen.is_empty() {
                    return Err(NodeError::never("no field to include is named; add one"));
                }
                Include::These(chosen.iter().map(|it| Path::new(it, dotted)).collect())
            }
            _ => Include::Nothing,
        };
        let fields = match ctx.value("fields", index)? {
            Value::String(it) => it,
            other => {
                return Err(NodeError::never(format!(
                    "the fields to split out must be names, not {}: name the field instead of \
                     giving its value",
                    other.kind()
                )));
            }
        };
        let fields: Vec<&str> = fields.split(',').map(str::trim).collect();
        let destinations = names(&ctx.value("destination", index)?);
        if !destinations.is_empty() && destinations.len() != fields.len() {
            return Err(NodeError::never(
                "there must be as many output fields as fields to split out, or none",
            ));
        }
        let single = fields.len() == 1 && destinations.is_empty();
        let spread = single && matches!(include, Include::Nothing);
        let column = |(number, field): (usize, &&str)| {
            let field = field.strip_prefix("$json.").unwrap_or(field);
            let from = match field {
                "$binary" => From::Files,
                field => From::Field(Path::new(field, dotted)),
            };
            let name = destinations.get(number).cloned().unwrap_or_else(|| field.into());
            Column { from, name, spread }
        };
        let columns = fields.iter().enumerate().map(column).collect();
        Ok(Split { columns, include, binaries: ctx.bool("binaries", index)? })
    }

    fn of(&self, item: &Item) -> Result<Vec<Item>, NodeError> {
        if let Some(items) = self.whole(item) {
            return Ok(items);
        }
        let mut rows: Vec<(Map, Item)> = vec![];
        for column in &self.columns {
            match &column.from {
                From::Files => {
                    for (number, (name, file)) in
                        item.binary.iter().flat_map(|it| it.iter()).enumerate()
                    {
                        let files = &mut row(&mut rows, number).1.binary;
                        let mut more = files.take().map(|it| (*it).clone()).unwrap_or_default();
                        more.insert(name.clone(), file.clone());
                        *files = Some(more.into());
                    }
                }
                From::Field(path) => {
                    for (number, entry) in entries(path.get(&item.json)).into_iter().enumerate() {
                        column.write(&mut row(&mut rows, number).0, entry);
                    }
                }
            }
        }
        let rest = self.rest(item);
        let finish = |(json, mut new): (Map, Item)| {
            new.json = match &self.include {
                Include::Nothing => json,
                Include::All => merged(rest.clone(), &json),
                // The item's own fields go before entries of the same name.
                Include::These(_) => merged(json, &rest),
            }
            .into();
            if self.binaries && new.binary.is_none() {
                new.binary = item.binary.clone();
            }
            new
        };
        Ok(rows.into_iter().map(finish).collect())
    }

    /// Where one list is split into the objects that it holds, these are the items: nothing is
    /// copied.
    fn whole(&self, item: &Item) -> Option<Vec<Item>> {
        let [Column { from: From::Field(path), spread: true, .. }] = self.columns.as_slice() else {
            return None;
        };
        let Some(Value::Array(list)) = path.get(&item.json) else { return None };
        let binary = self.binaries.then(|| item.binary.clone()).flatten();
        let one = |entry: &Value| match entry {
            Value::Object(fields) => {
                Some(Item { binary: binary.clone(), ..Item::new(fields.clone()) })
            }
            _ => None,
        };
        list.iter().map(one).collect()
    }

    /// The other fields that each new item gets.
    fn rest(&self, item: &Item) -> Map {
        match &self.include {
            Include::Nothing => Map::new(),
            Include::All => {
                let mut res = Map::clone(&item.json);
                for column in &self.columns {
                    if let From::Field(path) = &column.from {
                        path.remove(&mut res);
                    }
                }
                res
            }
            Include::These(paths) => paths
                .iter()
                .filter_map(|it| Some((it.name().clone(), it.get(&item.json)?.clone())))
                .collect(),
        }
    }
}

impl Column {
    fn write(&self, json: &mut Map, entry: Value) {
        match entry {
            Value::Object(fields) if self.spread => {
                for (key, value) in fields.iter() {
                    json.insert(key.clone(), value.clone());
                }
            }
            // A list has its numbers for names.
            Value::Array(list) if self.spread => {
                for (number, value) in list.iter().enumerate() {
                    json.insert(number.to_string(), value.clone());
                }
            }
            entry => drop(json.insert(self.name.clone(), entry)),
        }
    }
}

/// `more` over what is there.
fn merged(mut fields: Map, more: &Map) -> Map {
    for (key, value) in more {
        fields.insert(key.clone(), value.clone());
    }
    fields
}

fn row(rows: &mut Vec<(Map, Item)>, number: usize) -> &mut (Map, Item) {
    if rows.len() <= number {
        rows.resize_with(number + 1, Default::default);
    }
    &mut rows[number]
}

fn entries(value: Option<&Value>) -> Vec<Value> {
    match value {
        None => vec![],
        Some(Value::Array(list)) => list.to_vec(),
        Some(Value::Object(fields)) => fields.values().cloned().collect(),
        Some(other) => vec![other.clone()],
    }
}
