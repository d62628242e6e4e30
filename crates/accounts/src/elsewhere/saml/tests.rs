//! What other programs have signed is read, and nothing that was changed afterwards.

use jiff::Timestamp;

use super::{
    certificate::{self, Key},
    response::{Asserted, Wanted, Why, answers, read},
    signature::{NOT_FITTING, OTHER_ALGORITHM},
};

const RSA: &str = include_str!("cases/rsa.crt");
const ELLIPTIC: &str = include_str!("cases/ec.crt");
const WEAK: &str = include_str!("cases/weak.crt");
/// Signed with libxml2, by signxml (which uses it too) and by xml-crypto; with prefixes of many kinds, comments, lines and
/// letters that are written otherwise.
const BY_LIBXML: &str = include_str!("cases/libxml2-assertion-rsa.xml");
const WHOLE: &str = include_str!("cases/libxml2-response-ecdsa.xml");
const BY_XML_CRYPTO: &str = include_str!("cases/xml-crypto-assertion-rsa.xml");
const ALL: [&str; 3] = [BY_LIBXML, WHOLE, BY_XML_CRYPTO];
const AT: &str = "2026-11-26T12:01:00Z";

fn key(pem: &str) -> Key {
    certificate::key(&certificate::plain(pem).unwrap()).unwrap()
}

fn at(text: &str, now: &str, change: impl FnOnce(&mut Wanted<'_>)) -> Result<Asserted, Why> {
    let keys = [key(ELLIPTIC), key(RSA)];
    let mut wanted = Wanted {
        issuer: "https://idp.example",
        keys: &keys,
        audience: "https://birds.example/metadata",
        recipient: "https://birds.example/acs",
        request: Some("_q1"),
        now: now.parse().unwrap(),
    };
    change(&mut wanted);
    read(text, &wanted)
}

fn why(end: Result<Asserted, Why>) -> &'static str {
    match end.unwrap_err() {
        Why::Odd(why) => why,
        Why::Said => "said",
    }
}

#[test]
fn what_other_programs_sign_is_read() {
    for text in ALL {
        let said = at(text, AT, |_| {}).unwrap();
        assert_eq!((said.id.as_str(), said.subject.as_str()), ("_a1", "4711 & <co>"));
        let ends: Timestamp = "2026-11-26T12:08:00Z".parse().unwrap();
        assert_eq!(said.ends_at, ends, "with what clocks may differ");
        assert_eq!(said.attributes["groups"], ["dev", "ops <1>", "ün\rï"]);
        assert_eq!(said.attributes["mail"], ["bob@example.com"]);
        assert_eq!(said.attributes["urn:oid:0.9.2342.19200300.100.1.3"], ["bob@example.com"]);
        assert!(answers(text));
    }
    assert!(!answers(&ALL[0].replace("InResponseTo", "Odd")) && !answers("no XML"));
}

#[test]
fn what_was_changed_afterwards_is_not() {
    for text in ALL {
        for (from, to) in [
            ("bob@example.com", "eve@example.com"),
            (">dev<", ">admins<"),
            ("4711", "4712"),
            // A comment is no part of what is signed, and cuts nothing short.
            ("<saml2:AudienceRestriction>", "<saml2:AudienceRestriction><saml2:Audience/>"),
        ] {
            assert!(text.contains(from), "{from}");
            let why = why(at(&text.replacen(from, to, 1), AT, |_| {}));
            assert_eq!(why, "it was changed after it was signed", "{from}");
        }
        let commented = text.replacen("bob@exam", "bob@<!-- x -->exam", 1);
        assert_eq!(at(&commented, AT, |_| {}).unwrap().attributes["mail"], ["bob@example.com"]);
        let said = at(&text.replacen("4711", "47<!---->11", 1), AT, |_| {}).unwrap();
        assert_eq!(said.subject, "4711 & <co>");
        // Not with another key, nor with another value of the signature.
        let other = why(at(text, AT, |it| it.keys = &[]));
        assert_eq!(other, NOT_FITTING);
        let (start, _) = text.split_once("SignatureValue>").unwrap();
        // The first place may be a line's end.
        let n = start.len() + "SignatureValue>".len() + 1;
        let digit = if &text[n..=n] == "A" { "B" } else { "A" };
        let turned = format!("{}{digit}{}", &text[..n], &text[n + 1..]);
        assert_eq!(why(at(&turned, AT, |_| {})), NOT_FITTING);
    }
}

#[test]
fn only_ways_that_count_do() {
    for text in ALL {
        let unsigned = {
            let start = text.find("Signature>").unwrap();
            let start = text.find("<ds:Signature").or(text.find("<Signature")).unwrap().min(start);
            let end = text.rfind("Signature>").unwrap() + "Signature>".len();
            format!("{}{}", &text[..start], &text[end..])
        };
        assert_eq!(why(at(&unsigned, AT, |_| {})), "nothing of it is signed");
        for way in [
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "",
        ] {
            let (start, rest) = text.split_once("SignatureMethod Algorithm=\"").unwrap();
            let rest = rest.split_once('"').unwrap().1;
            let odd = format!("{start}SignatureMethod Algorithm=\"{way}\"{rest}");
            assert_eq!(why(at(&odd, AT, |_| {})), OTHER_ALGORITHM, "{way}");
        }
        let (start, rest) = text.split_once("DigestMethod Algorithm=\"").unwrap();
        let rest = rest.split_once('"').unwrap().1;
        let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
        let odd = format!("{start}DigestMethod Algorithm=\"{sha1}\"{rest}");
        assert_eq!(why(at(&odd, AT, |_| {})), OTHER_ALGORITHM);
        for other in [
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        ] {
            let odd =
                text.replace("http://www.w3.org/2001/10/xml-exc-c14n#\"", &format!("{other}\""));
            assert!(why(at(&odd, AT, |_| {})).contains("exclusive"), "{other}");
        }
        let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
        let odd = text.replace(enveloped, "http://www.w3.org/TR/1999/REC-xpath-19991116");
        assert!(why(at(&odd, AT, |_| {})).contains("was changed in a way"));
    }
}

