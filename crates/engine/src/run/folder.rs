//! Keeps file nodes inside the one folder that is open to them.

use std::path::{Component, Path, PathBuf};

/// The path inside the folder, links followed.
///
/// # Errors
/// A sentence when it leads out of the folder.
pub(crate) fn inside(folder: &Path, path: &str) -> Result<PathBuf, String> {
    let out = || format!("`{path}` lies outside the folder that is open to workflows");
    let root = folder.canonicalize().map_err(|it| format!("the folder for files: {it}"))?;
    let wanted = Path::new(path);
    let relative = wanted.strip_prefix(&root).or_else(|_| wanted.strip_prefix(folder));
    let relative = relative.unwrap_or(wanted);
    let plain = |it: Component<'_>| matches!(it, Component::Normal(_) | Component::CurDir);
    if relative.is_absolute() || !relative.components().all(plain) {
        return Err(out());
    }
    let full = root.join(relative);
    // What exists may be a link; for a new file its folder is what counts.
    let existing = if full.exists() { full.clone() } else { parent(&full) };
    match existing.canonicalize() {
        Ok(real) if real.starts_with(&root) => Ok(full),
        Ok(_) => Err(out()),
        Err(it) => Err(format!("`{path}`: {it}")),
    }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn no_path_leads_out() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.txt"), "a").unwrap();
        assert!(inside(dir.path(), "a.txt").is_ok());
        assert!(inside(dir.path(), "new.txt").is_ok());
        assert!(inside(dir.path(), &dir.path().join("a.txt").display().to_string()).is_ok());
        assert!(inside(dir.path(), "../a.txt").is_err());
        assert!(inside(dir.path(), "/etc/passwd").is_err());
        std::os::unix::fs::symlink("/etc", dir.path().join("etc")).unwrap();
        assert!(inside(dir.path(), "etc/passwd").is_err());
    }
}
