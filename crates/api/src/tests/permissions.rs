//! What each caller may do: the table of gates, scopes of keys, roles.

use std::{collections::BTreeSet, net::SocketAddr};

use axum::extract::ConnectInfo;
use model::{
    permission::{Permission, Permissions, Role},
    sharing::Thing,
};
use store::keys::Scope;

use super::*;
use crate::{
    Options,
    gate::{GATES, PERSONAL, PLATFORM},
};

/// Method and path under `/api` of each operation, and whether everybody may call it.
fn operations() -> impl Iterator<Item = (String, &'static str, bool)> {
    DESCRIPTION["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, it)| {
            let is_open = it["security"].as_array().is_some_and(|it| it.contains(&json!({})));
            (method.to_uppercase(), path.strip_prefix("/api").unwrap(), is_open)
        })
    })
}

#[test]
fn every_route_is_in_the_table_once() {
    let guarded: BTreeSet<_> = operations().filter(|it| !it.2).map(|it| (it.0, it.1)).collect();
    let gates = GATES.iter().map(|it| (it.0.to_owned(), it.1));
    let personal = PERSONAL.iter().map(|it| (it.0.to_owned(), it.1));
    let platform = PLATFORM.iter().map(|it| (it.0.to_owned(), it.1));
    let gates: BTreeSet<_> = gates.chain(personal).chain(platform).collect();
    let n = GATES.len() + PERSONAL.len() + PLATFORM.len();
    assert_eq!(gates.len(), n, "a route is in the tables twice");
    let missing: Vec<_> = guarded.difference(&gates).collect();
    assert!(missing.is_empty(), "give these a row in gate.rs: {missing:?}");
    let idle: Vec<_> = gates.difference(&guarded).collect();
    assert!(idle.is_empty(), "these rows lead nowhere: {idle:?}");
    // Services behind the gateway are called at addresses of their own; what is restricted is seen on
    // any route.
    let others = [Permission::GatewayCall, Permission::SharingAll];
    let asked: BTreeSet<Permission> = GATES.iter().map(|it| it.2).chain(others).collect();
    let all: BTreeSet<Permission> = Permission::ALL.iter().copied().collect();
    assert_eq!(asked, all, "a permission that no route asks for");
}

impl World {
    /// A key of the default workspace.
    async fn key_of(&self, scope: Scope, networks: &[&str]) -> String {
        let networks = networks.iter().map(|it| it.parse().unwrap()).collect();
        let new = NewKey { scope, networks, ..NewKey::everything("scoped") };
        let workspace = self.engine.default_workspace();
        let made = self.engine.store().add_key(workspace, &new, Timestamp::now()).await;
        made.unwrap().1.expose().to_owned()
    }
}

/// A path in the default workspace, with ids that are well formed and lead nowhere.
pub(super) fn filled(world: &World, template: &str) -> String {
    let own = format!("/{}", world.engine.default_workspace());
    let template = match template.starts_with("/workspaces/") || template.starts_with("/tenants/") {
        true => template.replacen("/{id}", &own, 1),
        false => template.replacen("/{workspaceId}", &own, 1),
    };
    let kind = |name: &str| match (template.split('/').nth(1), name) {
        (_, "userId") => "usr",
        (_, "invitation") => "inv",
        (_, "version") => "ver",
        (_, "wait") => "wait",
        (Some("workflows"), _) => "wf",
        (Some("executions"), _) => "exe",
        (Some("credentials"), _) => "cred",
        (Some("variables"), _) => "var",
        (Some("service-accounts"), _) => "svc",
        _ => "key",
    };
    let fill = |it: &str| match it.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        None => it.to_owned(),
        Some("node" | "nodeType" | "name") => "nothing".to_owned(),
        Some("run" | "item") => "0".to_owned(),
        Some(name) => format!("{}_00000000000000000000000000", kind(name)),
    };
    format!("/api{}", template.split('/').map(fill).collect::<Vec<_>>().join("/"))
}

