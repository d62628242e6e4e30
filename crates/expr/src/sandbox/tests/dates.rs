//! Dates, numbers and words by locale, as Node.js and Luxon give them.

use jiff::tz::TimeZone;
use model::{Item, Value, json};

use crate::{Alone, sandbox::*};

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let item = Item::from_value(json!({"at": "2025-02-11T01:30:00.000Z", "day": "2025-01-31"}));
    let zone = TimeZone::get("America/New_York").unwrap();
    let now = Some("2025-09-30T23:15:10.001Z".parse().unwrap());
    let scope = Arc::new(Scope { now, ..Alone::scope(vec![item], zone) });
    let sandbox = Sandbox::default();
    for (code, expected) in cases {
        let found = sandbox.evaluate(&Template::parse(&format!("{{{{ {code} }}}}")), &scope, 0);
        let found = found.unwrap_or_else(|e| panic!("{code}: {e}")).unwrap_or_default();
        let found = if let Value::String(it) = &found { it.to_string() } else { found.to_json() };
        assert_eq!(found, *expected, "{code}");
    }
}

#[test]
fn moments_move_along_the_calendar() {
    check(&[
        ("$now", "2025-09-30T19:15:10.001-04:00"),
        ("$today", "2025-09-30T00:00:00.000-04:00"),
        ("$now.plus({months: 5}).toISODate()", "2026-02-28"),
        ("$now.minus(1, 'month').toFormat('yyyy-MM-dd')", "2025-08-30"),
        ("$now.startOf('week').toISO()", "2025-09-29T00:00:00.000-04:00"),
        ("$now.setZone('Asia/Tokyo').toFormat('HH:mm ZZZZ')", "08:15 GMT+9"),
        ("DateTime.fromISO($json.day).plus({months: 1}).toISODate()", "2025-02-28"),
        (
            "DateTime.fromISO('2025-03-09T01:30').plus({hours: 1}).toISO()",
            "2025-03-09T03:30:00.000-04:00",
        ),
        ("DateTime.fromFormat('11/02/2025', 'dd/MM/yyyy').weekdayLong", "Tuesday"),
        ("$now.diff(DateTime.fromISO($json.at), ['months', 'days']).toObject().months", "7"),
        ("DateTime.fromISO('nope').isValid", "false"),
        ("Interval.fromDateTimes($now, $now.plus({hours: 2})).length('minutes')", "120"),
        ("Duration.fromObject({minutes: 90}).shiftTo('hours', 'minutes').toISO()", "PT1H30M"),
        ("$now.toRelative({base: $now.plus({days: 2})})", "2 days ago"),
        ("[$now.weekNumber, $now.quarter, $now.ordinal, $now.isInDST]", "[40,3,273,true]"),
    ]);
}

#[test]
fn dates_have_extension_methods() {
    check(&[
        ("$json.at.toDateTime()", "2025-02-11T01:30:00.000Z"),
        ("$json.at.toDateTime().format('dd.MM.yyyy')", "11.02.2025"),
        ("$now.beginningOf('month').toISODate()", "2025-09-01"),
        ("$now.endOfMonth().toISODate()", "2025-09-30"),
        ("$now.extract('year')", "2025"),
        ("$now.isBetween('2025-01-01', '2026-01-01')", "true"),
        ("$now.isInLast(1, 'hours')", "true"),
        ("$now.isWeekend", "false"),
        ("new Date($json.at).isWeekend()", "false"),
        ("new Date($json.at).plus(1, 'days').toISOString()", "2025-02-12T01:30:00.000Z"),
        ("'2025-01-01'.toDateTime().diffTo('2024-12-25', 'days')", "7"),
        ("(1739237400).toDateTime('s').toUTC().toISO()", "2025-02-11T01:30:00.000Z"),
    ]);
}

#[test]
fn dates_are_written_and_read_by_locale() {
    check(&[
        ("new Date().toLocaleString()", "9/30/2025, 11:15:10 PM"),
        ("new Date().toLocaleDateString('en-GB')", "30/09/2025"),
        (
            "new Date().toLocaleDateString('de-DE', {month: 'long', year: 'numeric'})",
            "September 2025",
        ),
        ("new Date().toLocaleTimeString('en-US', {hour12: false})", "23:15:10"),
        (
            "new Date().toLocaleString('pt-BR', {timeZone: 'America/Sao_Paulo'})",
            "30/09/2025, 20:15:10",
        ),
        ("new Date().toString()", "Tue Sep 30 2025 23:15:10 GMT+0000 (Coordinated Universal Time)"),
        ("new Date('11 Feb 2025 10:00').toISOString()", "2025-02-11T10:00:00.000Z"),
        ("new Date(2025, 0, 31).toISOString()", "2025-01-31T00:00:00.000Z"),
        ("new Date('6 3T00:00:00').getTime()", "null"),
        (
            "new Intl.DateTimeFormat('en-US', {dateStyle: 'medium'}).format(new Date())",
            "Sep 30, 2025",
        ),
        ("$now.toLocaleString(DateTime.DATETIME_MED)", "Sep 30, 2025, 7:15 PM"),
        ("$now.setLocale('fr').toFormat('d MMMM yyyy')", "30 septembre 2025"),
    ]);
}

