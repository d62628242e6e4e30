//! Brevo: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "sendInBlueApi",
            "Brevo",
            "Make a key under SMTP and API.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("api-key", "{{apiKey}}")],
        ),
        "https://api.brevo.com/v3/account",
    )
}
