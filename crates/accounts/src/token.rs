//! Tokens: a short one that opens, and a long one that makes the next two.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use model::id::{SessionId, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

/// How long an access token opens.
pub(crate) const ACCESS: SignedDuration = SignedDuration::from_mins(15);
/// How long a session lasts without a refresh.
pub(crate) const REFRESH: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How long the answer to a refresh may be asked for again.
pub(crate) const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// What every refresh token begins with, so that people and scanners know it.
const REFRESH_PREFIX: &str = "tbr_";
const MAC_BYTES: usize = 32;
/// The one way in which access tokens are signed; what a token says of it does not count.
const SIGNED: Algorithm = Algorithm::HS256;
const ISSUER: &str = "tailorbird";

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    #[serde(rename = "sub")]
    pub user: UserId,
    #[serde(rename = "sid")]
    pub session: SessionId,
    /// Where the person is.
    #[serde(rename = "ws")]
    pub workspace: WorkspaceId,
    iat: i64,
    exp: i64,
}

/// The keys that sign.
pub(crate) struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    refresh: Hmac<Sha256>,
}

/// What a refresh token names, once it is known to be ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refresh {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) turn: i64,
}

impl Signer {
    pub(crate) fn new(access: &[u8; 32], refresh: &[u8; 32]) -> Signer {
        Signer {
            encoding: EncodingKey::from_secret(access),
            decoding: DecodingKey::from_secret(access),
            refresh: Hmac::new_from_slice(refresh).expect("a key of any length does"),
        }
    }

    pub(crate) fn access(
        &self,
        user: UserId,
        session: SessionId,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> String {
        let exp = (now + ACCESS).as_second();
        let iat = now.as_second();
        let claims = Claims { iss: ISSUER.to_owned(), user, session, workspace, iat, exp };
        jsonwebtoken::encode(&Header::new(SIGNED), &claims, &self.encoding).expect("plain data")
    }

    /// What a token says that we have signed and that has not ended.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let mut validation = Validation::new(SIGNED);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        // The end is looked at below, by the clock that is given.
        validation.validate_exp = false;
        let claims =
            jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).ok()?.claims;
        (claims.exp > now.as_second()).then_some(claims)
    }

    /// It is computed and not kept: a copy of the database holds none.
    pub(crate) fn refresh(&self, it: &Refresh) -> String {
        let mut bytes = body(it);
        bytes.extend(self.mac(&bytes).finalize().into_bytes());
        format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(crate) fn read_refresh(&self, text: &str) -> Option<Refresh> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(REFRESH_PREFIX)?).ok()?;
        let (body, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        self.mac(body).verify_slice(mac).ok()?;
        let (user, rest) = body.split_first_chunk::<16>()?;
        let (session, turn) = rest.split_first_chunk::<16>()?;
        Some(Refresh {
            user: UserId(Uuid::from_bytes(*user)),
            session: SessionId(Uuid::from_bytes(*session)),
            turn: i64::from_be_bytes(turn.try_into().ok()?),
        })
    }

    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.refresh.clone();
        mac.update(body);
        mac
    }
}

fn body(it: &Refresh) -> Vec<u8> {
    let mut res = it.user.0.as_bytes().to_vec();
    res.extend(it.session.0.as_bytes());
    res.extend(it.turn.to_be_bytes());
    res
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn ids() -> (UserId, SessionId, WorkspaceId) {
        let id = Uuid::from_u128;
        (UserId(id(1)), SessionId(id(2)), WorkspaceId(id(3)))
    }

    #[test]
    fn an_access_token_opens_for_fifteen_minutes() {
        let (signer, (user, session, workspace)) = (Signer::new(&[1; 32], &[2; 32]), ids());
        let token = signer.access(user, session, workspace, at(0));
        let claims = signer.read(&token, at(899)).unwrap();
        assert_eq!((claims.user, claims.session, claims.workspace), ids());
        assert_eq!(signer.read(&token, at(900)), None);
        assert_eq!(Signer::new(&[9; 32], &[2; 32]).read(&token, at(1)), None);
    }

    /// The header of a token is its bearer's word, and does not count.
    #[test]
    fn no_other_algorithm_counts() {
        let signer = Signer::new(&[1; 32], &[2; 32]);
        let (user, session, workspace) = ids();
        let token = signer.access(user, session, workspace, at(0));
        let mut parts = token.split('.');
        let (_, payload, mac) = (parts.next(), parts.next().unwrap(), parts.next().unwrap());
        let with = |header: serde_json::Value, mac: &str| {
            let header = URL_SAFE_NO_PAD.encode(header.to_string());
            signer.read(&format!("{header}.{payload}.{mac}"), at(1))
        };
        for alg in ["none", "None", "HS384", "RS256", "EdDSA"] {
            assert_eq!(with(json!({"alg": alg, "typ": "JWT"}), mac), None, "{alg}");
            assert_eq!(with(json!({"alg": alg, "typ": "JWT"}), ""), None, "{alg}");
        }
        assert_eq!(with(json!({"alg": "HS256", "typ": "JWT", "x": 1}), mac), None);
        // Another algorithm with the right key is no better.
        let key = EncodingKey::from_secret(&[1; 32]);
        let claims = signer.read(&token, at(1)).unwrap();
        let longer = jsonwebtoken::encode(&Header::new(Algorithm::HS512), &claims, &key).unwrap();
        assert_eq!(signer.read(&longer, at(1)), None);
        for text in ["", "..", "a.b.c", "tbk_x"] {
            assert_eq!(signer.read(text, at(1)), None);
        }
    }

    #[test]
    fn a_refresh_token_cannot_be_made_up() {
        let signer = Signer::new(&[1; 32], &[2; 32]);
        let (user, session, _) = ids();
        let it = Refresh { user, session, turn: 7 };
        let text = signer.refresh(&it);
        assert_eq!(signer.read_refresh(&text), Some(it));
        assert_ne!(text, signer.refresh(&Refresh { turn: 8, ..it }));
        assert_eq!(Signer::new(&[1; 32], &[3; 32]).read_refresh(&text), None);
        let bytes = URL_SAFE_NO_PAD.decode(&text[4..]).unwrap();
        for n in 0..bytes.len() {
            let mut other = bytes.clone();
            other[n] ^= 1;
            let other = format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(&other));
            assert_eq!(signer.read_refresh(&other), None, "{n}");
            let short = format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(&bytes[..n]));
            assert_eq!(signer.read_refresh(&short), None, "{n}");
        }
    }
}
