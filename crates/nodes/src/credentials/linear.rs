//! Linear: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "linearApi",
        "Linear",
        "Make a personal API key in the settings.",
        vec![
            Field::secret("apiKey", "API key").required().help("The key, as the service shows it."),
        ],
        vec![super::header("Authorization", "{{apiKey}}")],
    )
}
