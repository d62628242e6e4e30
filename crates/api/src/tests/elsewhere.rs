//! Signing in with accounts elsewhere, and what a thief tries on the way.

use accounts::elsewhere::{Facebook, Join, Kind, Oidc, Provider};
use model::Secret;
use testkit::provider::{self, CLIENT_ID, CLIENT_SECRET, Script, Signed};

use super::{
    people::{PASSWORD, token},
    *,
};

const BOB: &str = "bob@example.com";

/// A server, and another one where people come from.
struct Stage {
    world: World,
    there: provider::Provider,
}

/// What one browser keeps.
#[derive(Default)]
struct Browser {
    cookie: Option<String>,
}

/// Where a browser was sent: the part behind the `#`.
#[derive(Debug, PartialEq)]
enum Sent {
    Code(String),
    Linked(String),
    Error(String),
}

impl Stage {
    async fn new() -> Stage {
        Stage::with(Registration::Open, |_| {}).await
    }

    async fn with(registration: Registration, change: impl FnOnce(&mut Provider)) -> Stage {
        let there = provider::Provider::open().await;
        let secret = || Secret::new(CLIENT_SECRET);
        let mut corp = Provider {
            id: "corp".into(),
            label: "Corp".into(),
            kind: Kind::Oidc(Oidc {
                issuer: there.url().into(),
                client_id: CLIENT_ID.into(),
                client_secret: Some(secret()),
                scopes: vec!["groups".into()],
            }),
            trusts_email: false,
            join: None,
        };
        change(&mut corp);
        let facebook = Provider {
            kind: Kind::Facebook(Facebook {
                app_id: CLIENT_ID.into(),
                app_secret: secret(),
                dialog: "https://www.facebook.com".into(),
                graph: there.url().into(),
            }),
            ..Provider::facebook("", secret())
        };
        let policy = sdk::http::Policy { allow_private: true, ..Default::default() };
        let google = Provider::google(CLIENT_ID, secret());
        let providers = Providers::new(vec![google, facebook, corp], policy).unwrap();
        let world = World::among(None, registration, providers).await;
        world.operator("ada@example.com").await;
        let stage = Stage { world, there };
        stage.comes(BOB, true);
        stage
    }

    /// Who comes next.
    fn comes(&self, email: &str, verified: bool) {
        self.says([("email", json!(email)), ("email_verified", json!(verified))], Signed::Well);
    }

