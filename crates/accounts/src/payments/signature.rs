//! That it is the provider who speaks: `Stripe-Signature: t=1700000000,v1=5257a8…`, the HMAC-SHA-256 of
//! `t.payload`.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use model::{Fault, Secret};
use sha2::Sha256;

/// How old a message may be, and how far its clock may be ahead.
pub(super) const TOLERANCE_SECONDS: i64 = 300;
/// A header carries one signature for each secret that is valid at the time.
const SIGNATURES_MAX: usize = 8;

/// # Errors
/// [`model::Code::InvalidRequest`] when no signature fits, or the message is too old.
pub(super) fn check(
    payload: &[u8],
    header: &str,
    secret: &Secret,
    now: Timestamp,
) -> Result<(), Fault> {
    let values = |name: &'static str| {
        header.split(',').filter_map(move |it| it.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let at = values("t").next().ok_or_else(|| unsigned("it has no time"))?;
    let seconds: i64 = at.parse().map_err(|_| unsigned("its time is none"))?;
    if now.as_second().saturating_sub(seconds).saturating_abs() > TOLERANCE_SECONDS {
        return Err(unsigned("it is older than five minutes, or of a clock that is ahead"));
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(payload);
    // In constant time.
    let fits = |it: &str| hex(it).is_some_and(|it| mac.clone().verify_slice(&it).is_ok());
    if values("v1").take(SIGNATURES_MAX).any(fits) {
        return Ok(());
    }
    Err(unsigned("its signature is another's"))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32).map(|n| u8::from_str_radix(text.get(n * 2..n * 2 + 2)?, 16).ok()).collect()
}

fn unsigned(why: &str) -> Fault {
    Fault::invalid(format!("the message is not taken: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &[u8] = br#"{"id":"evt_1"}"#;

    fn signed(secret: &str, at: i64, payload: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{at}.").as_bytes());
        mac.update(payload);
        mac.finalize().into_bytes().iter().map(|it| format!("{it:02x}")).collect()
    }

    #[track_caller]
    fn check_that(header: &str, payload: &[u8], fits: bool) {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let end = check(payload, header, &Secret::new("whsec_x"), now);
        assert_eq!(end.is_ok(), fits, "{header}: {end:?}");
    }

    #[test]
    fn only_what_the_provider_signed_just_now_is_taken() {
        let now = 1_700_000_000;
        let good = signed("whsec_x", now, PAYLOAD);
        check_that(&format!("t={now},v1={good}"), PAYLOAD, true);
        // While the secret is changed, there are two; `v0` is for tests of theirs.
        let other = signed("whsec_old", now, PAYLOAD);
        check_that(&format!("t={now},v1={other},v1={good},v0={other}"), PAYLOAD, true);
        check_that(&format!("t={now},v1={other}"), PAYLOAD, false);
        check_that(&format!("t={now},v0={good}"), PAYLOAD, false);
        check_that(&format!("t={now},v1={good}"), br#"{"id":"evt_2"}"#, false);
        check_that(&format!("t={},v1={good}", now + 1), PAYLOAD, false);
        for (at, fits) in
            [(now - 300, true), (now - 301, false), (now + 300, true), (now + 301, false)]
        {
            let it = signed("whsec_x", at, PAYLOAD);
            check_that(&format!("t={at},v1={it}"), PAYLOAD, fits);
        }
        for odd in [
            "",
            "t=,v1=",
            "v1=aa",
            "t=now,v1=aa",
            "t=1700000000",
            "t=1700000000,v1=",
            "t=-9223372036854775808,v1=aa",
        ] {
            check_that(odd, PAYLOAD, false);
        }
    }
}
