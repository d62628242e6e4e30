//! Azure OpenAI: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "azureOpenAiApi",
        "Azure OpenAI",
        "Key and resource are under Keys and endpoint.",
        vec![
            Field::secret("apiKey", "API key").required().help("The key, as the service shows it."),
            Field::text("resourceName", "Resource").help("The name of the Azure resource."),
            Field::text("apiVersion", "API version")
                .help("The version of the API, such as `2025-03-01-preview`."),
            Field::text("endpoint", "Endpoint")
                .help("The address of the resource, when it is not the usual one."),
        ],
        vec![super::header("api-key", "{{apiKey}}")],
    )
}
