//! OpenAI: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "openAiApi",
            "OpenAI",
            "Make a key on the OpenAI platform. Services that speak the same language have an address of their own.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
                Field::text("organizationId", "Organisation")
                    .help("The organisation that pays, for accounts that have several."),
                Field::text("url", "Address")
                    .default("https://api.openai.com/v1")
                    .help("The address of the API."),
            ],
            vec![
                super::header("Authorization", "Bearer {{apiKey}}"),
                super::header("OpenAI-Organization", "{{organizationId}}"),
            ],
        ),
        "{{url}}/models",
    )
}
