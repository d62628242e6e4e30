//! Pages outside memory: how often they are read.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use model::{Item, ItemRef, Map, Paired, Value};
use store::files::{Files, Shelf};

use super::*;
use crate::run::pages::as_input;

/// A folder that counts what is read.
struct Counting(Folder, AtomicUsize);

#[async_trait]
impl Files for Counting {
    async fn put(&self, workspace: WorkspaceId, bytes: Bytes) -> std::io::Result<SmolStr> {
        self.0.put(workspace, bytes).await
    }

    async fn get(&self, workspace: WorkspaceId, name: &str) -> std::io::Result<Bytes> {
        self.0.get(workspace, name).await
    }

    fn read_now(&self, workspace: WorkspaceId, name: &str) -> std::io::Result<Bytes> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.read_now(workspace, name)
    }

    async fn remove(&self, workspace: WorkspaceId, name: &str) -> std::io::Result<()> {
        self.0.remove(workspace, name).await
    }

    async fn shelf(&self, after: Option<&str>) -> std::io::Result<Option<Shelf>> {
        self.0.shelf(after).await
    }
}

const N: usize = 1_000;

/// Items that say nothing of where they come from, so that as a step's input they are other ones.
fn items(first: usize, fill: &str) -> Vec<Item> {
    let json = |n: usize| Map::from_iter([("n", Value::from(n as f64)), ("fill", fill.into())]);
    (first..first + N).map(|n| Item::new(json(n))).collect()
}

#[tokio::test]
async fn a_page_outside_memory_is_read_once_for_all_its_items() {
    let folder = tempfile::tempdir().unwrap();
    let files = Arc::new(Counting(Folder::open(folder.path()).unwrap(), AtomicUsize::new(0)));
    let pages = PagesOf::new(files.clone(), WorkspaceId(Uuid::now_v7()));
    let list = [pages.put(items(0, "")).await.unwrap(), pages.put(items(N, "")).await.unwrap()];
    let list = Items::from_pages(list.to_vec());
    let (input, other) = (as_input(&pages, &list, 0), as_input(&pages, &list, 1));
    for n in 0..2 * N {
        // As a step does whose expressions look at its own item and at one of an earlier node.
        for (port, list) in [&input, &other].into_iter().enumerate() {
            let item = list.get(n).unwrap().unwrap();
            assert_eq!(item.json.get("n"), Some(&Value::from(n as f64)));
            assert_eq!(item.paired, Paired::One(ItemRef::new(port, n)));
        }
    }
    assert_eq!(files.1.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn pages_that_were_read_do_not_pile_up_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let files = Arc::new(Folder::open(folder.path()).unwrap());
    let pages = PagesOf::new(files, WorkspaceId(Uuid::now_v7()));
    // Ten times what may stay.
    let fill = "x".repeat(32 << 10);
    let mut read = vec![];
    for n in 0..10 {
        let list = Items::from_pages(vec![pages.put(items(n * N, &fill)).await.unwrap()]);
        let model::item::Page::Away { source, .. } = &list.pages()[0] else {
            panic!("it was put away");
        };
        read.push(Arc::downgrade(&source.load().unwrap()));
    }
    let kept = read.iter().filter(|it| it.strong_count() > 0).count();
    assert_eq!(kept, crate::run::pages::RECENT_PAGES_MIN);
}
