//! Two processes on one PostgreSQL that meet in a Redis.

use std::io::{BufRead, BufReader};

use serde_json::json;
use store::scratch::Schema;

use crate::world::Server;

const KEY: &str = "bWVldGluZ3MgYXJlIGhlbGQgaW4gdGhlIHJlZHMgMDE=";

#[test]
fn what_one_process_does_the_other_tells() {
    let set = (std::env::var("TEST_POSTGRES_URL"), std::env::var("TEST_REDIS_URL"));
    let (Ok(postgres), Ok(redis)) = set else {
        eprintln!("not tested: TEST_POSTGRES_URL and TEST_REDIS_URL name no servers");
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let schema = runtime.block_on(Schema::make(&postgres)).unwrap();
    let words = ["--database-url", &schema.url, "--redis-url", &redis, "--master-key", KEY];
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [here, there] = [&folders[0], &folders[1]].map(|it| Server::start(it.path(), &words));

    let flow = json!({"format": 1, "name": "Told", "connections": [], "nodes": [
        {"name": "Call", "type": "trigger.webhook", "parameters": {"path": "told", "respond": "lastNode"}}]});
    let file = folders[0].path().join("flow.json");
    std::fs::write(&file, flow.to_string()).unwrap();
    here.tailorbird(&["import", &file.display().to_string(), "--publish"]).text();
    let key = std::fs::read_to_string(folders[0].path().join("cli.key")).unwrap();

    // It has heard that somebody looks once it hears of a call.
    let mut stream = BufReader::new(here.open("/api/executions/events", key.trim()));
    let (tell, told) = std::sync::mpsc::sync_channel(1_000);
    std::thread::spawn(move || {
        let mut line = String::new();
        while stream.read_line(&mut line).is_ok_and(|n| n > 0) {
            // Nobody asks any more when its test has ended.
            let _ = tell.try_send(std::mem::take(&mut line));
        }
    });
    crate::world::until("it is told of the end", || {
        assert_eq!(there.get("/webhook/told").0, 200);
        told.try_iter().find(|it| it.contains(r#""status":"success""#))
    });
    drop((here, there));
    runtime.block_on(schema.remove()).unwrap();
}
