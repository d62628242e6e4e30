//! Freshdesk: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "freshdeskApi",
            "Freshdesk",
            "The key is in the profile settings.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
                Field::text("domain", "Domain")
                    .required()
                    .help("The first part of the address: `example` of `example.freshdesk.com`."),
            ],
            vec![super::basic("{{apiKey}}", "X")],
        ),
        "https://{{domain}}.freshdesk.com/api/v2/agents/me",
    )
}
