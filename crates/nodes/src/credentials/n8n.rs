//! n8n: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "n8nApi",
            "n8n",
            "Make a key under Settings, n8n API.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
                Field::text("baseUrl", "Address")
                    .required()
                    .placeholder("https://n8n.example.com/api/v1")
                    .help("The address of the API."),
            ],
            vec![super::header("X-N8N-API-KEY", "{{apiKey}}")],
        ),
        "{{baseUrl}}/workflows?limit=1",
    )
}
