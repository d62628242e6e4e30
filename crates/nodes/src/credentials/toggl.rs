//! Toggl: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "togglApi",
            "Toggl",
            "User and password of the account.",
            vec![
                Field::text("username", "User").required().help("The address to sign in with."),
                Field::secret("password", "Password").required().help("The password of that user."),
            ],
            vec![super::basic("{{username}}", "{{password}}")],
        ),
        "https://api.track.toggl.com/api/v9/me",
    )
}
