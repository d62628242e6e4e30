//! The certificates of a provider: of each only the key counts, for it is known by the certificate itself
//! and not by who issued that.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey};
use model::Fault;
use sha2::{Digest, Sha256};
use x509_cert::{
    Certificate,
    der::{Decode, Encode},
};

use crate::public_key::{self, PublicKey};

const TEXT_CHARS_MAX: usize = 20_000;

/// A key of a provider.
pub(super) struct Key(PublicKey);

/// What a certificate says, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub subject: String,
    /// Providers go on with certificates that are over, so it is only told.
    pub expires_at: Timestamp,
    /// SHA-256, in hexadecimal digits.
    pub fingerprint: String,
}

impl Key {
    /// The key says which ways of signing are its own.
    pub(super) fn is_for(&self, algorithm: Algorithm) -> bool {
        self.0.algorithms.contains(&algorithm)
    }

    pub(super) fn key(&self) -> &DecodingKey {
        &self.0.key
    }
}

/// A certificate as base64 of its bytes in one line, whether it came as PEM or as metadata have it.
///
/// # Errors
/// [`model::Code::InvalidRequest`] when it is none, or its key is of a kind that does not count.
pub(super) fn plain(text: &str) -> Result<String, Fault> {
    if text.len() > TEXT_CHARS_MAX {
        return Err(Fault::invalid("a certificate is not that long"));
    }
    if text.matches("-----BEGIN").count() > 1 {
        return Err(Fault::invalid("give each certificate by itself, and no private key"));
    }
    let lines = text.lines().map(str::trim).filter(|it| !it.starts_with("-----"));
    let text: String = lines.flat_map(str::split_ascii_whitespace).collect();
    key(&text)?;
    Ok(text)
}

pub(super) fn key(plain: &str) -> Result<Key, Fault> {
    let certificate = parse(plain)?;
    let key = public_key::read(&certificate.tbs_certificate.subject_public_key_info)?;
    if key.algorithms.contains(&Algorithm::EdDSA) {
        return Err(Fault::invalid("the certificate's key is neither RSA nor of P-256 or P-384"));
    }
    Ok(Key(key))
}

pub(super) fn seen(plain: &str) -> Result<Seen, Fault> {
    let certificate = parse(plain)?;
    let it = &certificate.tbs_certificate;
    let until = it.validity.not_after.to_unix_duration().as_secs();
    let bytes = certificate.to_der().map_err(|_| none())?;
    Ok(Seen {
        subject: it.subject.to_string().chars().take(200).collect(),
        expires_at: i64::try_from(until)
            .ok()
            .and_then(|it| Timestamp::from_second(it).ok())
            .ok_or_else(none)?,
        fingerprint: Sha256::digest(&bytes).iter().map(|it| format!("{it:02x}")).collect(),
    })
}

fn parse(plain: &str) -> Result<Certificate, Fault> {
    let bytes = STANDARD.decode(plain).map_err(|_| none())?;
    Certificate::from_der(&bytes).map_err(|_| none())
}

fn none() -> Fault {
    Fault::invalid(
        "this is no X.509 certificate; paste it as PEM, from `-----BEGIN CERTIFICATE-----` on",
    )
}
