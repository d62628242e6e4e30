//! Cohere: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "cohereApi",
            "Cohere",
            "Make a key in the Cohere dashboard.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "https://api.cohere.com/v1/models",
    )
}
