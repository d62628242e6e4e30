//! Shopify: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "shopifyAccessTokenApi",
            "Shopify",
            "Make a custom app and take its Admin API token.",
            vec![
                Field::text("shopSubdomain", "Shop")
                    .required()
                    .help("The first part of the address: `example` of `example.myshopify.com`."),
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
                Field::secret("appSecretKey", "App secret")
                    .help("The secret by which Shopify signs its webhooks."),
            ],
            vec![super::header("X-Shopify-Access-Token", "{{accessToken}}")],
        ),
        "https://{{shopSubdomain}}.myshopify.com/admin/oauth/access_scopes.json",
    )
}
