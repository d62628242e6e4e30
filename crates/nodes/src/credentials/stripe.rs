//! Stripe: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "stripeApi",
            "Stripe",
            "The key is in the dashboard, under Developers.",
            vec![
                Field::secret("secretKey", "Secret key")
                    .required()
                    .help("The key, as the service shows it."),
                Field::secret("signatureSecret", "Signing secret")
                    .help("The secret by which Stripe signs what it sends."),
            ],
            vec![super::header("Authorization", "Bearer {{secretKey}}")],
        ),
        "https://api.stripe.com/v1/charges?limit=1",
    )
}
