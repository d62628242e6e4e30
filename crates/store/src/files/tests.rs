//! Files keep workspaces apart and never leave their folder.

use super::*;

fn folder() -> (tempfile::TempDir, Folder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(&dir.path().join("files")).unwrap();
    (dir, folder)
}

#[tokio::test]
async fn what_is_put_is_read_back_by_its_own_workspace_alone() {
    let (_dir, folder) = folder();
    let (mine, other) = (WorkspaceId(Uuid::now_v7()), WorkspaceId(Uuid::now_v7()));
    let name = folder.put(mine, Bytes::from_static(b"hello")).await.unwrap();
    assert_eq!(folder.get(mine, &name).await.unwrap(), "hello");
    assert_eq!(folder.get(other, &name).await.unwrap_err().kind(), ErrorKind::NotFound);
    folder.remove(mine, &name).await.unwrap();
    folder.remove(mine, &name).await.unwrap();
    assert_eq!(folder.get(mine, &name).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_name_that_is_no_id_never_becomes_a_path() {
    let (_dir, folder) = folder();
    let error = folder.get(WorkspaceId(Uuid::nil()), "../../secret").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
