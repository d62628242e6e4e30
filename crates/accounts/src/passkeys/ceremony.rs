//! What browsers and devices say of a passkey, and whether it counts (Web Authentication, level 2: 7.1, 7.2).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, crypto};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use x509_cert::{
    der::{Decode, Reader, SliceReader, asn1::UintRef},
    spki::SubjectPublicKeyInfoOwned,
};

use crate::public_key::{self, PublicKey};

/// Why something does not count.
pub(super) type Refused = &'static str;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Create,
    Get,
}

/// What a browser says of what it asked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Client {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// What a device says of itself.
#[derive(Debug, PartialEq)]
pub(super) struct Said {
    pub(super) n_signed: u32,
    /// As it numbers the key that it has made.
    pub(super) credential: Option<Vec<u8>>,
}

const CLIENT_BYTES_MAX: usize = 4_096;
const DEVICE_BYTES_MAX: usize = 8_192;
const KEY_BYTES_MAX: usize = 2_048;
const CREDENTIAL_BYTES_MAX: usize = 1_023;
/// A digest, flags and a number.
const DEVICE_BYTES_MIN: usize = 37;
/// The model of the device.
const MODEL_BYTES: usize = 16;
/// Somebody was there.
const PRESENT: u8 = 1;
/// And it was made sure who.
const VERIFIED: u8 = 1 << 2;
/// The key may be copied to other devices of its owner, and was.
const MAY_BE_COPIED: u8 = 1 << 3;
const WAS_COPIED: u8 = 1 << 4;
/// A key comes with it.
const HAS_KEY: u8 = 1 << 6;

/// The challenge that the browser has had answered.
pub(super) fn client(bytes: &[u8], kind: Kind, origin: &str) -> Result<String, Refused> {
    let odd = "the browser's part cannot be read";
    if bytes.len() > CLIENT_BYTES_MAX {
        return Err(odd);
    }
    let said: Client = serde_json::from_slice(bytes).map_err(|_| odd)?;
    let wanted = match kind {
        Kind::Create => "webauthn.create",
        Kind::Get => "webauthn.get",
    };
    if said.kind != wanted {
        return Err("it answers another question");
    }
    if said.origin != origin || said.cross_origin {
        return Err("another page has asked for it");
    }
    Ok(said.challenge)
}

pub(super) fn device(bytes: &[u8], kind: Kind, relying_party: &str) -> Result<Said, Refused> {
    let odd = "the device's part cannot be read";
    if !(DEVICE_BYTES_MIN..=DEVICE_BYTES_MAX).contains(&bytes.len()) {
        return Err(odd);
    }
    let (party, rest) = bytes.split_at(32);
    if !bool::from(party.ct_eq(Sha256::digest(relying_party).as_slice())) {
        return Err("it is for another name");
    }
    let (flags, rest) = (rest[0], &rest[1..]);
    let has = |it: u8| flags & it == it;
    if !has(PRESENT | VERIFIED) {
        return Err("the device did not make sure who holds it");
    }
    if has(WAS_COPIED) && !has(MAY_BE_COPIED) {
        return Err(odd);
    }
    let (count, rest) = rest.split_first_chunk().ok_or(odd)?;
    let n_signed = u32::from_be_bytes(*count);
    if kind == Kind::Get {
        return Ok(Said { n_signed, credential: None });
    }
    let rest = rest.get(MODEL_BYTES..).filter(|_| has(HAS_KEY)).ok_or(odd)?;
    let (len, rest) = rest.split_first_chunk().ok_or(odd)?;
    let len = usize::from(u16::from_be_bytes(*len));
    let credential = rest.get(..len).filter(|_| (1..=CREDENTIAL_BYTES_MAX).contains(&len));
    Ok(Said { n_signed, credential: Some(credential.ok_or(odd)?.to_vec()) })
}

/// A key of a kind that devices are asked for.
pub(super) fn key(bytes: &[u8]) -> Result<(PublicKey, Algorithm), Refused> {
    let odd = "its key is neither of P-256 or Ed25519 nor RSA";
    if bytes.len() > KEY_BYTES_MAX {
        return Err(odd);
    }
    let info = SubjectPublicKeyInfoOwned::from_der(bytes).map_err(|_| odd)?;
    let key = public_key::read(&info).map_err(|_| odd)?;
    let of_devices = [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256];
    let algorithm = of_devices.into_iter().find(|it| key.algorithms.contains(it));
    Ok((key, algorithm.ok_or(odd)?))
}

/// Whether the key has signed both parts.
pub(super) fn fits(
    public_key: &[u8],
    client: &[u8],
    device: &[u8],
    signature: &[u8],
) -> Result<(), Refused> {
    let wrong = "its signature does not fit";
    let (key, algorithm) = key(public_key)?;
    let mut text = device.to_vec();
    text.extend_from_slice(&Sha256::digest(client));
    let signature = match algorithm {
        Algorithm::ES256 => bare(signature).ok_or(wrong)?,
        _ => signature.to_vec(),
    };
    let signature = URL_SAFE_NO_PAD.encode(signature);
    match crypto::verify(&signature, &text, &key.key, algorithm) {
        Ok(true) => Ok(()),
        _ => Err(wrong),
    }
}

