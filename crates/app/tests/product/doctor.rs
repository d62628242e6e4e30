//! The doctor tells what is well and what is not, and changes nothing.

use serde_json::Value;

use crate::world::{Ended, Server, tailorbird};

/// The state of each thing that was looked at.
fn state(ended: &Ended, what: &str) -> (String, String) {
    let found: Vec<Value> = serde_json::from_str(&ended.out).unwrap();
    let of = |it: &&Value| it["what"] == what;
    let it = found.iter().rfind(of).unwrap_or_else(|| panic!("{what}: {ended:?}"));
    let text = |name: &str| it[name].as_str().unwrap().to_owned();
    (text("state"), text("says"))
}

#[test]
fn it_looks_before_during_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let doctor = ["doctor", "--json", "--listen", "127.0.0.1:0"];
    let before = tailorbird(&data, &doctor);
    assert_eq!(before.code, 0, "{before:?}");
    assert!(!data.exists());

    let server = Server::start(&data, &[]);
    let during = server.tailorbird(&doctor);
    assert_eq!(during.code, 0, "{during:?}");
    assert!(state(&during, "server").1.contains("is ready"), "{during:?}");
    assert_eq!(state(&during, "API key").0, "good");
    server.kill();

    let after = tailorbird(&data, &doctor);
    assert_eq!(after.code, 0, "{after:?}");
    assert_eq!(state(&after, "schema"), ("good".to_owned(), "up to date".to_owned()));
    assert!(state(&after, "master key").1.contains("opens the secrets"), "{after:?}");
    assert!(tailorbird(&data, &["doctor"]).text().contains("✓ disk"));

    std::fs::write(data.join("master.key"), "OTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
        .unwrap();
    let wrong = tailorbird(&data, &doctor);
    assert_eq!((wrong.code, state(&wrong, "master key").0.as_str()), (1, "wrong"), "{wrong:?}");
    std::fs::remove_file(data.join("master.key")).unwrap();
    let missing = tailorbird(&data, &doctor);
    assert!(state(&missing, "master key").1.contains("put it back"), "{missing:?}");
}

#[test]
fn a_damaged_file_and_a_taken_port_are_found() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    std::fs::write(data.path().join("tailorbird.db"), "this is no database, ".repeat(500)).unwrap();
    let found = tailorbird(data.path(), &["doctor", "--json", "--listen", &address]);
    assert_eq!(found.code, 1, "{found:?}");
    assert_eq!(state(&found, "database").0, "wrong");
    assert!(state(&found, "server").1.contains("another program"), "{found:?}");
}
