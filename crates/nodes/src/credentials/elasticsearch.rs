//! Elasticsearch: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "elasticsearchApi",
        "Elasticsearch",
        "User, password and address of the cluster.",
        vec![
            Field::text("username", "User").required().help("The name to sign in with."),
            Field::secret("password", "Password").required().help("The password of that user."),
            Field::text("baseUrl", "Address")
                .required()
                .placeholder("https://example.es.eu-central-1.aws.cloud.es.io:9243")
                .help("The address of the cluster."),
        ],
        vec![super::basic("{{username}}", "{{password}}")],
    )
}
