//! Who a person from elsewhere is here: known by the account there, by an address that both sides know
//! to be his, or new.

use jiff::Timestamp;
use model::{Code, Fault, Secret, id::UserId, permission::Role};
use serde_json::Value;
use smol_str::SmolStr;
use store::{
    identities::{Home, Welcomed},
    users::NewUser,
};
use uuid::Uuid;

use super::{
    Person,
    provider::{Join, Provider},
};
use crate::{Accounts, Email, Registration, failure::fault, registration::checked_name};

impl Accounts {
    pub(crate) async fn welcome(
        &self,
        provider: &Provider,
        person: &Person,
        now: Timestamp,
    ) -> Result<UserId, Fault> {
        let role = provider.join.as_ref().and_then(|it| it.role(&person.claims));
        let (issuer, subject, label) = (&person.issuer, &person.subject, person.label());
        let known = self.store().use_identity(issuer, subject, &label, now).await.map_err(fault)?;
        let user = match known {
            Some(it) => it,
            None => match self.by_email(provider, person, now).await? {
                Some(it) => it,
                None => {
                    let home = match (&provider.join, role) {
                        (Some(join), Some(role)) => {
                            Home::Member { workspace: join.workspace, role: role.name }
                        }
                        _ if self.0.options.registration == Registration::Open => Home::Own,
                        _ => Home::Nowhere,
                    };
                    return self.take_in(&provider.label, person, &home, now).await;
                }
            },
        };
        if let (Some(join), Some(role)) = (&provider.join, role) {
            // Who may not join is in all the same: the account is his.
            match self
                .store()
                .join_workspace(join.workspace, user, &role.name, now, role.is_said)
                .await
            {
                Ok(_) => {}
                Err(store::Error::Refused(why)) => {
                    tracing::warn!(%user, provider = %provider.id, "nobody joins: {why}");
                }
                Err(other) => return Err(fault(other)),
            }
        }
        Ok(user)
    }

    /// Who has the address, when both sides know that it is his.
    async fn by_email(
        &self,
        provider: &Provider,
        person: &Person,
        now: Timestamp,
    ) -> Result<Option<UserId>, Fault> {
        let email = person.email(&provider.label)?;
        let found = self.store().user_by_email(email.key()).await.map_err(fault)?;
        let Some((user, _)) = found else { return Ok(None) };
        let refused = |why: &str| Err(Fault::new(Code::EmailUnverified, why));
        if !person.vouched {
            return refused(
                "there is an account with this address, and the provider does not vouch that it is yours; sign in with the password and link the provider in your profile",
            );
        }
        // Whoever made the account may not be who reads the mails.
        if user.verified_at.is_none() {
            return refused(
                "there is an account with this address that nobody has shown to be his; open the link of the mail, or ask for a new password, then sign in again",
            );
        }
        self.link(user.id, person, now).await?;
        Ok(Some(user.id))
    }

    /// Makes an account.
    pub(super) async fn take_in(
        &self,
        provider: &str,
        person: &Person,
        home: &Home,
        now: Timestamp,
    ) -> Result<UserId, Fault> {
        let email = person.email(provider)?;
        let local = email.as_str().split('@').next().unwrap_or_default();
        let name = person.name.as_deref().and_then(|it| checked_name(it).ok());
        let name = name.unwrap_or_else(|| SmolStr::from(local));
        let user = NewUser {
            id: UserId(Uuid::now_v7()),
            email: email.as_str().into(),
            email_key: email.key().into(),
            workspace_name: None,
            name: name.clone(),
            // No password fits it.
            password: Secret::new(""),
        };
        let asks = self.sends_mails() && !person.vouched;
        let letter = asks.then(|| self.verification(&email, &name, now));
        let letter = letter.as_ref().map(|(proof, letter)| (proof, letter));
        let identity = person.identity();
        let end = self.store().welcome(&user, &identity, person.vouched, home, letter, now).await;
        match end.map_err(fault)? {
            Welcomed::In => {
                self.0.post.ring();
                tracing::info!(user = %user.id, %provider, "an account was made");
                Ok(user.id)
            }
            Welcomed::OperatorFirst => Err(Fault::new(
                Code::SignUpClosed,
                "the first account of a server is its operator's: make it with a password, on the machine itself",
            )),
            Welcomed::Closed => Err(Fault::new(
                Code::SignUpClosed,
                "this server takes no new people by itself; ask for an invitation",
            )),
        }
    }
}

impl Person {
    pub(super) fn email(&self, provider: &str) -> Result<Email, Fault> {
        let found = self.email.as_deref().and_then(|it| Email::parse(it).ok());
        found.ok_or_else(|| {
            let message = format!(
                "{provider} gives no address, and an account needs one; make it with a password and link the provider in your profile"
            );
            Fault::new(Code::EmailUnverified, message)
        })
    }
}

/// A role that is given to who comes.
#[derive(Debug, PartialEq)]
pub(super) struct Given {
    pub(super) name: SmolStr,
    /// The provider says so; else it is the one for everybody, and moves no member.
    pub(super) is_said: bool,
}

impl Join {
    pub(super) fn role(&self, claims: &Value) -> Option<Given> {
        let values = self.claim.as_deref().map(|it| values(claims, it)).unwrap_or_default();
        let said = self.roles.iter().find(|(value, _)| values.contains(&value.as_str()));
        let given = |name: &SmolStr, is_said| Given {
            name: Role::named(name).map_or_else(|| name.clone(), |it| it.as_str().into()),
            is_said,
        };
        said.map(|(_, role)| given(role, true))
            .or_else(|| self.default_role.as_ref().map(|role| given(role, false)))
    }
}

/// The texts of a claim, by its own name or by a path of names.
fn values<'a>(claims: &'a Value, name: &str) -> Vec<&'a str> {
    let path = || name.split('.').try_fold(claims, |at, name| at.get(name));
    match claims.get(name).or_else(path) {
        Some(Value::String(it)) => vec![it],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use model::id::WorkspaceId;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_role_that_is_there_counts() {
        let pair = |value: &str, role: &str| (value.into(), role.into());
        let join = |claim: &str, default_role: Option<&str>| Join {
            workspace: WorkspaceId(Uuid::nil()),
            claim: Some(claim.into()),
            roles: vec![pair("ops", "TENANT_ADMIN"), pair("dev", "editor")],
            default_role: default_role.map(SmolStr::from),
        };
        let check = |join: Join, claims: Value, expected: Option<(&str, bool)>| {
            let found = join.role(&claims);
            let found = found.as_ref().map(|it| (it.name.as_str(), it.is_said));
            assert_eq!(found, expected, "{claims}");
        };
        check(join("groups", None), json!({"groups": ["dev", "ops"]}), Some(("admin", true)));
        check(join("groups", None), json!({"groups": "dev"}), Some(("editor", true)));
        check(join("groups", None), json!({"groups": ["sales"]}), None);
        check(join("groups", None), json!({"groups": {"ops": true}}), None);
        check(join("groups", Some("viewer")), json!({}), Some(("viewer", false)));
        let nested = json!({"realm": {"roles": ["dev"]}});
        check(join("realm.roles", Some("viewer")), nested, Some(("editor", true)));
        let url = json!({"https://example.com/roles": ["ops"]});
        check(join("https://example.com/roles", None), url, Some(("admin", true)));
    }
}
