//! Who may come in, and that nobody sees another workspace.

use super::*;
use crate::gate;

/// A path with the ids that are named, and others that are well formed and lead nowhere.
fn filled(template: &str, named: &HashMap<&str, String>) -> String {
    let kind = template.trim_start_matches("/api/v1/").trim_start_matches("/api/");
    let prefix = |name: &str| match (kind.split('/').next(), name) {
        (_, "userId") => "usr",
        (_, "workspaceId") => "ws",
        (_, "invitation") => "inv",
        (_, "version") => "ver",
        (_, "wait") => "wait",

        (Some("tenants"), _) if kind.contains("api-keys") => "key",
        (Some("workspaces" | "tenants"), _) => "ws",
        (Some("users"), _) => "usr",
        (Some("workflows"), _) => "wf",
        (Some("executions"), _) => "exe",
        (Some("credentials"), _) => "cred",
        (Some("variables"), _) => "var",
        (Some("gateway"), _) => "route",
        (Some("service-accounts"), _) => "svc",
        _ => "key",
    };
    let fill = |segment: &str| match segment.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        None => segment.to_owned(),
        Some(name) if named.contains_key(name) => named[name].clone(),
        Some("node" | "nodeType" | "name" | "code") => "Nothing".to_owned(),
        Some("run" | "item") => "0".to_owned(),
        Some(name) => format!("{}_00000000000000000000000000", prefix(name)),
    };
    template.split('/').map(fill).collect::<Vec<_>>().join("/")
}

fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    DESCRIPTION["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let all = item.as_object().unwrap().iter();
        all.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn takes_person(method: &str, template: &str) -> bool {
    let mut all = gate::PERSONAL.iter().chain(gate::PLATFORM);
    let path = template.strip_prefix("/api").unwrap();
    all.any(|it| it.0.eq_ignore_ascii_case(method) && it.1 == path)
}

fn is_open(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|it| it.iter().any(|it| it == &json!({})))
}

