//! Mattermost: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "mattermostApi",
            "Mattermost",
            "Make a personal access token in the profile.",
            vec![
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
                Field::text("baseUrl", "Address")
                    .required()
                    .placeholder("https://mattermost.example.com")
                    .help("The address of the server."),
            ],
            vec![super::header("Authorization", "Bearer {{accessToken}}")],
        ),
        "{{baseUrl}}/api/v4/users/me",
    )
}
