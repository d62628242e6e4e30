//! ClickUp: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "clickUpApi",
            "ClickUp",
            "Make a token under Settings, Apps.",
            vec![
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "{{accessToken}}")],
        ),
        "https://api.clickup.com/api/v2/user",
    )
}
