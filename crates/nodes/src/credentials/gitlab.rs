//! GitLab: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "gitlabApi",
            "GitLab",
            "Make a personal access token in the preferences.",
            vec![
                Field::text("server", "Server")
                    .default("https://gitlab.com")
                    .help("The address of the server."),
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Private-Token", "{{accessToken}}")],
        ),
        "{{server}}/api/v4/user",
    )
}
