//! Gathers a node's output, page by page, and lets pages leave memory when there is too much.

use std::sync::Arc;

use model::{
    Item, Items,
    item::{PAGE_ITEMS_MAX, Page},
};

use crate::{Host, NodeError};

/// A page is closed at this many bytes even when it holds few items.
const PAGE_BYTES_MAX: usize = 4 << 20;

/// An output list being made.
pub struct Collector<'a> {
    host: &'a dyn Host,
    pages: Vec<Page>,
    open: Vec<Item>,
    open_bytes: usize,
    /// Sizes are measured on every 16th item: exact enough, and cheap.
    stride: usize,
}

impl<'a> Collector<'a> {
    pub fn new(host: &'a dyn Host) -> Collector<'a> {
        Collector { host, pages: vec![], open: vec![], open_bytes: 0, stride: 0 }
    }

    pub fn push(&mut self, item: Item) -> Result<(), NodeError> {
        if self.stride == 0 {
            self.stride = 16;
            self.open_bytes += item.size() * 16;
        }
        self.stride -= 1;
        self.open.push(item);
        if self.open.len() >= PAGE_ITEMS_MAX || self.open_bytes >= PAGE_BYTES_MAX {
            self.close()?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<Items, NodeError> {
        if self.pages.is_empty() {
            return Ok(Items::new(self.open));
        }
        self.close()?;
        Ok(Items::from_pages(self.pages))
    }

    fn close(&mut self) -> Result<(), NodeError> {
        if self.open.is_empty() {
            return Ok(());
        }
        let items = std::mem::take(&mut self.open);
        let page = if self.host.memory(self.open_bytes) {
            Page::Here(Arc::new(items))
        } else {
            self.host.spill(items)?
        };
        self.pages.push(page);
        (self.open_bytes, self.stride) = (0, 0);
        Ok(())
    }
}
