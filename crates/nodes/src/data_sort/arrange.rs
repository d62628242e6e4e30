//! A stable sort that bears comparisons which contradict each other, as JavaScript's does.
//!
//! Values of mixed types have no order: `undefined` is neither less nor greater than 1. Rust's own
//! sort may panic then. Short lists take the very steps that V8 takes, so that even such lists come
//! out as people know them.

use std::cmp::Ordering;

/// V8 sorts lists shorter than this by insertion alone.
const SHORT: usize = 64;

pub(super) fn stable<K, T>(keyed: Vec<(K, T)>, compare: &impl Fn(&K, &K) -> Ordering) -> Vec<T> {
    let mut places: Vec<usize> = (0..keyed.len()).collect();
    let before = |a: usize, b: usize| compare(&keyed[a].0, &keyed[b].0) == Ordering::Less;
    arrange(&mut places, &before);
    let mut items: Vec<Option<T>> = keyed.into_iter().map(|(_, it)| Some(it)).collect();
    places.into_iter().filter_map(|it| items[it].take()).collect()
}

fn arrange(places: &mut [usize], before: &impl Fn(usize, usize) -> bool) {
    if places.len() < SHORT {
        return insert(places, before);
    }
    let middle = places.len() / 2;
    let (left, right) = places.split_at_mut(middle);
    arrange(left, before);
    arrange(right, before);
    let (left, right) = (left.to_vec(), right.to_vec());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    for place in places {
        let next = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if before(*b, *a) => right.next(),
            (Some(_), _) => left.next(),
            (None, _) => right.next(),
        };
        *place = next.expect("both halves together are as long as the whole");
    }
}

/// Binary insertion after the run that is in order already, or in the opposite order.
fn insert(places: &mut [usize], before: &impl Fn(usize, usize) -> bool) {
    if places.len() < 2 {
        return;
    }
    let falling = before(places[1], places[0]);
    let mut run = 2;
    while run < places.len() && before(places[run], places[run - 1]) == falling {
        run += 1;
    }
    if falling {
        places[..run].reverse();
    }
    for next in run..places.len() {
        let pivot = places[next];
        let (mut from, mut to) = (0, next);
        while from < to {
            let middle = from + (to - from) / 2;
            if before(pivot, places[middle]) { to = middle } else { from = middle + 1 }
        }
        places[from..=next].rotate_right(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_sorted_stably() {
        let keyed: Vec<(usize, usize)> = (0..500).map(|n| ((n * 7919) % 13, n)).collect();
        let sorted = stable(keyed.clone(), &|a, b| a.cmp(b));
        let mut expected = keyed;
        expected.sort_by_key(|it| it.0);
        assert_eq!(sorted, expected.into_iter().map(|it| it.1).collect::<Vec<_>>());
    }

    #[test]
    fn contradictions_do_no_harm() {
        let keyed: Vec<(usize, usize)> = (0..300).map(|n| (n, n)).collect();
        assert_eq!(stable(keyed, &|_, _| Ordering::Less).len(), 300);
    }
}
