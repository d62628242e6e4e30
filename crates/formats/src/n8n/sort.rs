//! `sort`: by fields, at random, by a script.

use model::{Map, Value};

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["sort"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("data.sort");
    match source.text("type", "simple").as_str() {
        "random" => target.set("by", "chance"),
        "code" => {
            target.set("by", "code");
            target.set("code", source.or("code", CODE));
        }
        _ => {
            target.set("fields", fields(source));
            target.set("dotNotation", source.inverse("options.disableDotNotation"));
        }
    }
    Ok(target)
}

/// What a node whose script was never touched runs: no such field, and so no order.
const CODE: &str = "const field = 'myField';\n\
                    if (a.json[field] < b.json[field]) return -1;\n\
                    if (a.json[field] > b.json[field]) return 1;\n\
                    return 0;";

fn fields(source: &Source) -> Value {
    let rows = source.rows("sortFieldsUi.sortField");
    Value::array(rows.iter().map(|row| {
        let name = row.get("fieldName").cloned().unwrap_or_else(|| "".into());
        let order = row.get("order").cloned().unwrap_or_else(|| "ascending".into());
        Map::from_iter([("name", name), ("order", order)]).into()
    }))
}
