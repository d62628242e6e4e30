//! What the server's own data says to people stands in every language of the web app, and nothing else does.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use model::{
    form::{Field, FieldKind, Form},
    permission::Permission,
    plan::PLANS,
};

type Table = BTreeMap<String, String>;

/// `UPDATE_EXPECT=1` takes out what is gone, and puts in what is missing, to be filled by hand.
#[test]
fn each_language_says_what_the_server_says() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let said = texts();
    for language in ["pt-BR", "es"] {
        let place = place(language);
        let text = std::fs::read_to_string(&place).unwrap_or_else(|_| "{}".into());
        let mut table: Table = serde_json::from_str(&text).unwrap();
        if update {
            table.retain(|english, _| said.contains(english));
            for english in &said {
                table.entry(english.clone()).or_default();
            }
            let lines: Vec<_> =
                table.iter().map(|(a, b)| format!(" {}: {}", json(a), json(b))).collect();
            std::fs::write(&place, format!("{{\n{}\n}}\n", lines.join(",\n"))).unwrap();
        }
        let gone: Vec<_> = table.keys().filter(|it| !said.contains(*it)).collect();
        let lacks = |it: &&String| table.get(*it).is_none_or(String::is_empty);
        let missing: Vec<_> = said.iter().filter(lacks).collect();
        let file = place.display();
        assert!(
            gone.is_empty() && missing.is_empty(),
            "{file}: gone {gone:#?}, missing {missing:#?}"
        );
        for (english, text) in &table {
            assert_eq!(codes(english), codes(text), "{file}: `{text}` names other things");
        }
    }
}

fn place(language: &str) -> PathBuf {
    let types = "../../web/src/locales/types";
    Path::new(env!("CARGO_MANIFEST_DIR")).join(types).join(format!("{language}.json"))
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// What is written between backticks is typed as it is, in every language.
fn codes(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn texts() -> BTreeSet<String> {
    let (types, credentials) = (nodes::all(), nodes::credentials());
    let mut res = vec![];
    for it in types.iter() {
        res.extend([it.title.as_str(), it.summary.as_str()]);
        res.extend(it.inputs.iter().chain(&it.outputs).map(|it| it.name.as_str()));
        form(&it.form, &mut res);
    }
    for it in credentials.iter() {
        res.extend([it.title.as_str(), it.docs.as_str()]);
        form(&it.form, &mut res);
    }
    for it in Permission::ALL {
        let (subject, _) = it.as_str().split_once('.').unwrap();
        res.extend([subject, it.about()]);
    }
    res.extend(PLANS.iter().map(|it| it.title.as_str()));
    res.into_iter().filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn form<'a>(it: &'a Form, res: &mut Vec<&'a str>) {
    it.fields.iter().for_each(|it| field(it, res));
}

fn field<'a>(it: &'a Field, res: &mut Vec<&'a str>) {
    res.extend([it.title.as_str(), it.help.as_str()]);
    // An example is typed as it is, but for a sentence.
    if it.placeholder.split(' ').count() > 2 && it.placeholder.starts_with(char::is_alphabetic) {
        res.push(&it.placeholder);
    }
    match &it.kind {
        FieldKind::Choice { options } | FieldKind::Choices { options } => {
            res.extend(options.iter().flat_map(|it| [it.title.as_str(), it.help.as_str()]));
        }
        FieldKind::List { form: inner } | FieldKind::Group { form: inner } => form(inner, res),
        FieldKind::Text { .. }
        | FieldKind::Secret { .. }
        | FieldKind::Number { .. }
        | FieldKind::Bool
        | FieldKind::Json
        | FieldKind::Code { .. }
        | FieldKind::DateTime
        | FieldKind::TimeZone
        | FieldKind::Conditions
        | FieldKind::Assignments
        | FieldKind::Pairs
        | FieldKind::Workflow
        | FieldKind::CredentialType
        | FieldKind::Notice => {}
    }
}
