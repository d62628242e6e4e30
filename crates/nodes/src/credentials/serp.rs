//! SerpApi: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "serpApi",
            "SerpApi",
            "The key is on the account page.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::query("api_key", "{{apiKey}}")],
        ),
        "https://serpapi.com/account",
    )
}
