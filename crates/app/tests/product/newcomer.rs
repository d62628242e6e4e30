//! The newcomer's path: serve, import, publish, call, look, pull the plug, go on.

use serde_json::{Value, json};

use crate::world::{Server, demo, until};

const ORDER: &str = r#"{"customer": "Ada", "items": [{"price": 40, "qty": 3}]}"#;

#[test]
fn a_newcomer_gets_there() {
    walk(&[]);
}

#[test]
fn a_newcomer_gets_there_on_postgresql() {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let schema = format!("product_{}", uuid::Uuid::now_v7().simple());
    let run = |sql: String| {
        runtime.block_on(async {
            let pool = sqlx::PgPool::connect(&url).await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        });
    };
    run(format!("CREATE SCHEMA {schema}"));
    let join = if url.contains('?') { '&' } else { '?' };
    walk(&["--database-url", &format!("{url}{join}options[search_path]={schema}")]);
    run(format!("DROP SCHEMA {schema} CASCADE"));
}

fn walk(words: &[&str]) {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("data");
    let server = Server::start(&data, words);
    let said = server.said();
    assert!(said.contains("master.key") && said.contains("cli.key"), "{said}");

    let file = demo("order.json").display().to_string();
    let imported = server.tailorbird(&["import", &file, "--publish"]).text();
    assert!(imported.contains("5 of 5 nodes converted"), "{imported}");
    assert!(imported.contains(&format!("{}/webhook/order", server.url)), "{imported}");

    let (status, answer) = server.post("/webhook/order", serde_json::from_str(ORDER).unwrap());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, answer["discount"].as_f64()), (200, Some(6.0)));

    let executions = server.executions("Take an order");
    let [one] = executions.as_slice() else { panic!("{executions:?}") };
    assert_eq!((&one["status"], &one["businessKey"]), (&json!("success"), &json!("order of Ada")));
    let shown = server.tailorbird(&["executions", "show", one["id"].as_str().unwrap()]).text();
    for it in ["Order comes in", "Add up", "Large?", "Offer a discount", "success"] {
        assert!(shown.contains(it), "{it}: {shown}");
    }
    let table = server.tailorbird(&["executions", "list"]).text();
    assert!(table.contains("Take an order") && table.contains("order of Ada"), "{table}");
    plug_is_pulled(server, &data, words);
}

/// Kills the server while an execution waits, and starts it again.
fn plug_is_pulled(server: Server, data: &std::path::Path, words: &[&str]) {
    let text = std::fs::read_to_string(demo("reminder.json")).unwrap();
    let short = data.join("reminder.json");
    std::fs::write(&short, text.replace("\"amount\": 30", "\"amount\": 4")).unwrap();
    server.tailorbird(&["import", &short.display().to_string(), "--publish", "--json"]).json();
    let (status, _) = server.post("/webhook/remind", json!({"text": "tea"}));
    assert_eq!(status, 200);
    let waits = || server.executions("Remind me later").first()?["id"].as_str().map(str::to_owned);
    let id = until("it is accepted", waits);
    server.kill();

    let server = Server::start(data, words);
    assert!(!server.said().contains("new key"));
    assert_eq!(server.executions("Take an order").len(), 1);
    let shown = server.tailorbird(&["executions", "show", &id, "--follow"]).text();
    assert!(shown.contains("Remind") && shown.contains("success"), "{shown}");
    let recorded = server.tailorbird(&["executions", "show", &id, "--json"]).json();
    let items = &recorded["steps"]["items"];
    assert_eq!(items.as_array().unwrap().len(), 3, "{recorded}");
    assert_eq!(items[2]["outputs"][0]["items"][0]["json"]["reminder"], "tea", "{recorded}");
}

#[test]
fn the_demo_works_from_the_first_moment() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--demo"]);
    let workflows = server.tailorbird(&["workflows", "list", "--json"]).json();
    let all = workflows["items"].as_array().unwrap();
    assert!(all.len() >= 4 && all.iter().all(|it| it["active"] == true), "{workflows}");
    let (status, _) = server.post("/webhook/order", serde_json::from_str(ORDER).unwrap());
    assert_eq!(status, 200);
    server.kill();
    let server = Server::start(data.path(), &["--demo"]);
    let again = server.tailorbird(&["workflows", "list", "--json"]).json();
    assert_eq!(again["total"], workflows["total"]);
}

