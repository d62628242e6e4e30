//! Keys that were found a moment ago, so that not every request asks the database.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use model::id::{ApiKeyId, WorkspaceId};
use sha2::{Digest, Sha256};
use store::{
    Store,
    keys::{ApiKey, Shown},
};

/// How long a key that was found counts without another look.
const KEPT: Duration = Duration::from_secs(5);
/// How many keys are remembered.
const KEPT_MAX: usize = 1_024;

/// See the module. By their hash.
#[derive(Default)]
pub(crate) struct Known(Mutex<HashMap<[u8; 32], (Instant, ApiKey)>>);

impl Known {
    pub(crate) async fn find(
        &self,
        store: &Store,
        text: &str,
        now: Timestamp,
    ) -> Result<Shown, store::Error> {
        let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        if let Some((at, key)) = self.0.lock().expect("a plain table").get(&hash)
            && at.elapsed() < KEPT
        {
            let fresh = key.expires_at.is_none_or(|it| it > now);
            return Ok(if fresh { Shown::Opens(Box::new(key.clone())) } else { Shown::Over });
        }
        let found = store.find_key(text, now).await?;
        let mut known = self.0.lock().expect("a plain table");
        match &found {
            Shown::Opens(key) => {
                if known.len() >= KEPT_MAX {
                    known.clear();
                }
                known.insert(hash, (Instant::now(), ApiKey::clone(key)));
            }
            Shown::Off | Shown::Over | Shown::Unknown => drop(known.remove(&hash)),
        }
        Ok(found)
    }

    /// A key that is removed opens nothing any more.
    pub(crate) fn forget(&self, id: ApiKeyId) {
        self.0.lock().expect("a plain table").retain(|_, (_, key)| key.id != id);
    }

    /// What keys of a workspace may do has changed.
    pub(crate) fn forget_all(&self, of: WorkspaceId) {
        self.0.lock().expect("a plain table").retain(|_, (_, key)| key.workspace != of);
    }
}
