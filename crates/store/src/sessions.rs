//! Sessions: sign-ins that last, as long as only one holds their latest refresh token.

use jiff::{SignedDuration, Timestamp};
use model::id::{SessionId, UserId, WorkspaceId};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{Error, Store, audit, sql::cells_of, workspaces::time};

#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub user: UserId,
    pub id: SessionId,
    /// Where the person was last.
    pub workspace: Option<WorkspaceId>,
    /// What it was begun with.
    pub factors: Factors,
    /// From where it was begun.
    pub address: Option<SmolStr>,
    /// The program that it was begun with, in its own words.
    pub agent: SmolStr,
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub turned_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What somebody has shown who signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factors {
    /// A password, or that somebody else vouches.
    One,
    /// A code as well, or a passkey, whose device has made sure who holds it.
    Both,
}

impl Factors {
    fn n(self) -> i64 {
        match self {
            Factors::One => 1,
            Factors::Both => 2,
        }
    }
}

/// What a refresh token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// It was the latest, or its answer may have been lost a moment ago: this one counts now.
    Next { turn: i64, workspace: Option<WorkspaceId> },
    /// It was used before, so two have it: the session is ended.
    Stolen,
    /// The session has ended.
    Gone,
}

/// Most sessions that a person has; the oldest gives way.
pub const SESSIONS_MAX: u32 = 100;
/// How many ended sessions one call removes at most.
const SWEPT_MAX: u32 = 1_000;

#[derive(sqlx::FromRow)]
struct Raw {
    user_id: Uuid,
    id: Uuid,
    workspace_id: Option<Uuid>,
    factors: i64,
    address: Option<String>,
    agent: String,
    created_at: i64,
    turned_at: i64,
    expires_at: i64,
}

impl Raw {
    fn session(self) -> Result<Session, Error> {
        Ok(Session {
            user: UserId(self.user_id),
            id: SessionId(self.id),
            workspace: self.workspace_id.map(WorkspaceId),
            factors: if self.factors == 2 { Factors::Both } else { Factors::One },
            address: self.address.map(SmolStr::from),
            agent: self.agent.into(),
            created_at: time(self.created_at)?,
            turned_at: time(self.turned_at)?,
            expires_at: time(self.expires_at)?,
        })
    }
}

impl Store {
    /// Begins a session at turn 0.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_session(&self, new: &Session) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = format!(
            "DELETE FROM sessions WHERE user_id = $1 AND id IN (SELECT id FROM sessions \
             WHERE user_id = $1 ORDER BY id DESC LIMIT {SESSIONS_MAX} OFFSET {})",
            SESSIONS_MAX - 1
        );
        tx.run(sql, cells_of![new.user]).await?;
        let sql = "INSERT INTO sessions (user_id, id, workspace_id, turn, turned_at, address, agent, created_at, \
                   expires_at, factors) VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9)";
        let (address, agent) = (new.address.clone(), new.agent.clone());
        let (turned, made, ends) = (new.turned_at, new.created_at, new.expires_at);
        let (user, id, workspace, factors) = (new.user, new.id, new.workspace, new.factors.n());
        let cells = cells_of![user, id, workspace, turned, address, agent, made, ends, factors];
        tx.run(sql, cells).await?;
        let workspace = new.workspace.unwrap_or(audit::PLATFORM);
        let became = json!({ "session": new.id.to_string() });
        tx.note(audit::Note::of(workspace, "sign_in.succeeded", new.user).became(became));
        tx.commit().await
    }

    /// Takes the refresh token of a turn and lets the next one count. The one before counts for
    /// `grace` once more, for a client whose answer was lost.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn turn_session(
        &self,
        user: UserId,
        id: SessionId,
        turn: i64,
        grace: SignedDuration,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Turned, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = format!(
            "SELECT workspace_id, turn, turned_at FROM sessions \
             WHERE user_id = $1 AND id = $2 AND expires_at > $3{}",
            tx.for_update()
        );
        let rows = tx.rows::<(Option<Uuid>, i64, i64)>(sql, cells_of![user, id, now]).await?;
        let Some((workspace, current, turned_at)) = rows.into_iter().next() else {
            return Ok(Turned::Gone);
        };
        let workspace = workspace.map(WorkspaceId);
        if turn + 1 == current && time(turned_at)? + grace > now {
            return Ok(Turned::Next { turn: current, workspace });
        }
        if turn != current {
            let sql = "DELETE FROM sessions WHERE user_id = $1 AND id = $2";
            tx.run(sql, cells_of![user, id]).await?;
            tx.note_account(user, "session.reused", Some(json!({ "session": id.to_string() })))
                .await?;
            tx.commit().await?;
            return Ok(Turned::Stolen);
        }
        let sql = "UPDATE sessions SET turn = $3, turned_at = $4, expires_at = $5 \
                   WHERE user_id = $1 AND id = $2";
        tx.run(sql, cells_of![user, id, turn + 1, now, expires_at]).await?;
        tx.commit().await?;
        Ok(Turned::Next { turn: turn + 1, workspace })
    }

    /// Where the next tokens of a session open.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn move_session(
        &self,
        user: UserId,
        id: SessionId,
        to: WorkspaceId,
    ) -> Result<bool, Error> {
        let sql = "UPDATE sessions SET workspace_id = $3 WHERE user_id = $1 AND id = $2";
        Ok(self.0.db.run(sql, cells_of![user, id, to]).await? > 0)
    }

    /// All of a person that have not ended, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Vec<Session>, Error> {
        let sql = format!(
            "SELECT user_id, id, workspace_id, factors, address, agent, created_at, turned_at, expires_at FROM sessions \
             WHERE user_id = $1 AND expires_at > $2 ORDER BY id DESC LIMIT {SESSIONS_MAX}"
        );
        let rows = self.0.db.rows::<Raw>(sql, cells_of![user, now]).await?;
        rows.into_iter().map(Raw::session).collect()
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn end_session(&self, user: UserId, id: SessionId) -> Result<bool, Error> {
        let sql = "DELETE FROM sessions WHERE user_id = $1 AND id = $2";
        let n = self.0.db.run_noted_of(user, "session.end", sql, cells_of![user, id]).await?;
        Ok(n > 0)
    }

    /// Ends all sessions of a person but one. Gives how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn end_other_sessions(&self, user: UserId, keep: SessionId) -> Result<u64, Error> {
        let sql = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
        let mut tx = self.0.db.begin().await?;
        let n = tx.run(sql, cells_of![user, keep]).await?;
        tx.note_account(user, "session.end_others", Some(json!({ "ended": n }))).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// Forgets some sessions that have ended by themselves.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, Error> {
        let sql = format!(
            "DELETE FROM sessions WHERE (user_id, id) IN (SELECT user_id, id FROM sessions \
             WHERE expires_at <= $1 ORDER BY expires_at LIMIT {SWEPT_MAX})"
        );
        self.0.db.run(sql, cells_of![now]).await
    }
}
