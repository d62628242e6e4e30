//! What the node asks for.

use model::form::{Field, Form};

use crate::trigger_webhook;

/// What a call is checked by and answered with.
pub(super) const WEBHOOK: &[&str] = &[
    "methods",
    "suffix",
    "authentication",
    "signature",
    "respond",
    "answerWith",
    "property",
    "fileProperty",
    "text",
    "noBody",
    "statusCode",
    "headers",
    "contentType",
    "rawBody",
    "binaryProperty",
    "allowedAddresses",
    "ignoreBots",
];

/// What a form shows and how it is answered.
pub(super) const FORM: &[&str] =
    &["suffix", "title", "description", "fields", "button", "authentication", "respond"];

pub(super) fn form() -> Form {
    let units =
        [("seconds", "Seconds"), ("minutes", "Minutes"), ("hours", "Hours"), ("days", "Days")];
    let mut fields = vec![
        Field::choice(
            "until",
            "Go on",
            &[
                ("interval", "After a while"),
                ("time", "At a date"),
                ("webhook", "When its address is called"),
                ("form", "When a form is filled in"),
            ],
        )
        .help("What ends the wait."),
        Field::number("amount", "Amount")
            .default(5)
            .when("until", &["interval"])
            .help("How many units to wait; fractions count."),
        Field::choice("unit", "Unit", &units)
            .when("until", &["interval"])
            .help("The unit of the amount."),
        Field::new("at", "Date", model::form::FieldKind::DateTime)
            .when("until", &["time"])
            .help("When to go on; without a time zone, in that of the workflow. The past goes on at once."),
    ];
    fields.extend(call_fields());
    fields.extend(form_fields());
    let waits = &["webhook", "form"];
    let limits = [
        Field::choice(
            "limit",
            "Limit",
            &[("none", "Wait for ever"), ("interval", "After a while"), ("time", "At a date")],
        )
        .help("When the items go on although nobody called."),
        Field::number("limitAmount", "Limit amount")
            .default(1)
            .when("limit", &["interval"])
            .help("How many units to wait at most."),
        Field::choice("limitUnit", "Limit unit", &units)
            .default("hours")
            .when("limit", &["interval"])
            .help("The unit of the limit."),
        Field::new("limitAt", "Limit date", model::form::FieldKind::DateTime)
            .when("limit", &["time"])
            .help("Until when to wait at most."),
    ];
    fields.extend(limits.map(|it| it.when("until", waits)));
    Form::new(fields)
}

/// The fields of a webhook that count for a call, which may be expressions here.
fn call_fields() -> Vec<Field> {
    let mut fields = vec![
        Field::text("suffix", "Suffix")
            .when("until", &["webhook", "form"])
            .help("The last part of this node's resume address, to tell several nodes apart."),
    ];
    let of_webhook = trigger_webhook::fields().into_iter();
    let wanted = of_webhook.filter(|it| WEBHOOK.contains(&it.name.as_str()));
    fields.extend(wanted.map(|it| {
        let shared = FORM.contains(&it.name.as_str());
        let until: &[&str] = if shared { &["webhook", "form"] } else { &["webhook"] };
        Field { expression: true, ..it.when("until", until) }
    }));
    fields
}

fn form_fields() -> Vec<Field> {
    let fields = [
        Field::text("title", "Title").help("The heading of the form."),
        Field::long_text("description", "Description").help("What stands below the heading."),
        Field::json("fields", "Fields")
            .help("The fields of the form, as a list of `{\"label\", \"type\", \"required\"}`."),
        Field::text("button", "Button").help("What the button says that sends the form."),
    ];
    fields.map(|it| it.when("until", &["form"])).into()
}
