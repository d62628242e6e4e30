//! Signatures in XML, as SAML 2.0 has them (Core, 5.4): about the element that they stand in, and about
//! all of it. Whatever else the recommendation allows is refused. What is read afterwards is read of the
//! text that was signed, and of nothing else.

use std::collections::HashSet;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, crypto};
use roxmltree::{Document, Node};
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::{
    Refused,
    canonical::{Way, canonical},
    certificate::Key,
    xml::{self, DSIG, EXCLUSIVE, only},
};

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// Most prefixes of a list.
const PREFIXES_MAX: usize = 50;

/// Ways of signing that count. SHA-1 is broken, and a shared secret signs nothing here.
const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", Algorithm::RS256),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", Algorithm::RS384),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", Algorithm::RS512),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", Algorithm::ES256),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", Algorithm::ES384),
];

type Digesting = fn(&[u8]) -> Vec<u8>;

const DIGESTS: &[(&str, Digesting)] = &[
    ("http://www.w3.org/2001/04/xmlenc#sha256", |it| Sha256::digest(it).to_vec()),
    ("http://www.w3.org/2001/04/xmldsig-more#sha384", |it| Sha384::digest(it).to_vec()),
    ("http://www.w3.org/2001/04/xmlenc#sha512", |it| Sha512::digest(it).to_vec()),
];

pub(super) const OTHER_ALGORITHM: Refused =
    "it is signed or digested in a way that does not count: RSA or ECDSA with SHA-256 or better do";
pub(super) const NOT_FITTING: Refused = "its signature does not fit the provider's certificates";

/// The text that the signature of an element covers; `None` when it has none of its own.
pub(super) fn covered(element: Node<'_, '_>, keys: &[Key]) -> Result<Option<String>, Refused> {
    let Some(signature) = xml::children(element, DSIG, "Signature").next() else {
        return Ok(None);
    };
    let signature = only(element, DSIG, "Signature")
        .filter(|it| it.id() == signature.id())
        .ok_or("it has several signatures")?;
    let info = only(signature, DSIG, "SignedInfo").ok_or("its signature says not of what")?;
    let method = only(info, DSIG, "CanonicalizationMethod");
    let prefixes = exclusive(method.ok_or("its signature is not whole")?)?;
    let algorithm = named(info, "SignatureMethod", ALGORITHMS)?;
    let covered = digested(element, signature, info)?;
    let signed = canonical(info, &Way { omit: None, inclusive: &prefixes });
    let value = only(signature, DSIG, "SignatureValue").and_then(bytes);
    let value = URL_SAFE_NO_PAD.encode(value.ok_or("its signature is not whole")?);
    let fits = |it: &Key| {
        it.is_for(algorithm)
            && crypto::verify(&value, signed.as_bytes(), it.key(), algorithm).unwrap_or(false)
    };
    if keys.iter().any(fits) { Ok(Some(covered)) } else { Err(NOT_FITTING) }
}

/// The text of the element without its signature, when the signature's digest is of it.
fn digested(
    element: Node<'_, '_>,
    signature: Node<'_, '_>,
    info: Node<'_, '_>,
) -> Result<String, Refused> {
    let reference = only(info, DSIG, "Reference").ok_or("its signature is of several things")?;
    let id = element.attribute("ID").filter(|it| !it.is_empty());
    let aim = reference.attribute("URI").and_then(|it| it.strip_prefix('#'));
    if id.is_none() || id != aim {
        return Err("its signature is of something else");
    }
    let odd = "its signature is of a text that was changed in a way that does not count";
    let transforms = only(reference, DSIG, "Transforms").ok_or(odd)?;
    let mut steps = transforms.children().filter(Node::is_element);
    let is_enveloped = |it: Node<'_, '_>| {
        xml::is(it, DSIG, "Transform") && it.attribute("Algorithm") == Some(ENVELOPED)
    };
    let (Some(first), Some(second), None) = (steps.next(), steps.next(), steps.next()) else {
        return Err(odd);
    };
    if !is_enveloped(first) || !xml::is(second, DSIG, "Transform") {
        return Err(odd);
    }
    let prefixes = exclusive(second)?;
    let text = canonical(element, &Way { omit: Some(signature.id()), inclusive: &prefixes });
    let digest = named(info, "DigestMethod", DIGESTS)?;
    let said = only(reference, DSIG, "DigestValue").and_then(bytes);
    let fits = said.is_some_and(|it| bool::from(it.ct_eq(&digest(text.as_bytes()))));
    if fits { Ok(text) } else { Err("it was changed after it was signed") }
}

/// The way that the element of this name says, of those that count.
fn named<T: Copy>(info: Node<'_, '_>, name: &'static str, all: &[(&str, T)]) -> Result<T, Refused> {
    let place = match name {
        "DigestMethod" => only(info, DSIG, "Reference"),
        _ => Some(info),
    };
    let said = place.and_then(|it| only(it, DSIG, name)).and_then(|it| it.attribute("Algorithm"));
    all.iter().find(|it| Some(it.0) == said).map(|it| it.1).ok_or(OTHER_ALGORITHM)
}

/// The listed prefixes of exclusive canonicalization; every other way is refused.
fn exclusive(method: Node<'_, '_>) -> Result<Vec<String>, Refused> {
    if method.attribute("Algorithm") != Some(EXCLUSIVE) {
        return Err(
            "it is signed in another form than exclusive canonicalization without comments",
        );
    }
    let mut all = method.children().filter(Node::is_element);
    let Some(list) = all.next() else { return Ok(vec![]) };
    if !xml::is(list, EXCLUSIVE, "InclusiveNamespaces") || all.next().is_some() {
        return Err("its signature is not whole");
    }
    let list = list.attribute("PrefixList").unwrap_or_default();
    Ok(list.split_ascii_whitespace().take(PREFIXES_MAX).map(str::to_owned).collect())
}

fn bytes(node: Node<'_, '_>) -> Option<Vec<u8>> {
    let text: String = xml::text(node)?.split_ascii_whitespace().collect();
    STANDARD.decode(text).ok()
}

/// Two elements of one id: a reference could mean either.
pub(super) fn has_twins(document: &Document<'_>) -> bool {
    let mut seen = HashSet::new();
    let is_id = |name: &str| name.eq_ignore_ascii_case("id");
    let ids = document.descendants().flat_map(|it| it.attributes()).filter(|it| is_id(it.name()));
    ids.into_iter().any(|it| !seen.insert(it.value().to_owned()))
}
