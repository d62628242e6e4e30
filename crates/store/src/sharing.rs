//! Whose workflows and credentials are, which are restricted, and with whom they are shared.

mod seen;

use model::{
    id::{CredentialId, ExecutionId, ServiceAccountId, UserId, WorkflowId, WorkspaceId},
    sharing::{Access, Bond, Level, Openness, Thing, Viewer},
};
pub(crate) use seen::{bound, seen};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::{self, By, Note},
    credentials,
    error::damaged,
    roles,
    sql::{Tx, cells_of},
};

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

impl Whom {
    fn cells(&self) -> (Uuid, SmolStr) {
        match self {
            Whom::Member(id) => (id.0, SmolStr::default()),
            Whom::Account(id) => (id.0, SmolStr::default()),
            Whom::Role(name) => (Uuid::nil(), name.clone()),
        }
    }

    /// As the audit log writes it.
    fn written(&self) -> String {
        match self {
            Whom::Member(id) => id.to_string(),
            Whom::Account(id) => id.to_string(),
            Whom::Role(name) => format!("role:{name}"),
        }
    }
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
        let sql = "SELECT is_restricted, owner_id FROM access WHERE workspace_id = $1 AND thing_id = $2";
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
            let sql = format!("SELECT workflow_id FROM {table} WHERE workspace_id = $1 AND id = $2");
            let row = self.0.db.row::<(Uuid,)>(sql, cells_of![workspace, execution]).await?;
            if let Some((id,)) = row {
                return Ok(Some(WorkflowId(id)));
            }
        }
        Ok(None)
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
            "SELECT c.id, c.kind, c.name, c.external_id, c.created_at, c.updated_at FROM credentials c \
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

    /// Shares a thing anew: what is not named is not shared any more. `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Refused`] when somebody named is not in the workspace, or there are too many;
    /// [`Error::Database`].
    pub async fn set_sharing(
        &self,
        workspace: WorkspaceId,
        thing: Thing,
        id: Uuid,
        new: &NewSharing,
    ) -> Result<bool, Error> {
        if new.shares.len() > SHARES_MAX {
            let message = format!("one {} is shared with {SHARES_MAX} at most", thing.as_str());
            return Err(Error::Refused(message));
        }
        let mut tx = self.0.db.begin().await?;
        // Of two who share it at once, the second finds what the first has written.
        own(&mut tx, workspace, thing, id, None).await?;
        let restricted = i64::from(new.openness == Openness::Restricted);
        let sql = "UPDATE access SET is_restricted = $3 WHERE workspace_id = $1 AND thing_id = $2";
        tx.run(sql, cells_of![workspace, id, restricted]).await?;
        if tx.rows::<(Uuid,)>(there(thing), cells_of![workspace, id]).await?.is_empty() {
            return Ok(false);
        }
        if let Some(owner) = &new.owner {
            hold(&mut tx, workspace, owner).await?;
            let sql = "UPDATE access SET owner_id = $3 WHERE workspace_id = $1 AND thing_id = $2";
            tx.run(sql, cells_of![workspace, id, owner.cells().0]).await?;
        }
        let was = written(&mut tx, workspace, id).await?;
        let sql = "DELETE FROM shares WHERE workspace_id = $1 AND thing_id = $2";
        tx.run(sql, cells_of![workspace, id]).await?;
        for (whom, level) in &new.shares {
            hold(&mut tx, workspace, whom).await?;
            let (whom, role) = whom.cells();
            let sql = "INSERT INTO shares (workspace_id, thing_id, whom_id, role, thing, level) \
                       VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (workspace_id, thing_id, whom_id, role) DO NOTHING";
            tx.run(sql, cells_of![workspace, id, whom, role, thing.as_str(), level.as_str()]).await?;
        }
        let action = match thing {
            Thing::Workflow => "workflow.share",
            Thing::Credential => "credential.share",
        };
        let shares = new.shares.iter();
        let shares: Vec<_> = shares.map(|it| json!([it.0.written(), it.1.as_str()])).collect();
        let became = json!({
            "restricted": new.openness == Openness::Restricted,
            "owner": new.owner.as_ref().map(Whom::written),
            "shares": shares,
        });
        tx.note(Note::of(workspace, action, id).was(was).became(became));
        tx.commit().await?;
        Ok(true)
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

/// Says whose a new thing is: who asks for it, if it is a person or a service account. What has an owner
/// keeps it.
pub(crate) async fn own_new(
    tx: &mut Tx,
    workspace: WorkspaceId,
    thing: Thing,
    id: Uuid,
) -> Result<(), Error> {
    let owner = match audit::asker() {
        By::Account { user, .. } => Some(user.0),
        By::Service(id) => Some(id),
        By::Key(_) | By::Visitor | By::System => return Ok(()),
    };
    own(tx, workspace, thing, id, owner).await
}

async fn own(
    tx: &mut Tx,
    workspace: WorkspaceId,
    thing: Thing,
    id: Uuid,
    owner: Option<Uuid>,
) -> Result<(), Error> {
    let sql = "INSERT INTO access (workspace_id, thing_id, thing, owner_id, is_restricted) \
               VALUES ($1, $2, $3, $4, 0) ON CONFLICT (workspace_id, thing_id) DO NOTHING";
    tx.run(sql, cells_of![workspace, id, thing.as_str(), owner]).await.map(|_| ())
}

/// Nothing is shared with who has left, nor is anything his any more.
pub(crate) async fn forget_whom(
    tx: &mut Tx,
    workspace: WorkspaceId,
    whom: Uuid,
) -> Result<(), Error> {
    let sql = "DELETE FROM shares WHERE workspace_id = $1 AND whom_id = $2";
    tx.run(sql, cells_of![workspace, whom]).await?;
    let sql = "UPDATE access SET owner_id = NULL WHERE workspace_id = $1 AND owner_id = $2";
    tx.run(sql, cells_of![workspace, whom]).await.map(|_| ())
}

/// A role that is made again under a name that was one's before begins with nothing.
pub(crate) async fn forget_role(
    tx: &mut Tx,
    workspace: WorkspaceId,
    role: &str,
) -> Result<(), Error> {
    let sql = "DELETE FROM shares WHERE workspace_id = $1 AND role = $2";
    tx.run(sql, cells_of![workspace, role]).await.map(|_| ())
}

/// Of a thing that leaves nothing behind.
pub(crate) async fn forget_thing(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
) -> Result<(), Error> {
    for sql in [
        "DELETE FROM shares WHERE workspace_id = $1 AND thing_id = $2",
        "DELETE FROM access WHERE workspace_id = $1 AND thing_id = $2",
    ] {
        tx.run(sql, cells_of![workspace, id]).await?;
    }
    Ok(())
}

fn there(thing: Thing) -> &'static str {
    match thing {
        Thing::Workflow => "SELECT id FROM workflows WHERE workspace_id = $1 AND id = $2",
        Thing::Credential => "SELECT id FROM credentials WHERE workspace_id = $1 AND id = $2",
    }
}

