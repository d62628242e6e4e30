//! The way to a workspace's provider and back.
//!
//! The answer comes as a form from the provider's page, so the browser sends no cookie of ours with it. That
//! it is the browser that began is seen when the word that the answer ends with is exchanged.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use model::{
    Code, Fault, Secret,
    id::{UserId, WorkspaceId},
};
use serde_json::json;
use store::journeys::Leg;

use super::{
    Refusal, Settings, absent, certificate, issuer,
    request::{self, Question},
    response::{self, Asserted, Wanted, Why},
    settings,
};
use crate::{
    Accounts, Email,
    accounts::word,
    elsewhere::{
        Begun, Ended, Person,
        ask::failed,
        journey::{IN, In, THERE, There, expired, is_word, luggage, unpacked},
    },
    failure::fault,
};

/// Attributes that providers use without being told.
const EMAILS: &[&str] = &[
    "email",
    "mail",
    "emailAddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
];
const NAMES: &[&str] = &[
    "displayName",
    "name",
    "cn",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "http://schemas.microsoft.com/identity/claims/displayname",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
];
const GROUPS: &[&str] = &[
    "groups",
    "memberOf",
    "roles",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
    "http://schemas.xmlsoap.org/claims/Group",
];

/// What came of an answer, and for one that was not asked for the word that the browser keeps from now on.
pub struct Unasked {
    pub ended: Ended,
    pub browser: Option<Begun>,
}

