//! The routes of a workspace's gateway.

use jiff::Timestamp;
use model::{
    gateway::Route,
    id::{CredentialId, RouteId, WorkspaceId},
};
use serde_json::json;
use uuid::Uuid;

use crate::{Error, Store, audit::Note, error::damaged, sql::cells_of, workspaces::time};

/// Most routes of a workspace.
pub const ROUTES_MAX: u32 = 200;

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: RouteId,
    pub route: Route,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What one is called, to tell the audit log.
const NAME: &str = "SELECT name FROM gateway_routes WHERE workspace_id = $1 AND id = $2";

impl Store {
    /// All of a workspace, the first one first.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn gateway_routes(&self, workspace: WorkspaceId) -> Result<Vec<Row>, Error> {
        let sql = format!(
            "SELECT id, document, created_at, updated_at FROM gateway_routes WHERE workspace_id = $1 \
             ORDER BY id LIMIT {ROUTES_MAX}"
        );
        let rows = self.0.db.rows::<(Uuid, String, i64, i64)>(sql, cells_of![workspace]).await?;
        let row = |(id, document, created_at, updated_at): (Uuid, String, i64, i64)| {
            Ok(Row {
                id: RouteId(id),
                route: serde_json::from_str(&document).map_err(damaged)?,
                created_at: time(created_at)?,
                updated_at: time(updated_at)?,
            })
        };
        rows.into_iter().map(row).collect()
    }

    /// # Errors
    /// [`Error::Taken`] when the name is, [`Error::Database`].
    pub async fn add_gateway_route(
        &self,
        workspace: WorkspaceId,
        id: RouteId,
        route: &Route,
        now: Timestamp,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO gateway_routes (workspace_id, id, name, document, credential_id, created_at, \
                   updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)";
        let note = Note::of(workspace, "gateway.create", id).became(seen(route));
        let cells =
            cells_of![workspace, id, route.name.clone(), document(route)?, credential(route), now];
        self.define(sql, cells, None, note, || taken(route)).await.map(|_| ())
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Taken`] when the name is, [`Error::Database`].
    pub async fn change_gateway_route(
        &self,
        workspace: WorkspaceId,
        id: RouteId,
        route: &Route,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let sql = "UPDATE gateway_routes SET name = $3, document = $4, credential_id = $5, updated_at = $6 \
                   WHERE workspace_id = $1 AND id = $2";
        let note = Note::of(workspace, "gateway.update", id).became(seen(route));
        let cells =
            cells_of![workspace, id, route.name.clone(), document(route)?, credential(route), now];
        self.define(sql, cells, Some(NAME), note, || taken(route)).await
    }

    /// The names of those that sign with a credential.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn gateway_routes_with(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
    ) -> Result<Vec<String>, Error> {
        let sql = format!(
            "SELECT name FROM gateway_routes WHERE workspace_id = $1 AND credential_id = $2 \
             ORDER BY name LIMIT {ROUTES_MAX}"
        );
        let rows = self.0.db.rows::<(String,)>(sql, cells_of![workspace, credential]).await?;
        Ok(rows.into_iter().map(|it| it.0).collect())
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delete_gateway_route(
        &self,
        workspace: WorkspaceId,
        id: RouteId,
    ) -> Result<bool, Error> {
        let sql = "DELETE FROM gateway_routes WHERE workspace_id = $1 AND id = $2";
        let note = Note::of(workspace, "gateway.delete", id);
        self.define(sql, cells_of![workspace, id], Some(NAME), note, String::new).await
    }
}

fn document(route: &Route) -> Result<String, Error> {
    serde_json::to_string(route).map_err(damaged)
}

fn credential(route: &Route) -> Option<CredentialId> {
    route.upstream.as_ref().and_then(|it| it.credential)
}

/// Where it leads, and never what it writes into requests: that may be a secret.
fn seen(route: &Route) -> serde_json::Value {
    let upstream = route.upstream.as_ref();
    json!({
        "name": route.name,
        "path": route.path.to_string(),
        "methods": route.methods,
        "enabled": route.enabled,
        "limits": route.limits,
        "nRules": route.request.len() + route.response.len(),
        "url": upstream.map(|it| it.url.as_str()),
        "access": upstream.map(|it| it.access),
        "credentialId": upstream.and_then(|it| it.credential),
    })
}

fn taken(route: &Route) -> String {
    format!("there is a route `{}` already", route.name)
}
