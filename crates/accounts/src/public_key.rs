//! Public keys of others, of kinds that count: RSA from 2048 bits on, the curves P-256 and P-384, Ed25519.

use jsonwebtoken::{Algorithm, DecodingKey};
use model::Fault;
use x509_cert::{
    der::{Decode, Reader, SliceReader, asn1::UintRef, oid::ObjectIdentifier},
    spki::SubjectPublicKeyInfoOwned,
};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ELLIPTIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const EDWARDS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// Shortest and longest RSA keys, in bytes.
const RSA_BYTES_MIN: usize = 256;
const RSA_BYTES_MAX: usize = 1_024;
/// Length of an Ed25519 key, and of a point of each curve as it is written here.
const EDWARDS_BYTES: usize = 32;
const P256_BYTES: usize = 65;
const P384_BYTES: usize = 97;

/// A key, and the ways of signing that are its own.
pub(crate) struct PublicKey {
    pub(crate) key: DecodingKey,
    pub(crate) algorithms: &'static [Algorithm],
}

/// # Errors
/// [`model::Code::InvalidRequest`].
pub(crate) fn read(info: &SubjectPublicKeyInfoOwned) -> Result<PublicKey, Fault> {
    let bits = info.subject_public_key.as_bytes().unwrap_or_default();
    let parameters = info.algorithm.parameters.as_ref();
    let curve = parameters.and_then(|it| it.decode_as::<ObjectIdentifier>().ok());
    match (info.algorithm.oid, curve) {
        (RSA, _) => {
            let (modulus, exponent) =
                rsa(bits).ok_or_else(|| Fault::invalid("the key cannot be read"))?;
            if !(RSA_BYTES_MIN..=RSA_BYTES_MAX).contains(&modulus.len()) {
                return Err(Fault::invalid("an RSA key has to have 2048 to 8192 bits"));
            }
            Ok(PublicKey {
                key: DecodingKey::from_rsa_raw_components(&modulus, &exponent),
                algorithms: &[Algorithm::RS256, Algorithm::RS384, Algorithm::RS512],
            })
        }
        (ELLIPTIC, Some(P256)) if bits.len() == P256_BYTES => {
            Ok(PublicKey { key: DecodingKey::from_ec_der(bits), algorithms: &[Algorithm::ES256] })
        }
        (ELLIPTIC, Some(P384)) if bits.len() == P384_BYTES => {
            Ok(PublicKey { key: DecodingKey::from_ec_der(bits), algorithms: &[Algorithm::ES384] })
        }
        (EDWARDS, None) if bits.len() == EDWARDS_BYTES => {
            Ok(PublicKey { key: DecodingKey::from_ed_der(bits), algorithms: &[Algorithm::EdDSA] })
        }
        _ => Err(Fault::invalid("the key is neither RSA nor of P-256, P-384 or Ed25519")),
    }
}

fn rsa(bits: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut reader = SliceReader::new(bits).ok()?;
    reader
        .sequence(|it| {
            let modulus = UintRef::decode(it)?.as_bytes().to_vec();
            Ok((modulus, UintRef::decode(it)?.as_bytes().to_vec()))
        })
        .ok()
}
