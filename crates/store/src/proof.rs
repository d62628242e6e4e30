//! Whether the master key is the one that this database's secrets were sealed with.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use model::{Value, id::WorkspaceId};
use uuid::Uuid;

use crate::{
    Error, Store,
    error::damaged,
    seal::{self, Place},
};

/// The setting that holds something sealed, to try a key on.
pub(crate) const NAME: &str = "keyProof";

impl Store {
    /// Opens what was sealed at the first start; a database that has nothing yet gets it.
    ///
    /// # Errors
    /// [`Error::Refused`] when the key is another one, [`Error::Damaged`], [`Error::Database`].
    pub async fn prove_key(&self, now: Timestamp) -> Result<(), Error> {
        let workspace = self.default_workspace(now).await?;
        let place = place(workspace);
        let Some(proof) = self.setting(workspace, NAME).await? else {
            let sealed = self.0.key.seal(&place, NAME.as_bytes());
            let value = Value::from(STANDARD.encode(sealed));
            return self.set_setting(workspace, NAME, &value).await;
        };
        let text = proof.as_str().unwrap_or_default();
        let sealed = STANDARD.decode(text).map_err(|_| damaged("the proof of the key"))?;
        match self.0.key.open(&place, &sealed) {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::Refused(
                "the secrets in this database were sealed with another master key".to_owned(),
            )),
        }
    }
}

impl Store {
    /// A key for one purpose, such as to sign tokens, made from the master key.
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
