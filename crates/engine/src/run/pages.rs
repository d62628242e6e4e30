//! Items and bytes outside memory: pages in files, and the lineage that a step puts on its input.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, Weak},
};

use model::{
    Item, ItemRef, Items, Paired,
    codec::{self, Pages},
    id::WorkspaceId,
    item::{Blob, Page, PageSource},
};
use store::files::Files;

/// Files of one workspace, as pages and bytes.
#[derive(Clone)]
pub(crate) struct PagesOf {
    files: Arc<dyn Files>,
    workspace: WorkspaceId,
    recent: Arc<Recent>,
}

/// Pages that were read a moment ago: a step that looks at them item by item must not read and
/// decode a page for each of its items.
#[derive(Default)]
struct Recent(Mutex<Shelved>);

#[derive(Default)]
struct Shelved {
    /// With the bytes that each takes, the oldest first.
    pages: VecDeque<(Arc<Vec<Item>>, usize)>,
    bytes: usize,
}

/// How many bytes of them stay in memory, for one execution.
const RECENT_BYTES_MAX: usize = 32 << 20;
/// So many stay however large they are.
pub(super) const RECENT_PAGES_MIN: usize = 4;

impl Recent {
    fn keep(&self, items: &Arc<Vec<Item>>) {
        let bytes = memory_of(items);
        let mut shelved = self.0.lock().expect("plain lists");
        shelved.pages.push_back((items.clone(), bytes));
        shelved.bytes += bytes;
        while shelved.bytes > RECENT_BYTES_MAX && shelved.pages.len() > RECENT_PAGES_MIN {
            if let Some((_, bytes)) = shelved.pages.pop_front() {
                shelved.bytes -= bytes;
            }
        }
    }
}

/// A page for as long as somebody has it, or it is one of the recent ones.
struct Loaded {
    recent: Arc<Recent>,
    items: Mutex<Weak<Vec<Item>>>,
}

impl Loaded {
    fn nothing(recent: &Arc<Recent>) -> Loaded {
        Loaded { recent: recent.clone(), items: Mutex::default() }
    }

    fn or_load(
        &self,
        load: impl FnOnce() -> Result<Arc<Vec<Item>>, String>,
    ) -> Result<Arc<Vec<Item>>, String> {
        let mut known = self.items.lock().expect("a plain pointer");
        if let Some(items) = known.upgrade() {
            return Ok(items);
        }
        let items = load()?;
        self.recent.keep(&items);
        *known = Arc::downgrade(&items);
        Ok(items)
    }
}

impl PagesOf {
    pub(crate) fn new(files: Arc<dyn Files>, workspace: WorkspaceId) -> PagesOf {
        PagesOf { files, workspace, recent: Arc::default() }
    }

    pub(super) fn bytes(&self, blob: &Blob) -> Result<Arc<[u8]>, String> {
        match blob {
            Blob::Inline(bytes) => Ok(bytes.clone()),
            Blob::Stored { id, .. } => {
                let bytes = self.files.read_now(self.workspace, id);
                let bytes = bytes.map_err(|it| format!("the file `{id}` cannot be read: {it}"))?;
                Ok(Arc::from(bytes.as_ref()))
            }
        }
    }

    /// Makes a page durable as a file; it is named by the journal from then on.
    pub(super) async fn put(&self, items: Vec<Item>) -> Result<Page, String> {
        let count = items.len();
        let items = Items::new(items);
        let bytes = codec::encode_items(&items)?;
        let name = self.files.put(self.workspace, bytes.into()).await;
        let name = name.map_err(|it| format!("a page of items cannot be stored: {it}"))?;
        Ok(Page::Away { count, source: self.open(&name, count) })
    }
}

/// A page with fewer bytes stays in the journal.
const PAGE_BYTES_MIN: usize = 64 << 10;

impl PagesOf {
    /// The list with its larger pages as files.
    pub(super) async fn put_large(&self, list: &Items) -> Result<Items, String> {
        let mut res = Vec::with_capacity(list.pages().len());
        for page in list.pages() {
            res.push(match page {
                Page::Here(items) if memory(page) >= PAGE_BYTES_MIN => {
                    self.put(items.to_vec()).await?
                }
                Page::Here(_) | Page::Away { .. } => page.clone(),
            });
        }
        Ok(Items::from_pages(res))
    }
}

