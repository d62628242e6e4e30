//! Host functions of `Intl`: dates, numbers, lists, plurals and order by locale.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use icu::{
    casemap::CaseMapper,
    collator::{
        Collator, CollatorPreferences,
        options::{CaseLevel, CollatorOptions, Strength},
        preferences::{CollationCaseFirst, CollationNumericOrdering},
    },
    decimal::{
        DecimalFormatter,
        input::Decimal,
        options::{DecimalFormatterOptions, GroupingStrategy},
    },
    list::{
        ListFormatter,
        options::{ListFormatterOptions, ListLength},
    },
    plurals::{PluralCategory, PluralRules},
};
use rquickjs::{Ctx, Exception, Object};
use smol_str::SmolStr;
use writeable::Writeable as _;

use super::{host::add, luxon::Calendar};
use crate::intl::{
    datetime::{Format, Options, Style, Width},
    locale,
};

/// How many formats, formatters and collators one context keeps.
const KEPT_MAX: usize = 64;

type Kept<T> = Mutex<HashMap<(SmolStr, SmolStr), Arc<T>>>;

/// Gives what was made before for a locale and options, or makes it.
fn kept<T>(all: &Kept<T>, key: (&str, &str), make: impl FnOnce() -> Option<T>) -> Option<Arc<T>> {
    let key = (SmolStr::from(key.0), SmolStr::from(key.1));
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = all.get(&key) {
        return Some(found.clone());
    }
    if all.len() >= KEPT_MAX {
        all.clear();
    }
    let fresh = Arc::new(make()?);
    all.insert(key, fresh.clone());
    Some(fresh)
}

pub(crate) fn install<'js>(host: &Object<'js>, calendar: &Arc<Calendar>) -> rquickjs::Result<()> {
    add(host, "localeCanonical", |ctx: Ctx<'js>, tag: String| {
        locale::canonical(&tag).ok_or_else(|| {
            Exception::throw_range(&ctx, &format!("Incorrect locale information provided: {tag}"))
        })
    })?;
    dates(host, calendar)?;
    numbers(host)?;
    cases(host)?;
    words(host)
}

fn dates<'js>(host: &Object<'js>, calendar: &Arc<Calendar>) -> rquickjs::Result<()> {
    let formats: Arc<Kept<Format>> = Arc::default();
    let it = calendar.clone();
    add(host, "dateParts", move |tag: String, spec: String, zone: f64, ts: f64| -> Vec<String> {
        let names = it.intl.names(&tag);
        let made = kept(&formats, (&tag, &spec), || Some(Format::new(&names, &options(&spec))));
        let Some(format) = made else { return vec![] };
        let parts = format.write_parts(&it.zone(zone), ts, &names);
        parts.into_iter().flat_map(|(kind, text)| [kind.to_owned(), text.to_string()]).collect()
    })?;
    let it = calendar.clone();
    add(host, "hourCycle", move |tag: String, spec: String| {
        let cycle = crate::intl::datetime::hour_cycle(&it.intl.names(&tag), &options(&spec));
        match cycle {
            'h' => "h12",
            'K' => "h11",
            'k' => "h24",
            _ => "h23",
        }
        .to_owned()
    })
}

/// Reads `weekday=short;hour12=false`, as the scripts write the options.
fn options(spec: &str) -> Options {
    let mut res = Options::default();
    for (key, value) in spec.split(';').filter_map(|it| it.split_once('=')) {
        let width = match value {
            "2-digit" => Some(Width::TwoDigit),
            "short" => Some(Width::Short),
            "long" => Some(Width::Long),
            "narrow" => Some(Width::Narrow),
            _ => Some(Width::Numeric),
        };
        let style = match value {
            "full" => Some(Style::Full),
            "long" => Some(Style::Long),
            "medium" => Some(Style::Medium),
            _ => Some(Style::Short),
        };
        match key {
            "weekday" => res.weekday = width,
            "era" => res.era = width,
            "year" => res.year = width,
            "month" => res.month = width,
            "day" => res.day = width,
            "hour" => res.hour = width,
            "minute" => res.minute = width,
            "second" => res.second = width,
            "fractionalSecondDigits" => res.fraction = value.parse().unwrap_or(0),
            "hour12" => res.hour12 = Some(value == "true"),
            "dateStyle" => res.date_style = style,
            "timeStyle" => res.time_style = style,
            "hourCycle" => {
                res.cycle = match value {
                    "h11" => Some('K'),
                    "h12" => Some('h'),
                    "h24" => Some('k'),
                    _ => Some('H'),
                };
            }
            "timeZoneName" => {
                let field = match value {
                    "long" => "zzzz",
                    "shortOffset" => "O",
                    "longOffset" => "OOOO",
                    "shortGeneric" => "v",
                    "longGeneric" => "vvvv",
                    _ => "z",
                };
                res.zone = Some(field.into());
            }
            _ => {}
        }
    }
    res
}

