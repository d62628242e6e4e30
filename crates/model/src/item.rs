//! What flows on a wire: items, and lists of them that may live outside memory.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Map, Value};

/// One item: a JSON object, files beside it, and where it came from.
#[derive(Clone, Default, PartialEq)]
pub struct Item {
    pub json: Arc<Map>,
    pub binary: Option<Arc<BTreeMap<SmolStr, Binary>>>,
    /// The items of the same step's input that this one was made of.
    pub paired: Paired,
    /// Set when the node kept going although this item failed; routes it to the error output.
    pub error: Option<Arc<str>>,
}

impl Item {
    pub fn new(json: impl Into<Arc<Map>>) -> Item {
        // Not from the default, which would make an object to throw away.
        Item { json: json.into(), binary: None, paired: Paired::Unknown, error: None }
    }

    /// An object becomes the item's JSON; anything else is wrapped as `{"data": …}`.
    pub fn from_value(value: Value) -> Item {
        match value {
            Value::Object(json) => Item::new(json),
            other => Item::new(Map::from_iter([("data", other)])),
        }
    }

    pub fn value(&self) -> Value {
        Value::Object(self.json.clone())
    }

    /// The same item, made of item `index` of input port `input`.
    pub fn paired_with(mut self, input: usize, index: usize) -> Item {
        self.paired = Paired::One(ItemRef::new(input, index));
        self
    }

    /// Roughly how many bytes of memory the item holds; files count only while they are inline.
    pub fn size(&self) -> usize {
        let json = 64 + self.json.iter().map(|(key, it)| 24 + key.len() + it.size()).sum::<usize>();
        let files =
            self.binary.iter().flat_map(|it| it.values()).map(Binary::memory).sum::<usize>();
        json + files
    }
}

/// Where an output item came from, within its own step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub struct ItemRef {
    /// Input port of the step.
    pub input: u16,
    /// Index in that input.
    pub item: u32,
}

impl ItemRef {
    pub fn new(input: usize, item: usize) -> ItemRef {
        ItemRef { input: input as u16, item: item as u32 }
    }
}

#[derive(Clone, Default, PartialEq, Debug)]
pub enum Paired {
    /// The node said nothing; the engine pairs by its rules.
    #[default]
    Unknown,
    /// The node said that it comes from nothing.
    Nothing,
    One(ItemRef),
    Many(Arc<[ItemRef]>),
    /// It comes from the input of an earlier run of the same node, as the later batches of a loop do.
    Earlier {
        run: u32,
        of: ItemRef,
    },
}

impl Paired {
    /// The items of the step's own input.
    pub fn refs(&self) -> &[ItemRef] {
        match self {
            Paired::Unknown | Paired::Nothing | Paired::Earlier { .. } => &[],
            Paired::One(it) => std::slice::from_ref(it),
            Paired::Many(it) => it,
        }
    }
}

/// A file beside an item's JSON.
#[derive(Clone, PartialEq, Debug)]
pub struct Binary {
    pub data: Blob,
    pub mime_type: SmolStr,
    pub file_name: Option<SmolStr>,
    pub file_extension: Option<SmolStr>,
    pub directory: Option<SmolStr>,
}

impl Binary {
    /// n8n's rough class of a file: `text`, `json`, `image`, `audio`, `video`, `pdf`, `html`.
    pub fn file_type(&self) -> Option<&'static str> {
        let mime = self.mime_type.as_str();
        Some(match mime {
            "application/json" => "json",
            "application/pdf" => "pdf",
            "text/html" => "html",
            _ if mime.starts_with("image/") => "image",
            _ if mime.starts_with("audio/") => "audio",
            _ if mime.starts_with("video/") => "video",
            _ if mime.starts_with("text/") || mime.starts_with("application/javascript") => "text",
            _ => return None,
        })
    }

    fn memory(&self) -> usize {
        match &self.data {
            Blob::Inline(bytes) => 96 + bytes.len(),
            Blob::Stored { .. } => 96,
        }
    }
}

/// Bytes, small ones at hand, large ones behind the files port.
#[derive(Clone, PartialEq)]
pub enum Blob {
    Inline(Arc<[u8]>),
    /// `id` names an immutable file of the workspace.
    Stored {
        id: SmolStr,
        bytes: u64,
    },
}

