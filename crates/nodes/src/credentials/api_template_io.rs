//! APITemplate.io: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "apiTemplateIoApi",
        "APITemplate.io",
        "The key is under API integration.",
        vec![
            Field::secret("apiKey", "API key").required().help("The key, as the service shows it."),
        ],
        vec![super::header("X-API-KEY", "{{apiKey}}")],
    )
}
