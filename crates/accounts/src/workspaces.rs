//! Workspaces of people: made, named, moved between, given up.

use jiff::{SignedDuration, Timestamp};
use model::{
    Code, Fault, Secret,
    id::{SessionId, UserId, WorkspaceId},
};
use smol_str::SmolStr;
use store::workspaces::Workspace;

use crate::{Accounts, Registration, failure::fault, registration::checked_name, token::ACCESS};

/// How long a workspace that was given up can be had back.
const GRACE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// An access token for another workspace.
pub struct Switched {
    pub access: Secret,
    pub access_seconds: i64,
}

impl Accounts {
    /// Makes a workspace whose owner is this person. On a server that takes no new people only who
    /// looks after it makes workspaces.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::Forbidden`].
    pub async fn create_workspace(&self, owner: UserId, name: &str) -> Result<WorkspaceId, Fault> {
        let name = checked_name(name)?;
        let user = self.user(owner).await?;
        if self.0.options.registration == Registration::Closed && !user.platform_admin {
            let message = "on this server only who looks after it makes workspaces";
            return Err(Fault::new(Code::Forbidden, message));
        }
        self.store().found_workspace(&name, owner, Timestamp::now()).await.map_err(fault)
    }

    /// # Errors
    /// [`Code::NotFound`].
    pub async fn workspace(&self, id: WorkspaceId) -> Result<Workspace, Fault> {
        self.store().workspace(id).await.map_err(fault)?.ok_or_else(|| absent(id))
    }

    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidRequest`].
    pub async fn rename_workspace(&self, id: WorkspaceId, name: &str) -> Result<SmolStr, Fault> {
        let name = checked_name(name)?;
        match self.store().rename_workspace(id, &name).await.map_err(fault)? {
            true => Ok(name),
            false => Err(absent(id)),
        }
    }

    /// Closes a workspace; after a while it is removed with all that is in it. Gives when.
    ///
    /// # Errors
    /// [`Code::NotFound`] when it is closed already, [`Code::InvalidRequest`] for the default one.
    pub async fn close_workspace(&self, id: WorkspaceId) -> Result<Timestamp, Fault> {
        let now = Timestamp::now();
        let ends_at = now + GRACE;
        match self.store().close_workspace(id, ends_at, now).await.map_err(fault)? {
            true => Ok(ends_at),
            false => Err(absent(id)),
        }
    }

    /// Opens a workspace that was closed. What it had published stays unpublished.
    ///
    /// # Errors
    /// [`Code::NotFound`] when it is not closed.
    pub async fn reopen_workspace(&self, id: WorkspaceId) -> Result<(), Fault> {
        match self.store().reopen_workspace(id, Timestamp::now()).await.map_err(fault)? {
            true => Ok(()),
            false => Err(Fault::new(Code::NotFound, format!("workspace {id} is not closed"))),
        }
    }

    /// Goes to another workspace: the token opens it, and so do the ones that come by refreshing.
    ///
    /// # Errors
    /// [`Code::NotFound`] for one that the person is not in.
    pub async fn switch(
        &self,
        user: UserId,
        session: SessionId,
        to: WorkspaceId,
    ) -> Result<Switched, Fault> {
        let all = self.memberships(user).await?;
        if !all.iter().any(|it| it.workspace == to) {
            return Err(absent(to));
        }
        if !self.store().move_session(user, session, to).await.map_err(fault)? {
            return Err(Fault::new(Code::Unauthorized, "the session has ended; sign in again"));
        }
        let access = Secret::new(self.0.signer.access(user, session, to, Timestamp::now()));
        Ok(Switched { access, access_seconds: ACCESS.as_secs() })
    }
}

fn absent(id: WorkspaceId) -> Fault {
    Fault::new(Code::NotFound, format!("there is no workspace {id}"))
}
