//! The tenancy sweep: each route is called with the ids of things that exist. Nobody without a key,
//! no stranger and no member without the permission gets through; then who may does.

use std::collections::BTreeSet;

use model::permission::Role;

use super::{
    people::{ELSEWHERE, PASSWORD, token},
    *,
};
use crate::gate::{GATES, PERSONAL, PLATFORM};

/// Who does a step when all others are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum By {
    /// The owner of the default workspace, who looks after the server.
    Ada,
    /// A viewer, who is about to leave.
    Vera,
}

struct Step {
    method: &'static str,
    /// With the names of things in braces.
    path: &'static str,
    body: Value,
    status: u16,
    by: By,
    /// A thing that the answer names: its name, and where it stands.
    keep: Option<(&'static str, &'static str)>,
}

fn step(method: &'static str, path: &'static str, body: Value, status: u16) -> Step {
    Step { method, path, body, status, by: By::Ada, keep: None }
}

fn get(path: &'static str) -> Step {
    step("GET", path, Value::Null, 200)
}

impl Step {
    fn keep(self, name: &'static str, at: &'static str) -> Step {
        Step { keep: Some((name, at)), ..self }
    }

    fn by(self, by: By) -> Step {
        Step { by, ..self }
    }
}

/// Everything that is to be swept, and the people who sweep it.
struct Sweep {
    world: World,
    ada: String,
    vera: String,
    /// The owner of another workspace.
    stranger: String,
    /// Members of the default workspace, by role.
    members: Vec<(Role, String)>,
    things: HashMap<&'static str, String>,
    swept: BTreeSet<(String, String)>,
}

/// Belongs to everybody, whatever stands in the path.
fn is_catalogue(route: &str) -> bool {
    route.contains("-types") || route.contains("{nodeType}")
}

impl Sweep {
    async fn new() -> Sweep {
        let world = World::new().await;
        let ada = world.operator("ada@example.com").await;
        let stranger = world.person("stranger@example.com").await;
        let own = ada["workspace"]["id"].as_str().unwrap().to_owned();
        let mut sweep = Sweep {
            ada: token(&ada).to_owned(),
            vera: String::new(),
            stranger: token(&stranger).to_owned(),
            members: vec![],
            things: HashMap::from([("workspace", own)]),
            swept: BTreeSet::new(),
            world,
        };
        let elsewhere = sweep.world.linked(&ada).await;
        sweep.things.insert("identity", elsewhere);
        // She has shown both factors, or could not demand them of others.
        let device = sweep.world.device();
        sweep.world.made(token(&ada), &device).await;
        let challenge = sweep.world.asked().await;
        let entered = sweep.world.enters(&device.sign(&challenge)).await;
        sweep.ada = token(&entered.json).to_owned();
        let passkey = sweep.world.keyed(&ada).await;
        sweep.things.insert("passkey", passkey);
        for role in [Role::Viewer, Role::Operator, Role::Editor, Role::Admin] {
            let member = sweep.member(&format!("{}@example.com", role.as_str()), role).await;
            sweep.members.push((role, token(&member).to_owned()));
        }
        let vera = sweep.member("vera@example.com", Role::Viewer).await;
        sweep.vera = token(&vera).to_owned();
        let id = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
        sweep.things.insert("vera", id(&vera["user"], "id"));
        sweep.things.insert("session", id(&vera, "sessionId"));
        let dan = sweep.member("dan@example.com", Role::Viewer).await;
        sweep.things.insert("dan", id(&dan["user"], "id"));
        sweep
    }

    async fn member(&self, email: &str, role: Role) -> Value {
        let path = format!("/api/workspaces/{}/invitations", self.things["workspace"]);
        let body = json!({"email": email, "role": role.as_str()});
        let invited = self.world.ask_as(&self.ada, "POST", &path, &body).await;
        let link = invited.json["link"].as_str().unwrap().to_owned();
        let word = link.split('#').nth(1).unwrap();
        let body = json!({"email": email, "password": PASSWORD, "invitation": word});
        self.world.knock(&ELSEWHERE, "/api/auth/register", &body).await.json
    }

    fn filled(&self, text: &str) -> String {
        let fill =
            |text: String, (name, id): (&&str, &String)| text.replace(&format!("{{{name}}}"), id);
        self.things.iter().fold(text.to_owned(), fill)
    }

