//! People: registering, signing in and out, sessions, mails, and what a thief tries.

use std::net::SocketAddr;

use accounts::mail;
use axum::extract::ConnectInfo;
use testkit::mailbox::Mailbox;

use super::*;
use crate::gate::PERSONAL;

pub(super) const PASSWORD: &str = "nine lemons at dawn";

/// From where, and with what headers.
pub(super) struct From<'a> {
    pub(super) peer: Option<&'a str>,
    pub(super) headers: &'a [(&'a str, &'a str)],
}

pub(super) const ELSEWHERE: From<'_> = From { peer: Some("198.51.100.7:1"), headers: &[] };

impl World {
    /// Asks without a key, from somewhere.
    pub(super) async fn knock(&self, from: &From<'_>, path: &str, body: &Value) -> Answer {
        let mut request = Request::post(path).header("content-type", "application/json");
        for (name, value) in from.headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(body.to_string())).unwrap();
        if let Some(peer) = from.peer {
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let answer = self.send(request).await;
        fits_description("POST", path, &answer);
        answer
    }

    /// The first account comes from the operator.
    pub(super) async fn operator(&self, email: &str) -> Value {
        let headers = [("x-api-key", self.key.as_str())];
        let from = From { peer: Some("198.51.100.7:1"), headers: &headers };
        let body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
        let made = self.knock(&from, "/api/auth/register", &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        made.json
    }

    pub(super) async fn person(&self, email: &str) -> Value {
        let body = json!({"email": email, "password": PASSWORD, "workspaceName": "A shop"});
        let made = self.knock(&ELSEWHERE, "/api/auth/register", &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        made.json
    }

    /// Gives a person an account elsewhere; gives its id.
    pub(super) async fn linked(&self, person: &Value) -> String {
        let new = store::identities::NewIdentity {
            id: model::id::IdentityId(Uuid::now_v7()),
            issuer: "https://id.example.com".into(),
            subject: "ada".into(),
            label: "Ada".into(),
        };
        let user = person["user"]["id"].as_str().unwrap().parse().unwrap();
        self.engine.store().link_identity(user, &new, Timestamp::now()).await.unwrap();
        new.id.to_string()
    }

    pub(super) async fn login(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.knock(&ELSEWHERE, "/api/auth/login", &body).await
    }

    pub(super) async fn refresh(&self, token: &str) -> Answer {
        self.knock(&ELSEWHERE, "/api/auth/refresh", &json!({"refreshToken": token})).await
    }

    pub(super) async fn status(&self, token: &str, method: &str, path: &str) -> StatusCode {
        self.ask_as(token, method, path, &Value::Null).await.status
    }
}

pub(super) fn token(it: &Value) -> &str {
    it["accessToken"].as_str().unwrap()
}

pub(super) fn refresh_token(it: &Value) -> &str {
    it["refreshToken"].as_str().unwrap()
}

#[tokio::test]
async fn the_first_account_is_the_operators() {
    let world = World::new().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let host = ("host", "localhost:5680");
    let foreign = ("x-api-key", world.foreign_key.as_str());
    let strangers: &[(&str, &[(&str, &str)])] = &[
        ("198.51.100.7:1", &[]),
        ("198.51.100.7:1", &[host]),
        ("198.51.100.7:1", &[foreign]),
        ("198.51.100.7:1", &[("x-api-key", "tbk_wrong")]),
        // A proxy on this machine, and pages from elsewhere in a browser on it.
        ("127.0.0.1:1", &[("host", "flows.example.com")]),
        ("127.0.0.1:1", &[host, ("x-forwarded-for", "127.0.0.1")]),
        ("127.0.0.1:1", &[host, ("forwarded", "for=127.0.0.1")]),
        ("127.0.0.1:1", &[host, ("origin", "https://evil.example.com")]),
        ("127.0.0.1:1", &[host, ("origin", "null")]),
        (
            "127.0.0.1:1",
            &[("host", "evil.example.com:5680"), ("origin", "http://evil.example.com:5680")],
        ),
        ("127.0.0.1:1", &[]),
    ];
    // A page can tell that there is something to set up.
    assert_eq!(world.get("/api/auth/providers").await["firstAccount"], true);
    for (peer, headers) in strangers {
        let from = From { peer: Some(peer), headers };
        let answer = world.knock(&from, "/api/auth/register", &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{peer} {headers:?}");
    }
    let headers = [host, ("origin", "http://localhost:5680")];
    let from = From { peer: Some("127.0.0.1:1"), headers: &headers };
    let made = world.knock(&from, "/api/auth/register", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let own = world.engine.default_workspace().to_string();
    assert_eq!(
        (&made.json["user"]["platformAdmin"], &made.json["workspace"]["id"]),
        (&json!(true), &json!(own))
    );
    assert_eq!(
        (&made.json["workspace"]["role"], &made.json["user"]["name"]),
        (&json!("owner"), &json!("ada"))
    );
    assert_eq!(made.json["workspace"]["name"], "Default");
    assert_eq!(world.get("/api/auth/providers").await["firstAccount"], false);
    let second = world.person("bob@example.com").await;
    assert_eq!(second["user"]["platformAdmin"], false);
    assert_eq!(second["workspace"]["name"], "A shop");
}

/// The default workspace is there before anybody is: the first one names it.
#[tokio::test]
async fn the_first_account_names_its_workspace() {
    for name in ["workspaceName", "tenantName", "organizationName"] {
        let world = World::new().await;
        let headers = [("x-api-key", world.key.as_str())];
        let from = From { peer: Some("198.51.100.7:1"), headers: &headers };
        let mut body = json!({"email": "ada@example.com", "password": PASSWORD});
        body[name] = json!("Acme GmbH");
        let made = world.knock(&from, "/api/auth/register", &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let own = world.engine.default_workspace().to_string();
        let workspace = &made.json["workspace"];
        assert_eq!((&workspace["id"], &workspace["name"]), (&json!(own), &json!("Acme GmbH")));
        assert_eq!(world.get("/api/audit?action=workspace.rename").await["total"], 1);
    }
}

#[tokio::test]
async fn a_closed_server_takes_the_first_and_nobody_else() {
    let world = World::with(None, Registration::Closed).await;
    world.operator("ada@example.com").await;
    let body = json!({"email": "bob@example.com", "password": PASSWORD});
    let answer = world.knock(&ELSEWHERE, "/api/auth/register", &body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
}

#[tokio::test]
async fn registering_takes_what_it_names_and_no_more() {
    let world = World::new().await;
    world.operator("ada@example.com").await;
    let check = async |body: Value, status: StatusCode| {
        let answer = world.knock(&ELSEWHERE, "/api/auth/register", &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    };
    let with = |name: &str, value: Value| {
        let mut body = json!({"email": "bob@example.com", "password": PASSWORD});
        body[name] = value;
        body
    };
    for odd in ["role", "platformAdmin", "workspaceId", "emailVerified", "id"] {
        check(with(odd, json!("owner")), StatusCode::BAD_REQUEST).await;
    }
    check(with("email", json!("nobody")), StatusCode::BAD_REQUEST).await;
    check(with("email", json!("ADA@example.com")), StatusCode::CONFLICT).await;
    check(with("name", json!("two\nlines")), StatusCode::BAD_REQUEST).await;
    for weak in ["short", "password12", "qwertyuiop", "bob@example.com"] {
        check(with("password", json!(weak)), StatusCode::BAD_REQUEST).await;
    }
    check(with("tenantName", json!("Bob's")), StatusCode::CREATED).await;
}

#[tokio::test]
async fn a_person_reaches_the_own_workspace_and_no_other() {
    let world = World::new().await;
    world.post("/api/variables", json!({"name": "shop", "value": "x"})).await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let total = async |token: &str| {
        let answer = world.ask_as(token, "GET", "/api/variables", &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json["total"].as_u64().unwrap()
    };
    assert_eq!((total(token(&ada)).await, total(token(&bob)).await), (1, 0));
    let made = world.ask_as(token(&bob), "POST", "/api/keys", &json!({"name": "mine"})).await;
    assert_eq!(total(made.json["key"].as_str().unwrap()).await, 0);
    let me = world.ask_as(token(&bob), "GET", "/api/auth/me", &Value::Null).await.json;
    assert_eq!(
        (&me["user"]["email"], &me["workspace"]["name"]),
        (&json!("bob@example.com"), &json!("A shop"))
    );
    assert_eq!(me["workspaces"].as_array().unwrap().len(), 1);
    assert!(me["permissions"].as_array().unwrap().contains(&json!("keys.write")));
}

#[tokio::test]
async fn what_is_a_persons_own_takes_that_person() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let elsewhere = json!(world.linked(&ada).await);
    let passkey = json!(world.keyed(&ada).await);
    let path = |template: &str| {
        let id = |name: &str, it: &Value| template.replace(name, it.as_str().unwrap());
        match template {
            it if it.contains("{userId}") => id("{userId}", &ada["user"]["id"]),
            it if it.starts_with("/users/") => id("{id}", &ada["user"]["id"]),
            it if it.starts_with("/auth/identities/") => id("{id}", &elsewhere),
            it if it.starts_with("/auth/passkeys/") => id("{id}", &passkey),
            it if it.starts_with("/workspaces/") => id("{id}", &ada["workspace"]["id"]),
            _ => id("{id}", &ada["sessionId"]),
        }
    };
    for (method, template) in PERSONAL {
        let path = path(template);
        let body = match *template {
            "/auth/{userId}/update-name" | "/auth/passkeys/{id}" => json!({"name": "Stolen"}),
            "/users/{id}/change-password" => {
                json!({"currentPassword": PASSWORD, "newPassword": "ten lemons at dawn"})
            }
            _ => Value::Null,
        };
        let bare = if template.starts_with("/tenants") { "/api" } else { "" };
        for prefix in ["/api", "/api/v1", bare] {
            let path = format!("{prefix}{path}");
            let request =
                Request::builder().method(*method).uri(&path).body(Body::empty()).unwrap();
            assert_eq!(world.send(request).await.status, StatusCode::UNAUTHORIZED, "{path}");
            // A key is nobody.
            let answer = world.ask_as(&world.key, method, &path, &body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.text);
            if template.contains('{') {
                let answer = world.ask_as(token(&bob), method, &path, &body).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
            }
        }
    }
    // What bob tried at has not happened, and ada may.
    let me = world.ask_as(token(&ada), "GET", "/auth/profile", &Value::Null).await;
    assert_eq!((me.status, &me.json["user"]["name"]), (StatusCode::OK, &json!("Ada")));
    for (method, template) in PERSONAL.iter().filter(|it| it.0 == "GET") {
        let status = world.status(token(&ada), method, &format!("/api{template}")).await;
        assert_eq!(status, StatusCode::OK, "{template}");
    }
    let rename = format!("/auth/{}/update-name", ada["user"]["id"].as_str().unwrap());
    let renamed = world.ask_as(token(&ada), "PUT", &rename, &json!({"name": "Ada L"})).await;
    assert_eq!(renamed.status, StatusCode::OK, "{}", renamed.text);
}

#[tokio::test]
async fn wrong_passwords_slow_their_address_down_and_not_the_person() {
    let world = World::new().await;
    world.operator("ada@example.com").await;
    let ends = async |email: &str| {
        let mut all = vec![];
        for _ in 0..6 {
            let answer = world.login(email, "wrong wrong wrong").await;
            all.push((answer.status.as_u16(), answer.json["error"]["message"].clone()));
            if answer.status == StatusCode::TOO_MANY_REQUESTS {
                let seconds =
                    answer.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap();
                assert!((1..=3).contains(&seconds), "{seconds}");
            }
        }
        all
    };
    // Whether there is such an account does not show.
    let known = ends("ada@example.com").await;
    let unknown = ends("nobody@example.com").await;
    assert_eq!(known.iter().map(|it| it.0).collect::<Vec<_>>()[..5], [401; 5]);
    assert_eq!(known[..5], unknown[..5]);
    // The sixth has to wait, unless this machine took longer than the pause.
    assert!(matches!(known[5].0, 429 | 401), "{known:?}");
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let home = From { peer: Some("203.0.113.9:1"), headers: &[] };
    let answer = world.knock(&home, "/api/auth/login", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json["user"]["email"], "ada@example.com");
}

#[tokio::test]
async fn many_who_know_the_password_come_in_at_once() {
    let world = World::new().await;
    world.operator("ada@example.com").await;
    let all = futures::future::join_all((0..20).map(|_| world.login("ada@example.com", PASSWORD)));
    for answer in all.await {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_stolen_refresh_token_ends_the_session() {
    let world = World::new().await;
    let first = world.operator("ada@example.com").await;
    let second = world.refresh(refresh_token(&first)).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.text);
    let third = world.refresh(refresh_token(&second.json)).await;
    assert_eq!(third.status, StatusCode::OK);
    let access = token(&third.json).to_owned();
    assert_eq!(world.status(&access, "GET", "/api/variables").await, StatusCode::OK);
    // Two turns old: somebody has a copy.
    let stolen = world.refresh(refresh_token(&first)).await;
    assert_eq!(stolen.status, StatusCode::UNAUTHORIZED);
    let after = world.refresh(refresh_token(&third.json)).await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED, "{}", after.text);
    for odd in ["", "tbr_", "tbr_AAAA", token(&third.json)] {
        assert_eq!(world.refresh(odd).await.status, StatusCode::UNAUTHORIZED, "{odd}");
    }
    // A token of one kind is none of the other.
    let status = world.status(refresh_token(&third.json), "GET", "/api/variables").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let world = World::new().await;
    let here = world.operator("ada@example.com").await;
    let there = world.login("Ada@Example.com", PASSWORD).await.json;
    let away = world.login("ada@example.com", PASSWORD).await.json;
    let list = world.ask_as(token(&here), "GET", "/api/auth/sessions", &Value::Null).await.json;
    let all = list["items"].as_array().unwrap();
    let current: Vec<_> = all.iter().map(|it| it["current"] == true).collect();
    assert_eq!(current, [false, false, true]);
    assert_eq!(all[0]["address"], "198.51.100.7");
    assert_eq!(world.status(token(&there), "GET", "/api/auth/me").await, StatusCode::OK);
    let path = format!("/api/auth/sessions/{}", there["sessionId"].as_str().unwrap());
    assert_eq!(world.status(token(&here), "DELETE", &path).await, StatusCode::OK);
    assert_eq!(world.status(token(&here), "DELETE", &path).await, StatusCode::NOT_FOUND);
    assert_eq!(world.status(token(&there), "GET", "/api/auth/me").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.refresh(refresh_token(&there)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.status(token(&here), "DELETE", "/api/auth/sessions").await, StatusCode::OK);
    assert_eq!(world.status(token(&away), "GET", "/api/auth/me").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.status(token(&here), "POST", "/api/auth/logout").await, StatusCode::OK);
    assert_eq!(world.status(token(&here), "GET", "/api/auth/me").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.refresh(refresh_token(&here)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let world = World::new().await;
    let here = world.operator("ada@example.com").await;
    let there = world.login("ada@example.com", PASSWORD).await.json;
    let change = async |old: &str, new: &str| {
        let body = json!({"currentPassword": old, "newPassword": new});
        world.ask_as(token(&here), "POST", "/api/auth/change-password", &body).await.status
    };
    assert_eq!(change("wrong wrong", "ten lemons at dawn").await, StatusCode::BAD_REQUEST);
    assert_eq!(change(PASSWORD, "password12").await, StatusCode::BAD_REQUEST);
    assert_eq!(change(PASSWORD, "ten lemons at dawn").await, StatusCode::OK);
    assert_eq!(world.status(token(&here), "GET", "/api/auth/me").await, StatusCode::OK);
    assert_eq!(world.status(token(&there), "GET", "/api/auth/me").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.login("ada@example.com", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.login("ada@example.com", "ten lemons at dawn").await.status, StatusCode::OK);
}

#[tokio::test]
async fn registering_does_not_tell_who_has_an_account() {
    let mailbox = Mailbox::open().await;
    let server = mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
    let world = World::with(Some(server), Registration::Open).await;
    // The first one comes in at once.
    world.operator("ada@example.com").await;
    mailbox.mail("ada@example.com", 0).await;
    let register = async |email: &str| {
        let body =
            json!({"email": email, "password": PASSWORD, "name": "Eve", "workspaceName": "Eve's"});
        world.knock(&ELSEWHERE, "/api/auth/register", &body).await
    };
    let (known, new) = (register("ADA@example.com").await, register("eve@example.com").await);
    assert_eq!((known.status, new.status), (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
    assert_eq!(known.json, new.json);
    let told = mailbox.mail("ada@example.com", 1).await;
    assert!(told.text.contains("you have one"), "{}", told.text);
    word_after(&told.text, "/app/reset#");
    assert_eq!(world.login("ada@example.com", PASSWORD).await.status, StatusCode::OK);
    // Nobody is there before somebody has read the mail, nor does a sign-in tell.
    let (new, none) = (
        world.login("eve@example.com", PASSWORD).await,
        world.login("fay@example.com", PASSWORD).await,
    );
    assert_eq!(
        (new.status, &new.json["error"]["message"]),
        (none.status, &none.json["error"]["message"])
    );
    let asked = mailbox.mail("eve@example.com", 0).await;
    let word = word_after(&asked.text, "/app/verify#");
    let confirm =
        async || world.knock(&ELSEWHERE, "/api/auth/verify-email", &json!({"token": word})).await;
    assert_eq!(confirm().await.status, StatusCode::OK);
    assert_eq!(confirm().await.status, StatusCode::BAD_REQUEST, "it counts once");
    let eve = world.login("eve@example.com", PASSWORD).await.json;
    assert_eq!(
        (&eve["user"]["emailVerified"], &eve["workspace"]["name"]),
        (&json!(true), &json!("Eve's"))
    );
    assert_eq!(eve["user"]["platformAdmin"], false);
}

/// The word that follows a text in a mail.
pub(super) fn word_after(mail: &str, text: &str) -> String {
    let rest = mail.split(text).nth(1).unwrap_or_else(|| panic!("no {text} in {mail}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_mail() {
    let mailbox = Mailbox::open().await;
    let server = mail::Server::new(&mailbox.url(), "Tailorbird <no-reply@example.com>").unwrap();
    let world = World::with(Some(server), Registration::Open).await;
    let ada = world.operator("Ada@example.com").await;
    assert_eq!(ada["user"]["emailVerified"], false);
    let welcome = mailbox.mail("Ada@example.com", 0).await;
    let word = word_after(&welcome.text, "/app/verify#");
    let open = async |path: String| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        world.send(request).await
    };
    let verified = open(format!("/api/auth/verify-email?token={word}")).await;
    assert_eq!(verified.status, StatusCode::OK, "{}", verified.text);
    let again = open(format!("/api/auth/verify-email?token={word}")).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    let me = world.ask_as(token(&ada), "GET", "/api/auth/me", &Value::Null).await.json;
    assert_eq!(me["user"]["emailVerified"], true);

    // The answer is the same for somebody who is not there, and no mail comes of it.
    for email in ["nobody@example.com", "ada@example.com"] {
        let body = json!({"email": email});
        let answer = world.knock(&ELSEWHERE, "/api/auth/forgot", &body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    }
    let mail = mailbox.mail("Ada@example.com", 1).await;
    assert!(mail.text.contains("From: Tailorbird <no-reply@example.com>"), "{}", mail.text);
    assert!(mail.text.contains("Message-ID: <") && mail.text.contains("Subject: A new password"));
    assert!(mailbox.mails().iter().all(|it| it.to == "Ada@example.com"));
    let page = open("/api/auth/reset".to_owned()).await;
    assert_eq!(
        (page.status, &page.headers["location"]),
        (StatusCode::TEMPORARY_REDIRECT, &"/app/reset".parse().unwrap())
    );
    let word = word_after(&mail.text, "/app/reset#");
    let post = async |path: &str, password: Option<&str>| {
        let body = match password {
            Some(it) => json!({"token": word, "password": it}),
            None => json!({"token": word}),
        };
        world.knock(&ELSEWHERE, path, &body).await.status
    };
    let counts = async || {
        let body = json!({"token": word});
        let answer = world.knock(&ELSEWHERE, "/auth/verify-reset-token", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json["data"]["valid"] == true
    };
    assert!(counts().await);
    assert_eq!(post("/api/auth/verify-email", None).await, StatusCode::BAD_REQUEST);
    // A password that will not do uses nothing up.
    assert_eq!(post("/auth/reset-password", Some("password12")).await, StatusCode::BAD_REQUEST);
    assert_eq!(post("/auth/reset-password", Some("ten lemons at dawn")).await, StatusCode::OK);
    assert_eq!(post("/api/auth/reset", Some("six lemons at dawn")).await, StatusCode::BAD_REQUEST);
    assert!(!counts().await);
    assert_eq!(world.status(token(&ada), "GET", "/api/auth/me").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.login("ada@example.com", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.login("ada@example.com", "ten lemons at dawn").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_mail_that_is_refused_is_sent_again() {
    let mailbox = Mailbox::open().await;
    mailbox.refuse(2);
    let server = mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
    let server = server.retrying_after(Duration::from_millis(10));
    let world = World::with(Some(server), Registration::Open).await;
    world.operator("ada@example.com").await;
    mailbox.mail("ada@example.com", 0).await;
    assert_eq!(mailbox.n_refused(), 2);
    // Known already, or nobody: the answer is the same.
    let body = json!({"email": "ada@example.com"});
    let answer = world.knock(&ELSEWHERE, "/auth/resend-verification", &body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_server_without_mails_says_so() {
    let world = World::new().await;
    world.operator("ada@example.com").await;
    for path in ["/api/auth/forgot", "/auth/forgot-password", "/api/auth/resend-verification"] {
        let answer = world.knock(&ELSEWHERE, path, &json!({"email": "ada@example.com"})).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.text);
        assert!(answer.text.contains("--smtp-url"), "{}", answer.text);
    }
    assert!(mail::Server::new("http://example.com", "a@example.com").is_err());
    assert!(mail::Server::new("smtp://127.0.0.1", "nobody").is_err());
}
