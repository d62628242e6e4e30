//! GitHub: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "githubApi",
            "GitHub",
            "Make a personal access token in the developer settings.",
            vec![
                Field::text("server", "Server")
                    .default("https://api.github.com")
                    .help("The address of the API; GitHub Enterprise has its own."),
                Field::text("user", "User").help("Whose token it is."),
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "token {{accessToken}}")],
        ),
        "{{server}}/user",
    )
}