    async fn status(&self, token: &str, step: &Step, path: &str, body: &Value) -> Answer {
        self.world.ask_as(token, step.method, path, body).await
    }

    async fn sweep(&mut self, step: Step) {
        let path = self.filled(&format!("/api{}", step.path));
        let body: Value = serde_json::from_str(&self.filled(&step.body.to_string())).unwrap();
        let (template, _) = operation(step.method, &path).unwrap_or_else(|| panic!("{path}"));
        let route = template.strip_prefix("/api").unwrap();
        let place = format!("{} {route}", step.method);
        self.swept.insert((step.method.to_owned(), route.to_owned()));

        let request = Request::builder().method(step.method).uri(&path);
        let nobody = self.world.send(request.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{place}: nobody");

        let wanted = GATES.iter().find(|it| it.0 == step.method && it.1 == route).map(|it| it.2);
        let is_platform = PLATFORM.contains(&(step.method, route));
        if route.contains('{') && !is_catalogue(route) {
            let answer = self.status(&self.stranger, &step, &path, &body).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{place}: stranger: {}", answer.text);
            let key = &self.world.foreign_key;
            let answer = self.status(key, &step, &path, &body).await;
            // A key is nobody, so what is a person's own it does not even look for.
            let refused = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
            let refused = if wanted.is_some() { &refused[..1] } else { &refused };
            assert!(refused.contains(&answer.status), "{place}: foreign key: {}", answer.text);
        }
        if is_platform {
            let answer = self.status(&self.stranger, &step, &path, &body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{place}: stranger");
        }
        for (role, token) in &self.members {
            let lacks = wanted.is_some_and(|it| !role.permissions().contains(it));
            if lacks || is_platform {
                let answer = self.status(token, &step, &path, &body).await;
                // Another workspace of the owner's looks absent to them.
                let is_elsewhere = ["{second}", "{third}"].iter().any(|it| step.path.contains(it));
                let refused =
                    if is_elsewhere { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN };
                assert_eq!(answer.status, refused, "{place}: {role:?}");
            }
        }
        let token = match step.by {
            By::Ada => &self.ada,
            By::Vera => &self.vera,
        };
        let entries = super::audit::entries(&self.world).await;
        let answer = self.status(token, &step, &path, &body).await;
        let is_quiet = super::audit::is_quiet(step.method, route);
        let is_noted = super::audit::entries(&self.world).await > entries;
        assert!(
            !answer.status.is_success() || is_quiet || is_noted,
            "{place} leaves no entry in the audit log"
        );
        if (step.method, route) == ("POST", "/platform/maintenance") {
            // Nobody would get any further.
            self.world.ask_as(token, "DELETE", &path, &Value::Null).await;
        }
        // What ends at once answers otherwise than what goes on.
        let is_fine = answer.status.as_u16() == step.status
            || answer.status.is_success() && step.status < 300;
        assert!(is_fine, "{place}: who may: {} {}", answer.status, answer.text);
        if let Some((name, at)) = step.keep {
            let kept = answer.json.pointer(at).and_then(Value::as_str);
            let kept = kept.unwrap_or_else(|| panic!("{place}: no {at} in {}", answer.text));
            self.things.insert(name, kept.to_owned());
        }
    }

    async fn all(&mut self, steps: Vec<Step>) {
        for it in steps {
            self.sweep(it).await;
        }
    }

    /// Waits until what a thing's path shows is as wanted.
    async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.world.until(&self.filled(path), wanted).await
    }
}

#[tokio::test]
async fn nobody_reaches_what_is_not_theirs() {
    let mut sweep = Sweep::new().await;
    sweep.all(catalogue()).await;
    workflows(&mut sweep).await;
    executions(&mut sweep).await;
    sweep.all(secrets()).await;
    sweep.all(people()).await;
    let all = GATES.iter().map(|it| (it.0, it.1)).chain(PERSONAL.iter().copied());
    let all = all.chain(PLATFORM.iter().copied());
    let all: BTreeSet<_> = all.map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
    let left: Vec<_> = all.difference(&sweep.swept).collect();
    assert!(left.is_empty(), "these routes are not swept: {left:#?}");
}

fn catalogue() -> Vec<Step> {
    let node = json!({"type": "data.set", "parameters": {"fields": []}});
    vec![
        get("/node-types"),
        get("/node-types/data.set"),
        get("/credential-types"),
        get("/credential-types/httpHeaderAuth"),
        get("/workflows/nodes/categories"),
        get("/workflows/nodes/templates"),
        get("/workflows/nodes/triggers"),
        get("/workflows/nodes/config-schema/data.set"),
        step("POST", "/workflows/nodes/validate", node.clone(), 200),
        step("POST", "/workflows/nodes/test", json!({"node": node}), 200),
        step("POST", "/expressions/evaluate", json!({"expression": "{{ 1 + 1 }}"}), 200),
        get("/permissions"),
        get("/audit"),
        get("/audit/export"),
        get("/audit/verify"),
        get("/statistics/now"),
        get("/dashboard/overview"),
        get("/dashboard/stats"),
        get("/dashboard/workflows"),
        get("/dashboard/executions"),
        get("/dashboard/credentials"),
    ]
}

async fn workflows(sweep: &mut Sweep) {
    let parameters = json!({"respond": "lastNode", "rawBody": true});
    let nodes = [webhook("sweep", parameters), set("Greet", "text", "hello")];
    let document = chain("Swept", &nodes);
    sweep
        .all(vec![
            step("POST", "/workflows/validate", document.clone(), 200),
            step("POST", "/workflows/ports", document.clone(), 200),
            step("POST", "/workflows/convert", document.clone(), 200),
            step("POST", "/workflows/import", document.clone(), 201),
            step("POST", "/workflows", document.clone(), 201).keep("workflow", "/id"),
            get("/workflows"),
            get("/workflows/groups"),
            get("/workflows/{workflow}"),
            step("PUT", "/workflows/{workflow}", document, 200),
            step("POST", "/workflows/{workflow}/publish", json!({}), 200)
                .keep("version", "/versionId"),
            get("/workflows/{workflow}/versions"),
            get("/workflows/{workflow}/versions/{version}"),
            get("/workflows/{workflow}/diff"),
            step("POST", "/workflows/{workflow}/versions/{version}/restore", json!({}), 200),
            step("POST", "/workflows/{workflow}/versions/{version}/publish", json!({}), 200),
            get("/workflows/{workflow}/export"),
            step(
                "PUT",
                "/workflows/{workflow}/sharing",
                json!({"restricted": false, "shares": []}),
                200,
            ),
            get("/workflows/{workflow}/sharing"),
            step("POST", "/workflows/{workflow}/editors", json!({"tab": "one"}), 200),
            step("DELETE", "/workflows/{workflow}/editors/one", Value::Null, 204),
            get("/webhooks"),
            step("POST", "/webhooks", json!({"workflowId": "{workflow}", "path": "swept"}), 201)
                .keep("hook", "/id"),
            get("/webhooks/{hook}"),
            step("PUT", "/webhooks/{hook}", json!({"methods": ["GET", "POST"]}), 200),
            step("POST", "/webhooks/{hook}/test", json!({}), 200),
            step("DELETE", "/webhooks/{hook}", Value::Null, 204),
            step("POST", "/workflows/{workflow}/listen", json!({}), 200),
            step("DELETE", "/workflows/{workflow}/listen", Value::Null, 204),
            step("POST", "/workflows/{workflow}/duplicate", json!({}), 201).keep("copy", "/id"),
            step("DELETE", "/workflows/{copy}", Value::Null, 204),
        ])
        .await;
    let request = Request::post("/webhook/sweep").header("content-type", "application/pdf");
    let request = request.body(Body::from("a file")).unwrap();
    let called = sweep.world.send(request).await;
    assert_eq!(called.status, StatusCode::OK, "{}", called.text);
    // Other calls, such as one to try the webhook, are logged too.
    let logged = |it: &Value| it["total"].as_u64().is_some_and(|n| n >= 1);
    sweep.until("/api/workflows/{workflow}/requests", logged).await;
    sweep.sweep(get("/workflows/{workflow}/requests")).await;
    let hooks = sweep.until("/api/webhooks", |it| it["total"] == 1).await;
    sweep.things.insert("live", hooks["items"][0]["id"].as_str().unwrap().to_owned());
    let logged = sweep.until("/api/webhooks/{live}/logs", |it| it["total"] == 1).await;
    sweep.things.insert("call", logged["items"][0]["id"].as_str().unwrap().to_owned());
    sweep.sweep(get("/webhooks/{live}/logs")).await;
    let again = step("POST", "/webhooks/{live}/logs/{call}/replay", json!({}), 200);
    sweep.sweep(again).await;
    sweep.sweep(step("POST", "/workflows/{workflow}/unpublish", json!({}), 204)).await;
}

async fn executions(sweep: &mut Sweep) {
    let listed = sweep.until("/api/executions", |it| it["items"][0]["status"] == "success").await;
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    sweep.things.insert("execution", id);
    let steps = "/executions/{execution}/steps/Webhook/0/items";
    sweep
        .all(vec![
            get("/executions"),
            get("/executions/{execution}"),
            get("/executions/{execution}/events"),
            get("/executions/{execution}/steps"),
            get(steps),
            get("/executions/{execution}/steps/Webhook/0/items/0/files/data"),
            step("POST", "/executions/{execution}/replay", json!({}), 202),
            get("/statistics/daily"),
            get("/statistics/workflows"),
        ])
        .await;
    let start = || node("Start", "trigger.manual", json!({}));
    let wait = node("Wait", "flow.wait", json!({"until": "webhook"}));
    let fail = node("Fail", "flow.stop", json!({"message": "no luck"}));
    let run = |id: &'static str| step("POST", id, json!({}), 202);
    sweep
        .all(vec![
            step("POST", "/workflows", chain("Waiting", &[start(), wait]), 201)
                .keep("waits", "/id"),
            step("POST", "/workflows", chain("Failing", &[start(), fail]), 201)
                .keep("fails", "/id"),
            run("/workflows/{waits}/execute").keep("waiting", "/executionId"),
            run("/workflows/{fails}/execute").keep("failed", "/executionId"),
        ])
        .await;
    let seen = sweep.until("/api/executions/{waiting}", |it| it["status"] == "waiting").await;
    sweep.things.insert("wait", seen["waits"][0]["id"].as_str().unwrap().to_owned());
    sweep.until("/api/executions/{failed}", |it| it["status"] == "error").await;
    sweep
        .all(vec![
            get("/executions/{waiting}/waits/{wait}/address"),
            // It waits for a call, and not for a person: that is seen only by who may answer.
            step("POST", "/executions/{waiting}/waits/{wait}/answer", json!({}), 400),
            step("POST", "/executions/{waiting}/cancel", Value::Null, 202),
            step("POST", "/executions/{failed}/retry", Value::Null, 202),
            step("DELETE", "/executions/{execution}", Value::Null, 204),
        ])
        .await;
    // A stream that does not end is only refused here; that it is deaf to others has its own test.
    for (token, status) in [("", StatusCode::UNAUTHORIZED), ("tbk_wrong", StatusCode::UNAUTHORIZED)]
    {
        let request = Request::get("/api/executions/events").header("x-api-key", token);
        let answer = sweep.world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status);
    }
    sweep.swept.insert(("GET".to_owned(), "/executions/events".to_owned()));
}