#[tokio::test]
async fn each_role_passes_the_gates_that_the_table_gives_it_and_no_other() {
    let world = World::new().await;
    for role in Role::ALL {
        let key = world.key_of(Scope::Role(role.as_str().into()), &[]).await;
        for (method, path, wanted) in GATES {
            if path.ends_with("/events") {
                continue; // A stream that is let in does not end.
            }
            let answer = world.ask_as(&key, method, &filled(&world, path), &Value::Null).await;
            let is_refused = answer.status == StatusCode::FORBIDDEN;
            let may = role.permissions().contains(*wanted);
            assert_eq!(!is_refused, may, "{} {method} {path}: {}", role.as_str(), answer.text);
        }
    }
}

#[tokio::test]
async fn each_permission_opens_its_gates_and_no_other() {
    let world = World::new().await;
    for permission in Permission::ALL {
        let key = world.key_of(Scope::Listed([*permission].into_iter().collect()), &[]).await;
        for (method, path, wanted) in GATES.iter().filter(|it| !it.1.ends_with("/events")) {
            let answer = world.ask_as(&key, method, &filled(&world, path), &Value::Null).await;
            let is_refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(!is_refused, wanted == permission, "{permission:?} {method} {path}");
        }
    }
}

#[tokio::test]
async fn nobody_gives_what_he_has_not() {
    let world = World::new().await;
    let may: Permissions =
        "keys.read keys.write roles.read roles.write nodes.read".parse().unwrap();
    let key = world.key_of(Scope::Listed(may), &[]).await;
    let post = async |path: &str, body: Value| world.ask_as(&key, "POST", path, &body).await;
    for body in [
        json!({"name": "a", "permissions": ["workflows.write"]}),
        json!({"name": "a", "role": "viewer"}),
        json!({"name": "a", "role": "TENANT_ADMIN"}),
    ] {
        let answer = post("/api/keys", body.clone()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{body}: {}", answer.text);
    }
    let wide = json!({"name": "wide", "permissions": ["variables.write"]});
    assert_eq!(post("/api/roles", wide).await.status, StatusCode::FORBIDDEN);
    let narrow = json!({"name": "narrow", "permissions": ["nodes.read"]});
    assert_eq!(post("/api/roles", narrow).await.status, StatusCode::CREATED);
    let change = json!({"permissions": ["variables.write"]});
    let answer = world.ask_as(&key, "PUT", "/api/roles/narrow", &change).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // Without a scope a key is as narrow as who makes it.
    let made = post("/api/keys", json!({"name": "same"})).await.json;
    let listed = world.get("/api/keys").await;
    let same = listed["items"].as_array().unwrap().iter().find(|it| it["id"] == made["id"]);
    assert_eq!(same.unwrap()["permissions"], json!(may));
    let wide = world.post("/api/keys", json!({"name": "wide"})).await;
    let path = format!("/api/keys/{}/rotate", wide["id"].as_str().unwrap());
    assert_eq!(post(&path, json!({})).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_role_of_the_workspace_decides_for_its_keys() {
    let world = World::new().await;
    let role = json!({"name": "reader", "permissions": ["variables.read"]});
    world.post("/api/roles", role.clone()).await;
    for taken in ["reader", "admin", "team_member", "end_customer", "platform_admin"] {
        let body = json!({"name": taken, "permissions": []});
        let answer = world.ask("POST", "/api/roles", &body).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{taken}");
    }
    for odd in ["", "Reader", "1st", "a b"] {
        let body = json!({"name": odd, "permissions": []});
        assert_eq!(world.ask("POST", "/api/roles", &body).await.status, StatusCode::BAD_REQUEST);
    }
    let listed = world.get("/api/roles").await;
    assert_eq!((&listed["total"], &listed["items"][5]["name"]), (&json!(6), &json!("reader")));
    assert_eq!(world.get("/api/permissions").await["total"], Permission::ALL.len());

    let made = world.post("/api/keys", json!({"name": "reads", "role": "reader"})).await;
    let key = made["key"].as_str().unwrap();
    let reads = async || world.ask_as(key, "GET", "/api/variables", &Value::Null).await.status;
    assert_eq!(reads().await, StatusCode::OK);
    let used = world.ask("DELETE", "/api/roles/reader", &Value::Null).await;
    assert_eq!(used.status, StatusCode::CONFLICT, "{}", used.text);
    let changed = world.ask("PUT", "/api/roles/reader", &json!({"permissions": []})).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    let none = json!({"permissions": []});
    let foreign = world.ask_as(&world.foreign_key, "PUT", "/api/roles/reader", &none).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let path = format!("/api/keys/{}", made["id"].as_str().unwrap());
    world.ask("DELETE", &path, &Value::Null).await;
    let gone = world.ask("DELETE", "/api/roles/reader", &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
}

#[tokio::test]
async fn a_rotated_key_and_its_successor_open() {
    let world = World::new().await;
    let made = world.post("/api/keys", json!({"name": "shop", "role": "viewer"})).await;
    let path = format!("/api/keys/{}/rotate", made["id"].as_str().unwrap());
    let odd = world.ask("POST", &path, &json!({"overlapHours": 2161})).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let next = world.post(&path, json!({})).await;
    for key in [&made, &next] {
        let key = key["key"].as_str().unwrap();
        let answer = world.ask_as(key, "GET", "/api/variables", &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert_eq!(world.ask("POST", &path, &json!({})).await.status, StatusCode::CONFLICT);
    let path = format!("/api/keys/{}/rotate", next["id"].as_str().unwrap());
    let last = world.post(&path, json!({"overlapHours": 0})).await;
    let ended = next["key"].as_str().unwrap();
    let answer = world.ask_as(ended, "GET", "/api/variables", &Value::Null).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(last["key"].is_string());
}

#[tokio::test]
async fn a_key_opens_from_its_networks_only() {
    let world = World::new().await;
    let key = world.key_of(Scope::Everything, &["192.0.2.0/24", "2001:db8::/32"]).await;
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let options = Options { trusted_proxies, ..Options::default() };
    let router = Api::open(world.engine.clone(), world.accounts.clone(), options).router;
    let check = async |peer: &str, forwarded: Option<&str>, expected: StatusCode| {
        let mut request = Request::get("/api/variables").header("x-api-key", &key);
        if let Some(text) = forwarded {
            request = request.header("x-forwarded-for", text);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), expected, "{peer} {forwarded:?}");
    };
    check("192.0.2.9:1", None, StatusCode::OK).await;
    check("[2001:db8::7]:1", None, StatusCode::OK).await;
    check("[::ffff:192.0.2.9]:1", None, StatusCode::OK).await;
    check("198.51.100.1:1", None, StatusCode::FORBIDDEN).await;
    check("198.51.100.1:1", Some("192.0.2.9"), StatusCode::FORBIDDEN).await;
    check("10.0.0.1:1", Some("192.0.2.9"), StatusCode::OK).await;
    check("10.0.0.1:1", Some("192.0.2.9, 198.51.100.1"), StatusCode::FORBIDDEN).await;
    let answer = world.ask_as(&key, "GET", "/api/variables", &Value::Null).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "from nowhere that is known");
    let odd = json!({"name": "a", "networks": ["everywhere"]});
    assert_eq!(world.ask("POST", "/api/keys", &odd).await.status, StatusCode::BAD_REQUEST);
}

/// What sharing adds and takes away.
fn sharing_part() -> String {
    let mut res = String::from(
        "## Sharing\n\nA workflow or credential is open at first: everybody in the workspace may with it what his role \
         allows. It can be shared besides (`PUT /api/workflows/{id}/sharing`, `PUT /api/credentials/{id}/sharing`) with \
         members, service accounts and roles: that gives what the table says with this one thing, whatever the role. \
         A thing that is restricted is there for its owner, who may what his role allows, and for those whom it \
         is shared with, who may what the table says and no more; for all others it looks absent, with its \
         executions, webhooks and live events, also in lists, searches and numbers. Who has `sharing.all`, as admins \
         and the owner of the workspace have, always sees and changes all of them.\n\n\
         Whose a thing is: the person's or service account's who made it. Its owner and who has `sharing.all` say \
         how it is shared and make somebody else its owner. API keys count as what they act as: the service account, or \
         the role, with what is shared with it; a key with permissions of its own never gets more than these. \
         A workflow that uses a restricted credential cannot be saved, tried, published or run as a draft by who may not \
         use it, unless the node stood there just so before; what is published goes on running. \
         What was named when nobody could be asked, as the credential was made or got its name later, does not count: \
         once that is restricted, it is used by what was saved or published since then by who may, and by no workflow \
         that a step brings along. The audit log names restricted things to who reads it. Which workflows may call a workflow is said in its settings.\n\n\
         | thing | shared to | gives with it |\n|---|---|---|\n",
    );
    for thing in Thing::ALL {
        for level in thing.levels() {
            let gives: Vec<_> =
                level.gives(*thing).iter().map(|it| format!("`{}`", it.as_str())).collect();
            let gives = match gives.is_empty() {
                true => "to choose it in nodes, without seeing it".to_owned(),
                false => gives.join(", "),
            };
            res += &format!("| {} | `{}` | {gives} |\n", thing.as_str(), level.as_str());
        }
    }
    res + "\n"
}

/// `UPDATE_EXPECT=1 cargo test -p api` writes the page anew.
#[test]
fn the_page_of_permissions_is_current() {
    let mut page = String::from(
        "# Permissions\n\nGenerated from the code. Each route takes one permission; a role is a set of them, and \
         so is the scope of an API key. Routes about oneself take a person who has signed in. A route that is not listed lets nobody in. A workspace can make roles of \
         its own (`POST /api/roles`).\n\n## Roles\n\n",
    );
    let names: Vec<_> = Role::ALL.iter().map(|it| it.as_str()).collect();
    page += &format!("| permission | allows | {} |\n", names.join(" | "));
    page += &format!("|---|---|{}\n", "---|".repeat(names.len()));
    for it in Permission::ALL {
        let marks = Role::ALL.iter().map(|role| match role.permissions().contains(*it) {
            true => " ✓ |",
            false => " |",
        });
        page += &format!("| `{}` | {} |{}\n", it.as_str(), it.about(), marks.collect::<String>());
    }
    page += "\nOther names of roles, in any case:";
    for role in Role::ALL {
        for alias in role.aliases() {
            page += &format!(" `{alias}` is {};", role.as_str());
        }
    }
    page.pop();
    page += ".\n\n";
    page += &sharing_part();
    page += "## Routes\n\nAll under `/api` and `/api/v1`.\n\n| route | takes |\n|---|---|\n";
    let open = operations().filter(|it| it.2).map(|it| (it.0, it.1, "nothing".to_owned()));
    let gates = GATES.iter().map(|it| (it.0.to_owned(), it.1, format!("`{}`", it.2.as_str())));
    let personal = PERSONAL.iter().map(|it| (it.0.to_owned(), it.1, "a person".to_owned()));
    let platform =
        PLATFORM.iter().map(|it| (it.0.to_owned(), it.1, "who looks after the server".to_owned()));
    let mut rows: Vec<_> = open.chain(gates).chain(personal).chain(platform).collect();
    rows.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    for (method, path, takes) in rows {
        page += &format!("| `{method} {path}` | {takes} |\n");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "docs/permissions.md is old; run this test with UPDATE_EXPECT=1");
}
