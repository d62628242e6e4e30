//! Single sign-on of workspaces, and what providers and thieves try with it.

use testkit::saml::{
    self, CERTIFICATE, ENTITY_ID, Request as Question, SIGN_IN_URL, Script, Signed,
};

use super::{
    people::{ELSEWHERE, PASSWORD, token},
    *,
};

const BOB: &str = "bob@corp.example";

/// A server with a workspace whose people sign in elsewhere.
struct Stage {
    world: World,
    /// The owner of the default workspace, who looks after the server.
    ada: String,
    /// The owner of the workspace.
    olga: Value,
    workspace: String,
}

/// A browser on its way.
struct Way {
    cookie: String,
    question: Question,
}

impl Stage {
    async fn new(fields: Value) -> Stage {
        let world = World::new().await;
        let ada = token(&world.operator("ada@example.com").await).to_owned();
        let olga = world.person("olga@corp.example").await;
        let workspace = olga["workspace"]["id"].as_str().unwrap().to_owned();
        let stage = Stage { world, ada, olga, workspace };
        stage.set(fields).await;
        stage
    }

    async fn usual() -> Stage {
        Stage::new(json!({"metadata": saml::metadata(), "defaultRole": "viewer"})).await
    }

    fn path(&self) -> String {
        format!("/api/workspaces/{}/sso", self.workspace)
    }

    async fn set(&self, fields: Value) -> Value {
        let set = self.world.ask_as(token(&self.olga), "PUT", &self.path(), &fields).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        set.json["provider"].clone()
    }

    async fn begin(&self) -> Way {
        let request = Request::get(format!("/api/auth/saml/{}/start", self.workspace));
        let begun = self.world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
        Way::from(&begun, begun.headers["location"].to_str().unwrap())
    }

    /// What the page is told that the browser is sent to: a name and a value; and the cookie.
    async fn post(&self, response: &str, state: &str) -> (String, String, Option<String>) {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let body = form.append_pair("SAMLResponse", response).append_pair("RelayState", state);
        let path = format!("/api/auth/saml/{}/acs", self.workspace);
        let request =
            Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
        let answer = self.world.send(request.body(Body::from(body.finish())).unwrap()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        fits_description("POST", &path, &answer);
        let cookie = answer.headers.get("set-cookie").map(|it| it.to_str().unwrap());
        let cookie = cookie.and_then(|it| it.split(';').next()).map(str::to_owned);
        let location = answer.headers["location"].to_str().unwrap();
        let page = format!("{}/app/sign-in/done#", self.world.engine.base_url());
        let (name, value) = location.strip_prefix(&page).unwrap().split_once('=').unwrap();
        (name.to_owned(), value.to_owned(), cookie)
    }

    async fn exchange(&self, cookie: &str, code: &str) -> Answer {
        let request = Request::post("/api/auth/exchange").header("cookie", cookie);
        let body = Body::from(json!({"code": code}).to_string());
        self.world.send(request.body(body).unwrap()).await
    }

    /// What comes of somebody who is said to be this one.
    async fn comes(&self, change: impl FnOnce(Script) -> Script) -> Result<Value, String> {
        let way = self.begin().await;
        let script = change(way.script("bob"));
        let (name, value, _) = self.post(&script.encoded(), &way.question.relay_state).await;
        match name.as_str() {
            "code" => {
                let answer = self.exchange(&way.cookie, &value).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
                Ok(answer.json)
            }
            "error" => Err(value),
            other => panic!("{other}"),
        }
    }

    async fn refused(&self, wanted: &str, change: impl FnOnce(Script) -> Script) {
        assert_eq!(self.comes(change).await.unwrap_err(), wanted);
    }

    /// Why an answer did not count, as the workspace's admin sees it.
    async fn why(&self) -> String {
        let seen = self.world.ask_as(token(&self.olga), "GET", &self.path(), &Value::Null).await;
        seen.json["provider"]["refusal"]["why"].as_str().unwrap_or_default().to_owned()
    }

    async fn confirm(&self, domain: &str) -> Answer {
        let body = json!({"workspaceId": self.workspace, "domain": domain, "confirmed": true});
        self.world.ask_as(&self.ada, "PUT", "/api/sso/domains", &body).await
    }

    /// Makes somebody a member of the workspace.
    async fn member(&self, email: &str, role: &str) -> Value {
        let path = format!("/api/workspaces/{}/invitations", self.workspace);
        let body = json!({"email": email, "role": role});
        let invited = self.world.ask_as(token(&self.olga), "POST", &path, &body).await;
        let link = invited.json["link"].as_str().unwrap().to_owned();
        let word = link.split('#').nth(1).unwrap();
        let body = json!({"email": email, "password": PASSWORD, "invitation": word});
        self.world.knock(&ELSEWHERE, "/api/auth/register", &body).await.json
    }
}

impl Way {
    fn from(begun: &Answer, location: &str) -> Way {
        assert!(location.starts_with(SIGN_IN_URL), "{location}");
        let cookie = begun.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap();
        Way { cookie: cookie.to_owned(), question: saml::asked(location) }
    }

