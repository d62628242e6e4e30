//! Coda: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "codaApi",
            "Coda",
            "Make a token in the account settings.",
            vec![
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{accessToken}}")],
        ),
        "https://coda.io/apis/v1/whoami",
    )
}
