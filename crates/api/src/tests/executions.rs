//! Executions: run by hand, looked at, watched, retried, replayed, cancelled, counted.

use futures::StreamExt;

use super::*;

fn doubling() -> Value {
    let row = json!({"name": "double", "type": "number", "value": "={{ $json.n * 2 }}"});
    let double = node("Double", "data.set", json!({"fields": [row], "include": "all"}));
    chain(
        "Doubling",
        &[node("Start", "trigger.manual", json!({})), double, set("Last", "text", "end")],
    )
}

#[tokio::test]
async fn a_run_by_hand_gives_what_came_of_it() {
    let world = World::new().await;
    let id = world.workflow(doubling()).await;
    let path = format!("/api/workflows/{id}/execute");
    let items = json!([{"json": {"n": 4}}, {"json": {"n": 5}}]);
    let whole = world.post(&path, json!({"items": items, "waitMs": 20_000})).await;
    assert_eq!(whole["status"], "success", "{whole}");
    assert_eq!(whole["outputs"][0]["items"][0]["json"], json!({"text": "end"}), "{whole}");
    let part =
        world.post(&path, json!({"items": items, "until": "Double", "waitMs": 20_000})).await;
    assert_eq!(part["outputs"][0]["items"][1]["json"], json!({"n": 5, "double": 10}), "{part}");
    // One node with what the other execution recorded before it.
    let from = json!({"until": "Last", "dataFrom": part["executionId"], "waitMs": 20_000});
    let rest = world.post(&path, from).await;
    assert_eq!(rest["status"], "success", "{rest}");
    // From a node on, with what is recorded before it.
    let from = json!({"from": "Double", "dataFrom": whole["executionId"], "waitMs": 20_000});
    let again = world.post(&path, from).await;
    let again = format!("/api/executions/{}", again["executionId"].as_str().unwrap());
    let steps = world.until(&again, |it| it["steps"]["total"] == 3).await;
    assert_eq!(steps["steps"]["items"][1]["outputs"][0]["items"][0]["json"]["double"], 8);
    let alone = world.ask("POST", &path, &json!({"from": "Double"})).await;
    assert_eq!(alone.status, StatusCode::BAD_REQUEST);
    let at_once = world.ask("POST", &path, &json!({"items": items})).await;
    assert_eq!(at_once.status, StatusCode::ACCEPTED);
    let execution = at_once.json["executionId"].as_str().unwrap();
    let path = format!("/api/executions/{execution}");
    let seen = world.until(&path, |it| it["status"] == "success").await;
    assert_eq!(seen["workflowName"], "Doubling");
    assert_eq!(seen["mode"], "manual");
    assert_eq!(seen["steps"]["total"], 3);
    assert_eq!(seen["steps"]["items"][1]["node"], "Double");
    assert_eq!(seen["steps"]["items"][1]["outputs"][0]["total"], 2);
    let steps = world.get(&format!("{path}/steps?pageSize=1&page=2&itemsMax=1")).await;
    assert_eq!(steps["items"][0]["outputs"][0]["items"].as_array().map(Vec::len), Some(1));
    let items = world.get(&format!("{path}/steps/Double/0/items?pageSize=1&page=2")).await;
    assert_eq!(items["items"][0]["json"]["double"], 10);
    assert_eq!(items["total"], 2);
    let none = world.ask("GET", &format!("{path}/steps/Double/7/items"), &Value::Null).await;
    assert_eq!(none.json["error"]["code"], "node_not_found");
    let evaluate = json!({"expression": "{{ $('Double').first().json.double + $json.double }}",
        "executionId": execution, "node": "Last", "itemIndex": 1});
    let value = world.post("/api/expressions/evaluate", evaluate).await;
    assert_eq!(value["result"], 18, "{value}");
    let path = format!("/api/workflows/{id}/execute");
    let unpublished = world.ask("POST", &path, &json!({"published": true})).await;
    assert_eq!(unpublished.json["error"]["code"], "workflow_not_published");
}

