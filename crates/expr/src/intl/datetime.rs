//! `Intl.DateTimeFormat`: from options to a pattern of the locale, from a moment to its parts.

use smol_str::SmolStr;

use super::{
    locale,
    names::Names,
    patterns::{self, Part},
};
use crate::dates::{Civil, Zone};

/// How wide a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    Numeric,
    TwoDigit,
    Short,
    Long,
    Narrow,
}

/// A whole date or time by style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Full,
    Long,
    Medium,
    Short,
}

impl Style {
    fn name(self) -> &'static str {
        match self {
            Style::Full => "full",
            Style::Long => "long",
            Style::Medium => "medium",
            Style::Short => "short",
        }
    }
}

/// The options of `Intl.DateTimeFormat`, as far as they shape the text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    pub weekday: Option<Width>,
    pub era: Option<Width>,
    pub year: Option<Width>,
    pub month: Option<Width>,
    pub day: Option<Width>,
    pub hour: Option<Width>,
    pub minute: Option<Width>,
    pub second: Option<Width>,
    /// Digits after the second, 0 to 3.
    pub fraction: usize,
    /// A CLDR zone field: `z`, `zzzz`, `O`, `OOOO`, `v`, `vvvv`.
    pub zone: Option<SmolStr>,
    pub hour12: Option<bool>,
    /// `h`, `H`, `K` or `k`.
    pub cycle: Option<char>,
    pub date_style: Option<Style>,
    pub time_style: Option<Style>,
}

impl Options {
    /// Reads a skeleton such as `yMMMdhm`; `H` asks for hours from 0 to 23.
    pub fn from_skeleton(skeleton: &str) -> Options {
        let mut options = Options::default();
        let mut rest = skeleton;
        while let Some(letter) = rest.chars().next() {
            let count = rest.chars().take_while(|there| *there == letter).count();
            let digits = if count == 2 { Width::TwoDigit } else { Width::Numeric };
            let words = match count {
                4 => Width::Long,
                5 => Width::Narrow,
                _ => Width::Short,
            };
            match letter {
                'y' => options.year = Some(digits),
                'M' => options.month = Some(if count < 3 { digits } else { words }),
                'E' => options.weekday = Some(words),
                'd' => options.day = Some(digits),
                'h' => options.hour = Some(digits),
                'H' => (options.hour, options.cycle) = (Some(digits), Some('H')),
                'm' => options.minute = Some(digits),
                's' => options.second = Some(digits),
                'z' => options.zone = Some(rest[..count].into()),
                _ => {}
            }
            rest = &rest[count..];
        }
        options
    }

    fn has_date(&self) -> bool {
        self.weekday.is_some()
            || self.year.is_some()
            || self.month.is_some()
            || self.day.is_some()
            || self.era.is_some()
    }

    fn has_time(&self) -> bool {
        self.hour.is_some() || self.minute.is_some() || self.second.is_some() || self.fraction > 0
    }
}

/// A locale's pattern for some options.
#[derive(Debug, Clone)]
pub struct Format {
    parts: Vec<Part>,
    /// Years are counted from 543 BC, as the calendar of Thailand does.
    buddhist: bool,
}

