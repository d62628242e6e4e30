//! Sharing: what each role may with each share, what nobody else sees, and whose credentials a draft uses.

use model::{
    permission::{Permission, Permissions, Role},
    sharing::{self, Access, Bond, Level, Openness, Thing},
};

use super::{
    people::{ELSEWHERE, PASSWORD, token},
    *,
};

/// A workspace with its owner, and members who see not everything.
struct House {
    world: World,
    ada: String,
    workspace: String,
}

/// A member: who it is, and its token.
struct Member {
    id: String,
    token: String,
}

impl House {
    async fn new() -> House {
        House::of(World::new().await).await
    }

    async fn of(world: World) -> House {
        let ada = world.operator("ada@example.com").await;
        let workspace = ada["workspace"]["id"].as_str().unwrap().to_owned();
        House { ada: token(&ada).to_owned(), workspace, world }
    }

    async fn member(&self, name: &str, role: &str) -> Member {
        let path = format!("/api/workspaces/{}/invitations", self.workspace);
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "role": role});
        let invited = self.world.ask_as(&self.ada, "POST", &path, &body).await;
        let word = invited.json["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
        let body = json!({"email": email, "password": PASSWORD, "invitation": word});
        let member = self.world.knock(&ELSEWHERE, "/api/auth/register", &body).await.json;
        let id = member["user"]["id"].as_str().unwrap().to_owned();
        Member { id, token: token(&member).to_owned() }
    }

    async fn ask(&self, who: &str, method: &str, path: &str, body: Value) -> Answer {
        self.world.ask_as(who, method, path, &body).await
    }

    async fn get(&self, who: &str, path: &str) -> Value {
        let answer = self.ask(who, "GET", path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json
    }

    async fn total(&self, who: &str, path: &str) -> u64 {
        let list = self.get(who, path).await;
        let n = list["items"].as_array().unwrap().len() as u64;
        assert_eq!(list["total"], n, "{path}");
        n
    }

    /// Shares as its owner does, or an admin.
    async fn share(&self, thing: &str, restricted: bool, shares: Value) {
        let body = json!({"restricted": restricted, "shares": shares});
        let path = format!("/api/{thing}/sharing");
        let answer = self.ask(&self.ada, "PUT", &path, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    }

    async fn made(&self, who: &str, path: &str, body: Value) -> String {
        let answer = self.ask(who, "POST", path, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{path}: {}", answer.text);
        answer.json["id"].as_str().unwrap().to_owned()
    }
}

fn document() -> Value {
    chain("Payroll", &[node("Start", "trigger.manual", json!({})), set("Set", "text", "x")])
}

fn with(member: &Member, level: Option<Level>) -> Value {
    match level {
        Some(it) => json!([{"with": "member", "id": member.id, "level": it.as_str()}]),
        None => json!([]),
    }
}

/// What the rule gives, and whether the thing looks absent.
fn wanted(role: Role, thing: Thing, restricted: bool, level: Option<Level>) -> (Permissions, bool) {
    let openness = if restricted { Openness::Restricted } else { Openness::Open };
    let access = Access { openness, bond: level.map_or(Bond::None, Bond::Shared) };
    let most = Role::Owner.permissions();
    (sharing::may(role.permissions(), most, thing, access), access.hides())
}

fn levels(thing: Thing) -> impl Iterator<Item = Option<Level>> {
    [None].into_iter().chain(thing.levels().iter().copied().map(Some))
}

const MEMBERS: [Role; 4] = [Role::Viewer, Role::Operator, Role::Editor, Role::Admin];

#[tokio::test]
async fn each_role_with_each_share_of_a_workflow() {
    let house = House::new().await;
    let id = house.made(&house.ada, "/api/workflows", document()).await;
    let path = format!("/api/workflows/{id}");
    let execute = format!("{path}/execute");
    let run = house.ask(&house.ada, "POST", &execute, json!({"waitMs": 50_000})).await;
    let execution = run.json["executionId"].as_str().unwrap().to_owned();
    let probes = [
        ("GET", path.clone(), Value::Null, Permission::WorkflowsRead),
        ("GET", format!("{path}/export"), Value::Null, Permission::WorkflowsRead),
        ("GET", format!("{path}/requests"), Value::Null, Permission::WebhooksRead),
        ("GET", format!("/api/executions/{execution}"), Value::Null, Permission::ExecutionsRead),
        ("GET", format!("{path}/sharing"), Value::Null, Permission::WorkflowsRead),
        ("PUT", path.clone(), document(), Permission::WorkflowsWrite),
        ("POST", format!("{path}/publish"), json!({}), Permission::WorkflowsPublish),
        ("POST", format!("{path}/execute"), json!({}), Permission::WorkflowsRun),
        (
            "POST",
            format!("/api/executions/{execution}/replay"),
            json!({}),
            Permission::ExecutionsControl,
        ),
    ];
    for role in MEMBERS {
        let member = house.member(role.as_str(), role.as_str()).await;
        for restricted in [false, true] {
            for level in levels(Thing::Workflow) {
                house.share(&format!("workflows/{id}"), restricted, with(&member, level)).await;
                let (may, hides) = wanted(role, Thing::Workflow, restricted, level);
                let hides = hides && role < Role::Admin;
                for (method, path, body, wanted) in &probes {
                    let answer = house.ask(&member.token, method, path, body.clone()).await;
                    let told = format!("{role:?} {restricted} {level:?} {method} {path}");
                    let lacks = !role.permissions().contains(*wanted);
                    match (hides, may.contains(*wanted)) {
                        // As one that there is not: who may do that with none is told just that.
                        (true, _) if !lacks => {
                            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{told}");
                        }
                        (_, true) => {
                            assert!(answer.status.is_success(), "{told}: {}", answer.text);
                        }
                        (_, false) => {
                            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{told}");
                        }
                    }
                }
                lists_leave_out(&house, &member, &id, hides).await;
            }
        }
    }
}

/// What lists, searches and numbers tell of a workflow that has run.
async fn lists_leave_out(house: &House, member: &Member, id: &str, hides: bool) {
    let (is_there, all) = (u64::from(!hides), &house.ada);
    for path in ["/api/workflows", "/api/workflows?search=Payroll", "/api/dashboard/workflows"] {
        assert_eq!(house.total(&member.token, path).await, is_there, "{path}");
        assert_eq!(house.total(all, path).await, 1, "{path}");
    }
    let overview = house.get(&member.token, "/api/dashboard/overview").await;
    assert_eq!(overview["workflows"]["total"], is_there);
    if hides {
        let of_it = format!("/api/executions?workflowId={id}");
        for path in
            ["/api/executions", &of_it, "/api/statistics/daily", "/api/statistics/workflows"]
        {
            assert_eq!(house.total(&member.token, path).await, 0, "{path}");
            assert!(house.get(all, path).await["total"].as_u64().unwrap() > 0, "{path}");
        }
        assert_eq!(overview["week"]["total"], 0);
    } else {
        assert!(house.get(&member.token, "/api/executions").await["total"].as_u64() > Some(0));
    }
}

#[tokio::test]
async fn each_role_with_each_share_of_a_credential() {
    let house = House::new().await;
    let fields = json!({"name": "x-key", "value": "secret"});
    let new = json!({"type": "httpHeaderAuth", "name": "Shop", "fields": fields});
    let id = house.made(&house.ada, "/api/credentials", new).await;
    let path = format!("/api/credentials/{id}");
    let change = json!({"name": "Shop", "fields": {"name": "x-key", "value": "__kept__"}});
    let probes = [
        ("GET", path.clone(), Value::Null, Permission::CredentialsRead),
        ("PUT", path.clone(), change, Permission::CredentialsWrite),
    ];
    for role in MEMBERS {
        let member = house.member(role.as_str(), role.as_str()).await;
        for restricted in [false, true] {
            for level in levels(Thing::Credential) {
                house.share(&format!("credentials/{id}"), restricted, with(&member, level)).await;
                let (may, hides) = wanted(role, Thing::Credential, restricted, level);
                let hides = hides && role < Role::Admin;
                let told = format!("{role:?} {restricted} {level:?}");
                for (method, path, body, wanted) in &probes {
                    let answer = house.ask(&member.token, method, path, body.clone()).await;
                    let by_role = role.permissions().contains(*wanted);
                    match (hides && by_role, may.contains(*wanted)) {
                        (true, _) => assert_eq!(answer.status, StatusCode::NOT_FOUND, "{told}"),
                        (_, true) => assert!(answer.status.is_success(), "{told} {}", answer.text),
                        (_, false) => assert_eq!(answer.status, StatusCode::FORBIDDEN, "{told}"),
                    }
                    assert!(!answer.text.contains("secret"), "{told}");
                }
                // Who has a share chooses it in nodes, whatever the role, and sees no other.
                let list = house.ask(&member.token, "GET", "/api/credentials", Value::Null).await;
                let reads = role.permissions().contains(Permission::CredentialsRead);
                if reads || level.is_some() {
                    assert_eq!(list.json["total"], u64::from(!hides), "{told}: {}", list.text);
                } else {
                    assert_eq!(list.status, StatusCode::FORBIDDEN, "{told}");
                }
            }
        }
    }
    let other = json!({"type": "httpHeaderAuth", "name": "Other", "fields": fields});
    house.made(&house.ada, "/api/credentials", other).await;
    let oscar = house.member("oscar", "operator").await;
    house.share(&format!("credentials/{id}"), true, with(&oscar, Some(Level::Use))).await;
    assert_eq!(house.total(&oscar.token, "/api/credentials").await, 1);
    assert_eq!(house.total(&oscar.token, "/api/dashboard/credentials").await, 1);
}

/// A workflow whose node signs with a credential.
fn signing(url: &str, credential: &str) -> Value {
    let mut send = node("Send", "http.request", json!({"url": url}));
    send["id"] = json!("send");
    send["credentials"] = json!({"httpHeaderAuth": {"id": credential, "name": "Shop"}});
    chain("Sends", &[node("Start", "trigger.manual", json!({})), send])
}

#[tokio::test]
async fn a_draft_uses_no_credential_that_is_not_shared_with_who_saves_it() {
    let house = House::new().await;
    let (ed, eve) = (house.member("ed", "editor").await, house.member("eve", "editor").await);
    let new = json!({"type": "httpHeaderAuth", "name": "Shop",
        "fields": {"name": "x-key", "value": "s"}});
    // It is Ed's, who made it and shares it.
    let credential = house.made(&ed.token, "/api/credentials", new).await;
    let sharing = format!("/api/credentials/{credential}/sharing");
    let shown = house.get(&ed.token, &sharing).await;
    assert_eq!((&shown["owner"]["id"], &shown["mayShare"]), (&json!(ed.id), &json!(true)));
    let private = json!({"restricted": true, "shares": []});
    let not_hers = house.ask(&eve.token, "PUT", &sharing, private.clone()).await;
    assert_eq!(not_hers.status, StatusCode::FORBIDDEN, "{}", not_hers.text);
    let shared = house.ask(&ed.token, "PUT", &sharing, private.clone()).await;
    assert_eq!(shared.status, StatusCode::OK, "{}", shared.text);

    let there =
        house.made(&ed.token, "/api/workflows", signing("http://a.test", &credential)).await;
    let path = format!("/api/workflows/{there}");
    let check = async |who: &str, method: &str, path: &str, body: Value, refused: bool| {
        let answer = house.ask(who, method, path, body).await;
        if refused {
            assert_eq!(answer.json["error"]["code"], "credential_restricted", "{method} {path}");
            assert!(!answer.text.contains("Shop"), "{}", answer.text);
        } else {
            assert!(answer.status.is_success(), "{method} {path}: {}", answer.text);
        }
    };
    let mut moved = signing("http://a.test", &credential);
    moved["nodes"][1]["position"] = json!([400.0, 80.0]);
    let by_name = json!({"httpHeaderAuth": {"name": "Shop"}});
    let mut named = signing("http://a.test", &credential);
    named["nodes"][1]["credentials"] = by_name;
    named["nodes"][1]["id"] = json!("another");
    let trial = json!({"node": {"type": "http.request", "parameters": {"url": "http://a.test"},
        "credentials": {"httpHeaderAuth": "Shop"}}});
    let publish = format!("{path}/publish");
    let execute = format!("{path}/execute");
    for (shares, refused) in [
        (json!([]), true),
        (json!([{"with": "member", "id": eve.id, "level": "use"}]), false),
        (json!([]), true),
        (json!([{"with": "role", "id": "editor", "level": "use"}]), false),
    ] {
        let body = json!({"restricted": true, "shares": shares});
        assert_eq!(house.ask(&ed.token, "PUT", &sharing, body).await.status, StatusCode::OK);
        let elsewhere = signing("http://elsewhere.test", &credential);
        check(&eve.token, "POST", "/api/workflows", elsewhere.clone(), refused).await;
        check(&eve.token, "POST", &format!("{path}/duplicate"), json!({}), refused).await;
        check(&eve.token, "PUT", &path, elsewhere, refused).await;
        check(&eve.token, "PUT", &path, named.clone(), refused).await;
        // Back to what it was, by who may.
        check(&ed.token, "PUT", &path, moved.clone(), false).await;
        // A node that stays as it is may stay, wherever it stands.
        check(&eve.token, "PUT", &path, moved.clone(), false).await;
        check(&eve.token, "POST", &publish, json!({}), refused).await;
        check(&eve.token, "POST", &execute, json!({}), refused).await;
        if refused {
            check(&eve.token, "POST", "/api/workflows/nodes/test", trial.clone(), true).await;
        } else {
            check(&ed.token, "POST", &format!("{path}/unpublish"), json!({}), false).await;
        }
    }
    // What is published goes on, whoever runs it.
    check(&ed.token, "POST", &publish, json!({}), false).await;
    assert_eq!(house.ask(&ed.token, "PUT", &sharing, private).await.status, StatusCode::OK);
    check(&eve.token, "POST", &execute, json!({"published": true}), false).await;
    check(&eve.token, "POST", &execute, json!({}), false).await;
}

/// Named by a workflow before it is there: nobody was asked whether who published that may use it.
#[tokio::test]
async fn a_credential_that_gets_its_name_later_is_used_by_who_was_asked() {
    let house = House::of(World::reaching().await).await;
    let (ed, eve) = (house.member("ed", "editor").await, house.member("eve", "editor").await);
    let signed = json!({"url": "http://127.0.0.1:1", "authentication": "credential", "credentialType": "httpHeaderAuth"});
    let mut send = node("Send", "http.request", signed);
    send["credentials"] = json!({"httpHeaderAuth": {"name": "Payroll"}});
    let sends = chain("Sends", &[node("Start", "trigger.manual", json!({})), send]);
    let calls = |source: &str, field: &str, it: Value| {
        let call = node("Call", "workflow.call", json!({"source": source, field: it}));
        chain("Calls", &[node("Start", "trigger.manual", json!({})), call])
    };
    let eves = house.made(&eve.token, "/api/workflows", sends.clone()).await;
    let draft = house.made(&eve.token, "/api/workflows", sends.clone()).await;
    let by_id =
        house.made(&eve.token, "/api/workflows", calls("stored", "workflow", json!(draft))).await;
    let mut file = sends.clone();
    file["format"] = json!(1);
    let brings = calls("document", "document", file);
    let inline = house.made(&eve.token, "/api/workflows", brings).await;
    for id in [&eves, &by_id, &inline] {
        let path = format!("/api/workflows/{id}/publish");
        assert!(house.ask(&eve.token, "POST", &path, json!({})).await.status.is_success());
    }
    // What comes of it: no credential, one that is refused, or a request with it, which goes nowhere.
    let runs = async |id: &str| {
        let body = json!({"published": true, "waitMs": 50_000});
        let path = format!("/api/workflows/{id}/execute");
        let text = house.ask(&eve.token, "POST", &path, body).await.text;
        let came = match &text {
            it if it.contains("there is no credential") => "absent",
            it if it.contains("names a credential that is restricted") => "restricted",
            _ => "sent",
        };
        (came, text)
    };
    let all = async |expected: [&str; 3]| {
        for (id, expected) in [&eves, &by_id, &inline].into_iter().zip(expected) {
            let (came, text) = runs(id).await;
            assert_eq!(came, expected, "{id}: {text}");
        }
    };
    all(["absent"; 3]).await;
    let fields = json!({"name": "x-key", "value": "s"});
    let new = json!({"type": "httpHeaderAuth", "name": "Payroll", "fields": fields});
    let credential = house.made(&ed.token, "/api/credentials", new).await;
    all(["sent"; 3]).await;
    let restrict = async |shares: Value| {
        let body = json!({"restricted": true, "shares": shares});
        let path = format!("/api/credentials/{credential}/sharing");
        assert!(house.ask(&ed.token, "PUT", &path, body).await.status.is_success());
    };
    restrict(json!([])).await;
    all(["restricted"; 3]).await;
    // To save or publish it once more is no way round.
    let path = format!("/api/workflows/{eves}");
    let mut moved = sends.clone();
    moved["nodes"][1]["position"] = json!([400.0, 80.0]);
    for (method, path, body) in [
        ("PUT", path.clone(), moved.clone()),
        ("POST", format!("{path}/publish"), json!({})),
        ("POST", format!("{path}/execute"), json!({})),
        ("POST", format!("/api/workflows/{draft}/publish"), json!({})),
    ] {
        let answer = house.ask(&eve.token, method, &path, body).await;
        assert_eq!(answer.json["error"]["code"], "credential_restricted", "{method} {path}");
    }
    let version = house.get(&eve.token, &path).await["publishedVersion"].clone();
    let again = format!("{path}/versions/{}/publish", version.as_str().unwrap());
    // Who may use it does so for the others, and what a step brings along is looked through by nobody.
    for path in [again, format!("/api/workflows/{draft}/publish")] {
        let answer = house.ask(&ed.token, "POST", &path, json!({})).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
    }
    all(["sent", "sent", "restricted"]).await;
    // With another name it is another credential, and with the old one again a new one.
    for (name, expected) in [("Wages", "absent"), ("Payroll", "restricted")] {
        let body = json!({"name": name, "fields": fields});
        let path = format!("/api/credentials/{credential}");
        assert!(house.ask(&ed.token, "PUT", &path, body).await.status.is_success());
        let (came, text) = runs(&eves).await;
        assert_eq!(came, expected, "{name}: {text}");
    }
    restrict(with(&eve, Some(Level::Use))).await;
    assert!(house.ask(&eve.token, "PUT", &path, moved).await.status.is_success());
    assert!(
        house
            .ask(&eve.token, "POST", &format!("{path}/publish"), json!({}))
            .await
            .status
            .is_success()
    );
    restrict(json!([])).await;
    assert_eq!(runs(&eves).await.0, "sent", "what is published goes on running");
}

#[tokio::test]
async fn only_who_owns_a_thing_or_sees_all_shares_it() {
    let house = House::new().await;
    let (ed, eve) = (house.member("ed", "editor").await, house.member("eve", "editor").await);
    let adam = house.member("adam", "admin").await;
    let id = house.made(&ed.token, "/api/workflows", document()).await;
    let path = format!("/api/workflows/{id}/sharing");
    let put = async |who: &str, body: Value| house.ask(who, "PUT", &path, body).await;
    let shares = with(&eve, Some(Level::Edit));
    let body = json!({"restricted": true, "shares": shares});
    assert_eq!(put(&eve.token, body.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(put(&ed.token, body.clone()).await.status, StatusCode::OK);
    // To edit is not to share.
    assert_eq!(put(&eve.token, body.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.get(&eve.token, &path).await["mayShare"], false);
    let given =
        json!({"restricted": true, "shares": [], "owner": {"with": "member", "id": eve.id}});
    let answer = put(&adam.token, given).await;
    assert_eq!(answer.json["owner"]["id"], eve.id, "{}", answer.text);
    assert_eq!(put(&ed.token, body).await.status, StatusCode::NOT_FOUND);
    let twice = json!([{"with": "role", "id": "viewer", "level": "view"},
        {"with": "role", "id": "viewer", "level": "edit"}]);
    let foreign = "usr_00000000000000000000000000";
    for odd in [
        json!({"restricted": true, "shares": twice}),
        json!({"restricted": true, "shares": [{"with": "role", "id": "none", "level": "view"}]}),
        json!({"restricted": true, "shares": [{"with": "member", "id": foreign, "level": "view"}]}),
        json!({"restricted": true, "shares": [{"with": "member", "id": "x", "level": "view"}]}),
        json!({"restricted": true, "shares": [{"with": "role", "id": "viewer", "level": "use"}]}),
        json!({"restricted": true, "shares": [], "owner": {"with": "role", "id": "editor"}}),
        json!({"shares": []}),
    ] {
        let answer = put(&eve.token, odd.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{odd}: {}", answer.text);
    }
    let many: Vec<Value> = (0..101)
        .map(|n| json!({"with": "role", "id": format!("role{n}"), "level": "view"}))
        .collect();
    let many = json!({"restricted": true, "shares": many});
    assert_eq!(put(&eve.token, many).await.status, StatusCode::BAD_REQUEST);
    // Who leaves has nothing left, and comes back with nothing.
    let leave = format!("/api/workspaces/{}/members/{}", house.workspace, eve.id);
    let gone = house.ask(&house.ada, "DELETE", &leave, Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    assert_eq!(house.get(&adam.token, &path).await["owner"], Value::Null);
}

#[tokio::test]
async fn keys_count_as_what_they_act_as() {
    let house = House::new().await;
    let id = house.made(&house.ada, "/api/workflows", document()).await;
    let path = format!("/api/workflows/{id}");
    let robot = json!({"name": "Robot", "role": "viewer"});
    let robot = house.made(&house.ada, "/api/service-accounts", robot).await;
    let key = async |body: Value| {
        let made = house.ask(&house.ada, "POST", "/api/keys", body).await;
        made.json["key"].as_str().unwrap().to_owned()
    };
    let account = key(json!({"name": "a", "serviceAccountId": robot})).await;
    let role = key(json!({"name": "r", "role": "viewer"})).await;
    let listed = key(json!({"name": "l", "permissions": ["workflows.read"]})).await;
    let everything = house.world.key.clone();
    let thing = format!("workflows/{id}");
    let status = async |key: &str, method: &str, body: Value| {
        house.ask(key, method, &path, body).await.status
    };
    house.share(&thing, true, json!([])).await;
    for it in [&account, &role, &listed] {
        assert_eq!(status(it, "GET", Value::Null).await, StatusCode::NOT_FOUND);
    }
    assert_eq!(status(&everything, "GET", Value::Null).await, StatusCode::OK);
    let to_robot = json!([{"with": "serviceAccount", "id": robot, "level": "edit"}]);
    house.share(&thing, true, to_robot).await;
    assert_eq!(status(&account, "PUT", document()).await, StatusCode::OK);
    assert_eq!(status(&role, "GET", Value::Null).await, StatusCode::NOT_FOUND);
    let to_viewers = json!([{"with": "role", "id": "viewer", "level": "edit"}]);
    house.share(&thing, true, to_viewers).await;
    assert_eq!(status(&account, "PUT", document()).await, StatusCode::OK);
    assert_eq!(status(&role, "PUT", document()).await, StatusCode::OK);
    // A key with a list has the list and no role.
    assert_eq!(status(&listed, "GET", Value::Null).await, StatusCode::NOT_FOUND);
    let gone = format!("/api/service-accounts/{robot}");
    house
        .share(&thing, true, json!([{"with": "serviceAccount", "id": robot, "level": "view"}]))
        .await;
    house.ask(&house.ada, "DELETE", &gone, Value::Null).await;
    assert_eq!(house.get(&house.ada, &format!("{path}/sharing")).await["shares"], json!([]));
}

#[tokio::test]
async fn what_is_restricted_is_reached_by_no_other_way() {
    let house = House::new().await;
    let ed = house.member("ed", "editor").await;
    let hook = json!({"path": "payroll", "methods": ["POST"], "respond": "lastNode"});
    let document = chain("Payroll", &[node("Call", "trigger.webhook", hook), set("Set", "a", "b")]);
    let id = house.made(&house.ada, "/api/workflows", document.clone()).await;
    let path = format!("/api/workflows/{id}");
    house.ask(&house.ada, "POST", &format!("{path}/publish"), json!({})).await;
    let request = Request::post("/webhook/payroll").body(Body::from("{}")).unwrap();
    assert_eq!(house.world.send(request).await.status, StatusCode::OK);
    let ended = |it: &Value| it["items"][0]["status"] == "success";
    let execution = house.world.until("/api/executions", ended).await["items"][0]["id"].clone();
    let hook = house.get(&house.ada, "/api/webhooks").await["items"][0]["id"].clone();
    let hook = format!("/api/webhooks/{}", hook.as_str().unwrap());
    house.share(&format!("workflows/{id}"), true, json!([])).await;

    assert_eq!(house.total(&ed.token, "/api/webhooks").await, 0);
    let encoded = path.replacen("wf_", "wf%5F", 1);
    let other = house.made(&ed.token, "/api/workflows", document_of("Mine")).await;
    let run = format!("/api/workflows/{other}/execute");
    let expression = json!({"expression": "{{ 1 }}", "executionId": execution, "node": "Set"});
    for (method, path, body) in [
        ("GET", encoded.as_str(), Value::Null),
        ("PUT", encoded.as_str(), document.clone()),
        ("GET", hook.as_str(), Value::Null),
        ("GET", &format!("{hook}/logs"), Value::Null),
        ("POST", &format!("{hook}/test"), json!({})),
        ("POST", "/api/webhooks", json!({"workflowId": id, "path": "mine"})),
        ("POST", &run, json!({"dataFrom": execution})),
        ("POST", "/api/expressions/evaluate", expression),
        ("POST", &format!("{path}/duplicate"), json!({})),
        ("POST", &format!("{path}/editors"), json!({"tab": "one"})),
    ] {
        let answer = house.ask(&ed.token, method, path, body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: {}", answer.text);
    }
    // Who may look may not write, also not by what writes into it.
    house.share(&format!("workflows/{id}"), true, with(&ed, Some(Level::View))).await;
    for (method, path, body) in [
        ("PUT", encoded.as_str(), document),
        ("POST", "/api/webhooks", json!({"workflowId": id, "path": "mine"})),
        ("PUT", hook.as_str(), json!({"path": "mine"})),
        ("POST", &format!("{hook}/test"), json!({})),
    ] {
        let answer = house.ask(&ed.token, method, path, body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}: {}", answer.text);
    }
    // A viewer who edits one workflow makes no others of it.
    let vera = house.member("vera", "viewer").await;
    house.share(&format!("workflows/{id}"), true, with(&vera, Some(Level::Edit))).await;
    let copy = house.ask(&vera.token, "POST", &format!("{path}/duplicate"), json!({})).await;
    assert_eq!(copy.status, StatusCode::FORBIDDEN);
    let tries = json!({"expression": "{{ 1 + 1 }}"});
    let tried = house.ask(&vera.token, "POST", "/api/expressions/evaluate", tries).await;
    assert_eq!(tried.json["result"], 2, "{}", tried.text);
    // What is removed stays hidden with its executions.
    let removed = house.ask(&house.ada, "DELETE", &path, Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let at = format!("/api/executions/{}", execution.as_str().unwrap());
    let seen = house.ask(&ed.token, "GET", &at, Value::Null).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert_eq!(house.total(&ed.token, "/api/executions").await, 0);
}

fn document_of(name: &str) -> Value {
    chain(name, &[node("Start", "trigger.manual", json!({}))])
}

#[tokio::test]
async fn lists_say_what_is_restricted() {
    let house = House::new().await;
    let workflow = house.made(&house.ada, "/api/workflows", document()).await;
    house.made(&house.ada, "/api/workflows", chain("Open", &[])).await;
    let new = |name: &str| json!({"type": "httpHeaderAuth", "name": name, "fields": {"name": "x", "value": "y"}});
    let credential = house.made(&house.ada, "/api/credentials", new("Payroll")).await;
    house.made(&house.ada, "/api/credentials", new("Open")).await;
    let check = async |is_restricted: bool| {
        for path in ["/api/workflows", "/api/credentials", "/api/dashboard/credentials"] {
            let listed = house.get(&house.ada, path).await;
            for it in listed["items"].as_array().unwrap() {
                let expected = is_restricted && it["name"] == "Payroll";
                assert_eq!(it["restricted"], expected, "{path}: {it}");
            }
        }
        let one = house.get(&house.ada, &format!("/api/credentials/{credential}")).await;
        assert_eq!(one["restricted"], is_restricted);
    };
    check(false).await;
    house.share(&format!("workflows/{workflow}"), true, json!([])).await;
    house.share(&format!("credentials/{credential}"), true, json!([])).await;
    check(true).await;
}
