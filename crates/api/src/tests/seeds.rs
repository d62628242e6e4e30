//! Every route of accounts, people and workspaces that clients written for other systems call, as they write it.
//! Those of payments are in `stripe.rs`, those of node types in `catalogue.rs`, those of webhooks in `hooks.rs`.

mod written;

use accounts::elsewhere::{Kind, Oidc, Provider};
use model::Secret;
use testkit::{
    mailbox::Mailbox,
    provider::{self, CLIENT_ID, CLIENT_SECRET, Script},
};

use self::written::{By, Says, account, bare, below_api, of_tenants, places};
use super::{
    people::{ELSEWHERE, PASSWORD, refresh_token, token},
    *,
};

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

/// Google, as far as anybody here can tell.
fn google(there: &provider::Provider) -> Provider {
    let oidc = Oidc {
        issuer: there.url().into(),
        client_id: CLIENT_ID.into(),
        client_secret: Some(Secret::new(CLIENT_SECRET)),
        scopes: vec![],
    };
    Provider { kind: Kind::Google(oidc), ..Provider::google(CLIENT_ID, Secret::new(CLIENT_SECRET)) }
}

#[tokio::test]
async fn each_route_of_other_systems_answers_as_they_write_it() {
    let mailbox = Mailbox::open().await;
    let server = accounts::mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
    let there = provider::Provider::open().await;
    let facebook = Provider::facebook("id", Secret::new("s"));
    let policy = sdk::http::Policy { allow_private: true, ..Default::default() };
    let providers = Providers::new(vec![google(&there), facebook], policy).unwrap();
    let world = World::among(Some(server), Registration::Open, providers).await;
    let ada = world.operator("ada@example.com").await;
    let own = ada["workspace"]["id"].as_str().unwrap();
    let vera = joined(&world, &mailbox, token(&ada), own).await;
    let id = |it: &Value| it["user"]["id"].as_str().unwrap().to_owned();
    let (mut n, mut odd) = (0, vec![]);
    let all = [
        (below_api(), &["/api", "/api/v1"][..]),
        (bare(), &["", "/api", "/api/v1"]),
        (of_tenants(), &["/api", "/api/v1"]),
        (places(), &[""]),
    ];
    for (routes, prefixes) in all {
        for (method, written, by, body, says) in routes {
            for prefix in prefixes {
                n += 1;
                let named = json!({"name": format!("Nr. {n}")});
                let other = match written.contains(":other") {
                    true => {
                        world.ask_as(token(&ada), "POST", "/api/tenants", &named).await.json["id"]
                            .clone()
                    }
                    false => Value::Null,
                };
                let made = match written {
                    it if it.contains(":guest") => {
                        let body =
                            json!({"email": format!("guest-{n}@example.com"), "role": "viewer"});
                        let it = world.ask_as(token(&ada), "POST", "/api/users", &body).await;
                        it.json["data"]["user"]["id"].clone()
                    }
                    it if it.contains(":key") => {
                        let body = json!({"name": format!("Nr. {n}")});
                        let it = world.ask_as(token(&ada), "POST", "/api/api-keys", &body).await;
                        it.json["apiKey"]["id"].clone()
                    }
                    _ => Value::Null,
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
                        .replace(":guest", made.as_str().unwrap_or_default())
                        .replace(":key", made.as_str().unwrap_or_default())
                        .replace(":new", &format!("nr-{n}@example.com"))
                        .replace(":refresh", refresh_token(&entered))
                        .replace(":id", own)
                };
                let rest = match prefix.is_empty() {
                    true => written,
                    false => written.strip_prefix("/api").unwrap_or(written),
                };
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

#[tokio::test]
async fn who_comes_from_google_by_the_addresses_without_a_prefix_is_let_in() {
    let there = provider::Provider::open().await;
    let claims = [("email", json!("bob@example.com")), ("email_verified", json!(true))];
    there.say(Script { claims: claims.into(), ..Script::default() });
    let policy = sdk::http::Policy { allow_private: true, ..Default::default() };
    let providers = Providers::new(vec![google(&there)], policy).unwrap();
    let world = World::among(None, Registration::Open, providers).await;
    world.operator("ada@example.com").await;
    let begun = world.send(Request::get("/auth/google").body(Body::empty()).unwrap()).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let query = there.allow(begun.headers["location"].to_str().unwrap());
    let cookie = begun.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let back = Request::get(format!("/auth/google/callback?{query}")).header("cookie", cookie);
    let back = world.send(back.body(Body::empty()).unwrap()).await;
    let sent = back.headers["location"].to_str().unwrap();
    let (_, code) = sent.split_once("/app/sign-in/done#code=").unwrap_or_else(|| panic!("{sent}"));
    let exchange = Request::post("/auth/exchange").header("cookie", cookie);
    let body = Body::from(json!({"code": code}).to_string());
    let entered = world.send(exchange.body(body).unwrap()).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text);
    assert_eq!(entered.json["data"]["user"]["email"], "bob@example.com");
}