#[tokio::test]
async fn every_route_wants_a_key() {
    let world = World::new().await;
    let mut n_guarded = 0;
    for (template, method, _) in operations().filter(|it| !is_open(it.2)) {
        for path in [template.to_owned(), template.replace("/api/", "/api/v1/")] {
            let path = filled(&path, &HashMap::new());
            for key in [None, Some("tbk_wrong")] {
                let method = method.to_uppercase();
                let mut request = Request::builder().method(method.as_str()).uri(&path);
                if let Some(key) = key {
                    request = request.header("x-api-key", key);
                }
                let answer = world.send(request.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
                assert_eq!(answer.json["error"]["code"], "unauthorized", "{method} {path}");
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
            }
        }
        n_guarded += 1;
    }
    assert!(n_guarded >= 50, "{n_guarded}");
}

/// Each id of the default workspace works there, and looks absent from another one.
#[tokio::test]
async fn a_foreign_id_looks_absent() {
    let world = World::new().await;
    let things = Things::make(&world).await;
    let mut n_checked = 0;
    for (template, method, operation) in operations().filter(|it| it.0.contains('{')) {
        if is_open(operation) || template.contains("{nodeType}") || template.contains("-types/") {
            continue; // Catalogues belong to everybody.
        }
        if takes_person(method, template) {
            continue; // What is a person's own is looked at where people are.
        }
        let path = filled(template, &things.names(template));
        let method = method.to_uppercase();
        let body = things.body(&method, template);
        let answer = world.ask_as(&world.foreign_key, &method, &path, &body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: {}", answer.text);
        n_checked += 1;
    }
    assert!(n_checked >= 30, "{n_checked}");
    // What was asked for is there all the same.
    for (template, method, _) in operations().filter(|it| it.1 == "get" && !is_open(it.2)) {
        let known = things.names(template);
        let mut places = template.split('/').filter(|it| it.starts_with('{'));
        let all_known = places.all(|it| known.contains_key(it.trim_matches(['{', '}'])));
        if !all_known || template.ends_with("/events") || takes_person("get", template) {
            continue;
        }
        let path = filled(template, &known);
        let answer = world.ask(&method.to_uppercase(), &path, &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{method} {path}: {}", answer.text);
    }
}

#[tokio::test]
async fn foreign_lists_are_empty() {
    let world = World::new().await;
    let _things = Things::make(&world).await;
    let mut n_checked = 0;
    for (path, method, operation) in operations().filter(|it| !it.0.contains('{')) {
        let is_list = operation["responses"]["200"].to_string().contains("List_");
        let is_catalogue = ["node", "-types", "permissions"].iter().any(|it| path.contains(it));
        if method != "get" || !is_list || is_catalogue || takes_person(method, path) {
            continue;
        }
        let answer = world.ask_as(&world.foreign_key, "GET", path, &Value::Null).await;
        // Its own key is all that it has, beside the roles that everybody has.
        let expected = match path {
            "/api/users/workspace-members" => continue, // Keys are no members.
            // How its key was made is what it has in the log.
            "/api/keys" | "/api/audit" => 1,
            "/api/roles" => model::permission::Role::ALL.len(),
            _ => 0,
        };
        assert_eq!(answer.json["total"], expected, "{path}: {}", answer.text);
        assert_eq!(answer.json["items"].as_array().map(Vec::len), Some(expected), "{path}");
        let own = world.get(path).await["total"].as_u64().unwrap();
        assert!(own > expected as u64, "{path} has no more in its own workspace");
        n_checked += 1;
    }
    assert!(n_checked >= 7, "{n_checked}");
}

/// One of each in the default workspace.
struct Things {
    workflow: String,
    version: String,
    execution: String,
    variable: String,
    credential: String,
    key: String,
    workspace: String,
    webhook: String,
    route: String,
    service_account: String,
    person: String,
}

impl Things {
    async fn make(world: &World) -> Things {
        let nodes =
            [webhook("things", json!({"respond": "lastNode"})), set("Greet", "text", "hello")];
        let workflow = world.workflow(chain("Things", &nodes)).await;
        let live = format!("/api/workflows/{workflow}/publish");
        let live = world.post(&live, json!({"note": "first"})).await;
        let request = Request::post("/webhook/things").body(Body::from("{}")).unwrap();
        let answer = world.send(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let ended = |it: &Value| it["items"][0]["status"] == "success";
        let listed = world.until("/api/executions", ended).await;
        let path = format!("/api/workflows/{workflow}/requests");
        world.until(&path, |it| it["total"] == 1).await;
        let variable = world.post("/api/variables", json!({"name": "shop", "value": "x"})).await;
        let fields = json!({"name": "x-key", "value": "secret"});
        let fields = json!({"type": "httpHeaderAuth", "name": "Shop", "fields": fields});
        let credential = world.post("/api/credentials", fields).await;
        let key = world.post("/api/keys", json!({"name": "another"})).await;
        world.post("/api/roles", json!({"name": "house", "permissions": []})).await;
        let route = json!({"name": "Shop", "path": "/things"});
        let route = world.post("/api/gateway/routes", route).await;
        let webhooks = world.get("/api/webhooks").await;
        let robot = json!({"name": "Robot", "role": "viewer"});
        let robot = world.post("/api/service-accounts", robot).await;
        let id = |it: &Value| it["id"].as_str().unwrap().to_owned();
        Things {
            workflow,
            version: live["versionId"].as_str().unwrap().to_owned(),
            execution: id(&listed["items"][0]),
            variable: id(&variable),
            credential: id(&credential),
            key: id(&key),
            workspace: world.engine.default_workspace().to_string(),
            webhook: id(&webhooks["items"][0]),
            route: id(&route),
            service_account: id(&robot),
            person: id(&world.operator("ada@example.com").await["user"]),
        }
    }

    fn names(&self, template: &str) -> HashMap<&'static str, String> {
        let id = match template.split('/').nth(2).unwrap() {
            "workflows" => &self.workflow,
            "executions" => &self.execution,
            "variables" => &self.variable,
            "credentials" => &self.credential,
            "webhooks" => &self.webhook,
            "gateway" => &self.route,
            "service-accounts" => &self.service_account,
            "tenants" if template.contains("/api-keys/") => &self.key,
            "workspaces" | "tenants" => &self.workspace,
            "users" => &self.person,
            _ => &self.key,
        };
        let mut res = HashMap::from([("id", id.clone()), ("version", self.version.clone())]);
        res.insert("workspaceId", self.workspace.clone());
        if template.contains("/roles/") {
            res.insert("name", "house".to_owned());
        }
        if template.contains("{run}") {
            res.extend([("node", "Greet".to_owned()), ("run", "0".to_owned())]);
        }
        res
    }

    fn body(&self, method: &str, template: &str) -> Value {
        match (method, template) {
            ("PUT", "/api/workflows/{id}/sharing" | "/api/credentials/{id}/sharing") => {
                json!({"restricted": true, "shares": []})
            }
            ("PUT", "/api/variables/{id}") => json!({"name": "shop", "value": "stolen"}),
            ("PUT", "/api/auth/{userId}/permissions") => json!({"role": "viewer"}),
            ("PUT", "/api/roles/{name}") => json!({"permissions": []}),
            ("PUT", "/api/credentials/{id}") => json!({"name": "Shop", "fields": {}}),
            ("PUT", "/api/service-accounts/{id}") => json!({"name": "Mine", "role": "viewer"}),
            ("PUT", "/api/webhooks/{id}") => json!({"name": "Stolen"}),
            ("PUT", "/api/gateway/routes/{id}") => json!({"name": "Stolen", "path": "/x"}),
            ("PUT", "/api/users/{id}") => json!({"role": "viewer"}),
            ("PATCH", "/api/users/{id}/status") => json!({"status": "INACTIVE"}),
            ("PUT", "/api/keys/{id}" | "/api/api-keys/{id}" | "/api/tenants/api-keys/{id}") => {
                json!({"name": "Stolen"})
            }
            ("PUT", "/api/keys/{id}/rate") => json!({"rate": "1/day"}),
            ("PUT", "/api/workspaces/{id}/limits") => json!({"own": {"api": "1/day"}}),
            ("PUT", _) => chain("Stolen", &[]),
            ("POST", _) => json!({}),
            _ => Value::Null,
        }
    }
}

#[tokio::test]
async fn a_key_opens_until_it_is_removed() {
    let world = World::new().await;
    let made = world.post("/api/keys", json!({"name": "short"})).await;
    let key = made["key"].as_str().unwrap();
    let came = world.ask_as(key, "GET", "/api/variables", &Value::Null).await;
    assert_eq!(came.status, StatusCode::OK);
    let listed = world.get("/api/keys").await;
    assert!(!listed.to_string().contains(key), "a key is shown once");
    let path = format!("/api/keys/{}", made["id"].as_str().unwrap());
    let removed = world.ask("DELETE", &path, &Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let after = world.ask_as(key, "GET", "/api/variables", &Value::Null).await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    let past = json!({"name": "old", "expiresAt": "2020-01-01T00:00:00Z"});
    let old = world.post("/api/keys", past).await;
    let old = old["key"].as_str().unwrap();
    let answer = world.ask_as(old, "GET", "/api/variables", &Value::Null).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_failure_has_one_shape() {
    let world = World::new().await;
    let check = async |method: &str, path: &str, body: &str, status: u16, code: &str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-api-key", &world.key)
            .header("x-request-id", "mine-1")
            .body(Body::from(body.to_owned()));
        let answer = world.send(request.unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", answer.text);
        let error = &answer.json["error"];
        assert_eq!(error["code"], code, "{method} {path}");
        assert!(error["message"].as_str().is_some_and(|it| !it.is_empty()));
        assert_eq!(error["requestId"], "mine-1");
        assert_eq!(answer.headers["x-request-id"], "mine-1");
        let docs = error["docs"].as_str().unwrap().split("/api/").nth(1).unwrap();
        let page = Request::get(format!("/api/{docs}")).body(Body::empty()).unwrap();
        let page = world.send(page).await;
        assert!(page.text.starts_with(&format!("# `{code}`")), "{docs}: {}", page.text);
    };
    let odd_field = r#"{"name":"a","value":"b","odd":1}"#;
    check("GET", "/api/nothing", "", 404, "not_found").await;
    check("GET", "/nothing", "", 404, "not_found").await;
    check("PATCH", "/api/workflows", "", 405, "method_not_allowed").await;
    check("POST", "/health", "", 405, "method_not_allowed").await;
    check("POST", "/api/variables", "{", 400, "invalid_request").await;
    check("POST", "/api/variables", "", 400, "invalid_request").await;
    check("POST", "/api/variables", odd_field, 400, "invalid_request").await;
    check("GET", "/api/workflows/nonsense", "", 404, "workflow_not_found").await;
    check("GET", "/api/executions/exe_nope", "", 404, "execution_not_found").await;
    check("GET", "/api/users/nonsense", "", 404, "not_found").await;
    let wf = "/api/workflows/wf_00000000000000000000000000";
    check("GET", &format!("{wf}/versions/ver_nope"), "", 404, "version_not_found").await;
    let exe = "/api/executions/exe_00000000000000000000000000";
    check("GET", &format!("{exe}/steps/A/many/items"), "", 400, "invalid_request").await;
    check("GET", "/api/workflows?page=x", "", 400, "invalid_request").await;
    check("GET", "/api/workflows?sort=odd", "", 400, "invalid_request").await;
    check("GET", "/api/executions?from=never", "", 400, "invalid_request").await;
    check("GET", "/api/executions?status=odd", "", 400, "invalid_request").await;
    check("GET", "/api/executions?page=10000", "", 400, "invalid_request").await;
    check("POST", "/webhook/nobody", "{}", 404, "webhook_not_found").await;
    check("POST", "/webhook-test/nobody", "{}", 404, "webhook_not_listening").await;
    check("POST", "/w/nonsense/webhook/nobody", "{}", 404, "webhook_not_found").await;
    check("GET", "/webhook-waiting/nonsense", "", 404, "wait_not_found").await;
}

#[tokio::test]
async fn what_is_no_id_is_told_as_what_is_not_there() {
    let world = World::new().await;
    let said = async |path: &str| {
        let answer = world.ask("GET", path, &Value::Null).await;
        answer.json["error"]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(said("/api/executions/exe_nope").await, "there is no execution exe_nope");
    let of_another_kind = "wf_00000000000000000000000000";
    let path = format!("/api/executions/{of_another_kind}/steps");
    assert_eq!(said(&path).await, format!("there is no execution {of_another_kind}"));
    let path = "/api/executions/exe_00000000000000000000000000/steps/A/many/items";
    assert_eq!(said(path).await, "the path: a number is needed in the place of `many`");
}

#[tokio::test]
async fn a_body_may_be_as_large_as_its_limit_and_no_larger() {
    let world = World::new().await;
    let max = crate::read::BODY_BYTES_MAX;
    let ends = [(max, StatusCode::BAD_REQUEST), (max + 1, StatusCode::PAYLOAD_TOO_LARGE)];
    for (len, status) in ends {
        let request = Request::post("/api/variables")
            .header("x-api-key", &world.key)
            .body(Body::from(vec![b'x'; len]));
        assert_eq!(world.send(request.unwrap()).await.status, status, "{len}");
    }
}