#[test]
fn numbers_and_words_follow_the_locale() {
    check(&[
        ("(1234567.891).toLocaleString()", "1,234,567.891"),
        ("(1234567.891).toLocaleString('de-DE')", "1.234.567,891"),
        ("(1234.5).toLocaleString('en-US', {style: 'currency', currency: 'USD'})", "$1,234.50"),
        (
            "(-1234.5).toLocaleString('de-DE', {style: 'currency', currency: 'EUR'})",
            "-1.234,50\u{a0}€",
        ),
        (
            "(1234.5).toLocaleString('pt-BR', {style: 'currency', currency: 'BRL'})",
            "R$\u{a0}1.234,50",
        ),
        ("(0.256).toLocaleString('en-US', {style: 'percent'})", "26%"),
        ("(1.005).toLocaleString('en-US', {maximumFractionDigits: 2})", "1.01"),
        ("(1234567).format('en-IN')", "12,34,567"),
        ("new Intl.NumberFormat('en-US', {notation: 'compact'}).format(1234567)", "1.2M"),
        ("(5).toLocaleString('en-US', {minimumIntegerDigits: 2})", "05"),
    ]);
}

#[test]
fn numbers_are_shortened_as_their_locale_does() {
    let compact = |number: &str, locale: &str, display: &str, expected: &str| {
        let options = format!("{{notation: 'compact', compactDisplay: '{display}'}}");
        check(&[(&format!("({number}).toLocaleString('{locale}', {options})"), expected)]);
    };
    compact("1500000", "de", "short", "1,5\u{a0}Mio.");
    compact("1500", "de", "short", "1500");
    compact("15000", "de-DE", "short", "15.000");
    compact("1500", "de", "long", "1,5 Tausend");
    compact("1000000", "de", "long", "1 Million");
    compact("2e9", "de", "long", "2 Milliarden");
    compact("2e9", "es", "short", "2000\u{a0}M");
    compact("12.5e9", "es", "short", "13\u{a0}mil\u{a0}M");
    compact("9999999999", "es-MX", "short", "10\u{a0}mil\u{a0}M");
    compact("1.25e12", "es", "short", "1,3\u{a0}B");
    compact("1500000", "pt-BR", "short", "1,5\u{a0}mi");
    compact("2e9", "pt-PT", "long", "2 mil milhões");
    compact("15000", "ru", "long", "15 тысяч");
    compact("3.4e12", "zh-CN", "short", "3.4万亿");
    compact("150000", "ja", "long", "15万");
    compact("999999", "en", "short", "1M");
    compact("999", "en", "short", "999");
    compact("-1500", "en", "long", "-1.5 thousand");
    let euros = "{notation: 'compact', style: 'currency', currency: 'EUR'}";
    check(&[(&format!("(12345678).toLocaleString('de', {euros})"), "12\u{a0}Mio.\u{a0}€")]);
}

#[test]
fn numbers_are_written_as_powers() {
    let power = |number: &str, notation: &str, expected: &str| {
        let code = format!("({number}).toLocaleString('en', {{notation: '{notation}'}})");
        check(&[(&code, expected)]);
    };
    power("1234567.89", "scientific", "1.235E6");
    power("0", "scientific", "0E0");
    power("0.00012345", "scientific", "1.235E-4");
    power("0.00012345", "engineering", "123.45E-6");
    power("-98765", "engineering", "-98.765E3");
    power("999999.9995", "scientific", "1E6");
    power("999999.9995", "engineering", "1E6");
    power("1e21", "engineering", "1E21");
    power("12345678901234567890n", "scientific", "1.235E19");
    power("NaN", "scientific", "NaN");
    check(&[
        ("(1234567.89).toLocaleString('de', {notation: 'scientific'})", "1,235E6"),
        ("(1234567.89).toLocaleString('sv', {notation: 'scientific'})", "1,235×10^6"),
        ("(-0.00012).toLocaleString('sv-SE', {notation: 'scientific'})", "−1,2×10^−4"),
        (
            "(1234567.89).toLocaleString('en', {notation: 'scientific', style: 'currency', currency: 'USD'})",
            "$1.23E6",
        ),
        (
            "(1234567.89).toLocaleString('en', {notation: 'scientific', maximumSignificantDigits: 2})",
            "1.2E6",
        ),
    ]);
}

