//! What a workspace says of its provider: checked when it comes, kept as one setting of the workspace.

use jiff::Timestamp;
use model::{Fault, permission::Role};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use url::Url;

use super::{certificate, metadata};
use crate::elsewhere::provider::is_safe;

const CERTIFICATES_MAX: usize = 10;
const ROLES_MAX: usize = 100;
const DOMAINS_MAX: usize = 20;
const NAME_CHARS_MAX: usize = 1_000;

/// A workspace's provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// As the provider calls itself.
    pub entity_id: String,
    /// Where browsers go.
    pub sign_in_url: String,
    /// Base64 of their bytes; any of them may have signed.
    pub certificates: Vec<String>,
    /// Attributes; without a name the usual ones are looked for.
    pub email_attribute: Option<SmolStr>,
    pub name_attribute: Option<SmolStr>,
    pub groups_attribute: Option<SmolStr>,
    /// The role that each group stands for; the first that a person is in counts.
    pub roles: Vec<GroupRole>,
    /// For who is in no such group.
    pub default_role: Option<SmolStr>,
    /// Who comes and is no member becomes one.
    pub joins: bool,
    /// People may begin at the provider.
    pub unasked: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRole {
    pub group: SmolStr,
    pub role: SmolStr,
}

/// Where the three things that a provider is known by come from.
pub enum Source {
    /// Its metadata, as text.
    Metadata(String),
    /// The address of its metadata.
    Address(String),
    /// They are said one by one.
    Said { entity_id: String, sign_in_url: String, certificates: Vec<String> },
}

impl Settings {
    pub(super) fn take(&mut self, text: &str, now: Timestamp) -> Result<(), Fault> {
        let said = metadata::read(text, now)?;
        self.entity_id = said.entity_id;
        self.sign_in_url = said.sign_in_url;
        self.certificates = said.certificates;
        Ok(())
    }

    /// In order, or refused.
    pub(super) fn checked(mut self) -> Result<Settings, Fault> {
        let odd = |why: String| Err(Fault::invalid(why));
        let id = self.entity_id.trim().to_owned();
        if id.is_empty() || id.chars().count() > NAME_CHARS_MAX || id.contains(char::is_control) {
            return odd("the provider needs an entity id of at most 1000 characters".to_owned());
        }
        self.entity_id = id;
        self.sign_in_url = self.sign_in_url.trim().to_owned();
        let url = Url::parse(&self.sign_in_url).ok().filter(is_safe);
        if url.is_none() || self.sign_in_url.len() > 2_000 {
            return odd("the sign-in address has to begin with `https://`".to_owned());
        }
        if self.certificates.is_empty() || self.certificates.len() > CERTIFICATES_MAX {
            return odd(format!("the provider has 1 to {CERTIFICATES_MAX} certificates"));
        }
        let plain = self.certificates.iter().map(|it| certificate::plain(it));
        self.certificates = plain.collect::<Result<_, _>>()?;
        self.certificates.dedup();
        let attributes =
            [&mut self.email_attribute, &mut self.name_attribute, &mut self.groups_attribute];
        for it in attributes {
            *it = it.take().map(|it| SmolStr::from(it.trim())).filter(|it| !it.is_empty());
            if it.as_ref().is_some_and(|it| it.chars().count() > NAME_CHARS_MAX) {
                return odd("the name of an attribute is too long".to_owned());
            }
        }
        if self.roles.len() > ROLES_MAX {
            return odd(format!("at most {ROLES_MAX} groups stand for roles"));
        }
        for it in &self.roles {
            let n = it.group.trim().chars().count();
            if n == 0 || n > NAME_CHARS_MAX {
                return odd("a group needs a name, of at most 1000 characters".to_owned());
            }
        }
        if self.joins && self.roles.is_empty() && self.default_role.is_none() {
            return odd("who comes and is no member needs a role: choose one for everybody, or one for a group".to_owned());
        }
        Ok(self)
    }

    /// The roles that it gives.
    pub fn given(&self) -> impl Iterator<Item = &SmolStr> {
        self.roles.iter().map(|it| &it.role).chain(self.default_role.iter())
    }

    /// Roles by their own names.
    pub(super) fn named(mut self) -> Settings {
        let own = |it: &mut SmolStr| {
            if let Some(role) = Role::named(it) {
                *it = role.as_str().into();
            }
        };
        self.roles.iter_mut().for_each(|it| own(&mut it.role));
        self.default_role.iter_mut().for_each(own);
        self
    }
}

/// Domains of addresses, as they are compared.
///
/// # Errors
/// [`model::Code::InvalidRequest`].
pub(super) fn domains(all: &[String]) -> Result<Vec<SmolStr>, Fault> {
    if all.len() > DOMAINS_MAX {
        return Err(Fault::invalid(format!("a workspace lists at most {DOMAINS_MAX} domains")));
    }
    let mut res = all.iter().map(|it| domain(it)).collect::<Result<Vec<_>, _>>()?;
    res.sort();
    res.dedup();
    Ok(res)
}

pub(super) fn domain(text: &str) -> Result<SmolStr, Fault> {
    let lower = text.trim().trim_start_matches('@').to_lowercase();
    let is_part = |it: &str| {
        let fits = |it: char| it.is_alphanumeric() || it == '-';
        !it.is_empty() && it.len() <= 63 && it.chars().all(fits) && !it.starts_with('-')
    };
    let fits = lower.contains('.') && lower.len() <= 253 && lower.split('.').all(is_part);
    if !fits {
        let text: String = text.chars().take(80).collect();
        return Err(Fault::invalid(format!("`{text}` is no domain, such as `example.com`")));
    }
    Ok(lower.into())
}
