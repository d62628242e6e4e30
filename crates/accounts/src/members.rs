//! Members of a workspace, and those who are invited.

use jiff::{SignedDuration, Timestamp};
use model::{
    Code, Fault, Secret,
    id::{InvitationId, UserId, WorkspaceId},
    permission::{Permissions, Role},
};
use smol_str::SmolStr;
use store::{
    invitations::{Accepted, Invitation},
    members::{Changed, Member},
};
use uuid::Uuid;

use crate::{Accounts, Email, accounts::word, failure::fault, mail};

/// How long an invitation can be accepted, when nobody says.
pub const INVITED_DAYS: u32 = 7;
/// Longest time that an invitation can be accepted.
pub const INVITED_DAYS_MAX: u32 = 90;

/// Somebody who is to be invited.
pub struct NewInvitation {
    pub email: Email,
    /// By its own name, as [`Accounts::role`] gives it.
    pub role: SmolStr,
    pub by: Option<UserId>,
    pub days: u32,
}

/// An invitation, and the word for it when no mail brings it.
pub struct Invited {
    pub invitation: Invitation,
    pub word: Option<Secret>,
}

impl Accounts {
    /// A role that a member can have, by its own name, and what it may do.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`].
    pub async fn role(
        &self,
        workspace: WorkspaceId,
        name: &str,
    ) -> Result<(SmolStr, Permissions), Fault> {
        let lower = name.to_ascii_lowercase();
        let refused = match lower.as_str() {
            "owner" => Some("a workspace has one owner; transfer it instead"),
            "platform_admin" => Some("who looks after the server is no role of a workspace"),
            "end_customer" => Some("a customer is a contact and no member"),
            _ => None,
        };
        if let Some(message) = refused {
            return Err(Fault::invalid(message));
        }
        if let Some(role) = Role::named(name) {
            return Ok((role.as_str().into(), role.permissions()));
        }
        let found = self.store().role(workspace, name).await.map_err(fault)?;
        let absent = || Fault::invalid(format!("there is no role `{name}`"));
        Ok((name.into(), found.ok_or_else(absent)?))
    }

    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn members(&self, workspace: WorkspaceId) -> Result<Vec<Member>, Fault> {
        self.store().members(workspace).await.map_err(fault)
    }

    /// # Errors
    /// [`Code::NotFound`].
    pub async fn member(&self, workspace: WorkspaceId, user: UserId) -> Result<Member, Fault> {
        let all = self.members(workspace).await?;
        all.into_iter().find(|it| it.user == user).ok_or_else(|| absent(user))
    }

    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidRequest`] for the owner.
    pub async fn set_role(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        role: &str,
    ) -> Result<(), Fault> {
        changed(user, self.store().set_member_role(workspace, user, role).await)
    }

    /// Lets a member do nothing in the workspace, or all that the role allows again.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidRequest`] for the owner.
    pub async fn suspend_member(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        suspended: bool,
    ) -> Result<(), Fault> {
        let at = suspended.then(Timestamp::now);
        changed(user, self.store().suspend_member(workspace, user, at).await)
    }

    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidRequest`] for the owner.
    pub async fn remove_member(&self, workspace: WorkspaceId, user: UserId) -> Result<(), Fault> {
        changed(user, self.store().remove_member(workspace, user).await)
    }

    /// Makes a member the owner, and the owner an admin.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the person is no member, [`Code::InvalidRequest`] when it is the owner.
    pub async fn transfer(&self, workspace: WorkspaceId, to: UserId) -> Result<UserId, Fault> {
        let all = self.members(workspace).await?;
        if !all.iter().any(|it| it.user == to) {
            return Err(absent(to));
        }
        let owner = all.iter().find(|it| it.role == Role::Owner.as_str());
        let owner = owner.ok_or_else(|| Fault::invalid("this workspace has no owner"))?.user;
        if owner == to {
            return Err(Fault::invalid("this person is the owner already"));
        }
        match self.store().transfer_workspace(workspace, owner, to).await.map_err(fault)? {
            true => Ok(owner),
            false => Err(absent(to)),
        }
    }

    /// Invites an address, in the place of an earlier invitation. A mail brings the word; on a
    /// server that sends none it is given to who invites.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::NameTaken`] when it is a member's.
    pub async fn invite(
        &self,
        workspace: WorkspaceId,
        new: NewInvitation,
    ) -> Result<Invited, Fault> {
        if !(1..=INVITED_DAYS_MAX).contains(&new.days) {
            let message = format!("an invitation counts for 1 to {INVITED_DAYS_MAX} days");
            return Err(Fault::invalid(message));
        }
        let (now, word) = (Timestamp::now(), word(self.store()));
        let invitation = Invitation {
            workspace,
            id: InvitationId(Uuid::now_v7()),
            email: new.email.as_str().into(),
            email_key: new.email.key().into(),
            role: new.role,
            invited_by: new.by,
            created_at: now,
            expires_at: now + SignedDuration::from_hours(24 * i64::from(new.days)),
            mailed: self.sends_mails(),
        };
        let name = self.workspace(workspace).await?.name;
        let by = match new.by {
            Some(by) => self.user(by).await?.name,
            None => "Somebody".into(),
        };
        let base_url = &self.0.options.base_url;
        let letter = mail::invitation(&new.email, &by, &name, base_url, &word, new.days);
        let letter = self.sends_mails().then_some(&letter);
        self.store().invite(&invitation, &word, letter, now).await.map_err(fault)?;
        self.0.post.ring();
        Ok(Invited { invitation, word: (!self.sends_mails()).then_some(word) })
    }

    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn invitations(&self, workspace: WorkspaceId) -> Result<Vec<Invitation>, Fault> {
        self.store().invitations(workspace, Timestamp::now()).await.map_err(fault)
    }

    /// # Errors
    /// [`Code::NotFound`].
    pub async fn revoke_invitation(
        &self,
        workspace: WorkspaceId,
        id: InvitationId,
    ) -> Result<(), Fault> {
        match self.store().revoke_invitation(workspace, id).await.map_err(fault)? {
            true => Ok(()),
            false => Err(Fault::new(Code::NotFound, format!("there is no invitation {id}"))),
        }
    }

    /// Joins a workspace by a word that was sent to the person's address, which it verifies where a mail brought it.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::Forbidden`] when it was sent to somebody else.
    pub async fn accept(&self, user: UserId, word: &str) -> Result<WorkspaceId, Fault> {
        let end = self.store().accept_invitation(word, user, Timestamp::now()).await;
        joined(end.map_err(fault)?)
    }
}

/// The workspace that was joined.
pub(crate) fn joined(end: Accepted) -> Result<WorkspaceId, Fault> {
    match end {
        Accepted::In(workspace) => Ok(workspace),
        Accepted::Gone => {
            Err(Fault::invalid("this invitation does not count, or no longer; ask for another one"))
        }
        Accepted::ForAnother => Err(Fault::new(
            Code::Forbidden,
            "this invitation was sent to another address; sign in as its owner",
        )),
    }
}

fn changed(user: UserId, end: Result<Changed, store::Error>) -> Result<(), Fault> {
    match end.map_err(fault)? {
        Changed::Done => Ok(()),
        Changed::Absent => Err(absent(user)),
        Changed::Owner => {
            Err(Fault::invalid("this is the owner; transfer the workspace to somebody else first"))
        }
    }
}

fn absent(user: UserId) -> Fault {
    Fault::new(Code::NotFound, format!("there is no member {user}"))
}
