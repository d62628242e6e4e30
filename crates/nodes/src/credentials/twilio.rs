//! Twilio: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "twilioApi",
            "Twilio",
            "Account and token are on the start page of the console.",
            vec![
                Field::text("accountSid", "Account SID")
                    .required()
                    .help("The id of the account; it starts with `AC`."),
                Field::secret("authToken", "Auth token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::basic("{{accountSid}}", "{{authToken}}")],
        ),
        "https://api.twilio.com/2010-04-01/Accounts.json",
    )
}