impl Blob {
    pub fn len(&self) -> u64 {
        match self {
            Blob::Inline(it) => it.len() as u64,
            Blob::Stored { bytes, .. } => *bytes,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.len())
    }
}

/// A list of items, in pages; a page may live outside memory.
///
/// Cloning is O(1). Reading an item of a page that is away loads that page.
#[derive(Clone, Default)]
pub struct Items {
    pages: Arc<Vec<Page>>,
    len: usize,
}

/// How many items a page holds at most.
pub const PAGE_ITEMS_MAX: usize = 1024;

#[derive(Clone)]
pub enum Page {
    Here(Arc<Vec<Item>>),
    Away { count: usize, source: Arc<dyn PageSource> },
}

/// Where a page that is not in memory can be had again.
pub trait PageSource: Send + Sync {
    /// Gives the page. An error is a broken disk or store: a sentence for the log.
    fn load(&self) -> Result<Arc<Vec<Item>>, String>;

    /// The name under which the page is durable, when it is: then the journal names it instead of
    /// writing the items again.
    fn stored(&self) -> Option<&str> {
        None
    }
}

impl Page {
    pub fn len(&self) -> usize {
        match self {
            Page::Here(it) => it.len(),
            Page::Away { count, .. } => *count,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn load(&self) -> Result<Arc<Vec<Item>>, String> {
        match self {
            Page::Here(it) => Ok(it.clone()),
            Page::Away { source, .. } => source.load(),
        }
    }
}

impl Items {
    pub fn new(items: Vec<Item>) -> Items {
        if items.is_empty() {
            return Items::default();
        }
        let len = items.len();
        Items { pages: Arc::new(vec![Page::Here(Arc::new(items))]), len }
    }

    pub fn one(item: Item) -> Items {
        Items::new(vec![item])
    }

    pub fn from_pages(pages: Vec<Page>) -> Items {
        let len = pages.iter().map(Page::len).sum();
        Items { pages: Arc::new(pages), len }
    }

    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One item; loads its page when that is away.
    ///
    /// # Errors
    /// A sentence when the page cannot be read. `Ok(None)` past the end.
    pub fn get(&self, index: usize) -> Result<Option<Item>, String> {
        let mut left = index;
        for page in self.pages.iter() {
            if left < page.len() {
                return Ok(page.load()?.get(left).cloned());
            }
            left -= page.len();
        }
        Ok(None)
    }

    /// The items one after another, one page in memory at a time.
    pub fn iter(&self) -> impl Iterator<Item = Result<Item, String>> + '_ {
        self.pages.iter().flat_map(|page| {
            let (page, trouble) = match page.load() {
                Ok(page) => (page, None),
                Err(trouble) => (Arc::default(), Some(Err(trouble))),
            };
            let len = page.len();
            trouble.into_iter().chain((0..len).map(move |index| Ok(page[index].clone())))
        })
    }

    /// All items in memory at once. Prefer [`Items::iter`].
    pub fn to_vec(&self) -> Result<Vec<Item>, String> {
        self.iter().collect()
    }

    /// Items `start..end`, pages shared where they are whole.
    pub fn slice(&self, start: usize, end: usize) -> Result<Items, String> {
        let (start, end) = (start.min(self.len), end.min(self.len));
        let mut pages = vec![];
        let mut offset = 0;
        for page in self.pages.iter() {
            let (from, to) = (start.max(offset), end.min(offset + page.len()));
            if from < to {
                if to - from == page.len() {
                    pages.push(page.clone());
                } else {
                    let loaded = page.load()?;
                    pages.push(Page::Here(Arc::new(loaded[from - offset..to - offset].to_vec())));
                }
            }
            offset += page.len();
        }
        Ok(Items::from_pages(pages))
    }
}

/// Equal content, wherever the pages live.
impl PartialEq for Items {
    fn eq(&self, other: &Items) -> bool {
        self.len == other.len && self.iter().zip(other.iter()).all(|(a, b)| a == b)
    }
}

impl FromIterator<Item> for Items {
    fn from_iter<I: IntoIterator<Item = Item>>(items: I) -> Items {
        Items::new(items.into_iter().collect())
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.json, self.paired)
    }
}

/// An item as JSON spells it: `{"json": {…}, "binary"?: {…}, "pairedItem"?: …}`.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct ItemJson {
    #[serde(default)]
    pub json: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary: Option<BTreeMap<SmolStr, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paired_item: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
}
