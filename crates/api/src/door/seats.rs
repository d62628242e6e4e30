//! What people may do where they sit, as it was found a moment ago.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use model::id::{SessionId, UserId, WorkspaceId};
use store::{Store, members::Seat};

/// How long it counts without another look: so long a session that another process has ended is
/// still let in.
const KEPT: Duration = Duration::from_secs(5);
/// How many are remembered.
const KEPT_MAX: usize = 10_000;

type Key = (UserId, SessionId, WorkspaceId);

/// See the module.
#[derive(Default)]
pub(crate) struct Seats(Mutex<HashMap<Key, (Instant, Seat)>>);

impl Seats {
    /// `None` when the session has ended.
    pub(crate) async fn find(
        &self,
        store: &Store,
        user: UserId,
        session: SessionId,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<Option<Seat>, store::Error> {
        let key = (user, session, workspace);
        if let Some((at, seat)) = self.0.lock().expect("a plain table").get(&key)
            && at.elapsed() < KEPT
        {
            return Ok(Some(seat.clone()));
        }
        let found = store.seat(user, session, workspace, now).await?;
        let mut known = self.0.lock().expect("a plain table");
        match &found {
            Some(seat) => {
                if known.len() >= KEPT_MAX {
                    known.clear();
                }
                known.insert(key, (Instant::now(), seat.clone()));
            }
            None => drop(known.remove(&key)),
        }
        Ok(found)
    }

    /// Something about a person's sessions has changed.
    pub(crate) fn forget_user(&self, of: UserId) {
        self.0.lock().expect("a plain table").retain(|(user, _, _), _| *user != of);
    }

    /// What people of a workspace may do has changed.
    pub(crate) fn forget_all(&self, of: WorkspaceId) {
        self.0.lock().expect("a plain table").retain(|(_, _, workspace), _| *workspace != of);
    }
}
