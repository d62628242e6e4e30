//! The database of a server: where it is, and the key that seals the secrets in it.

use std::{
    fs::File,
    process::{Command, Stdio},
};

use model::Secret;
use store::{MasterKey, Store};

use crate::{
    failure::{Failure, Outcome},
    place::Place,
};

/// Options of every command that opens the database itself.
#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "Database")]
pub(crate) struct Options {
    /// A PostgreSQL database, `postgres://user:password@host/name`; without it SQLite in the data folder
    #[arg(long, env = "TAILORBIRD_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The key that seals credentials, 32 bytes in base64; better given by environment than as a flag. Without it the file `master.key` in the data folder, made at the first start
    #[arg(
        long,
        env = "TAILORBIRD_MASTER_KEY",
        value_name = "KEY",
        hide_env_values = true,
        conflicts_with = "master_key_command"
    )]
    pub(crate) master_key: Option<String>,
    /// A command that prints the key that seals credentials, such as a call of a secret store
    #[arg(long, env = "TAILORBIRD_MASTER_KEY_COMMAND", value_name = "COMMAND")]
    pub(crate) master_key_command: Option<String>,
    /// The master key before this one, for a start after it was changed: the data keys are sealed anew then, and it is needed no more. Without it the file `master.key.previous` in the data folder, if there is one
    #[arg(
        long,
        env = "TAILORBIRD_MASTER_KEY_PREVIOUS",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub(crate) master_key_previous: Option<String>,
}

/// Longest key that a command may print.
const KEY_BYTES_MAX: usize = 1_024;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    File,
    Option,
}

/// A database that was opened.
pub(crate) struct Opened {
    pub(crate) store: Store,
    /// The master key was made just now.
    pub(crate) key_is_new: bool,
    /// Keeps other processes out of the data folder, where the database itself does not.
    _lock: Option<File>,
}

impl Options {
    /// Opens the database and brings its schema up.
    pub(crate) async fn open(&self, place: &Place) -> Outcome<Opened> {
        place.make()?;
        // SQLite's own lock is on the same file.
        let lock = self.database_url.as_ref().map(|_| lock(place)).transpose()?;
        let file = place.master_key();
        let is_ours = self.master_key.is_none() && self.master_key_command.is_none();
        let key_is_new = is_ours && !file.exists();
        let key = self.key(place)?;
        let options = store::Options { url: self.database_url.clone(), data: place.root.clone() };
        match Store::open(&options, key).await {
            Ok(store) => Ok(Opened { store, key_is_new, _lock: lock }),
            Err(store::Error::WrongKey) => Err(self.wrong_key(place, key_is_new)),
            Err(error) => Err(cannot(error)),
        }
    }

    /// Keeps a server out, for as long as what it gives lives; fails when there is one.
    pub(crate) fn lock(&self, place: &Place) -> Outcome<Option<File>> {
        if place.lock().exists() { lock(place).map(Some) } else { Ok(None) }
    }

    pub(crate) fn store(&self, place: &Place) -> store::Options {
        store::Options { url: self.database_url.clone(), data: place.root.clone() }
    }

    /// Where the master key comes from.
    pub(crate) fn key_use(&self) -> Use {
        match (&self.master_key, &self.master_key_command) {
            (None, None) => Use::File,
            _ => Use::Option,
        }
    }

    /// The key, but none is made.
    pub(crate) fn known_key(&self, place: &Place) -> Outcome<Option<MasterKey>> {
        if self.key_use() == Use::File && !place.master_key().exists() {
            return Ok(None);
        }
        self.key(place).map(Some)
    }

    fn key(&self, place: &Place) -> Outcome<MasterKey> {
        let key = self.present_key(place)?;
        let file = place.previous_master_key();
        let previous = match &self.master_key_previous {
            Some(text) => {
                MasterKey::from_text(text).map_err(|e| odd("--master-key-previous", e))?
            }
            None if file.exists() => {
                MasterKey::from_file(&file).map_err(|e| odd(&file.display().to_string(), e))?
            }
            None => return Ok(key),
        };
        Ok(key.after(previous))
    }

    fn present_key(&self, place: &Place) -> Outcome<MasterKey> {
        if let Some(text) = &self.master_key {
            return MasterKey::from_text(text).map_err(|e| odd("--master-key", e));
        }
        if let Some(command) = &self.master_key_command {
            let text = printed(command)?;
            return MasterKey::from_text(text.expose()).map_err(|e| odd("--master-key-command", e));
        }
        let path = place.master_key();
        MasterKey::from_file(&path).map_err(|e| odd(&path.display().to_string(), e))
    }

    fn wrong_key(&self, place: &Place, key_is_new: bool) -> Failure {
        let message = store::Error::WrongKey;
        let file = place.master_key();
        let file = file.display();
        let way_out = match (&self.master_key, &self.master_key_command) {
            (Some(_), _) => "give that one with --master-key".to_owned(),
            (_, Some(_)) => "--master-key-command must print that one".to_owned(),
            _ if key_is_new => {
                // It opens nothing, and must not stand in the way of the right one.
                let _ = std::fs::remove_file(place.master_key());
                format!("{file} was missing: put it back, or give the key with --master-key")
            }
            _ => format!("put that one into {file}, or give it with --master-key"),
        };
        Failure::usage(format!("{message}; {way_out}"))
    }
}

fn odd(from: &str, e: store::Error) -> Failure {
    Failure::usage(format!("{from}: {e}"))
}

fn lock(place: &Place) -> Outcome<File> {
    let path = place.lock();
    let cannot = |e| Failure::unreachable(format!("cannot write {}: {e}", path.display()));
    let mut options = std::fs::OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(&path).map_err(cannot)?;
    file.try_lock().map_err(|_| {
        Failure::unreachable(format!(
            "another tailorbird uses the data folder {}; stop it, or give this one its own with --data",
            place.root.display()
        ))
    })?;
    Ok(file)
}

/// What a command of the operator prints.
fn printed(command: &str) -> Outcome<Secret> {
    let failed = |why: String| Failure::unreachable(format!("--master-key-command {why}"));
    let output = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| failed(format!("cannot be run: {e}")))?;
    if !output.status.success() {
        return Err(failed(format!("ended with {}", output.status)));
    }
    if output.stdout.len() > KEY_BYTES_MAX {
        return Err(failed(format!("printed more than {KEY_BYTES_MAX} bytes")));
    }
    let text = String::from_utf8(output.stdout);
    text.map(Secret::new).map_err(|_| failed("printed no text".to_owned()))
}

pub(crate) fn cannot(error: store::Error) -> Failure {
    Failure::unreachable(error.to_string())
}
