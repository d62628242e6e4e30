//! Okta: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "oktaApi",
            "Okta",
            "Make a token under Security, API.",
            vec![
                Field::text("url", "Address")
                    .required()
                    .placeholder("https://example.okta.com")
                    .help("The address of the organisation."),
                Field::secret("accessToken", "API token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "SSWS {{accessToken}}")],
        ),
        "{{url}}/api/v1/users?limit=1",
    )
}
