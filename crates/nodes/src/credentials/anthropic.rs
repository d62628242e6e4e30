//! Anthropic: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "anthropicApi",
            "Anthropic",
            "Make a key in the Anthropic console.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![
                super::header("x-api-key", "{{apiKey}}"),
                super::header("anthropic-version", "2023-06-01"),
            ],
        ),
        "https://api.anthropic.com/v1/models",
    )
}
