//! Each thing that can go wrong has its exit code, one line that names it, and a way out.

use std::net::TcpListener;

use crate::world::{Server, demo, tailorbird, unheard};

#[test]
fn commands_say_what_is_wrong() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let run = |words: &[&str]| tailorbird(data, words);
    let nobody = "http://127.0.0.1:9";
    run(&["executions", "list", "--server", nobody]).refuses(3, "start it with `tailorbird serve`");
    run(&["executions", "list", "--server", "nonsense"]).refuses(2, "write it as");
    run(&["import", "no-such-file.json"]).refuses(3, "no-such-file.json");
    run(&["run", "no-such-file.json"]).refuses(3, "no-such-file.json");
    run(&["dance"]).refuses(2, "dance");
    run(&["serve", "--listen", "nonsense"]).refuses(2, "address and port");
    run(&["serve", "--timezone", "Mars/Olympus"]).refuses(2, "there is no time zone");
    run(&["serve", "--public-url", "flows"]).refuses(2, "--public-url");
    run(&["serve", "--master-key", "short"]).refuses(2, "base64");
    run(&["serve", "--master-key-command", "exit 7"]).refuses(3, "exit status: 7");
    run(&["serve", "--rate-api", "many"]).refuses(2, "write it as `100/min`");
    run(&["serve", "--redis-url", "host:6379"]).refuses(2, "redis://");
    run(&["serve", "--http-allow", "everything"]).refuses(2, "10.0.0.0/8");
    let nowhere = ["serve", "--database-url", "postgres://nobody@127.0.0.1:9/none"];
    run(&nowhere).refuses(3, "database");

    let odd = data.join("odd.json");
    std::fs::write(&odd, "[]").unwrap();
    let odd = odd.display().to_string();
    run(&["import", &odd, "--check"]).refuses(2, "holds no workflow");
    run(&["run", &odd]).refuses(2, "holds no workflow");
    std::fs::write(data.join("tailorbird.conf"), "listne = 1").unwrap();
    run(&["migrate"]).refuses(2, "no option is called `listne`");
}

#[test]
fn a_workflow_that_fails_is_no() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("stop.json");
    let stop = r#"{"format": 1, "name": "Stop", "connections": [{"from": "Go", "to": "Stop"}], "nodes": [
        {"name": "Go", "type": "trigger.manual"},
        {"name": "Stop", "type": "flow.stop", "parameters": {"message": "enough"}}]}"#;
    std::fs::write(&file, stop).unwrap();
    let ended = tailorbird(data.path(), &["run", &file.display().to_string()]);
    assert!(ended.out.contains("✓ Go") && ended.out.contains("✗ Stop"), "{ended:?}");
    ended.refuses(1, "enough");

    let whole = r#""kind": "object", "object": {"message": "no stock", "sku": "a-7"}"#;
    std::fs::write(&file, stop.replace(r#""message": "enough""#, whole)).unwrap();
    let ended = tailorbird(data.path(), &["run", &file.display().to_string()]);
    let (message, told) = ended.out.split_once("    no stock\n    ").expect("two lines");
    assert!(message.contains("✗ Stop") && told.contains(r#""sku":"a-7""#), "{ended:?}");
}

#[test]
fn one_server_at_a_time_has_a_port_and_a_folder() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    tailorbird(data.path(), &["serve", "--listen", &address]).refuses(3, "choose another port");

    let server = Server::start(data.path(), &[]);
    let second = server.tailorbird(&["serve", "--listen", "127.0.0.1:0"]);
    second.refuses(3, "another tailorbird uses the data folder");
    server.tailorbird(&["migrate"]).refuses(3, "another tailorbird uses the data folder");
}

#[test]
fn a_server_says_what_is_wrong() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--demo"]);
    let run = |words: &[&str]| server.tailorbird(words);
    run(&["publish", "Nothing"]).refuses(2, "`tailorbird workflows list` shows all");
    run(&["executions", "show", "exe_00000000000000000000000000"]).refuses(2, "no execution");
    run(&["executions", "show", "nonsense"]).refuses(2, "nonsense");
    run(&["executions", "list", "--status", "odd"]).refuses(2, "odd");
    run(&["key", "list", "--key", "wrong"]).refuses(2, "does not know the API key");
    let order = demo("order.json").display().to_string();
    run(&["import", &order, "--publish"]).refuses(1, "taken");
    let odd = data.path().join("odd.json");
    std::fs::write(&odd, "{}").unwrap();
    run(&["import", &odd.display().to_string()]).refuses(2, "holds no workflow");
}

#[test]
fn a_database_wants_its_own_key() {
    let data = tempfile::tempdir().unwrap();
    Server::start(data.path(), &[]).kill();
    let key = data.path().join("master.key");
    let own = std::fs::read_to_string(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    tailorbird(data.path(), &serve).refuses(2, "was missing: put it back");
    assert!(!key.exists(), "a key that opens nothing is not left behind");
    std::fs::write(&key, "OTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=").unwrap();
    tailorbird(data.path(), &serve).refuses(2, "sealed with another master key");
    std::fs::remove_file(&key).unwrap();
    let command = format!("echo {own}");
    Server::start(data.path(), &["--master-key-command", &command]).kill();
    assert!(!key.exists());
}

#[test]
fn a_reader_that_went_away_is_no_fault() {
    let data = tempfile::tempdir().unwrap();
    let _server = Server::start(data.path(), &[]);
    let commands: [&[&str]; 9] = [
        &["completion", "bash"],
        &["node", "list"],
        &["node", "show", "data.set"],
        &["openapi"],
        &["--help"],
        &["executions", "list"],
        &["workflows", "list"],
        &["audit", "list"],
        &["audit", "export"],
    ];
    for words in commands {
        let ended = unheard(data.path(), words);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{words:?}");
    }
}
