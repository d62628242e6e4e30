//! Bitly: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "bitlyApi",
            "Bitly",
            "Make a token under Settings, API.",
            vec![
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{accessToken}}")],
        ),
        "https://api-ssl.bitly.com/v4/user",
    )
}
