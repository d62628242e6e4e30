//! Data in, data out. A case is `cases/<node type>/<what is true>.json`:
//!
//! ```json
//! {"parameters": {}, "input": [[{"json": {}}]], "output": [[{"json": {}, "pairedItem": 0}]]}
//! ```
//!
//! Items may be bare objects. Instead of `output` there may be `error` (the message) or `wait`
//! (`{"kind", "until"?, "details"?, "calls"?}`). Optional: `onError`, `run`, `state`, `resumed`
//! (`"timeout"`, `{"came": …}`, `{"items": [[…]]}` or `{"failed": "…"}`, or a list of them), `now`, `zone`, `mode`,
//! `credentials` (type to fields), `earlier` (inputs of earlier runs), `newState`, `files`,
//! `response` (what the webhook's caller gets: `{"status", "headers", "body"}`), `streams`.

pub(crate) mod cases;
pub(crate) mod host;

use std::{fs, path::Path};

use model::Value;

#[tokio::test]
async fn every_case_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let only = std::env::var("CASE").unwrap_or_default();
    let mut wrong = vec![];
    for node_type in crate::all().iter() {
        let folder = root.join(node_type.name.as_str());
        assert!(folder.is_dir(), "`{}` has no case in {}", node_type.name, folder.display());
        let mut files: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "`{}` has no case", node_type.name);
        for file in files.iter().filter(|it| it.display().to_string().contains(&only)) {
            let text = fs::read_to_string(file).unwrap();
            let case = match Value::from_json(&text) {
                Ok(case) => case,
                Err(fault) => panic!("{}: {fault}", file.display()),
            };
            if let Some(difference) = cases::difference(node_type, &case).await {
                wrong.push(format!("{}:\n{difference}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_field_says_what_it_is_for() {
    for node_type in crate::all().iter() {
        assert!(!node_type.summary.is_empty() && !node_type.docs.is_empty(), "{}", node_type.name);
        for field in &node_type.form.fields {
            let told = field.help.len() > 10;
            assert!(told, "`{}` of `{}` has no help", field.name, node_type.name);
        }
    }
    for credential in crate::credentials().iter() {
        assert!(!credential.docs.is_empty(), "{}", credential.name);
        for field in &credential.form.fields {
            let told = field.help.len() > 10;
            assert!(told, "`{}` of `{}` has no help", field.name, credential.name);
        }
    }
}

/// What a type signs and tests with is in its form, so that nothing is silently empty.
#[test]
fn credentials_sign_with_fields_that_they_have() {
    for credential in crate::credentials().iter() {
        let mut texts = format!("{:?} {:?}", credential.signs, credential.test);
        while let Some((_, (field, rest))) =
            texts.split_once("{{").and_then(|(a, b)| Some((a, b.split_once("}}")?)))
        {
            assert!(credential.form.field(field).is_some(), "{}: {field}", credential.name);
            texts = rest.to_owned();
        }
        let fault = credential.form.faults(&credential.form.fill(&Value::Null));
        let filled = credential.form.fields.iter().filter(|it| it.required).count();
        assert_eq!(fault.len(), filled, "{}: {fault:?}", credential.name);
    }
}
