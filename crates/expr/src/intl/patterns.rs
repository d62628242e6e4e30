//! The date patterns of each locale, and the parsing of one pattern into its parts.

use smol_str::SmolStr;

/// One line a locale, one column a pattern; fields are in braces, all else is literal.
const TABLE: &str = include_str!("patterns.tsv");

/// The patterns of one locale.
#[derive(Debug, Clone, Copy)]
pub struct Patterns {
    line: &'static str,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Literal(SmolStr),
    /// A CLDR field letter and how often it stands.
    Field(char, usize),
}

impl Patterns {
    /// The patterns of the nearest locale that the table knows.
    pub fn of(language: &str, script: Option<&str>, region: Option<&str>) -> Patterns {
        let named = |name: &str| lines().skip(1).find(|line| line.split('\t').next() == Some(name));
        let with_script = script.map(|script| format!("{language}-{script}"));
        let with_region = region.map(|region| format!("{language}-{region}"));
        let line = with_script
            .as_deref()
            .and_then(named)
            .or_else(|| with_region.as_deref().and_then(named))
            .or_else(|| named(relative(language, script, region)?))
            .or_else(|| named(language))
            .or_else(|| named("en-US"))
            .expect("the table has American English");
        Patterns { line }
    }

    /// The text of a column, such as `yMd`, `date-long`, `cycle`.
    pub fn get(&self, column: &str) -> Option<&'static str> {
        let at = lines().next()?.split('\t').position(|name| name == column)?;
        self.line.split('\t').nth(at)
    }
}

fn lines() -> impl Iterator<Item = &'static str> {
    TABLE.lines().skip(1)
}

/// The known locale whose customs a region without a line of its own shares.
fn relative(language: &str, script: Option<&str>, region: Option<&str>) -> Option<&'static str> {
    match (language, script, region) {
        ("en", _, None | Some("US" | "UM" | "PR" | "GU" | "VI" | "AS" | "MP")) => Some("en-US"),
        ("en", _, Some(_)) => Some("en-GB"),
        ("es", _, Some(region)) if region != "ES" && region != "GQ" && region != "EA" => {
            Some("es-419")
        }
        ("pt", _, Some(region)) if region != "BR" => Some("pt-PT"),
        ("zh", Some("Hant"), Some("HK" | "MO")) => Some("zh-HK"),
        ("zh", Some("Hant"), _) => Some("zh-TW"),
        ("zh", _, Some("MO")) => Some("zh-HK"),
        ("no", ..) => Some("nb"),
        ("tl", ..) => Some("fil"),
        ("iw", ..) => Some("he"),
        ("in", ..) => Some("id"),
        _ => None,
    }
}

/// Splits a pattern of the table into literals and fields.
pub fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            parts.push(Part::Literal(rest[..open].into()));
        }
        let close = rest[open..].find('}').map_or(rest.len(), |at| open + at);
        let field = &rest[open + 1..close];
        if let Some(letter) = field.chars().next() {
            parts.push(Part::Field(letter, field.len()));
        }
        rest = rest.get(close + 1..).unwrap_or("");
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest.into()));
    }
    parts
}
