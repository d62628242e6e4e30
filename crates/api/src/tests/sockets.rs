//! Socket.IO by polling: what a client is told, and that nobody hears what is not theirs.

use super::*;

/// A client that speaks Engine.IO 4 by polling.
pub(super) struct Client<'a> {
    world: &'a World,
    path: String,
    /// Of the page that it is on.
    origin: Option<&'static str>,
}

/// What was heard at once.
pub(super) struct Heard {
    /// At least one.
    pub(super) packets: Vec<String>,
    pub(super) headers: HeaderMap,
}

impl Client<'_> {
    async fn open(world: &World) -> Client<'_> {
        Client::open_on(world, None).await
    }

    /// One on a page of another origin.
    pub(super) async fn open_on<'a>(world: &'a World, origin: Option<&'static str>) -> Client<'a> {
        let path = "/socket.io/?EIO=4&transport=polling".to_owned();
        let client = Client { world, path, origin };
        let opened = client.ask("GET", Body::empty()).await;
        let open: Value = serde_json::from_str(opened.text.strip_prefix('0').unwrap()).unwrap();
        let path = format!("{}&sid={}", client.path, open["sid"].as_str().unwrap());
        Client { path, ..client }
    }

    async fn ask(&self, method: &str, body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(&self.path);
        if let Some(origin) = self.origin {
            request = request.header("host", "flows.example").header("origin", origin);
        }
        let answer = self.world.send(request.body(body).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer
    }

    pub(super) async fn say(&self, packet: String) {
        self.ask("POST", Body::from(packet)).await;
    }

    /// The next packets; is asked meanwhile whether it is still there, and says so.
    pub(super) async fn listen(&self) -> Heard {
        let listen = async {
            loop {
                let Answer { text, headers, .. } = self.ask("GET", Body::empty()).await;
                let (pings, packets): (Vec<&str>, Vec<&str>) =
                    text.split('\u{1e}').partition(|it| *it == "2");
                if !pings.is_empty() {
                    self.say("3".to_owned()).await;
                }
                if !packets.is_empty() {
                    let packets = packets.into_iter().map(str::to_owned).collect();
                    return Heard { packets, headers };
                }
            }
        };
        comes(listen).await
    }

    async fn hear(&self) -> Vec<String> {
        self.listen().await.packets
    }

    async fn greet(&self, auth: Value) -> String {
        self.say(format!("40{auth}")).await;
        self.hear().await.remove(0)
    }

    /// Hears until one of the packets is as wanted; gives all of them.
    async fn until(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let mut res = vec![];
        let hear = async {
            while !res.iter().any(|it: &String| wanted(it)) {
                res.extend(self.hear().await);
            }
        };
        comes(hear).await;
        res
    }
}

