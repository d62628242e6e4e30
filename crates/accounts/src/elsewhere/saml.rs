//! Single sign-on of a workspace by SAML 2.0: the workspace's own provider says who its people are.
//!
//! What a provider of one workspace says must not open what is another one's. So its people are known by
//! workspace, provider and name together; and an account that is there already is entered only when who
//! looks after the server has confirmed that the domain of the address is the workspace's, when the account
//! is nothing but a plain member of this workspace, or when its owner has linked it.

mod canonical;
mod certificate;
mod journey;
mod metadata;
mod request;
mod response;
mod settings;
mod signature;
#[cfg(test)]
mod tests;
mod welcome;
mod xml;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use model::{Code, Fault, Value, id::WorkspaceId};
use smol_str::SmolStr;

pub use self::{
    certificate::Seen,
    journey::Unasked,
    settings::{GroupRole, Settings, Source},
};
use super::ask::get_text;
use crate::{Accounts, failure::fault};

/// Why something does not count; one of a few sentences, for who looks after the provider.
type Refused = &'static str;

/// Most refusals that are remembered.
const REFUSALS_MAX: usize = 1_000;

/// A workspace's provider, and what is known of it.
pub struct Sso {
    pub settings: Settings,
    pub certificates: Vec<Seen>,
    pub domains: Vec<store::sso::Domain>,
    /// Why this process last refused what the provider sent.
    pub refusal: Option<Refusal>,
}

/// Something that a provider sent and that did not count.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    pub at: Timestamp,
    pub why: &'static str,
}

/// Where a provider finds us.
pub struct Addresses {
    /// What we call ourselves; it is where our metadata are.
    pub entity_id: String,
    /// Where answers go.
    pub back: String,
    /// Where people begin.
    pub start: String,
}

/// The last refusal of each workspace.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<HashMap<WorkspaceId, Refusal>>);

impl Refusals {
    fn note(&self, workspace: WorkspaceId, it: Refusal) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REFUSALS_MAX && !all.contains_key(&workspace) {
            all.clear();
        }
        all.insert(workspace, it);
    }

    fn of(&self, workspace: WorkspaceId) -> Option<Refusal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&workspace).copied()
    }

    fn forget(&self, workspace: WorkspaceId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&workspace);
    }
}

impl Accounts {
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn sso(&self, workspace: WorkspaceId) -> Result<Option<Sso>, Fault> {
        let Some(settings) = self.sso_settings(workspace).await? else { return Ok(None) };
        let seen = settings.certificates.iter().map(|it| certificate::seen(it));
        Ok(Some(Sso {
            certificates: seen.collect::<Result<_, _>>()?,
            domains: self.store().sso_domains(workspace).await.map_err(fault)?,
            refusal: self.0.refusals.of(workspace),
            settings,
        }))
    }

    async fn sso_settings(&self, workspace: WorkspaceId) -> Result<Option<Settings>, Fault> {
        let kept = self.store().sso(workspace).await.map_err(fault)?;
        let read = |it: Value| {
            serde_json::from_str(&it.to_json()).map_err(|e| Fault::internal(e.to_string()))
        };
        kept.map(read).transpose()
    }

    /// Keeps what is said of a workspace's provider; `source` says who it is.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::ProviderFailed`] when its metadata cannot be fetched.
    pub async fn set_sso(
        &self,
        workspace: WorkspaceId,
        mut settings: Settings,
        source: Source,
        domains: &[String],
    ) -> Result<(), Fault> {
        let now = Timestamp::now();
        match source {
            Source::Metadata(text) => settings.take(&text, now)?,
            Source::Address(url) => {
                let text = get_text(self.0.options.providers.client()?, &url).await?;
                settings.take(&text, now)?;
            }
            Source::Said { entity_id, sign_in_url, certificates } => {
                settings.entity_id = entity_id;
                settings.sign_in_url = sign_in_url;
                settings.certificates = certificates;
            }
        }
        let settings = settings.checked()?.named();
        for role in settings.given() {
            self.role(workspace, role).await?;
        }
        let domains = settings::domains(domains)?;
        let text = serde_json::to_string(&settings).map_err(|e| Fault::internal(e.to_string()))?;
        let value = Value::from_json(&text).map_err(|e| Fault::internal(e.to_string()))?;
        self.store().set_sso(workspace, &value, &domains).await.map_err(fault)?;
        self.0.refusals.forget(workspace);
        Ok(())
    }

    /// # Errors
    /// [`Code::NotFound`].
    pub async fn remove_sso(&self, workspace: WorkspaceId) -> Result<(), Fault> {
        self.0.refusals.forget(workspace);
        match self.store().remove_sso(workspace).await.map_err(fault)? {
            true => Ok(()),
            false => Err(absent()),
        }
    }

    /// What all workspaces list, for who looks after the server.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn all_sso_domains(&self) -> Result<Vec<store::sso::Listed>, Fault> {
        self.store().all_sso_domains().await.map_err(fault)
    }

    /// Says that a domain is a workspace's, or takes that back.
    ///
    /// # Errors
    /// [`Code::NotFound`] when it does not list it, [`Code::NameTaken`] when it is another one's.
    pub async fn confirm_sso_domain(
        &self,
        workspace: WorkspaceId,
        domain: &str,
        is: bool,
    ) -> Result<(), Fault> {
        let domain = settings::domain(domain)?;
        let at = is.then(Timestamp::now);
        match self.store().confirm_sso_domain(workspace, &domain, at).await.map_err(fault)? {
            true => Ok(()),
            false => {
                let message = format!("the workspace {workspace} does not list `{domain}`");
                Err(Fault::new(Code::NotFound, message))
            }
        }
    }

    pub fn sso_addresses(&self, workspace: WorkspaceId) -> Addresses {
        let base = format!("{}/api/auth/saml/{workspace}", self.0.options.base_url);
        Addresses {
            entity_id: format!("{base}/metadata"),
            back: format!("{base}/acs"),
            start: format!("{base}/start"),
        }
    }

    /// What a provider is told of us. It is the same for workspaces that there are not.
    pub fn sso_metadata(&self, workspace: WorkspaceId) -> String {
        let it = self.sso_addresses(workspace);
        metadata::own(&it.entity_id, &it.back)
    }
}

/// What the people of a workspace's provider are known by. No issuer of OpenID Connect begins so.
fn issuer(workspace: WorkspaceId, entity_id: &str) -> SmolStr {
    format!("saml {workspace} {entity_id}").into()
}

/// The id of the provider, and how it calls itself, when the issuer is of a workspace.
pub(super) fn of_issuer(issuer: &str) -> Option<(SmolStr, SmolStr)> {
    let (workspace, entity_id) = issuer.strip_prefix("saml ")?.split_once(' ')?;
    Some((format!("saml/{workspace}").into(), entity_id.into()))
}

fn absent() -> Fault {
    Fault::new(Code::NotFound, "this workspace has no single sign-on")
}
