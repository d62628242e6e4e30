//! Locale tags: reading, canonical spelling, and the way from a rare one to a known one.

use icu::locale::{Locale, LocaleCanonicalizer};

use super::LOCALE_DEFAULT;

/// Reads a tag; underscores are refused, as in JavaScript.
pub fn parse(tag: &str) -> Option<Locale> {
    if tag.is_empty() || tag.contains('_') {
        return None;
    }
    let mut locale: Locale = tag.parse().ok()?;
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    Some(locale)
}

/// The canonical spelling of a tag; `None` when it is not one (JavaScript throws a RangeError).
pub fn canonical(tag: &str) -> Option<String> {
    parse(tag).map(|locale| locale.to_string()).or_else(|| reserved(tag))
}

/// A language of five to eight letters is well formed and none's, such as `default`.
fn reserved(tag: &str) -> Option<String> {
    let (language, rest) = tag.split_at(tag.find('-').unwrap_or(tag.len()));
    let is_long = (5..=8).contains(&language.len());
    if !is_long || !language.bytes().all(|it| it.is_ascii_alphabetic()) {
        return None;
    }
    parse(&format!("und{rest}")).map(|_| tag.to_ascii_lowercase())
}

/// The locale to format with: the tag, or the default.
pub fn or_default(tag: &str) -> Locale {
    parse(tag)
        .unwrap_or_else(|| LOCALE_DEFAULT.parse().expect("the default locale's tag is well formed"))
}

/// A Unicode extension of a tag, such as `nu` (digits) or `hc` (hour cycle).
pub fn extension(locale: &Locale, key: &str) -> Option<String> {
    let key = key.parse().ok()?;
    let value = locale.extensions.unicode.keywords.get(&key)?.to_string();
    (!value.is_empty()).then_some(value)
}
