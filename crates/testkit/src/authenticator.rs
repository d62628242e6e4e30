//! An authenticator app: the codes of a second factor, as a person reads them off a phone.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// The code that an app shows that was given this secret; `later` is how many codes from now.
pub fn code(secret: &str, later: i64) -> String {
    let mut bits = String::new();
    for letter in secret.chars() {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("base32");
        bits.push_str(&format!("{value:05b}"));
    }
    let whole = bits.as_bytes().chunks_exact(8);
    let key: Vec<u8> =
        whole.map(|it| it.iter().fold(0, |all, bit| all << 1 | (bit - b'0'))).collect();
    let step = Timestamp::now().as_second() / 30 + later;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("a key of any length does");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let from = usize::from(digest[19] & 0xf);
    let four: [u8; 4] = digest[from..from + 4].try_into().expect("four bytes");
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}
