//! Hunter: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "hunterApi",
            "Hunter",
            "The key is under API.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::query("api_key", "{{apiKey}}")],
        ),
        "https://api.hunter.io/v2/account",
    )
}
