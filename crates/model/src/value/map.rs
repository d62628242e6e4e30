//! An object's fields in JavaScript's order: array indexes ascending, then the others as inserted.

use std::{collections::HashMap, slice};

use smol_str::SmolStr;

use crate::Value;

/// Past this many fields an index is kept; below it, looking through is faster.
const SCAN_MAX: usize = 16;

/// The fields of a JSON object.
///
/// Invariant: there is no `index` while there are at most [`SCAN_MAX`] fields, else it maps every
/// key to its place in `entries`. Most objects are small, and there are many of them: theirs costs
/// a word.
#[derive(Clone, Default)]
pub struct Map {
    entries: Vec<(SmolStr, Value)>,
    index: Option<Box<Index>>,
}

/// Where each key is.
#[derive(Clone)]
struct Index {
    places: HashMap<SmolStr, u32>,
}

impl Map {
    pub fn new() -> Map {
        Map::default()
    }

    pub fn with_capacity(capacity: usize) -> Map {
        Map { entries: Vec::with_capacity(capacity), index: None }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.place(key).map(|it| &self.entries[it].1)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.place(key).map(|it| &mut self.entries[it].1)
    }

    pub fn contains_key(&self, key: &str) -> bool {
        self.place(key).is_some()
    }

    /// Writes a field; one that is there keeps its place. Gives the old value.
    pub fn insert(&mut self, key: impl Into<SmolStr>, value: impl Into<Value>) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        if let Some(place) = self.place(&key) {
            return Some(std::mem::replace(&mut self.entries[place].1, value));
        }
        match array_index(&key) {
            Some(number) => {
                let place = self
                    .entries
                    .iter()
                    .position(|(it, _)| array_index(it).is_none_or(|it| it > number))
                    .unwrap_or(self.entries.len());
                let last = place == self.entries.len();
                self.entries.insert(place, (key, value));
                if last { self.index_last() } else { self.reindex() }
            }
            None => {
                self.entries.push((key, value));
                self.index_last();
            }
        }
        None
    }

    /// Adds a field that comes after all that are there, as an object of JavaScript's gives them:
    /// the key must be a new one, and in order.
    #[inline]
    pub fn append(&mut self, key: SmolStr, value: Value) {
        debug_assert!(!self.contains_key(&key), "`{key}` is there already");
        self.entries.push((key, value));
        if self.entries.len() > SCAN_MAX {
            self.index_last();
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let place = self.place(key)?;
        let (_, value) = self.entries.remove(place);
        self.reindex();
        Some(value)
    }

    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Value) -> bool) {
        self.entries.retain(|(key, value)| keep(key, value));
        self.reindex();
    }

    pub fn iter(&self) -> slice::Iter<'_, (SmolStr, Value)> {
        self.entries.iter()
    }

    pub fn keys(&self) -> impl Iterator<Item = &SmolStr> {
        self.entries.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.iter().map(|(_, value)| value)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    fn place(&self, key: &str) -> Option<usize> {
        match &self.index {
            None => self.entries.iter().position(|(it, _)| it == key),
            Some(index) => index.places.get(key).map(|it| *it as usize),
        }
    }

    fn index_last(&mut self) {
        if self.entries.len() <= SCAN_MAX {
            return;
        }
        match (&mut self.index, self.entries.last()) {
            (Some(index), Some((key, _))) => {
                index.places.insert(key.clone(), (self.entries.len() - 1) as u32);
            }
            _ => self.reindex(),
        }
    }

    fn reindex(&mut self) {
        if self.entries.len() <= SCAN_MAX {
            self.index = None;
            return;
        }
        let places = self.entries.iter().enumerate().map(|(n, (key, _))| (key.clone(), n as u32));
        self.index = Some(Box::new(Index { places: places.collect() }));
    }
}

/// The number of a key that JavaScript takes for an array index: `0`, `17`, but not `01` or `-1`.
fn array_index(key: &str) -> Option<u32> {
    let bytes = key.as_bytes();
    match bytes {
        [b'0'] => Some(0),
        [b'1'..=b'9', rest @ ..] if rest.len() < 10 && rest.iter().all(u8::is_ascii_digit) => {
            key.parse().ok().filter(|it| *it != u32::MAX)
        }
        _ => None,
    }
}

/// Order does not count: two objects with the same fields are equal.
impl PartialEq for Map {
    fn eq(&self, other: &Map) -> bool {
        self.len() == other.len()
            && self.iter().all(|(key, value)| other.get(key).is_some_and(|it| it == value))
    }
}

impl<K: Into<SmolStr>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Map {
        let entries = entries.into_iter();
        let mut res = Map::with_capacity(entries.size_hint().0);
        for (key, value) in entries {
            res.insert(key, value);
        }
        res
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a (SmolStr, Value);
    type IntoIter = slice::Iter<'a, (SmolStr, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Map {
    type Item = (SmolStr, Value);
    type IntoIter = std::vec::IntoIter<(SmolStr, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