    fn script(&self, subject: &str) -> Script {
        let id = Uuid::now_v7().simple().to_string();
        Script::answering(&self.question, subject, &id).with("email", &[BOB])
    }
}

fn email(mut script: Script, text: &str) -> Script {
    script.attributes.retain(|it| it.0 != "email");
    script.with("email", &[text])
}

#[tokio::test]
async fn who_comes_from_the_workspaces_provider_is_a_member() {
    let stage = Stage::usual().await;
    let first = stage.comes(|it| it.with("displayName", &["Bob B."])).await.unwrap();
    assert_eq!(
        (&first["user"]["email"], &first["user"]["name"], &first["user"]["emailVerified"]),
        // Nobody has said that the domain is the workspace's.
        (&json!(BOB), &json!("Bob B."), &json!(false))
    );
    assert_eq!(first["workspace"]["role"], "viewer");
    assert_eq!(first["workspace"]["id"], json!(stage.workspace));
    for signed in [Signed::Response, Signed::Both] {
        let again = stage.comes(|it| Script { signed, ..it }).await.unwrap();
        assert_eq!(again["user"]["id"], first["user"]["id"]);
    }
    // The person is known by the name that the provider gives, whatever the address is by now.
    let moved = stage.comes(|it| email(it, "robert@corp.example")).await.unwrap();
    assert_eq!(moved["user"]["id"], first["user"]["id"]);
    let links =
        stage.world.ask_as(token(&first), "GET", "/api/auth/identities", &Value::Null).await;
    assert_eq!(links.json["items"][0]["issuer"], ENTITY_ID);
    assert_eq!(links.json["items"][0]["provider"], format!("saml/{}", stage.workspace));
}

/// Also when a code of a second factor stands between.
#[tokio::test]
async fn who_comes_from_the_workspaces_provider_lands_there() {
    let stage = Stage::usual().await;
    let bob = stage.comes(|it| it).await.unwrap();
    let user = bob["user"]["id"].as_str().unwrap().parse().unwrap();
    let (store, now) = (stage.world.engine.store(), Timestamp::now());
    let before = now - jiff::SignedDuration::from_hours(1);
    store.join_workspace(stage.world.foreign, user, "viewer", before, false).await.unwrap();
    let secret = model::Secret::new("JBSWY3DPEHPK3PXP");
    assert!(store.propose_two_factor(user, &secret, now).await.unwrap());
    assert!(
        store
            .confirm_two_factor(user, model::id::SessionId(Uuid::nil()), now, 0, &[], now)
            .await
            .unwrap()
    );
    let way = stage.begin().await;
    let response = way.script("bob").encoded();
    let (_, code, _) = stage.post(&response, &way.question.relay_state).await;
    let asked = stage.exchange(&way.cookie, &code).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    let code = testkit::authenticator::code(secret.expose(), 0);
    let body = json!({"challenge": asked.json["challenge"], "code": code});
    let entered = stage.world.knock(&ELSEWHERE, "/api/auth/two-factor/sign-in", &body).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text);
    assert_eq!(entered.json["workspace"]["id"], json!(stage.workspace));
    let path = "/api/auth/me";
    let me = stage.world.ask_as(token(&entered.json), "GET", path, &Value::Null).await.json;
    assert_eq!(me["workspaces"][0]["id"], json!(stage.world.foreign.to_string()));
}

