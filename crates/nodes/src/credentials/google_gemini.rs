//! Google Gemini: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "googlePalmApi",
            "Google Gemini",
            "Make a key in Google AI Studio.",
            vec![
                Field::text("host", "Host")
                    .default("https://generativelanguage.googleapis.com")
                    .help("The address of the API."),
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::query("key", "{{apiKey}}")],
        ),
        "{{host}}/v1beta/models",
    )
}