/// Devices write the two numbers of an ECDSA signature as DER; here they stand one after the other.
fn bare(signature: &[u8]) -> Option<Vec<u8>> {
    let mut reader = SliceReader::new(signature).ok()?;
    let numbers = reader.sequence(|it| {
        let first = UintRef::decode(it)?.as_bytes().to_vec();
        Ok([first, UintRef::decode(it)?.as_bytes().to_vec()])
    });
    let mut res = vec![];
    for it in numbers.ok()? {
        let missing = 32_usize.checked_sub(it.len())?;
        res.extend(std::iter::repeat_n(0, missing));
        res.extend(it);
    }
    reader.is_finished().then_some(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys and signatures that OpenSSL has made, over a client's part and a device's: of Ed25519, RSA,
    /// P-256, and P-384, which devices are not asked for.
    const SIGNED: &[(&str, &str, bool)] = &[
        (
            "MCowBQYDK2VwAyEAtYPBz1KAxXyRiXcFF9Av7XbbAoDm9NCgrzi8cv-uEvE",
            "_R7QjXS2lfc4UGis_BvddJha0zOsW6igG08GJi-8nHwqhqBHvGkZpVhGKd8xaKHBqsjd7WbBlGQH17x99mLFAw",
            true,
        ),
        (
            "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1VADT-2h48XOKNMDo6Y2m6Znxcag68ZguEs4CRQmt-cGL66EEw1SBLeX7ABTEEhnrxpyQyOc8jMUXi_Uhq-XWTTarnnumocE35d2Rz8J8vDh9HzeRidZDHGe3SyFf8Tlj9NARFhgSA8x7y9xxVjDOLE0zGgUar2TFJVQSzSknF1GuStmnxI_y0WZ9sYXYRmUlA3haOBItPXCt82fPHYGWG9dLMYRDQJeZ9U3ws9RH8avBg8OWGXgjZSdPmH8hWe9gKebXb1rc51zF7216YaLqtulEnmD6S9ciU2BEmR6XK3aMgaXs1OkUnKE1YsacTFDvap6s_5YaANQT9Wc6QOAbQIDAQAB",
            "DWhskv7z1KyPoTo9DPNGlefx0rpEzoJWpJMu4tBoD7iFhqLZcbvIf5Td-ODKdNJTazSRO6oUcQ1gYY8_zWbtny9ZS5fv4MMN7Y9V8lXC6mLhh5rruo9IoGHjFofs7CX2Feze7DnlmM9e5APLUuhZn-Ts7oPrCPlwOuiIRu_MP3QTsBrEmh9Lqx-mTSydLSiPodk6PYOvq99L4wNiLaGhxT83ZxnQo-Cs7cHbq_lL3BsgTznT_tAV0m9S2Qbf9WgmUM9Xb8DmzEGKfuL4iYaeGkpLTTrXuYBjRdve5BZsXp0lCEAWafmA15g9_TeEg8KFbyo6Ou7TyAqOZfuH1uDNJg",
            true,
        ),
        (
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqE5gY4S9PrYYsKrjOveCvT-qVnMJOzqtUMvXGt4GokTQGqMJQ_zyvbf_1sGelqLLD8u9R3TCijrh1tgg1AWN8w",
            "MEQCIEjm6U-ZdLFENvEq9ZZfccUoGgzTbiI9KUs_tbncBGl5AiAhbtMzT6dX2psJqq4-2NbJYZlY9_DVA4-p6CPHKTtu-w",
            true,
        ),
        (
            "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEkn2D1hHfIt-udJtEn6vG0zrtYO1q4wcpp9w9Moxyw9o8TsZiZ_OIvIAmVWmNnMC6ra-VevOh7LhS_QqCE6D4Nl6iBO0PfLlNXCYGoXsJyqnCytxz-eWvvgDcfUS_q_qR",
            "MGUCMGiT41XD752VIIUGvV1FK67biVNavWXUBg5RNGq7Cttgxkvv9l0LWlr3vT_ruGezQgIxAJfrNdXm_QewZxCett1wgLrC0NVbUh2TZYgJohnHkY_dbwroLvMBJ1pSUBma2NR8CA",
            false,
        ),
    ];

    #[test]
    fn a_key_that_counts_has_signed_both_parts() {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let client = br#"{"type":"webauthn.get"}"#;
        for (key, signature, is_fine) in SIGNED {
            let (key, mut signature) = (bytes(key), bytes(signature));
            assert_eq!(fits(&key, client, b"device", &signature).is_ok(), *is_fine);
            assert!(fits(&key, client, b"another device", &signature).is_err());
            assert!(fits(&key, b"{}", b"device", &signature).is_err());
            let last = signature.len() - 1;
            assert!(fits(&key, client, b"device", &signature[..last]).is_err());
            signature[last] ^= 1;
            assert!(fits(&key, client, b"device", &signature).is_err());
        }
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        let mut whole = Sha256::digest("birds.example").to_vec();
        whole.extend([PRESENT | VERIFIED | HAS_KEY, 0, 0, 1, 2]);
        let n_short = whole.len();
        whole.extend([0; MODEL_BYTES]);
        whole.extend([0, 3, 7, 8, 9]);
        let said = device(&whole, Kind::Create, "birds.example").unwrap();
        assert_eq!(said, Said { n_signed: 258, credential: Some(vec![7, 8, 9]) });
        for n in 0..whole.len() {
            assert!(device(&whole[..n], Kind::Create, "birds.example").is_err(), "{n}");
            assert_eq!(
                device(&whole[..n], Kind::Get, "birds.example").is_ok(),
                n >= n_short,
                "{n}"
            );
        }
        assert!(device(&vec![0; DEVICE_BYTES_MAX + 1], Kind::Get, "birds.example").is_err());
    }
}
