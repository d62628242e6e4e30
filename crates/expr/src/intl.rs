//! `Intl`: dates, numbers, words and order by locale, over ICU4X and the patterns of CLDR.

pub mod datetime;

pub mod locale;
pub mod names;
pub mod patterns;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use names::Names;
use smol_str::SmolStr;

/// The locale of a sandbox that was told none.
pub const LOCALE_DEFAULT: &str = "en-US";
/// Locales whose names one context keeps at hand.
const LOCALES_MAX: usize = 64;

/// What one context has loaded of the world's locales.
#[derive(Default)]
pub struct Intl {
    names: Mutex<HashMap<SmolStr, Arc<Names>>>,
}

impl Intl {
    /// The names and patterns of a locale; an unreadable tag means the default.
    pub fn names(&self, tag: &str) -> Arc<Names> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = names.get(tag) {
            return Arc::clone(found);
        }
        if names.len() >= LOCALES_MAX {
            names.clear();
        }
        let fresh = Arc::new(Names::new(tag));
        names.insert(tag.into(), Arc::clone(&fresh));
        fresh
    }
}
