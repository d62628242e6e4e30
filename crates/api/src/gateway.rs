//! The gateway of each workspace: limits and rules for its webhooks, and paths that go on to other services.

mod address;
mod allowance;
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

use jiff::Timestamp;
use model::{id::WorkspaceId, plan::Plan, subscription::Subscription};
use store::Store;

pub(crate) use address::may_lead;
pub(crate) use allowance::Allowance;
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
    /// How often callers of a workspace may come.
    pub(crate) async fn allowance(
        &self,
        store: &Store,
        of: WorkspaceId,
    ) -> Result<Allowance, store::Error> {
        let standing = self.known.of(store, of).await?;
        let terms = standing.terms.clone().unwrap_or_else(|| Subscription::to(Plan::unlimited()));
        Ok(Allowance::of(standing.limits.clone(), &terms, Timestamp::now()))
    }
}
