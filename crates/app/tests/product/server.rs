//! The server as its operator meets it: files of options, limits, and a stop in good order.

use std::{
    io::Read as _,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::world::{Server, tailorbird, until};

/// Answers when its last node has finished, after a while.
const SLOW: &str = r#"{"format": 1, "name": "Slow", "connections": [{"from": "Call", "to": "Wait"}], "nodes": [
    {"name": "Call", "type": "trigger.webhook", "parameters": {"path": "slow", "respond": "lastNode"}},
    {"name": "Wait", "type": "flow.wait", "parameters": {"amount": 2, "unit": "seconds"}}]}"#;

fn publish(server: &Server, folder: &std::path::Path, document: &str) {
    let file = folder.join("flow.json");
    std::fs::write(&file, document).unwrap();
    server.tailorbird(&["import", &file.display().to_string(), "--publish"]).text();
}

#[test]
fn it_stops_when_requests_have_their_answer() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path(), &[]);
    publish(&server, data.path(), SLOW);
    let key = std::fs::read_to_string(data.path().join("cli.key")).unwrap();
    let mut stream = server.open("/api/executions/events", key.trim());
    let mut call = server.open("/webhook/slow", "");
    until("it runs", || server.executions("Slow").first().cloned());
    server.ask_to_stop();
    let mut answer = String::new();
    call.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    stream.read_to_string(&mut String::new()).unwrap();
    assert_eq!(server.ended(), 0);
    assert!(!data.path().join("server.url").exists());
    let server = Server::start(data.path(), &[]);
    assert_eq!(server.executions("Slow")[0]["status"], "success");
}

/// Where the system tells the limits of processes.
#[cfg(target_os = "linux")]
#[test]
fn it_may_open_as_many_files_as_the_system_allows() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.pid())).unwrap();
    let files = limits.lines().find_map(|it| it.strip_prefix("Max open files")).unwrap();
    let mut words = files.split_whitespace();
    assert_eq!(words.next(), words.next(), "{limits}");
}

#[test]
fn it_does_not_wait_for_ever_for_a_request() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path(), &["--grace-seconds", "0"]);
    publish(&server, data.path(), &SLOW.replace("\"amount\": 2", "\"amount\": 600"));
    let mut call = server.open("/webhook/slow", "");
    until("it runs", || server.executions("Slow").first().cloned());
    let began = Instant::now();
    server.ask_to_stop();
    assert_eq!(server.ended(), 0);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let mut answer = String::new();
    call.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("goes on without an answer"), "{answer}");
    let server = Server::start(data.path(), &[]);
    assert_eq!(server.executions("Slow")[0]["status"], "waiting");
}

#[test]
fn its_commands_wait_for_their_turn() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--rate-api", "1/s"]);
    for _ in 0..2 {
        server.tailorbird(&["workflows", "list"]).text();
    }
    assert!(server.get("/metrics").1.contains("tailorbird_http_requests_total"));
}

#[test]
fn its_options_may_lie_in_the_folder() {
    let data = tempfile::tempdir().unwrap();
    let file = "# how this server works\nlisten = 127.0.0.1:0\ndemo = true\n\
                timezone = \"Europe/Berlin\"\npublic-url = https://flows.example.com/\n\
                http-allow = 10.0.0.0/8,127.0.0.1\nexecutions-max = 7\n";
    std::fs::write(data.path().join("tailorbird.conf"), file).unwrap();
    let mut server = Server::start(data.path(), &[]);
    assert_eq!(server.url, "https://flows.example.com");
    // It is not there for us: this machine's own address is in the folder.
    server.url = std::fs::read_to_string(data.path().join("server.url")).unwrap();
    let published = server.tailorbird(&["publish", "Take an order"]).text();
    assert!(published.contains("https://flows.example.com/webhook/order"), "{published}");
    std::fs::write(data.path().join("tailorbird.conf"), "executions-max = 0").unwrap();
    tailorbird(data.path(), &["serve"]).refuses(2, "executions-max");
}

#[test]
fn the_folder_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |it: &std::path::Path| std::fs::metadata(it).unwrap().permissions().mode();
        assert_eq!(mode(&data) & 0o777, 0o700);
        for name in ["master.key", "cli.key"] {
            assert_eq!(mode(&data.join(name)) & 0o777, 0o600, "{name}");
        }
    }
    let (status, body) = server.post("/api/keys", json!({"name": "no key"}));
    assert_eq!(status, 401, "{body}");
}

#[test]
fn a_far_server_is_not_told_the_key_of_this_folder() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let near = server.tailorbird(&["key", "list", "--server", &server.url]);
    assert_eq!(near.code, 0, "{near:?}");
    // Another name of this machine, of which the client cannot know that.
    let far = server.url.replace("127.0.0.1", "0.0.0.0");
    server.tailorbird(&["key", "list", "--server", &far]).refuses(2, "wants an API key");
}
