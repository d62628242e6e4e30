//! The accounts elsewhere of a person: seen, added and given up.

use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{IdentityId, UserId},
};
use smol_str::SmolStr;
use store::identities::{Linked, NewIdentity, Unlinked};
use uuid::Uuid;

use super::{Person, saml};
use crate::{Accounts, failure::fault};

/// An account elsewhere.
pub struct Link {
    pub id: IdentityId,
    /// Absent when nobody comes from there any more.
    pub provider: Option<SmolStr>,
    pub issuer: SmolStr,
    /// As it names the person.
    pub label: SmolStr,
    pub linked_at: Timestamp,
    pub used_at: Timestamp,
}

const LABEL_CHARS_MAX: usize = 254;

impl Accounts {
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn links(&self, user: UserId) -> Result<Vec<Link>, Fault> {
        let all = self.store().identities(user).await.map_err(fault)?;
        let provider = |issuer: &str| {
            self.0.options.providers.all().find(|it| it.issuer() == issuer).map(|it| it.id.clone())
        };
        let link = |it: store::identities::Identity| {
            let (provider, issuer) = match saml::of_issuer(&it.issuer) {
                Some((id, issuer)) => (Some(id), issuer),
                None => (provider(&it.issuer), it.issuer),
            };
            Link {
                id: it.id,
                provider,
                issuer,
                label: it.label,
                linked_at: it.linked_at,
                used_at: it.used_at,
            }
        };
        Ok(all.into_iter().map(link).collect())
    }

    /// Takes a way in from a person who has another one.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::LastWayIn`].
    pub async fn unlink(&self, user: UserId, id: IdentityId) -> Result<(), Fault> {
        match self.store().unlink_identity(user, id).await.map_err(fault)? {
            Unlinked::Done => Ok(()),
            Unlinked::Absent => {
                Err(Fault::new(Code::NotFound, format!("there is no account elsewhere {id}")))
            }
            Unlinked::Last => Err(Fault::new(
                Code::LastWayIn,
                "this is the only way into your account; set a password or link another one first",
            )),
        }
    }

    pub(super) async fn link(
        &self,
        user: UserId,
        person: &Person,
        now: Timestamp,
    ) -> Result<(), Fault> {
        match self.store().link_identity(user, &person.identity(), now).await.map_err(fault)? {
            Linked::Done => {
                tracing::info!(%user, issuer = %person.issuer, "an account elsewhere was linked");
                Ok(())
            }
            Linked::Taken => Err(Fault::new(
                Code::IdentityTaken,
                "somebody else signs in with this account; give it up there first",
            )),
            Linked::Full => {
                Err(Fault::invalid("you have as many accounts elsewhere as anybody may"))
            }
        }
    }
}

impl Person {
    pub(super) fn identity(&self) -> NewIdentity {
        NewIdentity {
            id: IdentityId(Uuid::now_v7()),
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            label: self.label(),
        }
    }

    /// As people know it.
    pub(super) fn label(&self) -> SmolStr {
        let text = self.email.as_deref().or(self.name.as_deref()).unwrap_or(&self.subject);
        text.chars().filter(|it| !it.is_control()).take(LABEL_CHARS_MAX).collect()
    }
}
