//! Workflows: made, changed, published, compared, copied, imported.

use super::*;

fn greeting(name: &str, text: &str) -> Value {
    chain(name, &[node("Start", "trigger.manual", json!({})), set("Greet", "text", text)])
}

#[tokio::test]
async fn a_draft_is_changed_by_whom_knows_its_revision() {
    let world = World::new().await;
    let made = world.ask("POST", "/api/workflows", &greeting("Hello", "a")).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(made.headers["etag"], "\"1\"");
    let path = format!("/api/workflows/{}", made.json["id"].as_str().unwrap());
    let put = async |revision: &str| {
        let request = Request::put(&path)
            .header("x-api-key", &world.key)
            .header("if-match", revision)
            .body(Body::from(greeting("Hello", "b").to_string()));
        world.send(request.unwrap()).await
    };
    assert_eq!(put("\"1\"").await.headers["etag"], "\"2\"");
    let stale = put("\"1\"").await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(stale.json["error"]["details"]["revision"], 2);
    assert_eq!(put("nonsense").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(put("*").await.headers["etag"], "\"3\"");
    let found = world.get(&path).await;
    for not_whole in [&found, &json!({}), &json!({"name": "Renamed"})] {
        let refused = world.ask("PUT", &path, not_whole).await;
        assert!(refused.status.is_client_error(), "{}", refused.text);
        assert!(refused.text.contains("`nodes` is missing"), "{}", refused.text);
    }
    let found = world.get(&path).await;
    assert_eq!(found["draft"]["nodes"][1]["parameters"]["fields"][0]["value"], "b");
    assert_eq!(world.ask("DELETE", &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.ask("GET", &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_has_a_draft_open_is_seen_by_the_others() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let token = super::people::token(&ada);
    let id = world.workflow(greeting("Shared", "a")).await;
    let path = format!("/api/workflows/{id}/editors");
    let open = async |key: &str, tab: &str, node: Value| {
        let body = json!({"tab": tab, "node": node, "saved": 1});
        let answer = world.ask_as(key, "POST", &path, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json
    };
    let first = open(token, "one", json!("Greet")).await;
    assert_eq!(first, json!({"revision": 1, "publishedVersion": null, "editors": []}));
    let second = open(token, "two", Value::Null).await;
    let seen = json!({"userId": ada["user"]["id"], "name": "Ada", "tab": "one", "node": "Greet", "saved": 1});
    assert_eq!(second["editors"], json!([seen]));
    // A key sees them and is not seen.
    let both = open(&world.key, "three", Value::Null).await;
    assert_eq!(both["editors"].as_array().unwrap().len(), 2);
    assert_eq!(open(token, "one", json!("Start")).await["editors"][0]["tab"], "two");
    assert_eq!(open(token, "two", Value::Null).await["editors"][0]["node"], "Start");
    let live = world.post(&format!("/api/workflows/{id}/publish"), Value::Null).await;
    let heard = open(token, "two", Value::Null).await;
    assert_eq!(heard["publishedVersion"], live["versionId"]);
    let closed = world.ask_as(token, "DELETE", &format!("{path}/one"), &Value::Null).await;
    assert_eq!(closed.status, StatusCode::NO_CONTENT);
    assert_eq!(open(token, "two", Value::Null).await["editors"], json!([]));
    // A stranger neither sees nor joins them, and an odd name of a tab is refused.
    let stranger = world.ask_as(&world.foreign_key, "POST", &path, &json!({"tab": "x"})).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND, "{}", stranger.text);
    let odd = world.ask_as(token, "POST", &path, &json!({"tab": ""})).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.text);
}

#[tokio::test]
async fn workflows_are_listed_as_wished() {
    let world = World::new().await;
    for (name, tags) in
        [("Banana", json!(["fruit"])), ("apple", json!(["fruit"])), ("Leek", json!([]))]
    {
        let mut document = greeting(name, "x");
        document["tags"] = tags;
        document["folder"] = json!("Food");
        world.workflow(document).await;
    }
    let names = async |query: &str| -> String {
        let list = world.get(&format!("/api/workflows{query}")).await;
        let items = list["items"].as_array().unwrap();
        items.iter().map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("").await, "Leek apple Banana");
    assert_eq!(names("?sort=updatedAt").await, "Banana apple Leek");
    assert_eq!(names("?sort=name").await, "apple Banana Leek");
    assert_eq!(names("?sort=-name").await, "Leek Banana apple");
    assert_eq!(names("?sort=createdAt&pageSize=1&page=2").await, "apple");
    assert_eq!(names("?search=AN").await, "Banana");
    assert_eq!(names("?tag=fruit").await, "apple Banana");
    assert_eq!(names("?folder=Food&active=true").await, "");
    assert_eq!(names("?from=2100-01-01").await, "");
    assert_eq!(names("?until=2100-01-01").await, "Leek apple Banana");
}

#[tokio::test]
async fn versions_are_published_compared_and_restored() {
    let world = World::new().await;
    let hook = webhook("versions", json!({}));
    let id = world.workflow(chain("V", &[hook.clone(), set("Greet", "text", "one")])).await;
    let path = format!("/api/workflows/{id}");
    let publish = format!("{path}/publish");
    let first = world.post(&publish, json!({"note": "the first"})).await;
    assert_eq!(first["number"], 1);
    let same = world.get(&format!("{path}/diff")).await;
    assert_eq!(same, json!({"same": true, "changes": []}));
    let changed = chain("V", &[hook, set("Greet", "text", "two")]);
    assert_eq!(world.ask("PUT", &path, &changed).await.status, StatusCode::OK);
    let diff = world.get(&format!("{path}/diff")).await;
    assert_eq!(diff["changes"][0]["kind"], "changed", "{diff}");
    assert_eq!(diff["changes"][0]["path"], "nodes.Greet.parameters.fields");
    assert_eq!(diff["changes"][0]["node"], "Greet");
    let second = world.post(&publish, Value::Null).await;
    assert_eq!(second["number"], 2);
    let versions = world.get(&format!("{path}/versions")).await;
    assert_eq!(versions["total"], 2);
    assert_eq!(versions["items"][1]["note"], "the first");
    let first = first["versionId"].as_str().unwrap();
    let shown = world.get(&format!("{path}/versions/{first}")).await;
    assert_eq!(shown["document"]["nodes"][1]["parameters"]["fields"][0]["value"], "one");
    world.post(&format!("{path}/versions/{first}/restore"), Value::Null).await;
    let back = world.get(&format!("{path}/diff?from={first}&to=draft")).await;
    assert_eq!(back["same"], true, "{back}");
    let odd = world.ask("GET", &format!("{path}/diff?to=odd"), &Value::Null).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let hooks = world.get("/api/webhooks").await;
    assert_eq!(hooks["items"][0]["path"], "versions");
    let end = world.ask("POST", &format!("{path}/unpublish"), &Value::Null).await;
    assert_eq!(end.status, StatusCode::NO_CONTENT);
    assert_eq!(world.get("/api/webhooks?active=true").await["total"], 0);
    assert_eq!(world.get("/api/webhooks").await["items"][0]["active"], false);
    let none = world.ask("GET", &format!("{path}/diff"), &Value::Null).await;
    assert_eq!(none.json["error"]["code"], "workflow_not_published");
}

#[tokio::test]
async fn what_is_published_comes_with_advice() {
    let world = World::new().await;
    let broken = node("Code", "code.javascript", json!({"code": "const a = 1;\nreturn a +;"}));
    let id = world.workflow(chain("Silent", &[broken])).await;
    let path = format!("/api/workflows/{id}");
    let first = world.post(&format!("{path}/publish"), json!({})).await;
    let kinds = |it: &Value| -> Vec<Value> {
        let all = it["advice"].as_array().unwrap().iter();
        all.map(|it| json!([it["kind"], it["node"], it["subject"]])).collect()
    };
    let expected = [json!(["scriptUnreadable", "Code", "2"]), json!(["noTrigger", null, ""])];
    assert_eq!(kinds(&first), expected);
    let good = world.ask("PUT", &path, &greeting("Sound", "a")).await;
    assert_eq!(good.status, StatusCode::OK, "{}", good.text);
    assert_eq!(world.post(&format!("{path}/publish"), json!({})).await["advice"], json!([]));
    let again = format!("{path}/versions/{}/publish", first["versionId"].as_str().unwrap());
    assert_eq!(kinds(&world.post(&again, json!({})).await), expected);
}

#[tokio::test]
async fn a_former_version_is_published_again() {
    let world = World::new().await;
    let greet = |path: &str| chain("V", &[webhook(path, json!({})), set("Greet", "text", path)]);
    let id = world.workflow(greet("former")).await;
    let path = format!("/api/workflows/{id}");
    let first = world.post(&format!("{path}/publish"), json!({"note": "the first"})).await;
    assert_eq!(world.ask("PUT", &path, &greet("latter")).await.status, StatusCode::OK);
    let second = world.post(&format!("{path}/publish"), Value::Null).await;
    let live = async || -> String {
        let hooks = world.get("/api/webhooks?active=true").await;
        let at = hooks["items"].as_array().unwrap().iter().map(|it| it["path"].to_string());
        format!("{} {}", world.get(&path).await["publishedVersion"], at.collect::<String>())
    };
    assert_eq!(live().await, format!("{} \"latter\"", second["versionId"]));
    let again = |version: &Value| format!("{path}/versions/{}/publish", version.as_str().unwrap());
    let back = world.post(&again(&first["versionId"]), Value::Null).await;
    let before = &second["versionId"];
    let version = &first["versionId"];
    assert_eq!(back, json!({"versionId": version, "number": 1, "before": before, "advice": []}));
    assert_eq!(live().await, format!("{} \"former\"", first["versionId"]));
    let draft = world.get(&path).await;
    assert_eq!(draft["draft"]["nodes"][1]["parameters"]["fields"][0]["value"], "latter");
    assert_eq!(world.get(&format!("{path}/versions")).await["total"], 2);
    // The address that the latter version had is free, and once it is taken there is no way forth.
    let other = world.workflow(greet("latter")).await;
    world.post(&format!("/api/workflows/{other}/publish"), Value::Null).await;
    let taken = world.ask("POST", &again(&second["versionId"]), &Value::Null).await;
    assert_eq!(taken.json["error"]["code"], "webhook_taken", "{}", taken.text);
    assert_eq!(live().await.split(' ').next().unwrap(), first["versionId"].to_string());
    // A version is its own workflow's.
    let path =
        format!("/api/workflows/{other}/versions/{}/publish", first["versionId"].as_str().unwrap());
    let none = world.ask("POST", &path, &Value::Null).await;
    assert_eq!(none.json["error"]["code"], "version_not_found", "{}", none.text);
}

#[tokio::test]
async fn nobody_takes_back_what_another_published_meanwhile() {
    let world = World::new().await;
    let id = world.workflow(chain("V", &[webhook("meanwhile", json!({}))])).await;
    let path = format!("/api/workflows/{id}");
    let publish = async || world.post(&format!("{path}/publish"), Value::Null).await;
    let first = publish().await;
    let second = publish().await;
    assert_eq!((&first["before"], &second["before"]), (&Value::Null, &first["versionId"]));
    let [first, second] = [&first, &second].map(|it| it["versionId"].as_str().unwrap());
    let again = format!("{path}/versions/{first}/publish");
    let unpublish = format!("{path}/unpublish");
    let ask = async |path: &str, over: &str| {
        let answer = world.ask("POST", &format!("{path}?over={over}"), &Value::Null).await;
        (
            answer.status.as_u16(),
            answer.json["error"]["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    for path in [&again, &unpublish] {
        for over in ["none", first] {
            assert_eq!(ask(path, over).await, (412, "revision_conflict".to_owned()));
        }
        assert_eq!(ask(path, "odd").await, (400, "invalid_request".to_owned()));
        assert_eq!(world.get(&format!("/api/workflows/{id}")).await["publishedVersion"], second);
    }
    assert_eq!(ask(&again, second).await.0, 200);
    assert_eq!(ask(&unpublish, first).await.0, 204);
    assert_eq!(ask(&again, "none").await.0, 200);
}

#[tokio::test]
async fn faults_are_told_all_at_once() {
    let world = World::new().await;
    let mut bad = greeting("Bad", "={{ ( }}");
    bad["nodes"][0]["type"] = json!("no.such");
    bad["connections"][0]["to"] = json!("Nobody");
    let checked = world.post("/api/workflows/validate", bad.clone()).await;
    assert_eq!(checked["valid"], false);
    assert_eq!(checked["faults"].as_array().map(Vec::len), Some(3), "{checked}");
    let unread = world.post("/api/workflows/validate", json!({"nodes": 7})).await;
    assert_eq!(unread["valid"], false);
    assert_eq!(world.post("/api/workflows/validate", greeting("Fine", "x")).await["valid"], true);
    let id = world.workflow(bad).await;
    let answer = world.ask("POST", &format!("/api/workflows/{id}/publish"), &json!({})).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json["error"]["details"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn what_is_missing_is_told_before_it_goes_live() {
    let world = World::new().await;
    let mut document = greeting("Lonely", "x");
    document["connections"] = json!([]);
    let http = json!({
        "name": "Ask", "type": "http.request",
        "parameters": {"url": "http://a", "authentication": "credential", "credentialType": "httpBearerAuth"},
        "credentials": {"httpBearerAuth": {"name": "Ours"}},
    });
    document["nodes"].as_array_mut().unwrap().push(http);
    let kinds = |checked: &serde_json::Value| -> Vec<(String, String)> {
        let text = |it: &serde_json::Value| it.as_str().unwrap_or_default().to_owned();
        let all = checked["advice"].as_array().unwrap().iter();
        all.filter(|it| it["node"] == "Ask")
            .map(|it| (text(&it["kind"]), text(&it["subject"])))
            .collect()
    };
    let unreachable = ("unreachable".to_owned(), String::new());
    let missing = ("credentialMissing".to_owned(), "Ours".to_owned());
    let checked = world.post("/api/workflows/validate", document.clone()).await;
    assert_eq!(kinds(&checked), [missing, unreachable.clone()], "{checked}");
    let made = json!({"type": "httpBearerAuth", "name": "Ours", "fields": {"token": "t"}});
    world.post("/api/credentials", made).await;
    let checked = world.post("/api/workflows/validate", document).await;
    assert_eq!(kinds(&checked), [unreachable], "{checked}");
}

#[tokio::test]
async fn a_copy_and_an_export_are_the_same_workflow() {
    let world = World::new().await;
    let id = world.workflow(greeting("Ünïcode / name", "x")).await;
    let copy = world.ask("POST", &format!("/api/workflows/{id}/duplicate"), &Value::Null).await;
    assert_eq!(copy.status, StatusCode::CREATED);
    assert_eq!(copy.json["name"], "Ünïcode / name (copy)");
    let export = world.ask("GET", &format!("/api/workflows/{id}/export"), &Value::Null).await;
    assert_eq!(
        export.headers["content-disposition"],
        "attachment; filename=\"-n-code---name.json\""
    );
    let again = world.post("/api/workflows/import", export.json.clone()).await;
    let again = again["workflows"][0]["id"].as_str().unwrap();
    assert_eq!(world.get(&format!("/api/workflows/{again}")).await["draft"], export.json);
}

#[tokio::test]
async fn files_of_n8n_are_imported_with_a_report() {
    let world = World::new().await;
    let export = json!({
        "name": "From n8n",
        "nodes": [
            {"id": "a", "name": "When clicking", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
            {"id": "b", "name": "Nothing", "type": "n8n-nodes-base.noOp", "typeVersion": 1, "position": [200, 0], "parameters": {}},
            {"id": "c", "name": "Strange", "type": "vendor.strange", "typeVersion": 1, "position": [400, 0], "parameters": {"x": 1}}
        ],
        "connections": {"When clicking": {"main": [[{"node": "Nothing", "type": "main", "index": 0}]]}}
    });
    let made = world.post("/api/workflows/import", export.clone()).await;
    let report = &made["workflows"][0]["report"];
    assert_eq!((&report["nodes"], &report["converted"]), (&json!(3), &json!(2)), "{report}");
    assert_eq!(report["unsupported"][0]["type"], "vendor.strange");
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"flow.json\"\r\n\r\n{export}\r\n--b--\r\n"
    );
    let request = Request::post("/api/workflows/import")
        .header("x-api-key", &world.key)
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from(form));
    let answer = world.send(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.json["workflows"][0]["name"], "From n8n");
    let odd = world.ask("POST", "/api/workflows/import", &json!({"a": 1})).await;
    assert_eq!(odd.json["error"]["code"], "format_unknown");
}

#[tokio::test]
async fn a_file_is_converted_and_nothing_is_made() {
    let world = World::new().await;
    let copied = json!({
        "nodes": [
            {"id": "a", "name": "When clicking", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
            {"id": "b", "name": "Strange", "type": "vendor.strange", "typeVersion": 1, "position": [200, 0], "parameters": {"x": 1}}
        ],
        "connections": {"When clicking": {"main": [[{"node": "Strange", "type": "main", "index": 0}]]}},
        "pinData": {},
        "meta": {"instanceId": "x"}
    });
    let converted = world.post("/api/workflows/convert", copied).await;
    let one = &converted["workflows"][0];
    assert_eq!(one["document"]["nodes"][0]["type"], "trigger.manual", "{converted}");
    assert_eq!(one["document"]["connections"], json!([{"from": "When clicking", "to": "Strange"}]));
    assert_eq!(one["report"]["unsupported"][0]["node"], "Strange");
    assert_eq!(world.get("/api/workflows").await["items"], json!([]));
    let odd = world.ask("POST", "/api/workflows/convert", &json!({"a": 1})).await;
    assert_eq!(odd.json["error"]["code"], "format_unknown");
}

#[tokio::test]
async fn a_workflow_with_a_node_of_elsewhere_goes_live_and_says_what_will_fail() {
    let world = World::new().await;
    let file = json!({
        "name": "Branches",
        "nodes": [
            {"name": "When", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
            {"name": "Sheet", "type": "vendor.strange", "typeVersion": 1, "position": [200, 0], "parameters": {}},
        ],
        "connections": {"When": {"main": [[{"node": "Sheet", "type": "main", "index": 0}]]}},
    });
    let made = world.ask("POST", "/api/workflows/import", &file).await;
    assert!(made.status.is_success(), "{}", made.text);
    let id = made.json["workflows"][0]["id"].as_str().unwrap_or_default().to_owned();
    let path = format!("/api/workflows/{id}");
    let draft = world.get(&path).await["draft"].clone();
    let checked = world.ask("POST", "/api/workflows/validate", &draft).await;
    let advice = checked.json["advice"].as_array().unwrap();
    let about = |it: &&Value| it["kind"] == "nodeTypeUnsupported" && it["node"] == "Sheet";
    assert_eq!(advice.iter().filter(about).count(), 1, "{}", checked.text);
    let live = world.ask("POST", &format!("{path}/publish"), &json!({})).await;
    assert!(live.status.is_success(), "{}", live.text);
}
