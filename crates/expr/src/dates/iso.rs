//! ISO 8601 as Luxon reads it: dates by month, week or day of the year, times, offsets, zones.

use super::{
    Zone,
    fields::{Fields, Invalid},
};

/// What a text said: fields, and the zone if it named one.
#[derive(Debug, Default, PartialEq)]
pub struct Parsed {
    pub fields: Fields,
    pub zone: Option<Zone>,
}

/// Text longer than this is no date.
pub const DATE_CHARS_MAX: usize = 256;

/// Reads ISO 8601, basic or extended, or a time alone.
pub fn parse(text: &str) -> Result<Parsed, Invalid> {
    read(text).ok_or_else(|| Invalid::unparsable(text, "ISO 8601"))
}

/// Reads the text of a SQL database: `2025-06-15 12:34:56.789 +02:00`, `... Europe/Berlin`.
pub fn parse_sql(text: &str) -> Result<Parsed, Invalid> {
    read_sql(text).ok_or_else(|| Invalid::unparsable(text, "SQL"))
}

fn read(text: &str) -> Option<Parsed> {
    if text.len() > DATE_CHARS_MAX {
        return None;
    }
    let mut parsed = Parsed::default();
    let mut reader = Reader { rest: text };
    if read_date(&mut reader, &mut parsed.fields).is_some() {
        if reader.rest.is_empty() {
            return Some(parsed);
        }
        if reader.eat('T').or_else(|| reader.eat('t')).is_some() {
            read_time(&mut reader, &mut parsed.fields, true)?;
            read_zone(&mut reader, &mut parsed)?;
            if reader.rest.is_empty() {
                return Some(parsed);
            }
        }
    }
    // Not a date: a time alone, `12:30` or `T1230`.
    let mut parsed = Parsed::default();
    let mut reader = Reader { rest: text };
    let _ = reader.eat('T');
    read_time(&mut reader, &mut parsed.fields, true)?;
    read_zone(&mut reader, &mut parsed)?;
    reader.rest.is_empty().then_some(parsed)
}

fn read_sql(text: &str) -> Option<Parsed> {
    if text.len() > DATE_CHARS_MAX {
        return None;
    }
    let mut parsed = Parsed::default();
    let mut reader = Reader { rest: text };
    let dated = {
        let fields = &mut parsed.fields;
        let mut date = || {
            fields.year = Some(reader.digits(4)?);
            reader.eat('-')?;
            fields.month = Some(reader.digits(2)?);
            reader.eat('-')?;
            fields.day = Some(reader.digits(2)?);
            Some(())
        };
        date().is_some()
    };
    if dated {
        if reader.rest.is_empty() {
            return Some(parsed);
        }
        reader.eat(' ')?;
    } else {
        parsed = Parsed::default();
        reader = Reader { rest: text };
    }
    read_time(&mut reader, &mut parsed.fields, false)?;
    if reader.rest.is_empty() {
        return Some(parsed);
    }
    let _ = reader.eat(' ');
    if reader.rest.starts_with(|first: char| first.is_ascii_alphabetic()) && reader.rest != "Z" {
        parsed.zone = Some(Zone::parse(reader.rest)?);
        return Some(parsed);
    }
    read_zone(&mut reader, &mut parsed)?;
    if reader.eat(' ').is_some() {
        parsed.zone = Some(Zone::parse(reader.rest)?);
        return Some(parsed);
    }
    reader.rest.is_empty().then_some(parsed)
}

/// The parts of a text not yet read.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(wanted)?;
        Some(())
    }

    /// Exactly so many digits.
    fn digits(&mut self, count: usize) -> Option<f64> {
        let head = self.rest.get(..count)?;
        if !head.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.rest = &self.rest[count..];
        head.parse().ok()
    }

    fn digit_run(&self) -> usize {
        self.rest.bytes().take_while(u8::is_ascii_digit).count()
    }
}

