//! ServiceNow: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "serviceNowBasicApi",
            "ServiceNow",
            "User, password and name of the instance.",
            vec![
                Field::text("user", "User").required().help("The name to sign in with."),
                Field::secret("password", "Password").required().help("The password of that user."),
                Field::text("subdomain", "Subdomain")
                    .required()
                    .help("The first part of the address: `example` of `example.service-now.com`."),
            ],
            vec![super::basic("{{user}}", "{{password}}")],
        ),
        "https://{{subdomain}}.service-now.com/api/now/table/sys_user_role?sysparm_limit=1",
    )
}
