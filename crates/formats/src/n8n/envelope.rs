//! The file as a whole: names, settings, pinned items, notes, groups, tags, what is unknown.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{
    Map, Value,
    item::ItemJson,
    workflow::{
        CallerPolicy, FORMAT, Group, NAME_CHARS_MAX, NODES_MAX, Node, Order, Save, Settings,
        StickyNote, Workflow,
    },
};
use smol_str::{SmolStr, format_smolstr};

use super::{
    connections::connections,
    node::{is, node, position, text},
    originals, ports,
};
use crate::{FormatError, Imported, report::Report};

/// Keys of the file that have a place of their own; the rest is kept under `n8n`.
const KNOWN: &[&str] = &[
    "id",
    "name",
    "nodes",
    "connections",
    "pinData",
    "active",
    "settings",
    "tags",
    "nodeGroups",
    "description",
    // Facts of the installation that it came from; they mean nothing here.
    "shared",
    "triggerCount",
    "activeVersion",
    "activeVersionId",
    "versionCounter",
];

pub(crate) fn read(document: &Value) -> Result<Imported, FormatError> {
    let written = document.get("nodes").and_then(Value::as_array).unwrap_or_default();
    if written.len() > NODES_MAX {
        let count = written.len();
        return Err(FormatError::TooMany { things: "nodes", count, max: NODES_MAX });
    }
    let mut report = Report::default();
    let mut ids = HashSet::new();
    let (mut nodes, mut sticky_notes, mut others) = (vec![], vec![], vec![]);
    for (number, value) in written.iter().enumerate() {
        if value.as_object().is_none() {
            report
                .notes
                .push(format!("entry {} of `nodes` is no object and was left out", number + 1));
        } else if is_sticky(value) {
            report.nodes += 1;
            report.converted += 1;
            others.push(text(value, "name"));
            sticky_notes.push(sticky(value, number));
        } else {
            nodes.push(node(value, number, &mut ids, &mut report));
        }
    }
    unique_names(&mut nodes, &mut report.notes);
    others.retain(|name| !name.is_empty() && nodes.iter().all(|it| it.name != *name));
    let connections = connections(document.get("connections"), &nodes, &others, &mut report.notes);
    ports::note(&mut nodes, &connections);
    originals::keep(&mut nodes, written);

    let pinned_data = pinned(document.get("pinData"), &nodes);
    let workflow = Workflow {
        format: FORMAT,
        name: name(document),
        description: text(document, "description").to_string(),
        connections,
        settings: settings(document.get("settings")),
        pinned_data,
        sticky_notes,
        groups: groups(document.get("nodeGroups")),
        tags: tags(document.get("tags")),
        folder: None,
        extra: extra(document),
        nodes,
    };
    let external_id = Some(text(document, "id")).filter(|it| !it.is_empty());
    Ok(Imported { workflow, report, external_id, active: is(document, "active") })
}

fn name(document: &Value) -> SmolStr {
    let name = text(document, "name");
    if name.is_empty() {
        return "Imported workflow".into();
    }
    name.chars().take(NAME_CHARS_MAX).collect::<String>().into()
}

/// Expressions and connections go by name: a second node of one name gets a number.
fn unique_names(nodes: &mut [Node], notes: &mut Vec<String>) {
    let mut taken: HashSet<SmolStr> = HashSet::new();
    let mut next: HashMap<SmolStr, usize> = HashMap::new();
    for node in nodes {
        if taken.insert(node.name.clone()) {
            continue;
        }
        let old = node.name.clone();
        let number = next.entry(old.clone()).or_insert(1);
        while !taken.insert(node.name.clone()) {
            node.name = format_smolstr!("{old} {number}");
            *number += 1;
        }
        notes.push(format!(
            "two nodes are called `{old}`; the second is `{}` now, and connections by that name \
             go to the first",
            node.name
        ));
    }
}

pub(super) fn is_sticky(value: &Value) -> bool {
    text(value, "type").rsplit('.').next() == Some("stickyNote")
}

fn sticky(value: &Value, number: usize) -> StickyNote {
    let parameter = |key: &str| value.get("parameters").and_then(|it| it.get(key));
    let number_of = |key: &str, default: f64| {
        parameter(key).and_then(Value::as_f64).filter(|it| it.is_finite()).unwrap_or(default)
    };
    let id = text(value, "id");
    StickyNote {
        id: if id.is_empty() { format_smolstr!("note-{}", number + 1) } else { id },
        content: parameter("content").and_then(Value::as_str).unwrap_or_default().to_owned(),
        position: position(value),
        size: [number_of("width", 240.0), number_of("height", 160.0)],
        color: parameter("color").filter(|it| !it.is_null()).map(Value::to_text),
        extra: Map::new(),
    }
}

