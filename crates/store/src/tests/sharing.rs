//! Who sees what of a workspace, by what is restricted and shared.

use model::{
    id::{CredentialId, UserId},
    permission::Permissions,
    sharing::{Access, Bond, Level, Openness, Sight, Thing, Viewer},
    workflow::Workflow,
};

use super::{people::registered, *};
use crate::{
    Error,
    audit::{self, By, Who},
    credentials::Row,
    sharing::{NewSharing, Whom},
    workflows::Filter,
};

fn by(user: UserId) -> Who {
    Who {
        by: By::Account { user, session: None },
        address: None,
        agent: String::new(),
        request: String::new(),
        action: None,
    }
}

fn shared(openness: Openness, shares: Vec<(Whom, Level)>) -> NewSharing {
    NewSharing { openness, owner: None, shares }
}

async fn made(store: &Store, ws: WorkspaceId, owner: UserId) -> WorkflowId {
    let id = WorkflowId(Uuid::now_v7());
    let document = Workflow { name: "Payroll".into(), ..Workflow::default() };
    let add = store.add_workflow(ws, id, &document, None, at(0));
    audit::done_by(by(owner), add).await.unwrap();
    id
}

async fn sees(store: &Store, ws: WorkspaceId, sight: Sight) -> u64 {
    let filter = Filter { limit: 10, ..Filter::of(sight) };
    let (rows, total) = store.workflows(ws, &filter).await.unwrap();
    assert_eq!(rows.len() as u64, total);
    total
}

each_database! {
    async fn a_thing_is_seen_by_whom_it_is_shared_with(store: &Store) {
        let (ada, ws) = registered(store, "ada@example.com").await;
        let (eve, _) = registered(store, "eve@example.com").await;
        store.join_workspace(ws, eve.id, "viewer", at(1), false).await.unwrap();
        let (ada, eve) = (ada.id, eve.id);
        let id = made(store, ws, ada).await;
        let access = async |user| store.access(ws, id.0, Viewer::Member(user)).await.unwrap();
        let open = Sight::Open(Viewer::Member(eve));
        assert_eq!(access(eve).await, Access::OPEN);
        assert_eq!(access(ada).await.bond, Bond::Owner);
        assert_eq!(sees(store, ws, open).await, 1);
        let share = async |new| store.set_sharing(ws, Thing::Workflow, id.0, &new).await;
        assert!(share(shared(Openness::Restricted, vec![])).await.unwrap());
        assert!(access(eve).await.hides());
        assert_eq!(sees(store, ws, open).await, 0);
        assert_eq!(sees(store, ws, Sight::All).await, 1);
        assert_eq!(sees(store, ws, Sight::Open(Viewer::Member(ada))).await, 1);
        for whom in [Whom::Member(eve), Whom::Role("viewer".into())] {
            assert!(share(shared(Openness::Restricted, vec![(whom, Level::Run)])).await.unwrap());
            assert_eq!(access(eve).await.bond, Bond::Shared(Level::Run));
            assert_eq!(sees(store, ws, open).await, 1);
            assert_eq!(sees(store, ws, Sight::Shared(Viewer::Member(eve))).await, 1);
            let has = async |least| {
                store.has_shares(ws, Viewer::Member(eve), Thing::Workflow, least).await.unwrap()
            };
            assert!(has(Level::View).await && !has(Level::Edit).await);
        }
        // Of two shares the wider one counts.
        let both = vec![(Whom::Member(eve), Level::View), (Whom::Role("viewer".into()), Level::Edit)];
        assert!(share(shared(Openness::Restricted, both)).await.unwrap());
        assert_eq!(access(eve).await.bond, Bond::Shared(Level::Edit));
        let shown = store.sharing(ws, Thing::Workflow, id.0).await.unwrap().unwrap();
        assert_eq!((shown.shares.len(), shown.owner.unwrap().whom), (2, Whom::Member(ada)));
        // Nothing of it in another workspace, and nothing for who has left.
        let other = store.sharing(workspace(), Thing::Workflow, id.0).await.unwrap();
        assert_eq!(other, None);
        store.remove_member(ws, eve).await.unwrap();
        let shown = store.sharing(ws, Thing::Workflow, id.0).await.unwrap().unwrap();
        assert_eq!(shown.shares.len(), 1);
        let gone = share(shared(Openness::Open, vec![(Whom::Member(eve), Level::View)])).await;
        assert!(matches!(gone, Err(Error::Refused(_))), "{gone:?}");
        let nothing = shared(Openness::Open, vec![]);
        let none = store.set_sharing(ws, Thing::Workflow, Uuid::now_v7(), &nothing).await;
        assert!(!none.unwrap());
        let many = (0..=crate::sharing::SHARES_MAX).map(|_| (Whom::Member(ada), Level::View));
        let many = share(shared(Openness::Open, many.collect())).await;
        assert!(matches!(many, Err(Error::Refused(_))), "{many:?}");
    }

    async fn what_was_removed_stays_hidden_with_its_executions(store: &Store) {
        let (ada, ws) = registered(store, "ada@example.com").await;
        let id = made(store, ws, ada.id).await;
        let new = shared(Openness::Restricted, vec![]);
        assert!(store.set_sharing(ws, Thing::Workflow, id.0, &new).await.unwrap());
        assert!(store.delete_workflow(ws, id).await.unwrap());
        let viewer = Viewer::Member(UserId(Uuid::now_v7()));
        assert!(store.access(ws, id.0, viewer).await.unwrap().hides());
        assert_eq!(store.sharing(ws, Thing::Workflow, id.0).await.unwrap(), None);
    }

    async fn credentials_are_locked_to_whom_they_are_not_shared_with(store: &Store) {
        let (ada, ws) = registered(store, "ada@example.com").await;
        let (eve, _) = registered(store, "eve@example.com").await;
        store.join_workspace(ws, eve.id, "house", at(1), false).await.unwrap_err();
        store.add_role(ws, "house", Permissions::default(), at(1)).await.unwrap();
        store.join_workspace(ws, eve.id, "house", at(1), false).await.unwrap();
        let row = Row {
            id: CredentialId(Uuid::now_v7()),
            kind: "httpHeaderAuth".into(),
            name: "Shop".into(),
            external_id: None,
            created_at: at(0),
            updated_at: at(0),
            named_at: at(0),
        };
        let fields = model::Map::new();
        let add = store.add_credential(ws, &row, &fields);
        audit::done_by(by(ada.id), add).await.unwrap();
        let viewer = Viewer::Member(eve.id);
        let locked = async || store.locked_credentials(ws, viewer).await.unwrap().len();
        let listed = async |sight| store.credentials(ws, sight).await.unwrap().len();
        assert_eq!((locked().await, listed(Sight::Open(viewer)).await), (0, 1));
        assert_eq!(listed(Sight::Shared(viewer)).await, 0);
        let share = async |shares| {
            let new = shared(Openness::Restricted, shares);
            store.set_sharing(ws, Thing::Credential, row.id.0, &new).await.unwrap()
        };
        assert!(share(vec![]).await);
        assert_eq!((locked().await, listed(Sight::Open(viewer)).await), (1, 0));
        assert!(share(vec![(Whom::Role("house".into()), Level::Use)]).await);
        assert_eq!((locked().await, listed(Sight::Shared(viewer)).await), (0, 1));
        assert!(store.delete_credential(ws, row.id).await.unwrap());
        assert_eq!(store.access(ws, row.id.0, viewer).await.unwrap(), Access::OPEN);
    }
}
