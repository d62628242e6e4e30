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

#[tokio::test]
async fn all_shelves_are_walked_once_and_old_drafts_are_cleared_away() {
    let (dir, folder) = folder();
    assert_eq!(folder.shelf(None).await.unwrap(), None);
    let mut put = vec![];
    for workspace in [WorkspaceId(Uuid::now_v7()), WorkspaceId(Uuid::now_v7())] {
        for _ in 0..50 {
            let name = folder.put(workspace, Bytes::from_static(b"x")).await.unwrap();
            put.push((workspace, name.parse::<BlobId>().unwrap()));
        }
    }
    let (first, name) = (put[0].0.to_string(), put[0].1.to_string());
    let shelf = dir.path().join("files").join(first).join(&name[name.len() - 2..]);
    let (young, old) = (shelf.join("young.draft"), shelf.join("old.draft"));
    std::fs::write(&young, b"half").unwrap();
    let file = std::fs::File::create(&old).unwrap();
    file.set_modified(SystemTime::now() - DRAFT_AGE_MAX - Duration::from_secs(60)).unwrap();

    let (mut seen, mut place) = (vec![], None);
    while let Some(shelf) = folder.shelf(place.as_deref()).await.unwrap() {
        seen.extend(shelf.names.iter().map(|it: &BlobId| (shelf.workspace, *it)));
        place = Some(shelf.place);
    }
    put.sort();
    seen.sort();
    assert_eq!(seen, put);
    assert!(young.exists() && !old.exists());
}
