//! NASA: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "nasaApi",
        "NASA",
        "Ask for a key on api.nasa.gov.",
        vec![
            Field::secret("api_key", "API key")
                .required()
                .help("The key, as the service shows it."),
        ],
        vec![super::query("api_key", "{{api_key}}")],
    )
}
