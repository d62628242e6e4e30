//! `toFormat`: Luxon's tokens, and the shared cutting of a format into tokens.

use smol_str::SmolStr;

use super::{
    Civil, Zone,
    zone::{narrow_offset, short_offset, techie_offset},
};
use crate::intl::{Intl, datetime, names::Names};

/// A piece of a format: text to be kept, or a run of one letter.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Literal(String),
    Run(SmolStr),
}

/// Cuts a format. Single quotes keep what is between them; two in a row, with nothing quoted, are one quote.
pub fn tokens(format: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut run = String::new();
    let mut literal = String::new();
    let mut quoted = false;
    for letter in format.chars() {
        if letter == '\'' {
            flush_run(&mut run, &mut tokens);
            if quoted && literal.is_empty() {
                literal.push('\'');
            }
            flush_literal(&mut literal, &mut tokens);
            quoted = !quoted;
        } else if quoted {
            literal.push(letter);
        } else {
            if !run.starts_with(letter) {
                flush_run(&mut run, &mut tokens);
            }
            run.push(letter);
        }
    }
    flush_run(&mut run, &mut tokens);
    flush_literal(&mut literal, &mut tokens);
    tokens
}

fn flush_run(run: &mut String, tokens: &mut Vec<Token>) {
    if !run.is_empty() {
        let is_word = run.starts_with(|letter: char| letter.is_ascii_alphabetic());
        tokens.push(if is_word {
            Token::Run(run.as_str().into())
        } else {
            Token::Literal(run.clone())
        });
        run.clear();
    }
}

fn flush_literal(literal: &mut String, tokens: &mut Vec<Token>) {
    if !literal.is_empty() {
        tokens.push(Token::Literal(std::mem::take(literal)));
    }
}

/// A moment with all that its text depends on.
pub struct Moment<'a> {
    pub ts_ms: f64,
    pub zone: &'a Zone,
    pub civil: Civil,
    pub offset_minutes: f64,
    pub intl: &'a Intl,
    pub names: &'a Names,
}

