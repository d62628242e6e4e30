//! Workspaces of people: members, invitations, owners, and that nobody sees into another one.

use model::permission::{Permissions, Role};
use testkit::mailbox::Mailbox;

use super::{
    people::{ELSEWHERE, PASSWORD, token},
    permissions::filled,
    *,
};
use crate::gate::GATES;

fn text(it: &Value) -> String {
    it.as_str().unwrap_or_else(|| panic!("a text: {it}")).to_owned()
}

impl World {
    /// Invites somebody, who makes an account and joins. Gives what signing in gave.
    pub(super) async fn joined(&self, by: &str, workspace: &str, email: &str, role: &str) -> Value {
        let path = format!("/api/workspaces/{workspace}/invitations");
        let body = json!({"email": email, "role": role});
        let invited = self.ask_as(by, "POST", &path, &body).await;
        assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
        let link = text(&invited.json["link"]);
        let word = link.split('#').nth(1).unwrap();
        let body = json!({"email": email, "password": PASSWORD, "invitation": word});
        let made = self.knock(&ELSEWHERE, "/api/auth/register", &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(made.json["workspace"]["id"], workspace);
        made.json
    }

    async fn want(&self, key: &str, method: &str, path: &str, body: Value, status: u16) -> Value {
        let answer = self.ask_as(key, method, path, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path} {body}: {}", answer.text);
        answer.json
    }
}

/// Each role walks all routes, in its own workspace and in another one.
#[tokio::test]
async fn a_member_may_do_what_the_role_says_and_a_stranger_nothing() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let (own, other) = (text(&ada["workspace"]["id"]), text(&bob["workspace"]["id"]));
    world.post("/api/roles", json!({"name": "reader", "permissions": ["variables.read"]})).await;
    let mut members = vec![];
    for role in ["viewer", "TEAM_MEMBER", "editor", "TENANT_ADMIN", "reader"] {
        let email = format!("{role}@example.com");
        let it = world.joined(token(&ada), &own, &email, role).await;
        let may = match Role::named(role) {
            Some(role) => role.permissions(),
            None => "variables.read".parse::<Permissions>().unwrap(),
        };
        members.push((role, token(&it).to_owned(), may));
    }
    for (role, token, may) in &members {
        for (method, route, wanted) in GATES.iter().filter(|it| !it.1.ends_with("/events")) {
            let path = filled(&world, route);
            let answer = world.ask_as(token, method, &path, &Value::Null).await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(!refused, may.contains(*wanted), "{role} {method} {path}: {}", answer.text);
            // What is about another workspace looks absent, whatever the role.
            if route.starts_with("/workspaces/") || route.starts_with("/tenants/{") {
                let path = path.replace(&own, &other);
                let answer = world.ask_as(token, method, &path, &Value::Null).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role} {method} {path}");
            }
        }
        assert_eq!(world.status(token, "GET", "/api/tenants").await, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_invitation_comes_by_mail_and_counts_once() {
    let mailbox = Mailbox::open().await;
    let server = accounts::mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
    let world = World::with(Some(server), Registration::Closed).await;
    let ada = world.operator("ada@example.com").await;
    let own = text(&ada["workspace"]["id"]);
    let invitations = format!("/api/tenants/{own}/users");
    let invite = async |email: &str, role: &str, status: u16| {
        let body = json!({"email": email, "role": role});
        world.want(token(&ada), "POST", &invitations, body, status).await
    };
    for odd in ["owner", "platform_admin", "END_CUSTOMER", "nothing"] {
        invite("bob@example.com", odd, 400).await;
    }
    invite("nobody", "viewer", 400).await;
    invite("ADA@example.com", "viewer", 409).await;
    let invited = invite("Bob@example.com", "TENANT_USER", 201).await;
    assert_eq!((&invited["role"], &invited["link"]), (&json!("operator"), &Value::Null));
    let mail = mailbox.mail("Bob@example.com", 0).await;
    assert!(mail.text.contains("Ada invites you to the workspace Default"), "{}", mail.text);
    let word = mail.text.split("/app/join#").nth(1).unwrap().split_whitespace().next().unwrap();
    let page = Request::get("/api/auth/join").body(Body::empty()).unwrap();
    assert_eq!(world.send(page).await.headers["location"], "/app/join");
    let register = async |email: &str| {
        let body = json!({"email": email, "password": PASSWORD, "invitation": word});
        world.knock(&ELSEWHERE, "/api/auth/register", &body).await
    };
    assert_eq!(register("eve@example.com").await.status, StatusCode::FORBIDDEN);
    let bob = register("bob@example.com").await;
    assert_eq!(bob.status, StatusCode::CREATED, "{}", bob.text);
    assert_eq!(bob.json["workspace"], json!({"id": own, "name": "Default", "role": "operator"}));
    // Who has read the mail is not asked whether the address is his.
    assert_eq!(bob.json["user"]["emailVerified"], true);
    assert_eq!(register("bob@example.com").await.status, StatusCode::BAD_REQUEST);
    // Of two invitations of an address the later one counts; one that was taken back does not.
    let cleo = invite("cleo@example.com", "viewer", 201).await;
    let path = format!("/api/workspaces/{own}/invitations/{}", text(&cleo["id"]));
    world.want(token(&bob.json), "DELETE", &path, Value::Null, 403).await;
    world.want(token(&ada), "DELETE", &path, Value::Null, 204).await;
    world.want(token(&ada), "DELETE", &path, Value::Null, 404).await;
    let open = format!("/api/workspaces/{own}/invitations");
    assert_eq!(world.want(token(&ada), "GET", &open, Value::Null, 200).await["total"], 0);
    invite("dan@example.com", "viewer", 201).await;
    mailbox.mail("dan@example.com", 0).await;
    let to_bob =
        mailbox.mails().into_iter().filter(|it| it.to.eq_ignore_ascii_case("bob@example.com"));
    assert_eq!(to_bob.count(), 1);
}

/// Where no mails are sent, who invites has the word too: it proves nothing about the address.
#[tokio::test]
async fn a_word_that_was_handed_over_does_not_verify_an_address() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let own = text(&ada["workspace"]["id"]);
    let bob = world.joined(token(&ada), &own, "bob@example.com", "viewer").await;
    assert_eq!(bob["user"]["emailVerified"], false);
}

#[tokio::test]
async fn one_person_is_in_several_workspaces_and_goes_between_them() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let own = text(&ada["workspace"]["id"]);
    world.post("/api/variables", json!({"name": "shop", "value": "x"})).await;
    let body = json!({"email": "bob@example.com", "role": "editor"});
    let path = format!("/workspaces/{own}/invitations");
    let invited = world.want(token(&ada), "POST", &path, body, 201).await;
    let link = text(&invited["link"]);
    let accept = json!({"token": link.split('#').nth(1).unwrap()});
    let to = "/api/auth/invitations/accept";
    world.want(token(&ada), "POST", to, accept.clone(), 403).await;
    world.want(token(&bob), "POST", &format!("/workspaces/{own}/switch"), Value::Null, 404).await;
    world.want(token(&bob), "POST", to, accept.clone(), 200).await;
    world.want(token(&bob), "POST", to, accept, 400).await;
    let mine = world.want(token(&bob), "GET", "/workspaces", Value::Null, 200).await;
    let roles: Vec<_> = mine["items"].as_array().unwrap().iter().map(|it| &it["role"]).collect();
    assert_eq!(roles, ["owner", "editor"]);
    let basic = world.want(token(&bob), "GET", "/workspaces/basic", Value::Null, 200).await;
    assert_eq!(basic["items"][0]["name"], "A shop");
    let path = format!("/workspaces/{own}/switch");
    let there = world.want(token(&bob), "POST", &path, Value::Null, 200).await;
    let total = async |key: &str| {
        world.want(key, "GET", "/api/variables", Value::Null, 200).await["total"].clone()
    };
    // A token says where it opens, and goes on doing so.
    assert_eq!((total(token(&there)).await, total(token(&bob)).await), (json!(1), json!(0)));
    let next = world.refresh(bob["refreshToken"].as_str().unwrap()).await.json;
    assert_eq!((&next["workspace"]["id"], total(token(&next)).await), (&json!(own), json!(1)));
    let path = format!("/workspaces/{own}/detailed");
    let details = world.want(token(&bob), "GET", &path, Value::Null, 200).await;
    assert_eq!(
        (&details["metrics"]["nMembers"], &details["members"][1]["role"]),
        (&json!(2), &json!("editor"))
    );
    let path = format!("/workspaces/{own}/dashboard-metrics");
    assert_eq!(world.want(token(&bob), "GET", &path, Value::Null, 200).await["nWorkflows"], 0);
    // Who leaves is out at once, and goes on at home.
    world.want(token(&bob), "POST", &format!("/workspaces/{own}/leave"), Value::Null, 204).await;
    world.want(token(&next), "GET", "/api/variables", Value::Null, 403).await;
    let home = world.refresh(next["refreshToken"].as_str().unwrap()).await.json;
    assert_eq!(home["workspace"]["name"], "A shop");
}

