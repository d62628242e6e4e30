//! PagerDuty: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "pagerDutyApi",
            "PagerDuty",
            "Make a key under Integrations, API access keys.",
            vec![
                Field::secret("apiToken", "API token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Token token={{apiToken}}")],
        ),
        "https://api.pagerduty.com/users?limit=1",
    )
}
