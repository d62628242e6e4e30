//! Sentry: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "sentryIoApi",
        "Sentry",
        "Make a token in the account settings.",
        vec![
            Field::secret("token", "Token").required().help("The token, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{token}}")],
    )
}
