//! API keys: shown once, kept as a hash.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use model::{
    Secret,
    id::{ApiKeyId, WorkspaceId},
};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{Error, Store, seal, sql::cells_of, workspaces::time};

/// What every key begins with, so that people and scanners know it.
pub const PREFIX: &str = "tbk_";
/// How much of a key is kept to tell keys apart.
const HINT_CHARS: usize = 8;
/// How often its last use is written down.
const USED_EVERY_US: i64 = 60_000_000;
/// Most keys of a workspace that are listed.
const KEYS_MAX: u32 = 1_000;

/// A key without its secret.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub workspace: WorkspaceId,
    pub name: SmolStr,
    /// How it begins.
    pub hint: SmolStr,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    pub used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    workspace_id: Uuid,
    id: Uuid,
    name: String,
    hint: String,
    created_at: i64,
    expires_at: Option<i64>,
    used_at: Option<i64>,
}

impl Raw {
    fn key(self) -> Result<ApiKey, Error> {
        Ok(ApiKey {
            id: ApiKeyId(self.id),
            workspace: WorkspaceId(self.workspace_id),
            name: self.name.into(),
            hint: self.hint.into(),
            created_at: time(self.created_at)?,
            expires_at: self.expires_at.map(time).transpose()?,
            used_at: self.used_at.map(time).transpose()?,
        })
    }
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

impl Store {
    /// Makes a key. Its text is given here and nowhere else.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_key(
        &self,
        workspace: WorkspaceId,
        name: &str,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(ApiKeyId, Secret), Error> {
        let text = Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(seal::random::<32>())));
        self.add_key_of(workspace, name, &text, expires_at, now).await.map(|id| (id, text))
    }

    /// Makes a key of a text that the operator chose, such as by an environment variable; one
    /// that is there already stays.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_key_of(
        &self,
        workspace: WorkspaceId,
        name: &str,
        text: &Secret,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<ApiKeyId, Error> {
        let id = ApiKeyId(Uuid::now_v7());
        let hint: String = text.expose().chars().take(HINT_CHARS).collect();
        let sql = "INSERT INTO api_keys (workspace_id, id, name, hash, hint, created_at, expires_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (hash) DO NOTHING";
        let cells = cells_of![workspace, id, name, hash(text.expose()), hint, now, expires_at];
        self.0.db.run(sql, cells).await?;
        Ok(id)
    }

    /// Whose key this is; `None` for one that is unknown or has expired. It tells the workspace,
    /// so it is looked for in all of them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn find_key(&self, text: &str, now: Timestamp) -> Result<Option<ApiKey>, Error> {
        let sql = "SELECT workspace_id, id, name, hint, created_at, expires_at, used_at FROM api_keys \
                   WHERE hash = $1 AND (expires_at IS NULL OR expires_at > $2)";
        let row = self.0.db.row::<Raw>(sql, cells_of![hash(text), now]).await?;
        let Some(row) = row else { return Ok(None) };
        let before = now.as_microsecond() - USED_EVERY_US;
        if row.used_at.is_none_or(|it| it < before) {
            let sql = "UPDATE api_keys SET used_at = $3 WHERE workspace_id = $1 AND id = $2";
            self.0.db.run(sql, cells_of![row.workspace_id, row.id, now]).await?;
        }
        row.key().map(Some)
    }

    /// All of a workspace, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, Error> {
        let sql = format!(
            "SELECT workspace_id, id, name, hint, created_at, expires_at, used_at FROM api_keys \
             WHERE workspace_id = $1 ORDER BY id DESC LIMIT {KEYS_MAX}"
        );
        let rows = self.0.db.rows::<Raw>(sql, cells_of![workspace]).await?;
        rows.into_iter().map(Raw::key).collect()
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delete_key(&self, workspace: WorkspaceId, id: ApiKeyId) -> Result<bool, Error> {
        let sql = "DELETE FROM api_keys WHERE workspace_id = $1 AND id = $2";
        Ok(self.0.db.run(sql, cells_of![workspace, id]).await? > 0)
    }
}
