//! Every route of accounts, people and workspaces that clients written for other systems call, as they write it.
//! Those of payments are in `stripe.rs`, those of node types in `catalogue.rs`, those of webhooks in `hooks.rs`.

use accounts::elsewhere::Provider;
use model::Secret;
use testkit::mailbox::Mailbox;

use super::{
    people::{ELSEWHERE, PASSWORD, refresh_token, token},
    *,
};

/// Who calls.
#[derive(Clone, Copy, PartialEq)]
enum By {
    /// Somebody who has not signed in.
    Nobody,
    /// The owner, who looks after the server as well.
    Ada,
    /// A member, in a session that may end with the call.
    Another,
}

/// What it answers: done, sent elsewhere, or refused for what was given.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Done,
    Elsewhere,
    No,
}

/// A route as it is written there, who calls it, with what, and what it answers.
type Route = (&'static str, &'static str, By, Value, Says);

fn account(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

/// Below `/api` and `/api/v1`.
fn below_api() -> Vec<Route> {
    let none = Value::Null;
    let password = json!({"currentPassword": PASSWORD, "newPassword": PASSWORD});
    vec![
        ("POST", "/api/auth/register", By::Nobody, account("new@example.com"), Says::Done),
        ("POST", "/api/auth/login", By::Nobody, account("ada@example.com"), Says::Done),
        ("POST", "/api/auth/refresh", By::Nobody, json!({"refreshToken": ":refresh"}), Says::Done),
        ("POST", "/api/auth/logout", By::Another, json!({}), Says::Done),
        ("POST", "/api/auth/forgot", By::Nobody, json!({"email": "ada@example.com"}), Says::Done),
        (
            "POST",
            "/api/auth/reset",
            By::Nobody,
            json!({"token": "none", "password": "x"}),
            Says::No,
        ),
        ("POST", "/api/auth/verify-email", By::Nobody, json!({"token": "none"}), Says::No),
        (
            "POST",
            "/api/auth/resend-verification",
            By::Nobody,
            json!({"email": "ada@example.com"}),
            Says::Done,
        ),
        ("POST", "/api/auth/change-password", By::Another, password, Says::Done),
        ("GET", "/api/auth/me", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/auth/oidc/none", By::Nobody, none.clone(), Says::No),
        ("GET", "/api/tenants", By::Ada, none.clone(), Says::Done),
        ("POST", "/api/tenants", By::Ada, json!({"name": "A tenant"}), Says::Done),
        ("GET", "/api/tenants/:id", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/tenants/:id", By::Ada, json!({"name": "Ours"}), Says::Done),
        ("GET", "/api/tenants/:id/users", By::Ada, none.clone(), Says::Done),
        (
            "POST",
            "/api/tenants/:id/users",
            By::Ada,
            json!({"email": ":new", "role": "TENANT_USER"}),
            Says::Done,
        ),
        ("DELETE", "/api/tenants/:other", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/users/profile", By::Ada, none.clone(), Says::Done),
        (
            "PUT",
            "/api/users/profile",
            By::Ada,
            json!({"name": "Ada", "language": "pt-BR", "timezone": "America/Sao_Paulo", "avatarColor": "#aa3300"}),
            Says::Done,
        ),
        ("GET", "/api/users/trial-info", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/users/workspace-members", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/users/preferences", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/users/preferences", By::Ada, json!({"theme": "dark"}), Says::Done),
        ("GET", "/api/dashboard/overview", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/dashboard/stats", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/dashboard/workflows", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/dashboard/executions", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/dashboard/credentials", By::Ada, none, Says::Done),
    ]
}

/// Also without a prefix.
fn bare() -> Vec<Route> {
    let none = Value::Null;
    let password = json!({"currentPassword": PASSWORD, "newPassword": PASSWORD});
    let email = || json!({"email": "ada@example.com"});
    vec![
        ("POST", "/auth/register", By::Nobody, account("new@example.com"), Says::Done),
        ("POST", "/auth/login", By::Nobody, account("ada@example.com"), Says::Done),
        ("POST", "/auth/logout", By::Another, json!({}), Says::Done),
        ("POST", "/auth/resend-verification", By::Nobody, email(), Says::Done),
        ("POST", "/auth/forgot-password", By::Nobody, email(), Says::Done),
        (
            "POST",
            "/auth/reset-password",
            By::Nobody,
            json!({"token": "none", "password": "x"}),
            Says::No,
        ),
        ("POST", "/auth/verify-reset-token", By::Nobody, json!({"token": "none"}), Says::No),
        ("POST", "/auth/update-password", By::Another, password, Says::Done),
        ("GET", "/auth/profile", By::Ada, none.clone(), Says::Done),
        // That one is not set up here, as it would be asked first.
        ("GET", "/auth/google", By::Nobody, none.clone(), Says::No),
        ("GET", "/auth/facebook", By::Nobody, none.clone(), Says::Elsewhere),
        // Without what a browser brings along, it is sent to where it begins anew; a word that nobody has is none.
        ("GET", "/auth/google/callback?state=none&code=none", By::Nobody, none.clone(), Says::No),
        (
            "GET",
            "/auth/facebook/callback?state=none&code=none",
            By::Nobody,
            none.clone(),
            Says::Elsewhere,
        ),
        ("GET", "/auth/verify-email?token=none", By::Nobody, none.clone(), Says::No),
        ("GET", "/auth/verify", By::Ada, none.clone(), Says::Done),
        ("PUT", "/auth/:vera/permissions", By::Ada, json!({"role": "TEAM_MEMBER"}), Says::Done),
        ("PUT", "/auth/:ada/update-name", By::Ada, json!({"name": "Ada"}), Says::Done),
        ("GET", "/workspaces", By::Ada, none.clone(), Says::Done),
        ("GET", "/workspaces/basic", By::Ada, none.clone(), Says::Done),
        ("GET", "/workspaces/:id/dashboard-metrics", By::Ada, none.clone(), Says::Done),
        ("GET", "/workspaces/:id/detailed", By::Ada, none.clone(), Says::Done),
        ("PUT", "/workspaces/:id/deactivate", By::Ada, none.clone(), Says::Done),
        ("PUT", "/workspaces/:id/activate", By::Ada, none, Says::Done),
        ("PUT", "/workspaces/:id/name", By::Ada, json!({"name": "Ours"}), Says::Done),
    ]
}

/// Vera, who was invited by mail.
async fn joined(world: &World, mailbox: &Mailbox, by: &str, workspace: &str) -> Value {
    let path = format!("/api/workspaces/{workspace}/invitations");
    let body = json!({"email": "vera@example.com", "role": "viewer"});
    let invited = world.ask_as(by, "POST", &path, &body).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
    let mail = mailbox.mail("vera@example.com", 0).await;
    let word = mail.text.split('#').nth(1).unwrap().split_whitespace().next().unwrap();
    let mut body = account("vera@example.com");
    body["invitation"] = json!(word);
    let made = world.knock(&ELSEWHERE, "/api/auth/register", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    made.json
}

#[tokio::test]
async fn each_route_of_other_systems_answers_as_they_write_it() {
    let mailbox = Mailbox::open().await;
    let server = accounts::mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
    let facebook = Provider::facebook("id", Secret::new("s"));
    let providers = Providers::new(vec![facebook], sdk::http::Policy::default()).unwrap();
    let world = World::among(Some(server), Registration::Open, providers).await;
    let ada = world.operator("ada@example.com").await;
    let own = ada["workspace"]["id"].as_str().unwrap();
    let vera = joined(&world, &mailbox, token(&ada), own).await;
    let id = |it: &Value| it["user"]["id"].as_str().unwrap().to_owned();
    let (mut n, mut odd) = (0, vec![]);
    for (routes, prefixes) in
        [(below_api(), &["/api", "/api/v1"][..]), (bare(), &["", "/api", "/api/v1"])]
    {
        for (method, written, by, body, says) in routes {
            for prefix in prefixes {
                n += 1;
                let made = json!({"name": format!("Nr. {n}")});
                let other = match written.contains(":other") {
                    true => {
                        world.ask_as(token(&ada), "POST", "/api/tenants", &made).await.json["id"]
                            .clone()
                    }
                    false => Value::Null,
                };
                let enters = by == By::Another || body.to_string().contains(":refresh");
                let entered = match enters {
                    true => world.login("vera@example.com", PASSWORD).await.json,
                    false => vera.clone(),
                };
                let filled = |text: &str| {
                    text.replace(":vera", &id(&vera))
                        .replace(":ada", &id(&ada))
                        .replace(":other", other.as_str().unwrap_or_default())
                        .replace(":new", &format!("nr-{n}@example.com"))
                        .replace(":refresh", refresh_token(&entered))
                        .replace(":id", own)
                };
                let rest = written.strip_prefix("/api").unwrap_or(written);
                let path = filled(&format!("{prefix}{rest}"));
                let body: Value = serde_json::from_str(&filled(&body.to_string())).unwrap();
                let answer = match by {
                    By::Nobody if method == "POST" => world.knock(&ELSEWHERE, &path, &body).await,
                    By::Nobody => {
                        world.send(Request::get(&path).body(Body::empty()).unwrap()).await
                    }
                    By::Ada => world.ask_as(token(&ada), method, &path, &body).await,
                    By::Another => world.ask_as(token(&entered), method, &path, &body).await,
                };
                let found = match answer.status.as_u16() {
                    200..300 => Some(Says::Done),
                    300..400 => Some(Says::Elsewhere),
                    // No route, or none for this verb.
                    405 => None,
                    400..500 if answer.text.contains("there is nothing at") => None,
                    400..500 => Some(Says::No),
                    _ => None,
                };
                if found != Some(says) {
                    odd.push(format!("{method} {path}: {} {}", answer.status, answer.text));
                }
            }
        }
    }
    assert!(odd.is_empty(), "{odd:#?}");
}
