//! The sessions of a person: seen, and ended one by one.

use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{SessionId, UserId},
};
use store::{members::Membership, sessions::Session};
use uuid::Uuid;

use crate::{Accounts, From, backoff::household, failure::fault};

impl Accounts {
    /// All that have not ended, the latest first.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn sessions(&self, user: UserId) -> Result<Vec<Session>, Fault> {
        self.store().sessions(user, Timestamp::now()).await.map_err(fault)
    }

    /// Whether there is a session of this account that was begun from where this sign-in comes. It
    /// takes as long when there is no such account.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn is_at_home(&self, email: &str, from: &From) -> Result<bool, Fault> {
        let found =
            self.store().user_by_email(&email.trim().to_lowercase()).await.map_err(fault)?;
        let user = found.map_or(UserId(Uuid::nil()), |it| it.0.id);
        let here = household(from.address);
        let is_here = |it: &Session| {
            let address = it.address.as_ref().and_then(|it| it.parse().ok());
            address.is_some_and(|it| household(Some(it)) == here)
        };
        Ok(self.sessions(user).await?.iter().any(is_here))
    }

    /// # Errors
    /// [`Code::NotFound`].
    pub async fn end_session(&self, user: UserId, id: SessionId) -> Result<(), Fault> {
        match self.store().end_session(user, id).await.map_err(fault)? {
            true => Ok(()),
            false => Err(Fault::new(Code::NotFound, format!("there is no session {id}"))),
        }
    }

    /// Ends all but this one.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn end_other_sessions(&self, user: UserId, keep: SessionId) -> Result<(), Fault> {
        self.store().end_other_sessions(user, keep).await.map_err(fault)?;
        Ok(())
    }

    /// The workspaces that a person is in.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, Fault> {
        self.store().memberships(user).await.map_err(fault)
    }
}
