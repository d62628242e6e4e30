//! A date in whatever way it is written.

use jiff::{Timestamp, tz::TimeZone};

use super::{Zone, iso, liberal, mail};

/// Milliseconds since 1970 of a date as ISO 8601, HTTP, mail or SQL write it, or as `Date.parse`
/// reads it. Text without a zone is taken in `zone`; a time alone is that of the day of `now`.
pub fn any(text: &str, zone: &TimeZone, now: Timestamp) -> Option<f64> {
    let own = Zone::of(zone);
    let now_ms = now.as_millisecond() as f64;
    let readers = [iso::parse, mail::parse_http, mail::parse_rfc2822, iso::parse_sql];
    let strict = readers.iter().find_map(|read| {
        let parsed = read(text).ok()?;
        let zone = parsed.zone.unwrap_or_else(|| own.clone());
        parsed.fields.moment(&zone, now_ms, zone.offset_minutes(now_ms)).ok()
    });
    strict.or_else(|| Some(liberal::parse(text)).filter(|it| !it.is_nan()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let now: Timestamp = "2025-06-15T12:34:56.789Z".parse().unwrap();
        for (text, utc) in [
            ("2025-06-15", "2025-06-15T04:00:00Z"),
            ("2025-06-15T10:00:00+02:00", "2025-06-15T08:00:00Z"),
            ("2025-06-15 10:00:00", "2025-06-15T14:00:00Z"),
            ("Sun, 15 Jun 2025 10:00:00 GMT", "2025-06-15T10:00:00Z"),
            ("June 15, 2025", "2025-06-15T00:00:00Z"),
            ("10:00", "2025-06-15T14:00:00Z"),
        ] {
            let utc: Timestamp = utc.parse().unwrap();
            assert_eq!(any(text, &zone, now), Some(utc.as_millisecond() as f64), "{text}");
        }
        assert_eq!(any("soon", &zone, now), None);
        assert_eq!(any("", &zone, now), None);
    }
}
