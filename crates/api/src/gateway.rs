//! The gateway of each workspace: limits and rules for its webhooks, and paths that go on to other services.

mod address;
mod answer;
mod frames;
mod health;
mod inbound;
mod known;
mod pass;
mod places;
mod relay;
mod request;
mod rules;
mod send;
mod socket;
mod way;

use model::id::WorkspaceId;
use store::{Store, rate_limits::RateLimits};

pub(crate) use address::may_lead;
pub(crate) use health::Pulse;
pub(crate) use pass::{check, here, of};
pub(crate) use way::{Way, stranger};

/// What the gateway of one process keeps in memory.
#[derive(Default)]
pub(crate) struct Gateway {
    known: known::Known,
    pub(crate) health: health::Health,
    /// Of calls that are under way.
    places: places::Places,
    /// Of WebSockets, which stay: they take no place from calls.
    sockets: places::Places,
}

impl Gateway {
    /// How often callers of a workspace may come, where that is not as the server has it.
    pub(crate) async fn limits(
        &self,
        store: &Store,
        of: WorkspaceId,
    ) -> Result<RateLimits, store::Error> {
        Ok(self.known.of(store, of).await?.limits.clone())
    }
}
