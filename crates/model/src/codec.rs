//! The compact form of journal records and item pages.
//!
//! What is shared in memory is written once: a later mention of the same array, object or long
//! string is a number. Objects with the same keys share their shape. A flow whose nodes pass items
//! on therefore costs a few bytes per item and step, not a copy.
//!
//! Layout: `FORMAT` byte, then records; integers are LEB128; a string is its length and UTF-8.

mod read;
mod write;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::{Items, item::PageSource, journal::Record};

/// The bytes are not a chunk that this version can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the recorded data cannot be read: {0}")]
pub struct Unreadable(pub String);

/// Gives back pages that were recorded by reference.
pub trait Pages {
    fn open(&self, id: &str, count: usize) -> Arc<dyn PageSource>;
}

/// Writes records as one chunk.
///
/// # Errors
/// A sentence when an item page that is away cannot be loaded.
pub fn encode(records: &[Record]) -> Result<Vec<u8>, String> {
    let mut writer = write::Writer::new();
    for record in records {
        writer.record(record)?;
    }
    Ok(writer.finish())
}

/// Reads one chunk.
pub fn decode(bytes: &[u8], pages: &dyn Pages) -> Result<Vec<Record>, Unreadable> {
    let mut reader = read::Reader::new(bytes, pages)?;
    let mut res = vec![];
    while !reader.at_end() {
        res.push(reader.record()?);
    }
    Ok(res)
}

/// Writes items alone: a spilled page or a blob.
pub fn encode_items(items: &Items) -> Result<Vec<u8>, String> {
    let mut writer = write::Writer::new();
    writer.items(items)?;
    Ok(writer.finish())
}

pub fn decode_items(bytes: &[u8], pages: &dyn Pages) -> Result<Items, Unreadable> {
    let mut reader = read::Reader::new(bytes, pages)?;
    let items = reader.items()?;
    if !reader.at_end() {
        return Err(Unreadable("bytes are left after the items".to_owned()));
    }
    Ok(items)
}

mod tag {
    pub(super) const NULL: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const TRUE: u8 = 2;
    pub(super) const INTEGER: u8 = 3;
    pub(super) const FLOAT: u8 = 4;
    pub(super) const STRING: u8 = 5;
    pub(super) const STRING_AGAIN: u8 = 6;
    pub(super) const ARRAY: u8 = 7;
    pub(super) const OBJECT: u8 = 8;
    pub(super) const AGAIN: u8 = 9;
    pub(super) const SAME_SHAPE: u8 = 10;
}
