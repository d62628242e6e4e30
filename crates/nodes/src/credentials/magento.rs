//! Magento 2: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "magento2Api",
        "Magento 2",
        "Make an integration and take its access token.",
        vec![
            Field::text("host", "Host")
                .required()
                .placeholder("https://shop.example.com")
                .help("The address of the shop."),
            Field::secret("accessToken", "Access token")
                .required()
                .help("The token, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{accessToken}}")],
    )
}
