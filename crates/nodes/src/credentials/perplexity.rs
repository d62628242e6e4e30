//! Perplexity: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "perplexityApi",
        "Perplexity",
        "Make a key in the API settings.",
        vec![
            Field::secret("apiKey", "API key").required().help("The key, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{apiKey}}")],
    )
}
