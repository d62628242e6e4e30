//! The second factor of people: what its codes are computed from, codes for who has lost it, and
//! sign-ins that wait for a code.

use jiff::Timestamp;
use model::{
    Secret,
    id::{SessionId, UserId, WorkspaceId},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    proofs,
    seal::Place,
    sql::{Tx, cells_of},
    workspaces::time,
};

/// A second factor.
pub struct TwoFactor {
    /// What codes are computed from.
    pub secret: Secret,
    pub created_at: Timestamp,
    /// When a first code showed that the person has it; until then it asks for nothing.
    pub confirmed_at: Option<Timestamp>,
}

/// What answers a sign-in that waits for a code.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The code of a time step. It counts when no code of this step or a later one has counted.
    Step(i64),
    /// The hash of a recovery code. It counts once.
    Recovery(Vec<u8>),
}

/// How many sign-ins that waited in vain one call removes at most.
const SWEPT_MAX: u32 = 1_000;

#[derive(sqlx::FromRow)]
struct Raw {
    sealed: Vec<u8>,
    created_at: i64,
    confirmed_at: Option<i64>,
}

fn place(user: UserId) -> Place<'static> {
    Place { workspace: WorkspaceId(Uuid::nil()), row: user.0, kind: "two factor" }
}

impl Store {
    /// # Errors
    /// [`Error::Damaged`] when it was sealed with another key, [`Error::Database`].
    pub async fn two_factor(&self, user: UserId) -> Result<Option<TwoFactor>, Error> {
        let sql = "SELECT sealed, created_at, confirmed_at FROM two_factor WHERE user_id = $1";
        let Some(raw) = self.0.db.row::<Raw>(sql, cells_of![user]).await? else { return Ok(None) };
        let bytes = self.0.key.open_sealed(&place(user), &raw.sealed)?;
        let text = str::from_utf8(&bytes).map_err(|_| damaged("the secret of a second factor"))?;
        Ok(Some(TwoFactor {
            secret: Secret::new(text),
            created_at: time(raw.created_at)?,
            confirmed_at: raw.confirmed_at.map(time).transpose()?,
        }))
    }