fn settings(written: Option<&Value>) -> Settings {
    let Some(written @ Value::Object(all)) = written else {
        return Settings { order: Order::V0, ..Settings::default() };
    };
    let saves = |key: &str| text(written, key) != "none";
    let listed = |it: SmolStr| -> Vec<SmolStr> {
        it.split(',').map(str::trim).filter(|it| !it.is_empty()).map(SmolStr::from).collect()
    };
    let mut extra = Map::clone(all);
    extra.retain(|key, _| {
        !matches!(
            key,
            "timezone"
                | "errorWorkflow"
                | "executionTimeout"
                | "executionOrder"
                | "callerPolicy"
                | "callerIds"
                | "saveDataErrorExecution"
                | "saveDataSuccessExecution"
                | "saveManualExecutions"
                | "saveExecutionProgress"
        )
    });
    let timeout = written.get("executionTimeout").and_then(Value::as_f64);
    Settings {
        time_zone: Some(text(written, "timezone")).filter(|it| !it.is_empty() && it != "DEFAULT"),
        order: match text(written, "executionOrder").as_str() {
            "v1" => Order::V1,
            "parallel" => Order::Parallel,
            _ => Order::V0,
        },
        error_workflow: Some(text(written, "errorWorkflow"))
            .filter(|it| !it.is_empty() && it != "DEFAULT"),
        timeout_ms: timeout.filter(|it| *it > 0.0).map(|it| (it * 1000.0) as u64),
        save: Save {
            success: saves("saveDataSuccessExecution"),
            error: saves("saveDataErrorExecution"),
            manual: !matches!(written.get("saveManualExecutions"), Some(Value::Bool(false))),
        },
        caller_policy: match text(written, "callerPolicy").as_str() {
            "any" => Some(CallerPolicy::Any),
            "none" => Some(CallerPolicy::None),
            "workflowsFromAList" => Some(CallerPolicy::Listed(listed(text(written, "callerIds")))),
            _ => None,
        },
        extra: if extra.is_empty() { extra } else { Map::from_iter([("n8n", extra.into())]) },
        ..Settings::default()
    }
}

/// Pinned items by node name; old files hold bare objects without `json` around them.
fn pinned(written: Option<&Value>, nodes: &[Node]) -> BTreeMap<SmolStr, Vec<ItemJson>> {
    let mut res = BTreeMap::new();
    for (name, items) in written.and_then(Value::as_object).into_iter().flatten() {
        if nodes.iter().any(|it| it.name == *name)
            && let Some(items) = items.as_array()
        {
            res.insert(name.clone(), items.iter().map(pinned_item).collect());
        }
    }
    res
}

fn pinned_item(value: &Value) -> ItemJson {
    let Some(Value::Object(_)) = value.get("json") else {
        let json = match value {
            Value::Object(it) => Value::Object(it.clone()),
            _ => Map::new().into(),
        };
        return ItemJson { json, ..ItemJson::default() };
    };
    ItemJson {
        json: value.get("json").cloned().unwrap_or_default(),
        binary: value
            .get("binary")
            .and_then(Value::as_object)
            .map(|files| files.iter().map(|(name, file)| (name.clone(), file.clone())).collect()),
        paired_item: value.get("pairedItem").filter(|it| !it.is_null()).cloned(),
        error: value.get("error").filter(|it| !it.is_null()).cloned(),
    }
}

fn groups(written: Option<&Value>) -> Vec<Group> {
    let written = written.and_then(Value::as_array).unwrap_or_default();
    written
        .iter()
        .enumerate()
        .filter(|(_, it)| it.as_object().is_some())
        .map(|(number, group)| {
            let id = text(group, "id");
            let mut extra = group.as_object().cloned().unwrap_or_default();
            extra.retain(|key, _| !matches!(key, "id" | "name" | "nodeIds"));
            Group {
                id: if id.is_empty() { format_smolstr!("group-{}", number + 1) } else { id },
                name: text(group, "name"),
                nodes: group
                    .get("nodeIds")
                    .and_then(Value::as_array)
                    .unwrap_or_default()
                    .iter()
                    .map(Value::to_text)
                    .collect(),
                extra,
            }
        })
        .collect()
}

fn tags(written: Option<&Value>) -> Vec<SmolStr> {
    let written = written.and_then(Value::as_array).unwrap_or_default();
    let mut res: Vec<SmolStr> = vec![];
    for tag in written {
        let name = match tag {
            Value::String(it) => it.clone(),
            other => text(other, "name"),
        };
        if !name.is_empty() && !res.contains(&name) {
            res.push(name);
        }
    }
    res
}

fn extra(document: &Value) -> Map {
    let mut res = document.as_object().cloned().unwrap_or_default();
    res.retain(|key, value| !KNOWN.contains(&key) && !value.is_null());
    if res.is_empty() { res } else { Map::from_iter([("n8n", Value::from(res))]) }
}
