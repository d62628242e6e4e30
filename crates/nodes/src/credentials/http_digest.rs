//! User and password that answer a server's challenge.

use sdk::{CredentialType, credential::Sign};

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "httpDigestAuth",
        "User and password (digest)",
        "Answers a server's challenge with a digest of user and password (HTTP digest \
         authentication), so that the password itself is not sent.",
        super::user_and_password(),
        vec![Sign::Digest { user: "{{user}}".into(), password: "{{password}}".into() }],
    )
}
