//! What a caller may do, and give.

use axum::{extract::FromRequestParts, http::request::Parts};
use model::{
    Code,
    permission::{Permissions, Role},
};

use crate::failure::Failure;

/// What the caller may do, and the most that it may give to others.
#[derive(Clone, Copy)]
pub(crate) struct Rights {
    pub may: Permissions,
    /// What sharing may give at most.
    pub(super) most: Permissions,
    pub(super) gives: Permissions,
    /// It looks after the whole server.
    pub is_platform: bool,
}

impl Rights {
    pub(crate) fn is_everything(self) -> bool {
        self.may == Role::Owner.permissions()
    }

    /// Nobody gives what he has not.
    pub(crate) fn may_give(self, wanted: Permissions) -> Result<(), Failure> {
        let lacks = self.gives.lacks(wanted);
        match lacks.is_empty() {
            true => Ok(()),
            false => {
                let message = format!("this takes more than you may do yourself: {lacks}");
                Err(Failure::of(Code::Forbidden, message))
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Rights {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Rights, Failure> {
        let found = parts.extensions.get::<Rights>().copied();
        found.ok_or_else(|| Failure::of(Code::Unauthorized, "an API key is needed"))
    }
}
