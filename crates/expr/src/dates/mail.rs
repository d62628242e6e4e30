//! Dates as mail and HTTP headers write them.

use super::{
    Zone,
    fields::{Fields, Invalid},
    iso::Parsed,
    zone::UTC,
};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG_DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The zone names that RFC 2822 still allows, in minutes.
const OLD_ZONES: [(&str, f64); 10] = [
    ("GMT", 0.0),
    ("UT", 0.0),
    ("Z", 0.0),
    ("EDT", -240.0),
    ("EST", -300.0),
    ("CDT", -300.0),
    ("CST", -360.0),
    ("MDT", -360.0),
    ("MST", -420.0),
    ("PDT", -420.0),
];

/// Reads `Sun, 15 Jun 2025 12:34:56 +0200`, with comments in brackets.
pub fn parse_rfc2822(text: &str) -> Result<Parsed, Invalid> {
    read_rfc2822(text).ok_or_else(|| Invalid::unparsable(text, "RFC 2822"))
}

/// Reads the three forms of HTTP: RFC 1123, RFC 850 and asctime.
pub fn parse_http(text: &str) -> Result<Parsed, Invalid> {
    read_http(text).ok_or_else(|| Invalid::unparsable(text, "HTTP"))
}

fn read_rfc2822(text: &str) -> Option<Parsed> {
    let plain = without_comments(text);
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    let mut fields = Fields::default();
    if let Some(day) = words.first().and_then(|word| word.strip_suffix(',')) {
        fields.weekday = Some(index(&DAYS, day)? + 1.0);
        words.remove(0);
    }
    let [day, month, year, time, zone] = words.as_slice() else { return None };
    fields.day = Some(number(day, 1, 2)?);
    fields.month = Some(index(&MONTHS, month)? + 1.0);
    fields.year = Some(match (number(year, 2, 4)?, year.len()) {
        (short, 2) if short > 60.0 => short + 1900.0,
        (short, 2) => short + 2000.0,
        (long, _) => long,
    });
    read_clock(time, &mut fields)?;
    let zone = match OLD_ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(zone)) {
        Some((_, minutes)) => Zone::Fixed(*minutes),
        None if zone.eq_ignore_ascii_case("PST") => Zone::Fixed(-480.0),
        None => Zone::Fixed(numeric_offset(zone)?),
    };
    Some(Parsed { fields, zone: Some(zone) })
}

fn read_http(text: &str) -> Option<Parsed> {
    let mut fields = Fields::default();
    if let Some((day, rest)) = text.split_once(", ") {
        let words: Vec<&str> = rest.split(' ').collect();
        if let [date, month, year, time, "GMT"] = words.as_slice() {
            fields.weekday = Some(index(&DAYS, day)? + 1.0);
            fields.day = Some(number(date, 2, 2)?);
            fields.month = Some(index(&MONTHS, month)? + 1.0);
            fields.year = Some(number(year, 4, 4)?);
            read_clock(time, &mut fields)?;
        } else if let [date, time, "GMT"] = words.as_slice() {
            fields.weekday = Some(index(&LONG_DAYS, day)? + 1.0);
            let parts: Vec<&str> = date.split('-').collect();
            let [date, month, year] = parts.as_slice() else { return None };
            fields.day = Some(number(date, 2, 2)?);
            fields.month = Some(index(&MONTHS, month)? + 1.0);
            let short = number(year, 2, 2)?;
            fields.year = Some(short + if short > 60.0 { 1900.0 } else { 2000.0 });
            read_clock(time, &mut fields)?;
        } else {
            return None;
        }
    } else {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [day, month, date, time, year] = words.as_slice() else { return None };
        fields.weekday = Some(index(&DAYS, day)? + 1.0);
        fields.month = Some(index(&MONTHS, month)? + 1.0);
        fields.day = Some(number(date, 1, 2)?);
        fields.year = Some(number(year, 4, 4)?);
        read_clock(time, &mut fields)?;
    }
    Some(Parsed { fields, zone: Some(UTC) })
}

fn without_comments(text: &str) -> String {
    let mut depth = 0usize;
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

fn read_clock(text: &str, fields: &mut Fields) -> Option<()> {
    let mut parts = text.split(':');
    fields.hour = Some(number(parts.next()?, 2, 2)?);
    fields.minute = Some(number(parts.next()?, 2, 2)?);
    fields.second = Some(parts.next().map_or(Some(0.0), |part| number(part, 2, 2))?);
    fields.millisecond = Some(0.0);
    parts.next().is_none().then_some(())
}

fn number(text: &str, digits_min: usize, digits_max: usize) -> Option<f64> {
    let sized = (digits_min..=digits_max).contains(&text.len());
    (sized && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn index(names: &[&str], name: &str) -> Option<f64> {
    names.iter().position(|there| there.eq_ignore_ascii_case(name)).map(|at| at as f64)
}

/// `+0200` in minutes.
fn numeric_offset(text: &str) -> Option<f64> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1.0,
        b'-' => -1.0,
        _ => return None,
    };
    let hours = number(text.get(1..3)?, 2, 2)?;
    let minutes = number(text.get(3..)?, 2, 2)?;
    Some(sign * (hours * 60.0 + minutes))
}
