//! Signatures over bodies and times, and signed tokens.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::*;

fn signed(algorithm: &str, claims: &str, key: &[u8]) -> String {
    let head = BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
    let text = format!("{head}.{}", BASE64_URL_SAFE_NO_PAD.encode(claims));
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(&text).finalize();
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.into_bytes()))
}

/// What became of a bearer token: its claims, or the status of the refusal.
fn token(token: &str, fields: Value) -> Result<Value, u16> {
    let bearer = format!("Bearer {token}");
    let request = request("GET", &[("authorization", &bearer)], "");
    let parameters = json!({"authentication": "jwtAuth"});
    receive(&request, &parameters, Some(("jwtAuth", fields)))
        .map(|it| item(&it).json.get("jwtPayload").cloned().unwrap_or_default())
        .map_err(|it| it.status)
}

#[test]
fn a_token_must_be_signed_and_in_time() {
    let fields = json!({"secret": "s3cret", "algorithm": "HS256"});
    let check = |claims: &str, key: &str, expected: Result<Value, u16>| {
        assert_eq!(token(&signed("HS256", claims, key.as_bytes()), fields.clone()), expected);
    };
    check(r#"{"sub":"ada"}"#, "s3cret", Ok(json!({"sub": "ada"})));
    check(r#"{"sub":"ada"}"#, "other", Err(403));
    check(r#"{"exp":1750000001}"#, "s3cret", Ok(json!({"exp": 1_750_000_001})));
    check(r#"{"exp":1749999000}"#, "s3cret", Err(403));
    check(r#"{"nbf":1750009000}"#, "s3cret", Err(403));
    check(r#"{"exp":"soon"}"#, "s3cret", Err(403));
    check(r#"{"aud":"x","iss":"y"}"#, "s3cret", Ok(json!({"aud": "x", "iss": "y"})));
    assert_eq!(token("nonsense", fields.clone()), Err(403));
    let bare = request("GET", &[], "");
    let parameters = json!({"authentication": "jwtAuth"});
    assert_eq!(status(&bare, &parameters, Some(("jwtAuth", fields))), 401);
}

/// It is the caller's, who may want it passed on; the credential is the key behind it.
#[test]
fn a_token_stays_with_the_call() {
    let bearer = format!("Bearer {}", signed("HS256", r#"{"sub":"ada"}"#, b"s3cret"));
    let request = request("GET", &[("authorization", &bearer)], "");
    let fields = json!({"secret": "s3cret", "algorithm": "HS256"});
    let parameters = json!({"authentication": "jwtAuth"});
    let received = receive(&request, &parameters, Some(("jwtAuth", fields))).unwrap();
    let headers = item(&received).json.get("headers").cloned().unwrap();
    assert_eq!(headers.get("authorization").and_then(Value::as_str), Some(bearer.as_str()));
}

/// The attacks on verifiers that believe a token's own header.
#[test]
fn a_token_cannot_choose_its_algorithm() {
    let ec = json!({"algorithm": "ES256", "publicKey": EC_PUBLIC, "secret": ""});
    let confused = signed("HS256", r#"{"sub":"eve"}"#, EC_PUBLIC.as_bytes());
    assert_eq!(token(&confused, ec.clone()), Err(403));
    let renamed = signed("ES256", r#"{"sub":"eve"}"#, EC_PUBLIC.as_bytes());
    assert_eq!(token(&renamed, ec), Err(403));

    let fields = json!({"secret": "s3cret", "algorithm": "HS256"});
    let head = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let bare = format!("{head}.{}.", BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"eve"}"#));
    assert_eq!(token(&bare, fields.clone()), Err(403));
    assert_eq!(token(&signed("HS512", r#"{"sub":"eve"}"#, b"s3cret"), fields), Err(403));
    let empty = json!({"secret": "", "algorithm": "HS256"});
    assert_eq!(token(&signed("HS256", r#"{"sub":"eve"}"#, b""), empty), Err(403));
}

#[test]
fn a_token_signed_here_is_good_there() {
    let fields = json!({"algorithm": "ES256", "publicKey": EC_PUBLIC, "privateKey": EC_PRIVATE});
    let credential = Credential::new("jwtAuth", "C", fields.as_object().cloned().unwrap());
    let now = Timestamp::from_second(NOW).unwrap();
    let text = crate::jwt::sign(&json!({"sub": "ada"}), &credential, now).unwrap();
    assert_eq!(token(&text, fields), Ok(json!({"sub": "ada", "iat": 1_750_000_000})));
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn signature(scheme: Value, headers: &[(&str, &str)], body: &str, secret: &str) -> u16 {
    let parameters = Value::object([("authentication", "signature".into()), ("signature", scheme)]);
    let credential = Some(("hmacAuth", json!({"secret": secret})));
    status(&request("POST", headers, body), &parameters, credential)
}

#[test]
fn githubs_example_is_taken_in() {
    let (secret, body) = ("It's a Secret to Everybody", "Hello, World!");
    let good = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let check = |value: &str, expected: u16| {
        let headers = [("x-hub-signature-256", value)];
        assert_eq!(signature(json!({"scheme": "github"}), &headers, body, secret), expected);
    };
    check(good, 200);
    check(&good.to_uppercase().replace("SHA256", "sha256"), 200);
    check(good.trim_start_matches("sha256="), 403);
    check(&good.replace("757107", "757108"), 403);
    check(&good[..good.len() - 2], 403);
    check("sha256=", 403);
    check("sha256=zz", 403);
    assert_eq!(signature(json!({"scheme": "github"}), &[], body, secret), 401);
}

#[test]
fn signed_times_keep_recorded_requests_out() {
    let body = r#"{"a":1}"#;
    let stripe = |at: i64, tolerance: Value| {
        let good = hex(&mac(b"key", &format!("{at}.{body}")));
        let header = format!("t={at},v1=00ff,v1={good},v0={good}");
        let scheme = Value::object([("scheme", "stripe".into()), ("toleranceS", tolerance)]);
        signature(scheme, &[("stripe-signature", &header)], body, "key")
    };
    assert_eq!(stripe(NOW - 300, Value::Null), 200);
    assert_eq!(stripe(NOW - 301, Value::Null), 403);
    assert_eq!(stripe(NOW + 301, Value::Null), 403);
    assert_eq!(stripe(NOW - 301, json!(302)), 200);
    assert_eq!(stripe(0, json!(0)), 200);

    let slack = |signed_at: i64, said: &str| {
        let good = format!("v0={}", hex(&mac(b"key", &format!("v0:{signed_at}:{body}"))));
        let headers = [("x-slack-signature", good.as_str()), ("x-slack-request-timestamp", said)];
        signature(json!({"scheme": "slack"}), &headers, body, "key")
    };
    assert_eq!(slack(NOW, &NOW.to_string()), 200);
    assert_eq!(slack(NOW - 5_000, &NOW.to_string()), 403);
    assert_eq!(slack(NOW, "soon"), 401);
}

#[test]
fn standard_webhooks_are_taken_in() {
    let key = b"0123456789abcdef01234567";
    let good = BASE64_STANDARD.encode(mac(key, &format!("msg_1.{NOW}.{{}}")));
    let at = NOW.to_string();
    let header = format!("v1,AAAA v1,{good}");
    let headers = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", at.as_str()),
        ("webhook-signature", header.as_str()),
    ];
    let secret = format!("whsec_{}", BASE64_STANDARD.encode(key));
    assert_eq!(signature(json!({"scheme": "standard"}), &headers, "{}", &secret), 200);
    assert_eq!(signature(json!({"scheme": "standard"}), &headers, "{ }", &secret), 403);
}

#[test]
fn an_own_scheme_says_each_part() {
    let scheme = json!({
        "scheme": "own", "header": "X-Sig", "encoding": "base64", "prefix": "v=",
        "signed": "{method}:{path}:{timestamp}:{body}:{x}", "timestampHeader": "X-Time"
    });
    let at = (NOW * 1_000).to_string();
    let good =
        format!("v={}", BASE64_STANDARD.encode(mac(b"k", &format!("POST:orders/7:{at}:b:{{x}}"))));
    let headers = [("x-sig", good.as_str()), ("x-time", at.as_str())];
    assert_eq!(signature(scheme.clone(), &headers, "b", "k"), 200);
    assert_eq!(signature(scheme, &headers, "c", "k"), 403);
}

const EC_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqqhW8rZ0JoQ+qYoGPvlVVwTV/Yto
+dh312CGDML2KJtH3QuVlabP3bUoy+SKR272/IQtlaH9I9P5Lldc09JYkg==
-----END PUBLIC KEY-----";

const EC_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgojkVxeMF4djKbFuz
UrcZ8+lTYeR5fwFWr9swUEQ95C2hRANCAASqqFbytnQmhD6pigY++VVXBNX9i2j5
2HfXYIYMwvYom0fdC5WVps/dtSjL5IpHbvb8hC2Vof0j0/kuV1zT0liS
-----END PRIVATE KEY-----";
