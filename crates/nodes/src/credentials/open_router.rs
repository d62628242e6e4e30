//! OpenRouter: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "openRouterApi",
            "OpenRouter",
            "Make a key in the OpenRouter settings.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
                Field::text("url", "Address")
                    .default("https://openrouter.ai/api/v1")
                    .help("The address of the API."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "{{url}}/key",
    )
}
