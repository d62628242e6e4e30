//! `Date.parse` for text that is not ISO 8601, as forgiving as browsers and Node are.

use super::{Civil, civil::TIME_MS_MAX, iso};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ZONES: [(&str, i64); 11] = [
    ("utc", 0),
    ("gmt", 0),
    ("ut", 0),
    ("edt", -4),
    ("est", -5),
    ("cdt", -5),
    ("cst", -6),
    ("mdt", -6),
    ("mst", -7),
    ("pdt", -7),
    ("pst", -8),
];

/// Milliseconds since 1970 of a text as `Date.parse` reads it; NaN when it is no date.
/// Text without a zone is taken in UTC, the sandbox's own zone.
pub fn parse(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() || text.len() > iso::DATE_CHARS_MAX {
        return f64::NAN;
    }
    let ts_ms = simple_iso(text).or_else(|| Loose::read(text)?.to_ms()).unwrap_or(f64::NAN);
    if ts_ms.abs() <= TIME_MS_MAX { ts_ms } else { f64::NAN }
}

/// The ISO subset of ECMAScript: `2025`, `2025-06`, `2025-06-15T12:34:56.789Z`.
fn simple_iso(text: &str) -> Option<f64> {
    let dashed = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let signed = text.starts_with(['+', '-']);
    let year_end = if signed { 7 } else { 4 };
    let whole_month = !text.as_bytes().get(year_end + 3).is_some_and(u8::is_ascii_digit);
    let plain =
        text.len() == year_end || (dashed(year_end) && text.len() > year_end + 2 && whole_month);
    let head_is_year = text.get(usize::from(signed)..year_end)?.bytes().all(|b| b.is_ascii_digit());
    if !plain || !head_is_year || text.contains('W') || text.starts_with("-000000") {
        return None;
    }
    let spaced = text.replacen(' ', "T", 1);
    let parsed = iso::parse(&spaced).ok()?;
    let zone = parsed.zone.unwrap_or(super::zone::UTC);
    if !matches!(zone, super::Zone::Fixed(_)) {
        return None;
    }
    let offset = zone.offset_minutes(0.0);
    parsed.fields.moment(&zone, 0.0, offset).ok()
}

/// What a loose text said, word by word.
#[derive(Default)]
struct Loose {
    numbers: Vec<i64>,
    /// Where among the numbers the month's name stood.
    month: Option<i64>,
    clock: Vec<i64>,
    millisecond: i64,
    half: Option<bool>,
    offset_minutes: Option<i64>,
    /// It begins with a whole date, after which a `T` may stand.
    has_iso_day: bool,
    /// A `T` stood between date and time: no word may follow then.
    is_iso: bool,
}

impl Loose {
    fn read(text: &str) -> Option<Loose> {
        let letters: Vec<char> = without_comments(text).chars().collect();
        let has_iso_day = text.len() > 10
            && text.bytes().take(10).enumerate().all(|(at, it)| match at {
                4 | 7 => it == b'-',
                _ => it.is_ascii_digit(),
            });
        let mut loose = Loose { has_iso_day, ..Loose::default() };
        let mut at = 0;
        while at < letters.len() {
            let letter = letters[at];
            if letter.is_ascii_digit() {
                at = loose.read_number(&letters, at)?;
            } else if letter.is_alphabetic() {
                let end = run_end(&letters, at, |letter| letter.is_alphabetic());
                let word: String = letters[at..end].iter().collect::<String>().to_lowercase();
                let next = letters.get(end).copied();
                loose.read_word(&word, next)?;
                at = end;
                if letters.get(at) == Some(&'.') {
                    at += 1;
                }
            } else if matches!(letter, '+' | '-') && !loose.clock.is_empty() {
                at = loose.read_offset(&letters, at)?;
            } else if matches!(letter, ')' | ']' | '}') && !loose.is_empty() {
                return None;
            } else {
                at += 1;
            }
        }
        Some(loose)
    }

