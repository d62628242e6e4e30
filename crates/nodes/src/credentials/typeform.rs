//! Typeform: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "typeformApi",
            "Typeform",
            "Make a personal token in the account.",
            vec![
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{accessToken}}")],
        ),
        "https://api.typeform.com/me",
    )
}
