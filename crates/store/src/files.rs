//! Bytes too large for a database row: a folder on one machine, an object store on many.

use std::{
    collections::HashSet,
    io::{Error, ErrorKind, Result, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use bytes::Bytes;
use model::id::{BlobId, WorkspaceId};
use smol_str::SmolStr;
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// Bytes by name, each workspace apart. What is put is durable when the call returns.
#[async_trait]
pub trait Files: Send + Sync {
    /// Stores bytes under a new name.
    async fn put(&self, workspace: WorkspaceId, bytes: Bytes) -> Result<SmolStr>;

    /// # Errors
    /// [`ErrorKind::NotFound`] when the workspace has no file of this name.
    async fn get(&self, workspace: WorkspaceId, name: &str) -> Result<Bytes>;

    /// As [`Files::get`], from a thread that may block.
    fn read_now(&self, workspace: WorkspaceId, name: &str) -> Result<Bytes>;

    /// Removing what is not there is no error.
    async fn remove(&self, workspace: WorkspaceId, name: &str) -> Result<()>;

    /// The names on the shelf that follows `after`, or on the first; `None` behind the last one.
    /// What a write left unfinished for a day is removed on the way.
    async fn shelf(&self, after: Option<&str>) -> Result<Option<Shelf>>;
}

/// Some files of one workspace, as a store of files keeps them together.
#[derive(Clone, PartialEq, Debug)]
pub struct Shelf {
    /// Where it stands, to ask for the next.
    pub place: SmolStr,
    pub workspace: WorkspaceId,
    pub names: Vec<BlobId>,
}

/// A write takes seconds: after this long nobody finishes it.
const DRAFT_AGE_MAX: Duration = Duration::from_secs(24 * 3600);

/// Files in a folder of this machine: `<root>/<workspace>/<end of name>/<name>`.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    /// Shelves that are durable themselves, so that a file on them need not see to that.
    durable: Arc<Mutex<HashSet<PathBuf>>>,
}

/// How many shelves are remembered as durable.
const DURABLE_MAX: usize = 65_536;

impl Folder {
    /// Makes the folder if it is missing.
    pub fn open(root: &Path) -> Result<Folder> {
        std::fs::create_dir_all(root)?;
        Ok(Folder { root: root.to_owned(), durable: Arc::default() })
    }

    fn path(&self, workspace: WorkspaceId, name: &str) -> Result<PathBuf> {
        // Names come from journals and requests: only our own form may become a path.
        let id: BlobId = name
            .parse()
            .map_err(|_| Error::new(ErrorKind::NotFound, format!("there is no file `{name}`")))?;
        let name = id.to_string();
        let (_, shelf) = name.split_at(name.len() - 2);
        Ok(self.root.join(workspace.to_string()).join(shelf).join(&name))
    }

    fn write(&self, workspace: WorkspaceId, bytes: &[u8]) -> Result<SmolStr> {
        let name = BlobId(Uuid::now_v7()).to_string();
        let path = self.path(workspace, &name)?;
        let shelf = path.parent().expect("a path of three parts");
        std::fs::create_dir_all(shelf)?;
        let draft = path.with_extension("draft");
        if let Err(error) = write_synced(&draft, bytes) {
            // A full disk must not stay full of what nobody can use.
            let _ = std::fs::remove_file(&draft);
            return Err(error);
        }
        std::fs::rename(&draft, &path)?;
        self.sync_names(shelf)?;
        Ok(name.into())
    }

    /// A new name is durable once its folders are.
    fn sync_names(&self, shelf: &Path) -> Result<()> {
        let n_folders = if self.durable().contains(shelf) { 1 } else { 3 };
        for folder in shelf.ancestors().take(n_folders) {
            std::fs::File::open(folder)?.sync_all()?;
        }
        let mut durable = self.durable();
        if durable.len() >= DURABLE_MAX {
            durable.clear();
        }
        durable.insert(shelf.to_owned());
        Ok(())
    }

    fn durable(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelf_after(&self, after: Option<&str>) -> Result<Option<Shelf>> {
        let after = after.and_then(|it| it.split_once('/'));
        for workspace in children(&self.root)? {
            if after.is_some_and(|(last, _)| workspace.as_str() < last) {
                continue;
            }
            let Ok(owner) = workspace.parse() else { continue };
            for shelf in children(&self.root.join(&workspace))? {
                if after.is_some_and(|(last, at)| workspace == last && shelf.as_str() <= at) {
                    continue;
                }
                let names = names(&self.root.join(&workspace).join(&shelf))?;
                let place = format!("{workspace}/{shelf}").into();
                return Ok(Some(Shelf { place, workspace: owner, names }));
            }
        }
        Ok(None)
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(Folder) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let folder = self.clone();
        tokio::task::spawn_blocking(move || work(folder)).await.map_err(Error::other)?
    }
}

/// The names in a folder, in order; none where there is no such folder.
fn children(folder: &Path) -> Result<Vec<String>> {
    let read = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![]),
        read => read?,
    };
    let mut res = vec![];
    for entry in read {
        res.extend(entry?.file_name().into_string());
    }
    res.sort_unstable();
    Ok(res)
}

fn names(shelf: &Path) -> Result<Vec<BlobId>> {
    let mut res = vec![];
    for name in children(shelf)? {
        if let Ok(id) = name.parse() {
            res.push(id);
        } else if name.ends_with(".draft") {
            let draft = shelf.join(name);
            let written = std::fs::metadata(&draft).and_then(|it| it.modified());
            let is_old = |it: SystemTime| it.elapsed().is_ok_and(|age| age > DRAFT_AGE_MAX);
            if written.is_ok_and(is_old) {
                std::fs::remove_file(draft)?;
            }
        }
    }
    Ok(res)
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = std::fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[async_trait]
impl Files for Folder {
    async fn put(&self, workspace: WorkspaceId, bytes: Bytes) -> Result<SmolStr> {
        self.apart(move |it| it.write(workspace, &bytes)).await
    }

    async fn get(&self, workspace: WorkspaceId, name: &str) -> Result<Bytes> {
        let name = name.to_owned();
        self.apart(move |it| it.read_now(workspace, &name)).await
    }

    fn read_now(&self, workspace: WorkspaceId, name: &str) -> Result<Bytes> {
        std::fs::read(self.path(workspace, name)?).map(Bytes::from)
    }

    async fn remove(&self, workspace: WorkspaceId, name: &str) -> Result<()> {
        let path = self.path(workspace, name)?;
        match tokio::fs::remove_file(path).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    async fn shelf(&self, after: Option<&str>) -> Result<Option<Shelf>> {
        let after = after.map(str::to_owned);
        self.apart(move |it| it.shelf_after(after.as_deref())).await
    }
}
