//! People, sessions, words by mail, mails and failed sign-ins.

use jiff::SignedDuration;
use model::{
    Secret,
    id::{InvitationId, SessionId, UserId},
    permission::{Permissions, Role},
};

use super::*;
use crate::{
    Error,
    attempts::Held,
    invitations::{Accepted, Invitation},
    keys::NewKey,
    leaving::Leaving,
    mails::Letter,
    members::Changed,
    proofs::{Kind, NewProof},
    sessions::{Factors, SESSIONS_MAX, Session, Turned},
    sql::cells_of,
    users::{First, NewUser, Registered, User},
};

const GRACE: SignedDuration = SignedDuration::from_secs(10);

fn person(email: &str) -> NewUser {
    NewUser {
        id: UserId(Uuid::now_v7()),
        email: email.into(),
        email_key: email.to_lowercase().into(),
        name: "Ada".into(),
        password: Secret::new("hash 1"),
        workspace_name: Some("Ada's".into()),
    }
}

fn letter() -> Letter {
    Letter { to: "ada@example.com".into(), subject: "Welcome".into(), text: "s3cret\nword".into() }
}

fn proof(kind: Kind, word: &str) -> NewProof {
    NewProof { kind, word: Secret::new(word), expires_at: at(1_000) }
}

pub(super) async fn registered(store: &Store, email: &str) -> (User, WorkspaceId) {
    let end = store.register(&person(email), First::Welcome, true, None, at(0)).await.unwrap();
    let Registered::In { user, workspace } = end else { panic!("{end:?}") };
    (user, workspace)
}

async fn session(store: &Store, user: UserId, workspace: WorkspaceId) -> SessionId {
    let id = SessionId(Uuid::now_v7());
    let new = Session {
        user,
        id,
        workspace: Some(workspace),
        factors: Factors::One,
        address: Some("192.0.2.1".into()),
        agent: "curl".into(),
        created_at: at(0),
        turned_at: at(0),
        expires_at: at(500),
    };
    store.add_session(&new).await.unwrap();
    id
}

fn pause(failures: u32) -> SignedDuration {
    SignedDuration::from_secs(if failures < 3 { 0 } else { 60 })
}