#[test]
fn what_is_less_than_nothing_is_written_as_the_locale_does() {
    let money = |locale: &str, currency: &str, expected: &str| {
        let options = format!("{{style: 'currency', currency: '{currency}'}}");
        check(&[(&format!("(-1234.5).toLocaleString('{locale}', {options})"), expected)]);
    };
    money("de-CH", "CHF", "CHF-1'234.50");
    money("de-AT", "EUR", "-€\u{a0}1.234,50");
    money("nl-NL", "EUR", "€\u{a0}-1.234,50");
    money("nb", "NOK", "−1\u{a0}234,50\u{a0}kr");
    money("sv-SE", "SEK", "−1\u{a0}234,50\u{a0}kr");
    money("fr-CH", "CHF", "-1\u{202f}234.50\u{a0}CHF");
    money("es-MX", "EUR", "-EUR\u{a0}1,234.50");
    money("en-US", "USD", "-$1,234.50");
    check(&[
        ("(-0.256).toLocaleString('fi', {style: 'percent'})", "−26\u{a0}%"),
        (
            "(-5).toLocaleString('de-CH', {style: 'currency', currency: 'CHF', currencyDisplay: 'name'})",
            "-5.00 CHF",
        ),
        ("new Intl.NumberFormat('sv').formatToParts(-5)[0].type", "minusSign"),
    ]);
}

#[test]
fn numbers_are_rounded_as_is_asked() {
    let rounded = |number: &str, mode: &str, expected: &str| {
        let options = format!("{{roundingMode: '{mode}', maximumFractionDigits: 0}}");
        check(&[(&format!("({number}).toLocaleString('en', {options})"), expected)]);
    };
    rounded("5.9", "floor", "5");
    rounded("-5.1", "floor", "-6");
    rounded("-5.9", "ceil", "-5");
    rounded("5.1", "expand", "6");
    rounded("-5.9", "trunc", "-5");
    rounded("2.5", "halfEven", "2");
    rounded("3.5", "halfEven", "4");
    rounded("2.5", "halfTrunc", "2");
    rounded("2.51", "halfTrunc", "3");
    let dollars = "style: 'currency', currency: 'USD'";
    let whole = format!("{{{dollars}, trailingZeroDisplay: 'stripIfInteger'}}");
    check(&[
        (&format!("(5).toLocaleString('en', {whole})"), "$5"),
        (&format!("(5.5).toLocaleString('en', {whole})"), "$5.50"),
        ("(2.51).toLocaleString('en', {style: 'percent', roundingMode: 'floor'})", "251%"),
        (&format!("(5).toLocaleString('fr', {{{dollars}}})"), "5,00\u{a0}$US"),
        (&format!("(5).toLocaleString('en-CA', {{{dollars}}})"), "US$5.00"),
        ("(1234.5).toLocaleString('hu', {style: 'currency', currency: 'HUF'})", "1235\u{a0}Ft"),
    ]);
}

#[test]
fn accounts_put_what_is_owed_in_brackets() {
    let owed = |number: &str, locale: &str, more: &str, expected: &str| {
        let options =
            format!("{{style: 'currency', currency: 'EUR', currencySign: 'accounting'{more}}}");
        check(&[(&format!("({number}).toLocaleString('{locale}', {options})"), expected)]);
    };
    owed("-1234.5", "en-US", "", "(€1,234.50)");
    owed("5", "en-US", "", "€5.00");
    owed("-5", "fr", "", "(5,00\u{a0}€)");
    owed("-5", "de", "", "-5,00\u{a0}€");
    owed("-5", "en-US", ", signDisplay: 'never'", "€5.00");
    owed("5", "en-US", ", signDisplay: 'always'", "+€5.00");
}

#[test]
fn letters_change_their_case_by_locale() {
    check(&[
        ("'i'.toLocaleUpperCase('tr')", "İ"),
        ("'ıIiİ'.toLocaleLowerCase('tr')", "ııii"),
        ("'i'.toLocaleUpperCase(['az', 'en'])", "İ"),
        ("'ά'.toLocaleUpperCase('el')", "Α"),
        ("'i'.toLocaleUpperCase('en')", "I"),
        ("'ß'.toLocaleUpperCase()", "SS"),
    ]);
}

#[test]
fn locales_have_their_order_and_words() {
    check(&[
        ("['b', 'a', 'C', 'ä'].sort((x, y) => x.localeCompare(y)).join('')", "aäbC"),
        ("['a10', 'a2'].sort(new Intl.Collator('en', {numeric: true}).compare).join()", "a2,a10"),
        ("new Intl.ListFormat('en').format(['a', 'b', 'c'])", "a, b, and c"),
        ("new Intl.PluralRules('en').select(1)", "one"),
        ("new Intl.RelativeTimeFormat('en', {numeric: 'auto'}).format(-1, 'day')", "yesterday"),
        ("Duration.fromObject({hours: 2, minutes: 1}).toHuman()", "2 hours, 1 minute"),
    ]);
}
