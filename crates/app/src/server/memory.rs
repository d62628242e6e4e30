//! Memory that is free goes back to the system.
//!
//! The allocator looks for what it can give back when a page of its own gets empty, and when a thread ends. A
//! server at rest does neither, and would keep for days what a burst of large bodies took. So from time to
//! time a thread begins and ends.

use std::time::Duration;

/// How soon after a burst, and how often at rest.
const EVERY: Duration = Duration::from_secs(10);
/// It does next to nothing.
const STACK_BYTES: usize = 64 << 10;

/// Goes on until it is dropped.
pub(crate) async fn give_back() {
    loop {
        tokio::time::sleep(EVERY).await;
        // Without a value of its own the thread has nothing of the allocator's to end.
        let look = || drop(std::hint::black_box(vec![0_u8; 64]));
        let thread = std::thread::Builder::new().name("memory".to_owned()).stack_size(STACK_BYTES);
        if let Err(error) = thread.spawn(look) {
            tracing::debug!("memory is given back later: {error}");
        }
    }
}
