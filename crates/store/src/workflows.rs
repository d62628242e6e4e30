//! Workflows: drafts with their revision, immutable versions, what is published.

mod health;
mod list;
mod publish;
mod versions;

use std::sync::atomic::Ordering;

pub use health::{Group, Health};
use jiff::Timestamp;
pub(crate) use list::like;
pub use list::{Filter, Found, Row, Sort, VersionRow};
use model::{
    id::{VersionId, WorkflowId, WorkspaceId},
    plan::Limit,
    sharing::Thing,
    workflow,
};
pub use publish::{NewSchedule, NewWebhook, Over, Publish, Published, Unpublished};
use serde_json::json;
use sha2::{Digest, Sha256};
use smol_str::SmolStr;
use uuid::Uuid;
pub use versions::Version;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    sharing,
    sql::{Tx, cells_of},
    subscriptions,
    workspaces::time,
};

/// A workflow as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub id: WorkflowId,
    pub draft: workflow::Workflow,
    /// Grows with every change of the draft.
    pub revision: u64,
    pub published: Option<VersionId>,
    /// Its id where it was imported from.
    pub external_id: Option<SmolStr>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When the draft was last looked through for the credentials that it names, by who saved it.
    pub checked_at: Timestamp,
}

/// How far a workflow is, without its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// How often its draft was changed.
    pub revision: u64,
    pub published: Option<VersionId>,
}

/// What became of a change of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It has this revision now.
    Done(u64),
    /// Somebody else changed it before; it has this revision.
    Stale(u64),
    Absent,
}

#[derive(sqlx::FromRow)]
struct RawWorkflow {
    id: Uuid,
    draft: String,
    revision: i64,
    published: Option<Uuid>,
    external_id: Option<String>,
    created_at: i64,
    updated_at: i64,
    checked_at: i64,
}

fn written(document: &workflow::Workflow) -> Result<String, Error> {
    serde_json::to_string(document).map_err(damaged)
}

