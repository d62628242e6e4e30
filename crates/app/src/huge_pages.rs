//! Huge pages of memory: some percent faster under load, and about fifteen megabytes that an idle
//! server holds for nothing. So it does without them until it is busy.

/// A server with so many connections at once is busy.
pub(crate) const BUSY_CONNECTIONS: usize = 8;

/// Whether the system may give huge pages for what is used from now on. Elsewhere than on Linux
/// the system decides alone.
pub(crate) fn allow(wanted: bool) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(!wanted) {
        // An old kernel: memory is a matter of taste then.
        tracing::debug!("huge pages are as the system has them: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = wanted;
}
