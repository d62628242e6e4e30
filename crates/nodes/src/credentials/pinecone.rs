//! Pinecone: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "pineconeApi",
            "Pinecone",
            "Make a key in the Pinecone console.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Api-Key", "{{apiKey}}")],
        ),
        "https://api.pinecone.io/indexes",
    )
}
