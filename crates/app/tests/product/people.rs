//! A team's first minutes: the operator makes the first account, and a mail brings a new password.

use serde_json::{Value, json};
use testkit::mailbox::Mailbox;

use crate::world::{Server, tailorbird};

const PASSWORD: &str = "nine lemons at dawn";

fn json_of(answer: (u16, String), status: u16) -> Value {
    assert_eq!(answer.0, status, "{}", answer.1);
    serde_json::from_str(&answer.1).unwrap()
}

#[test]
fn the_first_person_signs_in_and_gets_a_new_password_by_mail() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.unwrap();
    let mailbox = runtime.block_on(Mailbox::open());
    let data = tempfile::tempdir().unwrap();
    let url = mailbox.url();
    let words =
        ["--smtp-url", url.as_str(), "--mail-from", "Tailorbird <no-reply@example.com>", "--demo"];
    let server = Server::start(data.path(), &words);
    let account = json!({"email": "ada@example.com", "password": PASSWORD, "name": "Ada"});
    let ada = json_of(server.post("/api/auth/register", account), 201);
    assert_eq!(ada["user"]["platformAdmin"], true);
    let login = json!({"email": "ada@example.com", "password": PASSWORD});
    let signed_in = json_of(server.post("/api/auth/login", login.clone()), 200);
    // The token is a key to the workspace of the demo.
    let token = signed_in["accessToken"].as_str().unwrap();
    let listed = server.tailorbird(&["workflows", "list", "--json", "--key", token]).json();
    assert!(listed["total"].as_u64().unwrap() >= 4, "{listed}");
    let forgot = server.post("/api/auth/forgot", json!({"email": "ada@example.com"}));
    json_of(forgot, 202);
    let mail = runtime.block_on(mailbox.mail("ada@example.com", 1));
    let word = mail.text.split("/app/reset#").nth(1).unwrap();
    let word = word.split_whitespace().next().unwrap();
    let new = json!({"token": word, "password": "ten lemons at dawn"});
    json_of(server.post("/api/auth/reset", new), 200);
    json_of(server.post("/api/auth/login", login), 401);
    server.kill();
    // Tokens outlive the process, and nothing that was ended comes back.
    let server = Server::start(data.path(), &words);
    let refresh = json!({"refreshToken": signed_in["refreshToken"]});
    json_of(server.post("/api/auth/refresh", refresh), 401);
    let login = json!({"email": "ada@example.com", "password": "ten lemons at dawn"});
    json_of(server.post("/api/auth/login", login), 200);
}

#[test]
fn an_operator_without_mails_hands_a_new_password_over() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let account = json!({"email": "ada@example.com", "password": PASSWORD});
    json_of(server.post("/api/auth/register", account), 201);
    tailorbird(data.path(), &["user", "password", "ada@example.com"]).refuses(3, "stop it");
    server.kill();
    tailorbird(data.path(), &["user", "password", "eve@example.com"]).refuses(1, "no account");
    let off = |email| tailorbird(data.path(), &["user", "two-factor-off", email]);
    off("eve@example.com").refuses(1, "no account");
    off("ada@example.com").refuses(1, "no second factor");
    let off = |email| tailorbird(data.path(), &["user", "passkeys-off", email]);
    off("eve@example.com").refuses(1, "no account");
    off("ada@example.com").refuses(1, "no passkey");
    off("ada").refuses(2, "address");
    let said = tailorbird(data.path(), &["user", "password", "Ada@example.com"]).text();
    let word = said.trim().split("/app/reset#").nth(1).unwrap();
    let server = Server::start(data.path(), &[]);
    let new = json!({"token": word, "password": "ten lemons at dawn"});
    json_of(server.post("/api/auth/reset", new), 200);
    let login = json!({"email": "ada@example.com", "password": "ten lemons at dawn"});
    json_of(server.post("/api/auth/login", login), 200);
}

#[test]
fn an_odd_mail_server_is_told_at_once() {
    let data = tempfile::tempdir().unwrap();
    let serve = |words: &[&str]| {
        let all = [&["serve", "--listen", "127.0.0.1:0"], words].concat();
        tailorbird(data.path(), &all)
    };
    serve(&["--smtp-url", "http://x:s3cret@y", "--mail-from", "a@example.com"])
        .refuses(2, "the mail server cannot be understood");
    serve(&["--smtp-url", "smtp://localhost"]).refuses(2, "--mail-from");
    serve(&["--password-list", "/nowhere/at/all"]).refuses(2, "--password-list");
}