fn secrets() -> Vec<Step> {
    let fields = json!({"name": "x-key", "value": "secret"});
    let new = json!({"type": "httpHeaderAuth", "name": "Swept", "fields": fields.clone()});
    let variable = json!({"name": "swept", "value": "x"});
    // The address is refused, which is seen only by who may look.
    let upstream = json!({"url": "http://127.0.0.1:1/", "credentialId": "{credential}"});
    let route = json!({"name": "Swept", "path": "/swept/*", "upstream": upstream});
    vec![
        step("POST", "/credentials", new, 201).keep("credential", "/id"),
        get("/credentials"),
        get("/credentials/{credential}"),
        step(
            "PUT",
            "/credentials/{credential}/sharing",
            json!({"restricted": false, "shares": []}),
            200,
        ),
        get("/credentials/{credential}/sharing"),
        step("PUT", "/credentials/{credential}", json!({"name": "S", "fields": fields}), 200),
        // Its type has no call to test it with, which is seen only by who may.
        step("POST", "/credentials/{credential}/test", json!({}), 400),
        step("POST", "/gateway/routes", route.clone(), 201).keep("route", "/id"),
        get("/gateway/routes"),
        get("/gateway/routes/{route}"),
        step("PUT", "/gateway/routes/{route}", route, 200),
        step("POST", "/gateway/routes/{route}/check", Value::Null, 200),
        step("DELETE", "/gateway/routes/{route}", Value::Null, 204),
        step("DELETE", "/credentials/{credential}", Value::Null, 204),
        step("POST", "/variables", variable.clone(), 201).keep("variable", "/id"),
        get("/variables"),
        get("/variables/{variable}"),
        step("PUT", "/variables/{variable}", variable, 200),
        step("DELETE", "/variables/{variable}", Value::Null, 204),
        step("POST", "/keys", json!({"name": "swept"}), 201).keep("key", "/id"),
        get("/keys"),
        step("PUT", "/keys/{key}", json!({"name": "renamed"}), 200),
        step("PUT", "/keys/{key}/rate", json!({"rate": "10/min"}), 200),
        step("POST", "/keys/{key}/rotate", json!({}), 201),
        step("DELETE", "/keys/{key}", Value::Null, 204),
        step("POST", "/api-keys", json!({"name": "swept"}), 201).keep("key", "/apiKey/id"),
        get("/api-keys"),
        get("/api-keys/permissions"),
        get("/api-keys/{key}"),
        get("/api-keys/{key}/stats"),
        step("PUT", "/api-keys/{key}", json!({"isActive": false}), 200),
        step("DELETE", "/api-keys/{key}", Value::Null, 200),
        step("POST", "/tenants/api-keys", json!({"name": "swept"}), 201)
            .keep("key", "/data/apiKey/id"),
        get("/tenants/api-keys"),
        step("PUT", "/tenants/api-keys/{key}", json!({"rateLimit": 60}), 200),
        step("DELETE", "/tenants/api-keys/{key}", Value::Null, 200),
        step("POST", "/roles", json!({"name": "swept", "permissions": []}), 201),
        get("/roles"),
        step("PUT", "/roles/swept", json!({"permissions": ["nodes.read"]}), 200),
        step("DELETE", "/roles/swept", Value::Null, 204),
    ]
}

