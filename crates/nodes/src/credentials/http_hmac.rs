//! The secret by which senders of webhooks sign their requests.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "hmacAuth",
        "HMAC secret",
        "The secret that a service signs its webhook requests with; the webhook's form says how.",
        vec![
            Field::secret("secret", "Secret")
                .required()
                .help("The signing secret, as the service shows it."),
        ],
        vec![],
    )
}
