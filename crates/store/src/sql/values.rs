//! Statements over lists of rows.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, LazyLock, Mutex},
};

/// Largest number of rows that go in one statement.
const ROWS_MAX: usize = 256;
/// Up to this, every number of rows has a text of its own; above, every half of a power of two:
/// few statements for a group, and few texts to keep prepared.
const ROWS_EACH: usize = 16;

pub(super) fn chunk(rows: usize) -> usize {
    let rows = rows.min(ROWS_MAX);
    if rows <= ROWS_EACH {
        return rows;
    }
    let power = 1 << rows.ilog2();
    if rows >= power + power / 2 { power + power / 2 } else { power }
}

/// `head (…), (…) tail` with numbered places, made once.
pub(super) fn values_sql(
    postgres: bool,
    head: &'static str,
    tail: &'static str,
    columns: usize,
    rows: usize,
) -> Arc<str> {
    type Key = (bool, &'static str, &'static str, usize);
    static MADE: LazyLock<Mutex<HashMap<Key, Arc<str>>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().expect("a plain map");
    let text = made.entry((postgres, head, tail, rows)).or_insert_with(|| {
        let mut sql = String::from(head);
        for row in 0..rows {
            sql.push_str(if row == 0 { " (" } else { ", (" });
            for column in 0..columns {
                let comma = if column == 0 { "" } else { ", " };
                // SQLite finds a numbered place by a search through all of them, so a long list
                // of rows has nameless ones there.
                let _ = match postgres {
                    true => write!(sql, "{comma}${}", row * columns + column + 1),
                    false => write!(sql, "{comma}?"),
                };
            }
            sql.push(')');
        }
        sql.push(' ');
        sql.push_str(tail);
        sql.into()
    });
    text.clone()
}
