//! The sessions of a person: seen, and ended one by one.

use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{SessionId, UserId},
};
use store::{members::Membership, sessions::Session};

use crate::{Accounts, failure::fault};

impl Accounts {
    /// All that have not ended, the latest first.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn sessions(&self, user: UserId) -> Result<Vec<Session>, Fault> {
        self.store().sessions(user, Timestamp::now()).await.map_err(fault)
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
