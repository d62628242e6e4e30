//! `fromFormat`: a format of Luxon's tokens as a reader of text.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use regex::{Regex, RegexBuilder};
use smol_str::{SmolStr, format_smolstr};

use super::{
    Zone,
    fields::{Fields, Invalid},
    format::{Token, macro_options, tokens},
    iso::{DATE_CHARS_MAX, Parsed, fraction_ms},
};
use crate::intl::{datetime, names::Names, patterns::Part};

/// Formats that one context keeps compiled.
const FORMATS_MAX: usize = 256;
/// Characters of a format.
const FORMAT_CHARS_MAX: usize = 512;

/// Two-digit years above this belong to the 1900s.
const CUTOFF_YEAR: f64 = 60.0;

/// The compiled formats of one context.
#[derive(Default)]
pub struct Readers {
    known: Mutex<HashMap<(SmolStr, SmolStr), Arc<Reader>>>,
}

impl Readers {
    /// Reads text in a format, with the words of a locale.
    pub fn read(&self, text: &str, format: &str, names: &Names) -> Result<Parsed, Invalid> {
        let failed = || Invalid::unparsable(text, &format!("format {format}"));
        if text.len() > DATE_CHARS_MAX || format.len() > FORMAT_CHARS_MAX {
            return Err(failed());
        }
        let key = (SmolStr::from(format), format_smolstr!("{}", names.locale));
        let found = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let reader = match found {
            Some(reader) => reader,
            None => {
                let reader = Arc::new(Reader::new(format, names).ok_or_else(failed)?);
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                if known.len() >= FORMATS_MAX {
                    known.clear();
                }
                known.insert(key, Arc::clone(&reader));
                reader
            }
        };
        reader.read(&names.plain_digits(text))?.ok_or_else(failed)
    }
}

/// A format made into a regular expression, with a meaning for each group.
struct Reader {
    regex: Regex,
    meanings: Vec<Meaning>,
}

/// What a group of digits or letters says.
#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    /// A number for the field that a token letter names.
    Number(char),
    /// A year of two digits, or more; `y` or `k`.
    ShortYear(char),
    /// Digits after the second.
    Fraction,
    /// One of some words: month, weekday, half of the day, era. Counted from the number.
    Word(char, f64, Vec<String>),
    Offset,
    /// An offset without a colon, or a zone's name.
    Zone,
}

impl Reader {
    fn new(format: &str, names: &Names) -> Option<Reader> {
        let mut source = String::from("^");
        let mut meanings = Vec::new();
        for token in expanded(format, names) {
            match token {
                Token::Literal(text) => push_literal(&text, &mut source),
                Token::Run(run) => match meaning(&run, names) {
                    Some((pattern, meaning)) => {
                        source.push('(');
                        source.push_str(&pattern);
                        source.push(')');
                        meanings.push(meaning);
                    }
                    None => push_literal(&run, &mut source),
                },
            }
        }
        source.push('$');
        let regex = RegexBuilder::new(&source).case_insensitive(true).build().ok()?;
        Some(Reader { regex, meanings })
    }

    /// `None` when the text does not match.
    fn read(&self, text: &str) -> Result<Option<Parsed>, Invalid> {
        let Some(groups) = self.regex.captures(text) else { return Ok(None) };
        let mut said = Said::default();
        for (at, meaning) in self.meanings.iter().enumerate() {
            let group = groups.get(at + 1).map_or("", |group| group.as_str());
            if said.take(meaning, group).is_none() {
                return Ok(None);
            }
        }
        said.finish().map(Some)
    }
}

/// The values read so far.
#[derive(Default)]
struct Said {
    fields: Fields,
    zone: Option<Zone>,
    twelve_hour: Option<f64>,
    half: Option<f64>,
    quarter: Option<f64>,
    before_christ: bool,
}

