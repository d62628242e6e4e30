//! DeepL: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "deepLApi",
        "DeepL",
        "The key is in the account, under API keys.",
        vec![
            Field::secret("apiKey", "API key").required().help("The key, as the service shows it."),
        ],
        vec![super::header("Authorization", "DeepL-Auth-Key {{apiKey}}")],
    )
}
