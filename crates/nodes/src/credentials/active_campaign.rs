//! ActiveCampaign: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "activeCampaignApi",
            "ActiveCampaign",
            "Address and key are under Settings, Developer.",
            vec![
                Field::text("apiUrl", "Address")
                    .required()
                    .placeholder("https://example.api-us1.com")
                    .help("The address of the account."),
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Api-Token", "{{apiKey}}")],
        ),
        "{{apiUrl}}/api/3/users/me",
    )
}
