//! Hugging Face: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "huggingFaceApi",
            "Hugging Face",
            "Make a token in the settings.",
            vec![
                Field::secret("apiKey", "Token")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "https://huggingface.co/api/whoami-v2",
    )
}
