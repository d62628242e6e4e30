//! The API key that commands on the server's own machine use: a file that only its owner may read.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use model::Secret;

use crate::failure::{Failure, Outcome};

fn path(data: &Path) -> PathBuf {
    data.join("cli.key")
}

/// Where the key is to lie, when there is none yet.
pub(crate) fn missing(data: &Path) -> Option<PathBuf> {
    Some(path(data)).filter(|it| !it.exists())
}

pub(crate) fn write(path: &Path, key: &Secret) -> Outcome {
    let cannot = |e| Failure::unreachable(format!("cannot write {}: {e}", path.display()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(cannot)?;
    file.write_all(key.expose().as_bytes()).map_err(cannot)?;
    file.sync_all().map_err(cannot)
}

/// The key, when this machine has one.
pub(crate) fn read(data: &Path) -> Option<Secret> {
    let text = std::fs::read_to_string(path(data)).ok()?;
    Some(Secret::new(text.trim()))
}
