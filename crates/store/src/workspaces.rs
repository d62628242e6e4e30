//! Workspaces: whose everything is.

use jiff::Timestamp;
use model::{
    id::{UserId, WorkspaceId},
    permission::Role,
};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    members,
    sql::{Tx, cells_of},
    subscriptions,
    workflows::next_generation_any_workspace,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: SmolStr,
    pub created_at: Timestamp,
    /// Its share of the workers when several workspaces have executions that are ready.
    pub weight: u32,
    /// When it is removed with all that is in it; until then it is closed.
    pub ends_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: Uuid,
    name: String,
    created_at: i64,
    weight: i64,
    ends_at: Option<i64>,
}

impl Raw {
    fn workspace(self) -> Result<Workspace, Error> {
        Ok(Workspace {
            id: WorkspaceId(self.id),
            name: self.name.into(),
            created_at: time(self.created_at)?,
            weight: self.weight.clamp(1, i64::from(WEIGHT_MAX)) as u32,
            ends_at: self.ends_at.map(time).transpose()?,
        })
    }
}

/// Before `WHERE`.
const SELECT: &str =
    "SELECT id, name, created_at, weight, ends_at FROM workspaces /* workspace_id */";

/// The largest weight of a workspace.
pub const WEIGHT_MAX: u32 = 1_000;

pub(crate) fn time(us: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(us)
        .map_err(|_| damaged("a recorded time lies outside of all years"))
}

impl Store {
    /// Makes a workspace; one that exists already stays as it is.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_workspace(
        &self,
        id: WorkspaceId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO workspaces (id, name, created_at, weight) VALUES ($1, $2, $3, 1) ON CONFLICT (id) DO NOTHING -- workspace_id";
        self.0.db.run(sql, cells_of![id, name, now]).await?;
        Ok(())
    }

    /// The oldest workspace, made when there is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn default_workspace(&self, now: Timestamp) -> Result<WorkspaceId, Error> {
        if let Some(first) = self.workspaces().await?.into_iter().next() {
            return Ok(first.id);
        }
        let id = WorkspaceId(Uuid::now_v7());
        self.add_workspace(id, "Default", now).await?;
        Ok(id)
    }

    /// All workspaces, the oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        self.workspaces_any_workspace().await
    }

    async fn workspaces_any_workspace(&self) -> Result<Vec<Workspace>, Error> {
        let sql = format!("{SELECT} ORDER BY created_at, id");
        let rows = self.0.db.rows::<Raw>(sql, vec![]).await?;
        rows.into_iter().map(Raw::workspace).collect()
    }

    /// # Errors
    /// [`Error::Database`].
    pub async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, Error> {
        let sql = format!("{SELECT} WHERE id = $1");
        self.0.db.row::<Raw>(sql, cells_of![id]).await?.map(Raw::workspace).transpose()
    }

    /// Makes a workspace whose owner is this person.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn found_workspace(
        &self,
        name: &str,
        owner: UserId,
        now: Timestamp,
    ) -> Result<WorkspaceId, Error> {
        let id = WorkspaceId(Uuid::now_v7());
        let mut tx = self.0.db.begin().await?;
        let sql = "INSERT INTO workspaces (id, name, created_at, weight) VALUES ($1, $2, $3, 1) -- workspace_id";
        tx.run(sql, cells_of![id, name, now]).await?;
        subscriptions::begin(&mut tx, self.terms(), id, now).await?;
        let sql =
            "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)";
        tx.run(sql, cells_of![id, owner, Role::Owner.as_str(), now]).await?;
        tx.note(Note::of(id, "workspace.create", id).became(json!({ "name": name })));
        tx.commit().await?;
        Ok(id)
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rename_workspace(&self, id: WorkspaceId, name: &str) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let is_there = rename(&mut tx, id, name).await?;
        tx.commit().await?;
        Ok(is_there)
    }

    /// Closes a workspace and takes back what it has published, so that nothing starts there any
    /// more; at `ends_at` it is removed. `false`: it is not there, or closed already.
    ///
    /// # Errors
    /// [`Error::Refused`] for the default workspace, [`Error::Database`].
    pub async fn close_workspace(
        &self,
        id: WorkspaceId,
        ends_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if self.default_workspace(now).await? == id {
            let message = "the default workspace is the server's own and stays";
            return Err(Error::Refused(message.to_owned()));
        }
        let mut tx = self.0.db.begin().await?;
        let sql =
            "UPDATE workspaces SET ends_at = $2 WHERE id = $1 AND ends_at IS NULL -- workspace_id";
        if tx.run(sql, cells_of![id, ends_at]).await? == 0 {
            return Ok(false);
        }
        for sql in [
            "DELETE FROM webhooks WHERE workspace_id = $1",
            "DELETE FROM schedules WHERE workspace_id = $1",
            "UPDATE workflows SET published = NULL WHERE workspace_id = $1",
        ] {
            tx.run(sql, cells_of![id]).await?;
        }
        let became = json!({ "endsAt": ends_at.to_string() });
        tx.note(Note::of(id, "workspace.close", id).became(became));
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(true)
    }

    /// Opens a workspace that was closed. Where its owner's account has ended, or is about to, an admin of
    /// the workspace becomes its owner. `false`: it is not there, or open.
    ///
    /// # Errors
    /// [`Error::Refused`] when nobody could own it, [`Error::Database`].
    pub async fn reopen_workspace(&self, id: WorkspaceId, now: Timestamp) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql =
            "UPDATE workspaces SET ends_at = NULL WHERE id = $1 AND ends_at > $2 -- workspace_id";
        if tx.run(sql, cells_of![id, now]).await? == 0 {
            return Ok(false);
        }
        tx.note(Note::of(id, "workspace.restore", id));
        members::see_to_owner(&mut tx, id).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Changes a workspace's share of the workers: 1 to [`WEIGHT_MAX`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_weight(&self, id: WorkspaceId, weight: u32) -> Result<(), Error> {
        let sql = "UPDATE workspaces SET weight = $2 WHERE id = $1 -- workspace_id";
        self.0.db.run(sql, cells_of![id, weight.clamp(1, WEIGHT_MAX)]).await?;
        Ok(())
    }
}

/// `false`: it is not there.
pub(crate) async fn rename(tx: &mut Tx, id: WorkspaceId, name: &str) -> Result<bool, Error> {
    let before = "SELECT name FROM workspaces WHERE id = $1 -- workspace_id";
    let before = tx.rows::<(String,)>(before, cells_of![id]).await?;
    let Some((was,)) = before.into_iter().next() else { return Ok(false) };
    let sql = "UPDATE workspaces SET name = $2 WHERE id = $1 -- workspace_id";
    tx.run(sql, cells_of![id, name]).await?;
    let note = Note::of(id, "workspace.rename", id).was(json!({ "name": was }));
    tx.note(note.became(json!({ "name": name })));
    Ok(true)
}
