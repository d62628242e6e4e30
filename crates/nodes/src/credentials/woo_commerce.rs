//! WooCommerce: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "wooCommerceApi",
            "WooCommerce",
            "Make a key under Settings, Advanced, REST API.",
            vec![
                Field::secret("consumerKey", "Consumer key")
                    .required()
                    .help("The key, as the service shows it."),
                Field::secret("consumerSecret", "Consumer secret")
                    .required()
                    .help("The key, as the service shows it."),
                Field::text("url", "Address")
                    .required()
                    .placeholder("https://shop.example.com")
                    .help("The address of the shop."),
            ],
            vec![super::basic("{{consumerKey}}", "{{consumerSecret}}")],
        ),
        "{{url}}/wp-json/wc/v3/products/categories",
    )
}
