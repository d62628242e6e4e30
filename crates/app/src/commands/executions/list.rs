//! `tailorbird executions list`: a table, and with `--follow` what ends from now on.

use clap::Args;
use serde_json::Value;

use super::Execution;
use crate::{
    cli::Options,
    client::{self, Client, Events},
    failure::{Failure, Outcome},
    output::{self, Table, Tone, duration, moment, paint},
};

/// Lists executions, the latest first
#[derive(Args)]
pub(super) struct List {
    /// Only of this workflow: its id, or its name
    #[arg(long, value_name = "WORKFLOW")]
    workflow: Option<String>,
    /// Only with one of these: queued, running, waiting, success, error, cancelled
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    status: Vec<String>,
    /// Only those whose business key, error or id contains this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only those that started then or later: `2026-01-31` or `2026-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only those that started before
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// How many at most
    #[arg(
        long,
        value_name = "N",
        default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..=500)
    )]
    limit: u32,
    /// Go on with each execution as it ends or begins to wait, until Ctrl-C
    #[arg(long, conflicts_with_all = ["json", "search", "from", "until"])]
    follow: bool,
    /// Print the server's JSON instead of a table
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: client::Options,
}

const HEADING: [&str; 7] = ["ID", "STARTED (UTC)", "BY", "STATUS", "TOOK", "WORKFLOW", ""];

impl List {
    pub(super) fn run(&self, options: &Options) -> Outcome {
        let client = Client::new(&self.client, options)?;
        client::block(self.list(&client))
    }

    async fn list(&self, client: &Client) -> Outcome {
        let workflow = match &self.workflow {
            None => None,
            Some(it) => Some(client.workflow(it).await?),
        };
        // Before the list is read, so that nothing falls between the two.
        let events = match self.follow {
            true => Some(client.events(&["executions", "events"]).await?),
            false => None,
        };
        let found: Value = client.get(&["executions"], &self.query(workflow.as_deref())).await?;
        if self.json {
            return output::json(&found);
        }
        let (total, items) = (found["total"].as_u64().unwrap_or(0), found["items"].clone());
        let executions: Vec<Execution> = client::read(items, "list")?;
        if executions.is_empty() && !self.follow {
            output::line("nothing ran that fits");
            return Ok(());
        }
        let mut rows: Vec<_> = executions.iter().map(row).collect();
        let table = Table::new(&HEADING, &rows);
        table.heading(&HEADING);
        if self.follow {
            rows.reverse();
        }
        for row in &rows {
            table.row(row);
        }
        let more = total.saturating_sub(executions.len() as u64);
        match events {
            Some(events) => self.go_on(client, events, &table, workflow.as_deref()).await,
            None if more > 0 => {
                let hint = format!("and {more} more; --limit, --status and --from choose");
                output::line(paint(Tone::Quiet, hint));
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn query(&self, workflow: Option<&str>) -> Vec<(&'static str, String)> {
        let mut res = vec![("pageSize", self.limit.to_string())];
        let status = self.status.join(",");
        let chosen = [
            ("workflowId", workflow),
            ("status", Some(status.as_str()).filter(|it| !it.is_empty())),
            ("search", self.search.as_deref()),
            ("from", self.from.as_deref()),
            ("until", self.until.as_deref()),
        ];
        res.extend(chosen.into_iter().filter_map(|(name, it)| Some((name, it?.to_owned()))));
        res
    }

    async fn go_on(
        &self,
        client: &Client,
        mut events: Events,
        table: &Table,
        workflow: Option<&str>,
    ) -> Outcome {
        while let Some(event) = events.next().await? {
            let is_news = matches!(event["kind"].as_str(), Some("ended" | "waiting"));
            let is_ours = workflow.is_none_or(|it| event["workflowId"] == it);
            let Some(id) = event["executionId"].as_str().filter(|_| is_news && is_ours) else {
                continue;
            };
            let query = [("pageSize", "1".to_owned()), ("itemsMax", "0".to_owned())];
            // One that keeps nothing is gone when it has ended.
            let Ok(found) = client.get(&["executions", id], &query).await else { continue };
            let execution = Execution::read(found)?;
            if self.status.is_empty() || self.status.contains(&execution.status) {
                table.row(&row(&execution));
            }
        }
        Err(Failure::unreachable("the server has ended; start it again with `tailorbird serve`"))
    }
}

fn row(it: &Execution) -> Vec<String> {
    vec![
        it.id.clone(),
        moment(it.started_at),
        it.mode.clone(),
        it.painted_status(),
        it.duration_ms.map(duration).unwrap_or_default(),
        it.workflow_name.clone().unwrap_or_else(|| "(removed)".to_owned()),
        paint(Tone::Quiet, it.note()),
    ]
}
