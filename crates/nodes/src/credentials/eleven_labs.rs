//! ElevenLabs: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "elevenLabsApi",
            "ElevenLabs",
            "Make a key in the developer settings.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("xi-api-key", "{{apiKey}}")],
        ),
        "https://api.elevenlabs.io/v1/models",
    )
}