    /// Whether no number was read yet.
    fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.clock.is_empty()
    }

    fn read_number(&mut self, letters: &[char], start: usize) -> Option<usize> {
        let mut at = run_end(letters, start, |letter| letter.is_ascii_digit());
        let value: i64 = letters[start..at].iter().collect::<String>().parse().ok()?;
        if letters.get(at) == Some(&':') && self.clock.len() < 3 {
            self.clock.push(value);
            return Some(at + 1);
        }
        let in_clock = start > 0 && letters[start - 1] == ':' && !self.clock.is_empty();
        if !in_clock {
            self.numbers.push(value);
            return Some(at);
        }
        self.clock.push(value);
        if letters.get(at) == Some(&'.') {
            let end = run_end(letters, at + 1, |letter| letter.is_ascii_digit());
            let digits: String = letters[at + 1..end].iter().collect();
            self.millisecond = iso::fraction_ms(&digits) as i64;
            at = end;
        }
        // A time ends at a blank, a sign, or with `Z`.
        let ends = letters
            .get(at)
            .is_none_or(|it| it.is_whitespace() || matches!(it, '+' | '-' | 'z' | 'Z' | ':'));
        ends.then_some(at)
    }

    fn read_word(&mut self, word: &str, next: Option<char>) -> Option<()> {
        if self.is_iso && word != "z" {
            return None;
        }
        if word == "am" || word == "pm" {
            self.half = Some(word == "pm");
        } else if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
            self.offset_minutes = Some(hours * 60);
        } else if word == "z" {
            self.offset_minutes = Some(0);
        } else if word == "t" && self.has_iso_day && self.numbers.len() == 3 && next.is_some() {
            // What stands before a `T` is a whole date.
            self.is_iso = true;
        } else if let Some(month) = MONTHS.iter().position(|name| word.starts_with(name)) {
            self.month = Some(month as i64 + 1);
        } else if !is_day_name(word) {
            // Unknown words may lead a date, not follow one, and stand apart from its numbers.
            if !self.is_empty() || next.is_some_and(|it| it.is_ascii_digit()) {
                return None;
            }
        }
        Some(())
    }

    fn read_offset(&mut self, letters: &[char], start: usize) -> Option<usize> {
        let sign = if letters[start] == '-' { -1 } else { 1 };
        let end = run_end(letters, start + 1, |letter| letter.is_ascii_digit() || letter == ':');
        let digits: String = letters[start + 1..end].iter().filter(|l| **l != ':').collect();
        if digits.is_empty() {
            return Some(start + 1);
        }
        let value: i64 = digits.parse().ok()?;
        let minutes = if digits.len() <= 2 { value * 60 } else { value / 100 * 60 + value % 100 };
        self.offset_minutes = Some(sign * minutes);
        Some(end)
    }

    fn to_ms(&self) -> Option<f64> {
        let is_day = |it: &i64| (1..=31).contains(it);
        let at = |place: usize| self.numbers.get(place).copied().unwrap_or(1);
        let (year, month, day) = match (self.month, self.numbers.first()?) {
            (Some(month), first) if is_day(first) => (at(1), month, *first),
            (Some(month), first) => (*first, month, at(1)),
            (None, first) if is_day(first) => (at(2), *first, at(1)),
            (None, first) => (*first, at(1), at(2)),
        };
        let year = match year {
            0..=49 => year + 2000,
            50..=99 => year + 1900,
            _ => year,
        };
        let mut hour = self.clock.first().copied().unwrap_or(0);
        if let Some(after_noon) = self.half {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if after_noon { 12 } else { 0 };
        }
        let minute = self.clock.get(1).copied().unwrap_or(0);
        let second = self.clock.get(2).copied().unwrap_or(0);
        let sane = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && (0..=24).contains(&hour)
            && minute < 60
            && second < 60;
        let millisecond = self.millisecond;
        let local = Civil { year, month, day, hour, minute, second, millisecond }.to_ms();
        sane.then(|| local - self.offset_minutes.unwrap_or(0) as f64 * 60_000.0)
    }
}

fn is_day_name(word: &str) -> bool {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| word.starts_with(day))
}

fn run_end(letters: &[char], start: usize, wanted: impl Fn(char) -> bool) -> usize {
    letters[start..].iter().position(|l| !wanted(*l)).map_or(letters.len(), |at| start + at)
}

fn without_comments(text: &str) -> String {
    let mut depth = 0usize;
    text.chars()
        .filter(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect()
}
