//! What the node asks for.

use model::Value;

use super::{Field, Form, several};

const UNITS: &[(&str, &str)] = &[
    ("days", "Days"),
    ("milliseconds", "Milliseconds"),
    ("seconds", "Seconds"),
    ("minutes", "Minutes"),
    ("hours", "Hours"),
    ("weeks", "Weeks"),
    ("months", "Months"),
    ("quarters", "Quarters"),
    ("years", "Years"),
];

const PARTS: &[(&str, &str)] = &[
    ("month", "Month"),
    ("year", "Year"),
    ("quarter", "Quarter"),
    ("week", "Week"),
    ("day", "Day"),
    ("hour", "Hour"),
    ("minute", "Minute"),
    ("second", "Second"),
    ("millisecond", "Millisecond"),
];

pub(super) fn form() -> Form {
    let mut fields = vec![
        Field::choice(
            "operation",
            "Operation",
            &[
                ("format", "Format a date"),
                ("now", "Get the current date"),
                ("add", "Add to a date"),
                ("subtract", "Subtract from a date"),
                ("round", "Round a date"),
                ("extract", "Extract part of a date"),
                ("between", "Get the time between dates"),
            ],
        )
        .fixed()
        .help("What to do with the date."),
        Field::text("date", "Date")
            .when("operation", &["format", "add", "subtract", "round", "extract", "between"])
            .placeholder("={{ $json.createdAt }}")
            .help("The date to work on; of two dates, the earlier one."),
    ];
    fields.extend(of_operations());
    fields.extend(of_reading());
    fields.extend(of_writing());
    Form::new(fields)
}

fn of_operations() -> Vec<Field> {
    vec![
        Field::bool("includeTime", "Include the time")
            .default(true)
            .when("operation", &["now"])
            .help("The present moment; when off, the midnight at which today began."),
        Field::text("format", "Format")
            .default("yyyy-MM-dd")
            .when("operation", &["format"])
            .help("How the date is written, in tokens such as `yyyy-MM-dd HH:mm`."),
        Field::number("amount", "Amount")
            .default(0)
            .when("operation", &["add", "subtract"])
            .help("How many units to add or to subtract."),
        Field::choice("unit", "Unit", UNITS)
            .when("operation", &["add", "subtract"])
            .help("The unit of the amount. Months and days keep the time of day."),
        Field::bool("utc", "Write in UTC")
            .when("operation", &["add", "subtract"])
            .help("Write the result as `2025-06-15T12:00:00.000Z`, instead of in its time zone."),
        Field::choice("direction", "Round", &[("down", "Down"), ("up", "Up")])
            .when("operation", &["round"])
            .help("To the begin of the period that the date lies in, or of the next one."),
        Field::choice("part", "Part", PARTS)
            .when("operation", &["round", "extract"])
            .help("The period to round to, or the part to extract. Weeks are those of ISO 8601."),
        Field::text("end", "End date")
            .when("operation", &["between"])
            .placeholder("={{ $now }}")
            .help("The later one of the two dates."),
        several("units", "Units", PARTS)
            .default(vec![Value::from("day")])
            .when("operation", &["between"])
            .help("The units to count in; the last one gets the rest as a fraction."),
        Field::bool("iso", "As one ISO 8601 text")
            .when("operation", &["between"])
            .help("Write `P1Y2M` instead of an object with a number for each unit."),
    ]
}

fn of_reading() -> Vec<Field> {
    let dated = &["format", "add", "subtract", "round", "extract", "between"];
    vec![
        Field::text("fromFormat", "Format of the date")
            .when("operation", dated)
            .placeholder("dd/MM/yyyy")
            .help("How the date that is read is written; empty recognises the usual ways."),
        Field::choice("tokens", "Tokens", &[("luxon", "Luxon"), ("moment", "Moment")])
            .fixed()
            .when("operation", dated)
            .help("Whose letters formats use: Luxon writes `yyyy-MM-dd`, Moment `YYYY-MM-DD`."),
        Field::text("fromZone", "Time zone of the date")
            .when("operation", dated)
            .placeholder("Europe/Berlin")
            .help("Where a date lies that names no zone; empty is the workflow's time zone."),
        Field::text("timeZone", "Time zone").placeholder("Europe/Berlin").help(
            "The zone of the result; empty is the workflow's. `own` keeps the zone that the \
                 date is written with; `written` keeps its whole hours east of UTC, else UTC.",
        ),
    ]
}

fn of_writing() -> Vec<Field> {
    vec![
        Field::text("output", "Output field").default("date").help("The field for the result."),
        Field::bool("dotNotation", "Dot notation")
            .help("Write `a.b` as field `b` inside `a`, instead of a field named `a.b`."),
        Field::bool("includeInput", "Include the other fields")
            .help("Keep the fields of the item; when off, only the result is given."),
    ]
}
