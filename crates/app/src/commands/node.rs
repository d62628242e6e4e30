//! `tailorbird node list|show`: the node types and their forms, from the same data as the editor.

use clap::{Args as ClapArgs, Subcommand};
use model::form::{Field, FieldKind, Form};
use sdk::NodeType;

use crate::{
    cli::Options,
    failure::{Failure, Outcome},
    output::{self, Tone, paint},
};

/// Lists the node types, or shows one with its form
#[derive(ClapArgs)]
#[command(after_help = "Examples:
  tailorbird node list
  tailorbird node list webhook
  tailorbird node show http.request
  tailorbird node show http.request --json | jq .form")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Lists the node types
    List {
        /// Only those whose name, title or summary contains this
        word: Option<String>,
        /// Print JSON instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Shows a node type: what it is for, its ports and its form
    Show {
        /// Its name, such as `http.request`
        name: String,
        /// Print JSON instead of text
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(args: &Args, _: &Options) -> Outcome {
    let all = nodes::all();
    match &args.verb {
        Verb::List { word, json } => {
            let word = word.as_deref().unwrap_or_default().to_lowercase();
            let found: Vec<&NodeType> =
                all.iter().map(|it| &**it).filter(|it| matches(it, &word)).collect();
            if *json {
                return output::json(&found);
            }
            let rows: Vec<_> = found
                .iter()
                .map(|it| vec![it.name.to_string(), it.title.to_string(), it.summary.clone()])
                .collect();
            output::table(&["NAME", "TITLE", "WHAT IT DOES"], &rows);
            Ok(())
        }
        Verb::Show { name, json } => {
            let node_type = all.get(name).ok_or_else(|| {
                Failure::usage(format!(
                    "no node type is called `{name}`; see `tailorbird node list`"
                ))
            })?;
            if *json { output::json(node_type) } else { show(node_type) }
        }
    }
}

fn matches(node_type: &NodeType, word: &str) -> bool {
    [node_type.name.as_str(), node_type.title.as_str(), &node_type.summary]
        .iter()
        .any(|it| it.to_lowercase().contains(word))
}

fn show(node_type: &NodeType) -> Outcome {
    output::line(format!("{}  {}", paint(Tone::Strong, &node_type.name), node_type.title));
    for text in [&node_type.summary, &node_type.docs] {
        if !text.is_empty() {
            output::line(format!("\n{text}"));
        }
    }
    let names = |ports: &[sdk::Port]| {
        let names: Vec<&str> = ports.iter().map(|it| it.name.as_str()).collect();
        names.join(", ")
    };
    output::line(format!(
        "\nin: {}   out: {}",
        names(&node_type.inputs),
        names(&node_type.outputs)
    ));
    if !node_type.form.fields.is_empty() {
        output::line("\nParameters");
        fields(&node_type.form, 1);
    }
    Ok(())
}

fn fields(form: &Form, depth: usize) {
    for field in &form.fields {
        output::line(format!("{}{}", "  ".repeat(depth), describe(field)));
        if let FieldKind::List { form } | FieldKind::Group { form } = &field.kind {
            fields(form, depth + 1);
        }
    }
}

/// `name  kind, default X: help (only while a is b)`.
fn describe(field: &Field) -> String {
    let mut res = format!("{}  {}", paint(Tone::Strong, &field.name), kind(&field.kind));
    if field.required {
        res += ", needed";
    }
    if !field.default.is_null() {
        res += &format!(", default {}", field.default.to_json());
    }
    if !field.help.is_empty() {
        res += &format!(": {}", field.help);
    }
    for rule in &field.show {
        let values: Vec<String> = rule.is.iter().map(model::Value::to_json).collect();
        let rule = format!(" (while {} is {})", rule.field, values.join(" or "));
        res += &paint(Tone::Quiet, rule);
    }
    res
}

fn kind(kind: &FieldKind) -> String {
    let options = |options: &[model::form::Choice]| {
        let values: Vec<String> = options.iter().map(|it| it.value.to_text().to_string()).collect();
        values.join(" | ")
    };
    match kind {
        FieldKind::Text { .. } => "text".into(),
        FieldKind::Secret { .. } => "secret".into(),
        FieldKind::Number { integer: true, .. } => "whole number".into(),
        FieldKind::Number { .. } => "number".into(),
        FieldKind::Bool => "true or false".into(),
        FieldKind::Choice { options: it } => options(it),
        FieldKind::Choices { options: it } => format!("some of {}", options(it)),
        FieldKind::Json => "JSON".into(),
        FieldKind::Code { language } => format!("code ({language})"),
        FieldKind::DateTime => "date and time".into(),
        FieldKind::TimeZone => "time zone".into(),
        FieldKind::Conditions => "conditions".into(),
        FieldKind::Assignments => "list of name, type and value".into(),
        FieldKind::List { .. } => "list of".into(),
        FieldKind::Group { .. } => "group".into(),
        FieldKind::Pairs => "list of name and value".into(),
        FieldKind::Workflow => "workflow".into(),
        FieldKind::CredentialType => "credential type".into(),
        FieldKind::Notice => "notice".into(),
    }
}
