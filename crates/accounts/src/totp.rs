//! Codes that change with time (RFC 6238): six digits every half minute, as authenticator apps make
//! them.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use model::Secret;
use sdk::http::as_part;
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// How long a code is shown.
const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
/// So many steps before and after the present one count too, for clocks that differ.
const DRIFT: i64 = 1;
/// What RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret, as authenticator apps take it typed in.
pub(crate) fn secret(chance: [u8; 32]) -> Secret {
    Secret::new(base32(&chance[..SECRET_BYTES]))
}

/// What authenticator apps read from a picture.
pub(crate) fn url(issuer: &str, account: &str, secret: &Secret) -> String {
    let (issuer, account) = (as_part(issuer), as_part(account));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", secret.expose())
}

/// The time step that a code is of, if it is of one that counts now.
pub(crate) fn step_of(code: &str, secret: &Secret, now: Timestamp) -> Option<i64> {
    let key = bytes(secret.expose())?;
    let present = now.as_second().div_euclid(STEP_SECONDS);
    let fits = |step: &i64| bool::from(at(&key, *step).as_bytes().ct_eq(code.as_bytes()));
    (present - DRIFT..=present + DRIFT).rev().find(fits)
}

/// Whether a text looks like a code, and not like a recovery code.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|it| it.is_ascii_digit())
}

fn at(key: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("a key of any length does");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let from = usize::from(digest[digest.len() - 1] & 15);
    let four = [digest[from] & 127, digest[from + 1], digest[from + 2], digest[from + 3]];
    format!("{:06}", u32::from_be_bytes(four) % 1_000_000)
}

/// Five bits a letter, without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    let mut res = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut five = [0; 5];
        five[..chunk.len()].copy_from_slice(chunk);
        let bits = five.iter().fold(0_u64, |all, it| all << 8 | u64::from(*it));
        for n in 0..(chunk.len() * 8).div_ceil(5) {
            let letter = (bits >> (35 - n * 5)) & 31;
            res.push(char::from(ALPHABET[letter as usize]));
        }
    }
    res
}

fn bytes(base32: &str) -> Option<Vec<u8>> {
    let (mut bits, mut n_bits, mut res) = (0_u32, 0, vec![]);
    for letter in base32.bytes() {
        let value = ALPHABET.iter().position(|it| *it == letter)?;
        bits = (bits << 5 | value as u32) & 0xfff;
        n_bits += 5;
        if n_bits >= 8 {
            n_bits -= 8;
            res.push((bits >> n_bits) as u8);
        }
    }
    Some(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits.
        let cases = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        let secret = Secret::new(base32(KEY));
        assert_eq!(secret.expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (second, code) in cases {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(step_of(code, &secret, now), Some(second / 30), "{second}");
        }
    }

    #[test]
    fn a_code_counts_one_step_before_and_after() {
        let secret = Secret::new(base32(KEY));
        let of = |second| step_of("287082", &secret, Timestamp::from_second(second).unwrap());
        // The code of the seconds 30 to 59.
        let found = [-1, 0, 30, 59, 89, 90].map(of);
        assert_eq!(found, [None, Some(1), Some(1), Some(1), Some(1), None]);
        let now = Timestamp::from_second(59).unwrap();
        for odd in ["", "28708", "2870822", "287083", "ABCDEF"] {
            assert_eq!(step_of(odd, &secret, now), None, "{odd}");
        }
    }

    #[test]
    fn base32_is_read_back() {
        for n in 0..=20 {
            let text = base32(&KEY[..n]);
            assert_eq!(bytes(&text).unwrap(), &KEY[..n], "{text}");
        }
        assert_eq!(base32(b"foob"), "MZXW6YQ");
        assert_eq!(bytes("a1"), None);
    }

    #[test]
    fn an_address_in_the_url_is_escaped() {
        let url = url("Tailorbird", "ada+1@example.com", &Secret::new("ABC"));
        let wanted = "otpauth://totp/Tailorbird:ada%2B1%40example.com?secret=ABC&issuer=Tailorbird";
        assert_eq!(url, wanted);
    }
}
