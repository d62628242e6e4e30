//! Whose workflows and credentials are, which are restricted, and with whom they are shared.

mod change;
mod seen;

use std::collections::HashSet;

pub(crate) use change::{forget_role, forget_thing, forget_whom, own_new};
use model::{
    id::{CredentialId, ExecutionId, ServiceAccountId, UserId, WorkflowId, WorkspaceId},
    sharing::{Access, Bond, Level, Openness, Thing, Viewer},
};
pub(crate) use seen::{bound, seen};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{Error, Store, credentials, error::damaged, sql::cells_of};

/// Most shares of one thing.
pub const SHARES_MAX: usize = 100;
/// Most restricted credentials that are looked at for one caller.
const LOCKED_MAX: u32 = 10_000;

/// How a thing is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharing {
    pub openness: Openness,
    /// Absent for what was made before there were owners, by a key of no account, or by who has left.
    pub owner: Option<Named>,
    pub shares: Vec<Share>,
}

/// A person, service account or role, and how far something is shared with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    pub with: Named,
    pub level: Level,
}

/// With its name as people know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub whom: Whom,
    pub name: SmolStr,
}

/// With whom something is shared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whom {
    Member(UserId),
    Account(ServiceAccountId),
    Role(SmolStr),
}

/// How a thing is to be shared.
#[derive(Clone, Debug)]
pub struct NewSharing {
    pub openness: Openness,
    /// A person or a service account; absent leaves it whose it is.
    pub owner: Option<Whom>,
    /// At most [`SHARES_MAX`], each of them once.
    pub shares: Vec<(Whom, Level)>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    whom_id: Uuid,
    role: String,
    level: String,
    person: Option<String>,
    email: Option<String>,
    account: Option<String>,
}

#[derive(sqlx::FromRow)]
struct RawOwner {
    is_restricted: i64,
    owner_id: Option<Uuid>,
    person: Option<String>,
    email: Option<String>,
    account: Option<String>,
}

