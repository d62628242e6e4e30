//! Who a person of a workspace's provider is here.

use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{UserId, WorkspaceId},
    permission::Role,
};
use store::{identities::Home, users::User};

use super::Settings;
use crate::{
    Accounts,
    elsewhere::{Person, provider::Join},
    failure::fault,
};

/// As people are told of the provider.
const LABEL: &str = "single sign-on";

impl Accounts {
    pub(super) async fn welcome_of_workspace(
        &self,
        workspace: WorkspaceId,
        settings: &Settings,
        person: &Person,
        now: Timestamp,
    ) -> Result<UserId, Fault> {
        let join = Join {
            workspace,
            claim: Some("groups".into()),
            roles: settings.roles.iter().map(|it| (it.group.clone(), it.role.clone())).collect(),
            default_role: settings.default_role.clone(),
        };
        let role = join.role(&person.claims);
        let (issuer, subject, label) = (&person.issuer, &person.subject, person.label());
        let known = self.store().use_identity(issuer, subject, &label, now).await.map_err(fault)?;
        let user = match known {
            Some(it) => Some(it),
            None => self.account_of(workspace, person, now).await?,
        };
        let Some(user) = user else {
            let role = role.filter(|_| settings.joins).ok_or_else(no_member)?;
            let home = Home::Member { workspace, role: role.name };
            return self.take_in(LABEL, person, &home, now).await;
        };
        let is_member = self.memberships(user).await?.iter().any(|it| it.workspace == workspace);
        // Who is a member is moved by what the provider says of him, and by nothing else.
        let role = role.filter(|it| if is_member { it.is_said } else { settings.joins });
        let Some(role) = role else {
            return if is_member { Ok(user) } else { Err(no_member()) };
        };
        let end = self.store().join_workspace(workspace, user, &role.name, now, is_member).await;
        match end {
            Ok(_) => Ok(user),
            // A role that is gone moves nobody, and lets nobody in.
            Err(store::Error::Refused(why)) if is_member => {
                tracing::warn!(%user, %workspace, "nobody is moved: {why}");
                Ok(user)
            }
            Err(other) => Err(fault(other)),
        }
    }

    /// Who has the address, when the provider may say so.
    async fn account_of(
        &self,
        workspace: WorkspaceId,
        person: &Person,
        now: Timestamp,
    ) -> Result<Option<UserId>, Fault> {
        let email = person.email(LABEL)?;
        let found = self.store().user_by_email(email.key()).await.map_err(fault)?;
        let Some((user, _)) = found else { return Ok(None) };
        let is_known = person.vouched && user.verified_at.is_some();
        if user.platform_admin || !is_known && !self.is_plain(workspace, &user).await? {
            return Err(Fault::new(
                Code::EmailUnverified,
                "there is an account with this address; sign in as ever and link single sign-on in your profile",
            ));
        }
        self.link(user.id, person, now).await?;
        Ok(Some(user.id))
    }

    /// In this workspace and in no other, and not its owner: the provider opens nothing by it that is not
    /// the workspace's to open.
    async fn is_plain(&self, workspace: WorkspaceId, user: &User) -> Result<bool, Fault> {
        let all = self.memberships(user.id).await?;
        let is_here = |it: &store::members::Membership| {
            it.workspace == workspace && it.role != Role::Owner.as_str()
        };
        Ok(all.len() == 1 && all.iter().all(is_here))
    }
}

fn no_member() -> Fault {
    let message = "you are no member of this workspace, and its single sign-on makes nobody one";
    Fault::new(Code::SignUpClosed, message)
}
