//! SendGrid: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "sendGridApi",
            "SendGrid",
            "Make a key under Settings, API keys.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "https://api.sendgrid.com/v3/scopes",
    )
}
