//! A client certificate.

use model::form::{Field, FieldKind};
use sdk::{CredentialType, credential::Sign};

pub(super) fn plugin() -> CredentialType {
    let pem =
        |name: &str, title: &str| Field::new(name, title, FieldKind::Secret { multiline: true });
    super::signing(
        "httpSslAuth",
        "SSL certificate",
        "Presents a client certificate to the server, and trusts an authority of your own.",
        vec![
            pem("ca", "Authority")
                .help("Certificates of the authority to trust beside the known ones, in PEM."),
            pem("cert", "Certificate").help("The client's certificate with its chain, in PEM."),
            pem("key", "Private key")
                .help("The key of that certificate, in PEM, without a passphrase."),
        ],
        vec![Sign::Certificate {
            ca: "{{ca}}".into(),
            cert: "{{cert}}".into(),
            key: "{{key}}".into(),
        }],
    )
}
