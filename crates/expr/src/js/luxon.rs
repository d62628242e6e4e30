//! Host functions of Luxon's classes: a zone is a number to JavaScript, a moment is milliseconds.

use std::sync::Arc;

use rquickjs::{Array, Ctx, Object};

use super::{host::add, slot::Slot};
use crate::{
    dates::{
        Zone, Zones,
        arithmetic::{self, UNITS, Unit},
        civil::{self, Civil},
        fields::{Fields, Invalid},
        format::{Moment, Token, tokens},
        iso, liberal, mail,
        parse::Readers,
        zone::short_offset,
    },
    intl::Intl,
};

/// What one context keeps for its dates.
#[derive(Default)]
pub(crate) struct Calendar {
    zones: Zones,
    readers: Readers,
    pub(crate) intl: Intl,
}

type Shared = Arc<Calendar>;

impl Calendar {
    /// The number of a zone for JavaScript; -1 when the table is full.
    fn number(&self, zone: Zone) -> f64 {
        self.zones.number(zone).map_or(-1.0, |it| it as f64)
    }

    pub(crate) fn zone(&self, number: f64) -> Zone {
        self.zones.get(if number >= 0.0 { number as usize } else { usize::MAX })
    }

    fn civil(&self, zone: f64, ts: f64) -> Civil {
        self.zone(zone).civil(ts)
    }
}

pub(crate) fn install<'js>(
    host: &Object<'js>,
    slot: &Slot,
    calendar: &Shared,
) -> rquickjs::Result<()> {
    zones(host, slot, calendar)?;
    reading(host, calendar)?;
    moving(host, calendar)?;
    writing(host, calendar)?;
    weeks(host, calendar)
}

fn zones<'js>(host: &Object<'js>, slot: &Slot, calendar: &Shared) -> rquickjs::Result<()> {
    let (it, slot) = (calendar.clone(), slot.clone());
    add(host, "defaultZone", move || it.number(Zone::of(&slot.zone())))?;
    let it = calendar.clone();
    add(host, "zone", move |spec: String| Zone::parse(&spec).map_or(-1.0, |zone| it.number(zone)))?;
    let it = calendar.clone();
    add(host, "zoneFixed", move |minutes: f64| {
        Zone::fixed(minutes).map_or(-1.0, |zone| it.number(zone))
    })?;
    let it = calendar.clone();
    add(host, "zoneName", move |zone: f64| it.zone(zone).name().to_string())?;
    let it = calendar.clone();
    add(host, "zoneIsFixed", move |zone: f64| matches!(it.zone(zone), Zone::Fixed(_)))?;
    let it = calendar.clone();
    add(host, "offset", move |zone: f64, ts: f64| it.zone(zone).offset_minutes(ts))?;
    let it = calendar.clone();
    add(host, "isDst", move |zone: f64, ts: f64| {
        let year = it.civil(zone, ts).year;
        it.zone(zone).is_dst(ts, year)
    })?;
    let it = calendar.clone();
    add(host, "keepClock", move |zone: f64, ts: f64, other: f64| {
        let local = ts + it.zone(zone).offset_minutes(ts) * 60_000.0;
        let other = it.zone(other);
        other.resolve(local, other.offset_minutes(ts)).0
    })
}

fn reading<'js>(host: &Object<'js>, calendar: &Shared) -> rquickjs::Result<()> {
    add(host, "dateParse", |text: String| liberal::parse(&text))?;
    let it = calendar.clone();
    add(
        host,
        "parse",
        move |ctx: Ctx<'js>,
              kind: u32,
              text: String,
              zone: f64,
              now: f64,
              format: String,
              locale: String| {
            let parsed = match kind {
                0 => iso::parse(&text),
                1 => iso::parse_sql(&text),
                2 => mail::parse_rfc2822(&text),
                3 => mail::parse_http(&text),
                _ => it.readers.read(&text, &format, &it.intl.names(&locale)),
            };
            let named = parsed.as_ref().ok().and_then(|it| it.zone.clone());
            let own = named.clone().unwrap_or_else(|| it.zone(zone));
            let moment = parsed.and_then(|it| it.fields.moment(&own, now, own.offset_minutes(now)));
            let number = named.map_or(-1.0, |zone| it.number(zone));
            let res = Array::new(ctx.clone())?;
            match moment {
                Ok(ts) => {
                    res.set(0, ts)?;
                    res.set(1, number)?;
                }
                Err(why) => invalid(&res, &why)?,
            }
            Ok::<_, rquickjs::Error>(res)
        },
    )?;
    let it = calendar.clone();
    add(
        host,
        "fromFields",
        move |ctx: Ctx<'js>, zone: f64, now: f64, guess: f64, list: Vec<f64>| {
            let at = |place: usize| list.get(place).copied().filter(|it| !it.is_nan());
            let fields = Fields {
                year: at(0),
                month: at(1),
                day: at(2),
                hour: at(3),
                minute: at(4),
                second: at(5),
                millisecond: at(6),
                week_year: at(7),
                week: at(8),
                weekday: at(9),
                ordinal: at(10),
            };
            match fields.moment(&it.zone(zone), now, guess) {
                Ok(ts) => Ok::<_, rquickjs::Error>(rquickjs::Value::new_number(ctx, ts)),
                Err(why) => {
                    let res = Array::new(ctx)?;
                    invalid(&res, &why)?;
                    Ok(res.into_value())
                }
            }
        },
    )
}

fn invalid(into: &Array<'_>, why: &Invalid) -> rquickjs::Result<()> {
    into.set(0, why.reason.as_str())?;
    into.set(1, why.explanation.as_deref().unwrap_or(""))?;
    into.set(2, if why.conflict { "throw" } else { "" })
}

