//! Strapi: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "strapiTokenApi",
        "Strapi",
        "Make a token under Settings, API tokens.",
        vec![
            Field::secret("apiToken", "API token")
                .required()
                .help("The token, as the service shows it."),
            Field::text("url", "Address")
                .required()
                .placeholder("https://api.example.com")
                .help("The address of the server."),
        ],
        vec![super::header("Authorization", "Bearer {{apiToken}}")],
    )
}
