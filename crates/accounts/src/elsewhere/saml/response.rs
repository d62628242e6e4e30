//! What a provider says of a person: read only when the provider has signed it, for us, in time, and for
//! the sign-in that was begun (SAML 2.0 Profiles, 4.1.4.3).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use roxmltree::Node;

use super::{
    Refused,
    certificate::Key,
    signature::{covered, has_twins},
    xml::{self, ASSERTION, BEARER, PROTOCOL, SUCCESS, TRANSIENT, children, is, only, text},
};

/// How much clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(3);
/// How long an assertion counts at most, whatever it says: so long its id is kept.
const AGE_MAX: SignedDuration = SignedDuration::from_hours(1);
/// Most values of all attributes together.
const VALUES_MAX: usize = 2_000;
const ID_CHARS_MAX: usize = 500;
const SUBJECT_CHARS_MAX: usize = 255;

/// What a response must say.
pub(super) struct Wanted<'a> {
    /// The provider.
    pub(super) issuer: &'a str,
    pub(super) keys: &'a [Key],
    /// Ourselves.
    pub(super) audience: &'a str,
    /// Where it is sent.
    pub(super) recipient: &'a str,
    /// The request that it answers; none for what was not asked for.
    pub(super) request: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// What was said.
#[derive(Debug, PartialEq)]
pub(super) struct Asserted {
    pub(super) id: String,
    /// Until then its id is kept, and afterwards it does not count.
    pub(super) ends_at: Timestamp,
    /// As the provider names the person.
    pub(super) subject: String,
    /// The values of each attribute, by its name and by its friendly name.
    pub(super) attributes: BTreeMap<String, Vec<String>>,
}

/// Why nothing is read.
#[derive(Debug, PartialEq)]
pub(super) enum Why {
    /// It is not as it must be; the words are for who looks after it.
    Odd(Refused),
    /// The provider says no.
    Said,
}

impl From<Refused> for Why {
    fn from(it: Refused) -> Why {
        Why::Odd(it)
    }
}

/// Whether a response says that it answers a request.
pub(super) fn answers(text: &str) -> bool {
    xml::read(text).is_ok_and(|it| it.root_element().attribute("InResponseTo").is_some())
}

pub(super) fn read(text: &str, wanted: &Wanted<'_>) -> Result<Asserted, Why> {
    let document = xml::read(text)?;
    let response = document.root_element();
    if !is(response, PROTOCOL, "Response") || response.attribute("Version") != Some("2.0") {
        return Err(Why::Odd("it is no response of SAML 2.0"));
    }
    if has_twins(&document) {
        return Err(Why::Odd("two of its elements have the same id"));
    }
    // What stands around an assertion may be unsigned. It can only make a response refused.
    envelope(response, wanted)?;
    let whole = covered(response, wanted.keys)?;
    if children(response, ASSERTION, "EncryptedAssertion").next().is_some() {
        return Err(Why::Odd("it is encrypted; let the provider sign and not encrypt"));
    }
    let assertions = document.descendants().filter(|it| is(*it, ASSERTION, "Assertion"));
    let assertion = only(response, ASSERTION, "Assertion").filter(|_| assertions.count() == 1);
    let assertion = assertion.ok_or("it has not exactly one assertion")?;
    let part = covered(assertion, wanted.keys)?;
    let signed = part.or(whole).ok_or("nothing of it is signed")?;
    let document = xml::read(&signed)?;
    let root = document.root_element();
    let assertion = if is(root, ASSERTION, "Assertion") {
        root
    } else {
        only(root, ASSERTION, "Assertion").ok_or("it has not exactly one assertion")?
    };
    Ok(asserted(assertion, wanted)?)
}

fn envelope(response: Node<'_, '_>, wanted: &Wanted<'_>) -> Result<(), Why> {
    if response.attribute("Destination").is_some_and(|it| it != wanted.recipient) {
        return Err(Why::Odd("it was sent to another address (Destination)"));
    }
    if response.attribute("InResponseTo") != wanted.request {
        return Err(Why::Odd("it is the answer to another request (InResponseTo)"));
    }
    let issuer = children(response, ASSERTION, "Issuer").next();
    if issuer.is_some_and(|it| text(it).as_deref() != Some(wanted.issuer)) {
        return Err(Why::Odd(OTHER_ISSUER));
    }
    let status = only(response, PROTOCOL, "Status");
    let code = status.and_then(|it| only(it, PROTOCOL, "StatusCode"));
    if code.and_then(|it| it.attribute("Value")) != Some(SUCCESS) {
        return Err(Why::Said);
    }
    Ok(())
}

const OTHER_ISSUER: Refused = "it is of another issuer than the provider's entity id";

