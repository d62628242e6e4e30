//! Mailgun: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "mailgunApi",
            "Mailgun",
            "Make a key under API security.",
            vec![
                Field::text("apiDomain", "API domain")
                    .default("api.mailgun.net")
                    .help("`api.mailgun.net`, or `api.eu.mailgun.net` in Europe."),
                Field::text("emailDomain", "E-mail domain")
                    .help("The domain that mails are sent from."),
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::basic("api", "{{apiKey}}")],
        ),
        "https://{{apiDomain}}/v3/domains",
    )
}
