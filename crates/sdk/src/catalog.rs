//! A catalogue: plug-ins by name, each name once.

use std::{collections::BTreeMap, sync::Arc};

use smol_str::SmolStr;

/// Something that is found by its name.
pub trait Named {
    fn name(&self) -> &SmolStr;
}

/// Plug-ins of one kind. Built at start from Rust and from files, then shared.
pub struct Catalog<T> {
    entries: BTreeMap<SmolStr, Arc<T>>,
}

impl<T: Named> Catalog<T> {
    /// # Panics
    /// On a repeated name: two plug-ins with one name is a bug in this program.
    pub fn new(entries: impl IntoIterator<Item = T>) -> Catalog<T> {
        let mut res = Catalog { entries: BTreeMap::new() };
        for entry in entries {
            let name = entry.name().clone();
            assert!(res.add(entry).is_ok(), "two plug-ins are called `{name}`");
        }
        res
    }

    /// Adds one more; gives it back when its name is taken.
    pub fn add(&mut self, entry: T) -> Result<(), T> {
        if self.entries.contains_key(entry.name()) {
            return Err(entry);
        }
        self.entries.insert(entry.name().clone(), Arc::new(entry));
        Ok(())
    }

    pub fn get(&self, name: &str) -> Option<&Arc<T>> {
        self.entries.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<T>> {
        self.entries.values()
    }
}

/// Declares one module per plug-in and lists them: a new plug-in is one file and one word.
///
/// Each module has a function `plugin()` that gives the value.
#[macro_export]
macro_rules! catalog {
    ($(#[$doc:meta])* $vis:vis fn $all:ident -> $t:ty { $($module:ident)* }) => {
        $(mod $module;)*

        $(#[$doc])*
        $vis fn $all() -> $crate::Catalog<$t> {
            $crate::Catalog::new([$($module::plugin()),*])
        }
    };
}
