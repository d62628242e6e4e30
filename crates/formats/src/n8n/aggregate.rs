//! Aggregate: many items into one.

use model::{Map, Value};

use super::source::{Source, Target, rows_of};

pub(super) const TYPES: &[&str] = &["aggregate"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("data.aggregate");
    let modes = [("aggregateIndividualFields", "fields"), ("aggregateAllItemData", "items")];
    let mode = source.choice("aggregate", &modes);
    let by_field = mode.as_str() == Some("fields");
    target.set("mode", mode);
    target.set("binaries", source.at("options.includeBinaries"));
    target.set("uniqueBinaries", source.at("options.keepOnlyUnique"));
    if by_field || source.has("fieldsToAggregate") {
        target.set("fields", fields(source));
        target.set("mergeLists", source.at("options.mergeLists"));
        target.set("keepMissing", source.at("options.keepMissing"));
        target.set("dotNotation", source.inverse("options.disableDotNotation"));
    }
    if !by_field {
        target.set("destination", source.at("destinationFieldName"));
        let includes =
            [("allFields", "all"), ("specifiedFields", "selected"), ("allFieldsExcept", "except")];
        target.set("include", source.choice("include", &includes));
        let names = match source.text("include", "").as_str() {
            "allFieldsExcept" => source.at("fieldsToExclude"),
            _ => source.at("fieldsToInclude"),
        };
        target.set("includeFields", names);
    }
    Ok(target)
}

fn fields(source: &Source) -> Value {
    let rows = match source.parameters.get("fieldsToAggregate") {
        // A new node begins with one field without a name.
        None => vec![Map::new().into()],
        Some(it) => rows_of(it.get("fieldToAggregate")),
    };
    Value::array(rows.iter().map(|row| {
        let field = row.get("fieldToAggregate").cloned().unwrap_or_else(|| "".into());
        let mut res = Map::from_iter([("field", field)]);
        if let Some(name) = row.get("outputFieldName").filter(|_| renamed(row)) {
            res.insert("as", name.clone());
        }
        res.into()
    }))
}

fn renamed(row: &Value) -> bool {
    row.get("renameField").is_some_and(Value::truthy)
}
