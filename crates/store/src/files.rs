//! Bytes too large for a database row: a folder on one machine, an object store on many.

use std::{
    io::{Error, ErrorKind, Result, Write},
    path::{Path, PathBuf},
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
}

/// Files in a folder of this machine: `<root>/<workspace>/<end of name>/<name>`.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Makes the folder if it is missing.
    pub fn open(root: &Path) -> Result<Folder> {
        std::fs::create_dir_all(root)?;
        Ok(Folder { root: root.to_owned() })
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
        // A new name is durable once its folders are.
        for folder in shelf.ancestors().take(3) {
            std::fs::File::open(folder)?.sync_all()?;
        }
        Ok(name.into())
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(Folder) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let folder = self.clone();
        tokio::task::spawn_blocking(move || work(folder)).await.map_err(Error::other)?
    }
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
}
