//! Jira Cloud: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "jiraSoftwareCloudApi",
            "Jira Cloud",
            "Make an API token in the Atlassian account.",
            vec![
                Field::text("email", "E-mail").required().help("The address of the account."),
                Field::secret("apiToken", "API token")
                    .required()
                    .help("The token, as the service shows it."),
                Field::text("domain", "Domain")
                    .required()
                    .placeholder("https://example.atlassian.net")
                    .help("The address of the site."),
            ],
            vec![super::basic("{{email}}", "{{apiToken}}")],
        ),
        "{{domain}}/rest/api/2/myself",
    )
}
