//! Keys that seal secrets are changed while secrets stay readable.

use serde_json::{Value, json};

use crate::world::Server;

/// Changes the name alone, so that the server has to open what it kept.
fn rename(server: &Server, key: &str, id: &str, name: &str) {
    let path = format!("/api/credentials/{id}");
    let changed = json!({"name": name, "fields": {"user": "ann", "password": "__kept__"}});
    let (status, text) = server.ask("PUT", &path, key, Some(changed));
    assert_eq!(status, 200, "{text}");
}

#[test]
fn data_keys_and_the_master_key_change_and_secrets_stay() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path(), &[]);
    let key = std::fs::read_to_string(data.path().join("cli.key")).unwrap();
    let fields = json!({"user": "ann", "password": "otter"});
    let new = json!({"name": "Shop", "type": "httpBasicAuth", "fields": fields});
    let (status, text) = server.ask("POST", "/api/credentials", &key, Some(new));
    assert_eq!(status, 201, "{text}");
    let made: Value = serde_json::from_str(&text).unwrap();
    let id = made["id"].as_str().unwrap();

    let said = server.tailorbird(&["keys", "rotate"]).text();
    assert!(said.contains("data key 2 seals from now on; 1 secrets"), "{said}");
    let listed = server.tailorbird(&["keys", "list", "--json"]).json();
    let counts: Vec<&Value> =
        listed["items"].as_array().unwrap().iter().map(|it| &it["nSecrets"]).collect();
    assert_eq!(counts, [0, 1]);
    rename(&server, &key, id, "Shop 2");
    // That stands in the log of the server itself, which is as it was written, like that of the workspace.
    let noted = server.tailorbird(&["audit", "list", "--platform", "--json"]).json();
    assert_eq!(noted["items"][0]["action"], "data_key.rotate", "{noted}");
    for words in [&["audit", "verify"][..], &["audit", "verify", "--platform"]] {
        let said = server.tailorbird(words).text();
        assert!(said.contains("entries are as they were written"), "{said}");
    }

    let before = std::fs::read_to_string(data.path().join("master.key")).unwrap();
    server.tailorbird(&["keys", "master"]).text();
    assert_ne!(std::fs::read_to_string(data.path().join("master.key")).unwrap(), before);
    // It runs on with the keys that it has opened.
    rename(&server, &key, id, "Shop 3");
    server.tailorbird(&["keys", "master"]).refuses(2, "start the server once");
    server.ask_to_stop();
    assert_eq!(server.ended(), 0);

    let mut server = Server::start(data.path(), &[]);
    rename(&server, &key, id, "Shop 4");
    server.ask_to_stop();
    assert_eq!(server.ended(), 0);
    std::fs::remove_file(data.path().join("master.key.previous")).unwrap();
    let server = Server::start(data.path(), &[]);
    rename(&server, &key, id, "Shop 5");
    // Keys of the API that are not this machine's do not reach the keys of the server.
    let other = server.tailorbird(&["key", "create", "other"]).text();
    let (status, text) = server.ask("POST", "/api/platform/data-keys/rotate", other.trim(), None);
    assert_eq!(status, 403, "{text}");
    let (status, text) = server.ask("GET", "/api/audit?chain=platform", other.trim(), None);
    assert_eq!(status, 403, "{text}");
}
