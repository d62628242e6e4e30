//! Starts executions at set times.

use async_trait::async_trait;
use jiff::{Zoned, tz::TimeZone};
use model::{
    Item, Items, Value,
    form::{Choice, Field, FieldKind, Form},
    json,
};
use sdk::{
    Category, Ctx, NodeError, NodeType, Outcome, Run,
    schedule::{cron, next},
    trigger::{CatchUp, Listen},
};

mod rule;

const DOCS: &str = "\
Starts an execution whenever one of its rules is due, in the time zone of the workflow.

A rule is a pause (*every 5 minutes*), a time of day (*every day at 9:00*, *on weekdays at 9:00*, \
*every second week on Monday*, *on the 1st of every month*) or a cron text of five or six fields, seconds first:

```text
0 9 * 6-8 1-5      weekdays at 9:00, from June to August
*/10 6-21 * * *    every ten minutes, 6:00 to 21:59
```

Where clocks change, a time that does not exist is due right after the gap, and a time that comes \
twice is due once. *Missed times* says what happens to those that were due while nobody ran.

Gives one item with the time: `timestamp`, `Readable date`, `Readable time`, `Day of week`, `Year`, \
`Month`, `Day of month`, `Hour`, `Minute`, `Second`, `Timezone`.";

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Starts the workflow at set times".into(),
        docs: DOCS.into(),
        icon: "clock".into(),
        trigger: true,
        inputs: vec![],
        form: Form::new([
            Field::list("rules", "Rules", rule_form())
                .fixed()
                .default(vec![json!({ "every": "days" })])
                .help("When executions start; each rule counts for itself."),
            Field::choice(
                "catchUp",
                "Missed times",
                &[
                    ("once", "Run once for all that were missed"),
                    ("skip", "Skip them"),
                    ("all", "Run for each of them"),
                ],
            )
            .fixed()
            .help("What happens to times that were due while nobody ran."),
        ]),
        ..NodeType::new("trigger.schedule", "Schedule", Category::Core, Schedule)
    }
}

fn rule_form() -> Form {
    let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let weekdays: Vec<Choice> = weekdays
        .iter()
        .enumerate()
        .map(|(number, day)| Choice {
            value: number.into(),
            title: (*day).into(),
            help: String::new(),
        })
        .collect();
    let at_time = &["days", "workdays", "weeks", "months"];
    Form::new([
        Field::choice(
            "every",
            "Every",
            &[
                ("days", "Days"),
                ("workdays", "Weekdays, Monday to Friday"),
                ("seconds", "Seconds"),
                ("minutes", "Minutes"),
                ("hours", "Hours"),
                ("weeks", "Weeks"),
                ("months", "Months"),
                ("cron", "Cron text"),
            ],
        )
        .fixed()
        .help("The unit of the pause, or a cron text."),
        Field::integer("amount", "How many", 1.0, 100_000.0)
            .fixed()
            .default(1)
            .when("every", &["seconds", "minutes", "hours", "days", "weeks", "months"])
            .help("How many of them lie between: 2 weeks is every second week."),
        Field::new("weekdays", "On", FieldKind::Choices { options: weekdays })
            .fixed()
            .default(vec![Value::from(0)])
            .when("every", &["weeks"])
            .help("The days of the week."),
        Field::integer("dayOfMonth", "Day", 1.0, 31.0)
            .fixed()
            .default(1)
            .when("every", &["months"])
            .help("The day of the month; months without that day are left out."),
        Field::integer("hour", "Hour", 0.0, 23.0)
            .fixed()
            .default(0)
            .when("every", at_time)
            .help("The hour of the day, 0 to 23."),
        Field::integer("minute", "Minute", 0.0, 59.0)
            .fixed()
            .default(0)
            .when("every", &["hours", "days", "workdays", "weeks", "months"])
            .help("The minute of the hour, 0 to 59."),
        Field::text("cron", "Cron text")
            .fixed()
            .placeholder("0 9 * * 1-5")
            .when("every", &["cron"])
            .help("Minute, hour, day of month, month, day of week; a field for seconds may go before."),
    ])
}

struct Schedule;

#[async_trait]
impl Run for Schedule {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let given = ctx.input(0);
        if !given.is_empty() {
            return Ok(Outcome::one(given));
        }
        let now = ctx.host.now().to_zoned(ctx.host.zone());
        Ok(Outcome::one(Items::one(item(&now))))
    }

    fn listens(&self, _: &str, parameters: &Value) -> Result<Vec<Listen>, String> {
        let rules = parameters.get("rules").and_then(Value::as_array).unwrap_or_default();
        if rules.is_empty() {
            return Err("the schedule has no rule; add one".into());
        }
        let catch_up = match parameters.get("catchUp").and_then(Value::as_str) {
            Some("skip") => CatchUp::Skip,
            Some("all") => CatchUp::All,
            _ => CatchUp::Once,
        };
        let listen = |written: &Value| {
            let rule = rule::read(written)?;
            // A rule that makes no sense must not wait until it is due.
            next(&rule, &TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH)?;
            Ok(Listen::Schedule { rule, catch_up })
        };
        rules.iter().map(listen).collect()
    }
}

/// The time in n8n's words.
fn item(now: &Zoned) -> Item {
    let text = |format: &str| Value::from(now.strftime(format).to_string());
    let zone = now.time_zone().iana_name().unwrap_or("UTC");
    let half = if now.hour() < 12 { "am" } else { "pm" };
    let time = format!("{}:{} {half}", (now.hour() + 11) % 12 + 1, now.strftime("%M:%S"));
    let day = now.day();
    let ending = match (day % 10, day) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    let date = format!("{} {day}{ending} {}, {time}", now.strftime("%B"), now.year());
    let timestamp = now.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string();
    Item::from_value(json!({
        "timestamp": timestamp,
        "Readable date": date,
        "Readable time": time,
        "Day of week": (text("%A")),
        "Year": (text("%Y")),
        "Month": (text("%B")),
        "Day of month": (text("%d")),
        "Hour": (text("%H")),
        "Minute": (text("%M")),
        "Second": (text("%S")),
        "Timezone": (format!("{zone} (UTC{})", now.strftime("%:z")))
    }))
}

#[cfg(test)]
mod tests;