#[tokio::test]
async fn nobody_is_moved_by_one_who_may_less() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let own = text(&ada["workspace"]["id"]);
    let role = json!({"name": "host", "permissions": ["members.read", "members.write"]});
    world.post("/api/roles", role).await;
    let host = world.joined(token(&ada), &own, "host@example.com", "host").await;
    let admin = world.joined(token(&ada), &own, "admin@example.com", "admin").await;
    let member = |of: &Value| format!("/api/workspaces/{own}/members/{}", text(&of["user"]["id"]));
    let change = async |by: &Value, of: &Value, role: &str, status: u16| {
        world.want(token(by), "PUT", &member(of), json!({"role": role}), status).await
    };
    change(&host, &admin, "host", 403).await;
    change(&host, &host, "viewer", 403).await;
    world.want(token(&host), "DELETE", &member(&admin), Value::Null, 403).await;
    let body = json!({"email": "eve@example.com", "role": "admin"});
    let invitations = format!("/api/workspaces/{own}/invitations");
    world.want(token(&host), "POST", &invitations, body, 403).await;
    change(&admin, &ada, "viewer", 403).await;
    change(&admin, &host, "owner", 400).await;
    change(&ada, &ada, "admin", 400).await;
    world.want(token(&ada), "POST", &format!("/workspaces/{own}/leave"), Value::Null, 400).await;
    change(&admin, &host, "viewer", 200).await;
    world.want(token(&host), "GET", &invitations, Value::Null, 200).await;
    world.want(token(&host), "POST", &invitations, json!({}), 403).await;
    // Tawkee's name for the same, where one is.
    let path = format!("/auth/{}/permissions", text(&host["user"]["id"]));
    world.want(token(&admin), "PUT", &path, json!({"role": "editor"}), 200).await;
    // The owner makes another one, and is an admin then.
    let path = format!("/api/workspaces/{own}/transfer");
    let next = json!({"userId": admin["user"]["id"]});
    world.want(token(&admin), "POST", &path, next.clone(), 403).await;
    world.want(token(&ada), "POST", &path, json!({"userId": ada["user"]["id"]}), 400).await;
    assert_eq!(world.want(token(&ada), "POST", &path, next, 200).await["role"], "owner");
    change(&admin, &ada, "viewer", 200).await;
    world.want(token(&admin), "DELETE", &member(&ada), Value::Null, 204).await;
    world.want(token(&admin), "DELETE", &member(&ada), Value::Null, 404).await;
}

