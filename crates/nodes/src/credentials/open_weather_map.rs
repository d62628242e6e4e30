//! OpenWeatherMap: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "openWeatherMapApi",
        "OpenWeatherMap",
        "The key is in the account, under API keys.",
        vec![
            Field::secret("accessToken", "API key")
                .required()
                .help("The key, as the service shows it."),
        ],
        vec![super::query("appid", "{{accessToken}}")],
    )
}