    /// Keeps a second factor that is yet to be confirmed, in the place of an earlier one that never
    /// was. `false`: there is one that was.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn propose_two_factor(
        &self,
        user: UserId,
        secret: &Secret,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let sealed = self.0.key.seal(&place(user), secret.expose().as_bytes());
        let sql = "INSERT INTO two_factor (user_id, sealed, created_at, step) VALUES ($1, $2, $3, 0) \
                   ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, \
                   created_at = excluded.created_at, step = 0 WHERE two_factor.confirmed_at IS NULL";
        let cells = cells_of![user, sealed, now];
        Ok(self.0.db.run_noted_of(user, "two_factor.propose", sql, cells).await? > 0)
    }

    /// Lets a second factor that was kept at `created_at` count from now on, with these recovery
    /// codes. The session in which it was shown has both factors then. `false`: it is another one now, or counts already.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn confirm_two_factor(
        &self,
        user: UserId,
        session: SessionId,
        created_at: Timestamp,
        step: i64,
        codes: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "UPDATE two_factor SET confirmed_at = $3, step = $4 \
                   WHERE user_id = $1 AND created_at = $2 AND confirmed_at IS NULL";
        if tx.run(sql, cells_of![user, created_at, now, step]).await? == 0 {
            return Ok(false);
        }
        put_codes(&mut tx, user, codes).await?;
        let sql = "UPDATE sessions SET factors = 2 WHERE user_id = $1 AND id = $2";
        tx.run(sql, cells_of![user, session]).await?;
        tx.note_account(user, "two_factor.enable", None).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Other recovery codes. `false`: there is no second factor that counts.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn replace_recovery_codes(
        &self,
        user: UserId,
        codes: &[Vec<u8>],
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        // Of two that ask at once, the second replaces the first's.
        let sql =
            "UPDATE two_factor SET step = step WHERE user_id = $1 AND confirmed_at IS NOT NULL";
        if tx.run(sql, cells_of![user]).await? == 0 {
            return Ok(false);
        }
        put_codes(&mut tx, user, codes).await?;
        tx.note_account(user, "two_factor.recovery_codes", None).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// How many recovery codes are left.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn recovery_codes_left(&self, user: UserId) -> Result<u64, Error> {
        let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1";
        let row = self.0.db.row::<(i64,)>(sql, cells_of![user]).await?;
        Ok(row.map_or(0, |it| it.0.unsigned_abs()))
    }

    /// Asks for no second factor any more. `false`: there was none that counted.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn end_two_factor(&self, user: UserId) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "DELETE FROM two_factor WHERE user_id = $1 RETURNING COALESCE(confirmed_at, 0)";
        let ended = tx.rows::<(i64,)>(sql, cells_of![user]).await?;
        tx.run("DELETE FROM recovery_codes WHERE user_id = $1", cells_of![user]).await?;
        forget_challenges(&mut tx, user).await?;
        if !ended.is_empty() {
            tx.note_account(user, "two_factor.disable", None).await?;
        }
        tx.commit().await?;
        Ok(ended.first().is_some_and(|it| it.0 != 0))
    }

    /// Whether a sign-in of the person wants a code.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wants_code(&self, user: UserId) -> Result<bool, Error> {
        let sql = "SELECT step FROM two_factor WHERE user_id = $1 AND confirmed_at IS NOT NULL";
        Ok(self.0.db.row::<(i64,)>(sql, cells_of![user]).await?.is_some())
    }

    /// Whether members of a workspace need a second factor.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wants_factor(&self, workspace: WorkspaceId) -> Result<bool, Error> {
        let sql = "SELECT wants_factor FROM workspaces WHERE id = $1 /* workspace_id */";
        let row = self.0.db.row::<(i64,)>(sql, cells_of![workspace]).await?;
        Ok(row.is_some_and(|it| it.0 != 0))
    }

    /// Says whether they do.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_wants_factor(
        &self,
        workspace: WorkspaceId,
        is_wanted: bool,
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "UPDATE workspaces SET wants_factor = $2 \
                   WHERE id = $1 AND wants_factor <> $2 /* workspace_id */";
        if tx.run(sql, cells_of![workspace, i64::from(is_wanted)]).await? > 0 {
            let note = Note::of(workspace, "workspace.second_factor", workspace);
            let was = json!({ "required": !is_wanted });
            tx.note(note.was(was).became(json!({ "required": is_wanted })));
        }
        tx.commit().await
    }

    /// Whether a person has a second factor or a passkey, and has shown it in this session.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn shows_both_factors(
        &self,
        user: UserId,
        session: SessionId,
    ) -> Result<bool, Error> {
        let sql = "SELECT id FROM sessions WHERE user_id = $1 AND id = $2 AND factors = 2";
        if self.0.db.row::<(Uuid,)>(sql, cells_of![user, session]).await?.is_none() {
            return Ok(false);
        }
        self.has_factor(user).await
    }

    /// Whether a person has a second factor or a passkey that this session has not shown.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn hides_factor(&self, user: UserId, session: SessionId) -> Result<bool, Error> {
        let sql = "SELECT id FROM sessions WHERE user_id = $1 AND id = $2 AND factors = 2";
        let has_shown = self.0.db.row::<(Uuid,)>(sql, cells_of![user, session]).await?.is_some();
        Ok(!has_shown && self.has_factor(user).await?)
    }

    async fn has_factor(&self, user: UserId) -> Result<bool, Error> {
        if self.wants_code(user).await? {
            return Ok(true);
        }
        let sql = "SELECT name FROM passkeys WHERE user_id = $1 LIMIT 1";
        Ok(self.0.db.row::<(String,)>(sql, cells_of![user]).await?.is_some())
    }

    /// A sign-in waits for a code, and goes on with this word, in this workspace or in the one that was
    /// joined first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_challenge(
        &self,
        user: UserId,
        workspace: Option<WorkspaceId>,
        word: &Secret,
        expires_at: Timestamp,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO challenges (user_id, hash, tries, expires_at, workspace_id) \
                   VALUES ($1, $2, 0, $3, $4)";
        let hash = proofs::hash(word.expose());
        self.0.db.run(sql, cells_of![user, hash, expires_at, workspace]).await?;
        Ok(())
    }

    /// Whose sign-in waits for a code under this word, unless it was tried too often, and where it goes on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn challenged(
        &self,
        word: &str,
        tries_max: u32,
        now: Timestamp,
    ) -> Result<Option<(UserId, Option<WorkspaceId>)>, Error> {
        let sql = "SELECT user_id, workspace_id FROM challenges \
                   WHERE hash = $1 AND expires_at > $2 AND tries < $3";
        let cells = cells_of![proofs::hash(word), now, tries_max];
        let found = self.0.db.row::<(Uuid, Option<Uuid>)>(sql, cells).await?;
        Ok(found.map(|(user, workspace)| (UserId(user), workspace.map(WorkspaceId))))
    }

    /// Counts a try before it is made, so that many at once are no more than one after the other.
    /// `false`: it was tried too often.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_try(&self, user: UserId, word: &str, tries_max: u32) -> Result<bool, Error> {
        let sql = "UPDATE challenges SET tries = tries + 1 \
                   WHERE user_id = $1 AND hash = $2 AND tries < $3";
        Ok(self.0.db.run(sql, cells_of![user, proofs::hash(word), tries_max]).await? > 0)
    }

    /// Ends a sign-in that waited with what answers it. `false`: the answer does not count, and the
    /// sign-in waits on; or it waits no more.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn pass_challenge(
        &self,
        user: UserId,
        word: &str,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "DELETE FROM challenges WHERE user_id = $1 AND hash = $2 AND expires_at > $3";
        let waited = tx.run(sql, cells_of![user, proofs::hash(word), now]).await?;
        let counts = match answer {
            Answer::Step(step) => {
                let sql = "UPDATE two_factor SET step = $2 \
                           WHERE user_id = $1 AND step < $2 AND confirmed_at IS NOT NULL";
                tx.run(sql, cells_of![user, *step]).await?
            }
            Answer::Recovery(hash) => {
                let sql = "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2";
                tx.run(sql, cells_of![user, hash.clone()]).await?
            }
        };
        if waited == 0 || counts == 0 {
            tx.undo().await?;
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Forgets some sign-ins that waited too long.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_challenges(&self, now: Timestamp) -> Result<u64, Error> {
        let sql = format!(
            "DELETE FROM challenges WHERE (user_id, hash) IN (SELECT user_id, hash FROM challenges \
             WHERE expires_at <= $1 ORDER BY expires_at LIMIT {SWEPT_MAX})"
        );
        self.0.db.run(sql, cells_of![now]).await
    }
}

/// Sign-ins that wait do not go on, such as after another password.
pub(crate) async fn forget_challenges(tx: &mut Tx, user: UserId) -> Result<(), Error> {
    tx.run("DELETE FROM challenges WHERE user_id = $1", cells_of![user]).await?;
    Ok(())
}

async fn put_codes(tx: &mut Tx, user: UserId, codes: &[Vec<u8>]) -> Result<(), Error> {
    tx.run("DELETE FROM recovery_codes WHERE user_id = $1", cells_of![user]).await?;
    for hash in codes {
        let sql = "INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)";
        tx.run(sql, cells_of![user, hash.clone()]).await?;
    }
    Ok(())
}
