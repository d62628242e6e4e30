//! Everything that outlives the process: two databases behind one set of rooms, and files.
//!
//! Invariant: no other crate contains SQL. Every query names the workspace, except the few that
//! serve the whole process.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod attempts;
pub mod audit;
pub mod batch;
pub mod credentials;
pub mod credits;
pub mod email_changes;
mod error;
pub mod exam;
pub mod executions;
pub mod faults;
pub mod files;
pub mod gateway;
pub mod identities;
pub mod invitations;
pub mod journal;
pub mod journeys;
pub mod key_uses;
pub mod keys;
pub mod leaving;
pub mod mails;
pub mod members;
mod open;
pub mod origins;
pub mod passkeys;
pub mod payments;
pub mod plans;
mod proof;
pub mod proofs;
pub mod prune;
pub mod purge;
pub mod queue;
pub mod rate_limits;
pub mod recharges;
pub mod registrations;
pub mod requests;
pub mod ring;
pub mod roles;
pub mod schedules;
pub mod scratch;
mod seal;
pub mod service_accounts;
pub mod sessions;
pub mod settings;
pub mod sharing;
mod sql;
pub mod sso;
pub mod statics;
pub mod statistics;
pub mod subscriptions;
#[cfg(test)]
mod tests;
pub mod two_factor;
pub mod usage;
pub mod users;
pub mod variables;
pub mod waits;
pub mod webhooks;
pub mod workflows;
pub mod workspaces;
mod writer;

use std::sync::{Arc, Mutex, RwLock, atomic::AtomicU64};

pub use error::Error;
pub use open::{Options, SQLITE_MIN};
pub use seal::MasterKey;

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    db: Arc<sql::Db>,
    writer: writer::Desk,
    /// The last number of the state of definitions that this process knows.
    generation: AtomicU64,
    key: ring::Ring,
    /// What new workspaces begin with.
    terms: RwLock<subscriptions::Terms>,
    /// Where the claims of workspaces go on in turn.
    turn: queue::Turn,
    /// Held as long as the store is open, so that no second process writes the same files.
    lock: Mutex<Option<std::fs::File>>,
}
