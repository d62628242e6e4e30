//! Supabase: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "supabaseApi",
            "Supabase",
            "Address and key are in the project settings, under API.",
            vec![
                Field::text("host", "Host")
                    .required()
                    .placeholder("https://example.supabase.co")
                    .help("The address of the project."),
                Field::secret("serviceRole", "Service role secret")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![
                super::header("apikey", "{{serviceRole}}"),
                super::header("Authorization", "Bearer {{serviceRole}}"),
            ],
        ),
        "{{host}}/rest/v1/",
    )
}
