//! Facebook Graph: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "facebookGraphApi",
            "Facebook Graph",
            "Make a token with the Graph API explorer, or for a system user.",
            vec![
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::query("access_token", "{{accessToken}}")],
        ),
        "https://graph.facebook.com/me",
    )
}
