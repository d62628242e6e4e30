//! Accounts elsewhere, and sign-ins that are on their way through them.

use model::{
    Secret,
    id::{IdentityId, UserId},
};

use super::{people::registered, *};
use crate::{
    identities::{Home, Linked, NewIdentity, Unlinked, Welcomed},
    journeys::Leg,
    proofs::{Kind, NewProof},
    users::NewUser,
};

fn identity(subject: &str) -> NewIdentity {
    NewIdentity {
        id: IdentityId(Uuid::now_v7()),
        issuer: "https://id.example.com".into(),
        subject: subject.into(),
        label: "bob@example.com".into(),
    }
}

/// One who has no password.
fn guest(email: &str) -> NewUser {
    NewUser {
        id: UserId(Uuid::now_v7()),
        email: email.into(),
        email_key: email.into(),
        name: "Bob".into(),
        password: Secret::new(""),
        workspace_name: Some("Bob's".into()),
    }
}

async fn welcomed(store: &Store, verified: bool) -> UserId {
    let bob = guest("bob@example.com");
    let end = store.welcome(&bob, &identity("bob"), verified, &Home::Own, None, at(1)).await;
    assert_eq!(end.unwrap(), Welcomed::In);
    bob.id
}

async fn owner_of(store: &Store, subject: &str) -> Option<UserId> {
    store.use_identity("https://id.example.com", subject, "new", at(9)).await.unwrap()
}

