//! Ollama: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "ollamaApi",
            "Ollama",
            "The address of a server, and a key where a proxy asks for one.",
            vec![
                Field::text("baseUrl", "Address")
                    .default("http://localhost:11434")
                    .help("The address of the server."),
                Field::secret("apiKey", "API key").help("A key, where the server asks for one."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "{{baseUrl}}/api/tags",
    )
}