#[tokio::test]
async fn a_closed_workspace_opens_for_its_owner_only() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let (own, shop) = (text(&ada["workspace"]["id"]), text(&bob["workspace"]["id"]));
    world.want(token(&ada), "DELETE", &format!("/api/workspaces/{own}"), Value::Null, 400).await;
    let path = format!("/api/workspaces/{shop}");
    let cleo = world.joined(token(&bob), &shop, "cleo@example.com", "admin").await;
    let key = world.want(token(&bob), "POST", "/api/keys", json!({"name": "k"}), 201).await;
    let key = text(&key["key"]);
    world.want(&key, "GET", "/api/variables", Value::Null, 200).await;
    world.want(token(&cleo), "DELETE", &path, Value::Null, 403).await;
    let closed = world.want(token(&bob), "DELETE", &path, Value::Null, 200).await;
    assert!(closed["endsAt"].is_string());
    world.want(&key, "GET", "/api/variables", Value::Null, 401).await;
    for it in [&bob, &cleo] {
        world.want(token(it), "GET", "/api/variables", Value::Null, 403).await;
        world.want(token(it), "GET", &path, Value::Null, 200).await;
        world.want(token(it), "GET", "/api/auth/me", Value::Null, 200).await;
    }
    world.want(token(&cleo), "POST", &format!("{path}/restore"), Value::Null, 403).await;
    world.want(token(&bob), "POST", &format!("{path}/restore"), Value::Null, 200).await;
    world.want(token(&bob), "POST", &format!("{path}/restore"), Value::Null, 404).await;
    world.want(&key, "GET", "/api/variables", Value::Null, 200).await;
}