#[tokio::test]
async fn groups_give_roles() {
    let roles =
        json!([{"group": "ops", "role": "TENANT_ADMIN"}, {"group": "dev", "role": "editor"}]);
    let fields = json!({"metadata": saml::metadata(), "roles": roles, "groupsAttribute": "team"});
    let stage = Stage::new(fields.clone()).await;
    stage.refused("sign_up_closed", |it| it).await;
    stage.refused("sign_up_closed", |it| it.with("groups", &["dev"])).await;
    for (groups, role) in [
        (&["dev"][..], "editor"),
        (&["dev", "ops"], "admin"),
        (&["sales"], "admin"),
        (&["dev"], "editor"),
    ] {
        let entered = stage.comes(|it| it.with("team", groups)).await.unwrap();
        assert_eq!(entered["workspace"]["role"], role, "{groups:?}");
    }
    // Who is no member any more is not made one again where that is turned off.
    let mut closed = fields;
    closed["joins"] = json!(false);
    stage.set(closed).await;
    assert!(stage.comes(|it| it).await.is_ok());
    stage
        .refused("sign_up_closed", |it| {
            let it = email(it, "eve@corp.example").with("team", &["dev"]);
            Script { subject: "eve".to_owned(), ..it }
        })
        .await;
}

#[tokio::test]
async fn a_way_counts_once_and_in_one_browser() {
    let stage = Stage::usual().await;
    let way = stage.begin().await;
    let state = &way.question.relay_state;
    let answer = way.script("bob").encoded();
    let (name, code, cookie) = stage.post(&answer, state).await;
    assert_eq!((name.as_str(), &cookie), ("code", &None));
    // Another browser, and the same one twice.
    let thief = stage.exchange("tailorbird-sign-in=stolen", &code).await;
    assert_eq!(thief.json["error"]["code"], "sign_in_expired");
    assert_eq!(stage.exchange(&way.cookie, &code).await.json["error"]["code"], "sign_in_expired");
    let again = stage.post(&answer, state).await;
    assert_eq!((again.0.as_str(), again.1.as_str()), ("error", "sign_in_expired"));
    // The answer to one request does not count for another one.
    let (one, two) = (stage.begin().await, stage.begin().await);
    let answer = one.script("bob").encoded();
    let crossed = stage.post(&answer, &two.question.relay_state).await;
    assert_eq!(crossed.1, "provider_failed");
    assert!(stage.why().await.contains("InResponseTo"));
    for state in ["", "none", "https://evil.example"] {
        assert_eq!(stage.post(&answer, state).await.1, "sign_in_expired", "{state}");
    }
    assert_eq!(stage.post("no base64!", "").await.1, "provider_failed");
}