fn sso() -> Value {
    json!({
        "entityId": "https://idp.example",
        "signInUrl": "https://idp.example/sign-in",
        "certificates": [testkit::saml::CERTIFICATE],
        "defaultRole": "viewer",
        "domains": ["example.com"],
    })
}

fn people() -> Vec<Step> {
    let name = || json!({"name": "Swept"});
    let password = |old: &str, new: &str| json!({"currentPassword": old, "newPassword": new});
    let invitation = |email: &str| json!({"email": email, "role": "viewer"});
    let role = || json!({"role": "viewer"});
    let reserve = |key: &str| json!({"key": key, "label": "a model", "credits": 3});
    let next = "ten lemons at dawn";
    let priced = || json!({"workspaceId": "{workspace}", "priceId": "price_pro"});
    let bought = json!({"workspaceId": "{workspace}", "credits": 5});
    let passkey = json!({"name": "x", "clientData": "", "authenticatorData": "", "publicKey": ""});
    vec![
        get("/workspaces"),
        get("/workspaces/basic"),
        step("POST", "/workspaces", name(), 201).keep("second", "/id"),
        step("POST", "/tenants", name(), 201).keep("third", "/id"),
        get("/tenants"),
        get("/platform/data-keys"),
        get("/platform/plans"),
        step(
            "PUT",
            "/platform/plans",
            json!({"workspaceId": "{workspace}", "plan": "pro", "limits": {"members": null}}),
            200,
        ),
        get("/platform/plans/given?workspaceId={workspace}"),
        get("/workspaces/{workspace}/usage"),
        step("PUT", "/workspaces/{workspace}/deactivate", Value::Null, 200),
        step("PUT", "/workspaces/{workspace}/activate", Value::Null, 200),
        get("/users/trial-info"),
        step(
            "POST",
            "/platform/credits",
            json!({"workspaceId": "{workspace}", "key": "gift", "credits": 5}),
            200,
        ),
        get("/credits/remaining/{workspace}"),
        get("/workspaces/{workspace}/billing"),
        // Where payments are not set up, that is said after the gate.
        step("POST", "/workspaces/{workspace}/billing/checkout", json!({"plan": "pro"}), 409),
        step("POST", "/workspaces/{workspace}/billing/credits", json!({"credits": 1}), 409),
        step("POST", "/workspaces/{workspace}/billing/portal", json!({}), 409),
        step("POST", "/stripe/checkout", priced(), 409),
        step("POST", "/stripe/purchase-credits", bought, 409),
        step("POST", "/stripe/billing/change-plan", priced(), 409),
        step("POST", "/stripe/billing/change-or-subscribe", priced(), 409),
        step("POST", "/stripe/billing/customer-portal/{workspace}", json!({}), 409),
        step("GET", "/stripe/billing/plan-preview/{workspace}/price_pro", Value::Null, 409),
        get("/stripe/products"),
        get("/stripe/plans"),
        get("/stripe/billing/status/{workspace}"),
        get("/stripe/billing/payments/{workspace}?startDate=2026-01-01&endDate=2026-06-30"),
        get("/stripe/billing/payments/all?startDate=2026-01-01&endDate=2026-06-30"),
        step("POST", "/stripe/plans/create-from-form", json!({"name": "Swept", "price": 900}), 200),
        step("POST", "/stripe/plans/update-from-form", json!({"name": "Swept", "price": 950}), 200),
        step("POST", "/stripe/plans/sync-from-stripe", json!({"planName": "Swept"}), 409),
        step(
            "POST",
            "/stripe/subscription/update-overrides",
            json!({"subscriptionId": "{workspace}", "overrides": {}}),
            200,
        ),
        get("/credits/smart-recharge/{workspace}"),
        step(
            "PATCH",
            "/credits/smart-recharge/{workspace}",
            json!({"threshold": 10, "rechargeAmount": 100}),
            200,
        ),
        get("/credits/daily-balance/{workspace}"),
        step("POST", "/workspaces/{workspace}/credits/reservations", reserve("one"), 200),
        step(
            "POST",
            "/workspaces/{workspace}/credits/reservations/one/settle",
            json!({"credits": 2}),
            200,
        ),
        step("POST", "/workspaces/{workspace}/credits/reservations", reserve("two"), 200),
        step("DELETE", "/workspaces/{workspace}/credits/reservations/two", Value::Null, 200),
        get("/workspaces/{workspace}/credits/ledger"),
        get("/workspaces/{workspace}/credits/spent"),
        step("POST", "/platform/data-keys/rotate", Value::Null, 200),
        get("/tenants/current"),
        step("PUT", "/tenants/settings", json!({"settings": {"theme": "dark"}}), 200),
        get("/tenants/usage"),
        step("PUT", "/tenants/subscription", json!({"plan": "PROFESSIONAL"}), 409),
        get("/tenants/billing"),
        get("/tenants/activity"),
        get("/tenants/{workspace}"),
        step("PUT", "/tenants/{workspace}", name(), 200),
        get("/tenants/{workspace}/users"),
        step("POST", "/tenants/{workspace}/users", invitation("eve@example.com"), 201),
        step("DELETE", "/tenants/{third}", Value::Null, 200),
        get("/workspaces/{workspace}"),
        step("PUT", "/workspaces/{workspace}", name(), 200),
        step("PUT", "/workspaces/{workspace}/name", name(), 200),
        get("/workspaces/{workspace}/detailed"),
        get("/workspaces/{workspace}/dashboard-metrics"),
        get("/workspaces/{workspace}/members"),
        get("/users/workspace-members"),
        step("PUT", "/workspaces/{workspace}/members/{dan}", role(), 200),
        step("PUT", "/auth/{dan}/permissions", role(), 200),
        get("/users"),
        get("/users/{dan}"),
        get("/users/{dan}/activity"),
        step("PUT", "/users/{dan}", json!({"role": "operator"}), 200),
        step("PATCH", "/users/{dan}/status", json!({"status": "SUSPENDED"}), 200),
        step("POST", "/users", json!({"email": "gil@example.com", "role": "viewer"}), 201)
            .keep("guest", "/data/user/id"),
        step("POST", "/users/{guest}/resend-invitation", Value::Null, 200)
            .keep("guest", "/data/user/id"),
        step("DELETE", "/users/{guest}", Value::Null, 200),
        step("DELETE", "/workspaces/{workspace}/members/{dan}", Value::Null, 204),
        step("POST", "/workspaces/{workspace}/invitations", invitation("fay@example.com"), 201)
            .keep("invitation", "/id"),
        get("/workspaces/{workspace}/invitations"),
        step("DELETE", "/workspaces/{workspace}/invitations/{invitation}", Value::Null, 204),
        step(
            "PUT",
            "/workspaces/{workspace}/origins",
            json!({"origins": ["https://shop.example"]}),
            200,
        ),
        get("/workspaces/{workspace}/origins"),
        step("PUT", "/workspaces/{workspace}/limits", json!({"own": {"webhook": "1000/s"}}), 200),
        get("/workspaces/{workspace}/limits"),
        step("POST", "/service-accounts", json!({"name": "Robot", "role": "viewer"}), 201)
            .keep("robot", "/id"),
        get("/service-accounts"),
        get("/service-accounts/{robot}"),
        step("PUT", "/service-accounts/{robot}", json!({"name": "R2", "role": "viewer"}), 200),
        step("DELETE", "/service-accounts/{robot}", Value::Null, 204),
        step("PUT", "/workspaces/{workspace}/second-factor", json!({"required": true}), 200),
        get("/workspaces/{workspace}/second-factor"),
        step("PUT", "/workspaces/{workspace}/second-factor", json!({"required": false}), 200),
        step("PUT", "/workspaces/{workspace}/sso", sso(), 200),
        get("/workspaces/{workspace}/sso"),
        step("DELETE", "/platform/maintenance", Value::Null, 200),
        step("POST", "/platform/maintenance", json!({"message": "Back soon"}), 200),
        get("/sso/domains"),
        step(
            "PUT",
            "/sso/domains",
            json!({"workspaceId": "{workspace}", "domain": "example.com", "confirmed": true}),
            200,
        ),
        step("DELETE", "/workspaces/{workspace}/sso", Value::Null, 204),
        step("POST", "/workspaces/{workspace}/switch", Value::Null, 200),
        step("DELETE", "/workspaces/{second}", Value::Null, 200),
        step("POST", "/workspaces/{second}/restore", Value::Null, 200),
        get("/auth/me"),
        get("/auth/profile"),
        get("/auth/verify"),
        get("/auth/sessions"),
        get("/users/profile"),
        step("PUT", "/users/profile", name(), 200),
        get("/users/preferences"),
        step("PUT", "/users/preferences", json!({}), 200),
        step("PUT", "/auth/{vera}/update-name", name(), 200).by(By::Vera),
        step("PUT", "/auth/me", json!({"firstName": "Vera"}), 200).by(By::Vera),
        get("/users/me/profile"),
        step("PUT", "/users/me/profile", json!({"lastName": "Vermeer"}), 200).by(By::Vera),
        step("POST", "/users/{vera}/change-password", password(PASSWORD, next), 200).by(By::Vera),
        step("POST", "/auth/change-password", password(next, PASSWORD), 200).by(By::Vera),
        step("POST", "/auth/update-password", password(PASSWORD, next), 200).by(By::Vera),
        get("/users/export"),
        get("/auth/email-change"),
        // A server without mails, and an owner who wants to go, are refused after the gate.
        step(
            "POST",
            "/auth/email-change",
            json!({"email": "new@example.com", "password": PASSWORD}),
            403,
        ),
        step("POST", "/users/deletion", json!({"password": PASSWORD}), 409),
        get("/auth/two-factor"),
        step("POST", "/auth/two-factor/set-up", json!({"password": PASSWORD}), 200),
        // A wrong code, and a factor that is not on, are refused after the gate.
        step("POST", "/auth/two-factor/confirm", json!({"code": "none"}), 400),
        step("POST", "/auth/two-factor/recovery-codes", json!({"password": PASSWORD}), 400),
        step("POST", "/auth/two-factor/disable", json!({"password": PASSWORD}), 400),
        step("POST", "/auth/passkeys/set-up", json!({"password": PASSWORD}), 200),
        // What no device has made is refused after the gate.
        step("POST", "/auth/passkeys", passkey, 400),
        get("/auth/passkeys"),
        step("PUT", "/auth/passkeys/{passkey}", name(), 200),
        step("DELETE", "/auth/passkeys/{passkey}", Value::Null, 200),
        get("/auth/identities"),
        // A provider that there is not is seen only by who has signed in.
        step("POST", "/auth/identities", json!({"provider": "none"}), 404),
        step("DELETE", "/auth/identities/{identity}", Value::Null, 200),
        step("DELETE", "/auth/sessions", Value::Null, 200).by(By::Vera),
        // A word that nobody has is refused after the gate.
        step("POST", "/auth/invitations/accept", json!({"token": "none"}), 400).by(By::Vera),
        step("POST", "/workspaces/{workspace}/transfer", json!({"userId": "{vera}"}), 200),
        // The owner cannot leave, which is seen only by members.
        step("POST", "/workspaces/{workspace}/leave", Value::Null, 400).by(By::Vera),
        step("DELETE", "/auth/sessions/{session}", Value::Null, 200).by(By::Vera),
        step("POST", "/auth/logout", Value::Null, 200),
    ]
}