impl Accounts {
    /// The workspace whose provider knows the people of this address, or of this domain, or which has
    /// this id.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn find_sso(&self, text: &str) -> Result<Option<WorkspaceId>, Fault> {
        let text = text.trim();
        let workspace = match text.parse::<WorkspaceId>() {
            Ok(it) => Some(it),
            Err(_) => {
                let email = Email::parse(text).ok();
                let domain = settings::domain(email.as_ref().map_or(text, domain_of));
                match domain {
                    Ok(it) => self.store().sso_of_domain(&it).await.map_err(fault)?,
                    Err(_) => None,
                }
            }
        };
        let Some(workspace) = workspace else { return Ok(None) };
        match self.open_sso(workspace).await {
            Ok(_) => Ok(Some(workspace)),
            Err(it) if it.code == Code::NotFound => Ok(None),
            Err(it) => Err(it),
        }
    }

    /// What a workspace says of its provider. A closed one takes nobody.
    async fn open_sso(&self, workspace: WorkspaceId) -> Result<Settings, Fault> {
        let found = self.store().workspace(workspace).await.map_err(fault)?;
        if found.is_none_or(|it| it.ends_at.is_some()) {
            return Err(absent());
        }
        self.sso_settings(workspace).await?.ok_or_else(absent)
    }

    /// Begins, as [`Accounts::begin_elsewhere`] does. Who links an account is a member.
    pub(in crate::elsewhere) async fn begin_saml(
        &self,
        workspace: &str,
        browser: Option<&str>,
        user: Option<UserId>,
    ) -> Result<Begun, Fault> {
        let workspace: WorkspaceId = workspace.parse().map_err(|_| absent())?;
        let settings = self.open_sso(workspace).await?;
        if let Some(user) = user {
            let all = self.memberships(user).await?;
            if !all.iter().any(|it| it.workspace == workspace) {
                return Err(absent());
            }
        }
        let (state, now) = (word(self.store()), Timestamp::now());
        let there = There {
            provider: format!("saml/{workspace}").into(),
            // An id begins with a letter or with `_`.
            nonce: format!("_{}", word(self.store()).expose()),
            verifier: String::new(),
            browser: self.browser(browser),
            user,
        };
        let addresses = self.sso_addresses(workspace);
        let question = Question {
            id: &there.nonce,
            sign_in_url: &settings.sign_in_url,
            entity_id: &addresses.entity_id,
            back: &addresses.back,
            state: state.expose(),
        };
        let url = request::url(&question, now)?;
        let luggage = luggage(&there)?;
        self.store()
            .begin_journey(Leg::There, state.expose(), &luggage, now + THERE)
            .await
            .map_err(fault)?;
        Ok(self.begun(url, there.browser))
    }

    fn begun(&self, url: url::Url, browser: String) -> Begun {
        Begun { url, browser: Secret::new(browser), seconds: (THERE + IN).as_secs() }
    }

    /// Takes the answer of a workspace's provider.
    ///
    /// # Errors
    /// As [`Accounts::end_elsewhere`].
    pub async fn end_saml(
        &self,
        workspace: WorkspaceId,
        answer: &str,
        state: &str,
    ) -> Result<Unasked, Fault> {
        let settings = self.open_sso(workspace).await?;
        let text = decoded(answer).ok_or_else(|| self.odd(workspace, "it is no text in base64"))?;
        if response::answers(&text) {
            let there = self.there(workspace, state).await?;
            let ended = self.end_asked(workspace, &settings, &text, there).await?;
            return Ok(Unasked { ended, browser: None });
        }
        if !settings.unasked {
            return Err(self.odd(
                workspace,
                "nobody asked for it, and beginning at the provider is turned off",
            ));
        }
        let (person, now) = self.asserted(workspace, &settings, &text, None).await?;
        let user = self.welcome_of_workspace(workspace, &settings, &person, now).await?;
        let browser = word(self.store()).expose().to_owned();
        let inward = In { browser: browser.clone(), user, workspace: Some(workspace) };
        let ended = self.inward(inward, now).await?;
        let url = settings.sign_in_url.parse().map_err(|_| failed("its address is none"))?;
        Ok(Unasked { ended, browser: Some(self.begun(url, browser)) })
    }

    async fn there(&self, workspace: WorkspaceId, state: &str) -> Result<There, Fault> {
        if !is_word(state) {
            return Err(expired());
        }
        let kept = self.store().end_journey(Leg::There, state, Timestamp::now()).await;
        let there: There = unpacked(kept.map_err(fault)?)?;
        if there.provider != format!("saml/{workspace}") {
            return Err(expired());
        }
        Ok(there)
    }

    async fn end_asked(
        &self,
        workspace: WorkspaceId,
        settings: &Settings,
        text: &str,
        there: There,
    ) -> Result<Ended, Fault> {
        let request = Some(there.nonce.as_str());
        let (person, now) = self.asserted(workspace, settings, text, request).await?;
        if let Some(user) = there.user {
            self.link(user, &person, now).await?;
            return Ok(Ended::Linked);
        }
        let user = self.welcome_of_workspace(workspace, settings, &person, now).await?;
        let inward = In { browser: there.browser, user, workspace: Some(workspace) };
        self.inward(inward, now).await
    }

    /// Who it is, once.
    async fn asserted(
        &self,
        workspace: WorkspaceId,
        settings: &Settings,
        text: &str,
        request: Option<&str>,
    ) -> Result<(Person, Timestamp), Fault> {
        let addresses = self.sso_addresses(workspace);
        let keys = settings.certificates.iter().map(|it| certificate::key(it));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let now = Timestamp::now();
        let wanted = Wanted {
            issuer: &settings.entity_id,
            keys: &keys,
            audience: &addresses.entity_id,
            recipient: &addresses.back,
            request,
            now,
        };
        let said = response::read(text, &wanted).map_err(|it| match it {
            Why::Odd(why) => self.odd(workspace, why),
            Why::Said => Fault::new(Code::ProviderRefused, "the provider says no"),
        })?;
        let seen = format!("{} {}", issuer(workspace, &settings.entity_id), said.id);
        let kept = self
            .store()
            .begin_journey(Leg::Seen, &seen, &Secret::new(""), said.ends_at)
            .await
            .map_err(fault)?;
        if !kept {
            return Err(self.odd(workspace, "it came before"));
        }
        Ok((self.person(workspace, settings, said).await?, now))
    }

    async fn person(
        &self,
        workspace: WorkspaceId,
        settings: &Settings,
        said: Asserted,
    ) -> Result<Person, Fault> {
        let values = |own: &Option<smol_str::SmolStr>, usual: &[&str]| {
            let of = |name: &str| said.attributes.get(name).filter(|it| !it.is_empty()).cloned();
            match own {
                Some(name) => of(name),
                None => usual.iter().find_map(|name| of(name)),
            }
        };
        let first = |own, usual| values(own, usual).and_then(|it| it.into_iter().next());
        let email = first(&settings.email_attribute, EMAILS)
            .or_else(|| Some(said.subject.clone()).filter(|it| it.contains('@')));
        let parsed = email.as_deref().and_then(|it| Email::parse(it).ok());
        let vouched = match &parsed {
            None => false,
            Some(it) => {
                let of = self.store().sso_of_domain(domain_of(it)).await.map_err(fault)?;
                of == Some(workspace)
            }
        };
        Ok(Person {
            issuer: issuer(workspace, &settings.entity_id),
            name: first(&settings.name_attribute, NAMES),
            claims: json!({"groups": values(&settings.groups_attribute, GROUPS)}),
            subject: said.subject.into(),
            email,
            vouched,
        })
    }

    /// Noted for who looks after the workspace; the person is told only that it failed.
    fn odd(&self, workspace: WorkspaceId, why: &'static str) -> Fault {
        tracing::info!(%workspace, why, "a provider's answer was refused");
        self.0.refusals.note(workspace, Refusal { at: Timestamp::now(), why });
        failed(why)
    }
}

fn domain_of(email: &Email) -> &str {
    email.key().rsplit_once('@').map_or("", |it| it.1)
}

fn decoded(text: &str) -> Option<String> {
    let text: String = text.split_ascii_whitespace().collect();
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}
