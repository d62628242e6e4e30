//! `tailorbird run FILE`: runs a workflow in memory, without a server and without a database.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use engine::{
    alone::{Alone, Options as AloneOptions, Report},
    bus::Watch,
    spelling,
};
use jiff::Timestamp;
use model::{
    Items, Map, Value, execution::Status, id::ExecutionId, item::ItemJson, journal::Step,
    workflow::Workflow,
};
use smol_str::SmolStr;

use crate::{
    cli::Options,
    failure::{Failure, Outcome, read_text},
    huge_pages,
    output::{self, Tone, paint},
    server::zone,
    steps::{self, Line},
};

/// Runs a workflow from a file and shows each step
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird run flow.json                          ours or an export of n8n
  tailorbird run flow.json --input items.json       what its trigger gives
  tailorbird run flow.json --start 'When called'    begin at this node
  tailorbird run flow.json --json | jq .runs

Exit codes: 0 when the workflow succeeded or waits, 1 when it failed, 2 when the file is wrong.")]
pub(crate) struct Args {
    /// A file with one workflow; `-` reads standard input
    file: PathBuf,
    /// Print one JSON document: status, error, order of nodes, and each run's items
    #[arg(long)]
    json: bool,
    /// The node to begin at; without it the manual trigger, else the first trigger
    #[arg(long, value_name = "NODE")]
    start: Option<String>,
    /// What the first node gives or gets: a JSON array of items, `{"json": {…}}` or bare objects
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Time zone of workflows that name none
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    timezone: String,
    /// A fixed clock, such as `2025-06-15T12:34:56Z`
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Run nodes whose data is pinned as well
    #[arg(long)]
    ignore_pins: bool,
    /// JSON file of credentials: type to fields
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The folder that file nodes may touch
    #[arg(long, value_name = "DIR")]
    files: Option<PathBuf>,
    /// Let scripts use `URL`, `crypto` and harmless modules, as n8n does not
    #[arg(long)]
    script_extras: bool,
}

/// Largest file of items or credentials.
const INPUT_BYTES_MAX: u64 = 256 << 20;
/// A thread that evaluates expressions needs their stack and some more.
const STACK_BYTES: usize = 4 << 20;

pub(crate) fn run(args: &Args, _: &Options) -> Outcome {
    let document = read_workflow(&args.file)?;
    let items = match &args.input {
        None => vec![],
        Some(path) => vec![read_items(path)?],
    };
    let zone = zone(&args.timezone)?;
    let credentials = args.credentials.as_deref().map(read_credentials).transpose()?;
    let scratch = tempfile::tempdir()
        .map_err(|e| Failure::unreachable(format!("no folder for large data: {e}")))?;
    let options = AloneOptions {
        nodes: Arc::new(nodes::all()),
        credential_types: Arc::new(nodes::credentials()),
        credentials: credentials.unwrap_or_default(),
        folder: args.files.clone(),
        scratch: scratch.path().to_owned(),
        zone,
        now: args.now,
        pins: !args.ignore_pins,
        limits: expr::Limits { extras: args.script_extras, ..expr::Limits::default() },
        http: sdk::http::Policy { allow_private: true, ..sdk::http::Policy::default() },
        watch: (!args.json).then(|| watch(&document)),
    };
    let alone =
        Alone::new(options).map_err(|e| Failure::unreachable(format!("large data: {e}")))?;
    // It is busy from its first moment to its last.
    huge_pages::allow(true);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|e| Failure::unreachable(format!("no threads: {e}")))?;
    let report = runtime
        .block_on(alone.run(document, args.start.as_deref(), items))
        .map_err(|fault| Failure::usage(fault.message))?;
    if args.json {
        print_json(&report)?;
    } else {
        output::line(how(&report));
    }
    match report.status {
        Status::Success | Status::Waiting => Ok(()),
        _ if args.json => Err(Failure::failed("")),
        _ => {
            let message = report.error.map(|it| it.message).unwrap_or_default();
            Err(Failure::failed(format!("the workflow failed: {message}")))
        }
    }
}

