//! Small parts of a try: repeatable chance, and a flag.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::state::Key;

/// Draws of chance that are the same when a step is run again.
pub(super) struct Chance {
    seed: u64,
    drawn: AtomicU64,
}

impl Chance {
    pub(super) fn new(seed: u64, key: Key) -> Chance {
        let seed = seed ^ (u64::from(key.0) << 32 | u64::from(key.1));
        Chance { seed, drawn: AtomicU64::new(0) }
    }

    pub(super) fn next(&self) -> f64 {
        let n = self.drawn.fetch_add(1, Ordering::Relaxed);
        fastrand::Rng::with_seed(self.seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
            .f64()
    }
}

/// A flag that is only ever raised.
#[derive(Default)]
pub(super) struct Raised(AtomicBool);

impl Raised {
    pub(super) fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
