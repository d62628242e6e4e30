//! What a doctor finds without a database: the data folder, the disk below it, the clock.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use super::Findings;
use crate::{output::moment, place::Place};

/// Less free disk than this is wrong, and odd.
const FREE_BYTES_MIN: u64 = 100 << 20;
const FREE_BYTES_ODD: u64 = 1 << 30;
/// A file that is this far in the future was written by another clock.
const AHEAD_MAX: Duration = Duration::from_secs(300);
/// This program is younger than the year 2026.
const BORN: Duration = Duration::from_secs(1_767_225_600);

pub(super) fn folder(found: &mut Findings, place: &Place) {
    let root = place.root.display();
    let Ok(metadata) = fs::metadata(&place.root) else {
        found.good("data folder", format!("{root} is not there yet; `serve` makes it"));
        return;
    };
    if !metadata.is_dir() {
        found.wrong("data folder", format!("{root} is no folder; name another with --data"));
    } else if let Err(e) = tempfile::tempfile_in(&place.root) {
        let way_out = "give it to the user who runs the server: `chown`";
        found.wrong("data folder", format!("nothing can be written to {root}: {e}; {way_out}"));
    } else if let Some(way_out) = seen_by_others(&place.root) {
        found.odd("data folder", format!("others may read {root}: {way_out}"));
    } else {
        found.good("data folder", format!("{root}, for its owner alone"));
    }
    for (what, path) in [("master key", place.master_key()), ("API key", place.api_key())] {
        if let Some(way_out) = seen_by_others(&path) {
            found.wrong(what, format!("others may read {}: {way_out}", path.display()));
        }
    }
}

#[cfg(unix)]
fn seen_by_others(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;

    let mode = fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| format!("`chmod go= {}`", path.display()))
}

#[cfg(not(unix))]
fn seen_by_others(_: &Path) -> Option<String> {
    None
}

/// Looks at the nearest folder that exists.
pub(super) fn disk(found: &mut Findings, place: &Place) {
    let absolute = std::path::absolute(&place.root).unwrap_or_else(|_| place.root.clone());
    let there = absolute.ancestors().find(|it| it.exists()).unwrap_or(Path::new("/"));
    let Some(free) = free_bytes(there) else {
        found.odd("disk", "how much is free is not known");
        return;
    };
    let says = format!("{} free below {}", size(free), there.display());
    match free {
        0..FREE_BYTES_MIN => {
            found.wrong("disk", format!("{says}; make room, or keep less history with --keep-days"))
        }
        FREE_BYTES_MIN..FREE_BYTES_ODD => found.odd("disk", format!("{says}; it fills up soon")),
        FREE_BYTES_ODD.. => found.good("disk", says),
    }
}

#[cfg(unix)]
fn free_bytes(path: &Path) -> Option<u64> {
    let it = rustix::fs::statvfs(path).ok()?;
    Some(it.f_bavail.saturating_mul(it.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        1_073_741_824.. => format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30)),
    }
}

pub(super) fn clock(found: &mut Findings, place: &Place) {
    let now = SystemTime::now();
    let written = fs::metadata(place.root.join("tailorbird.db")).and_then(|it| it.modified()).ok();
    let ahead = written.and_then(|it| it.duration_since(now).ok()).unwrap_or_default();
    let way_out = "set it, best by NTP: schedules and the order of executions follow it";
    if now < SystemTime::UNIX_EPOCH + BORN {
        found.wrong("clock", format!("it is before this program was made; {way_out}"));
    } else if ahead > AHEAD_MAX {
        let minutes = ahead.as_secs() / 60;
        let says = format!("the database was written {minutes} minutes in the future; {way_out}");
        found.wrong("clock", says);
    } else {
        found.good("clock", format!("{} UTC", moment(jiff::Timestamp::now())));
    }
}
