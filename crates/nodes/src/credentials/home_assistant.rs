//! Home Assistant: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "homeAssistantApi",
        "Home Assistant",
        "Make a long-lived access token in the profile.",
        vec![
            Field::text("host", "Host").required().help("The name or address of the server."),
            Field::text("port", "Port")
                .default("8123")
                .help("The port of the server, usually 8123."),
            Field::secret("accessToken", "Access token")
                .required()
                .help("The token, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{accessToken}}")],
    )
}
