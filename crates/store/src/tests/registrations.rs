//! An account is made by who has read the mail, once.

use model::{Secret, id::UserId};

use super::*;
use crate::{
    mails::Letter,
    registrations::ASKED_MAX,
    users::{First, NewUser},
};

fn new(email: &str, name: &str) -> NewUser {
    NewUser {
        id: UserId(Uuid::now_v7()),
        email: email.into(),
        email_key: email.to_lowercase().into(),
        name: name.into(),
        password: Secret::new("hash"),
        workspace_name: Some("A shop".into()),
    }
}

fn letter(to: &str) -> Letter {
    Letter { to: to.into(), subject: "Hello".to_owned(), text: "a word".to_owned() }
}

each_database! {
    async fn a_word_makes_the_account_that_it_was_sent_for(store: &Store) {
        let ask = async |name: &str, word: &str, n: i64| {
            let (new, word) = (new("Eve@example.com", name), Secret::new(word));
            store.ask_registration(&new, &word, &letter("Eve@example.com"), at(n + 100), at(n)).await.unwrap()
        };
        assert!(ask("One", "first", 1).await && ask("Two", "second", 2).await);
        assert!(store.user_by_email("eve@example.com").await.unwrap().is_none(), "nobody is there yet");
        assert_eq!(store.confirm_registration("nothing", at(3)).await.unwrap(), None);
        assert_eq!(store.confirm_registration("first", at(101)).await.unwrap(), None, "too late");
        let id = store.confirm_registration("second", at(50)).await.unwrap().unwrap();
        let (user, password) = store.user_by_email("eve@example.com").await.unwrap().unwrap();
        assert_eq!((user.id, user.name.as_str(), password.expose()), (id, "Two", "hash"));
        assert_eq!((user.email.as_str(), user.verified_at), ("Eve@example.com", Some(at(50))));
        assert!(!user.platform_admin);
        let homes = store.memberships(id).await.unwrap();
        assert_eq!((homes.len(), homes[0].name.as_str(), homes[0].role.as_str()), (1, "A shop", "owner"));
        for word in ["first", "second"] {
            assert_eq!(store.confirm_registration(word, at(51)).await.unwrap(), None, "{word}");
        }
    }

    async fn an_address_gets_few_mails_and_an_account_once(store: &Store) {
        let ask = async |word: &str, n: i64| {
            let word = Secret::new(word);
            let new = new("eve@example.com", "Eve");
            store.ask_registration(&new, &word, &letter("eve@example.com"), at(n + 100_000), at(n)).await.unwrap()
        };
        for it in 0..ASKED_MAX {
            assert!(ask(&format!("word {it}"), 1).await, "{it}");
        }
        assert!(!ask("one more", 2).await);
        assert!(ask("later", 3_700).await);
        let own = new("eve@example.com", "Another");
        store.register(&own, First::Welcome, true, None, at(3_701)).await.unwrap();
        assert_eq!(store.confirm_registration("later", at(3_702)).await.unwrap(), None);
    }
}
