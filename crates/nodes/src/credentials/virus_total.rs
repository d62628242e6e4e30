//! VirusTotal: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "virusTotalApi",
        "VirusTotal",
        "The key is in the profile menu.",
        vec![
            Field::secret("apiToken", "API key")
                .required()
                .help("The key, as the service shows it."),
        ],
        vec![super::header("x-apikey", "{{apiToken}}")],
    )
}
