//! HubSpot: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "hubspotAppToken",
            "HubSpot",
            "Make a private app and take its access token.",
            vec![
                Field::secret("appToken", "App token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{appToken}}")],
        ),
        "https://api.hubapi.com/account-info/v3/details",
    )
}