impl Said {
    fn take(&mut self, meaning: &Meaning, text: &str) -> Option<()> {
        match meaning {
            Meaning::Number(letter) => self.set(*letter, text.parse().ok()?),
            Meaning::ShortYear(letter) => {
                let year: f64 = text.parse().ok()?;
                let century = if year > CUTOFF_YEAR { 1900.0 } else { 2000.0 };
                self.set(*letter, if year > 99.0 { year } else { century + year });
            }
            Meaning::Fraction => self.fields.millisecond = Some(fraction_ms(text)),
            Meaning::Word(letter, first, words) => {
                let plain = stripped(text);
                let at = words.iter().position(|word| *word == plain)?;
                self.set(*letter, at as f64 + first);
            }
            Meaning::Offset => self.zone = Some(Zone::Fixed(offset_minutes(text)?)),
            Meaning::Zone => self.zone = Some(Zone::parse(text)?),
        }
        Some(())
    }

    fn set(&mut self, letter: char, value: f64) {
        let fields = &mut self.fields;
        let slot = match letter {
            'S' => &mut fields.millisecond,
            's' => &mut fields.second,
            'm' => &mut fields.minute,
            'H' => &mut fields.hour,
            'd' => &mut fields.day,
            'o' => &mut fields.ordinal,
            'M' => &mut fields.month,
            'y' => &mut fields.year,
            'E' => &mut fields.weekday,
            'W' => &mut fields.week,
            'k' => &mut fields.week_year,
            'h' => &mut self.twelve_hour,
            'a' => &mut self.half,
            'q' => &mut self.quarter,
            _ => {
                self.before_christ = value == 0.0;
                return;
            }
        };
        *slot = Some(value);
    }

    fn finish(mut self) -> Result<Parsed, Invalid> {
        if self.half.is_some() && self.fields.hour.is_some() {
            let reason =
                SmolStr::new_static("Can't include meridiem when specifying 24-hour format");
            return Err(Invalid { reason, explanation: None, conflict: true });
        }
        if let Some(hour) = self.twelve_hour {
            self.fields.hour = Some(match self.half {
                Some(1.0) if hour < 12.0 => hour + 12.0,
                Some(0.0) if hour == 12.0 => 0.0,
                _ => hour,
            });
        }
        if let Some(quarter) = self.quarter {
            self.fields.month = Some((quarter - 1.0) * 3.0 + 1.0);
        }
        if self.before_christ {
            self.fields.year = self.fields.year.map(|year| -year);
        }
        Ok(Parsed { fields: self.fields, zone: self.zone })
    }
}

fn push_literal(text: &str, source: &mut String) {
    for letter in text.chars() {
        if letter.is_whitespace() {
            source.push_str(r"[\s\u{a0}\u{202f}]");
        } else {
            source.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4])));
        }
    }
}

/// The tokens of a format, with the macros (`D`, `tt`) written out as the locale has them.
fn expanded(format: &str, names: &Names) -> Vec<Token> {
    tokens(format)
        .into_iter()
        .flat_map(|token| match &token {
            Token::Run(run) => match macro_options(run) {
                Some(options) => datetime::Format::new(names, &options)
                    .parts()
                    .iter()
                    .map(token_of_part)
                    .collect(),
                None => vec![token],
            },
            Token::Literal(_) => vec![token],
        })
        .collect()
}

fn token_of_part(part: &Part) -> Token {
    match part {
        Part::Literal(text) => Token::Literal(text.to_string()),
        // A year of a macro may have four to six digits.
        Part::Field('y', 1) => Token::Run(SmolStr::new_static("yyyyy")),
        Part::Field('k' | 'K', count) => Token::Run(if *count == 1 { "H" } else { "HH" }.into()),
        Part::Field(letter, count) => Token::Run(std::iter::repeat_n(*letter, *count).collect()),
    }
}

