//! What providers say of themselves, and what we say of ourselves.

use jiff::Timestamp;
use model::Fault;
use roxmltree::Node;

use super::{
    certificate,
    xml::{self, BY_POST, BY_REDIRECT, DSIG, METADATA, children, escaped, is, only},
};

/// What the metadata of a provider say.
#[derive(Debug, PartialEq)]
pub(super) struct Said {
    pub(super) entity_id: String,
    pub(super) sign_in_url: String,
    pub(super) certificates: Vec<String>,
}

/// # Errors
/// [`model::Code::InvalidRequest`].
pub(super) fn read(text: &str, now: Timestamp) -> Result<Said, Fault> {
    let odd = |why: &str| Fault::invalid(format!("the metadata: {why}"));
    let document = xml::read(text.trim()).map_err(odd)?;
    let root = document.root_element();
    let is_provider =
        |it: &Node<'_, '_>| children(*it, METADATA, "IDPSSODescriptor").next().is_some();
    let mut all = document
        .descendants()
        .filter(|it| is(*it, METADATA, "EntityDescriptor"))
        .filter(is_provider);
    let entity = all.next().ok_or_else(|| {
        odd("they describe no identity provider (EntityDescriptor with IDPSSODescriptor)")
    })?;
    if all.next().is_some() {
        return Err(odd("they describe several providers; give those of one"));
    }
    let mut times = [root, entity].into_iter().filter_map(|it| it.attribute("validUntil"));
    if times.any(|it| it.parse::<Timestamp>().is_ok_and(|it| it <= now)) {
        return Err(odd("their time is over (validUntil); fetch them again"));
    }
    let provider = only(entity, METADATA, "IDPSSODescriptor")
        .ok_or_else(|| odd("they describe the provider twice"))?;
    let sign_in_url = children(provider, METADATA, "SingleSignOnService")
        .find(|it| it.attribute("Binding") == Some(BY_REDIRECT))
        .and_then(|it| it.attribute("Location"))
        .ok_or_else(|| odd("there is no SingleSignOnService with the binding HTTP-Redirect"))?;
    let for_signing = children(provider, METADATA, "KeyDescriptor")
        .filter(|it| it.attribute("use") != Some("encryption"));
    let certificates = for_signing
        .flat_map(|it| it.descendants())
        .filter(|it| is(*it, DSIG, "X509Certificate"))
        .filter_map(xml::text)
        .map(|it| certificate::plain(&it))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Said {
        entity_id: entity.attribute("entityID").unwrap_or_default().to_owned(),
        sign_in_url: sign_in_url.to_owned(),
        certificates,
    })
}

/// What a provider is told of us.
pub(super) fn own(entity_id: &str, back: &str) -> String {
    let (entity_id, back) = (escaped(entity_id), escaped(back));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="{METADATA}" entityID="{entity_id}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>{persistent}</md:NameIDFormat>
    <md:NameIDFormat>{email}</md:NameIDFormat>
    <md:AssertionConsumerService Binding="{BY_POST}" Location="{back}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
"#,
        persistent = xml::PERSISTENT,
        email = xml::EMAIL,
    )
}
