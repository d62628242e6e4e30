//! API keys: shown once, kept as a hash, and able to do what their scope says.

mod change;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ipnet::IpNet;
use jiff::Timestamp;
use model::{
    Rate, Secret,
    id::{ApiKeyId, ServiceAccountId, WorkspaceId},
    permission::{Permissions, Role},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    roles, seal, service_accounts,
    sql::{Tx, cells_of},
    workspaces::time,
};

/// What every key begins with, so that people and scanners know it.
pub const PREFIX: &str = "tbk_";
/// How much of a key is kept to tell keys apart.
const HINT_CHARS: usize = 8;
/// How often its last use is written down.
const USED_EVERY_US: i64 = 60_000_000;
const KEYS_MAX: u32 = 1_000;

/// A key without its secret.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub workspace: WorkspaceId,
    /// Whose it is; else the workspace's.
    pub account: Option<ServiceAccountId>,
    pub name: SmolStr,
    /// How it begins.
    pub hint: SmolStr,
    pub scope: Scope,
    /// What it may do at the moment, by its scope.
    pub may: Permissions,
    /// Where it opens from; empty is everywhere.
    pub networks: Vec<IpNet>,
    /// How often it may ask.
    pub rate: Option<Rate>,
    /// That counts even where it is more than what everybody has: who looks after the server said so.
    pub rate_granted: bool,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    pub used_at: Option<Timestamp>,
    /// Since when it opens nothing, until it is switched on again.
    pub disabled_at: Option<Timestamp>,
    /// The key that takes its place.
    pub successor: Option<ApiKeyId>,
}

/// What decides what a key may do.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    /// All that an owner may do.
    Everything,
    /// What the role may do, whatever that is by then.
    Role(SmolStr),
    /// What the service account may do, whatever that is by then.
    Account(ServiceAccountId),
    Listed(Permissions),
}

/// What a text that somebody shows is. Only who has the whole text of a key hears more than that it is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    Opens(Box<ApiKey>),
    /// A key that is switched off, or whose service account is.
    Off,
    /// A key whose time is over.
    Over,
    Unknown,
}

impl Shown {
    pub fn opens(self) -> Option<ApiKey> {
        match self {
            Shown::Opens(it) => Some(*it),
            Shown::Off | Shown::Over | Shown::Unknown => None,
        }
    }
}

/// A key that is to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub name: SmolStr,
    pub scope: Scope,
    pub networks: Vec<IpNet>,
    pub rate: Option<Rate>,
    pub rate_granted: bool,
    pub expires_at: Option<Timestamp>,
}

impl NewKey {
    /// One without limits.
    pub fn everything(name: &str) -> NewKey {
        NewKey {
            name: name.into(),
            scope: Scope::Everything,
            networks: vec![],
            rate: None,
            rate_granted: false,
            expires_at: None,
        }
    }
}

