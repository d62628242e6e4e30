//! Bannerbear: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "bannerbearApi",
            "Bannerbear",
            "The key is in the settings of the project.",
            vec![
                Field::secret("apiKey", "Project key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "https://api.bannerbear.com/v2/account",
    )
}
