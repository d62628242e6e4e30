//! What older versions kept to try a master key on; keys for purposes, and chance.

use model::id::WorkspaceId;
use uuid::Uuid;

use crate::{
    Store,
    seal::{self, Place},
};

/// The setting that holds something sealed, to try a key on.
pub(crate) const NAME: &str = "keyProof";

impl Store {
    /// A key for one purpose, such as to sign tokens. It stays the same when keys are rotated.
    pub fn key_for(&self, purpose: &str) -> zeroize::Zeroizing<[u8; 32]> {
        self.0.key.derive(purpose)
    }

    /// Bytes from the operating system's source of chance.
    pub fn chance(&self) -> [u8; 32] {
        seal::random()
    }
}

pub(crate) fn place(workspace: WorkspaceId) -> Place<'static> {
    Place { workspace, row: Uuid::nil(), kind: NAME }
}
