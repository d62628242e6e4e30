//! Buckets of one process.

use std::{collections::HashMap, mem, sync::Mutex, time::Duration};

use model::Rate;

use super::bucket::{self, Quota};

/// How many buckets one generation holds. Past it the older generation is forgotten: whoever has that
/// many addresses has as many buckets anyway.
const GENERATION_MAX: usize = 50_000;

/// See the module.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Generations>);

/// When each bucket is full. Those in use are in the young generation.
#[derive(Default)]
struct Generations {
    young: HashMap<Box<str>, Duration>,
    old: HashMap<Box<str>, Duration>,
}

impl Memory {
    pub(crate) fn take(&self, key: &str, rate: Rate, now: Duration) -> Quota {
        let mut all = self.0.lock().expect("a plain table");
        if let Some(full_at) = all.young.get_mut(key) {
            let (quota, next) = bucket::take(rate, *full_at, now);
            *full_at = next;
            return quota;
        }
        // A bucket that nobody used is full.
        let full_at = all.old.remove(key).unwrap_or_default();
        let (quota, next) = bucket::take(rate, full_at, now);
        if all.young.len() >= GENERATION_MAX {
            all.old = mem::take(&mut all.young);
        }
        all.young.insert(key.into(), next);
        quota
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_many_but_not_any_number() {
        let (memory, now) = (Memory::default(), Duration::from_secs(1_000));
        let rate: Rate = "1/day".parse().unwrap();
        let take = |key: &str| memory.take(key, rate, now).wait.is_none();
        assert!(take("first") && !take("first") && take("second"));
        for it in 0..3 * GENERATION_MAX {
            take(&it.to_string());
        }
        let all = memory.0.lock().unwrap();
        assert_eq!(all.young.len() + all.old.len(), 2 * GENERATION_MAX - (GENERATION_MAX - 2));
    }
}