fn read_date(reader: &mut Reader<'_>, fields: &mut Fields) -> Option<()> {
    let sign = match reader.rest.as_bytes().first()? {
        b'+' => 1.0,
        b'-' => -1.0,
        _ => 0.0,
    };
    if sign != 0.0 {
        reader.rest = &reader.rest[1..];
        fields.year = Some(sign * reader.digits(6)?);
    } else {
        fields.year = Some(reader.digits(4)?);
    }
    fields.month = Some(1.0);
    fields.day = Some(1.0);
    let dash = reader.eat('-').is_some();
    if sign == 0.0 && reader.eat('W').is_some() {
        return read_week(reader, fields);
    }
    let run = reader.digit_run();
    if sign == 0.0 && run == 3 {
        fields.ordinal = Some(reader.digits(3)?);
        (fields.month, fields.day) = (None, None);
        return Some(());
    }
    if run == 0 {
        return (!dash).then_some(());
    }
    fields.month = Some(reader.digits(2)?);
    if reader.eat('-').is_some() || reader.digit_run() >= 2 {
        fields.day = Some(reader.digits(2)?);
    }
    Some(())
}

fn read_week(reader: &mut Reader<'_>, fields: &mut Fields) -> Option<()> {
    fields.week_year = fields.year.take();
    (fields.month, fields.day) = (None, None);
    fields.week = Some(reader.digits(2)?);
    fields.weekday = Some(1.0);
    if reader.eat('-').is_some() || reader.digit_run() >= 1 {
        fields.weekday = Some(reader.digits(1)?);
    }
    Some(())
}

fn read_time(reader: &mut Reader<'_>, fields: &mut Fields, basic: bool) -> Option<()> {
    fields.hour = Some(reader.digits(2)?);
    for unit in [&mut fields.minute, &mut fields.second, &mut fields.millisecond] {
        *unit = Some(0.0);
    }
    let more =
        |reader: &mut Reader<'_>| reader.eat(':').is_some() || (basic && reader.digit_run() >= 2);
    if !more(reader) {
        return basic.then_some(());
    }
    fields.minute = Some(reader.digits(2)?);
    if !more(reader) {
        return Some(());
    }
    fields.second = Some(reader.digits(2)?);
    if reader.eat('.').or_else(|| reader.eat(',')).is_some() {
        let run = reader.digit_run();
        if run == 0 || run > 30 {
            return None;
        }
        fields.millisecond = Some(fraction_ms(&reader.rest[..run]));
        reader.rest = &reader.rest[run..];
    }
    Some(())
}

/// Milliseconds of the digits after the point, cut, not rounded.
pub fn fraction_ms(digits: &str) -> f64 {
    let mut three: String = digits.chars().take(3).collect();
    while three.len() < 3 {
        three.push('0');
    }
    three.parse().unwrap_or(0.0)
}

/// `Z`, an offset, and a zone name in brackets, each of which may be absent.
fn read_zone(reader: &mut Reader<'_>, parsed: &mut Parsed) -> Option<()> {
    if reader.eat('Z').or_else(|| reader.eat('z')).is_some() {
        parsed.zone = Some(super::zone::UTC);
    } else if let Some(sign @ (b'+' | b'-')) = reader.rest.as_bytes().first() {
        let sign = if *sign == b'-' { -1.0 } else { 1.0 };
        reader.rest = &reader.rest[1..];
        let hours = reader.digits(2)?;
        let mut minutes = 0.0;
        if reader.eat(':').is_some() || reader.digit_run() >= 2 {
            minutes = reader.digits(2)?;
        }
        parsed.zone = Some(Zone::Fixed(sign * (hours * 60.0 + minutes)));
    }
    if reader.eat('[').is_some() {
        let end = reader.rest.find(']')?;
        parsed.zone = Some(Zone::parse(&reader.rest[..end])?);
        reader.rest = &reader.rest[end + 1..];
    }
    Some(())
}
