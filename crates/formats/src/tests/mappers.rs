//! What each node of n8n becomes: `cases/<mapper>.json` holds a list of
//! `{"truth", "node", "type", "parameters", "approximated"?}`, or `"unsupported"` instead of a type.

use std::{fs, path::Path};

use model::{Map, Value};

#[test]
fn every_mapper_writes_what_its_cases_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let only = std::env::var("CASE").unwrap_or_default();
    let mut wrong = vec![];
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        let cases = Value::from_json(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
        for case in cases.as_array().unwrap() {
            let name = format!("{}: {}", file.display(), case.get("truth").unwrap());
            if name.contains(&only)
                && let Some(difference) = difference(case)
            {
                wrong.push(format!("{name}:\n{difference}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn difference(case: &Value) -> Option<String> {
    let mut node: Map = case.get("node").unwrap().as_object().unwrap().clone();
    node.insert("name", "Node");
    let document = Value::object([("nodes", Value::from(vec![node.into()]))]);
    let imported = crate::read_value(&document).unwrap().remove(0);
    let node = &imported.workflow.nodes[0];
    let report = &imported.report;
    let of = |whys: Vec<&String>| Value::array(whys.iter().map(|it| it.as_str().into()));
    let approximated = of(report.approximated.iter().map(|it| &it.why).collect());
    let unsupported = of(report.unsupported.iter().map(|it| &it.why).collect());
    let expected = |key: &str| match case.get(key) {
        Some(why) => vec![why.clone()].into(),
        None => Value::from(vec![]),
    };
    let notes = (&approximated, &unsupported);
    if notes != (&expected("approximated"), &expected("unsupported")) {
        return Some(format!("  approximated, unsupported: {notes:?}"));
    }
    if case.get("unsupported").is_some() {
        return None;
    }
    let kind = case.get("type").and_then(Value::as_str);
    let parameters = case.get("parameters").unwrap();
    (kind != Some(&node.node_type) || *parameters != node.parameters).then(|| {
        format!("  expected {parameters:?}\n  got {} {:?}", node.node_type, node.parameters)
    })
}
