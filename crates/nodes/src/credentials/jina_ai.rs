//! Jina AI: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "jinaAiApi",
        "Jina AI",
        "Make a key on the Jina AI site.",
        vec![
            Field::secret("apiKey", "API key").required().help("The key, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{apiKey}}")],
    )
}
