//! Zendesk: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "zendeskApi",
            "Zendesk",
            "Make an API token in the admin centre.",
            vec![
                Field::text("subdomain", "Subdomain")
                    .required()
                    .help("The first part of the address: `example` of `example.zendesk.com`."),
                Field::text("email", "E-mail").required().help("The address of the agent."),
                Field::secret("apiToken", "API token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::basic("{{email}}/token", "{{apiToken}}")],
        ),
        "https://{{subdomain}}.zendesk.com/api/v2/ticket_fields.json",
    )
}