/// The signed part is kept where nobody looks, and another one stands where it was.
#[test]
fn what_is_read_is_what_was_signed() {
    let text = BY_XML_CRYPTO;
    let start = text.find("<saml2:Assertion").unwrap();
    let end = text.find("</saml2:Assertion>").unwrap() + "</saml2:Assertion>".len();
    let (before, signed, after) = (&text[..start], &text[start..end], &text[end..]);
    let signature = {
        let start = signed.find("<Signature ").unwrap();
        let end = signed.find("</Signature>").unwrap() + "</Signature>".len();
        &signed[start..end]
    };
    let bare = signed.replace(signature, "");
    let evil = bare.replace("4711", "admin").replace("\"_a1\"", "\"_evil\"");
    let evil_with =
        |inner: &str| evil.replacen("</saml2:Issuer>", &format!("</saml2:Issuer>{inner}"), 1);
    let around = |inner: &str| format!("{before}{inner}{after}");
    let object = |inner: &str| {
        signature.replace("</Signature>", &format!("<Object>{inner}</Object></Signature>"))
    };
    let twin = evil.replace("_evil", "_a1");
    for (n, odd) in [
        // Beside it, before and after it.
        around(&format!("{evil}{signed}")),
        around(&format!("{signed}{evil}")),
        // The signature moved over, pointing to what it is about: in an extension, or in itself.
        around(&format!("{}<samlp:Extensions xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">{bare}</samlp:Extensions>", evil_with(signature))),
        around(&evil_with(&object(&bare))),
        around(&evil_with(&object(signed))),
        around(&evil_with(&format!("<saml2:Advice>{signed}</saml2:Advice>"))),
        // Inside of it.
        around(&evil.replace("</saml2:Assertion>", &format!("{signed}</saml2:Assertion>"))),
        // Two of one id.
        around(&format!("{twin}{signed}")),
        around(&twin.replacen("</saml2:Issuer>", &format!("</saml2:Issuer>{}", object(&bare)), 1)),
        // The response becomes the extension of another.
        format!("{before}{evil}<x xmlns=\"\">{text}</x>{after}"),
        // Two signatures, of which one fits.
        around(&signed.replacen(signature, &format!("{signature}{signature}"), 1)),
        // Nothing but the signature is left where it was.
        around(&evil_with(signature)),
    ]
    .iter()
    .enumerate()
    {
        let end = at(odd, AT, |_| {});
        assert!(matches!(end, Err(Why::Odd(_))), "{n}: {end:?}");
    }
    // With the signature of the whole response, what stands beside the assertion is signed as well.
    let odd = WHOLE.replace("</saml2p:Status>", &format!("</saml2p:Status>{evil}"));
    assert!(matches!(at(&odd, AT, |_| {}), Err(Why::Odd(_))));
}

#[test]
fn it_is_for_us_for_now_and_for_what_was_asked() {
    for text in ALL {
        let refused = |change: fn(&mut Wanted<'_>), part: &str| {
            let why = why(at(text, AT, change));
            assert!(why.contains(part), "{why}");
        };
        refused(|it| it.issuer = "https://other.example", "another issuer");
        refused(|it| it.audience = "https://other.example", "Audience");
        refused(|it| it.recipient = "https://other.example", "Destination");
        refused(|it| it.request = Some("_q2"), "InResponseTo");
        refused(|it| it.request = None, "InResponseTo");
        // Without what the envelope says, the assertion says the same.
        if text != WHOLE {
            let bare = text.replacen(" Destination=\"https://birds.example/acs\"", "", 1).replacen(
                "InResponseTo=\"_q1\"",
                "InResponseTo=\"_q2\"",
                1,
            );
            let end = at(&bare, AT, |it| it.recipient = "https://other.example");
            assert!(why(end).contains("InResponseTo"));
            let end =
                at(&bare, AT, |it| (it.recipient, it.request) = ("https://x.example", Some("_q2")));
            assert!(why(end).contains("Recipient"));
            assert!(why(at(&bare, AT, |it| it.request = Some("_q2"))).contains("InResponseTo"));
        }
        for (now, is_fine) in [
            ("2026-11-26T11:52:00Z", false),
            ("2026-11-26T11:57:00Z", true),
            ("2026-11-26T12:07:59Z", true),
            ("2026-11-26T12:08:00Z", false),
            ("2026-11-27T12:01:00Z", false),
        ] {
            assert_eq!(at(text, now, |_| {}).is_ok(), is_fine, "{now}");
        }
    }
    let denied = BY_LIBXML.replace("status:Success", "status:Responder");
    assert_eq!(why(at(&denied, AT, |_| {})), "said");
}

#[test]
fn keys_that_are_too_weak_are_refused() {
    assert!(certificate::plain(WEAK).unwrap_err().message.contains("2048"));
    for odd in ["", "nonsense", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"] {
        assert!(certificate::plain(odd).is_err(), "{odd}");
    }
    assert!(certificate::plain(&format!("{RSA}{RSA}")).is_err());
    let seen = certificate::seen(&certificate::plain(RSA).unwrap()).unwrap();
    assert_eq!((seen.subject.as_str(), seen.fingerprint.len()), ("CN=IdP of the tests", 64));
}