#[test]
fn a_workflow_goes_out_and_comes_in_again() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--demo"]);
    let text = server.tailorbird(&["export", "Once an hour"]).text();
    let file = data.path().join("flow.json");
    let path = file.display().to_string();
    server.tailorbird(&["export", "once an hour", &path]).text();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    let added = server.tailorbird(&["import", &path, "--json"]).json();
    let id = added["workflows"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(server.tailorbird(&["export", &id]).text(), text);
    assert!(server.tailorbird(&["publish", &id]).text().contains("published"));
    assert!(server.tailorbird(&["unpublish", &id]).text().contains("listens no more"));
    server.tailorbird(&["workflows", "delete", &id]).text();
    server.tailorbird(&["export", &id]).refuses(2, "there is no workflow");
}

#[test]
fn many_files_come_in_as_fast_as_the_server_takes_them() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--rate-upload", "60/min", "--rate-api", "off"]);
    let (file, none) = (demo("order.json").display().to_string(), "no-such-file.json");
    let mut words = vec!["import", "--json"];
    // Some more than it takes at once, also where it takes its time.
    words.extend(std::iter::repeat_n(file.as_str(), 80));
    let ended = server.tailorbird(&words);
    assert!(ended.err.contains("takes no more for 1 seconds; waiting"), "{}", ended.err);
    assert_eq!(ended.json()["workflows"].as_array().map(Vec::len), Some(80));
    let some = server.tailorbird(&["import", &file, none, &file]);
    assert!(some.out.matches("5 of 5 nodes converted").count() == 2, "{some:?}");
    assert!(some.err.contains(none), "{some:?}");
    some.refuses(1, "1 of 3 files");
    let checked = server.tailorbird(&["import", "--check", "--json", &file, &file]).json();
    assert_eq!(checked["nodes"], 10, "{checked}");
}

#[test]
fn what_is_published_comes_with_advice() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let file = data.path().join("silent.json");
    let silent = r#"{"format": 1, "name": "Silent", "connections": [], "nodes": [
        {"name": "Code", "type": "code.javascript", "parameters": {"code": "return [\n;"}}]}"#;
    std::fs::write(&file, silent).unwrap();
    let file = file.display().to_string();
    for words in [&["import", &file, "--publish"][..], &["publish", "Silent"]] {
        let said = server.tailorbird(words).text();
        assert!(said.contains("nothing starts the workflow by itself"), "{said}");
        assert!(said.contains("the script of node `Code` cannot be read, line 2"), "{said}");
    }
}

#[test]
fn keys_open_until_they_are_revoked() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--api-key", "a-key-that-an-operator-chose"]);
    let list = |key: &str| server.tailorbird(&["key", "list", "--json", "--key", key]);
    assert_eq!(list("a-key-that-an-operator-chose").json()["total"], 2);
    let key = server.tailorbird(&["key", "create", "the shop", "--days", "30"]).text();
    let keys = list(key.trim()).json();
    let new = keys["items"].as_array().unwrap().iter().find(|it| it["name"] == "the shop");
    let id = new.unwrap()["id"].as_str().unwrap();
    server.tailorbird(&["key", "revoke", id]).text();
    list(key.trim()).refuses(2, "does not know the API key");
    let looks = server.tailorbird(&["key", "create", "looks", "--role", "viewer"]).text();
    list(looks.trim()).refuses(2, "keys.read");
    let words =
        ["key", "create", "reads keys", "--permissions", "keys.read", "--from", "127.0.0.1"];
    let key = server.tailorbird(&words).text();
    let of = |key: &str| {
        let keys = list(key.trim()).json();
        let all = keys["items"].as_array().unwrap().clone();
        all.into_iter().find(|it| it["name"] == "reads keys" && it["successor"].is_null()).unwrap()
    };
    let old = of(&key);
    let next = server.tailorbird(&["key", "rotate", old["id"].as_str().unwrap(), "--hours", "0"]);
    let next = next.text();
    assert_eq!(of(&next)["networks"][0], "127.0.0.1/32");
    assert_ne!(of(&next)["id"], old["id"]);
    list(key.trim()).refuses(2, "does not know the API key");
}