    fn says<const N: usize>(&self, claims: [(&'static str, Value); N], signed: Signed) {
        self.there.say(Script { claims: claims.into(), signed, ..Script::default() });
    }

    async fn begin(&self, browser: &mut Browser, path: &str) -> String {
        let answer = self.get(browser, &format!("/api/auth/{path}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert_eq!(answer.headers["cache-control"], "no-store");
        answer.headers["location"].to_str().unwrap().to_owned()
    }

    async fn get(&self, browser: &mut Browser, path: &str) -> Answer {
        let mut request = Request::get(path);
        if let Some(it) = &browser.cookie {
            request = request.header("cookie", format!("other=1; {it}"));
        }
        let answer = self.world.send(request.body(Body::empty()).unwrap()).await;
        fits_description("GET", path, &answer);
        if let Some(it) = answer.headers.get("set-cookie") {
            let it = it.to_str().unwrap();
            assert!(it.contains("; HttpOnly; SameSite=Lax"), "{it}");
            browser.cookie = it.split(';').next().map(str::to_owned);
        }
        answer
    }

    async fn back(&self, browser: &mut Browser, path: &str, query: &str) -> Sent {
        let answer = self.get(browser, &format!("/api/auth/{path}/callback?{query}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let location = answer.headers["location"].to_str().unwrap();
        let page = format!("{}/app/sign-in/done#", self.world.engine.base_url());
        let (name, value) = location.strip_prefix(&page).unwrap().split_once('=').unwrap();
        let value = value.to_owned();
        match name {
            "code" => Sent::Code(value),
            "linked" => Sent::Linked(value),
            "error" => Sent::Error(value),
            other => panic!("{other}"),
        }
    }

    async fn there_and_back(&self, browser: &mut Browser) -> Sent {
        let url = self.begin(browser, "oidc/corp").await;
        self.back(browser, "oidc/corp", &self.there.allow(&url)).await
    }

    async fn exchange(&self, browser: &Browser, code: &str) -> Answer {
        let mut request = Request::post("/api/auth/exchange");
        if let Some(it) = &browser.cookie {
            request = request.header("cookie", it);
        }
        let body = Body::from(json!({"code": code}).to_string());
        let answer = self.world.send(request.body(body).unwrap()).await;
        fits_description("POST", "/api/auth/exchange", &answer);
        answer
    }

    /// Signs in, and gives what the tokens came with.
    async fn enters(&self) -> Value {
        let mut browser = Browser::default();
        let sent = self.there_and_back(&mut browser).await;
        let Sent::Code(code) = sent else { panic!("{sent:?}") };
        let answer = self.exchange(&browser, &code).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json
    }

    async fn refused(&self, wanted: &str) {
        let sent = self.there_and_back(&mut Browser::default()).await;
        assert_eq!(sent, Sent::Error(wanted.to_owned()));
    }

    async fn identities(&self, token: &str) -> Vec<Value> {
        let answer = self.world.ask_as(token, "GET", "/api/auth/identities", &Value::Null).await;
        answer.json["items"].as_array().unwrap().clone()
    }

    /// Links as somebody who has signed in.
    async fn link(&self, token: &str) -> Sent {
        let body = json!({"provider": "corp"});
        let begun = self.world.ask_as(token, "POST", "/api/auth/identities", &body).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
        let cookie = begun.headers["set-cookie"].to_str().unwrap();
        let mut browser = Browser { cookie: cookie.split(';').next().map(str::to_owned) };
        let query = self.there.allow(begun.json["url"].as_str().unwrap());
        self.back(&mut browser, "oidc/corp", &query).await
    }
}

fn expired() -> Sent {
    Sent::Error("sign_in_expired".to_owned())
}

#[tokio::test]
async fn who_comes_from_elsewhere_is_known_again() {
    let stage = Stage::new().await;
    let listed = stage.world.get("/api/auth/providers").await;
    let all: Vec<_> = listed["providers"].as_array().unwrap().iter().map(|it| &it["url"]).collect();
    assert_eq!(all, ["/api/auth/google", "/api/auth/facebook", "/api/auth/oidc/corp"]);
    let first = stage.enters().await;
    assert_eq!(
        (&first["user"]["email"], &first["user"]["emailVerified"]),
        (&json!(BOB), &json!(true))
    );
    assert_eq!(first["workspace"]["role"], "owner");
    assert_eq!(stage.world.status(token(&first), "GET", "/api/auth/me").await, StatusCode::OK);
    // The account is known by its number, whatever the address is by now.
    stage.comes("robert@example.com", false);
    let again = stage.enters().await;
    assert_eq!(first["user"]["id"], again["user"]["id"]);
    assert_eq!(again["user"]["email"], BOB);
    // There is no password that fits.
    for password in ["", PASSWORD] {
        let answer = stage.world.login(BOB, password).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_way_counts_once_in_one_browser_and_for_one_provider() {
    let stage = Stage::new().await;
    let mut browser = Browser::default();
    let way = async |browser: &mut Browser| {
        let url = stage.begin(browser, "oidc/corp").await;
        stage.there.allow(&url)
    };
    let query = way(&mut browser).await;
    // Two ways of one browser do not shut each other out.
    let other = way(&mut browser).await;
    assert!(matches!(stage.back(&mut browser, "oidc/corp", &query).await, Sent::Code(_)));
    assert_eq!(stage.back(&mut browser, "oidc/corp", &query).await, expired());
    assert!(matches!(stage.back(&mut browser, "oidc/corp", &other).await, Sent::Code(_)));
    // A thief makes somebody end a way that he has begun.
    let query = way(&mut browser).await;
    assert_eq!(stage.back(&mut Browser::default(), "oidc/corp", &query).await, expired());
    assert_eq!(stage.back(&mut browser, "oidc/corp", &query).await, expired());
    let query = way(&mut browser).await;
    assert_eq!(stage.back(&mut browser, "facebook", &query).await, expired());
    let query = way(&mut browser).await.replace("state=", "state=x");
    assert_eq!(stage.back(&mut browser, "oidc/corp", &query).await, expired());
    assert_eq!(stage.back(&mut browser, "oidc/corp", "code=code-0").await, expired());
    // The code of another way fits neither the proof nor the nonce.
    let (one, two) = (way(&mut browser).await, way(&mut browser).await);
    let code = one.split('&').next().unwrap();
    let mixed = format!("{code}&{}", two.split_once('&').unwrap().1);
    let failed = Sent::Error("provider_failed".to_owned());
    assert_eq!(stage.back(&mut browser, "oidc/corp", &mixed).await, failed);
    // Another provider's answer, or one that does not say whose it is.
    for iss in ["iss=https%3A%2F%2Fevil.example.com", "issuer=none"] {
        let query = way(&mut browser).await;
        let query = format!("{}&{iss}", query.split("&iss=").next().unwrap());
        assert_eq!(stage.back(&mut browser, "oidc/corp", &query).await, failed);
    }
    let query = way(&mut browser).await.replace("code=", "error=access_denied&no=");
    let refused = Sent::Error("provider_refused".to_owned());
    assert_eq!(stage.back(&mut browser, "oidc/corp", &query).await, refused);
    let absent = stage.get(&mut browser, "/api/auth/oidc/nobody").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
    let absent = stage.get(&mut browser, "/api/auth/oidc/google").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_way_that_took_too_long_has_ended() {
    let stage = Stage::new().await;
    let mut browser = Browser::default();
    let url = stage.begin(&mut browser, "oidc/corp").await;
    let query = stage.there.allow(&url);
    let late = Timestamp::now() + jiff::SignedDuration::from_mins(11);
    stage.world.engine.store().sweep_journeys(late).await.unwrap();
    assert_eq!(stage.back(&mut browser, "oidc/corp", &query).await, expired());
}

#[tokio::test]
async fn a_code_counts_once_and_in_the_browser_that_began() {
    let stage = Stage::new().await;
    let mut browser = Browser::default();
    let code = async |browser: &mut Browser| match stage.there_and_back(browser).await {
        Sent::Code(it) => it,
        other => panic!("{other:?}"),
    };
    let first = code(&mut browser).await;
    assert_eq!(stage.exchange(&browser, &first).await.status, StatusCode::OK);
    let again = stage.exchange(&browser, &first).await;
    assert_eq!(again.json["error"]["code"], "sign_in_expired", "{}", again.text);
    let stolen = code(&mut browser).await;
    let thief = stage.exchange(&Browser::default(), &stolen).await;
    assert_eq!(thief.json["error"]["code"], "sign_in_expired", "{}", thief.text);
    for odd in ["", "none"] {
        let answer = stage.exchange(&browser, odd).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    }
}

#[tokio::test]
async fn only_a_token_for_this_sign_in_counts() {
    let stage = Stage::new().await;
    let now = Timestamp::now().as_second();
    let odd: &[(&'static str, Value)] = &[
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("aud", json!("another")),
        ("aud", Value::Null),
        ("aud", json!(["another", "third"])),
        // For several, and not said for whom.
        ("aud", json!([CLIENT_ID, "another"])),
        ("azp", json!("another")),
        ("iss", json!("https://evil.example.com")),
        ("iss", Value::Null),
        ("exp", json!(now - 120)),
        ("exp", Value::Null),
        ("iat", json!(now + 600)),
        ("nbf", json!(now + 600)),
        ("sub", json!("")),
        ("sub", Value::Null),
    ];
    for (name, value) in odd {
        stage.says([(*name, value.clone()), ("email", json!(BOB))], Signed::Well);
        let sent = stage.there_and_back(&mut Browser::default()).await;
        assert_eq!(sent, Sent::Error("provider_failed".to_owned()), "{name} {value}");
    }
    for signed in [
        Signed::ByAnother,
        Signed::ByUnknown,
        Signed::WithPublicKey,
        Signed::WithClientSecret,
        Signed::NotAtAll,
    ] {
        stage.says([("email", json!(BOB)), ("email_verified", json!(true))], signed);
        let sent = stage.there_and_back(&mut Browser::default()).await;
        assert_eq!(sent, Sent::Error("provider_failed".to_owned()), "{signed:?}");
    }
    // The page about a person that is another one's.
    stage.there.say(Script {
        userinfo: [("sub", json!("eve")), ("email", json!(BOB))].into(),
        ..Script::default()
    });
    stage.refused("provider_failed").await;
    // And one that says what the token does not.
    stage.there.say(Script {
        userinfo: [("email", json!(BOB)), ("email_verified", json!(true))].into(),
        claims: [("aud", json!([CLIENT_ID, "another"])), ("azp", json!(CLIENT_ID))].into(),
        ..Script::default()
    });
    assert_eq!(stage.enters().await["user"]["emailVerified"], true);
}

#[tokio::test]
async fn an_account_is_entered_only_by_an_address_that_both_sides_know() {
    let stage = Stage::new().await;
    let bob = stage.world.person(BOB).await;
    // Nobody has shown here that the address is his.
    stage.refused("email_unverified").await;
    let id = bob["user"]["id"].as_str().unwrap().parse().unwrap();
    let word = Secret::new("a word");
    let proof = store::proofs::NewProof {
        kind: store::proofs::Kind::Verify,
        word: word.clone(),
        expires_at: Timestamp::now() + jiff::SignedDuration::from_hours(1),
    };
    stage.world.engine.store().add_proof(id, &proof, Timestamp::now()).await.unwrap();
    stage.world.accounts.verify_email(word.expose()).await.unwrap();
    // Nor does the provider vouch for it.
    for verified in [json!(false), Value::Null, json!("no"), json!(1)] {
        stage.says([("email", json!(BOB)), ("email_verified", verified)], Signed::Well);
        stage.refused("email_unverified").await;
    }
    assert!(stage.identities(token(&bob)).await.is_empty());
    stage.comes(&BOB.to_uppercase(), true);
    let entered = stage.enters().await;
    assert_eq!(entered["user"]["id"], bob["user"]["id"]);
    assert_eq!(stage.identities(token(&bob)).await.len(), 1);
    // Without any address nobody becomes known.
    stage.says([("sub", json!("eve"))], Signed::Well);
    stage.refused("email_unverified").await;
}

#[tokio::test]
async fn links_are_made_and_given_up_by_whose_they_are() {
    let stage = Stage::new().await;
    let carol = stage.world.person("carol@example.com").await;
    stage.comes("anything@example.com", false);
    assert_eq!(stage.link(token(&carol)).await, Sent::Linked("corp".to_owned()));
    assert_eq!(stage.link(token(&carol)).await, Sent::Linked("corp".to_owned()));
    assert_eq!(stage.enters().await["user"]["id"], carol["user"]["id"]);
    let dan = stage.world.person("dan@example.com").await;
    assert_eq!(stage.link(token(&dan)).await, Sent::Error("identity_taken".to_owned()));
    let mine = stage.identities(token(&carol)).await;
    assert_eq!(mine.len(), 1);
    assert_eq!(
        (&mine[0]["provider"], &mine[0]["label"]),
        (&json!("corp"), &json!("anything@example.com"))
    );
    let path = format!("/api/auth/identities/{}", mine[0]["id"].as_str().unwrap());
    assert_eq!(stage.world.status(token(&dan), "DELETE", &path).await, StatusCode::NOT_FOUND);
    assert_eq!(stage.world.status(token(&carol), "DELETE", &path).await, StatusCode::OK);
    assert_eq!(stage.link(token(&dan)).await, Sent::Linked("corp".to_owned()));
    // Who has no password keeps the last way in.
    stage.says(
        [("sub", json!("new")), ("email", json!(BOB)), ("email_verified", json!(true))],
        Signed::Well,
    );
    let bob = stage.enters().await;
    let only = stage.identities(token(&bob)).await;
    let path = format!("/api/auth/identities/{}", only[0]["id"].as_str().unwrap());
    let kept = stage.world.ask_as(token(&bob), "DELETE", &path, &Value::Null).await;
    assert_eq!(kept.json["error"]["code"], "last_way_in", "{}", kept.text);
}

#[tokio::test]
async fn the_second_factor_is_asked_for_all_the_same() {
    let stage = Stage::new().await;
    let carol = stage.world.person("carol@example.com").await;
    stage.link(token(&carol)).await;
    let ask = async |verb: &str, body: Value| {
        let path = format!("/api/auth/two-factor/{verb}");
        stage.world.ask_as(token(&carol), "POST", &path, &body).await.json
    };
    let made = ask("set-up", json!({"password": PASSWORD})).await;
    let code = testkit::authenticator::code(made["secret"].as_str().unwrap(), 0);
    let codes = ask("confirm", json!({"code": code})).await;
    let mut browser = Browser::default();
    let sent = stage.there_and_back(&mut browser).await;
    let Sent::Code(word) = sent else { panic!("{sent:?}") };
    let wanted = stage.exchange(&browser, &word).await;
    assert_eq!(wanted.status, StatusCode::ACCEPTED, "{}", wanted.text);
    let body = json!({"challenge": wanted.json["challenge"], "code": codes["recoveryCodes"][0]});
    let path = "/api/auth/two-factor/sign-in";
    let entered = stage.world.knock(&super::people::ELSEWHERE, path, &body).await;
    assert_eq!(entered.json["user"]["id"], carol["user"]["id"], "{}", entered.text);
}

#[tokio::test]
async fn roles_come_with_people_from_elsewhere() {
    let pair = |value: &str, role: &str| (value.into(), role.into());
    let roles = vec![pair("ops", "TENANT_ADMIN"), pair("dev", "editor"), pair("odd", "no-role")];
    let home = WorkspaceId(Uuid::now_v7());
    let join = Join { workspace: home, claim: Some("groups".into()), roles, default_role: None };
    let stage = Stage::with(Registration::Closed, |it| it.join = Some(join)).await;
    let store = stage.world.engine.store();
    store.add_workspace(home, "Corp", Timestamp::now()).await.unwrap();
    let comes = |groups: Value| {
        let email = ("email", json!(BOB));
        stage.says([email, ("email_verified", json!(true)), ("groups", groups)], Signed::Well);
    };
    // Nobody new is taken but who has a role there.
    comes(json!(["sales"]));
    stage.refused("sign_up_closed").await;
    comes(json!(["dev"]));
    let bob = stage.enters().await;
    assert_eq!(
        (&bob["workspace"]["id"], &bob["workspace"]["role"]),
        (&json!(home.to_string()), &json!("editor"))
    );
    for (groups, role) in [
        (json!(["dev", "ops"]), "admin"),
        // What says nothing, and a role that there is not, change nothing.
        (json!(["sales"]), "admin"),
        (json!(["odd"]), "admin"),
        (json!("dev"), "editor"),
    ] {
        comes(groups.clone());
        assert_eq!(stage.enters().await["workspace"]["role"], role, "{groups}");
    }
}

#[tokio::test]
async fn facebook_says_who_it_is_in_its_own_way() {
    let stage = Stage::new().await;
    let mut browser = Browser::default();
    let facebook = json!({"id": "4711", "name": "Fay", "email": "fay@example.com"});
    stage.there.say(Script { facebook, ..Script::default() });
    let url = stage.begin(&mut browser, "facebook").await;
    assert!(url.starts_with("https://www.facebook.com/v23.0/dialog/oauth?"), "{url}");
    let sent = stage.back(&mut browser, "facebook", &stage.there.allow(&url)).await;
    let Sent::Code(code) = sent else { panic!("{sent:?}") };
    let fay = stage.exchange(&browser, &code).await.json;
    // It does not say whether it knows the address.
    assert_eq!(
        (&fay["user"]["name"], &fay["user"]["emailVerified"]),
        (&json!("Fay"), &json!(false))
    );
}
