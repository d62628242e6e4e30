//! What a sign-in costs tells nobody whether there is such an account: each computes one hash of the same
//! parameters, whoever is asked for and however it ends.

use store::{
    MasterKey, Store,
    users::{First, NewUser},
};

use super::*;
use crate::{Options, Registration};

const PASSWORD: &str = "nine lemons at dawn";

async fn add(accounts: &Accounts, email: &str, password: Secret) {
    let new = NewUser {
        id: UserId(Uuid::now_v7()),
        email: email.into(),
        email_key: email.into(),
        name: "Ada".into(),
        password,
        workspace_name: Some("A shop".into()),
    };
    accounts.store().register(&new, First::Welcome, true, None, Timestamp::now()).await.unwrap();
}

#[tokio::test]
async fn every_sign_in_computes_one_hash() {
    let folder = tempfile::tempdir().unwrap();
    let key = MasterKey::from_file(&folder.path().join("key")).unwrap();
    let options = store::Options { url: None, data: folder.path().to_owned() };
    let store = Store::open(&options, key).await.unwrap();
    let options = Options {
        base_url: "http://localhost".to_owned(),
        registration: Registration::Open,
        breached: Default::default(),
        mail: None,
        providers: Default::default(),
        payments: None,
    };
    let accounts = Accounts::open(store, options);
    let hashing = &accounts.0.hashing;
    let place = hashing.place().unwrap();
    let hash = place.hash(&Secret::new(PASSWORD), [7; 32]).await.unwrap();
    drop(place);
    add(&accounts, "ada@example.com", hash).await;
    // From another server: no password fits.
    add(&accounts, "bob@example.com", Secret::new("")).await;
    let from = From { address: None, agent: String::new() };
    let too_long = "x".repeat(CHARS_MAX + 1);
    for (email, password, code) in [
        ("ada@example.com", PASSWORD, None),
        ("ada@example.com", "not that one at all", Some(Code::Unauthorized)),
        ("ada@example.com", "", Some(Code::Unauthorized)),
        ("ada@example.com", &too_long, Some(Code::Unauthorized)),
        ("bob@example.com", PASSWORD, Some(Code::Unauthorized)),
        ("bob@example.com", "", Some(Code::Unauthorized)),
        ("nobody@example.com", PASSWORD, Some(Code::Unauthorized)),
        ("nobody@example.com", "", Some(Code::Unauthorized)),
        ("nobody@example.com", &too_long, Some(Code::Unauthorized)),
        ("no address", PASSWORD, Some(Code::Unauthorized)),
    ] {
        let before = hashing.computed();
        let end = accounts.sign_in(email, &Secret::new(password), &from).await;
        assert_eq!(end.err().map(|it| it.code), code, "{email}");
        let after = hashing.computed();
        assert_eq!(after - before, 1, "{email}, {} letters", password.len());
    }
}