fn numbers<'js>(host: &Object<'js>) -> rquickjs::Result<()> {
    let formatters: Kept<DecimalFormatter> = Kept::default();
    // A number that is rounded and written out already, with the locale's digits and groups.
    add(host, "decimal", move |tag: String, digits: String, grouping: String| {
        let strategy = match grouping.as_str() {
            "never" => GroupingStrategy::Never,
            "always" => GroupingStrategy::Always,
            "min2" => GroupingStrategy::Min2,
            _ => GroupingStrategy::Auto,
        };
        let mut options = DecimalFormatterOptions::default();
        options.grouping_strategy = Some(strategy);
        let locale = locale::or_default(&tag);
        let made = kept(&formatters, (&tag, &grouping), || {
            DecimalFormatter::try_new((&locale).into(), options).ok()
        });
        match (made, digits.parse::<Decimal>()) {
            (Some(formatter), Ok(number)) => {
                formatter.format(&number).write_to_string().into_owned()
            }
            _ => digits,
        }
    })
}

fn words<'js>(host: &Object<'js>) -> rquickjs::Result<()> {
    let collators: Kept<icu::collator::CollatorBorrowed<'static>> = Kept::default();
    // Options: sensitivity, then `numeric`, then `upper` or `lower` first.
    add(host, "compare", move |tag: String, options: String, a: String, b: String| {
        let made = kept(&collators, (&tag, &options), || collator(&tag, &options));
        let order = made.map_or_else(|| a.cmp(&b), |it| it.compare(&a, &b));
        f64::from(order as i8)
    })?;
    add(host, "plural", |tag: String, number: String, ordinal: bool| {
        let locale = locale::or_default(&tag);
        let rules = if ordinal {
            PluralRules::try_new_ordinal((&locale).into())
        } else {
            PluralRules::try_new_cardinal((&locale).into())
        };
        let category = match (rules, number.parse::<Decimal>()) {
            (Ok(rules), Ok(number)) => rules.category_for(&number),
            _ => PluralCategory::Other,
        };
        match category {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
        .to_owned()
    })?;
    add(host, "list", |tag: String, kind: String, style: String, list: Vec<String>| {
        let locale = locale::or_default(&tag);
        let length = match style.as_str() {
            "short" => ListLength::Short,
            "narrow" => ListLength::Narrow,
            _ => ListLength::Wide,
        };
        let options = ListFormatterOptions::default().with_length(length);
        let made = match kind.as_str() {
            "disjunction" => ListFormatter::try_new_or((&locale).into(), options),
            "unit" => ListFormatter::try_new_unit((&locale).into(), options),
            _ => ListFormatter::try_new_and((&locale).into(), options),
        };
        match made {
            Ok(formatter) => formatter.format(list.iter()).write_to_string().into_owned(),
            Err(_) => list.join(", "),
        }
    })
}

fn cases<'js>(host: &Object<'js>) -> rquickjs::Result<()> {
    add(host, "cased", |tag: String, text: String, upper: bool| {
        let (mapper, language) = (CaseMapper::new(), locale::or_default(&tag).id);
        let cased = match upper {
            true => mapper.uppercase_to_string(&text, &language),
            false => mapper.lowercase_to_string(&text, &language),
        };
        cased.into_owned()
    })
}

fn collator(tag: &str, spec: &str) -> Option<icu::collator::CollatorBorrowed<'static>> {
    let locale = locale::or_default(tag);
    let mut preferences = CollatorPreferences::from(&locale);
    let mut options = CollatorOptions::default();
    let mut spec = spec.split(';');
    options.strength = Some(match spec.next() {
        Some("base") => Strength::Primary,
        Some("accent") => Strength::Secondary,
        Some("case") => {
            options.case_level = Some(CaseLevel::On);
            Strength::Primary
        }
        _ => Strength::Tertiary,
    });
    if spec.next() == Some("numeric") {
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    }
    preferences.case_first = match spec.next() {
        Some("upper") => Some(CollationCaseFirst::Upper),
        Some("lower") => Some(CollationCaseFirst::Lower),
        _ => preferences.case_first,
    };
    Collator::try_new(preferences, options).ok()
}
