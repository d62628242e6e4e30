//! A bearer token.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "httpBearerAuth",
        "Bearer token",
        "Adds the header `Authorization: Bearer …` to requests.",
        vec![
            Field::secret("token", "Token")
                .required()
                .help("The token, without the word `Bearer`."),
        ],
        vec![super::header("Authorization", "Bearer {{token}}")],
    )
}
