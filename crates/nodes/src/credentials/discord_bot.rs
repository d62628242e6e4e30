//! Discord bot: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "discordBotApi",
            "Discord bot",
            "The token is in the developer portal, under Bot.",
            vec![
                Field::secret("botToken", "Bot token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bot {{botToken}}")],
        ),
        "https://discord.com/api/v10/users/@me",
    )
}