each_database! {
    async fn who_comes_from_elsewhere_is_never_the_first(store: &Store) {
        let bob = guest("bob@example.com");
        let new = identity("bob");
        let welcome = async |home: Home| {
            store.welcome(&bob, &new, true, &home, None, at(1)).await.unwrap()
        };
        assert_eq!(welcome(Home::Own).await, Welcomed::OperatorFirst);
        let (_, workspace) = registered(store, "ada@example.com").await;
        assert_eq!(welcome(Home::Nowhere).await, Welcomed::Closed);
        assert_eq!(owner_of(store, "bob").await, None);
        let role = "viewer".into();
        assert_eq!(welcome(Home::Member { workspace, role }).await, Welcomed::In);
        let all = store.memberships(bob.id).await.unwrap();
        assert_eq!(all.iter().map(|it| it.role.as_str()).collect::<Vec<_>>(), ["viewer"]);
        assert_eq!(store.user(bob.id).await.unwrap().unwrap().verified_at, Some(at(1)));
        assert_eq!(owner_of(store, "bob").await, Some(bob.id));
        let kept = store.identities(bob.id).await.unwrap();
        assert_eq!((kept[0].label.as_str(), kept[0].used_at), ("new", at(9)));
        // The account elsewhere is somebody's, so a second person cannot be made of it.
        let other = guest("other@example.com");
        let again = store.welcome(&other, &identity("bob"), true, &Home::Own, None, at(2)).await;
        assert!(matches!(again, Err(crate::Error::Taken(_))), "{again:?}");
        assert!(store.user(other.id).await.unwrap().is_none());
    }

    async fn an_account_elsewhere_is_one_persons(store: &Store) {
        let (ada, _) = registered(store, "ada@example.com").await;
        let bob = welcomed(store, true).await;
        let link = async |user, subject: &str| {
            store.link_identity(user, &identity(subject), at(2)).await.unwrap()
        };
        assert_eq!(link(ada.id, "bob").await, Linked::Taken);
        assert_eq!(link(ada.id, "ada").await, Linked::Done);
        assert_eq!(link(ada.id, "ada").await, Linked::Done);
        assert_eq!(store.identities(ada.id).await.unwrap().len(), 1);
        assert_eq!(owner_of(store, "bob").await, Some(bob));
    }

    async fn the_last_way_in_stays(store: &Store) {
        let (ada, _) = registered(store, "ada@example.com").await;
        let bob = welcomed(store, true).await;
        let first = store.identities(bob).await.unwrap()[0].id;
        assert_eq!(store.unlink_identity(bob, first).await.unwrap(), Unlinked::Last);
        assert_eq!(store.unlink_identity(ada.id, first).await.unwrap(), Unlinked::Absent);
        assert_eq!(store.link_identity(bob, &identity("two"), at(2)).await.unwrap(), Linked::Done);
        // Of two at once one stays.
        let both = store.identities(bob).await.unwrap();
        let (a, b) = tokio::join!(
            store.unlink_identity(bob, both[0].id),
            store.unlink_identity(bob, both[1].id)
        );
        let mut ends = [a.unwrap(), b.unwrap()];
        ends.sort_by_key(|it| *it == Unlinked::Last);
        assert_eq!(ends, [Unlinked::Done, Unlinked::Last]);
        // Who has a password needs none.
        store.link_identity(ada.id, &identity("ada"), at(2)).await.unwrap();
        let only = store.identities(ada.id).await.unwrap()[0].id;
        assert_eq!(store.unlink_identity(ada.id, only).await.unwrap(), Unlinked::Done);
    }

    async fn who_takes_an_address_back_shuts_others_out(store: &Store) {
        registered(store, "ada@example.com").await;
        let bob = welcomed(store, false).await;
        let reset = async |word: &str| {
            let proof =
                NewProof { kind: Kind::Reset, word: Secret::new(word), expires_at: at(1_000) };
            store.add_proof(bob, &proof, at(3)).await.unwrap();
            let done = store.reset_password(word, &Secret::new("hash 2"), at(4)).await;
            assert_eq!(done.unwrap(), Some(bob));
        };
        reset("one").await;
        assert_eq!(owner_of(store, "bob").await, None);
        // From then on the address is known to be his, and so are his ways in.
        store.link_identity(bob, &identity("bob"), at(5)).await.unwrap();
        reset("two").await;
        assert_eq!(owner_of(store, "bob").await, Some(bob));
    }

    async fn a_role_from_elsewhere_never_moves_the_owner(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        let bob = welcomed(store, true).await;
        let join = async |user, role: &str| {
            store.join_workspace(workspace, user, role, at(5), true).await.unwrap()
        };
        assert!(!join(ada.id, "viewer").await);
        assert!(join(bob, "viewer").await);
        assert!(!join(bob, "viewer").await);
        assert!(join(bob, "editor").await);
        assert!(store.join_workspace(workspace, bob, "nothing", at(5), true).await.is_err());
        assert!(!store.join_workspace(workspace, bob, "admin", at(5), false).await.unwrap());
        let all = store.members(workspace).await.unwrap();
        let mut roles: Vec<_> = all.iter().map(|it| it.role.as_str()).collect();
        roles.sort_unstable();
        assert_eq!(roles, ["editor", "owner"]);
    }

    async fn a_journey_ends_once_and_in_time(store: &Store) {
        let begin = async |leg, word: &str| {
            store.begin_journey(leg, word, &Secret::new("luggage"), at(100)).await.unwrap()
        };
        let end = async |leg, word: &str, now: i64| {
            let luggage = store.end_journey(leg, word, at(now)).await.unwrap();
            luggage.map(|it| it.expose().to_owned())
        };
        assert!(begin(Leg::There, "a").await);
        assert!(!begin(Leg::There, "a").await);
        assert_eq!(end(Leg::In, "a", 1).await, None);
        assert_eq!(end(Leg::There, "a", 100).await, None);
        assert_eq!(end(Leg::There, "a", 99).await.as_deref(), Some("luggage"));
        assert_eq!(end(Leg::There, "a", 99).await, None);
        assert!(begin(Leg::In, "b").await);
        assert_eq!(store.sweep_journeys(at(99)).await.unwrap(), 0);
        assert_eq!(store.sweep_journeys(at(100)).await.unwrap(), 1);
    }
}