/// What a formatter writes: a kind by the name of ECMA-402, and the text.
pub type Written = (&'static str, SmolStr);

impl Format {
    pub fn new(names: &Names, options: &Options) -> Format {
        let maker = Maker { names, options, cycle: hour_cycle(names, options) };
        let pattern = if options.date_style.is_some() || options.time_style.is_some() {
            maker.styled()
        } else {
            maker.composed()
        };
        let calendar = locale::extension(&names.locale, "ca");
        let calendar = calendar.as_deref().or(names.patterns.get("calendar"));
        Format {
            parts: maker.adjusted(patterns::parts(&pattern)),
            buddhist: calendar == Some("buddhist"),
        }
    }

    /// The pattern: literals and fields.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub fn write(&self, zone: &Zone, ts_ms: f64, names: &Names) -> String {
        let parts = self.write_parts(zone, ts_ms, names);
        let text: String = parts.iter().map(|(_, text)| text.as_str()).collect();
        // Node and browsers write a plain space where CLDR has a narrow one; parts keep it.
        if text.contains('\u{202f}') { text.replace('\u{202f}', " ") } else { text }
    }

    pub fn write_parts(&self, zone: &Zone, ts_ms: f64, names: &Names) -> Vec<Written> {
        let civil = zone.civil(ts_ms);
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => ("literal", text.clone()),
                Part::Field('z' | 'O' | 'v', _) => {
                    let field = field_text(part);
                    ("timeZoneName", names.zone(&field, zone, ts_ms))
                }
                Part::Field(letter, count) => self.write_field(*letter, *count, civil, names),
            })
            .collect()
    }

    fn write_field(&self, letter: char, count: usize, civil: Civil, names: &Names) -> Written {
        let number = |value: i64| SmolStr::from(names.number(value, count));
        let field = field_text(&Part::Field(letter, count));
        let year = if self.buddhist { civil.year + 543 } else { civil.year };
        let twelve = civil.hour % 12;
        match letter {
            'y' if count == 2 => ("year", number(year.rem_euclid(100))),
            'y' if year <= 0 => ("year", number(1 - year)),
            'y' => ("year", number(year)),
            'G' => ("era", names.era(&field, civil.year)),
            'M' | 'L' if count < 3 => ("month", number(civil.month)),
            'M' | 'L' => ("month", names.month(&field, civil.month)),
            'd' => ("day", number(civil.day)),
            'E' | 'c' => ("weekday", names.weekday(&field, civil.weekday())),
            'h' => ("hour", number(if twelve == 0 { 12 } else { twelve })),
            'K' => ("hour", number(twelve)),
            'k' => ("hour", number(if civil.hour == 0 { 24 } else { civil.hour })),
            'H' => ("hour", number(civil.hour)),
            'm' => ("minute", number(civil.minute)),
            's' => ("second", number(civil.second)),
            'S' => {
                let digits = format!("{:03}", civil.millisecond);
                ("fractionalSecond", names.localize_digits(&digits[..count.min(3)]).into())
            }
            'a' | 'B' | 'b' => ("dayPeriod", names.day_period(&field, civil.hour)),
            _ => ("literal", SmolStr::default()),
        }
    }
}

fn field_text(part: &Part) -> SmolStr {
    match part {
        Part::Literal(text) => text.clone(),
        Part::Field(letter, count) => std::iter::repeat_n(*letter, *count).collect(),
    }
}

/// The letter for hours: what the options say, else the tag's `hc`, else the locale's custom.
pub fn hour_cycle(names: &Names, options: &Options) -> char {
    let custom = names.patterns.get("cycle").and_then(|cycle| cycle.chars().next()).unwrap_or('H');
    match options.hour12 {
        Some(true) if custom == 'K' || names.locale.id.language.as_str() == "ja" => 'K',
        Some(true) => 'h',
        // Node writes midnight as 24 where the locale's own clock has twelve hours.
        Some(false) if custom == 'h' => 'k',
        Some(false) => 'H',
        None => options.cycle.unwrap_or_else(|| {
            match locale::extension(&names.locale, "hc").as_deref() {
                Some("h11") => 'K',
                Some("h12") => 'h',
                Some("h23") => 'H',
                Some("h24") => 'k',
                _ => custom,
            }
        }),
    }
}

/// Makes the pattern of one set of options.
struct Maker<'a> {
    names: &'a Names,
    options: &'a Options,
    cycle: char,
}