#[tokio::test]
async fn nothing_counts_twice_and_nothing_that_nobody_asked_for() {
    let stage = Stage::usual().await;
    let unasked = |it: Script| Script { request: None, ..it };
    let bring = async |script: &Script| stage.post(&script.encoded(), "/app").await;
    let way = stage.begin().await;
    let first = unasked(way.script("bob"));
    assert_eq!(bring(&first).await.1, "provider_failed");
    assert!(stage.why().await.contains("nobody asked for it"));
    let fields = json!({"metadata": saml::metadata(), "defaultRole": "viewer", "unasked": true});
    stage.set(fields).await;
    let (name, code, cookie) = bring(&first).await;
    assert_eq!(name, "code");
    let entered = stage.exchange(&cookie.unwrap(), &code).await;
    assert_eq!(entered.json["user"]["email"], BOB, "{}", entered.text);
    assert_eq!(bring(&first).await.1, "provider_failed");
    assert_eq!(stage.why().await, "it came before");
    // Nor when it is said again for another request, or to another workspace.
    let way = stage.begin().await;
    let second = Script { id: first.id.clone(), ..way.script("bob") };
    assert_eq!(stage.post(&second.encoded(), &way.question.relay_state).await.1, "provider_failed");
    assert_eq!(stage.why().await, "it came before");
}

#[tokio::test]
async fn only_what_the_provider_signs_for_us_counts() {
    let stage = Stage::usual().await;
    let failed = "provider_failed";
    let hour = jiff::SignedDuration::from_hours(1);
    stage.refused(failed, |it| Script { signed: Signed::NotAtAll, ..it }).await;
    stage.refused(failed, |it| Script { signed: Signed::ByAnother, ..it }).await;
    assert!(stage.why().await.contains("does not fit"));
    stage.refused(failed, |it| Script { issuer: "https://other.example", ..it }).await;
    stage.refused(failed, |it| Script { audience: "https://other.example".to_owned(), ..it }).await;
    stage
        .refused(failed, |it| Script { recipient: "https://other.example".to_owned(), ..it })
        .await;
    stage.refused(failed, |it| Script { request: Some("_other".to_owned()), ..it }).await;
    stage.refused(failed, |it| Script { now: it.now - hour, ..it }).await;
    stage.refused(failed, |it| Script { now: it.now + hour, ..it }).await;
    stage.refused("provider_refused", |it| Script { status: "Responder", ..it }).await;
    stage.refused(failed, |it| Script { subject: String::new(), ..it }).await;
    // Without an address nobody becomes known.
    stage.refused("email_unverified", |it| Script { attributes: vec![], ..it }).await;
    // What was said for one workspace, brought to another one that has the same provider.
    let second = stage.world.person("second@corp.example").await;
    let second = second["workspace"]["id"].as_str().unwrap().to_owned();
    let value = stage.world.engine.store().sso(stage.workspace.parse().unwrap()).await.unwrap();
    let id = second.parse().unwrap();
    stage.world.engine.store().set_sso(id, &value.unwrap(), &[]).await.unwrap();
    let way = stage.begin().await;
    let answer = way.script("bob").encoded();
    let there = Stage { workspace: second, ..stage };
    assert_eq!(there.post(&answer, &way.question.relay_state).await.1, "sign_in_expired");
}

