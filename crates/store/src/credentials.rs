//! Credentials: sealed at rest, opened for the node that uses them, never shown again.

use jiff::Timestamp;
use model::{
    Map, Value,
    id::{CredentialId, WorkspaceId},
    sharing::{Openness, Sight, Thing},
};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    seal::Place,
    sharing,
    sql::{Cell, cells_of},
    variables::define,
    workspaces::time,
};

/// A credential without its secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: CredentialId,
    /// Its credential type.
    pub kind: SmolStr,
    pub name: SmolStr,
    /// Its id where it was imported from.
    pub external_id: Option<SmolStr>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Since when it bears its name.
    pub named_at: Timestamp,
}

/// A credential with its secrets.
pub struct Opened {
    pub row: Row,
    pub openness: Openness,
    pub fields: Map,
}

/// Most credentials of a workspace that are listed.
const CREDENTIALS_MAX: u32 = 10_000;

#[derive(sqlx::FromRow)]
struct Raw {
    id: Uuid,
    kind: String,
    name: String,
    external_id: Option<String>,
    created_at: i64,
    updated_at: i64,
    named_at: i64,
}

#[derive(sqlx::FromRow)]
struct Sealed {
    #[sqlx(flatten)]
    raw: Raw,
    sealed: Vec<u8>,
    is_restricted: i64,
}

impl Raw {
    fn row(self) -> Result<Row, Error> {
        Ok(Row {
            id: CredentialId(self.id),
            kind: self.kind.into(),
            name: self.name.into(),
            external_id: self.external_id.map(SmolStr::from),
            created_at: time(self.created_at)?,
            updated_at: time(self.updated_at)?,
            named_at: time(self.named_at)?,
        })
    }
}

/// One that is opened, with `c` for `credentials`.
const SEALED: &str = "c.id, c.kind, c.name, c.external_id, c.created_at, c.updated_at, c.named_at, c.sealed, \
    CAST(COALESCE((SELECT a.is_restricted FROM access a WHERE a.workspace_id = c.workspace_id \
    AND a.thing_id = c.id), 0) AS BIGINT) AS is_restricted";

/// What one is called, to tell the audit log.
const NAME: &str = "SELECT name FROM credentials WHERE workspace_id = $1 AND id = $2";

