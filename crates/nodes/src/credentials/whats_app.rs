//! WhatsApp Business: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "whatsAppApi",
        "WhatsApp Business",
        "Make a token for a system user of the business account.",
        vec![
            Field::secret("accessToken", "Access token")
                .required()
                .help("The token, as the service shows it."),
            Field::text("businessAccountId", "Business account")
                .help("The id of the WhatsApp business account."),
        ],
        vec![super::header("Authorization", "Bearer {{accessToken}}")],
    )
}
