//! Qdrant: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "qdrantApi",
            "Qdrant",
            "The key of a cluster, and its address.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
                Field::text("qdrantUrl", "Address")
                    .required()
                    .placeholder("https://example.cloud.qdrant.io:6333")
                    .help("The address of the cluster."),
            ],
            vec![super::header("api-key", "{{apiKey}}")],
        ),
        "{{qdrantUrl}}/collections",
    )
}
