//! The question to a provider, as it stands in an address (SAML 2.0 Bindings, 3.4).

use std::io::Write;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::DeflateEncoder};
use jiff::Timestamp;
use model::Fault;
use url::Url;

use super::{
    super::ask::with_query,
    xml::{ASSERTION, BY_POST, PROTOCOL, escaped},
};

pub(super) struct Question<'a> {
    /// Its id, which the answer names.
    pub(super) id: &'a str,
    /// Where the provider answers people.
    pub(super) sign_in_url: &'a str,
    /// Ourselves.
    pub(super) entity_id: &'a str,
    /// Where the answer goes.
    pub(super) back: &'a str,
    /// Comes back with it.
    pub(super) state: &'a str,
}

pub(super) fn url(it: &Question<'_>, now: Timestamp) -> Result<Url, Fault> {
    let text = format!(
        r#"<samlp:AuthnRequest xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{id}" Version="2.0" IssueInstant="{at:.0}" Destination="{there}" AssertionConsumerServiceURL="{back}" ProtocolBinding="{BY_POST}"><saml:Issuer>{us}</saml:Issuer><samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>"#,
        id = it.id,
        at = now,
        there = escaped(it.sign_in_url),
        back = escaped(it.back),
        us = escaped(it.entity_id),
    );
    let broken = |it: std::io::Error| Fault::internal(it.to_string());
    let mut packed = DeflateEncoder::new(vec![], Compression::default());
    packed.write_all(text.as_bytes()).map_err(broken)?;
    let packed = STANDARD.encode(packed.finish().map_err(broken)?);
    with_query(it.sign_in_url, &[("SAMLRequest", &packed), ("RelayState", it.state)])
}
