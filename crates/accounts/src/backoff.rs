//! How long a sign-in has to wait after failures of the same account from the same address.
//!
//! It is never the account alone: who guesses at somebody's password slows himself down, and not
//! the one whose account it is. Codes of a second factor are short, so they are counted by account
//! too; who is slowed down by that has another way in (`two_factor.rs`).

use std::net::IpAddr;

use jiff::SignedDuration;

/// So many may be wrong without a pause.
const FREE: u32 = 5;
/// Longest pause.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(15);
/// How long after its pause a failure is remembered.
pub(crate) const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// The pause after so many failures: one second, doubled by each further one.
pub(crate) fn pause(failures: u32) -> SignedDuration {
    let Some(more) = failures.checked_sub(FREE) else { return SignedDuration::ZERO };
    if more >= 10 { PAUSE_MAX } else { SignedDuration::from_secs(1 << more).min(PAUSE_MAX) }
}

/// So many codes may be wrong, wherever they come from, without a pause.
const FREE_ANYWHERE: u32 = 50;

/// The pause of an account after so many wrong codes from anywhere.
pub(crate) fn pause_anywhere(failures: u32) -> SignedDuration {
    if failures < FREE_ANYWHERE { SignedDuration::ZERO } else { PAUSE_MAX }
}

/// Whom an address stands for: a household has a whole network of version 6.
pub fn household(address: Option<IpAddr>) -> String {
    match address {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(it)) => it.to_string(),
        Some(IpAddr::V6(it)) => {
            let [a, b, c, d, ..] = it.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit() {
        let seconds = |failures| pause(failures).as_secs();
        assert_eq!([0, 4, 5, 6, 7, 14, 15, u32::MAX].map(seconds), [0, 0, 1, 2, 4, 512, 900, 900]);
    }

    #[test]
    fn codes_from_anywhere_are_few() {
        let seconds = |failures| pause_anywhere(failures).as_secs();
        assert_eq!([0, 49, 50, 1_000].map(seconds), [0, 0, 900, 900]);
    }

    #[test]
    fn a_network_of_version_6_is_one_household() {
        let of = |it: &str| household(Some(it.parse().unwrap()));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