each_database! {
    async fn the_first_person_is_the_operator_and_the_others_get_workspaces(store: &Store) {
        let default = store.default_workspace(at(0)).await.unwrap();
        let new = person("Ada@example.com");
        let end = store.register(&new, First::Refused, true, None, at(0)).await.unwrap();
        assert_eq!(end, Registered::OperatorFirst);
        let letter = letter();
        let end = store.register(&new, First::Welcome, false, Some((&proof(Kind::Verify, "w"), &letter)), at(0)).await;
        let Registered::In { user, workspace } = end.unwrap() else { panic!("in") };
        assert_eq!((user.platform_admin, workspace), (true, default));
        assert_eq!(store.take_mails(10, at(9), at(0)).await.unwrap().len(), 1);
        let end = store.register(&person("bob@example.com"), First::Welcome, false, None, at(1)).await;
        assert_eq!(end.unwrap(), Registered::Closed);
        let (bob, second) = registered(store, "bob@example.com").await;
        assert!(!bob.platform_admin && second != default);
        let taken = store.register(&person("ADA@example.com"), First::Welcome, true, None, at(1)).await;
        assert!(matches!(taken, Err(Error::Taken(_))), "{taken:?}");
        assert_eq!(store.workspaces().await.unwrap().len(), 2, "nothing is left of it");
        let (found, hash) = store.user_by_email("ada@example.com").await.unwrap().unwrap();
        assert_eq!((found, hash.expose()), (user.clone(), "hash 1"));
        let all = store.memberships(bob.id).await.unwrap();
        assert_eq!((all.len(), all[0].workspace, all[0].role.as_str()), (1, second, "owner"));
        assert!(store.rename_user(user.id, "Ada L", at(7)).await.unwrap());
        assert_eq!(store.user(user.id).await.unwrap().unwrap().name, "Ada L");
    }

    async fn of_two_first_ones_one_is_the_operator(store: &Store) {
        store.default_workspace(at(0)).await.unwrap();
        let (one, two) = (person("one@example.com"), person("two@example.com"));
        let (one, two) = tokio::join!(
            store.register(&one, First::Welcome, true, None, at(0)),
            store.register(&two, First::Welcome, true, None, at(0)),
        );
        let admins = [one, two].into_iter().filter(|it| {
            matches!(it, Ok(Registered::In { user, .. }) if user.platform_admin)
        });
        assert_eq!(admins.count(), 1);
    }

    async fn a_seat_is_a_members_as_long_as_the_session_lasts(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        let (bob, other) = registered(store, "bob@example.com").await;
        let id = session(store, ada.id, workspace).await;
        let seat = store.seat(ada.id, id, workspace, at(1)).await.unwrap().unwrap();
        assert_eq!((seat.role.as_deref(), seat.may), (Some("owner"), Role::Owner.permissions()));
        let seat = store.seat(ada.id, id, other, at(1)).await.unwrap().unwrap();
        assert_eq!((seat.role, seat.may), (None, Permissions::default()));
        assert!(store.seat(bob.id, id, other, at(1)).await.unwrap().is_none());
        assert!(store.seat(ada.id, id, workspace, at(500)).await.unwrap().is_none());
        assert!(!store.end_session(bob.id, id).await.unwrap());
        assert!(store.end_session(ada.id, id).await.unwrap());
        assert!(store.seat(ada.id, id, workspace, at(1)).await.unwrap().is_none());
    }

    async fn a_refresh_token_that_is_used_twice_ends_the_session(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        let id = session(store, ada.id, workspace).await;
        let turn = async |turn: i64, now: i64| {
            store.turn_session(ada.id, id, turn, GRACE, at(now + 500), at(now)).await.unwrap()
        };
        let next = |turn| Turned::Next { turn, workspace: Some(workspace) };
        assert_eq!(turn(0, 100).await, next(1));
        // The answer was lost: the client asks again and gets the same.
        assert_eq!(turn(0, 109).await, next(1));
        assert_eq!(turn(1, 200).await, next(2));
        assert_eq!(store.sessions(ada.id, at(699)).await.unwrap().len(), 1);
        assert_eq!(turn(1, 210).await, Turned::Stolen);
        assert_eq!(turn(2, 211).await, Turned::Gone);
        assert_eq!(store.sessions(ada.id, at(1)).await.unwrap(), []);
    }

    async fn a_session_ends_by_itself(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        let id = session(store, ada.id, workspace).await;
        let turned = store.turn_session(ada.id, id, 0, GRACE, at(900), at(500)).await.unwrap();
        assert_eq!(turned, Turned::Gone);
        assert_eq!(store.sweep_sessions(at(499)).await.unwrap(), 0);
        assert_eq!(store.sweep_sessions(at(500)).await.unwrap(), 1);
        let mut all = vec![];
        for _ in 0..=SESSIONS_MAX {
            all.push(session(store, ada.id, workspace).await);
        }
        let kept = store.sessions(ada.id, at(1)).await.unwrap();
        assert_eq!(kept.len(), SESSIONS_MAX as usize);
        assert!(kept.iter().all(|it| it.id != all[0]));
        assert_eq!(store.end_other_sessions(ada.id, all[5]).await.unwrap(), u64::from(SESSIONS_MAX) - 1);
        assert_eq!(store.sessions(ada.id, at(1)).await.unwrap()[0].id, all[5]);
    }

    async fn another_password_ends_the_other_sessions(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        let here = session(store, ada.id, workspace).await;
        session(store, ada.id, workspace).await;
        let (old, new) = (Secret::new("hash 1"), Secret::new("hash 2"));
        assert!(store.send_proof(ada.id, &proof(Kind::Reset, "word"), &letter(), GRACE, at(0)).await.unwrap());
        assert!(store.change_password(ada.id, &old, &new, here, at(1)).await.unwrap());
        assert!(!store.change_password(ada.id, &old, &new, here, at(1)).await.unwrap());
        let left = store.sessions(ada.id, at(1)).await.unwrap();
        assert_eq!((left.len(), left[0].id), (1, here));
        assert_eq!(store.proves(Kind::Reset, "word", at(2)).await.unwrap(), None);
        store.rehash(ada.id, &new, &Secret::new("hash 3")).await.unwrap();
        assert_eq!(store.password(ada.id).await.unwrap().unwrap().expose(), "hash 3");
    }

    async fn a_word_counts_once_and_not_for_ever(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        session(store, ada.id, workspace).await;
        let send = async |word: &str, now: i64| {
            let proof = proof(Kind::Reset, word);
            store.send_proof(ada.id, &proof, &letter(), SignedDuration::from_secs(60), at(now)).await.unwrap()
        };
        assert!(send("first", 0).await);
        assert!(!send("second", 59).await);
        assert!(send("second", 60).await);
        assert_eq!(store.proves(Kind::Reset, "first", at(61)).await.unwrap(), None);
        assert_eq!(store.proves(Kind::Reset, "second", at(61)).await.unwrap(), Some(ada.id));
        assert_eq!(store.proves(Kind::Verify, "second", at(61)).await.unwrap(), None);
        assert_eq!(store.verify_email("second", at(61)).await.unwrap(), None);
        let new = Secret::new("hash 2");
        assert_eq!(store.reset_password("second", &new, at(1_000)).await.unwrap(), None);
        assert_eq!(store.reset_password("second", &new, at(999)).await.unwrap(), Some(ada.id));
        assert_eq!(store.reset_password("second", &new, at(999)).await.unwrap(), None);
        assert_eq!(store.sessions(ada.id, at(1)).await.unwrap(), []);
        assert_eq!(store.user(ada.id).await.unwrap().unwrap().verified_at, Some(at(999)));
        let verify = proof(Kind::Verify, "third");
        assert!(store.send_proof(ada.id, &verify, &letter(), GRACE, at(100)).await.unwrap());
        assert_eq!(store.verify_email("third", at(200)).await.unwrap(), Some(ada.id));
        assert_eq!(store.verify_email("third", at(200)).await.unwrap(), None);
    }

    async fn a_mail_is_kept_until_a_server_has_taken_it(store: &Store) {
        let (ada, _) = registered(store, "ada@example.com").await;
        store.send_proof(ada.id, &proof(Kind::Reset, "word"), &letter(), GRACE, at(0)).await.unwrap();
        let sealed = store.0.db.rows::<(Vec<u8>,)>("SELECT sealed FROM mails LIMIT 9", vec![]).await.unwrap();
        assert!(!sealed[0].0.windows(6).any(|it| it == b"s3cret"));
        let due = store.take_mails(10, at(60), at(0)).await.unwrap();
        assert_eq!((due.len(), &due[0].letter, due[0].tries), (1, &letter(), 1));
        // As long as one process has it, no other takes it.
        assert_eq!(store.take_mails(10, at(60), at(59)).await.unwrap(), []);
        store.mail_failed(due[0].id, "greylisted", Some(at(70))).await.unwrap();
        assert_eq!(store.take_mails(10, at(99), at(69)).await.unwrap(), []);
        assert_eq!(store.take_mails(10, at(99), at(70)).await.unwrap()[0].tries, 2);
        store.mail_failed(due[0].id, "no such person", None).await.unwrap();
        assert_eq!(store.take_mails(10, at(999), at(900)).await.unwrap(), []);
        assert_eq!(store.sweep_mails(at(86_400 * 29)).await.unwrap(), 0);
        assert_eq!(store.sweep_mails(at(86_400 * 31)).await.unwrap(), 1);
        store.send_proof(ada.id, &proof(Kind::Verify, "w2"), &letter(), GRACE, at(0)).await.unwrap();
        let due = store.take_mails(10, at(60), at(0)).await.unwrap();
        store.mail_sent(due[0].id).await.unwrap();
        assert_eq!(store.take_mails(10, at(999), at(900)).await.unwrap(), []);
    }

    async fn an_invitation_lets_its_address_in_once(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        let (bob, home) = registered(store, "bob@example.com").await;
        let invite = async |email: &str, word: &str, role: &str| {
            let new = Invitation {
                workspace,
                id: InvitationId(Uuid::now_v7()),
                email: email.into(),
                email_key: email.into(),
                role: role.into(),
                invited_by: Some(ada.id),
                created_at: at(0),
                expires_at: at(100),
                mailed: word != "third",
            };
            store.invite(&new, &Secret::new(word), Some(&letter()), at(0)).await
        };
        assert!(matches!(invite("bob@example.com", "w", "nothing").await, Err(Error::Refused(_))));
        assert!(matches!(invite("ada@example.com", "w", "viewer").await, Err(Error::Taken(_))));
        invite("bob@example.com", "first", "viewer").await.unwrap();
        invite("bob@example.com", "second", "editor").await.unwrap();
        assert_eq!(store.invitations(workspace, at(0)).await.unwrap().len(), 1);
        assert_eq!(store.invitations(home, at(0)).await.unwrap(), []);
        assert_eq!(store.take_mails(10, at(9), at(0)).await.unwrap().len(), 2);
        let accept = async |word: &str, user: UserId, now: i64| {
            store.accept_invitation(word, user, at(now)).await.unwrap()
        };
        assert_eq!(accept("first", bob.id, 1).await, Accepted::Gone);
        assert_eq!(accept("second", bob.id, 100).await, Accepted::Gone);
        assert_eq!(accept("second", ada.id, 1).await, Accepted::ForAnother);
        let verified = async |user: UserId| store.user(user).await.unwrap().unwrap().verified_at;
        assert_eq!(verified(bob.id).await, None);
        assert_eq!(accept("second", bob.id, 1).await, Accepted::In(workspace));
        assert_eq!(verified(bob.id).await, Some(at(1)), "he has read the mail");
        assert_eq!(accept("second", bob.id, 1).await, Accepted::Gone);
        invite("cleo@example.com", "third", "operator").await.unwrap();
        let cleo = person("cleo@example.com");
        let odd = store.register_invited(&person("eve@example.com"), "third", at(1)).await.unwrap();
        assert_eq!(odd, (Accepted::ForAnother, None));
        let (end, user) = store.register_invited(&cleo, "third", at(1)).await.unwrap();
        assert_eq!((end, user.unwrap().id), (Accepted::In(workspace), cleo.id));
        assert_eq!(verified(cleo.id).await, None, "somebody handed it over");
        let roles: Vec<_> = store.members(workspace).await.unwrap().into_iter().map(|it| it.role).collect();
        assert_eq!(roles, ["owner", "editor", "operator"]);
        invite("dan@example.com", "fourth", "viewer").await.unwrap();
        let open = store.invitations(workspace, at(1)).await.unwrap();
        assert!(!store.revoke_invitation(home, open[0].id).await.unwrap());
        assert!(store.revoke_invitation(workspace, open[0].id).await.unwrap());
    }

    async fn a_workspace_has_one_owner(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        let (bob, home) = registered(store, "bob@example.com").await;
        let role = async |user: UserId, role: &str| {
            store.set_member_role(workspace, user, role).await.unwrap()
        };
        assert_eq!(role(bob.id, "viewer").await, Changed::Absent);
        let sql = "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)";
        store.0.db.run(sql, cells_of![workspace, bob.id, "viewer", at(1)]).await.unwrap();
        assert_eq!(role(bob.id, "editor").await, Changed::Done);
        assert_eq!(role(ada.id, "viewer").await, Changed::Owner);
        assert!(matches!(store.set_member_role(workspace, bob.id, "nothing").await, Err(Error::Refused(_))));
        assert_eq!(store.remove_member(workspace, ada.id).await.unwrap(), Changed::Owner);
        assert!(!store.transfer_workspace(workspace, bob.id, ada.id).await.unwrap());
        assert!(!store.transfer_workspace(workspace, ada.id, ada.id).await.unwrap());
        assert!(!store.transfer_workspace(home, bob.id, ada.id).await.unwrap());
        assert!(store.transfer_workspace(workspace, ada.id, bob.id).await.unwrap());
        let roles: Vec<_> = store.members(workspace).await.unwrap().into_iter().map(|it| it.role).collect();
        assert_eq!(roles, ["admin", "owner"]);
        assert_eq!(store.remove_member(workspace, ada.id).await.unwrap(), Changed::Done);
        assert_eq!(store.remove_member(workspace, ada.id).await.unwrap(), Changed::Absent);
    }

    async fn nobody_whose_account_ends_becomes_the_owner(store: &Store) {
        let (ada, workspace) = registered(store, "ada@example.com").await;
        let (bob, home) = registered(store, "bob@example.com").await;
        let sql = "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)";
        store.0.db.run(sql, cells_of![workspace, bob.id, "admin", at(1)]).await.unwrap();
        assert!(store.close_workspace(home, at(90), at(1)).await.unwrap());
        assert_eq!(store.end_account(bob.id, at(90)).await.unwrap(), Leaving::Done);
        let given = store.transfer_workspace(workspace, ada.id, bob.id).await;
        assert!(matches!(given, Err(Error::Refused(_))), "{given:?}");
        assert!(store.keep_account(bob.id).await.unwrap());
        assert!(store.transfer_workspace(workspace, ada.id, bob.id).await.unwrap());
        let end = store.end_account(bob.id, at(90)).await.unwrap();
        assert!(matches!(end, Leaving::Owns(all) if all[0].0 == workspace));
    }

    async fn an_old_invitation_lets_nobody_back_in(store: &Store) {
        let (_, workspace) = registered(store, "ada@example.com").await;
        let (bob, _) = registered(store, "bob@example.com").await;
        let new = Invitation {
            workspace,
            id: InvitationId(Uuid::now_v7()),
            email: "bob@example.com".into(),
            email_key: "bob@example.com".into(),
            role: "admin".into(),
            invited_by: None,
            created_at: at(0),
            expires_at: at(100),
            mailed: true,
        };
        store.invite(&new, &Secret::new("word"), None, at(0)).await.unwrap();
        // He comes in otherwise, such as by the sign-in of his company, and is taken out.
        let sql = "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)";
        store.0.db.run(sql, cells_of![workspace, bob.id, "viewer", at(1)]).await.unwrap();
        assert_eq!(store.remove_member(workspace, bob.id).await.unwrap(), Changed::Done);
        assert_eq!(store.accept_invitation("word", bob.id, at(2)).await.unwrap(), Accepted::Gone);
    }

    async fn a_workspace_that_was_given_up_is_closed_and_then_gone(store: &Store) {
        let (ada, default) = registered(store, "ada@example.com").await;
        let workspace = store.found_workspace("Second", ada.id, at(0)).await.unwrap();
        assert!(matches!(store.close_workspace(default, at(90), at(1)).await, Err(Error::Refused(_))));
        let (_, key) = store.add_key(workspace, &NewKey::everything("k"), at(0)).await.unwrap();
        let id = WorkflowId(Uuid::now_v7());
        store.add_workflow(workspace, id, &model::workflow::Workflow::default(), None, at(0)).await.unwrap();
        put(store, first(workspace, new_execution(), success())).await.unwrap();
        assert!(store.close_workspace(workspace, at(90), at(1)).await.unwrap());
        assert!(!store.close_workspace(workspace, at(90), at(1)).await.unwrap());
        assert_eq!(store.find_key(key.expose(), at(2)).await.unwrap().opens(), None);
        assert_eq!(store.purge(at(89)).await.unwrap(), 0);
        assert!(store.reopen_workspace(workspace, at(89)).await.unwrap());
        assert!(store.find_key(key.expose(), at(2)).await.unwrap().opens().is_some());
        assert!(store.close_workspace(workspace, at(90), at(1)).await.unwrap());
        assert_eq!(store.memberships(ada.id).await.unwrap()[1].ends_at, Some(at(90)));
        while store.purge(at(90)).await.unwrap() > 0 {}
        assert_eq!(store.workspace(workspace).await.unwrap(), None);
        assert_eq!(store.memberships(ada.id).await.unwrap().len(), 1);
        assert!(!store.reopen_workspace(workspace, at(91)).await.unwrap());
    }

    async fn what_a_person_has_set_is_kept(store: &Store) {
        let (ada, _) = registered(store, "ada@example.com").await;
        let (profile, preferences) = (model::json!({"language": "de"}), model::json!({"theme": "dark"}));
        store.set_profile(ada.id, "Ada L", &profile, at(1)).await.unwrap();
        store.set_preferences(ada.id, &preferences).await.unwrap();
        assert_eq!(store.settings_of(ada.id).await.unwrap(), Some((profile, preferences)));
        assert_eq!(store.user(ada.id).await.unwrap().unwrap().name, "Ada L");
    }

    async fn failures_slow_one_address_down_and_no_other(store: &Store) {
        let held = async |address: &str, now: i64| {
            store.attempts("ada@example.com", address, at(now)).await.unwrap()
        };
        let fails = async |address: &str, now: i64| {
            store.attempt_failed("ada@example.com", address, pause, at(now)).await.unwrap();
        };
        assert_eq!(held("thief", 0).await, Held::Nothing);
        for _ in 0..2 {
            fails("thief", 0).await;
            assert_eq!(held("thief", 0).await, Held::Failures);
        }
        fails("thief", 0).await;
        assert_eq!(held("thief", 59).await, Held::Until(at(60)));
        assert_eq!(held("ada", 59).await, Held::Nothing);
        assert_eq!(store.attempts("bob@example.com", "thief", at(59)).await.unwrap(), Held::Nothing);
        assert_eq!(held("thief", 60).await, Held::Failures);
        fails("thief", 60).await;
        assert_eq!(held("thief", 61).await, Held::Until(at(120)));
        store.attempt_succeeded("ada@example.com", "thief").await.unwrap();
        assert_eq!(held("thief", 62).await, Held::Nothing);
        fails("ada", 50).await;
        assert_eq!(store.sweep_attempts(at(50)).await.unwrap(), 0);
        assert_eq!(store.sweep_attempts(at(51)).await.unwrap(), 1);
    }
}