/// Refuses whom the workspace does not know.
async fn hold(tx: &mut Tx, workspace: WorkspaceId, whom: &Whom) -> Result<(), Error> {
    let (sql, id, what) = match whom {
        Whom::Role(name) => return roles::hold(tx, workspace, name).await,
        Whom::Member(id) => {
            ("SELECT user_id FROM members WHERE workspace_id = $1 AND user_id = $2", id.0, "member")
        }
        Whom::Account(id) => (
            "SELECT id FROM service_accounts WHERE workspace_id = $1 AND id = $2",
            id.0,
            "service account",
        ),
    };
    if tx.rows::<(Uuid,)>(sql, cells_of![workspace, id]).await?.is_empty() {
        return Err(Error::Refused(format!("the workspace has no {what} {id}")));
    }
    Ok(())
}

/// How it is shared, for the audit log.
async fn written(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<serde_json::Value, Error> {
    let sql = "SELECT whom_id, role, level FROM shares WHERE workspace_id = $1 AND thing_id = $2 \
               ORDER BY role, whom_id";
    let rows = tx.rows::<(Uuid, String, String)>(sql, cells_of![workspace, id]).await?;
    let one = |(whom, role, level): &(Uuid, String, String)| match role.is_empty() {
        true => json!([whom.to_string(), level]),
        false => json!([format!("role:{role}"), level]),
    };
    Ok(json!({ "shares": rows.iter().map(one).collect::<Vec<_>>() }))
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
