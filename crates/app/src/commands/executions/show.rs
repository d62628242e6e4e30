//! `tailorbird executions show ID`: an execution with its steps, as recorded or as they happen.

use std::collections::HashSet;

use clap::Args;
use serde::Deserialize;
use serde_json::Value;

use super::Execution;
use crate::{
    cli::Options,
    client::{self, Client},
    failure::{Failure, Outcome},
    output::{self, Tone, duration, moment, paint},
    steps::{self, Line},
};

/// Shows an execution with its steps
#[derive(Args)]
pub(super) struct Show {
    /// Its id, as `executions list` shows it
    id: String,
    /// Print the items that each step gave, too
    #[arg(long, conflicts_with = "follow")]
    items: bool,
    /// How many items of each output
    #[arg(
        long,
        value_name = "N",
        default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..=1_000)
    )]
    items_max: u32,
    /// Go on with each step as it ends, until the execution has ended
    #[arg(long, conflicts_with = "json")]
    follow: bool,
    /// Print the server's JSON instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: client::Options,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    node: String,
    run: u32,
    duration_ms: f64,
    error: Option<StepError>,
    #[serde(default)]
    outputs: Vec<Output>,
    #[serde(default)]
    n_items: Vec<usize>,
    #[serde(default)]
    log: Vec<String>,
}

#[derive(Deserialize)]
struct StepError {
    message: String,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Output {
    total: usize,
    items: Vec<Value>,
}

/// Largest page of steps.
const STEPS_MAX: usize = 500;

impl Show {
    pub(super) fn run(&self, options: &Options) -> Outcome {
        let client = Client::new(&self.client, options)?;
        client::block(async {
            let items_max = if self.items || self.json { self.items_max } else { 0 };
            if self.follow {
                return follow(&client, &self.id).await;
            }
            let mut found = whole(&client, &self.id, items_max).await?;
            if self.json {
                return output::json(&found);
            }
            let steps = steps_of(&mut found)?;
            let execution = Execution::read(found.clone())?;
            head(&execution);
            let width = width(&steps);
            for step in &steps {
                print(step, width);
            }
            tail(&execution, &found);
            Ok(())
        })
    }
}

/// An execution with all its steps, whatever number of pages they take.
async fn whole(client: &Client, id: &str, items_max: u32) -> Outcome<Value> {
    let query = |page: usize| {
        [
            ("page", page.to_string()),
            ("pageSize", STEPS_MAX.to_string()),
            ("itemsMax", items_max.to_string()),
        ]
    };
    let mut res: Value = client.get(&["executions", id], &query(1)).await?;
    let total = res["steps"]["total"].as_u64().unwrap_or(0) as usize;
    for page in 2..=total.div_ceil(STEPS_MAX) {
        let more: Value = client.get(&["executions", id, "steps"], &query(page)).await?;
        if let (Some(all), Some(more)) =
            (res["steps"]["items"].as_array_mut(), more["items"].as_array())
        {
            all.extend(more.iter().cloned());
        }
    }
    Ok(res)
}

fn steps_of(found: &mut Value) -> Outcome<Vec<Step>> {
    serde_json::from_value(found["steps"]["items"].take())
        .map_err(|e| Failure::unreachable(format!("the server's steps are odd: {e}")))
}

/// Shows what was recorded, then what happens, until the end.
pub(super) async fn follow(client: &Client, id: &str) -> Outcome {
    let mut seen: HashSet<(String, u32)> = HashSet::new();
    let mut is_first = true;
    loop {
        // Listened to before it is read, so that nothing falls between the two.
        let mut events = client.events(&["executions", id, "events"]).await?;
        let mut found = whole(client, id, 0).await?;
        let steps = steps_of(&mut found)?;
        let execution = Execution::read(found.clone())?;
        if is_first {
            head(&execution);
            is_first = false;
        }
        let width = width(&steps).max(20);
        for step in &steps {
            if seen.insert((step.node.clone(), step.run)) {
                print(step, width);
            }
        }
        if execution.is_ended() {
            tail(&execution, &found);
            return match execution.status.as_str() {
                "success" => Ok(()),
                _ => Err(Failure::failed("")),
            };
        }
        let mut is_over = false;
        while let Some(event) = events.next().await? {
            match event["kind"].as_str() {
                Some("stepFinished") => {
                    let step: Step = serde_json::from_value(event).map_err(|e| {
                        Failure::unreachable(format!("the server's event is odd: {e}"))
                    })?;
                    if seen.insert((step.node.clone(), step.run)) {
                        print(&step, width);
                    }
                }
                Some("waiting") => {
                    let kind = event["waitingFor"].as_str().unwrap_or("something");
                    output::line(paint(Tone::Waiting, format!("… waits for {kind}")));
                }
                Some("ended") => is_over = true,
                _ => {}
            }
        }
        if !is_over {
            return Err(Failure::unreachable(
                "the server has ended; what it ran goes on when it is started again",
            ));
        }
    }
}

fn head(it: &Execution) {
    let name = it.workflow_name.as_deref().unwrap_or("(removed)");
    let key = it.business_key.as_ref().map(|it| format!("  {it}")).unwrap_or_default();
    output::line(format!("{}  {name}{key}", paint(Tone::Strong, &it.id)));
    let taken_up = match it.resumed {
        0 => String::new(),
        1 => ", taken up again once".to_owned(),
        n => format!(", taken up again {n} times"),
    };
    let started = format!("started {} UTC by {}{taken_up}", moment(it.started_at), it.mode);
    output::line(paint(Tone::Quiet, started));
}

fn tail(it: &Execution, found: &Value) {
    let took = it.duration_ms.map(|ms| format!("  {}", duration(ms))).unwrap_or_default();
    output::line(format!("{}{}", it.painted_status(), paint(Tone::Quiet, took)));
    if let Some(message) = it.error_message.as_ref().filter(|_| it.status == "error") {
        let node = it.error_node.as_deref().unwrap_or_default();
        output::line(format!("  {}", paint(Tone::Bad, format!("{node}: {message}"))));
    }
    for wait in found["waits"].as_array().into_iter().flatten() {
        let word = |name: &str| wait[name].as_str().unwrap_or_default();
        let until = word("deadline").parse().map(|it| format!(" until {} UTC", moment(it)));
        let kind = match word("kind") {
            "time" => String::new(),
            other => format!(" for {other}"),
        };
        output::line(format!("  {} waits{kind}{}", word("node"), until.unwrap_or_default()));
    }
}

fn width(steps: &[Step]) -> usize {
    steps
        .iter()
        .map(|it| it.node.chars().count() + if it.run > 0 { 4 } else { 0 })
        .max()
        .unwrap_or(0)
}

fn print(step: &Step, width: usize) {
    let n_items = match step.outputs.as_slice() {
        [] => step.n_items.clone(),
        outputs => outputs.iter().map(|it| it.total).collect(),
    };
    let error = step
        .error
        .as_ref()
        .map(|it| steps::Error { message: &it.message, description: it.description.as_deref() });
    let line = Line {
        node: &step.node,
        run: step.run,
        n_items,
        duration_ms: step.duration_ms,
        error,
        log: &step.log,
    };
    steps::print(&line, width);
    for output in &step.outputs {
        for item in &output.items {
            output::line(format!("    {}", paint(Tone::Quiet, &item["json"])));
        }
        let more = output.total.saturating_sub(output.items.len());
        if more > 0 && !output.items.is_empty() {
            output::line(paint(Tone::Quiet, format!("    and {more} more")));
        }
    }
}
