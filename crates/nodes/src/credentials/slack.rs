//! Slack: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "slackApi",
        "Slack",
        "Make an app, install it in the workspace and take its bot token.",
        vec![
            Field::secret("accessToken", "Access token")
                .required()
                .help("The token of the app; it starts with `xoxb-`."),
            Field::secret("signatureSecret", "Signing secret")
                .help("The secret by which Slack signs what it sends."),
        ],
        vec![super::header("Authorization", "Bearer {{accessToken}}")],
    )
}
