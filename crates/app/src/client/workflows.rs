//! What several commands ask about workflows.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Client;
use crate::{
    failure::{Failure, Outcome},
    output::{self, Tone, paint},
};

/// A page of a list.
#[derive(Deserialize)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) total: u64,
}

/// A workflow in a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) updated_at: jiff::Timestamp,
}

#[derive(Deserialize)]
struct Webhook {
    methods: Vec<String>,
    url: String,
}

/// What came of publishing.
#[derive(Deserialize)]
pub(crate) struct Published {
    pub(crate) number: u32,
    /// What a person should know; an older server says nothing.
    #[serde(default)]
    advice: Vec<Advice>,
}

#[derive(Deserialize)]
struct Advice {
    node: Option<String>,
    message: String,
}

impl Published {
    pub(crate) fn tell_advice(&self) {
        for it in &self.advice {
            let message = &it.message;
            let about = match &it.node {
                Some(node) if !message.contains(&format!("`{node}`")) => {
                    format!("node `{node}`: {message}")
                }
                Some(_) | None => message.clone(),
            };
            output::line(format!("  {}  {about}", paint(Tone::Waiting, "note   ")));
        }
    }
}

/// Most workflows that are looked through for a name.
const FOUND_MAX: usize = 500;

impl Client {
    /// The id of a workflow that a person names by its id or by its name.
    pub(crate) async fn workflow(&self, wanted: &str) -> Outcome<String> {
        if wanted.parse::<model::id::WorkflowId>().is_ok() {
            return Ok(wanted.to_owned());
        }
        let query = [("search", wanted.to_owned()), ("pageSize", FOUND_MAX.to_string())];
        let found: List<Row> = self.get(&["workflows"], &query).await?;
        let mut same = found.items.iter().filter(|it| it.name.eq_ignore_ascii_case(wanted));
        match (same.next(), same.next()) {
            (Some(it), None) => Ok(it.id.clone()),
            (None, _) => Err(Failure::usage(format!(
                "there is no workflow `{wanted}`; `tailorbird workflows list` shows all"
            ))),
            (Some(one), Some(other)) => Err(Failure::usage(format!(
                "several workflows are called `{wanted}`, such as {} and {}; name one by its id",
                one.id, other.id
            ))),
        }
    }

    /// Publishes the draft.
    pub(crate) async fn publish(&self, id: &str, note: &str) -> Outcome<Published> {
        self.post(&["workflows", id, "publish"], &json!({ "note": note })).await
    }

    /// Says where a workflow that was just published can be called.
    pub(crate) async fn tell_addresses(&self, id: &str) -> Outcome {
        let query = [("workflowId", id.to_owned())];
        let webhooks: List<Webhook> = self.get(&["webhooks"], &query).await?;
        for it in webhooks.items {
            let methods = paint(Tone::Quiet, it.methods.join(", "));
            output::line(format!("  listens  {methods} {}", it.url));
        }
        Ok(())
    }

    pub(crate) async fn name(&self, id: &str) -> Outcome<String> {
        let found: Value = self.get(&["workflows", id], &[]).await?;
        Ok(found["name"].as_str().unwrap_or_default().to_owned())
    }
}