fn read_workflow(path: &Path) -> Outcome<Workflow> {
    let text = read_text(path, formats::TEXT_BYTES_MAX as u64)?;
    let name = path.display();
    let mut read = formats::read(&text).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    match read.len() {
        1 => Ok(read.remove(0).workflow),
        n => Err(Failure::usage(format!("{name} holds {n} workflows; give a file with one"))),
    }
}

fn read_json(path: &Path) -> Outcome<Value> {
    let text = read_text(path, INPUT_BYTES_MAX)?;
    Value::from_json(&text)
        .map_err(|e| Failure::usage(format!("{} is no JSON: {e}", path.display())))
}

fn read_items(path: &Path) -> Outcome<Items> {
    let value = read_json(path)?;
    let list = match &value {
        Value::Array(list) => list.to_vec(),
        Value::Object(_) => vec![value],
        _ => {
            return Err(Failure::usage(format!("{} must hold a list of items", path.display())));
        }
    };
    Ok(list.iter().map(item).collect())
}

fn item(value: &Value) -> model::Item {
    let spelled: Option<ItemJson> = match value.get("json") {
        Some(Value::Object(_)) => serde_json::from_value(value.into()).ok(),
        _ => None,
    };
    spelled.map_or_else(|| model::Item::from_value(value.clone()), |it| spelling::item_of(&it))
}

fn read_credentials(path: &Path) -> Outcome<BTreeMap<SmolStr, Map>> {
    let value = read_json(path)?;
    let wrong = || Failure::usage(format!("{} must map types to fields", path.display()));
    let fields = value.as_object().ok_or_else(wrong)?;
    fields
        .iter()
        .map(|(kind, it)| Ok((kind.clone(), it.as_object().ok_or_else(wrong)?.clone())))
        .collect()
}

/// What checks and scripts read: see `--help`.
fn print_json(report: &Report) -> Outcome {
    let name = |step: &Step| report.plan.node(step.node).node.name.clone();
    let mut runs: BTreeMap<SmolStr, Vec<serde_json::Value>> = BTreeMap::new();
    for step in &report.steps {
        runs.entry(name(step)).or_default().push(step_json(step)?);
    }
    let order: Vec<SmolStr> = report.steps.iter().map(|it| name(it)).collect();
    let mut res = serde_json::json!({"status": report.status, "order": order, "runs": runs});
    if let Some(error) = &report.error {
        res["error"] = serde_json::json!({"node": error.node, "message": error.message});
    }
    output::json(&res)
}

fn step_json(step: &Step) -> Outcome<serde_json::Value> {
    let lists = step.outputs.iter().map(spelling::spell_all);
    let lists = lists.collect::<Result<Vec<_>, String>>().map_err(Failure::failed)?;
    let mut res = serde_json::json!({"main": lists});
    if let Some(error) = &step.error {
        res["error"] = serde_json::json!({"message": error.message});
    }
    Ok(res)
}

/// Prints each step at the moment it ends; those of workflows that are called are marked.
fn watch(document: &Workflow) -> Arc<Watch> {
    let width = document.nodes.iter().map(|it| it.name.chars().count()).max().unwrap_or(0);
    let whole = OnceLock::new();
    Arc::new(move |execution: ExecutionId, node: &str, step: &Step| {
        let is_own = *whole.get_or_init(|| execution) == execution;
        let node = if is_own { node.to_string() } else { format!("↳ {node}") };
        let line = Line {
            node: &node,
            run: step.run,
            n_items: step.outputs.iter().map(Items::len).collect(),
            duration_ms: step.duration_us as f64 / 1_000.0,
            error: step.error.as_ref().map(|it| steps::Error {
                message: &it.message,
                description: it.description.as_deref(),
            }),
            log: &step.log,
        };
        steps::print(&line, width);
    })
}

fn how(report: &Report) -> String {
    let (text, tone) = match report.status {
        Status::Success => ("success".to_owned(), Tone::Good),
        Status::Waiting => (waiting(report), Tone::Waiting),
        other => (other.as_str().to_owned(), Tone::Bad),
    };
    paint(tone, text)
}

fn waiting(report: &Report) -> String {
    match report.waiting {
        Some((kind, Some(until))) => format!("waiting for {} until {until}", kind.as_str()),
        Some((kind, None)) => format!("waiting for {}", kind.as_str()),
        None => "waiting".to_owned(),
    }
}