fn moving<'js>(host: &Object<'js>, calendar: &Shared) -> rquickjs::Result<()> {
    let it = calendar.clone();
    add(host, "plus", move |zone: f64, ts: f64, months: f64, days: f64, ms: f64| {
        arithmetic::plus(&it.zone(zone), ts, months, days, ms)
    })?;
    let it = calendar.clone();
    add(host, "startOf", move |zone: f64, ts: f64, unit: usize, first: i32| {
        let unit = Unit::from_number(unit).unwrap_or(Unit::Millisecond);
        arithmetic::start_of(&it.zone(zone), ts, unit, i64::from(first))
    })?;
    let it = calendar.clone();
    add(host, "endOf", move |zone: f64, ts: f64, unit: usize, first: i32| {
        let unit = Unit::from_number(unit).unwrap_or(Unit::Millisecond);
        arithmetic::end_of(&it.zone(zone), ts, unit, i64::from(first))
    })?;
    let it = calendar.clone();
    add(host, "between", move |from_zone: f64, from: f64, to_zone: f64, to: f64, mask: u32| {
        let wanted = UNITS.iter().enumerate().filter(|it| mask & (1 << it.0) != 0);
        let wanted: Vec<Unit> = wanted.map(|it| *it.1).collect();
        let (from_zone, to_zone) = (it.zone(from_zone), it.zone(to_zone));
        arithmetic::between((&from_zone, from), (&to_zone, to), &wanted).to_vec()
    })?;
    add(host, "monthLength", |year: f64, month: f64| {
        let month = (month as i64).clamp(1, 12);
        civil::days_in_month(year as i64, month) as f64
    })?;
    let it = calendar.clone();
    add(host, "field", move |zone: f64, ts: f64, place: u32| {
        let civil = it.civil(zone, ts);
        let number = match place {
            0 => civil.year,
            1 => civil.month,
            2 => civil.day,
            3 => civil.hour,
            4 => civil.minute,
            5 => civil.second,
            6 => civil.millisecond,
            7 => it.zone(zone).offset_minutes(ts) as i64,
            8 => civil.weekday(),
            9 => civil.week().0,
            10 => civil.week().1,
            _ => civil.ordinal(),
        };
        number as f64
    })
}

fn writing<'js>(host: &Object<'js>, calendar: &Shared) -> rquickjs::Result<()> {
    let it = calendar.clone();
    add(host, "format", move |zone: f64, ts: f64, locale: String, format: String| {
        let (zone, names) = (it.zone(zone), it.intl.names(&locale));
        Moment::new(ts, &zone, &it.intl, &names).to_format(&format)
    })?;
    let it = calendar.clone();
    add(host, "offsetName", move |zone: f64, ts: f64, locale: String, long: bool| {
        let (zone, names) = (it.zone(zone), it.intl.names(&locale));
        Moment::new(ts, &zone, &it.intl, &names).offset_name(long).to_string()
    })?;
    let it = calendar.clone();
    add(host, "iso", move |zone: f64, ts: f64| iso_text(&it.zone(zone), ts))?;
    // The tokens of a format: `=` before a run of letters, `'` before what stays as it is.
    add(host, "tokens", |format: String| -> Vec<String> {
        let text = |it| match it {
            Token::Run(run) => format!("={run}"),
            Token::Literal(literal) => format!("'{literal}"),
        };
        tokens(&format).into_iter().map(text).collect()
    })
}

fn iso_text(zone: &Zone, ts: f64) -> String {
    let Civil { year, month, day, hour, minute, second, millisecond, .. } = zone.civil(ts);
    let year = match year {
        0..=9999 => format!("{year:04}"),
        ..0 => format!("-{:06}", -year),
        _ => format!("+{year:06}"),
    };
    let offset = zone.offset_minutes(ts);
    let offset = match zone {
        Zone::Fixed(_) if offset == 0.0 => "Z".into(),
        _ => short_offset(offset),
    };
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}{offset}")
}

/// Weeks by the custom of a locale.
fn weeks<'js>(host: &Object<'js>, calendar: &Shared) -> rquickjs::Result<()> {
    let it = calendar.clone();
    add(host, "firstWeekday", move |locale: String| {
        it.intl.names(&locale).week_custom().first_weekday as f64
    })?;
    let it = calendar.clone();
    add(host, "localWeek", move |zone: f64, ts: f64, locale: String| {
        let (civil, custom) = (it.civil(zone, ts), it.intl.names(&locale).week_custom());
        let (year, week) = civil.week_from(custom.first_weekday, custom.days_min);
        let weekday = (civil.weekday() - custom.first_weekday).rem_euclid(7) + 1;
        vec![year as f64, week as f64, weekday as f64]
    })?;
    let it = calendar.clone();
    add(host, "weekStart", move |zone: f64, ts: f64, year: f64, locale: String| {
        let custom = it.intl.names(&locale).week_custom();
        let first = civil::first_week_start(year as i64, custom.first_weekday, custom.days_min);
        let (year, month, day) = civil::date_of(first);
        let zone = it.zone(zone);
        zone.resolve(Civil::date(year, month, day).to_ms(), zone.offset_minutes(ts)).0
    })?;
    let it = calendar.clone();
    add(host, "weeksIn", move |year: f64, locale: String| {
        let custom = it.intl.names(&locale).week_custom();
        let (first, least) = match locale.as_str() {
            "" => (1, 4),
            _ => (custom.first_weekday, custom.days_min),
        };
        civil::weeks_in(year as i64, first, least) as f64
    })?;
    let it = calendar.clone();
    add(host, "isWeekend", move |zone: f64, ts: f64, _locale: String| {
        it.civil(zone, ts).weekday() >= 6
    })
}
