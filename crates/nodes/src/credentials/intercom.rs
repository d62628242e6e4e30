//! Intercom: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "intercomApi",
            "Intercom",
            "Make an app in the developer hub and take its token.",
            vec![
                Field::secret("apiKey", "Access token")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "https://api.intercom.io/me",
    )
}