/// The pattern and meaning of a token; `None` when the letters are no token and mean themselves.
fn meaning(token: &str, names: &Names) -> Option<(String, Meaning)> {
    let number = |pattern: &str, letter: char| Some((pattern.into(), Meaning::Number(letter)));
    let letter = token.chars().next()?;
    match token {
        "y" | "yyyyy" => number(r"\d{4,6}", 'y'),
        "yy" => Some((r"\d{2,4}".into(), Meaning::ShortYear('y'))),
        "kk" => Some((r"\d{2,4}".into(), Meaning::ShortYear('k'))),
        "yyyy" => number(r"\d{4}", 'y'),
        "kkkk" => number(r"\d{4}", 'k'),
        "yyyyyy" => number(r"\d{6}", 'y'),
        "M" | "L" => number(r"\d{1,2}", 'M'),
        "MM" | "LL" => number(r"\d{2}", 'M'),
        "d" | "H" | "h" | "m" | "s" | "W" => number(r"\d{1,2}", letter),
        "dd" | "HH" | "hh" | "mm" | "ss" | "WW" => number(r"\d{2}", letter),
        "q" => number(r"\d", 'q'),
        "qq" => number(r"\d{2}", 'q'),
        "o" => number(r"\d{1,3}", 'o'),
        "ooo" => number(r"\d{3}", 'o'),
        "S" => number(r"\d{1,3}", 'S'),
        "SSS" => number(r"\d{3}", 'S'),
        "E" | "c" => number(r"\d", 'E'),
        "u" => Some((r"\d{1,9}".into(), Meaning::Fraction)),
        "uu" => Some((r"\d{1,2}".into(), Meaning::Fraction)),
        "uuu" => Some((r"\d".into(), Meaning::Fraction)),
        "MMM" | "MMMM" | "LLL" | "LLLL" => {
            Some(words('M', 1.0, (1..=12).map(|month| names.month(token, month))))
        }
        "EEE" | "EEEE" | "ccc" | "cccc" => {
            Some(words('E', 1.0, (1..=7).map(|day| names.weekday(token, day))))
        }
        "a" => Some(words('a', 0.0, [9, 21].into_iter().map(|hour| names.day_period("a", hour)))),
        "G" => Some(words('G', 0.0, [-5, 5].into_iter().map(|year| names.era("G", year)))),
        "GG" => Some(words('G', 0.0, [-5, 5].into_iter().map(|year| names.era("GGGG", year)))),
        "Z" | "ZZ" => Some((r"[+-]\d{1,2}(?::\d{2})?".into(), Meaning::Offset)),
        "ZZZ" => Some((r"[+-]\d{1,2}(?:\d{2})?".into(), Meaning::Offset)),
        "z" => Some((r"[a-z_+\-/0-9]{1,256}?".into(), Meaning::Zone)),
        _ => None,
    }
}

fn words(letter: char, first: f64, names: impl Iterator<Item = SmolStr>) -> (String, Meaning) {
    let names: Vec<SmolStr> = names.collect();
    let mut pattern = String::new();
    for name in &names {
        if !pattern.is_empty() {
            pattern.push('|');
        }
        for letter in name.chars() {
            match letter {
                '.' => pattern.push_str(r"\.?"),
                blank if blank.is_whitespace() => pattern.push_str(r"[\s\u{a0}\u{202f}]"),
                letter => pattern.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4]))),
            }
        }
    }
    (pattern, Meaning::Word(letter, first, names.iter().map(|name| stripped(name)).collect()))
}

/// Case, points and kinds of blanks do not tell words apart.
fn stripped(text: &str) -> String {
    text.chars()
        .filter(|letter| *letter != '.')
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .flat_map(char::to_lowercase)
        .collect()
}

/// `+5:30`, `-0330`, `+5` in minutes.
fn offset_minutes(text: &str) -> Option<f64> {
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let digits = &text[1..];
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at(digits.len() - 2),
        None => (digits, "0"),
    };
    Some(sign * (hours.parse::<f64>().ok()? * 60.0 + minutes.parse::<f64>().ok()?))
}