#[tokio::test]
async fn who_looks_after_the_server_sees_workspaces_and_not_into_them() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let shop = text(&bob["workspace"]["id"]);
    let all = world.want(token(&ada), "GET", "/api/tenants", Value::Null, 200).await;
    assert_eq!(all["total"], 3);
    world.want(token(&bob), "GET", "/api/tenants", Value::Null, 403).await;
    let path = format!("/api/tenants/{shop}");
    assert_eq!(world.want(token(&ada), "GET", &path, Value::Null, 200).await["name"], "A shop");
    let named = world.want(token(&ada), "PUT", &path, json!({"name": "Bob's"}), 200).await;
    assert_eq!(named["name"], "Bob's");
    let users = format!("{path}/users");
    assert_eq!(world.want(token(&ada), "GET", &users, Value::Null, 200).await["total"], 1);
    let body = json!({"email": "dan@example.com", "role": "admin"});
    world.want(token(&ada), "POST", &users, body, 201).await;
    world.want(token(&ada), "POST", &format!("/workspaces/{shop}/switch"), Value::Null, 404).await;
    let next = json!({"userId": ada["user"]["id"]});
    world.want(token(&ada), "POST", &format!("/workspaces/{shop}/transfer"), next, 403).await;
    let nowhere = format!("/api/tenants/{}", WorkspaceId(Uuid::now_v7()));
    for (method, body) in
        [("GET", Value::Null), ("PUT", json!({"name": "x"})), ("DELETE", Value::Null)]
    {
        world.want(token(&ada), method, &nowhere, body, 404).await;
    }
    let made = world.want(token(&bob), "POST", "/api/tenants", json!({"name": "Third"}), 201).await;
    world
        .want(token(&bob), "GET", &format!("/workspaces/{}", text(&made["id"])), Value::Null, 200)
        .await;
    world.want(token(&bob), "POST", "/workspaces", json!({"name": " "}), 400).await;
}

#[tokio::test]
async fn people_say_who_they_are_and_how_things_are_to_look() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let get = async |path: &str| world.want(token(&ada), "GET", path, Value::Null, 200).await;
    let put = async |path: &str, body: Value, status: u16| {
        world.want(token(&ada), "PUT", path, body, status).await
    };
    let before = get("/api/users/profile").await;
    assert_eq!((&before["name"], &before["avatar"]), (&json!("Ada"), &Value::Null));
    let profile = json!({"name": "Ada L", "avatar": "https://example.com/a.png", "avatarColor": "#0b7a75",
        "language": "pt-BR", "timeZone": "Europe/Berlin"});
    put("/users/profile", profile.clone(), 200).await;
    let after = get("/users/profile").await;
    for (name, value) in profile.as_object().unwrap() {
        assert_eq!(after[name], *value, "{name}");
        let mut odd = profile.clone();
        odd[name] = json!("java\nscript:");
        put("/users/profile", odd, 400).await;
    }
    for odd in ["email", "id", "platformAdmin"] {
        let mut body = profile.clone();
        body[odd] = json!("x");
        put("/users/profile", body, 400).await;
    }
    assert_eq!(get("/users/preferences").await["theme"], "system");
    let preferences = json!({"theme": "dark", "language": "de", "notifications": {"email": false, "inApp": true},
        "dashboardLayout": {"columns": [1, 2]}});
    assert_eq!(put("/api/users/preferences", preferences.clone(), 200).await, preferences);
    assert_eq!(get("/api/users/preferences").await, preferences);
    put("/api/users/preferences", json!({"theme": "pink"}), 400).await;
    let large = json!({"dashboardLayout": "x".repeat(64 << 10)});
    put("/api/users/preferences", large, 400).await;
    let members = get("/api/users/workspace-members").await;
    assert_eq!((&members["total"], &members["items"][0]["name"]), (&json!(1), &json!("Ada L")));
}