fn asserted(assertion: Node<'_, '_>, wanted: &Wanted<'_>) -> Result<Asserted, Refused> {
    let now = wanted.now;
    let id = assertion.attribute("ID").unwrap_or_default();
    if assertion.attribute("Version") != Some("2.0") || id.is_empty() || id.len() > ID_CHARS_MAX {
        return Err("it is no assertion of SAML 2.0");
    }
    let issuer = only(assertion, ASSERTION, "Issuer").and_then(text);
    if issuer.as_deref() != Some(wanted.issuer) {
        return Err(OTHER_ISSUER);
    }
    let made = assertion.attribute("IssueInstant").and_then(time).ok_or("it says not of when")?;
    if made > now + SKEW || made + AGE_MAX + SKEW < now {
        return Err("it was made at another time than now; compare the clocks");
    }
    let subject = only(assertion, ASSERTION, "Subject").ok_or("it is about nobody")?;
    let mut confirmed = children(subject, ASSERTION, "SubjectConfirmation")
        .filter(|it| it.attribute("Method") == Some(BEARER))
        .filter_map(|it| only(it, ASSERTION, "SubjectConfirmationData"));
    let mut refused = "nothing in it says who may bring it (SubjectConfirmation)";
    let until = confirmed.find_map(|it| confirmation(it, wanted).map_err(|it| refused = it).ok());
    let until = until.ok_or(refused)?;
    let until = conditions(assertion, wanted)?.map_or(until, |it| it.min(until));
    sessions(assertion, now)?;
    Ok(Asserted {
        id: id.to_owned(),
        ends_at: until.min(made + AGE_MAX) + SKEW,
        subject: name(subject)?,
        attributes: attributes(assertion)?,
    })
}

/// Until when it may be brought.
fn confirmation(data: Node<'_, '_>, wanted: &Wanted<'_>) -> Result<Timestamp, Refused> {
    if data.attribute("Recipient") != Some(wanted.recipient) {
        return Err("it is for another address (Recipient)");
    }
    if data.attribute("InResponseTo") != wanted.request {
        return Err("it is the answer to another request (InResponseTo)");
    }
    let until = data.attribute("NotOnOrAfter").and_then(time);
    let until = until.ok_or("it says not until when it counts (NotOnOrAfter)")?;
    within(data, wanted.now)?;
    Ok(until)
}

/// Until when the whole counts, when it says so.
fn conditions(assertion: Node<'_, '_>, wanted: &Wanted<'_>) -> Result<Option<Timestamp>, Refused> {
    let for_nobody = "it says not for whom it is (AudienceRestriction)";
    let all = only(assertion, ASSERTION, "Conditions").ok_or(for_nobody)?;
    within(all, wanted.now)?;
    let mut n_audiences = 0;
    for it in all.children().filter(Node::is_element) {
        if is(it, ASSERTION, "AudienceRestriction") {
            let mut named = children(it, ASSERTION, "Audience").filter_map(text);
            if !named.any(|it| it == wanted.audience) {
                return Err("it is for another service than this one (Audience)");
            }
            n_audiences += 1;
        } else if !is(it, ASSERTION, "OneTimeUse") && !is(it, ASSERTION, "ProxyRestriction") {
            return Err("it has a condition that is not known");
        }
    }
    if n_audiences == 0 {
        return Err(for_nobody);
    }
    match all.attribute("NotOnOrAfter") {
        None => Ok(None),
        Some(it) => time(it).map(Some).ok_or("it has a time that is none"),
    }
}

fn within(node: Node<'_, '_>, now: Timestamp) -> Result<(), Refused> {
    let odd = "it has a time that is none";
    if let Some(it) = node.attribute("NotBefore")
        && time(it).ok_or(odd)? > now + SKEW
    {
        return Err("its time has not come; compare the clocks");
    }
    if let Some(it) = node.attribute("NotOnOrAfter")
        && time(it).ok_or(odd)? + SKEW <= now
    {
        return Err("its time is over; compare the clocks");
    }
    Ok(())
}

fn sessions(assertion: Node<'_, '_>, now: Timestamp) -> Result<(), Refused> {
    for it in children(assertion, ASSERTION, "AuthnStatement") {
        let Some(until) = it.attribute("SessionNotOnOrAfter") else { continue };
        if time(until).ok_or("it has a time that is none")? + SKEW <= now {
            return Err("the person's session at the provider is over");
        }
    }
    Ok(())
}

fn name(subject: Node<'_, '_>) -> Result<String, Refused> {
    let name = only(subject, ASSERTION, "NameID").ok_or("it names nobody (NameID)")?;
    if name.attribute("Format") == Some(TRANSIENT) {
        return Err(
            "it names the person otherwise each time; let the provider send a persistent NameID or the address",
        );
    }
    let name = text(name).filter(|it| it.chars().count() <= SUBJECT_CHARS_MAX);
    name.ok_or("it names nobody (NameID)")
}

fn attributes(assertion: Node<'_, '_>) -> Result<BTreeMap<String, Vec<String>>, Refused> {
    let mut res: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut n_values = 0;
    let statements = children(assertion, ASSERTION, "AttributeStatement");
    for it in statements.flat_map(|it| children(it, ASSERTION, "Attribute")) {
        let values: Vec<String> =
            children(it, ASSERTION, "AttributeValue").filter_map(text).collect();
        n_values += values.len() + 1;
        if n_values > VALUES_MAX {
            return Err("it says too much of the person; let the provider send fewer groups");
        }
        let (name, friendly) = (it.attribute("Name"), it.attribute("FriendlyName"));
        if let Some(other) = friendly.filter(|it| Some(*it) != name) {
            res.entry(other.to_owned()).or_default().extend(values.iter().cloned());
        }
        if let Some(name) = name {
            res.entry(name.to_owned()).or_default().extend(values);
        }
    }
    Ok(res)
}

/// `xs:dateTime` in UTC; SAML has no other (Core, 1.3.3).
fn time(text: &str) -> Option<Timestamp> {
    text.ends_with('Z').then(|| text.parse().ok()).flatten()
}
