//! Grafana: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "grafanaApi",
            "Grafana",
            "Make a token for a service account.",
            vec![
                Field::secret("apiKey", "Token")
                    .required()
                    .help("The key, as the service shows it."),
                Field::text("baseUrl", "Address")
                    .required()
                    .placeholder("https://example.grafana.net")
                    .help("The address of the server."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "{{baseUrl}}/api/org",
    )
}
