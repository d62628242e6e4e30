//! Cloudflare: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "cloudflareApi",
            "Cloudflare",
            "Make an API token in the profile.",
            vec![
                Field::secret("apiToken", "API token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{apiToken}}")],
        ),
        "https://api.cloudflare.com/client/v4/user/tokens/verify",
    )
}