#[tokio::test]
async fn an_account_that_is_there_is_entered_only_by_whom_it_may() {
    let stage = Stage::usual().await;
    let is = |address: &'static str| {
        move |it: Script| Script { subject: address.to_owned(), ..email(it, address) }
    };
    // Somebody who has nothing to do with the workspace, its owner, and who looks after the server.
    stage.world.person("carol@corp.example").await;
    for it in ["carol@corp.example", "olga@corp.example", "ada@example.com"] {
        stage.refused("email_unverified", is(it)).await;
    }
    // A member with a workspace of her own.
    let dora = stage.member("dora@corp.example", "viewer").await;
    let own = json!({"name": "Dora's own"});
    let made = stage.world.ask_as(token(&dora), "POST", "/api/workspaces", &own).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    stage.refused("email_unverified", is("dora@corp.example")).await;
    // One who is nothing but a member is let in.
    let emil = stage.member("emil@corp.example", "editor").await;
    let entered = stage.comes(is("emil@corp.example")).await.unwrap();
    assert_eq!(entered["user"]["id"], emil["user"]["id"]);
    assert_eq!(entered["workspace"]["role"], "editor");
    // That the domain is the workspace's is said by who looks after the server, and by nobody else.
    let fields = json!({"metadata": saml::metadata(), "defaultRole": "viewer", "domains": [" @Corp.Example"]});
    let set = stage.set(fields).await;
    assert_eq!(set["domains"], json!([{"domain": "corp.example", "confirmed": false}]));
    stage.refused("email_unverified", is("dora@corp.example")).await;
    let body = json!({"workspaceId": stage.workspace, "domain": "corp.example", "confirmed": true});
    let refused = stage.world.ask_as(token(&stage.olga), "PUT", "/api/sso/domains", &body).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(stage.confirm("corp.example").await.status, StatusCode::OK);
    assert_eq!(stage.confirm("other.example").await.status, StatusCode::NOT_FOUND);
    // She came by an invitation, so the address is known to be hers.
    let entered = stage.comes(is("dora@corp.example")).await;
    let is_known = dora["user"]["emailVerified"] == true;
    assert_eq!(entered.is_ok(), is_known, "{entered:?}");
    // Nobody has shown that this one's address is hers; and another domain is not the workspace's.
    stage.refused("email_unverified", is("carol@corp.example")).await;
    stage.world.person("fay@other.example").await;
    stage.refused("email_unverified", is("fay@other.example")).await;
    let new = stage.comes(is("gil@corp.example")).await.unwrap();
    assert_eq!(new["user"]["emailVerified"], true);
}

