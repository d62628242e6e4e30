//! Second factors, and sign-ins that wait for one.

use model::{
    Secret,
    id::{SessionId, UserId},
};

use super::{people::registered, *};
use crate::two_factor::Answer;

const TRIES_MAX: u32 = 3;

/// A person whose second factor counts from step 10 on, with the recovery codes 1 and 2.
async fn guarded(store: &Store) -> UserId {
    let (ada, _) = registered(store, "ada@example.com").await;
    assert!(store.propose_two_factor(ada.id, &Secret::new("secret"), at(1)).await.unwrap());
    let codes = [vec![1], vec![2]];
    assert!(
        store
            .confirm_two_factor(ada.id, SessionId(Uuid::nil()), at(1), 10, &codes, at(2))
            .await
            .unwrap()
    );
    ada.id
}

async fn challenge(store: &Store, user: UserId, word: &str) {
    store.add_challenge(user, None, &Secret::new(word), at(100)).await.unwrap();
}

each_database! {
    async fn a_second_factor_counts_once_it_is_confirmed(store: &Store) {
        let (ada, _) = registered(store, "ada@example.com").await;
        let (id, secret) = (ada.id, Secret::new("one"));
        assert!(store.propose_two_factor(id, &secret, at(1)).await.unwrap());
        assert!(!store.wants_code(id).await.unwrap());
        assert!(!store.replace_recovery_codes(id, &[vec![9]]).await.unwrap());
        assert!(store.propose_two_factor(id, &Secret::new("two"), at(2)).await.unwrap());
        // The code was of the one before.
        assert!(!store.confirm_two_factor(id, SessionId(Uuid::nil()), at(1), 1, &[vec![1]], at(3)).await.unwrap());
        assert!(store.confirm_two_factor(id, SessionId(Uuid::nil()), at(2), 1, &[vec![1]], at(3)).await.unwrap());
        assert!(!store.confirm_two_factor(id, SessionId(Uuid::nil()), at(2), 1, &[vec![2]], at(3)).await.unwrap());
        assert!(!store.propose_two_factor(id, &secret, at(4)).await.unwrap());
        let kept = store.two_factor(id).await.unwrap().unwrap();
        assert_eq!((kept.secret.expose(), kept.confirmed_at), ("two", Some(at(3))));
        assert!(store.wants_code(id).await.unwrap());
        assert!(store.replace_recovery_codes(id, &[vec![3], vec![4]]).await.unwrap());
        assert_eq!(store.recovery_codes_left(id).await.unwrap(), 2);
        assert!(store.end_two_factor(id).await.unwrap());
        assert!(!store.end_two_factor(id).await.unwrap());
        assert!(!store.wants_code(id).await.unwrap());
        assert_eq!(store.recovery_codes_left(id).await.unwrap(), 0);
    }

    async fn a_code_counts_once(store: &Store) {
        let ada = guarded(store).await;
        let passes = async |word: &str, answer: Answer, now: i64| {
            store.pass_challenge(ada, word, &answer, at(now)).await.unwrap()
        };
        for word in ["a", "b", "c", "d"] {
            challenge(store, ada, word).await;
        }
        assert!(!passes("a", Answer::Step(10), 50).await);
        assert!(passes("a", Answer::Step(11), 50).await);
        assert!(!passes("a", Answer::Step(12), 50).await);
        assert!(!passes("b", Answer::Step(11), 50).await);
        assert!(!passes("b", Answer::Recovery(vec![3]), 50).await);
        assert!(passes("b", Answer::Recovery(vec![1]), 50).await);
        assert!(!passes("c", Answer::Recovery(vec![1]), 50).await);
        assert!(!passes("c", Answer::Step(12), 100).await);
        // What did not count is as it was.
        assert!(passes("d", Answer::Step(12), 99).await);
        assert_eq!(store.recovery_codes_left(ada).await.unwrap(), 1);
    }

    async fn a_sign_in_waits_for_few_tries_and_not_long(store: &Store) {
        let ada = guarded(store).await;
        let challenged = async |word: &str, now: i64| {
            store.challenged(word, TRIES_MAX, at(now)).await.unwrap()
        };
        challenge(store, ada, "a").await;
        challenge(store, ada, "b").await;
        assert_eq!(challenged("a", 99).await, Some((ada, None)));
        assert_eq!(challenged("a", 100).await, None);
        assert_eq!(challenged("x", 99).await, None);
        for _ in 0..TRIES_MAX {
            assert!(store.count_try(ada, "a", TRIES_MAX).await.unwrap());
        }
        assert!(!store.count_try(ada, "a", TRIES_MAX).await.unwrap());
        assert_eq!(challenged("a", 99).await, None);
        assert_eq!(challenged("b", 99).await, Some((ada, None)));
        assert_eq!(store.sweep_challenges(at(99)).await.unwrap(), 0);
        assert_eq!(store.sweep_challenges(at(100)).await.unwrap(), 2);
    }

    async fn another_password_ends_sign_ins_that_wait(store: &Store) {
        let ada = guarded(store).await;
        challenge(store, ada, "a").await;
        let (old, new) = (Secret::new("hash 1"), Secret::new("hash 2"));
        let session = model::id::SessionId(Uuid::now_v7());
        assert!(store.change_password(ada, &old, &new, session, at(5)).await.unwrap());
        assert_eq!(store.challenged("a", TRIES_MAX, at(6)).await.unwrap(), None);
    }
}
