//! Headers, query parameters and body fields of one's own.

use model::form::{Field, FieldKind};
use sdk::{CredentialType, credential::Sign};

pub(super) fn plugin() -> CredentialType {
    let json = Field::new("json", "JSON", FieldKind::Secret { multiline: true })
        .required()
        .placeholder(r#"{"headers": {"X-Key": "…"}, "qs": {}, "body": {}}"#)
        .help("An object with `headers`, `qs` (the query) and `body`, whose fields are added to a request.");
    super::signing(
        "httpCustomAuth",
        "Own fields",
        "Adds headers, query parameters and fields of a JSON body to requests, for services that \
         want several secrets at once.",
        vec![json],
        vec![Sign::Custom { json: "{{json}}".into() }],
    )
}
