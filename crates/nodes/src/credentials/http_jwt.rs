//! A key for JSON web tokens.

use model::form::{Field, FieldKind};
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    let pem = |name: &str, title: &str| {
        Field::new(name, title, FieldKind::Secret { multiline: true }).when("keyType", &["pemKey"])
    };
    let algorithms = [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
        "ES384", "EdDSA",
    ];
    super::signing(
        "jwtAuth",
        "JSON web token",
        "The key by which webhooks check tokens, and by which respond nodes sign them. Only the \
         algorithm chosen here counts, whatever a token says.",
        vec![
            Field::choice("keyType", "Kind of key", &[("passphrase", "A secret"), ("pemKey", "A key pair")])
                .help("A secret that both sides share (HS…), or a key pair in PEM (RS…, PS…, ES…, EdDSA)."),
            Field::secret("secret", "Secret")
                .when("keyType", &["passphrase"])
                .help("The secret that both sides share."),
            pem("privateKey", "Private key").help("Signs tokens, in PEM."),
            pem("publicKey", "Public key").help("Checks tokens, in PEM."),
            Field::choice("algorithm", "Algorithm", &algorithms.map(|it| (it, it)))
                .help("The algorithm of the signature."),
        ],
        vec![],
    )
}