#[tokio::test]
async fn an_account_is_linked_by_whose_it_is() {
    let stage = Stage::usual().await;
    let provider = json!({"provider": format!("saml/{}", stage.workspace)});
    let path = "/api/auth/identities";
    let begun = stage.world.ask_as(token(&stage.olga), "POST", path, &provider).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let way = Way::from(&begun, begun.json["url"].as_str().unwrap());
    let answer = way.script("olga").encoded();
    let linked = stage.post(&answer, &way.question.relay_state).await;
    assert_eq!((linked.0.as_str(), linked.1.as_str()), ("linked", "sso"));
    let entered = stage.comes(|it| Script { subject: "olga".to_owned(), ..it }).await.unwrap();
    assert_eq!(entered["user"]["id"], stage.olga["user"]["id"]);
    assert_eq!(entered["workspace"]["role"], "owner");
    // Strangers find nothing to link.
    let carol = stage.world.person("carol@example.com").await;
    let absent = stage.world.ask_as(token(&carol), "POST", path, &provider).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn single_sign_on_is_found_by_address_and_by_workspace() {
    let stage = Stage::new(json!({
        "entityId": ENTITY_ID, "signInUrl": SIGN_IN_URL, "certificates": [CERTIFICATE],
        "defaultRole": "viewer", "domains": ["corp.example"],
    }))
    .await;
    let find = async |text: &str| {
        let body = json!({"text": text});
        let answer = stage.world.knock(&ELSEWHERE, "/api/auth/saml/find", &body).await;
        answer.json["url"].as_str().map(str::to_owned)
    };
    let start = format!("/api/auth/saml/{}/start", stage.workspace);
    assert_eq!(find(&stage.workspace).await, Some(start.clone()));
    assert_eq!(find(BOB).await, None, "the domain is not confirmed");
    stage.confirm("corp.example").await;
    assert_eq!(find(BOB).await, Some(start.clone()));
    assert_eq!(find(" CORP.example ").await, Some(start));
    for none in ["eve@other.example", "", "ws_00000000000000000000000000", "@"] {
        assert_eq!(find(none).await, None, "{none}");
    }
    let metadata = Request::get(format!("/api/auth/saml/{}/metadata", stage.workspace));
    let metadata = stage.world.send(metadata.body(Body::empty()).unwrap()).await;
    assert_eq!(metadata.headers["content-type"], "application/samlmetadata+xml");
    assert!(metadata.text.contains(&format!("{}/acs\"", stage.workspace)), "{}", metadata.text);
    // A domain is one workspace's.
    let second = stage.world.person("second@corp.example").await;
    let path = format!("/api/workspaces/{}/sso", second["workspace"]["id"].as_str().unwrap());
    let fields =
        json!({"metadata": saml::metadata(), "defaultRole": "viewer", "domains": ["corp.example"]});
    assert_eq!(
        stage.world.ask_as(token(&second), "PUT", &path, &fields).await.status,
        StatusCode::OK
    );
    let body = json!({"workspaceId": second["workspace"]["id"], "domain": "corp.example", "confirmed": true});
    let taken = stage.world.ask_as(&stage.ada, "PUT", "/api/sso/domains", &body).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.text);
    let removed =
        stage.world.ask_as(token(&stage.olga), "DELETE", &stage.path(), &Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(find(BOB).await, None);
    assert_eq!(
        stage.world.ask_as(&stage.ada, "PUT", "/api/sso/domains", &body).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn odd_settings_are_refused() {
    let stage = Stage::usual().await;
    let metadata = saml::metadata();
    let with = |name: &str, value: Value| {
        let mut fields = json!({"metadata": metadata, "defaultRole": "viewer"});
        fields[name] = value;
        fields
    };
    let none: Vec<String> = (0..21).map(|n| format!("d{n}.example")).collect();
    for fields in [
        json!({}),
        json!({"metadata": metadata}),
        with("entityId", json!("https://two.example")),
        with("metadata", json!("<a/>")),
        with("metadata", json!("no XML")),
        with("metadata", json!(r#"<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>"#)),
        with("metadata", json!(metadata.replace("HTTP-Redirect", "HTTP-Artifact"))),
        with(
            "metadata",
            json!(metadata.replace("https://idp.example/sign-in", "http://idp.example")),
        ),
        with(
            "metadata",
            json!(metadata.replace("https://idp.example/sign-in", "javascript:alert(1)")),
        ),
        with("metadata", json!(metadata.replace("MII", "MIX"))),
        with(
            "metadata",
            json!(metadata.replace("entityID=", "validUntil=\"2020-01-01T00:00:00Z\" entityID=")),
        ),
        with("metadata", json!(metadata.replace(ENTITY_ID, ""))),
        with("defaultRole", json!("owner")),
        with("defaultRole", json!("none")),
        with("roles", json!([{"group": "", "role": "viewer"}])),
        with("roles", json!([{"group": "x", "role": "platform_admin"}])),
        with("domains", json!(["nodots"])),
        with("domains", json!(["a b.example"])),
        with("domains", json!(none)),
        with("odd", json!(true)),
        json!({"entityId": ENTITY_ID, "signInUrl": SIGN_IN_URL, "defaultRole": "viewer"}),
        // This server asks no private addresses.
        json!({"metadataUrl": "http://127.0.0.1:9/metadata", "defaultRole": "viewer"}),
    ] {
        let set = stage.world.ask_as(token(&stage.olga), "PUT", &stage.path(), &fields).await;
        assert!(matches!(set.status.as_u16(), 400 | 502), "{} {fields}", set.status);
    }
    // Who may do less than an admin cannot say who people are.
    let may = json!({"name": "sso", "permissions": ["sso.read", "sso.write"]});
    let made = stage.world.ask_as(token(&stage.olga), "POST", "/api/roles", &may).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let eve = stage.member("eve@corp.example", "sso").await;
    let fields = json!({"metadata": metadata, "defaultRole": "viewer"});
    let refused = stage.world.ask_as(token(&eve), "PUT", &stage.path(), &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    // A closed workspace takes nobody.
    let close = format!("/api/workspaces/{}", stage.workspace);
    stage.world.ask_as(token(&stage.olga), "DELETE", &close, &Value::Null).await;
    let start = Request::get(format!("/api/auth/saml/{}/start", stage.workspace));
    let start = stage.world.send(start.body(Body::empty()).unwrap()).await;
    assert_eq!(start.status, StatusCode::NOT_FOUND);
}