/// About how many bytes a page takes in memory, by every 16th item.
pub(super) fn memory(page: &Page) -> usize {
    match page {
        Page::Here(items) => memory_of(items),
        Page::Away { .. } => 0,
    }
}

fn memory_of(items: &[Item]) -> usize {
    items.iter().step_by(16).map(Item::size).sum::<usize>() * 16
}

impl Pages for PagesOf {
    /// `name`, or `name@input.first` when the page's items have a lineage of their own.
    fn open(&self, id: &str, count: usize) -> Arc<dyn PageSource> {
        let (name, lineage) = match id.split_once('@') {
            Some((name, lineage)) => (name, parse(lineage)),
            None => (id, None),
        };
        let stored: Arc<dyn PageSource> = Arc::new(Stored {
            pages: self.clone(),
            name: name.to_owned(),
            count,
            loaded: Loaded::nothing(&self.recent),
        });
        match lineage {
            Some((input, first)) => Arc::new(Relabelled::new(self, stored, input, first)),
            None => stored,
        }
    }
}

fn parse(lineage: &str) -> Option<(u16, u32)> {
    let (input, first) = lineage.split_once('.')?;
    Some((input.parse().ok()?, first.parse().ok()?))
}

struct Stored {
    pages: PagesOf,
    name: String,
    count: usize,
    loaded: Loaded,
}

impl Stored {
    fn read(&self) -> Result<Arc<Vec<Item>>, String> {
        let cannot = |why: String| format!("the items in `{}` cannot be read: {why}", self.name);
        let bytes = self.pages.files.read_now(self.pages.workspace, &self.name);
        let bytes = bytes.map_err(|it| cannot(it.to_string()))?;
        let items =
            codec::decode_items(&bytes, &self.pages).map_err(|it| cannot(it.to_string()))?;
        let items = Arc::new(items.to_vec()?);
        if items.len() != self.count {
            return Err(cannot(format!("{} items instead of {}", items.len(), self.count)));
        }
        Ok(items)
    }
}

impl PageSource for Stored {
    fn load(&self) -> Result<Arc<Vec<Item>>, String> {
        self.loaded.or_load(|| self.read())
    }

    fn stored(&self) -> Option<&str> {
        Some(&self.name)
    }
}

/// A page whose items each descend from the item at their own place of an input.
struct Relabelled {
    inner: Arc<dyn PageSource>,
    input: u16,
    first: u32,
    name: Option<String>,
    loaded: Loaded,
}

impl Relabelled {
    fn new(pages: &PagesOf, inner: Arc<dyn PageSource>, input: u16, first: u32) -> Relabelled {
        let plain = |it: &str| it.split('@').next().unwrap_or(it).to_owned();
        let name = inner.stored().map(|it| format!("{}@{input}.{first}", plain(it)));
        Relabelled { inner, input, first, name, loaded: Loaded::nothing(&pages.recent) }
    }
}

impl PageSource for Relabelled {
    fn load(&self) -> Result<Arc<Vec<Item>>, String> {
        self.loaded
            .or_load(|| Ok(relabel(&self.inner.load()?, self.input as usize, self.first as usize)))
    }

    fn stored(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

fn relabel(items: &Arc<Vec<Item>>, input: usize, first: usize) -> Arc<Vec<Item>> {
    let wanted = |n: usize| Paired::One(ItemRef::new(input, first + n));
    if items.iter().enumerate().all(|(n, it)| it.paired == wanted(n) && it.error.is_none()) {
        return items.clone();
    }
    let relabelled = items.iter().enumerate().map(|(n, it)| Item {
        json: it.json.clone(),
        binary: it.binary.clone(),
        paired: wanted(n),
        error: None,
    });
    Arc::new(relabelled.collect())
}

/// The list as input `input` of a step: each item descends from its own place there.
pub(super) fn as_input(pages: &PagesOf, items: &Items, input: usize) -> Items {
    let mut first = 0;
    let mut res = Vec::with_capacity(items.pages().len());
    for page in items.pages() {
        res.push(match page {
            Page::Here(it) => Page::Here(relabel(it, input, first)),
            Page::Away { count, source } => Page::Away {
                count: *count,
                source: Arc::new(Relabelled::new(
                    pages,
                    source.clone(),
                    input as u16,
                    first as u32,
                )),
            },
        });
        first += page.len();
    }
    Items::from_pages(res)
}
