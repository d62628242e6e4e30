//! Publishing: a version that listens. What it listens to changes with it, in one transaction.

use jiff::Timestamp;
use model::{
    id::{ScheduleId, VersionId, WorkflowId, WorkspaceId},
    schedule::{CatchUp, Rule},
};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    sql::{Tx, cells_of},
    workflows::{hash, next_generation_any_workspace},
};

/// What a version listens to, and a note for people.
#[derive(Clone, Debug, Default)]
pub struct Publish {
    pub note: String,
    pub webhooks: Vec<NewWebhook>,
    pub schedules: Vec<NewSchedule>,
}

#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// The id of the trigger node.
    pub node: SmolStr,
    pub methods: Vec<SmolStr>,
    pub path: SmolStr,
}

#[derive(Clone, Debug)]
pub struct NewSchedule {
    /// The id of the trigger node.
    pub node: SmolStr,
    pub rule: Rule,
    pub catch_up: CatchUp,
    /// IANA name.
    pub zone: SmolStr,
    pub next_at: Option<Timestamp>,
}

/// What has to be published for a change of it to take place, so that nobody undoes unseen what another decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Whatever,
    Nothing,
    Version(VersionId),
}

impl Over {
    fn is(self, published: Option<VersionId>) -> bool {
        match self {
            Over::Whatever => true,
            Over::Nothing => published.is_none(),
            Over::Version(it) => published == Some(it),
        }
    }
}

/// What became of a wish to end listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpublished {
    Done,
    /// Something else is published than was expected.
    Overtaken,
    Absent,
}

/// What became of a wish to publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    Done {
        version: VersionId,
        number: u32,
        /// What was published until then.
        before: Option<VersionId>,
    },
    /// Something else is published than was expected.
    Overtaken,
    /// The draft changed since it was looked at; it has this revision.
    Stale(u64),
    Absent,
}

impl Store {
    /// Makes the draft of this revision the published version, which was looked through at `now` for the credentials
    /// that it names.
    ///
    /// # Errors
    /// [`Error::Taken`] when another workflow listens at one of the addresses, [`Error::Database`].
    pub async fn publish(
        &self,
        workspace: WorkspaceId,
        id: WorkflowId,
        revision: u64,
        wish: &Publish,
        now: Timestamp,
    ) -> Result<Published, Error> {
        let mut tx = self.0.db.begin().await?;
        let lock = tx.for_update();
        let sql = format!(
            "SELECT revision, draft, published FROM workflows WHERE workspace_id = $1 AND id = $2{lock}"
        );
        let found = tx.rows::<(i64, String, Option<Uuid>)>(sql, cells_of![workspace, id]).await?;
        let Some((found, document, before)) = found.into_iter().next() else {
            return Ok(Published::Absent);
        };
        if found as u64 != revision {
            return Ok(Published::Stale(found as u64));
        }
        let sql = "SELECT MAX(number) FROM versions WHERE workspace_id = $1 AND workflow_id = $2";
        let last = tx.rows::<(Option<i64>,)>(sql, cells_of![workspace, id]).await?;
        let number = last.first().and_then(|it| it.0).unwrap_or(0) + 1;
        let version = VersionId(Uuid::now_v7());
        let sql = "INSERT INTO versions (workspace_id, id, workflow_id, number, hash, document, note, created_at, checked_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
        let hash = hash(&document);
        tx.run(
            sql,
            cells_of![workspace, version, id, number, hash, document, wish.note.clone(), now],
        )
        .await?;
        go_live(&mut tx, workspace, id, version, wish, now).await?;
        let became =
            json!({ "version": version.to_string(), "number": number, "revision": revision });
        tx.note(Note::of(workspace, "workflow.publish", id).became(became));
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(Published::Done { version, number: number as u32, before: before.map(VersionId) })
    }

