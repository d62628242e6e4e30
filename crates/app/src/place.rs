//! The data folder: what lies where in it. It holds secrets, so it is for its owner's eyes alone.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use model::{Secret, id::WorkerId};
use smol_str::{SmolStr, format_smolstr};
use uuid::Uuid;

use crate::failure::{Failure, Outcome};

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) root: PathBuf,
}

impl Place {
    pub(crate) fn at(root: &Path) -> Place {
        Place { root: root.to_owned() }
    }

    /// Makes the folder, if it is missing.
    pub(crate) fn make(&self) -> Outcome {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let root = self.root.display();
        builder.create(&self.root).map_err(|e| {
            Failure::unreachable(format!(
                "the data folder {root} cannot be made: {e}; name another with --data"
            ))
        })
    }

    /// The key that seals credentials, unless it comes from elsewhere.
    pub(crate) fn master_key(&self) -> PathBuf {
        self.root.join("master.key")
    }

    /// The master key before it, until a server has taken the new one up.
    pub(crate) fn previous_master_key(&self) -> PathBuf {
        self.root.join("master.key.previous")
    }

    /// The API key that commands on this machine use.
    pub(crate) fn api_key(&self) -> PathBuf {
        self.root.join("cli.key")
    }

    /// Recorded data and binaries that are too large for the database.
    pub(crate) fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    /// Where the server of this folder listens, or listened last.
    pub(crate) fn address(&self) -> PathBuf {
        self.root.join("server.url")
    }

    /// Held by the one process that uses the folder.
    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The name under which the server of this folder holds executions: the same after a restart,
    /// so that it takes up at once what it left.
    pub(crate) fn worker(&self) -> Outcome<SmolStr> {
        let path = self.root.join("worker");
        match self.read("worker")? {
            Some(text) if text.parse::<WorkerId>().is_ok() => Ok(text.into()),
            Some(_) => Err(Failure::usage(format!(
                "{} does not hold the name of a worker; remove the file",
                path.display()
            ))),
            None => {
                let name = format_smolstr!("{}", WorkerId(Uuid::now_v7()));
                self.write_private(&path, &name)?;
                Ok(name)
            }
        }
    }

    pub(crate) fn read_api_key(&self) -> Outcome<Option<Secret>> {
        Ok(self.read("cli.key")?.map(Secret::new))
    }

    pub(crate) fn read_address(&self) -> Outcome<Option<String>> {
        self.read("server.url")
    }

    /// A short text file of the folder, if it is there.
    fn read(&self, name: &str) -> Outcome<Option<String>> {
        let path = self.root.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim().to_owned()).filter(|it| !it.is_empty())),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Failure::unreachable(format!("cannot read {}: {e}", path.display()))),
        }
    }

    /// Writes a file that only its owner may read, all of it or nothing.
    pub(crate) fn write_private(&self, path: &Path, text: &str) -> Outcome {
        let draft = path.with_extension("draft");
        let write = || -> std::io::Result<()> {
            let mut options = fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&draft)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, path)?;
            fs::File::open(&self.root)?.sync_all()
        };
        write().map_err(|e| Failure::unreachable(format!("cannot write {}: {e}", path.display())))
    }
}
