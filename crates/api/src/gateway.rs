//! The gateway of each workspace: limits and rules for its webhooks, and paths that go on to other services.

mod address;
mod answer;
mod health;
mod known;
mod pass;
mod places;
mod request;
mod rules;
mod way;

pub(crate) use address::target;
pub(crate) use health::{Health, Pulse};
pub(crate) use known::{Known, Standing};
pub(crate) use pass::{check, here, of};
pub(crate) use way::Way;

/// What the gateway of one process keeps in memory.
#[derive(Default)]
pub(crate) struct Gateway {
    pub(crate) known: Known,
    pub(crate) health: Health,
    places: places::Places,
}