fn read(text: &str) -> Result<workflow::Workflow, Error> {
    serde_json::from_str(text)
        .map_err(|it| damaged(format!("a workflow's document cannot be read: {it}")))
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

fn tags(document: &workflow::Workflow) -> String {
    serde_json::to_string(&document.tags).expect("a list of texts")
}

fn folder(document: &workflow::Workflow) -> Option<String> {
    document.folder.as_ref().map(|it| it.to_string())
}

/// What the audit log says of a draft.
fn seen(document: &workflow::Workflow, revision: u64) -> serde_json::Value {
    json!({
        "name": document.name,
        "folder": document.folder,
        "nodes": document.nodes.len(),
        "revision": revision,
    })
}

impl Store {
    /// Makes a workflow with its first draft, revision 1.
    ///
    /// # Errors
    /// [`Error::Taken`] when the id is, [`Error::Database`].
    pub async fn add_workflow(
        &self,
        workspace: WorkspaceId,
        id: WorkflowId,
        document: &workflow::Workflow,
        external_id: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO workflows (workspace_id, id, name, external_id, draft, revision, folder, tags, \
                   created_at, updated_at, checked_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $8, $8)";
        let cells = cells_of![
            workspace,
            id,
            document.name.clone(),
            external_id,
            written(document)?,
            folder(document),
            tags(document),
            now
        ];
        let mut tx = self.0.db.begin().await?;
        subscriptions::room_for(&mut tx, workspace, Limit::Workflows, now).await?;
        match tx.run(sql, cells).await {
            Err(error) if error.is_duplicate() => {
                return Err(Error::Taken(format!("there is a workflow {id} already")));
            }
            end => end?,
        };
        sharing::own_new(&mut tx, workspace, Thing::Workflow, id.0).await?;
        tx.note(Note::of(workspace, "workflow.create", id).became(seen(document, 1)));
        tx.commit().await
    }

    /// Changes a draft; with `expected`, only if it has this revision still.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn save_draft(
        &self,
        workspace: WorkspaceId,
        id: WorkflowId,
        document: &workflow::Workflow,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<Saved, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(revision) = revision(&mut tx, workspace, id).await? else {
            return Ok(Saved::Absent);
        };
        if expected.is_some_and(|it| it != revision) {
            return Ok(Saved::Stale(revision));
        }
        let sql = "SELECT name, folder FROM workflows WHERE workspace_id = $1 AND id = $2";
        let old = tx.rows::<(String, Option<String>)>(sql, cells_of![workspace, id]).await?;
        let old = old.into_iter().next();
        let was = old
            .map(|(name, folder)| json!({ "name": name, "folder": folder, "revision": revision }));
        let note = Note::of(workspace, "workflow.update", id).became(seen(document, revision + 1));
        tx.note(Note { was, ..note });
        let sql = "UPDATE workflows SET name = $3, draft = $4, revision = $5, folder = $6, tags = $7, \
                   updated_at = $8, checked_at = $8 WHERE workspace_id = $1 AND id = $2";
        let cells = cells_of![
            workspace,
            id,
            document.name.clone(),
            written(document)?,
            revision as i64 + 1,
            folder(document),
            tags(document),
            now
        ];
        tx.run(sql, cells).await?;
        tx.commit().await?;
        Ok(Saved::Done(revision + 1))
    }

    /// How often the draft was changed, and what is published; absent where there is no such workflow.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn workflow_state(
        &self,
        workspace: WorkspaceId,
        id: WorkflowId,
    ) -> Result<Option<State>, Error> {
        let sql = "SELECT revision, published FROM workflows WHERE workspace_id = $1 AND id = $2";
        let row = self.0.db.row::<(i64, Option<Uuid>)>(sql, cells_of![workspace, id]).await?;
        Ok(row.map(|it| State { revision: it.0 as u64, published: it.1.map(VersionId) }))
    }

    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn workflow(
        &self,
        workspace: WorkspaceId,
        id: WorkflowId,
    ) -> Result<Option<Stored>, Error> {
        let sql = "SELECT id, draft, revision, published, external_id, created_at, updated_at, checked_at \
                   FROM workflows WHERE workspace_id = $1 AND id = $2";
        let row = self.0.db.row::<RawWorkflow>(sql, cells_of![workspace, id]).await?;
        let Some(it) = row else { return Ok(None) };
        Ok(Some(Stored {
            id: WorkflowId(it.id),
            draft: read(&it.draft)?,
            revision: it.revision as u64,
            published: it.published.map(VersionId),
            external_id: it.external_id.map(SmolStr::from),
            created_at: time(it.created_at)?,
            updated_at: time(it.updated_at)?,
            checked_at: time(it.checked_at)?,
        }))
    }

    /// Removes a workflow and all that it listens to. Its versions stay as long as the history of
    /// its executions does. `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delete_workflow(
        &self,
        workspace: WorkspaceId,
        id: WorkflowId,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "SELECT name FROM workflows WHERE workspace_id = $1 AND id = $2";
        let old = tx.rows::<(String,)>(sql, cells_of![workspace, id]).await?;
        let was = old.into_iter().next().map(|it| json!({ "name": it.0 }));
        publish::silence(&mut tx, workspace, id).await?;
        let sql = "DELETE FROM static_data WHERE workspace_id = $1 AND workflow_id = $2";
        tx.run(sql, cells_of![workspace, id]).await?;
        let sql = "DELETE FROM workflows WHERE workspace_id = $1 AND id = $2";
        let gone = tx.run(sql, cells_of![workspace, id]).await?;
        if gone > 0 {
            tx.note(Note { was, ..Note::of(workspace, "workflow.delete", id) });
        }
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(gone > 0)
    }

    /// The published version of the workflow of this id (ours or that of where it came from) or
    /// name; of several with the name, the oldest.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn find_published(
        &self,
        workspace: WorkspaceId,
        wanted: &str,
    ) -> Result<Option<VersionId>, Error> {
        let id = wanted.parse::<WorkflowId>().ok();
        let sql = "SELECT published FROM workflows WHERE workspace_id = $1 AND published IS NOT NULL \
                   AND (id = $2 OR external_id = $3 OR name = $3) \
                   ORDER BY CASE WHEN id = $2 THEN 0 WHEN external_id = $3 THEN 1 ELSE 2 END, id LIMIT 1";
        let row = self.0.db.row::<(Uuid,)>(sql, cells_of![workspace, id, wanted]).await?;
        Ok(row.map(|it| VersionId(it.0)))
    }

    /// The workflow of this id (ours or that of where it came from) or name, published or not; of
    /// several with the name, the oldest.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn find_workflow(
        &self,
        workspace: WorkspaceId,
        wanted: &str,
    ) -> Result<Option<WorkflowId>, Error> {
        let id = wanted.parse::<WorkflowId>().ok();
        let sql = "SELECT id FROM workflows WHERE workspace_id = $1 \
                   AND (id = $2 OR external_id = $3 OR name = $3) \
                   ORDER BY CASE WHEN id = $2 THEN 0 WHEN external_id = $3 THEN 1 ELSE 2 END, id LIMIT 1";
        let row = self.0.db.row::<(Uuid,)>(sql, cells_of![workspace, id, wanted]).await?;
        Ok(row.map(|it| WorkflowId(it.0)))
    }

    /// The number of the state of definitions, as this process last saw it: it grows with every
    /// change of what is published, of variables and of credentials.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    /// Looks whether another process changed definitions.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn refresh_generation(&self) -> Result<u64, Error> {
        self.refresh_generation_any_workspace().await
    }

    async fn refresh_generation_any_workspace(&self) -> Result<u64, Error> {
        let row = self.0.db.row::<(i64,)>("SELECT generation FROM state", vec![]).await?;
        let now = row.map_or(0, |it| it.0 as u64);
        self.saw_generation(now);
        self.0.key.refresh(&self.0.db, now).await?;
        Ok(self.generation())
    }

    pub(crate) fn saw_generation(&self, it: u64) {
        self.0.generation.fetch_max(it, Ordering::AcqRel);
    }
}

async fn revision(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
) -> Result<Option<u64>, Error> {
    let lock = tx.for_update();
    let sql = format!("SELECT revision FROM workflows WHERE workspace_id = $1 AND id = $2{lock}");
    let rows = tx.rows::<(i64,)>(sql, cells_of![workspace, id]).await?;
    Ok(rows.first().map(|it| it.0 as u64))
}

/// Counts a change of definitions, in its own transaction.
pub(crate) async fn next_generation_any_workspace(tx: &mut Tx) -> Result<u64, Error> {
    let sql = "UPDATE state SET generation = generation + 1 RETURNING generation";
    let rows = tx.rows::<(i64,)>(sql, vec![]).await?;
    Ok(rows.first().map_or(0, |it| it.0 as u64))
}
