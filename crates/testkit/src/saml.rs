//! A provider of SAML 2.0, for tests: it reads requests and writes responses, and lies as a test tells it to.
//!
//! What it signs it writes in canonical form at once, so that nothing of the product's own is needed for it.

use std::io::Read;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use flate2::read::DeflateDecoder;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use sha2::{Digest, Sha256};
use url::Url;

pub const ENTITY_ID: &str = "https://idp.example/metadata";
pub const SIGN_IN_URL: &str = "https://idp.example/sign-in?tenant=1";
pub const CERTIFICATE: &str = include_str!("saml/certificate.pem");
/// Made for these tests, and used nowhere else.
const KEY: &str = include_str!("saml/key.pem");
const OTHER_KEY: &str = include_str!("saml/other-key.pem");

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// What a browser brings.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: String,
    pub issuer: String,
    /// Where the answer is to go.
    pub back: String,
    pub relay_state: String,
}

/// What of a response is signed, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    Assertion,
    Response,
    Both,
    NotAtAll,
    ByAnother,
}

/// A response that is to be written.
#[derive(Clone, Debug)]
pub struct Script {
    pub id: String,
    pub issuer: &'static str,
    pub audience: String,
    pub recipient: String,
    pub request: Option<String>,
    pub subject: String,
    pub attributes: Vec<(&'static str, Vec<String>)>,
    pub now: Timestamp,
    pub status: &'static str,
    pub signed: Signed,
}

/// The metadata of this provider.
pub fn metadata() -> String {
    let certificate: String = CERTIFICATE.lines().filter(|it| !it.starts_with("--")).collect();
    let url = SIGN_IN_URL.replace('&', "&amp;");
    format!(
        r#"<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="{DSIG}" entityID="{ENTITY_ID}">
  <md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
      {certificate}
    </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/post"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{url}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#
    )
}

/// Reads the address that a browser was sent to.
///
/// # Panics
/// When it asks nothing, as a test must find out.
pub fn asked(url: &str) -> Request {
    let url = Url::parse(url).expect("an address");
    let value = |name: &str| {
        let found = url.query_pairs().find(|it| it.0 == name);
        found.map(|it| it.1.into_owned()).unwrap_or_default()
    };
    let packed = STANDARD.decode(value("SAMLRequest")).expect("base64");
    let mut text = String::new();
    DeflateDecoder::new(packed.as_slice()).read_to_string(&mut text).expect("a request");
    let attribute = |name: &str| between(&text, &format!(" {name}=\""), "\"");
    Request {
        id: attribute("ID"),
        issuer: between(&text, "<saml:Issuer>", "<"),
        back: attribute("AssertionConsumerServiceURL"),
        relay_state: value("RelayState"),
    }
}

fn between(text: &str, start: &str, end: &str) -> String {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1;
    rest.split(end).next().unwrap_or_default().to_owned()
}

impl Script {
    /// What answers a request as it must, for this person.
    pub fn answering(request: &Request, subject: &str, id: &str) -> Script {
        Script {
            id: format!("_{id}"),
            issuer: ENTITY_ID,
            audience: request.issuer.clone(),
            recipient: request.back.clone(),
            request: Some(request.id.clone()),
            subject: subject.to_owned(),
            attributes: vec![],
            now: Timestamp::now(),
            status: "Success",
            signed: Signed::Assertion,
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, values: &[&str]) -> Script {
        self.attributes.push((name, values.iter().map(|it| (*it).to_owned()).collect()));
        self
    }

    /// The response as a form has it.
    pub fn encoded(&self) -> String {
        STANDARD.encode(self.text())
    }

    pub fn text(&self) -> String {
        let key = if self.signed == Signed::ByAnother { OTHER_KEY } else { KEY };
        let mut assertion = self.assertion();
        if matches!(self.signed, Signed::Assertion | Signed::Both | Signed::ByAnother) {
            assertion = signed(&assertion, &self.id, key);
        }
        let id = format!("{}-r", self.id);
        let request = self.answers();
        let (to, at, issuer, status) = (&self.recipient, self.now, self.issuer, self.status);
        let response = format!(
            r#"<samlp:Response xmlns:samlp="{PROTOCOL}" Destination="{to}" ID="{id}"{request} IssueInstant="{at:.0}" Version="2.0"><saml:Issuer xmlns:saml="{ASSERTION}">{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"></samlp:StatusCode></samlp:Status>{assertion}</samlp:Response>"#
        );
        match self.signed {
            Signed::Response | Signed::Both => signed(&response, &id, key),
            Signed::Assertion | Signed::NotAtAll | Signed::ByAnother => response,
        }
    }

    fn answers(&self) -> String {
        let request = self.request.as_ref();
        request.map(|it| format!(" InResponseTo=\"{it}\"")).unwrap_or_default()
    }

    fn assertion(&self) -> String {
        let attribute = |(name, values): &(&str, Vec<String>)| {
            let value = |it: &String| format!("<saml:AttributeValue>{it}</saml:AttributeValue>");
            let values: String = values.iter().map(value).collect();
            format!(r#"<saml:Attribute Name="{name}">{values}</saml:Attribute>"#)
        };
        let attributes: String = self.attributes.iter().map(attribute).collect();
        let (id, issuer, to) = (&self.id, self.issuer, &self.recipient);
        let (request, subject, audience) = (self.answers(), &self.subject, &self.audience);
        let (at, until) = (self.now, self.now + SignedDuration::from_mins(5));
        format!(
            r#"<saml:Assertion xmlns:saml="{ASSERTION}" ID="{id}" IssueInstant="{at:.0}" Version="2.0"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID>{subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData{request} NotOnOrAfter="{until:.0}" Recipient="{to}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{at:.0}" NotOnOrAfter="{until:.0}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"#
        )
    }
}

/// An element that is in canonical form, with its signature after its issuer.
fn signed(element: &str, id: &str, key: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(element));
    let info = |space: &str| {
        format!(
            r##"<ds:SignedInfo{space}><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="{DSIG}enveloped-signature"></ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
        )
    };
    let key = EncodingKey::from_rsa_pem(key.as_bytes()).expect("a key of this file");
    let text = info(&format!(r#" xmlns:ds="{DSIG}""#));
    let value = crypto::sign(text.as_bytes(), &key, Algorithm::RS256).expect("it signs");
    let value = STANDARD.encode(URL_SAFE_NO_PAD.decode(value).expect("base64"));
    let info = info("");
    let signature = format!(
        r#"<ds:Signature xmlns:ds="{DSIG}">{info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"#
    );
    element.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}
