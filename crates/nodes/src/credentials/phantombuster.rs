//! Phantombuster: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "phantombusterApi",
            "Phantombuster",
            "Make a key in the workspace settings.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("X-Phantombuster-Key", "{{apiKey}}")],
        ),
        "https://api.phantombuster.com/api/v2/agents/fetch-all",
    )
}