impl Store {
    /// What somebody is to a thing; also to one that is not there any more.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn access(
        &self,
        workspace: WorkspaceId,
        id: Uuid,
        viewer: Viewer,
    ) -> Result<Access, Error> {
        let sql =
            "SELECT is_restricted, owner_id FROM access WHERE workspace_id = $1 AND thing_id = $2";
        let row = self.0.db.row::<(i64, Option<Uuid>)>(sql, cells_of![workspace, id]).await?;
        let (restricted, owner) = row.unwrap_or((0, None));
        let openness = if restricted == 1 { Openness::Restricted } else { Openness::Open };
        if owner.is_some() && owner == seen::id_of(viewer) {
            return Ok(Access { openness, bond: Bond::Owner });
        }
        let sql = format!(
            "SELECT s.level FROM shares s WHERE s.workspace_id = $1 AND s.thing_id = $2 AND {}",
            bound(viewer, "$3")
        );
        let cells = cells_of![workspace, id, seen::cell_of(viewer)];
        let mut most = None;
        for (level,) in self.0.db.rows::<(String,)>(sql, cells).await? {
            most = most.max(Some(level_of(&level)?));
        }
        Ok(Access { openness, bond: most.map_or(Bond::None, Bond::Shared) })
    }

    /// The workflow of an execution, at work or ended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn workflow_of(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
    ) -> Result<Option<WorkflowId>, Error> {
        // In this order: one that ends in between is found.
        for table in ["queue", "executions"] {
            let sql =
                format!("SELECT workflow_id FROM {table} WHERE workspace_id = $1 AND id = $2");
            let row = self.0.db.row::<(Uuid,)>(sql, cells_of![workspace, execution]).await?;
            if let Some((id,)) = row {
                return Ok(Some(WorkflowId(id)));
            }
        }
        Ok(None)
    }

    /// Which of these are restricted.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn restricted(
        &self,
        workspace: WorkspaceId,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<HashSet<Uuid>, Error> {
        let cells = ids.flat_map(|it| cells_of![workspace, it]).collect();
        let head = "SELECT thing_id FROM access WHERE is_restricted = 1 \
                    AND (workspace_id, thing_id) IN (SELECT * FROM (VALUES";
        let rows = self.0.db.rows_of_many::<(Uuid,)>(head, ") AS v)", 2, cells).await?;
        Ok(rows.into_iter().map(|it| it.0).collect())
    }

    /// Whether anything of a kind is shared with somebody, so far at least.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_shares(
        &self,
        workspace: WorkspaceId,
        viewer: Viewer,
        thing: Thing,
        least: Level,
    ) -> Result<bool, Error> {
        let levels = thing.levels().iter().filter(|it| **it >= least);
        let levels: Vec<String> = levels.map(|it| format!("'{}'", it.as_str())).collect();
        let sql = format!(
            "SELECT s.level FROM shares s WHERE s.workspace_id = $1 AND {} AND s.thing = $3 \
             AND s.level IN ({}) LIMIT 1",
            bound(viewer, "$2"),
            levels.join(", ")
        );
        let cells = cells_of![workspace, seen::cell_of(viewer), thing.as_str()];
        Ok(self.0.db.row::<(String,)>(sql, cells).await?.is_some())
    }

    /// The restricted credentials that somebody may not use.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn locked_credentials(
        &self,
        workspace: WorkspaceId,
        viewer: Viewer,
    ) -> Result<Vec<credentials::Row>, Error> {
        let sql = format!(
            "SELECT c.id, c.kind, c.name, c.external_id, c.created_at, c.updated_at, c.named_at \
             FROM credentials c \
             WHERE c.workspace_id = $1 AND c.id IN ({}) LIMIT {LOCKED_MAX}",
            seen::hidden(viewer, "$2")
        );
        let cells = cells_of![workspace, seen::cell_of(viewer)];
        self.credential_rows(sql, cells).await
    }

    /// How a thing is shared; `None` when it is not there.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn sharing(
        &self,
        workspace: WorkspaceId,
        thing: Thing,
        id: Uuid,
    ) -> Result<Option<Sharing>, Error> {
        let found = self.0.db.row::<(Uuid,)>(there(thing), cells_of![workspace, id]).await?;
        if found.is_none() {
            return Ok(None);
        }
        let sql = "SELECT a.is_restricted, a.owner_id, u.name AS person, u.email, x.name AS account \
                   FROM access a LEFT JOIN users u ON u.user_id = a.owner_id \
                   LEFT JOIN service_accounts x ON x.workspace_id = $1 AND x.id = a.owner_id \
                   WHERE a.workspace_id = $1 AND a.thing_id = $2";
        let row = self.0.db.row::<RawOwner>(sql, cells_of![workspace, id]).await?;
        let restricted = row.as_ref().is_some_and(|it| it.is_restricted == 1);
        let owner = row.and_then(|it| named(it.owner_id?, "", it.person, it.email, it.account));
        let sql = format!(
            "SELECT s.whom_id, s.role, s.level, u.name AS person, u.email, x.name AS account FROM shares s \
             LEFT JOIN users u ON u.user_id = s.whom_id \
             LEFT JOIN service_accounts x ON x.workspace_id = $1 AND x.id = s.whom_id \
             WHERE s.workspace_id = $1 AND s.thing_id = $2 ORDER BY s.role, s.whom_id LIMIT {SHARES_MAX}"
        );
        let mut shares = vec![];
        for it in self.0.db.rows::<Raw>(sql, cells_of![workspace, id]).await? {
            let level = level_of(&it.level)?;
            let with = named(it.whom_id, &it.role, it.person, it.email, it.account);
            shares.extend(with.map(|with| Share { with, level }));
        }
        let openness = if restricted { Openness::Restricted } else { Openness::Open };
        Ok(Some(Sharing { openness, owner, shares }))
    }

    /// Whose a credential or workflow is, such as to tell it to who may not have it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn owner_of(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
    ) -> Result<Option<SmolStr>, Error> {
        let sharing = self.sharing(workspace, Thing::Credential, credential.0).await?;
        Ok(sharing.and_then(|it| it.owner).map(|it| it.name))
    }
}

fn there(thing: Thing) -> &'static str {
    match thing {
        Thing::Workflow => "SELECT id FROM workflows WHERE workspace_id = $1 AND id = $2",
        Thing::Credential => "SELECT id FROM credentials WHERE workspace_id = $1 AND id = $2",
    }
}

fn named(
    id: Uuid,
    role: &str,
    person: Option<String>,
    email: Option<String>,
    account: Option<String>,
) -> Option<Named> {
    let (whom, name) = match (role, person, account) {
        ("", Some(name), _) => {
            let name = if name.trim().is_empty() { email.unwrap_or_default() } else { name };
            (Whom::Member(UserId(id)), name)
        }
        ("", None, Some(name)) => (Whom::Account(ServiceAccountId(id)), name),
        ("", None, None) => return None,
        (role, ..) => (Whom::Role(role.into()), role.to_owned()),
    };
    Some(Named { whom, name: name.into() })
}

fn level_of(text: &str) -> Result<Level, Error> {
    Level::named(text).ok_or_else(|| damaged("a share of an unknown level"))
}