impl Store {
    /// All of a workspace that somebody sees, by name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn credentials(
        &self,
        workspace: WorkspaceId,
        sight: Sight,
    ) -> Result<Vec<Row>, Error> {
        let mut cells = cells_of![workspace];
        let seen = sharing::seen(sight, "id", &mut cells);
        let sql = format!(
            "SELECT id, kind, name, external_id, created_at, updated_at, named_at FROM credentials \
             WHERE workspace_id = $1{seen} ORDER BY name, kind LIMIT {CREDENTIALS_MAX}"
        );
        self.credential_rows(sql, cells).await
    }

    pub(crate) async fn credential_rows(
        &self,
        sql: String,
        cells: Vec<Cell>,
    ) -> Result<Vec<Row>, Error> {
        self.0.db.rows::<Raw>(sql, cells).await?.into_iter().map(Raw::row).collect()
    }

    /// # Errors
    /// [`Error::Taken`] when one of this type has the name, [`Error::Database`].
    pub async fn add_credential(
        &self,
        workspace: WorkspaceId,
        row: &Row,
        fields: &Map,
    ) -> Result<(), Error> {
        let sealed = self.seal(workspace, row.id, &row.kind, fields);
        let sql = "INSERT INTO credentials (workspace_id, id, kind, name, external_id, sealed, created_at, \
                   updated_at, named_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7)";
        let (kind, name, external_id) =
            (row.kind.clone(), row.name.clone(), row.external_id.clone());
        let (made, changed) = (row.created_at, row.updated_at);
        let cells = cells_of![workspace, row.id, kind, name, external_id, sealed, made, changed];
        let became = json!({ "name": row.name, "type": row.kind });
        let note = Note::of(workspace, "credential.create", row.id).became(became);
        let mut tx = self.0.db.begin().await?;
        define(&mut tx, sql, cells, None, note, || taken(&row.name)).await?;
        sharing::own_new(&mut tx, workspace, Thing::Credential, row.id.0).await?;
        self.defined(tx).await
    }

    /// Changes the name and all fields; the type stays. `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Taken`] when one of this type has the name, [`Error::Database`].
    pub async fn change_credential(
        &self,
        workspace: WorkspaceId,
        id: CredentialId,
        name: &str,
        fields: &Map,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let sql = "SELECT kind FROM credentials WHERE workspace_id = $1 AND id = $2";
        let found = self.0.db.row::<(String,)>(sql, cells_of![workspace, id]).await?;
        let Some((kind,)) = found else { return Ok(false) };
        let sealed = self.seal(workspace, id, &kind, fields);
        let sql = "UPDATE credentials SET name = $3, sealed = $4, updated_at = $5, \
                   named_at = CASE WHEN name = $3 THEN named_at ELSE $5 END WHERE workspace_id = $1 AND id = $2";
        // Which fields there are, and never what is in them.
        let names: Vec<&str> = fields.keys().map(|it| &**it).collect();
        let became = json!({ "name": name, "type": kind, "fields": names });
        let note = Note::of(workspace, "credential.update", id).became(became);
        let cells = cells_of![workspace, id, name, sealed, now];
        self.define(sql, cells, Some(NAME), note, || taken(name)).await
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delete_credential(
        &self,
        workspace: WorkspaceId,
        id: CredentialId,
    ) -> Result<bool, Error> {
        let sql = "DELETE FROM credentials WHERE workspace_id = $1 AND id = $2";
        let note = Note::of(workspace, "credential.delete", id);
        let mut tx = self.0.db.begin().await?;
        let cells = cells_of![workspace, id];
        if !define(&mut tx, sql, cells, Some(NAME), note, String::new).await? {
            return Ok(false);
        }
        sharing::forget_thing(&mut tx, workspace, id.0).await?;
        self.defined(tx).await?;
        Ok(true)
    }

    /// Opens the credential of a type that a node names: by id (ours, or that of where it came
    /// from) when there is one of it, else by name.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it was sealed with another key, [`Error::Database`].
    pub async fn open_credential(
        &self,
        workspace: WorkspaceId,
        kind: &str,
        id: Option<&str>,
        name: &str,
    ) -> Result<Option<Opened>, Error> {
        let own = id.and_then(|it| it.parse::<CredentialId>().ok());
        let sql = format!(
            "SELECT {SEALED} FROM credentials c WHERE c.workspace_id = $1 AND c.kind = $2 \
             AND (c.id = $3 OR c.external_id = $4 OR c.name = $5) \
             ORDER BY CASE WHEN c.id = $3 THEN 0 WHEN c.external_id = $4 THEN 1 ELSE 2 END LIMIT 1"
        );
        let row = self.0.db.row::<Sealed>(sql, cells_of![workspace, kind, own, id, name]).await?;
        row.map(|it| self.opened(workspace, it)).transpose()
    }

    /// Opens a credential by id, such as to test it or to keep fields that a change leaves out.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it was sealed with another key, [`Error::Database`].
    pub async fn open_credential_by_id(
        &self,
        workspace: WorkspaceId,
        id: CredentialId,
    ) -> Result<Option<Opened>, Error> {
        let sql =
            format!("SELECT {SEALED} FROM credentials c WHERE c.workspace_id = $1 AND c.id = $2");
        let row = self.0.db.row::<Sealed>(sql, cells_of![workspace, id]).await?;
        row.map(|it| self.opened(workspace, it)).transpose()
    }

    fn seal(&self, workspace: WorkspaceId, id: CredentialId, kind: &str, fields: &Map) -> Vec<u8> {
        let text = Zeroizing::new(Value::from(fields.clone()).to_json());
        self.0.key.seal(&Place { workspace, row: id.0, kind }, text.as_bytes())
    }

    fn opened(&self, workspace: WorkspaceId, found: Sealed) -> Result<Opened, Error> {
        let row = found.raw.row()?;
        let place = Place { workspace, row: row.id.0, kind: &row.kind };
        let bytes = self.0.key.open_sealed(&place, &found.sealed)?;
        let value = Value::from_json_bytes(&bytes).map_err(|_| {
            damaged(format!("the fields of credential `{}` cannot be read", row.name))
        })?;
        let fields = value.as_object().cloned().unwrap_or_default();
        let openness = if found.is_restricted == 1 { Openness::Restricted } else { Openness::Open };
        Ok(Opened { row, openness, fields })
    }
}

fn taken(name: &str) -> String {
    format!("there is a credential `{name}` of this type already")
}
