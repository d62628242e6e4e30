//! How executions begin.

use uuid::Uuid;

/// A number that nobody can guess: the seed of an execution's chance and of its resume token.
pub(crate) fn seed() -> u64 {
    (Uuid::new_v4().as_u128() >> 64) as u64 ^ Uuid::new_v4().as_u128() as u64
}