#[tokio::test]
async fn what_was_recorded_is_of_the_same_nodes_whatever_they_are_called_by_now() {
    let world = World::new().await;
    let id = world.workflow(doubling()).await;
    let path = format!("/api/workflows/{id}/execute");
    let body = json!({"items": [{"json": {"n": 4}}], "waitMs": 20_000});
    let run = world.post(&path, body).await["executionId"].clone();
    let first = world.get(&format!("/api/executions/{}", run.as_str().unwrap())).await;
    // `Double` becomes `Twice`, and a new node follows the last one.
    let stored = world.get(&format!("/api/workflows/{id}")).await;
    let text = stored["draft"].to_string().replace("\"Double\"", "\"Twice\"");
    let mut draft: Value = serde_json::from_str(&text).unwrap();
    draft["nodes"].as_array_mut().unwrap().push(set("After", "text", "later"));
    draft["connections"].as_array_mut().unwrap().push(json!({"from": "Last", "to": "After"}));
    let put = world.ask("PUT", &format!("/api/workflows/{id}"), &draft).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    let expression = "{{ $json.text + $('Twice').first().json.double }}";
    let trial = json!({"expression": expression, "executionId": run, "node": "After"});
    let then = world.ask("POST", "/api/expressions/evaluate", &trial).await;
    assert_eq!(then.json["error"]["code"], "node_not_found", "{}", then.text);
    let mut now = trial;
    now["inDraft"] = json!(true);
    let now = world.post("/api/expressions/evaluate", now).await;
    assert_eq!(now["result"], "end8", "{now}");
    // It is not run once more.
    let from = json!({"until": "After", "dataFrom": run, "waitMs": 20_000});
    let again = world.post(&path, from).await;
    let again = format!("/api/executions/{}", again["executionId"].as_str().unwrap());
    let second = world.until(&again, |it| it["status"] == "success").await;
    let step = |of: &Value, n: usize| of["steps"]["items"][n].clone();
    let names: Vec<_> = (0..4).map(|n| step(&second, n)["node"].clone()).collect();
    assert_eq!(names, ["Start", "Twice", "Last", "After"]);
    assert_eq!(step(&second, 1)["startedAt"], step(&first, 1)["startedAt"], "{second}");
}

#[tokio::test]
async fn a_replay_may_begin_with_other_items() {
    let world = World::new().await;
    let id = world.workflow(doubling()).await;
    let body = json!({"items": [{"json": {"n": 4}}], "waitMs": 20_000});
    let run = world.post(&format!("/api/workflows/{id}/execute"), body).await;
    let path = format!("/api/executions/{}", run["executionId"].as_str().unwrap());
    world.until(&path, |it| it["status"] == "success").await;
    for from in [json!("Double"), json!("Start"), Value::Null] {
        let wish = json!({"from": from, "items": [{"json": {"n": 21}}]});
        let replay = world.post(&format!("{path}/replay"), wish).await;
        let replay = format!("/api/executions/{}", replay["executionId"].as_str().unwrap());
        let seen = world.until(&replay, |it| it["status"] == "success").await;
        let gave = |n: usize| &seen["steps"]["items"][n]["outputs"][0]["items"][0]["json"];
        assert_eq!((&gave(0)["n"], &gave(1)["double"]), (&json!(21), &json!(42)), "{from}: {seen}");
        assert_eq!(seen["resumes"], json!([]));
    }
    let body = json!({"items": [{"json": {"n": 4}}], "until": "Double", "waitMs": 20_000});
    let part = world.post(&format!("/api/workflows/{id}/execute"), body).await;
    let path = format!("/api/executions/{}/replay", part["executionId"].as_str().unwrap());
    let unreached = world.ask("POST", &path, &json!({"from": "Last", "items": []})).await;
    assert_eq!(unreached.status, StatusCode::BAD_REQUEST, "{}", unreached.text);
}

fn failing() -> Value {
    let stop = node("Fail", "flow.stop", json!({"message": "no luck"}));
    chain("Failing", &[node("Start", "trigger.manual", json!({})), set("Before", "a", "1"), stop])
}

