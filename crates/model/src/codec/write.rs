//! Records to bytes: how values, items and small things are written, each shared one once.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use smol_str::SmolStr;

use super::tag;
use crate::{
    Item, ItemRef, Items, Map, Paired, Value,
    item::{Binary, Blob, Page},
    journal::FORMAT,
};

mod record;

/// Strings shorter than this are written again rather than looked up.
const SHARED_STRING_MIN: usize = 24;
/// How many shapes of objects are remembered at a time.
const SHAPES_MAX: usize = 8;

/// Pointers are already well spread in their middle bits.
#[derive(Default)]
struct PointerHasher(u64);

impl Hasher for PointerHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_usize(&mut self, it: usize) {
        self.0 = (it as u64 >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

type ByPointer<T> = HashMap<usize, T, BuildHasherDefault<PointerHasher>>;

/// A container, with its number.
enum Met {
    First(u32),
    /// It is written.
    Again(u32),
}

/// Invariant: every pointer in the tables belongs to a value that lives as long as the writer is
/// used: the records are borrowed for that time, and loaded pages are kept in `loaded`.
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Arrays and objects that others hold too: what is held once is met once.
    containers: ByPointer<u32>,
    container_count: u32,
    /// Pages that were written, with the numbers of their items: a page may come again.
    pages: ByPointer<Vec<u32>>,
    strings: ByPointer<u32>,
    string_count: u32,
    shapes: Vec<(u32, Vec<SmolStr>)>,
    shape_count: u32,
    loaded: Vec<Arc<Vec<Item>>>,
}

impl Writer {
    pub(super) fn new() -> Writer {
        let mut bytes = Vec::with_capacity(512);
        bytes.push(FORMAT);
        Writer {
            bytes,
            containers: ByPointer::default(),
            container_count: 0,
            pages: ByPointer::default(),
            strings: ByPointer::default(),
            string_count: 0,
            shapes: vec![],
            shape_count: 0,
            loaded: vec![],
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn lists(&mut self, lists: &[Items]) -> Result<(), String> {
        self.number(lists.len() as u64);
        lists.iter().try_for_each(|it| self.items(it))
    }

    pub(super) fn items(&mut self, items: &Items) -> Result<(), String> {
        self.number(items.pages().len() as u64);
        for page in items.pages() {
            if let Page::Away { count, source } = page
                && let Some(id) = source.stored()
            {
                self.byte(1);
                self.number(*count as u64);
                self.string(id);
                continue;
            }
            let page = page.load()?;
            self.byte(0);
            self.number(page.len() as u64);
            self.page(&page);
            self.loaded.push(page);
        }
        Ok(())
    }

    fn page(&mut self, page: &Arc<Vec<Item>>) {
        let pointer = Arc::as_ptr(page) as usize;
        if let Some(numbers) = self.pages.remove(&pointer) {
            for (item, number) in page.iter().zip(&numbers) {
                self.item(item, Some(*number));
            }
            self.pages.insert(pointer, numbers);
        } else {
            let numbers = page.iter().map(|it| self.item(it, None)).collect();
            self.pages.insert(pointer, numbers);
        }
    }

    fn item_ref(&mut self, it: ItemRef) {
        self.number(u64::from(it.input));
        self.number(u64::from(it.item));
    }

    /// Gives the number of its object, which may be known.
    fn item(&mut self, item: &Item, number: Option<u32>) -> u32 {
        let paired = match &item.paired {
            Paired::Unknown => 0,
            Paired::Nothing => 1,
            Paired::One(it) if it.input == 0 => 2,
            Paired::One(_) => 3,
            Paired::Many(_) => 4,
            Paired::Earlier { .. } => 5,
        };
        let flags = paired
            | if item.binary.is_some() { 8 } else { 0 }
            | if item.error.is_some() { 16 } else { 0 };
        self.byte(flags);
        match &item.paired {
            Paired::Unknown | Paired::Nothing => {}
            Paired::One(it) if it.input == 0 => self.number(u64::from(it.item)),
            Paired::One(it) => self.item_ref(*it),
            Paired::Many(refs) => {
                self.number(refs.len() as u64);
                refs.iter().for_each(|it| self.item_ref(*it));
            }
            Paired::Earlier { run, of } => (self.number(u64::from(*run)), self.item_ref(*of)).1,
        }
        let number = match number {
            Some(number) => self.again(number),
            None => self.object(&item.json),
        };
        if let Some(files) = &item.binary {
            self.number(files.len() as u64);
            for (name, file) in files.iter() {
                self.string(name);
                self.binary(file);
            }
        }
        if let Some(error) = &item.error {
            self.string(error);
        }
        number
    }

    fn binary(&mut self, it: &Binary) {
        match &it.data {
            Blob::Inline(data) => {
                self.byte(0);
                self.number(data.len() as u64);
                self.bytes.extend_from_slice(data);
            }
            Blob::Stored { id, bytes } => {
                self.byte(1);
                self.string(id);
                self.number(*bytes);
            }
        }
        self.string(&it.mime_type);
        for text in [&it.file_name, &it.file_extension, &it.directory] {
            self.optional(text.as_ref(), |it, text| it.string(text));
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.byte(tag::NULL),
            Value::Bool(false) => self.byte(tag::FALSE),
            Value::Bool(true) => self.byte(tag::TRUE),
            Value::Number(it) => self.float(*it),
            Value::String(it) => self.shared_string(it),
            Value::Array(it) => {
                let Met::First(_) = self.meet(it) else { return };
                self.byte(tag::ARRAY);
                self.number(it.len() as u64);
                it.iter().for_each(|it| self.value(it));
            }
            Value::Object(it) => {
                self.object(it);
            }
        }
    }

    fn float(&mut self, it: f64) {
        let integer = it as i64;
        if integer as f64 == it
            && integer.unsigned_abs() < 1 << 53
            && !(it == 0.0 && it.is_sign_negative())
        {
            self.byte(tag::INTEGER);
            self.number(((integer << 1) ^ (integer >> 63)) as u64);
        } else {
            self.byte(tag::FLOAT);
            self.bytes.extend_from_slice(&it.to_le_bytes());
        }
    }

    fn shared_string(&mut self, it: &SmolStr) {
        if it.len() < SHARED_STRING_MIN {
            self.byte(tag::STRING);
            self.string(it);
            return;
        }
        let pointer = it.as_ptr() as usize;
        if let Some(number) = self.strings.get(&pointer).copied() {
            self.byte(tag::STRING_AGAIN);
            self.number(u64::from(number));
            return;
        }
        self.strings.insert(pointer, self.string_count);
        self.string_count += 1;
        self.byte(tag::STRING);
        self.string(it);
    }

    /// Gives its number.
    fn object(&mut self, map: &Arc<Map>) -> u32 {
        let number = match self.meet(map) {
            Met::Again(number) => return number,
            Met::First(number) => number,
        };
        match self.shapes.iter().position(|(_, keys)| map.keys().eq(keys.iter())) {
            Some(place) => {
                self.byte(tag::SAME_SHAPE);
                self.number(u64::from(self.shapes[place].0));
                if place > 0 {
                    self.shapes.swap(place, place - 1);
                }
            }
            None => {
                self.byte(tag::OBJECT);
                self.number(map.len() as u64);
                map.keys().for_each(|it| self.string(it));
                if self.shapes.len() == SHAPES_MAX {
                    self.shapes.pop();
                }
                self.shapes.push((self.shape_count, map.keys().cloned().collect()));
                self.shape_count += 1;
            }
        }
        map.values().for_each(|it| self.value(it));
        number
    }

    /// Writes the number of a container that was written before; numbers it otherwise.
    fn meet<T>(&mut self, container: &Arc<T>) -> Met {
        let next = self.container_count;
        if Arc::strong_count(container) > 1 {
            match self.containers.entry(Arc::as_ptr(container) as usize) {
                Entry::Occupied(it) => {
                    let number = *it.get();
                    return Met::Again(self.again(number));
                }
                Entry::Vacant(it) => *it.insert(next),
            };
        }
        self.container_count += 1;
        Met::First(next)
    }

    fn again(&mut self, number: u32) -> u32 {
        self.byte(tag::AGAIN);
        self.number(u64::from(number));
        number
    }

    fn optional<T>(&mut self, it: Option<&T>, write: impl FnOnce(&mut Writer, &T)) {
        self.byte(u8::from(it.is_some()));
        if let Some(it) = it {
            write(self, it);
        }
    }

    fn time(&mut self, at: jiff::Timestamp) {
        self.bytes.extend_from_slice(&at.as_microsecond().to_le_bytes());
    }

    fn string(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    fn number(&mut self, mut it: u64) {
        while it >= 0x80 {
            self.bytes.push(it as u8 | 0x80);
            it >>= 7;
        }
        self.bytes.push(it as u8);
    }
}
