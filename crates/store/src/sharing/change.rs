//! Shares things anew, says whose they are, and forgets who has left.

use model::{
    id::WorkspaceId,
    sharing::{Openness, Thing},
};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use super::{NewSharing, SHARES_MAX, Whom, there};
use crate::{
    Error, Store,
    audit::{self, By, Note},
    roles,
    sql::{Tx, cells_of},
};

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
            tx.run(sql, cells_of![workspace, id, whom, role, thing.as_str(), level.as_str()])
                .await?;
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
async fn written(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
) -> Result<serde_json::Value, Error> {
    let sql = "SELECT whom_id, role, level FROM shares WHERE workspace_id = $1 AND thing_id = $2 \
               ORDER BY role, whom_id";
    let rows = tx.rows::<(Uuid, String, String)>(sql, cells_of![workspace, id]).await?;
    let one = |(whom, role, level): &(Uuid, String, String)| match role.is_empty() {
        true => json!([whom.to_string(), level]),
        false => json!([format!("role:{role}"), level]),
    };
    Ok(json!({ "shares": rows.iter().map(one).collect::<Vec<_>>() }))
}
