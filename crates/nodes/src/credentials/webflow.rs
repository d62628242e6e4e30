//! Webflow: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "webflowApi",
        "Webflow",
        "Make a token in the settings of the site.",
        vec![
            Field::secret("accessToken", "Access token")
                .required()
                .help("The token, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{accessToken}}")],
    )
}