impl<'a> Moment<'a> {
    pub fn new(ts_ms: f64, zone: &'a Zone, intl: &'a Intl, names: &'a Names) -> Moment<'a> {
        let offset_minutes = zone.offset_minutes(ts_ms);
        let civil = Civil::from_ms(ts_ms + offset_minutes * 60_000.0);
        Moment { ts_ms, zone, civil, offset_minutes, intl, names }
    }

    /// Writes the moment in a format of Luxon's tokens; what is no token stays as it is.
    pub fn to_format(&self, format: &str) -> String {
        let mut text = String::with_capacity(format.len() + 8);
        for token in tokens(format) {
            match token {
                Token::Literal(literal) => text.push_str(&literal),
                Token::Run(run) => match self.clock_token(&run).or_else(|| self.date_token(&run)) {
                    Some(written) => text.push_str(&written),
                    None => text.push_str(&self.macro_token(&run).unwrap_or_else(|| run.into())),
                },
            }
        }
        text
    }

    fn number(&self, value: i64, width: usize) -> Option<String> {
        Some(self.names.number(value, width))
    }

    fn clock_token(&self, token: &str) -> Option<String> {
        let civil = &self.civil;
        let twelve = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
        match token {
            "S" => self.number(civil.millisecond, 1),
            "SSS" | "u" => self.number(civil.millisecond, 3),
            "uu" => self.number(civil.millisecond / 10, 2),
            "uuu" => self.number(civil.millisecond / 100, 1),
            "s" => self.number(civil.second, 1),
            "ss" => self.number(civil.second, 2),
            "m" => self.number(civil.minute, 1),
            "mm" => self.number(civil.minute, 2),
            "h" => self.number(twelve, 1),
            "hh" => self.number(twelve, 2),
            "H" => self.number(civil.hour, 1),
            "HH" => self.number(civil.hour, 2),
            "a" => Some(self.names.day_period("a", civil.hour).into()),
            "Z" => Some(narrow_offset(self.offset_minutes).into()),
            "ZZ" => Some(short_offset(self.offset_minutes).into()),
            "ZZZ" => Some(techie_offset(self.offset_minutes).into()),
            "ZZZZ" => Some(self.offset_name(false).into()),
            "ZZZZZ" => Some(self.offset_name(true).into()),
            "z" => Some(self.zone.name().into()),
            "X" => self.number((self.ts_ms / 1000.0).floor() as i64, 1),
            "x" => self.number(self.ts_ms as i64, 1),
            _ => None,
        }
    }

    /// The zone's name at this moment: `EDT`, or in full. Fixed zones have only their own name.
    pub fn offset_name(&self, long: bool) -> SmolStr {
        match self.zone {
            Zone::Fixed(_) => self.zone.name(),
            Zone::Named(..) => {
                self.names.zone(if long { "zzzz" } else { "z" }, self.zone, self.ts_ms)
            }
        }
    }

    fn date_token(&self, token: &str) -> Option<String> {
        let (civil, names) = (&self.civil, self.names);
        let two = |year: i64| year.abs() % 100;
        let text = |name: SmolStr| Some(name.into());
        match token {
            "d" => self.number(civil.day, 1),
            "dd" => self.number(civil.day, 2),
            "c" | "E" => self.number(civil.weekday(), 1),
            "ccc" | "cccc" | "ccccc" | "EEE" | "EEEE" | "EEEEE" => {
                text(names.weekday(token, civil.weekday()))
            }
            "L" | "M" => self.number(civil.month, 1),
            "LL" | "MM" => self.number(civil.month, 2),
            "LLL" | "LLLL" | "LLLLL" | "MMM" | "MMMM" | "MMMMM" => {
                text(names.month(token, civil.month))
            }
            "y" => self.number(civil.year, 1),
            "yy" => self.number(two(civil.year), 2),
            "yyyy" => self.number(civil.year, 4),
            "yyyyyy" => self.number(civil.year, 6),
            "G" => text(names.era("G", civil.year)),
            "GG" => text(names.era("GGGG", civil.year)),
            "GGGGG" => text(names.era("GGGGG", civil.year)),
            "kk" => self.number(two(civil.week().0), 2),
            "kkkk" => self.number(civil.week().0, 4),
            "W" => self.number(civil.week().1, 1),
            "WW" => self.number(civil.week().1, 2),
            "n" => self.number(self.local_week().1, 1),
            "nn" => self.number(self.local_week().1, 2),
            "ii" => self.number(two(self.local_week().0), 2),
            "iiii" => self.number(self.local_week().0, 4),
            "o" => self.number(civil.ordinal(), 1),
            "ooo" => self.number(civil.ordinal(), 3),
            "q" => self.number(civil.quarter(), 1),
            "qq" => self.number(civil.quarter(), 2),
            _ => None,
        }
    }

    /// The week by the locale's custom: year and number.
    pub fn local_week(&self) -> (i64, i64) {
        let custom = self.names.week_custom();
        self.civil.week_from(custom.first_weekday, custom.days_min)
    }

    fn macro_token(&self, token: &str) -> Option<String> {
        let format = datetime::Format::new(self.names, &macro_options(token)?);
        let is_own = matches!(self.zone, Zone::Fixed(_))
            && (self.offset_minutes == 0.0 || self.offset_minutes % 60.0 != 0.0);
        if !is_own {
            return Some(format.write(self.zone, self.ts_ms, self.names));
        }
        let own = self.zone.name();
        // No zone of the world has that offset, or any name for it: Luxon writes it part by part.
        let parts = format.write_parts(self.zone, self.ts_ms, self.names);
        let mut res = String::new();
        for (kind, text) in parts {
            res.push_str(if kind == "timeZoneName" { &own } else { &text });
        }
        Some(res)
    }
}

/// The options that a macro token such as `DD` or `ttt` stands for.
pub fn macro_options(token: &str) -> Option<datetime::Options> {
    let first = token.chars().next()?;
    let count = token.len();
    if count > 4 || !token.chars().all(|letter| letter == first) {
        return None;
    }
    let mut text = String::new();
    if matches!(first, 'D' | 'f' | 'F') {
        text.push_str(["yMd", "yMMMd", "yMMMMd", "yMMMMEEEEd"][count - 1]);
    }
    match first {
        'D' => {}
        't' | 'T' => {
            let letter = if first == 't' { "h" } else { "H" };
            text.push_str(letter);
            text.push_str(["m", "ms", "msz", "mszzzz"][count - 1]);
        }
        'f' => text.push_str(["hm", "hm", "hmz", "hmzzzz"][count - 1]),
        'F' => text.push_str(["hms", "hms", "hmsz", "hmszzzz"][count - 1]),
        _ => return None,
    }
    Some(datetime::Options::from_skeleton(&text))
}
