//! Mailchimp: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "mailchimpApi",
        "Mailchimp",
        "Make a key under Extras, API keys.",
        vec![
            Field::secret("apiKey", "API key").required().help("The key, as the service shows it."),
        ],
        vec![super::header("Authorization", "apikey {{apiKey}}")],
    )
}