impl Maker<'_> {
    fn column(&self, name: &str) -> &'static str {
        self.names.patterns.get(name).unwrap_or("")
    }

    fn styled(&self) -> String {
        let date =
            self.options.date_style.map(|style| self.column(&format!("date-{}", style.name())));
        let time = self.options.time_style.map(|style| {
            let (own, skeleton) =
                if style == Style::Short { ("time-short", "hm") } else { ("time-medium", "hms") };
            let changed = self.options.hour12.is_some() || self.options.cycle.is_some();
            let time = if changed { self.clock(skeleton) } else { self.column(own) };
            match style {
                Style::Full => self.with_zone(time, "zzzz"),
                Style::Long => self.with_zone(time, "z"),
                _ => time.to_owned(),
            }
        });
        match (date, time) {
            (Some(date), Some(time)) => {
                let style = self.options.date_style.unwrap_or(Style::Short).name();
                glue(self.column(&format!("style-glue-{style}")), &time, date)
            }
            (Some(date), None) => date.to_owned(),
            (None, time) => time.unwrap_or_default(),
        }
    }

    fn composed(&self) -> String {
        let options = self.options;
        let date = options.has_date().then(|| self.date());
        let time = options.has_time().then(|| self.time());
        let zone = options.zone.as_deref();
        match (date, time) {
            (Some(date), Some(time)) => {
                let time = zone.map_or_else(|| time.clone(), |zone| self.with_zone(&time, zone));
                let kind = match (options.month, options.weekday) {
                    (Some(Width::Long), Some(_)) => "glue-full",
                    (Some(Width::Long), None) => "glue-long",
                    (Some(Width::Short), _) => "glue-medium",
                    _ => "glue-short",
                };
                glue(self.column(kind), &time, &date)
            }
            (Some(date), None) => match zone {
                Some(zone) => glue(self.column("date-zone"), &date, &format!("{{{zone}}}")),
                None => date,
            },
            (None, Some(time)) => {
                zone.map_or_else(|| time.clone(), |zone| self.with_zone(&time, zone))
            }
            (None, None) => zone.map_or_else(String::new, |zone| format!("{{{zone}}}")),
        }
    }

    fn date(&self) -> String {
        let options = self.options;
        let mut column = String::new();
        column.push_str(match options.weekday {
            None => "",
            Some(Width::Long) => "EEEE",
            Some(_) => "E",
        });
        column.push_str(if options.year.is_some() { "y" } else { "" });
        column.push_str(match options.month {
            None => "",
            Some(Width::Numeric | Width::TwoDigit) => "M",
            Some(Width::Long) => "MMMM",
            Some(_) => "MMM",
        });
        column.push_str(if options.day.is_some() { "d" } else { "" });
        let date = self.column(&column).to_owned();
        match options.era {
            Some(width) if date.is_empty() => format!("{{{}}}", era_field(width)),
            Some(width) => format!("{date} {{{}}}", era_field(width)),
            None => date,
        }
    }

    fn time(&self) -> String {
        let options = self.options;
        let mut time = match (options.hour, options.minute, options.second) {
            (Some(_), None, None) => self.clock("h").to_owned(),
            (Some(_), _, None) => self.clock("hm").to_owned(),
            (Some(_), ..) => self.clock("hms").to_owned(),
            (None, Some(_), Some(_)) => self.column("ms").to_owned(),
            (None, Some(_), None) => "{m}".to_owned(),
            (None, None, Some(_)) => "{s}".to_owned(),
            (None, None, None) => String::new(),
        };
        if options.fraction > 0 {
            let fraction = "S".repeat(options.fraction.min(3));
            let point = self.names.decimal_separator();
            time = match time.rfind("s}") {
                Some(at) => format!("{}{point}{{{fraction}}}{}", &time[..at + 2], &time[at + 2..]),
                None => format!("{{{fraction}}}"),
            };
        }
        time
    }

    /// The pattern of a clock skeleton in the hour cycle that holds.
    fn clock(&self, skeleton: &str) -> &'static str {
        let twelve = matches!(self.cycle, 'h' | 'K');
        if twelve { self.column(skeleton) } else { self.column(&skeleton.replace('h', "H")) }
    }

    fn with_zone(&self, time: &str, zone: &str) -> String {
        glue(self.column("zone"), time, &format!("{{{zone}}}"))
    }

    /// Gives the fields the widths that were asked for.
    fn adjusted(&self, mut parts: Vec<Part>) -> Vec<Part> {
        let options = self.options;
        for part in &mut parts {
            let (letter, count) = match part {
                Part::Field(letter, count) => (letter, count),
                Part::Literal(_) => continue,
            };
            if matches!(letter, 'h' | 'H' | 'K' | 'k') {
                *letter = self.cycle;
            }
            let wanted = match letter {
                'y' => options.year,
                'M' | 'L' => options.month,
                'd' => options.day,
                'h' | 'H' | 'K' | 'k' => options.hour,
                'E' | 'c' => options.weekday,
                _ => None,
            };
            match wanted {
                Some(Width::TwoDigit) => *count = 2,
                Some(Width::Narrow) if *count > 2 => *count = 5,
                _ => {}
            }
        }
        parts
    }
}

fn era_field(width: Width) -> &'static str {
    match width {
        Width::Long => "GGGG",
        Width::Narrow => "GGGGG",
        _ => "G",
    }
}

/// Puts two texts in the places `{0}` and `{1}`.
fn glue(pattern: &str, first: &str, second: &str) -> String {
    pattern.replace("{0}", first).replace("{1}", second)
}