#[tokio::test]
async fn what_failed_is_found_retried_and_replayed() {
    let world = World::new().await;
    let id = world.workflow(failing()).await;
    let run = world.post(&format!("/api/workflows/{id}/execute"), json!({"waitMs": 20_000})).await;
    assert_eq!(run["status"], "error", "{run}");
    assert_eq!(run["error"]["node"], "Fail", "{run}");
    let execution = run["executionId"].as_str().unwrap();
    let path = format!("/api/executions/{execution}");
    world.until(&path, |it| it["status"] == "error").await;
    let count =
        async |query: &str| world.get(&format!("/api/executions{query}")).await["total"].clone();
    assert_eq!(count("?status=error,cancelled&search=LUCK&mode=manual").await, 1);
    assert_eq!(count("?status=success").await, 0);
    assert_eq!(count(&format!("?workflowId={id}&sort=startedAt")).await, 1);
    assert_eq!(count("?until=2020-01-01").await, 0);
    assert_eq!(
        world.ask("POST", &format!("{path}/retry"), &Value::Null).await.status,
        StatusCode::ACCEPTED
    );
    world.until(&path, |it| it["status"] == "error").await;
    let replay = world.post(&format!("{path}/replay"), json!({"from": "Fail"})).await;
    let replay = replay["executionId"].as_str().unwrap();
    let seen =
        world.until(&format!("/api/executions/{replay}"), |it| it["status"] == "error").await;
    assert_eq!((&seen["replayOf"], &seen["mode"]), (&json!(execution), &json!("replay")));
    assert_eq!(count(&format!("?replayOf={execution}")).await, 1);
    let unknown = world.ask("POST", &format!("{path}/replay"), &json!({"from": "Nobody"})).await;
    assert_eq!(unknown.json["error"]["code"], "node_not_found");
    let cancel = world.ask("POST", &format!("{path}/cancel"), &Value::Null).await;
    assert_eq!(cancel.json["error"]["code"], "execution_state");
    assert_eq!(world.ask("DELETE", &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.ask("GET", &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn executions_are_counted_by_day_and_by_workflow() {
    let world = World::new().await;
    let (good, bad) = (world.workflow(doubling()).await, world.workflow(failing()).await);
    for id in [&good, &good, &bad] {
        let body = json!({"items": [{"json": {"n": 1}}], "waitMs": 20_000});
        world.post(&format!("/api/workflows/{id}/execute"), body).await;
    }
    let counted = |it: &Value| it["items"][0]["total"] == 3;
    let days = world.until("/api/statistics/daily", counted).await;
    assert_eq!((&days["items"][0]["success"], &days["items"][0]["error"]), (&json!(2), &json!(1)));
    assert!(days["items"][0]["p95Ms"].as_f64().unwrap() > 0.0);
    let one = world.get(&format!("/api/statistics/daily?workflowId={bad}")).await;
    assert_eq!(one["items"][0]["errorRate"], 1.0);
    let all = world.get("/api/statistics/workflows").await;
    assert_eq!(all["items"][0]["name"], "Doubling", "{all}");
    assert_eq!(all["total"], 2);
    let worst = world.get("/api/statistics/workflows?sort=-errorRate").await;
    assert_eq!(worst["items"][0]["name"], "Failing", "{worst}");
    assert_eq!(
        world.get("/api/statistics/daily?from=2020-01-01&until=2020-02-01").await["total"],
        0
    );
    let backwards = "/api/statistics/daily?from=2020-02-01&until=2020-01-01";
    let odd = world.ask("GET", backwards, &Value::Null).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let now = world.until("/api/statistics/now", |it| it["running"] == 0).await;
    assert_eq!(now, json!({"queued": 0, "running": 0, "waiting": 0}));
}

/// The names of the events of a stream, until it ends.
async fn events(world: &World, path: &str) -> impl Future<Output = Vec<(String, Value)>> + use<> {
    let request = Request::get(path).header("x-api-key", &world.key).body(Body::empty()).unwrap();
    let response = world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body().into_data_stream();
    async move {
        let mut text = String::new();
        while let Some(piece) = body.next().await {
            text += &String::from_utf8_lossy(&piece.unwrap());
            if text.contains("event: ended") {
                break;
            }
        }
        let event = |it: &str| {
            let (name, data) = it.strip_prefix("event: ")?.split_once("\ndata: ")?;
            Some((name.to_owned(), serde_json::from_str(data).unwrap()))
        };
        text.split("\n\n").filter_map(event).collect()
    }
}

#[tokio::test]
async fn events_are_told_as_they_happen_and_only_at_home() {
    let world = World::new().await;
    let id = world.workflow(doubling()).await;
    let heard = events(&world, &format!("/api/executions/events?workflowId={id}")).await;
    let request = Request::get("/api/executions/events").header("x-api-key", &world.foreign_key);
    let foreign = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let body = json!({"items": [{"json": {"n": 1}}], "waitMs": 20_000});
    let run = world.post(&format!("/api/workflows/{id}/execute"), body).await;
    let told = tokio::time::timeout(STUCK, heard).await.unwrap();
    let names: Vec<&str> = told.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(names.first(), Some(&"started"), "{names:?}");
    assert_eq!(names.iter().filter(|it| **it == "stepFinished").count(), 3, "{names:?}");
    let schema = r##"{"$ref": "#/components/schemas/ExecutionEvent"}"##;
    for (name, event) in &told {
        assert_eq!(event["kind"], name.as_str());
        assert_eq!(event["executionId"], run["executionId"]);
        assert!(faults(schema, event).is_empty(), "{event}: {:?}", faults(schema, event));
    }
    let mut foreign = foreign.into_body().into_data_stream();
    let silence = tokio::time::timeout(Duration::from_millis(50), foreign.next()).await;
    assert!(silence.is_err(), "another workspace hears nothing");
    // Who comes too late hears the end.
    let path = format!("/api/executions/{}/events", run["executionId"].as_str().unwrap());
    world.until(path.trim_end_matches("/events"), |it| it["status"] == "success").await;
    let late = tokio::time::timeout(STUCK, events(&world, &path).await).await.unwrap();
    assert_eq!(late.len(), 1);
    assert_eq!(late[0].1["status"], "success");
}

#[tokio::test]
async fn what_waits_is_cancelled() {
    let world = World::new().await;
    let wait = node("Wait", "flow.wait", json!({"until": "webhook"}));
    let start = node("Start", "trigger.manual", json!({}));
    let id = world.workflow(chain("Waiting", &[start, wait])).await;
    let run = world.post(&format!("/api/workflows/{id}/execute"), json!({})).await;
    let path = format!("/api/executions/{}", run["executionId"].as_str().unwrap());
    let seen = world.until(&path, |it| it["status"] == "waiting").await;
    assert_eq!(seen["waitingFor"], "webhook");
    assert_eq!(seen["waits"][0]["node"], "Wait", "{seen}");
    let early = world.ask("DELETE", &path, &Value::Null).await;
    assert_eq!(early.json["error"]["code"], "execution_state");
    let answer = format!("{path}/waits/{}/answer", seen["waits"][0]["id"].as_str().unwrap());
    assert_eq!(world.ask("POST", &answer, &json!({})).await.status, StatusCode::BAD_REQUEST);
    world.post(&format!("{path}/cancel"), Value::Null).await;
    world.until(&path, |it| it["status"] == "cancelled").await;
}

/// The node computes for ever, and passes errors on rather than failing.
fn endless(more: Value) -> Value {
    let mut code = node("Endless", "code.javascript", json!({"code": "while (true) {}"}));
    code["onError"] = json!("continue");
    for (key, value) in more.as_object().unwrap() {
        code[key] = value.clone();
    }
    chain("Endless", &[node("Start", "trigger.manual", json!({})), code])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_computes_is_cancelled() {
    let world = World::new().await;
    for mode in ["allItems", "eachItem"] {
        let parameters = json!({"mode": mode, "code": "while (true) {}"});
        let id = world.workflow(endless(json!({"parameters": parameters}))).await;
        let run = world.post(&format!("/api/workflows/{id}/execute"), json!({})).await;
        let path = format!("/api/executions/{}", run["executionId"].as_str().unwrap());
        world.until(&path, |it| it["status"] == "running").await;
        world.post(&format!("{path}/cancel"), Value::Null).await;
        world.until(&path, |it| it["status"] == "cancelled").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_computes_ends_with_the_time_of_its_step_or_execution() {
    let world = World::new().await;
    let id = world.workflow(endless(json!({"timeoutMs": 300, "onError": "stop"}))).await;
    let run = world.post(&format!("/api/workflows/{id}/execute"), json!({"waitMs": 20_000})).await;
    assert_eq!(run["status"], "error", "{run}");
    assert!(run["error"]["message"].as_str().unwrap().contains("took longer than its 300 ms"));
    let mut whole = endless(json!({}));
    whole["settings"] = json!({"timeoutMs": 300});
    let id = world.workflow(whole).await;
    let run = world.post(&format!("/api/workflows/{id}/execute"), json!({"waitMs": 20_000})).await;
    assert_eq!(run["status"], "error", "{run}");
    assert!(run["error"]["message"].as_str().unwrap().contains("300 ms"), "{run}");
}

#[tokio::test]
async fn expressions_of_an_import_name_parameters_as_their_file_does() {
    let world = World::new().await;
    let field = |name: &str, value: &str| json!({"id": name, "name": name, "type": "string", "value": value});
    let n8n = |name: &str, kind: &str, version: f64, parameters: Value| {
        json!({"id": name, "name": name, "type": format!("n8n-nodes-base.{kind}"), "typeVersion": version,
            "position": [0, 0], "parameters": parameters})
    };
    let set = |name: &str, fields: Value| {
        n8n(name, "set", 3.4, json!({"assignments": {"assignments": fields}, "options": {}}))
    };
    let code = "return {json: {raw: $('Set').params.assignments.assignments[0].value, \
        before: $input.params.assignments.assignments[0].name, own: $parameter.jsCode.length > 9, \
        left: [$('Set').params.mode, $parameter.mode, $input.params.duplicateItem]}}";
    let read =
        "={{ $parameter.assignments.assignments[0].name + $node['Code'].parameter.jsCode.length }}";
    let to = |name: &str| json!({"main": [[{"node": name, "type": "main", "index": 0}]]});
    let document = json!({"name": "Names",
        "nodes": [n8n("Start", "manualTrigger", 1.0, json!({})), set("Set", json!([field("f", "={{ 1 + 1 }}")])),
            n8n("Code", "code", 2.0, json!({"jsCode": code})), set("Last", json!([field("seen", read)]))],
        "connections": {"Start": to("Set"), "Set": to("Code"), "Code": to("Last")}});
    let made = world.post("/api/workflows/import", document).await;
    let id = made["workflows"][0]["id"].as_str().unwrap();
    let execute = format!("/api/workflows/{id}/execute");
    let run = world.post(&execute, json!({"waitMs": 20_000})).await;
    let wanted = format!("seen{}", code.len());
    assert_eq!(run["outputs"][0]["items"][0]["json"]["seen"], wanted, "{run}");
    let execution = run["executionId"].as_str().unwrap();
    let steps = world.get(&format!("/api/executions/{execution}/steps")).await;
    let of_code = &steps["items"][2]["outputs"][0]["items"][0]["json"];
    let left = json!(["manual", "runOnceForAllItems", false]);
    assert_eq!(of_code, &json!({"raw": "={{ 1 + 1 }}", "before": "f", "own": true, "left": left}));
    // A node that is changed here has our names.
    let path = format!("/api/workflows/{id}");
    let mut draft = world.get(&path).await["draft"].clone();
    draft["nodes"][1]["parameters"]["fields"][0]["value"] = json!("3");
    let code = "return {json: {ours: $('Set').params.fields[0].value}}";
    draft["nodes"][2]["parameters"]["code"] = json!(code);
    let put = world.ask("PUT", &path, &draft).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    let run = world.post(&execute, json!({"until": "Code", "waitMs": 20_000})).await;
    assert_eq!(run["outputs"][0]["items"][0]["json"]["ours"], "3", "{run}");
}
