//! Credentials, variables, keys, settings, requests, schedules.

use model::{
    Map,
    id::{ApiKeyId, CredentialId, RequestId, VariableId},
    permission::{Permission, Permissions, Role},
    schedule::{CatchUp, Rule},
    workflow::Workflow,
};

use super::*;
use crate::{
    Error, credentials,
    keys::{NewKey, Scope, Shown},
    requests::{self, Logged},
    workflows::{NewSchedule, NewWebhook, Over, Publish},
};

fn fields(secret: &str) -> Map {
    let mut res = Map::new();
    res.insert("token", secret);
    res
}

fn credential(name: &str) -> credentials::Row {
    credentials::Row {
        id: CredentialId(Uuid::now_v7()),
        kind: "http.bearer".into(),
        name: name.into(),
        external_id: Some("17".into()),
        created_at: at(0),
        updated_at: at(0),
        named_at: at(0),
    }
}

async fn add(store: &Store, ws: WorkspaceId) -> WorkflowId {
    let id = WorkflowId(Uuid::now_v7());
    store.add_workspace(ws, "W", at(0)).await.unwrap();
    store.add_workflow(ws, id, &Workflow::default(), None, at(0)).await.unwrap();
    id
}

each_database! {
    async fn a_credential_is_opened_by_id_or_name(store: &Store) {
        let (ws, row) = (workspace(), credential("Mine"));
        let before = store.generation();
        store.add_credential(ws, &row, &fields("s3cret")).await.unwrap();
        assert!(store.generation() > before);
        for (id, name) in [(Some(row.id.to_string()), ""), (Some("17".to_owned()), ""), (None, "Mine")] {
            let found = store.open_credential(ws, "http.bearer", id.as_deref(), name).await.unwrap().unwrap();
            assert_eq!((found.row.id, found.fields), (row.id, fields("s3cret")));
        }
        assert!(store.open_credential(ws, "http.basic", None, "Mine").await.unwrap().is_none());
        assert!(store.open_credential(workspace(), "http.bearer", None, "Mine").await.unwrap().is_none());
        assert!(store.open_credential_by_id(workspace(), row.id).await.unwrap().is_none());
        let taken = store.add_credential(ws, &credential("Mine"), &fields("x")).await;
        assert!(matches!(taken, Err(Error::Taken(_))));
        assert!(store.change_credential(ws, row.id, "Ours", &fields("new"), at(5)).await.unwrap());
        let found = store.open_credential_by_id(ws, row.id).await.unwrap().unwrap();
        assert_eq!((found.row.name.as_str(), found.fields), ("Ours", fields("new")));
        assert_eq!((found.row.named_at, found.openness), (at(5), model::sharing::Openness::Open));
        // Another secret is no other name.
        assert!(store.change_credential(ws, row.id, "Ours", &fields("newer"), at(6)).await.unwrap());
        let found = store.open_credential(ws, "http.bearer", None, "Ours").await.unwrap().unwrap();
        assert_eq!((found.row.named_at, found.row.updated_at), (at(5), at(6)));
        assert!(!store.delete_credential(workspace(), row.id).await.unwrap());
        assert!(store.delete_credential(ws, row.id).await.unwrap());
        assert_eq!(store.credentials(ws, model::sharing::Sight::All).await.unwrap(), []);
    }

    async fn secrets_are_sealed_to_their_row(store: &Store) {
        let (ws, one, two) = (workspace(), credential("One"), credential("Two"));
        store.add_credential(ws, &one, &fields("s3cret")).await.unwrap();
        store.add_credential(ws, &two, &fields("other")).await.unwrap();
        let sealed = store.0.db.rows::<(Vec<u8>,)>("SELECT sealed FROM credentials", vec![]).await.unwrap();
        for (bytes,) in sealed {
            assert!(!bytes.windows(6).any(|it| it == b"s3cret"));
        }
        let swap = "UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE name = 'Two') WHERE name = 'One'";
        store.0.db.run(swap, vec![]).await.unwrap();
        assert!(matches!(store.open_credential_by_id(ws, one.id).await, Err(Error::Damaged(_))));
    }

    async fn variables_have_one_name_each(store: &Store) {
        let (ws, id) = (workspace(), VariableId(Uuid::now_v7()));
        store.add_variable(ws, id, "base", "1", at(0)).await.unwrap();
        let again = store.add_variable(ws, VariableId(Uuid::now_v7()), "base", "2", at(0)).await;
        assert!(matches!(again, Err(Error::Taken(_))));
        assert!(store.change_variable(ws, id, "base", "3", at(1)).await.unwrap());
        assert!(!store.change_variable(workspace(), id, "base", "4", at(1)).await.unwrap());
        assert_eq!(store.variables(ws).await.unwrap()[0].value, "3");
        assert_eq!(store.variables(workspace()).await.unwrap(), []);
        assert!(store.delete_variable(ws, id).await.unwrap());
    }

    async fn a_key_is_known_by_its_text_alone(store: &Store) {
        let ws = workspace();
        add(store, ws).await;
        let new = NewKey { expires_at: Some(at(100)), ..NewKey::everything("CI") };
        let (id, text) = store.add_key(ws, &new, at(0)).await.unwrap();
        let found = store.find_key(text.expose(), at(50)).await.unwrap().opens().unwrap();
        assert_eq!((found.id, found.workspace), (id, ws));
        assert_eq!(store.keys(ws).await.unwrap()[0].used_at, Some(at(50)));
        assert_eq!(store.find_key(text.expose(), at(100)).await.unwrap(), Shown::Over);
        assert_eq!(store.find_key("tbk_wrong", at(1)).await.unwrap(), Shown::Unknown);
        store.change_key(ws, id, &new, Some(at(60))).await.unwrap();
        assert_eq!(store.find_key(text.expose(), at(70)).await.unwrap(), Shown::Off);
        store.change_key(ws, id, &new, None).await.unwrap();
        assert!(!store.delete_key(workspace(), id).await.unwrap());
        assert!(!store.delete_key(ws, ApiKeyId(Uuid::now_v7())).await.unwrap());
        assert!(store.delete_key(ws, id).await.unwrap());
        assert_eq!(store.find_key(text.expose(), at(1)).await.unwrap().opens(), None);
    }

    async fn a_key_may_do_what_its_scope_says(store: &Store) {
        let ws = workspace();
        add(store, ws).await;
        let reads: Permissions = [Permission::WorkflowsRead].into_iter().collect();
        let key = async |scope: Scope| {
            let new = NewKey { scope, ..NewKey::everything("scoped") };
            let (id, text) = store.add_key(ws, &new, at(0)).await?;
            Ok::<_, Error>((id, store.find_key(text.expose(), at(1)).await.unwrap().opens().unwrap().may))
        };
        assert_eq!(key(Scope::Everything).await.unwrap().1, Role::Owner.permissions());
        assert_eq!(key(Scope::Listed(reads)).await.unwrap().1, reads);
        assert_eq!(key(Scope::Role("viewer".into())).await.unwrap().1, Role::Viewer.permissions());
        assert!(matches!(key(Scope::Role("auditor".into())).await, Err(Error::Refused(_))));

        store.add_role(ws, "auditor", reads, at(2)).await.unwrap();
        assert!(matches!(store.add_role(ws, "auditor", reads, at(2)).await, Err(Error::Taken(_))));
        let (id, may) = key(Scope::Role("auditor".into())).await.unwrap();
        assert_eq!(may, reads);
        assert!(!store.change_role(workspace(), "auditor", Permissions::default(), at(3)).await.unwrap());
        assert!(store.change_role(ws, "auditor", Permissions::default(), at(3)).await.unwrap());
        let found = store.keys(ws).await.unwrap().into_iter().find(|it| it.id == id).unwrap();
        assert_eq!((found.scope, found.may), (Scope::Role("auditor".into()), Permissions::default()));
        assert_eq!(store.role(ws, "auditor").await.unwrap(), Some(Permissions::default()));
        assert_eq!(store.role(workspace(), "auditor").await.unwrap(), None);
        assert!(matches!(store.delete_role(ws, "auditor").await, Err(Error::Taken(_))));
        store.delete_key(ws, id).await.unwrap();
        assert!(!store.delete_role(workspace(), "auditor").await.unwrap());
        assert!(store.delete_role(ws, "auditor").await.unwrap());
        assert_eq!(store.roles(ws).await.unwrap(), []);
    }

    async fn a_rotated_key_opens_a_while_beside_its_successor(store: &Store) {
        let ws = workspace();
        add(store, ws).await;
        let networks = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let scope = Scope::Role("editor".into());
        let new = NewKey { scope, networks, expires_at: Some(at(1_000)), ..NewKey::everything("shop") };
        let (old, first) = store.add_key(ws, &new, at(0)).await.unwrap();
        assert!(store.rotate_key(workspace(), old, at(200), at(100)).await.unwrap().is_none());
        let (id, second) = store.rotate_key(ws, old, at(200), at(100)).await.unwrap().unwrap();
        let found = store.find_key(second.expose(), at(100)).await.unwrap().opens().unwrap();
        assert_eq!((found.id, found.name.as_str(), found.expires_at), (id, "shop", Some(at(1_100))));
        assert_eq!((&found.scope, &found.networks), (&new.scope, &new.networks));
        assert_eq!(store.find_key(first.expose(), at(199)).await.unwrap().opens().unwrap().successor, Some(id));
        assert_eq!(store.find_key(first.expose(), at(200)).await.unwrap().opens(), None);
        assert!(matches!(store.rotate_key(ws, old, at(300), at(150)).await, Err(Error::Taken(_))));
        assert!(store.rotate_key(ws, old, at(300), at(250)).await.unwrap().is_none());
    }

    async fn settings_are_a_workspaces_own(store: &Store) {
        let ws = workspace();
        for n in [1, 2] {
            store.set_setting(ws, "zone", &model::json!(n)).await.unwrap();
        }
        assert_eq!(store.setting(ws, "zone").await.unwrap(), Some(model::json!(2)));
        assert_eq!(store.setting(workspace(), "zone").await.unwrap(), None);
    }

    async fn the_latest_requests_are_kept(store: &Store) {
        let (ws, workflow) = (workspace(), WorkflowId(Uuid::from_u128(7)));
        let request = |n: usize| Logged {
            id: RequestId(Uuid::now_v7()),
            workspace: ws,
            workflow,
            node: "n".into(),
            at: at(n as i64),
            method: "POST".into(),
            path: "a/b".to_owned(),
            status: 200,
            execution: None,
            duration_us: 5,
            request: model::json!({"n": (n)}),
        };
        let all: Vec<Logged> = (0..requests::KEPT_MAX as usize + 7).map(request).collect();
        for some in all.chunks(50) {
            store.log_requests(some).await.unwrap();
        }
        let kept = store.requests(ws, workflow).await.unwrap();
        assert_eq!(kept.len(), requests::KEPT_MAX as usize);
        assert_eq!(kept[0], *all.last().unwrap());
        assert_eq!(store.requests(workspace(), workflow).await.unwrap(), []);
    }

    async fn a_schedule_is_due_until_it_is_moved_on(store: &Store) {
        let ws = workspace();
        let id = add(store, ws).await;
        let schedule = NewSchedule {
            node: "n".into(),
            rule: Rule::Every { seconds: 60 },
            catch_up: CatchUp::All,
            zone: "Europe/Berlin".into(),
            next_at: Some(at(60)),
        };
        let webhook = NewWebhook { node: "w".into(), methods: vec!["GET".into(), "POST".into()], path: "a".into() };
        let wish = Publish { schedules: vec![schedule], webhooks: vec![webhook], ..Publish::default() };
        store.publish(ws, id, 1, &wish, at(0)).await.unwrap();
        let routes = store.webhook_routes().await.unwrap();
        assert_eq!((routes.len(), routes[0].methods.len(), routes[0].workflow), (1, 2, id));
        assert_eq!(store.due_schedules(at(59), 10).await.unwrap(), []);
        let due = store.due_schedules(at(60), 10).await.unwrap();
        assert_eq!((due[0].workflow, &due[0].rule, due[0].catch_up), (id, &Rule::Every { seconds: 60 }, CatchUp::All));
        store.set_next_firing(&due[0], Some(at(120))).await.unwrap();
        // A second process that saw the same moves nothing back.
        store.set_next_firing(&due[0], Some(at(61))).await.unwrap();
        assert_eq!(store.due_schedules(at(119), 10).await.unwrap(), []);
        assert_eq!(store.due_schedules(at(120), 10).await.unwrap()[0].id, due[0].id);
        store.publish(ws, id, 1, &wish, at(0)).await.unwrap();
        assert_eq!(store.due_schedules(at(60), 10).await.unwrap()[0].id, due[0].id);
        store.unpublish(ws, id, Over::Whatever, at(1)).await.unwrap();
        assert_eq!(store.due_schedules(at(999), 10).await.unwrap(), []);
        assert_eq!(store.webhook_routes().await.unwrap(), []);
    }
}

#[test]
fn a_master_key_is_made_once_and_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("master.key");
    MasterKey::from_file(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    MasterKey::from_file(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(MasterKey::from_text("too short").is_err());
}
