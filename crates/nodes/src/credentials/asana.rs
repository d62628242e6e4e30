//! Asana: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "asanaApi",
            "Asana",
            "Make a personal access token in the developer console.",
            vec![
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{accessToken}}")],
        ),
        "https://app.asana.com/api/1.0/users/me",
    )
}
