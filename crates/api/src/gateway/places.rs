//! How many calls of other services are under way, and how many WebSockets are open, of everybody and of one workspace.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use model::{Code, id::WorkspaceId};

use crate::failure::Failure;

/// Of everybody. Workflows have as many again.
const PLACES_MAX: usize = 400;
/// Of one workspace, so that one whose service is slow leaves room for others.
const PLACES_OF_ONE_MAX: usize = 100;

type Counts = HashMap<WorkspaceId, usize>;

/// See the module.
#[derive(Default)]
pub(super) struct Places(Arc<Mutex<Counts>>);

/// A call that is under way until this is dropped.
pub(super) struct Place {
    of: WorkspaceId,
    counts: Arc<Mutex<Counts>>,
}

impl Places {
    /// # Errors
    /// [`Code::Overloaded`].
    pub(super) fn take(&self, of: WorkspaceId) -> Result<Place, Failure> {
        let mut counts = self.0.lock().expect("a plain table");
        let own = counts.get(&of).copied().unwrap_or_default();
        if own >= PLACES_OF_ONE_MAX || counts.values().sum::<usize>() >= PLACES_MAX {
            let message = "too many calls of other services are under way; try again";
            return Err(Failure::of(Code::Overloaded, message));
        }
        counts.insert(of, own + 1);
        Ok(Place { of, counts: self.0.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().expect("a plain table");
        let left = counts.get(&self.of).copied().unwrap_or_default().saturating_sub(1);
        match left {
            0 => counts.remove(&self.of),
            n => counts.insert(self.of, n),
        };
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn one_workspace_leaves_room_for_others() {
        let places = Places::default();
        let [one, two] = [1, 2].map(|it| WorkspaceId(Uuid::from_u128(it)));
        let mut taken: Vec<Place> =
            (0..PLACES_OF_ONE_MAX).map(|_| places.take(one).unwrap()).collect();
        assert!(places.take(one).is_err() && places.take(two).is_ok());
        taken.pop();
        assert!(places.take(one).is_ok());
        drop(taken);
        assert!(places.0.lock().unwrap().is_empty());
    }
}
