//! `tailorbird executions …`: what ran, how it ended, and what can be done about it.

use clap::{Args as ClapArgs, Subcommand};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    cli::Options,
    client::{self, Client},
    failure::Outcome,
    output::{self, Tone, paint},
};

mod list;
mod show;

/// Lists executions, shows one with its steps, cancels, retries or replays it
#[derive(ClapArgs)]
#[command(
    alias = "execution",
    after_help = "Examples:
  tailorbird executions list
  tailorbird executions list --status error --workflow 'Take an order' --from 2026-01-31
  tailorbird executions list --follow                and then each one as it ends
  tailorbird executions show exe_01m89q4z8yesyrmbvfbezd2ryj --items
  tailorbird executions retry exe_01m89q4z8yesyrmbvfbezd2ryj --follow"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    List(list::List),
    Show(show::Show),
    /// Asks an execution, and those that it called, to stop; what is done stays done
    Cancel(One),
    /// Goes on from the step that failed; effects in doubt keep their keys
    Retry(One),
    /// Runs the same again as a new execution, from the start or from a node
    Replay {
        #[command(flatten)]
        one: One,
        /// The node to begin at; what was recorded before it is taken over
        #[arg(long, value_name = "NODE")]
        from: Option<String>,
    },
}

#[derive(ClapArgs)]
struct One {
    /// Its id, as `executions list` shows it
    id: String,
    /// Show its steps as they end, until it has ended
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    client: client::Options,
}

/// An execution, as far as it is shown.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Execution {
    id: String,
    status: String,
    mode: String,
    workflow_name: Option<String>,
    business_key: Option<String>,
    started_at: Timestamp,
    duration_ms: Option<f64>,
    error_node: Option<String>,
    error_message: Option<String>,
    waiting_for: Option<String>,
    resumed: u32,
}

impl Execution {
    fn read(value: Value) -> Outcome<Execution> {
        client::read(value, "execution")
    }

    fn is_ended(&self) -> bool {
        !matches!(self.status.as_str(), "queued" | "running" | "waiting")
    }

    fn painted_status(&self) -> String {
        let tone = match self.status.as_str() {
            "success" => Tone::Good,
            "error" | "cancelled" => Tone::Bad,
            _ => Tone::Waiting,
        };
        paint(tone, &self.status)
    }

    /// What else there is to say, in a line.
    fn note(&self) -> String {
        let waits = || self.waiting_for.as_ref().map(|it| format!("waits for {it}"));
        let failed = || {
            let message = self.error_message.as_ref()?;
            let node = self.error_node.as_deref().unwrap_or_default();
            Some(format!("{node}: {message}"))
        };
        let said = failed().or_else(waits).or_else(|| self.business_key.clone());
        said.unwrap_or_default().lines().next().unwrap_or_default().to_owned()
    }
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    match &args.verb {
        Verb::List(list) => list.run(options),
        Verb::Show(show) => show.run(options),
        Verb::Cancel(one) => one.tell(options, "cancel", &json!({}), "is asked to stop"),
        Verb::Retry(one) => one.tell(options, "retry", &json!({}), "goes on"),
        Verb::Replay { one, from } => {
            one.tell(options, "replay", &json!({ "from": from }), "is started")
        }
    }
}

impl One {
    /// Does something with an execution; what it answers may be another one.
    fn tell(&self, options: &Options, verb: &str, body: &Value, done: &str) -> Outcome {
        let client = Client::new(&self.client, options)?;
        client::block(async {
            let path = ["executions", &self.id, verb];
            let accepted: Value = client.post(&path, body).await?;
            let id = accepted["executionId"].as_str().unwrap_or(&self.id).to_owned();
            if self.follow {
                return show::follow(&client, &id).await;
            }
            output::line(format!("{}  {done}", paint(Tone::Strong, &id)));
            Ok(())
        })
    }
}
