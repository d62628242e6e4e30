//! Another address, one's own data, and the end of an account.

use accounts::mail;
use jiff::SignedDuration;
use testkit::mailbox::Mailbox;

use super::{
    people::{ELSEWHERE, PASSWORD, token, word_after},
    *,
};

const CHANGE: &str = "/api/auth/email-change";
const CONFIRM: &str = "/api/auth/email-change/confirm";

impl World {
    async fn own(&self, token: &str, method: &str, path: &str, body: Value) -> Answer {
        self.ask_as(token, method, path, &body).await
    }
}

#[tokio::test]
async fn another_address_counts_once_its_mail_was_read() {
    let mailbox = Mailbox::open().await;
    let server = mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
    let world = World::with(Some(server), Registration::Open).await;
    let ada = world.operator("ada@example.com").await;
    let bob = json!({"email": "bob@example.com", "password": PASSWORD});
    world.knock(&ELSEWHERE, "/api/auth/register", &bob).await;
    let asked = mailbox.mail("bob@example.com", 0).await;
    let word = json!({"token": word_after(&asked.text, "/app/verify#")});
    let made = world.knock(&ELSEWHERE, "/api/auth/verify-email", &word).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    mailbox.mail("ada@example.com", 0).await;
    // A link to set another password is on its way to the address that she is about to leave.
    world.knock(&ELSEWHERE, "/api/auth/forgot", &json!({"email": "ada@example.com"})).await;
    let reset = mailbox.mail("ada@example.com", 1).await;
    let reset = word_after(&reset.text, "/app/reset#").to_owned();

    let ask = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        world.own(token(&ada), "POST", CHANGE, body).await
    };
    assert_eq!(ask("new@example.com", "not that one at all").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ask("no address", PASSWORD).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ask("ADA@example.com", PASSWORD).await.status, StatusCode::BAD_REQUEST);
    let asked = ask("new@example.com", PASSWORD).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let again = ask("newer@example.com", PASSWORD).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS, "{}", again.text);
    let waits = world.own(token(&ada), "GET", CHANGE, Value::Null).await;
    assert_eq!(waits.json["email"], "new@example.com");
    // Nothing has changed yet.
    assert_eq!(world.login("new@example.com", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    let word = mailbox.mail("new@example.com", 0).await;
    let word = word_after(&word.text, "/app/email#").to_owned();
    let wrong = world.knock(&ELSEWHERE, CONFIRM, &json!({"token": "none"})).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let changed = world.knock(&ELSEWHERE, CONFIRM, &json!({"token": word})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    let used = world.knock(&ELSEWHERE, CONFIRM, &json!({"token": word})).await;
    assert_eq!(used.status, StatusCode::BAD_REQUEST);

    // The session goes on, the address before is told, and what was sent there opens nothing.
    let me = world.own(token(&ada), "GET", "/api/auth/me", Value::Null).await.json;
    assert_eq!(me["user"]["email"], "new@example.com");
    assert_eq!(me["user"]["emailVerified"], true);
    let notice = mailbox.mail("ada@example.com", 2).await;
    assert!(notice.text.contains("new@example.com"), "{}", notice.text);
    let body = json!({"token": reset, "password": "ten lemons at dawn"});
    let dead = world.knock(&ELSEWHERE, "/api/auth/reset", &body).await;
    assert_eq!(dead.status, StatusCode::BAD_REQUEST, "{}", dead.text);
    assert_eq!(world.login("ada@example.com", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.login("new@example.com", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn asking_for_an_address_does_not_tell_who_has_it() {
    let mailbox = Mailbox::open().await;
    let server = mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
    let world = World::with(Some(server), Registration::Open).await;
    let ada = world.operator("ada@example.com").await;
    let path = format!("/api/workspaces/{}/invitations", ada["workspace"]["id"].as_str().unwrap());
    let invited = json!({"email": "bob@example.com", "role": "viewer"});
    let invited = world.own(token(&ada), "POST", &path, invited).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
    let word = mailbox.mail("bob@example.com", 0).await;
    let word = word_after(&word.text, "/app/join#").to_owned();
    let bob = json!({"email": "bob@example.com", "password": PASSWORD, "invitation": word});
    let bob = world.knock(&ELSEWHERE, "/api/auth/register", &bob).await.json;
    let ask = async |it: &Value, email: &str| {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = world.own(token(it), "POST", CHANGE, body).await;
        let waits = world.own(token(it), "GET", CHANGE, Value::Null).await;
        assert_eq!(waits.json["email"], email);
        (answer.status, answer.json)
    };
    // The one is taken and the other is not: both are answered in the same way.
    let taken = ask(&ada, "bob@example.com").await;
    let free = ask(&bob, "free@example.com").await;
    assert_eq!(taken, free);
    assert_eq!(taken.0, StatusCode::OK);
    let told = mailbox.mail("bob@example.com", 1).await;
    let told =
        if told.text.contains("in use") { told } else { mailbox.mail("bob@example.com", 2).await };
    assert!(
        told.text.contains("nothing has changed") && !told.text.contains("/app/"),
        "{}",
        told.text
    );
    assert!(mailbox.mail("free@example.com", 0).await.text.contains("/app/email#"));
}

#[tokio::test]
async fn ones_own_data_is_all_there_and_no_secret() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    world.linked(&ada).await;
    world.keyed(&ada).await;
    let found = world.own(token(&ada), "GET", "/api/users/export", Value::Null).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.text);
    let it = &found.json;
    assert_eq!(it["account"]["email"], "ada@example.com");
    assert_eq!(it["workspaces"][0]["role"], "owner");
    for part in ["sessions", "identities", "passkeys"] {
        assert_eq!(it[part].as_array().map(Vec::len), Some(1), "{part}: {}", found.text);
    }
    assert!(!found.text.contains("argon2"), "{}", found.text);
    let key = world.ask("GET", "/api/users/export", &Value::Null).await;
    assert_eq!(key.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_account_ends_after_a_while_unless_its_owner_comes_back() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let shop = bob["workspace"]["id"].as_str().unwrap();
    let path = "/api/users/deletion";
    let end = async |it: &Value, password: &str| {
        world.own(token(it), "POST", path, json!({"password": password})).await
    };
    // Who owns a workspace hands it over or closes it first.
    let owner = end(&bob, PASSWORD).await;
    assert_eq!(owner.json["error"]["code"], "still_needed", "{}", owner.text);
    assert!(owner.text.contains("A shop"), "{}", owner.text);
    let closed = format!("/api/workspaces/{shop}");
    let closed = world.own(token(&bob), "DELETE", &closed, Value::Null).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
    assert_eq!(end(&bob, "not that one at all").await.status, StatusCode::BAD_REQUEST);
    let ended = end(&bob, PASSWORD).await;
    assert_eq!(ended.status, StatusCode::OK, "{}", ended.text);
    assert_eq!(world.status(token(&bob), "GET", "/api/auth/me").await, StatusCode::UNAUTHORIZED);

    // Coming back keeps the account.
    let store = world.engine.store();
    let back = world.login("bob@example.com", PASSWORD).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text);
    let later = Timestamp::now() + SignedDuration::from_hours(24 * 15);
    assert_eq!(store.purge(later).await.unwrap(), 0);
    assert_eq!(world.status(token(&back.json), "GET", "/api/auth/me").await, StatusCode::OK);

    assert_eq!(end(&back.json, PASSWORD).await.status, StatusCode::OK);
    let before = Timestamp::now() + SignedDuration::from_hours(24 * 13);
    assert_eq!(store.purge(before).await.unwrap(), 0);
    assert_eq!(store.purge(later).await.unwrap(), 1);
    assert_eq!(world.login("bob@example.com", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    // The address is free again.
    world.person("bob@example.com").await;
    // Who looks after the server stays, whatever he owns.
    let last = end(&ada, PASSWORD).await;
    assert_eq!(last.json["error"]["code"], "still_needed", "{}", last.text);
}

/// Whoever opens a workspace again after its owner said farewell must not leave it to nobody.
#[tokio::test]
async fn a_workspace_whose_owner_goes_is_opened_again_with_another_owner_or_not_at_all() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let shop = bob["workspace"]["id"].as_str().unwrap();
    let at = format!("/api/workspaces/{shop}");
    let ask = async |by: &Value, method: &str, path: String, body: Value| {
        world.own(token(by), method, &path, body).await
    };
    let vera = {
        let body = json!({"email": "vera@example.com", "role": "viewer"});
        let invited = ask(&bob, "POST", format!("{at}/invitations"), body).await;
        let word = word_after(invited.json["link"].as_str().unwrap(), "#").to_owned();
        let body = json!({"email": "vera@example.com", "password": PASSWORD, "invitation": word});
        world.knock(&ELSEWHERE, "/api/auth/register", &body).await.json
    };
    let vera = vera["user"]["id"].as_str().unwrap();
    let go = async |bob: &Value| {
        ask(bob, "DELETE", at.clone(), Value::Null).await;
        let farewell = json!({"password": PASSWORD});
        let ended = ask(bob, "POST", "/api/users/deletion".into(), farewell).await;
        assert_eq!(ended.status, StatusCode::OK, "{}", ended.text);
    };
    let open = async || ask(&ada, "POST", format!("{at}/restore"), Value::Null).await;
    go(&bob).await;
    let nobody = open().await;
    assert_eq!(nobody.status, StatusCode::BAD_REQUEST, "{}", nobody.text);
    assert!(nobody.text.contains("no admin could own it"), "{}", nobody.text);
    // Who comes back keeps the account, and the workspace with it.
    let bob = world.login("bob@example.com", PASSWORD).await.json;
    let opened = ask(&bob, "POST", format!("{at}/restore"), Value::Null).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    let promoted = ask(&bob, "PUT", format!("{at}/members/{vera}"), json!({"role": "admin"})).await;
    assert_eq!(promoted.status, StatusCode::OK, "{}", promoted.text);
    go(&bob).await;
    let opened = open().await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    let members = ask(&ada, "GET", format!("{at}/members"), Value::Null).await.json;
    let role = |email: &str| {
        let all = members["items"].as_array().unwrap();
        all.iter().find(|it| it["email"] == email).map(|it| it["role"].clone())
    };
    assert_eq!(role("vera@example.com"), Some(json!("owner")), "{members}");
    assert_eq!(role("bob@example.com"), Some(json!("admin")), "{members}");
    let later = Timestamp::now() + SignedDuration::from_hours(24 * 15);
    assert_eq!(world.engine.store().purge(later).await.unwrap(), 1);
    let members = ask(&ada, "GET", format!("{at}/members"), Value::Null).await.json;
    assert_eq!(members["items"].as_array().map(Vec::len), Some(1), "{members}");
}
