//! Numbers that tell compiled pieces apart within the process.

use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