#[tokio::test]
async fn a_socket_hears_its_own_workspace_and_no_other() {
    let world = World::new().await;
    let mine = Client::open(&world).await;
    let greeted = mine.greet(json!({"token": world.key})).await;
    assert!(greeted.starts_with("40{"), "{greeted}");
    let foreign = Client::open(&world).await;
    let greeted = foreign.greet(json!({"token": world.foreign_key})).await;
    assert!(greeted.starts_with("40{"), "{greeted}");

    let nodes = [node("Start", "trigger.manual", json!({})), set("Set", "text", "x")];
    let workflow = world.workflow(chain("Watched", &nodes)).await;
    mine.say(format!(r#"421["subscribe-workflow","{workflow}"]"#)).await;
    assert_eq!(mine.hear().await, [r#"431[{"ok":true}]"#]);
    foreign.say(format!(r#"427["subscribe-workflow","{workflow}"]"#)).await;
    let refused = foreign.hear().await.remove(0);
    assert!(refused.starts_with(r#"437[{"ok":false,"error":"there is no workflow"#), "{refused}");
    foreign.say(r#"428["subscribe-execution","none"]"#.to_owned()).await;
    assert!(foreign.hear().await[0].starts_with(r#"438[{"ok":false"#));

    world.post(&format!("/api/workflows/{workflow}/execute"), json!({})).await;
    let is_end = |it: &str| it.contains("execution-update") && it.contains(r#""kind":"ended""#);
    let heard = mine.until(is_end).await;
    let has = |text: &str| heard.iter().any(|it| it.contains(text));
    assert!(has(r#"42["workflow.status""#) && has(r#""status":"success""#), "{heard:#?}");
    assert!(has(r#"42["execution-log""#) && has(r#""node":"Set""#), "{heard:#?}");
    // The other workspace's next event is its own: nothing of this one came before it.
    let request = Request::post("/api/workflows").header("x-api-key", &world.foreign_key);
    let body = chain("Theirs", &[node("Start", "trigger.manual", json!({}))]);
    let request =
        request.header("content-type", "application/json").body(Body::from(body.to_string()));
    let made = world.send(request.unwrap()).await;
    let theirs = made.json["id"].as_str().unwrap().to_owned();
    let path = format!("/api/workflows/{theirs}/execute");
    world.ask_as(&world.foreign_key, "POST", &path, &json!({})).await;
    let heard = foreign.until(|it| it.contains(r#""status":"success""#)).await;
    assert!(heard.iter().all(|it| it.contains(&theirs)), "{heard:#?}");
}

#[tokio::test]
async fn nothing_is_heard_of_what_is_restricted() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let ada_token = super::people::token(&ada);
    let own = ada["workspace"]["id"].as_str().unwrap();
    let vera = world.joined(ada_token, own, "vera@example.com", "viewer").await;
    let nodes = [node("Start", "trigger.manual", json!({}))];
    let hidden = world.workflow(chain("Payroll", &nodes)).await;
    let open = world.workflow(chain("Open", &nodes)).await;
    let sharing = format!("/api/workflows/{hidden}/sharing");
    let body = json!({"restricted": true, "shares": []});
    assert_eq!(world.ask("PUT", &sharing, &body).await.status, StatusCode::OK);
    let client = Client::open(&world).await;
    client.greet(json!({"token": super::people::token(&vera)})).await;
    client.say(format!(r#"421["subscribe-workflow","{hidden}"]"#)).await;
    let refused = client.hear().await.remove(0);
    assert!(refused.contains("there is no workflow"), "{refused}");
    let run = async |id: &str| {
        let path = format!("/api/workflows/{id}/execute");
        world.post(&path, json!({"waitMs": 50_000})).await
    };
    run(&hidden).await;
    run(&open).await;
    // What comes of the open one comes after all of the other.
    let heard = client.until(|it| it.contains(r#""status":"success""#)).await;
    assert!(heard.iter().all(|it| it.contains(&open)), "{heard:#?}");
}

#[tokio::test]
async fn a_person_hears_that_a_call_came_and_that_it_failed() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let token = super::people::token(&ada);
    let wants = async |in_app: bool| {
        let preferences = json!({"notifications": {"email": true, "inApp": in_app}});
        let set = world.ask_as(token, "PUT", "/api/users/preferences", &preferences).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    };
    let nodes = [
        node("Call", "trigger.webhook", json!({"path": "fails", "methods": ["POST"]})),
        node("Stop", "flow.stop", json!({"message": "no luck"})),
    ];
    let workflow = world.workflow(chain("Fails", &nodes)).await;
    world.post(&format!("/api/workflows/{workflow}/publish"), json!({})).await;
    let client = Client::open(&world).await;
    client.greet(json!({"token": token})).await;
    let call = async || {
        let request = Request::post("/webhook/fails").body(Body::empty()).unwrap();
        world.send(request).await;
    };
    call().await;
    let heard = client.until(|it| it.contains("user.notification")).await;
    assert!(heard.iter().any(|it| it.starts_with(r#"42["webhook.triggered""#)), "{heard:#?}");
    let notice = heard.iter().find(|it| it.contains("user.notification")).unwrap();
    let notice: Value = serde_json::from_str(&notice[2..]).unwrap();
    let said = &notice[1];
    assert_eq!(
        (&said["kind"], &said["workflowName"], &said["node"], &said["count"]),
        (&json!("executionFailed"), &json!("Fails"), &json!("Stop"), &json!(1)),
    );
    assert!(said["message"].as_str().unwrap().contains("no luck"), "{said}");

    // Who wants none hears only how it ended; so does a key, which is nobody.
    wants(false).await;
    for token in [token, world.key.as_str()] {
        let client = Client::open(&world).await;
        client.greet(json!({"token": token})).await;
        call().await;
        let mut heard = client.until(|it| it.contains(r#""status":"error""#)).await;
        call().await;
        heard.extend(client.until(|it| it.contains(r#""status":"error""#)).await);
        assert!(heard.iter().all(|it| !it.contains("user.notification")), "{heard:#?}");
    }
}

#[tokio::test]
async fn a_socket_without_a_right_is_refused() {
    let world = World::new().await;
    let other = json!({"token": world.key, "workspaceId": world.foreign.to_string()});
    for auth in [json!({}), json!({"token": "tbk_wrong"}), other] {
        let client = Client::open(&world).await;
        let greeted = client.greet(auth).await;
        assert!(greeted.starts_with(r#"44{"message":""#), "{greeted}");
    }
    // A key that may not read executions.
    let body = json!({"name": "blind", "permissions": ["nodes.read"]});
    world.post("/api/roles", body).await;
    let key = world.post("/api/keys", json!({"name": "blind", "role": "blind"})).await;
    let client = Client::open(&world).await;
    let greeted = client.greet(json!({"token": key["key"]})).await;
    assert!(greeted.contains("executions.read"), "{greeted}");
}
