//! Where people may come from who have no password here.

use std::path::PathBuf;

use accounts::elsewhere::{Join, Kind, Oidc, Provider, Providers};
use model::{Secret, id::WorkspaceId};
use serde::Deserialize;
use smol_str::SmolStr;

use crate::failure::{Failure, Outcome};

#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "Signing in with others")]
pub(super) struct Elsewhere {
    /// Let people sign in with Google: the client id of a "Web application" whose redirect address is `PUBLIC-URL/api/auth/google/callback`
    #[arg(
        long,
        env = "TAILORBIRD_GOOGLE_CLIENT_ID",
        value_name = "ID",
        requires = "google_client_secret"
    )]
    google_client_id: Option<String>,
    /// The secret of that client; better given by environment than as a flag
    #[arg(
        long,
        env = "TAILORBIRD_GOOGLE_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        id = "google_client_secret"
    )]
    google_client_secret: Option<String>,
    /// Let people sign in with Facebook: the id of an app whose redirect address is `PUBLIC-URL/api/auth/facebook/callback`
    #[arg(
        long,
        env = "TAILORBIRD_FACEBOOK_APP_ID",
        value_name = "ID",
        requires = "facebook_app_secret"
    )]
    facebook_app_id: Option<String>,
    /// The secret of that app; better given by environment than as a flag
    #[arg(
        long,
        env = "TAILORBIRD_FACEBOOK_APP_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        id = "facebook_app_secret"
    )]
    facebook_app_secret: Option<String>,
    /// A JSON file of further servers that speak OpenID Connect; docs/accounts.md says what stands in it
    #[arg(long, env = "TAILORBIRD_OIDC_PROVIDERS", value_name = "FILE")]
    oidc_providers: Option<PathBuf>,
}

/// A server that speaks OpenID Connect, as the file says it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    id: SmolStr,
    label: SmolStr,
    issuer: SmolStr,
    client_id: SmolStr,
    client_secret: Option<String>,
    /// In the place of the secret itself.
    client_secret_file: Option<PathBuf>,
    #[serde(default)]
    scopes: Vec<SmolStr>,
    #[serde(default)]
    trusts_email: bool,
    join: Option<WrittenJoin>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WrittenJoin {
    /// Absent is the default workspace.
    workspace: Option<WorkspaceId>,
    role_claim: Option<SmolStr>,
    #[serde(default)]
    roles: Vec<WrittenRole>,
    default_role: Option<SmolStr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRole {
    value: SmolStr,
    role: SmolStr,
}

impl Elsewhere {
    /// `default` is the default workspace, `policy` which addresses may be asked.
    pub(super) fn providers(
        &self,
        default: WorkspaceId,
        policy: sdk::http::Policy,
    ) -> Outcome<Providers> {
        let mut all = vec![];
        if let (Some(id), Some(secret)) = (&self.google_client_id, &self.google_client_secret) {
            all.push(Provider::google(id.trim(), Secret::new(secret.trim())));
        }
        if let (Some(id), Some(secret)) = (&self.facebook_app_id, &self.facebook_app_secret) {
            all.push(Provider::facebook(id.trim(), Secret::new(secret.trim())));
        }
        if let Some(path) = &self.oidc_providers {
            let odd =
                |why: String| Failure::usage(format!("--oidc-providers {}: {why}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|e| odd(e.to_string()))?;
            let written: Vec<Written> =
                serde_json::from_str(&text).map_err(|e| odd(e.to_string()))?;
            for it in written {
                all.push(it.provider(default).map_err(odd)?);
            }
        }
        Providers::new(all, policy).map_err(|it| Failure::usage(it.message))
    }
}

impl Written {
    fn provider(self, default: WorkspaceId) -> Result<Provider, String> {
        let secret = match (self.client_secret, self.client_secret_file) {
            (Some(_), Some(_)) => {
                return Err(format!("`{}` has both a secret and a file with it", self.id));
            }
            (Some(it), None) => Some(it),
            (None, Some(path)) => {
                let read = std::fs::read_to_string(&path);
                Some(read.map_err(|e| format!("{}: {e}", path.display()))?)
            }
            (None, None) => None,
        };
        let join = |it: WrittenJoin| Join {
            workspace: it.workspace.unwrap_or(default),
            claim: it.role_claim,
            roles: it.roles.into_iter().map(|it| (it.value, it.role)).collect(),
            default_role: it.default_role,
        };
        Ok(Provider {
            id: self.id,
            label: self.label,
            kind: Kind::Oidc(Oidc {
                issuer: self.issuer,
                client_id: self.client_id,
                client_secret: secret.map(|it| Secret::new(it.trim())),
                scopes: self.scopes,
            }),
            trusts_email: self.trusts_email,
            join: self.join.map(join),
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn read(text: &str) -> Result<Providers, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("providers.json");
        std::fs::write(&path, text).unwrap();
        let options = Elsewhere {
            google_client_id: Some("id".into()),
            google_client_secret: Some("secret".into()),
            facebook_app_id: None,
            facebook_app_secret: None,
            oidc_providers: Some(path),
        };
        let read = options.providers(WorkspaceId(Uuid::nil()), sdk::http::Policy::default());
        read.map_err(|it| it.message().to_owned())
    }

    fn check(text: &str, wanted: Result<&[&str], &str>) {
        let found = read(text).map(|it| it.all().map(Provider::path).collect::<Vec<_>>());
        match wanted {
            Ok(paths) => assert_eq!(found.unwrap(), paths, "{text}"),
            Err(part) => {
                let message = found.unwrap_err();
                assert!(message.contains(part), "{text}: {message}");
            }
        }
    }

    #[test]
    fn a_file_of_providers_says_what_is_odd() {
        let one = |more: &str| {
            format!(
                r#"[{{"id": "corp", "label": "Corp", "issuer": "https://id.example.com", "clientId": "x"{more}}}]"#
            )
        };
        check("[]", Ok(&["google"]));
        check(&one(""), Ok(&["google", "oidc/corp"]));
        check(&one(r#", "join": {"defaultRole": "viewer"}"#), Ok(&["google", "oidc/corp"]));
        check(&one(r#", "join": {"defaultRole": "owner"}"#), Err("`owner` is no role"));
        check(&one(r#", "admin": true"#), Err("unknown field"));
        check(&one(r#", "clientSecretFile": "/nowhere""#), Err("/nowhere"));
        check(&one("").replace("https:", "http:"), Err("begins with `https://`"));
        check(&one("").replace("corp", "google"), Err("kept for the one"));
        check(&one("").replace("corp", "a/b"), Err("small letters"));
        check(&one("").replace("https://id.example.com", accounts::elsewhere::GOOGLE), Err("two"));
        check("{}", Err("--oidc-providers"));
    }
}