    /// Makes a version that was published before the published one again. Absent where the workflow or
    /// the version is not there; what was kept of a draft that ran is no such version. As when it is published first,
    /// it was looked through at `now`.
    ///
    /// # Errors
    /// [`Error::Taken`] when another workflow listens at one of the addresses, [`Error::Database`].
    pub async fn publish_again(
        &self,
        workspace: WorkspaceId,
        id: WorkflowId,
        version: VersionId,
        over: Over,
        wish: &Publish,
        now: Timestamp,
    ) -> Result<Published, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(before) = published(&mut tx, workspace, id).await? else {
            return Ok(Published::Absent);
        };
        if !over.is(before) {
            return Ok(Published::Overtaken);
        }
        let sql =
            "SELECT number FROM versions WHERE workspace_id = $1 AND id = $2 AND workflow_id = $3";
        let found = tx.rows::<(Option<i64>,)>(sql, cells_of![workspace, version, id]).await?;
        let Some(number) = found.into_iter().next().and_then(|it| it.0) else {
            return Ok(Published::Absent);
        };
        let sql = "UPDATE versions SET checked_at = $3 WHERE workspace_id = $1 AND id = $2";
        tx.run(sql, cells_of![workspace, version, now]).await?;
        go_live(&mut tx, workspace, id, version, wish, now).await?;
        let became = json!({ "version": version.to_string(), "number": number });
        tx.note(Note::of(workspace, "workflow.publish", id).became(became));
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(Published::Done { version, number: number as u32, before })
    }

    /// Ends listening.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn unpublish(
        &self,
        workspace: WorkspaceId,
        id: WorkflowId,
        over: Over,
        now: Timestamp,
    ) -> Result<Unpublished, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(before) = published(&mut tx, workspace, id).await? else {
            return Ok(Unpublished::Absent);
        };
        if !over.is(before) {
            return Ok(Unpublished::Overtaken);
        }
        silence(&mut tx, workspace, id).await?;
        let sql = "UPDATE workflows SET published = NULL, updated_at = $3 WHERE workspace_id = $1 AND id = $2";
        tx.run(sql, cells_of![workspace, id, now]).await?;
        tx.note(Note::of(workspace, "workflow.unpublish", id));
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(Unpublished::Done)
    }
}

/// Which version of a workflow is published, held until the transaction ends; nothing where the workflow is not there.
async fn published(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
) -> Result<Option<Option<VersionId>>, Error> {
    let lock = tx.for_update();
    let sql = format!("SELECT published FROM workflows WHERE workspace_id = $1 AND id = $2{lock}");
    let found = tx.rows::<(Option<Uuid>,)>(sql, cells_of![workspace, id]).await?;
    Ok(found.into_iter().next().map(|it| it.0.map(VersionId)))
}

/// From here on a version is the one that listens.
async fn go_live(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
    version: VersionId,
    wish: &Publish,
    now: Timestamp,
) -> Result<(), Error> {
    silence(tx, workspace, id).await?;
    listen(tx, workspace, id, version, wish).await?;
    let sql =
        "UPDATE workflows SET published = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2";
    tx.run(sql, cells_of![workspace, id, version, now]).await?;
    Ok(())
}

/// Removes what a workflow listens to.
pub(super) async fn silence(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
) -> Result<(), Error> {
    let sql = "DELETE FROM webhooks WHERE workspace_id = $1 AND workflow_id = $2";
    tx.run(sql, cells_of![workspace, id]).await?;
    let sql = "DELETE FROM schedules WHERE workspace_id = $1 AND workflow_id = $2";
    tx.run(sql, cells_of![workspace, id]).await?;
    Ok(())
}

async fn listen(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
    version: VersionId,
    wish: &Publish,
) -> Result<(), Error> {
    for webhook in &wish.webhooks {
        for method in &webhook.methods {
            let sql = "INSERT INTO webhooks (workspace_id, path, method, workflow_id, version_id, node) \
                       VALUES ($1, $2, $3, $4, $5, $6)";
            let (path, node) = (webhook.path.clone(), webhook.node.clone());
            let cells = cells_of![workspace, path, method.clone(), id, version, node];
            tx.run(sql, cells).await.map_err(|error| match error.is_duplicate() {
                true => Error::Taken(format!(
                    "{method} /webhook/{} is taken by another trigger; change the path",
                    webhook.path
                )),
                false => error,
            })?;
        }
    }
    for it in &wish.schedules {
        let sql = "INSERT INTO schedules (workspace_id, id, workflow_id, version_id, node, rule, zone, catch_up, \
                   next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let rule = serde_json::to_string(&it.rule).map_err(damaged)?;
        let catch_up = serde_json::to_string(&it.catch_up).map_err(damaged)?;
        let schedule = schedule_id(id, &it.node, &rule);
        let (node, zone) = (it.node.clone(), it.zone.clone());
        tx.run(
            sql,
            cells_of![workspace, schedule, id, version, node, rule, zone, catch_up, it.next_at],
        )
        .await?;
    }
    Ok(())
}

/// The same schedule of the same node keeps its id over versions, so that a firing that took place
/// does not take place again because somebody published.
fn schedule_id(workflow: WorkflowId, node: &str, rule: &str) -> ScheduleId {
    let mut text = workflow.0.as_bytes().to_vec();
    text.extend(node.as_bytes());
    text.push(0);
    text.extend(rule.as_bytes());
    let digest = hash_bytes(&text);
    ScheduleId(uuid::Builder::from_custom_bytes(digest).into_uuid())
}

fn hash_bytes(bytes: &[u8]) -> [u8; 16] {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(bytes);
    let mut res = [0; 16];
    res.copy_from_slice(&digest[..16]);
    res
}
