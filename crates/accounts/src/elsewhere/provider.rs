//! What an operator says of a server that people may come from.

use model::{Fault, Secret, id::WorkspaceId, permission::Role};
use smol_str::SmolStr;
use url::Url;

/// The issuer of Google's accounts.
pub const GOOGLE: &str = "https://accounts.google.com";

/// A server that people may come from.
pub struct Provider {
    /// Short, of letters, digits and `-`; it stands in addresses.
    pub id: SmolStr,
    /// As people know it.
    pub label: SmolStr,
    pub kind: Kind,
    /// The server knows the addresses of its people, also where it does not say so.
    pub trusts_email: bool,
    /// Who comes from there is a member of a workspace.
    pub join: Option<Join>,
}

pub enum Kind {
    Google(Oidc),
    Facebook(Facebook),
    Oidc(Oidc),
}

/// A client of a server that speaks OpenID Connect.
pub struct Oidc {
    /// As it calls itself; what it says of itself lies below `/.well-known`.
    pub issuer: SmolStr,
    pub client_id: SmolStr,
    /// Absent for a client that keeps none.
    pub client_secret: Option<Secret>,
    /// Beside `openid`, `email` and `profile`.
    pub scopes: Vec<SmolStr>,
}

/// An app at Facebook.
pub struct Facebook {
    pub app_id: SmolStr,
    pub app_secret: Secret,
    /// Where people allow it; `https://www.facebook.com`.
    pub dialog: SmolStr,
    /// Where it is asked; `https://graph.facebook.com`.
    pub graph: SmolStr,
}

/// How people become members.
pub struct Join {
    pub workspace: WorkspaceId,
    /// The claim that roles are read of, a text or a list of texts; dots lead into objects.
    pub claim: Option<SmolStr>,
    /// Values of the claim and the role that each stands for; the first that is there counts.
    pub roles: Vec<(SmolStr, SmolStr)>,
    /// For those without any; absent lets them be no members.
    pub default_role: Option<SmolStr>,
}

/// What Facebook's numbers are unique with.
const FACEBOOK: &str = "https://www.facebook.com";
const ID_CHARS_MAX: usize = 40;

impl Provider {
    pub fn google(client_id: &str, client_secret: Secret) -> Provider {
        let oidc = Oidc {
            issuer: GOOGLE.into(),
            client_id: client_id.into(),
            client_secret: Some(client_secret),
            scopes: vec![],
        };
        Provider {
            id: "google".into(),
            label: "Google".into(),
            kind: Kind::Google(oidc),
            trusts_email: false,
            join: None,
        }
    }

    pub fn facebook(app_id: &str, app_secret: Secret) -> Provider {
        let facebook = Facebook {
            app_id: app_id.into(),
            app_secret,
            dialog: FACEBOOK.into(),
            graph: "https://graph.facebook.com".into(),
        };
        Provider {
            id: "facebook".into(),
            label: "Facebook".into(),
            kind: Kind::Facebook(facebook),
            trusts_email: false,
            join: None,
        }
    }

    /// Where it is below `/api/auth`.
    pub fn path(&self) -> String {
        match self.kind {
            Kind::Google(_) | Kind::Facebook(_) => self.id.to_string(),
            Kind::Oidc(_) => format!("oidc/{}", self.id),
        }
    }

    /// What its numbers of people are unique with.
    pub(crate) fn issuer(&self) -> &str {
        match &self.kind {
            Kind::Google(it) | Kind::Oidc(it) => &it.issuer,
            Kind::Facebook(_) => FACEBOOK,
        }
    }

    pub(super) fn check(&self) -> Result<(), Fault> {
        let id = &self.id;
        let odd = |what: &str| Err(Fault::invalid(format!("provider `{id}`: {what}")));
        let is_plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        if id.is_empty() || id.len() > ID_CHARS_MAX || !id.chars().all(is_plain) {
            return odd("its id is of at most 40 small letters, digits and `-`");
        }
        if matches!(self.kind, Kind::Oidc(_)) && matches!(id.as_str(), "google" | "facebook") {
            return odd("this id is kept for the one of that name");
        }
        if self.label.trim().is_empty() || self.label.chars().count() > 60 {
            return odd("its label has 1 to 60 characters");
        }
        match &self.kind {
            Kind::Google(it) | Kind::Oidc(it) => {
                if it.client_id.trim().is_empty() {
                    return odd("it needs a client id");
                }
                if !Url::parse(&it.issuer).is_ok_and(|it| is_safe(&it)) {
                    return odd("its issuer is an address that begins with `https://`");
                }
            }
            Kind::Facebook(it) if it.app_id.trim().is_empty() => return odd("it needs an app id"),
            Kind::Facebook(_) => {}
        }
        let roles = self
            .join
            .iter()
            .flat_map(|it| it.roles.iter().map(|it| &it.1).chain(it.default_role.iter()));
        for role in roles {
            let lower = role.to_ascii_lowercase();
            let is_owner = Role::named(role) == Some(Role::Owner);
            if is_owner || matches!(lower.as_str(), "platform_admin" | "end_customer" | "") {
                return odd(&format!("`{role}` is no role that a member can be given"));
            }
        }
        Ok(())
    }
}

/// Secrets go by TLS, or stay on this machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    let is_local = match url.host() {
        Some(url::Host::Domain(it)) => it == "localhost",
        Some(url::Host::Ipv4(it)) => it.is_loopback(),
        Some(url::Host::Ipv6(it)) => it.is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || url.scheme() == "http" && is_local
}