impl ApiKey {
    /// What it would be made of once more.
    pub fn terms(&self) -> NewKey {
        NewKey {
            name: self.name.clone(),
            scope: self.scope.clone(),
            networks: self.networks.clone(),
            rate: self.rate,
            rate_granted: self.rate_granted,
            expires_at: self.expires_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Raw {
    workspace_id: Uuid,
    id: Uuid,
    name: String,
    hint: String,
    role: Option<String>,
    permissions: Option<String>,
    /// Of the role, when it is the workspace's own.
    own: Option<String>,
    networks: String,
    rate: Option<String>,
    rate_granted: i64,
    created_at: i64,
    expires_at: Option<i64>,
    used_at: Option<i64>,
    disabled_at: Option<i64>,
    successor: Option<Uuid>,
    account_id: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct RawShown {
    #[sqlx(flatten)]
    raw: Raw,
    account_disabled_at: Option<i64>,
}

/// Before `WHERE`.
const SELECT: &str = "SELECT k.workspace_id, k.id, k.name, k.hint, COALESCE(s.role, k.role) AS role, k.permissions, \
    r.permissions AS own, k.networks, k.rate, k.rate_granted, k.created_at, k.expires_at, k.used_at, k.disabled_at, k.successor, k.account_id \
    FROM api_keys k LEFT JOIN service_accounts s ON s.workspace_id = k.workspace_id AND s.id = k.account_id \
    LEFT JOIN roles r ON r.workspace_id = k.workspace_id AND r.name = COALESCE(s.role, k.role)";

impl Raw {
    fn key(self) -> Result<ApiKey, Error> {
        let account = self.account_id.map(ServiceAccountId);
        let (scope, may) = match (self.role, self.permissions) {
            (Some(role), _) => {
                let built_in = Role::named(&role).map(Role::permissions);
                let own = || self.own.as_deref().map(roles::permissions);
                // A role that is gone gives nothing.
                let scope = account.map_or_else(|| Scope::Role(role.into()), Scope::Account);
                (scope, built_in.or_else(own).unwrap_or_default())
            }
            (None, Some(text)) => {
                let listed = roles::permissions(&text);
                (Scope::Listed(listed), listed)
            }
            // An account that is gone gives nothing.
            (None, None) if account.is_some() => return Err(damaged("a key without its account")),
            (None, None) => (Scope::Everything, Role::Owner.permissions()),
        };
        Ok(ApiKey {
            id: ApiKeyId(self.id),
            workspace: WorkspaceId(self.workspace_id),
            account,
            name: self.name.into(),
            hint: self.hint.into(),
            scope,
            may,
            networks: networks(&self.networks)?,
            rate: self.rate.map(|it| it.parse()).transpose().map_err(damaged)?,
            rate_granted: self.rate_granted != 0,
            created_at: time(self.created_at)?,
            expires_at: self.expires_at.map(time).transpose()?,
            used_at: self.used_at.map(time).transpose()?,
            disabled_at: self.disabled_at.map(time).transpose()?,
            successor: self.successor.map(ApiKeyId),
        })
    }
}

fn networks(text: &str) -> Result<Vec<IpNet>, Error> {
    text.split_whitespace()
        .map(|it| it.parse().map_err(|_| damaged("a network of a key")))
        .collect()
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

fn fresh() -> Secret {
    Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(seal::random::<32>())))
}

impl Store {
    /// Makes a key. Its text is given here and nowhere else.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such role, [`Error::Database`].
    pub async fn add_key(
        &self,
        workspace: WorkspaceId,
        new: &NewKey,
        now: Timestamp,
    ) -> Result<(ApiKeyId, Secret), Error> {
        let text = fresh();
        self.add_key_of(workspace, new, &text, now).await.map(|id| (id, text))
    }

    /// Makes a key of a text that the operator chose, such as by an environment variable; one that is there stays.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such role, [`Error::Database`].
    pub async fn add_key_of(
        &self,
        workspace: WorkspaceId,
        new: &NewKey,
        text: &Secret,
        now: Timestamp,
    ) -> Result<ApiKeyId, Error> {
        let mut tx = self.0.db.begin().await?;
        match &new.scope {
            Scope::Role(name) => roles::hold(&mut tx, workspace, name).await?,
            Scope::Account(account) => service_accounts::hold(&mut tx, workspace, *account).await?,
            Scope::Everything | Scope::Listed(_) => {}
        }
        let id = insert(&mut tx, workspace, new, text, now).await?;
        tx.note(Note::of(workspace, "key.create", id).became(seen(new)));
        tx.commit().await?;
        Ok(id)
    }

    /// Makes a key that takes another's place, with the same scope and the same time to live. The old one opens until
    /// `until`, so that nobody is locked out meanwhile. `None`: there is none that opens.
    ///
    /// # Errors
    /// [`Error::Taken`] when it was rotated before, [`Error::Database`].
    pub async fn rotate_key(
        &self,
        workspace: WorkspaceId,
        id: ApiKeyId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<(ApiKeyId, Secret)>, Error> {
        let mut tx = self.0.db.begin().await?;
        // Of two that rotate it at once, the second finds it rotated.
        let sql = "UPDATE api_keys SET used_at = used_at WHERE workspace_id = $1 AND id = $2";
        tx.run(sql, cells_of![workspace, id]).await?;
        let sql = format!("{SELECT} WHERE k.workspace_id = $1 AND k.id = $2");
        let Some(row) = tx.rows::<Raw>(sql, cells_of![workspace, id]).await?.into_iter().next()
        else {
            return Ok(None);
        };
        let old = row.key()?;
        if old.disabled_at.is_some() || old.expires_at.is_some_and(|it| it <= now) {
            return Ok(None);
        }
        if let Some(successor) = old.successor {
            return Err(Error::Taken(format!(
                "the key `{}` was rotated already; its place is taken by {successor}",
                old.name
            )));
        }
        let expires_at = old.expires_at.map(|it| now + (it - old.created_at));
        let new = NewKey { expires_at, ..old.terms() };
        let text = fresh();
        let successor = insert(&mut tx, workspace, &new, &text, now).await?;
        let ends = old.expires_at.map_or(until, |it| it.min(until));
        let sql = "UPDATE api_keys SET expires_at = $3, successor = $4 \
                   WHERE workspace_id = $1 AND id = $2";
        tx.run(sql, cells_of![workspace, id, ends, successor]).await?;
        let became = json!({ "successor": successor.to_string(), "name": new.name });
        tx.note(Note::of(workspace, "key.rotate", id).became(became));
        tx.commit().await?;
        Ok(Some((successor, text)))
    }

    /// Whose key this is. It tells the workspace, so it is looked for in all of them; those of a closed one are unknown.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn find_key(&self, text: &str, now: Timestamp) -> Result<Shown, Error> {
        let select = SELECT.replacen(" FROM", ", s.disabled_at AS account_disabled_at FROM", 1);
        let sql = format!(
            "{select} WHERE k.hash = $1 AND NOT EXISTS \
                 (SELECT 1 FROM workspaces w WHERE w.id = k.workspace_id AND w.ends_at IS NOT NULL)"
        );
        let row = self.0.db.row::<RawShown>(sql, cells_of![hash(text)]).await?;
        let Some(RawShown { raw: row, account_disabled_at }) = row else {
            return Ok(Shown::Unknown);
        };
        if row.disabled_at.is_some() || account_disabled_at.is_some() {
            return Ok(Shown::Off);
        }
        if row.expires_at.is_some_and(|it| it <= now.as_microsecond()) {
            return Ok(Shown::Over);
        }
        let before = now.as_microsecond() - USED_EVERY_US;
        if row.used_at.is_none_or(|it| it < before) {
            let sql = "UPDATE api_keys SET used_at = $3 WHERE workspace_id = $1 AND id = $2";
            self.0.db.run(sql, cells_of![row.workspace_id, row.id, now]).await?;
        }
        row.key().map(|it| Shown::Opens(Box::new(it)))
    }

    /// All of a workspace, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, Error> {
        let sql = format!("{SELECT} WHERE k.workspace_id = $1 ORDER BY k.id DESC LIMIT {KEYS_MAX}");
        let rows = self.0.db.rows::<Raw>(sql, cells_of![workspace]).await?;
        rows.into_iter().map(Raw::key).collect()
    }
}

/// What the audit log says of a key.
fn seen(new: &NewKey) -> serde_json::Value {
    let scope = match &new.scope {
        Scope::Everything => "everything".to_owned(),
        Scope::Role(name) => name.to_string(),
        Scope::Account(account) => account.to_string(),
        Scope::Listed(may) => may.to_string(),
    };
    let networks: Vec<String> = new.networks.iter().map(IpNet::to_string).collect();
    let expires_at = new.expires_at.map(|it| it.to_string());
    json!({ "name": new.name, "scope": scope, "networks": networks, "rate": new.rate, "expiresAt": expires_at })
}

/// Role, permissions and account, as they stand in the table.
fn columns(scope: &Scope) -> (Option<SmolStr>, Option<String>, Option<Uuid>) {
    match scope {
        Scope::Everything => (None, None, None),
        Scope::Role(name) => (Some(name.clone()), None, None),
        Scope::Account(account) => (None, None, Some(account.0)),
        Scope::Listed(may) => (None, Some(may.to_string()), None),
    }
}

async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    new: &NewKey,
    text: &Secret,
    now: Timestamp,
) -> Result<ApiKeyId, Error> {
    let id = ApiKeyId(Uuid::now_v7());
    let hint: String = text.expose().chars().take(HINT_CHARS).collect();
    let (role, permissions, account) = columns(&new.scope);
    let networks: Vec<String> = new.networks.iter().map(IpNet::to_string).collect();
    let sql = "INSERT INTO api_keys (workspace_id, id, name, hash, hint, role, permissions, networks, \
               rate, rate_granted, created_at, expires_at, account_id) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
               ON CONFLICT (hash) DO NOTHING";
    let (hash, networks) = (hash(text.expose()), networks.join(" "));
    let cells = cells_of![
        workspace,
        id,
        new.name.clone(),
        hash,
        hint,
        role,
        permissions,
        networks,
        new.rate.map(|it| it.to_string()),
        i64::from(new.rate_granted),
        now,
        new.expires_at,
        account
    ];
    tx.run(sql, cells).await?;
    Ok(id)
}
