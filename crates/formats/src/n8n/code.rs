//! Code, and the older Function and Function Item.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["code", "function", "functionItem"];

const ALL_ITEMS: &str = "\
// Loop over input items and add a new field called 'myNewField' to the JSON of each one
for (const item of $input.all()) {
  item.json.myNewField = 1;
}

return $input.all();";

const EACH_ITEM: &str = "\
// Add a new field called 'myNewField' to the JSON of the item
$input.item.json.myNewField = 1;

return $input.item;";

const FUNCTION: &str = "\
// Loop over inputs and add a new field called 'myNewField' to the JSON of each one
for (item of items) {
  item.json.myNewField = 1;
}

return items;";

const FUNCTION_ITEM: &str = "\
// Add a new field called 'myNewField' to the item
item.myNewField = 1;

return item;";

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("code.javascript");
    match source.kind() {
        "function" => {
            target.set("code", source.or("functionCode", FUNCTION));
        }
        "functionItem" => {
            target.set("mode", "eachItem");
            target.set("code", function_item(&source.text("functionCode", FUNCTION_ITEM)));
        }
        _ => {
            let language = source.text("language", "javaScript");
            if language.to_lowercase().starts_with("python") {
                return Err("it is written in Python, and only JavaScript can run here; rewrite \
                            it in a code node"
                    .into());
            }
            let each = source.text("mode", "runOnceForAllItems") == "runOnceForEachItem";
            target.set("mode", if each { "eachItem" } else { "allItems" });
            target.set("code", source.or("jsCode", if each { EACH_ITEM } else { ALL_ITEMS }));
        }
    }
    Ok(target)
}

/// Function Item hands over the JSON of an item and takes JSON back.
fn function_item(code: &str) -> String {
    format!(
        "\
// From a Function Item node: `item` is the JSON of one item, and its new JSON is returned.
const whole = $input.item;
const getBinaryData = () => whole.binary;
const setBinaryData = (files) => {{ whole.binary = files; }};
const json = await (async function (item) {{
{code}
}}).call(this, whole.json);
if (json === undefined) {{
  throw new Error('No data got returned. Always an object has to be returned!');
}}
return {{ json, ...(whole.binary && {{ binary: whole.binary }}) }};"
    )
}
