//! WordPress: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "wordpressApi",
            "WordPress",
            "Make an application password in the profile.",
            vec![
                Field::text("username", "User").required().help("The name to sign in with."),
                Field::secret("password", "Application password")
                    .required()
                    .help("The application password, not the one to sign in with."),
                Field::text("url", "Address")
                    .required()
                    .placeholder("https://example.com")
                    .help("The address of the site."),
            ],
            vec![super::basic("{{username}}", "{{password}}")],
        ),
        "{{url}}/wp-json/wp/v2/users/me",
    )
}
