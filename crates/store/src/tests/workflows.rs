//! Drafts, versions, and what is published.

use model::{
    schedule::{CatchUp, Rule},
    workflow::Workflow,
};

use super::*;
use crate::{
    Error,
    workflows::{
        Filter, Health, NewSchedule, NewWebhook, Over, Publish, Published, Saved, Sort, Unpublished,
    },
};

fn named(name: &str) -> Workflow {
    Workflow { name: name.into(), ..Workflow::default() }
}

fn hears(path: &str) -> Publish {
    let webhook = NewWebhook {
        node: "n".into(),
        methods: vec!["GET".into(), "POST".into()],
        path: path.into(),
    };
    Publish { note: "first".to_owned(), webhooks: vec![webhook], schedules: vec![] }
}

async fn add(store: &Store, ws: WorkspaceId, name: &str) -> WorkflowId {
    let id = WorkflowId(Uuid::now_v7());
    store.add_workspace(ws, "W", at(0)).await.unwrap();
    store.add_workflow(ws, id, &named(name), Some("old-7"), at(0)).await.unwrap();
    id
}

each_database! {
    async fn a_stale_draft_is_refused(store: &Store) {
        let ws = workspace();
        let id = add(store, ws, "One").await;
        assert_eq!(store.save_draft(ws, id, &named("Two"), Some(1), at(1)).await.unwrap(), Saved::Done(2));
        assert_eq!(store.save_draft(ws, id, &named("Three"), Some(1), at(1)).await.unwrap(), Saved::Stale(2));
        assert_eq!(store.save_draft(workspace(), id, &named("Three"), None, at(1)).await.unwrap(), Saved::Absent);
        let found = store.workflow(ws, id).await.unwrap().unwrap();
        assert_eq!((found.draft.name.as_str(), found.revision), ("Two", 2));
        assert_eq!(store.workflow(workspace(), id).await.unwrap(), None);
    }

    async fn a_published_version_stays_as_it_was(store: &Store) {
        let ws = workspace();
        let id = add(store, ws, "One").await;
        let generation = store.refresh_generation().await.unwrap();
        let Published::Done { version, number, before: None } = store.publish(ws, id, 1, &hears("a"), at(1)).await.unwrap() else {
            panic!("published");
        };
        assert!(store.generation() > generation);
        assert_eq!(number, 1);
        store.save_draft(ws, id, &named("Two"), None, at(2)).await.unwrap();
        assert_eq!(store.publish(ws, id, 1, &hears("a"), at(1)).await.unwrap(), Published::Stale(2));
        let found = store.version(ws, version).await.unwrap().unwrap();
        assert_eq!((found.document.name.as_str(), found.number, found.workflow), ("One", Some(1), id));
        assert_eq!(store.version(workspace(), version).await.unwrap(), None);
        for wanted in [id.to_string(), "old-7".to_owned(), "Two".to_owned()] {
            assert_eq!(store.find_published(ws, &wanted).await.unwrap(), Some(version), "{wanted}");
        }
        assert_eq!(store.unpublish(ws, id, Over::Whatever, at(3)).await.unwrap(), Unpublished::Done);
        assert_eq!(store.find_published(ws, "Two").await.unwrap(), None);
        assert_eq!(store.versions(ws, id).await.unwrap().len(), 1);
    }

    async fn a_former_version_is_published_again_and_no_other(store: &Store) {
        let ws = workspace();
        let (id, other) = (add(store, ws, "One").await, add(store, ws, "Other").await);
        let publish = async |path: &str| match store.publish(ws, id, 1, &hears(path), at(1)).await.unwrap() {
            Published::Done { version, number, .. } => (version, number),
            end => panic!("{end:?}"),
        };
        let (first, number) = publish("a").await;
        let (second, _) = publish("b").await;
        let again = async |ws, id, version| store.publish_again(ws, id, version, Over::Whatever, &hears("a"), at(2)).await;
        let done = Published::Done { version: first, number, before: Some(second) };
        assert_eq!(again(ws, id, first).await.unwrap(), done);
        assert_eq!(store.workflow(ws, id).await.unwrap().unwrap().published, Some(first));
        assert_eq!(store.versions(ws, id).await.unwrap().len(), 2);
        let ran = store.snapshot(ws, id, &named("x"), at(0)).await.unwrap();
        for (ws, id, version) in [(ws, id, ran), (ws, other, first), (workspace(), id, first)] {
            assert_eq!(again(ws, id, version).await.unwrap(), Published::Absent);
        }
        store.publish(ws, other, 1, &hears("b"), at(3)).await.unwrap();
        let taken = store.publish_again(ws, id, second, Over::Whatever, &hears("b"), at(4)).await;
        assert!(matches!(taken, Err(Error::Taken(_))), "{taken:?}");
        assert_eq!(store.workflow(ws, id).await.unwrap().unwrap().published, Some(first));
    }

    async fn what_is_published_changes_only_over_what_was_expected(store: &Store) {
        let ws = workspace();
        let id = add(store, ws, "One").await;
        let publish = async || match store.publish(ws, id, 1, &hears("a"), at(1)).await.unwrap() {
            Published::Done { version, before, .. } => (version, before),
            end => panic!("{end:?}"),
        };
        let (first, none) = publish().await;
        let (second, before) = publish().await;
        assert_eq!((none, before), (None, Some(first)));
        let again = async |over| store.publish_again(ws, id, first, over, &hears("a"), at(2)).await.unwrap();
        let end = async |over| store.unpublish(ws, id, over, at(3)).await.unwrap();
        for over in [Over::Nothing, Over::Version(first)] {
            assert_eq!(again(over).await, Published::Overtaken);
            assert_eq!(end(over).await, Unpublished::Overtaken);
            assert_eq!(store.workflow(ws, id).await.unwrap().unwrap().published, Some(second));
            assert_eq!(store.webhook_routes().await.unwrap().iter().filter(|it| it.workflow == id).count(), 1);
        }
        assert!(matches!(again(Over::Version(second)).await, Published::Done { .. }));
        assert_eq!(end(Over::Version(second)).await, Unpublished::Overtaken);
        assert_eq!(end(Over::Version(first)).await, Unpublished::Done);
        assert_eq!(end(Over::Version(first)).await, Unpublished::Overtaken);
        assert!(matches!(again(Over::Nothing).await, Published::Done { before: None, .. }));
        assert_eq!(store.unpublish(workspace(), id, Over::Whatever, at(4)).await.unwrap(), Unpublished::Absent);
    }

    async fn an_address_belongs_to_one_trigger_of_a_workspace(store: &Store) {
        let (ws, other) = (workspace(), workspace());
        let (one, two) = (add(store, ws, "One").await, add(store, ws, "Two").await);
        let three = add(store, other, "Three").await;
        store.publish(ws, one, 1, &hears("a"), at(1)).await.unwrap();
        store.publish(ws, one, 1, &hears("a"), at(1)).await.unwrap();
        store.publish(other, three, 1, &hears("a"), at(1)).await.unwrap();
        let taken = store.publish(ws, two, 1, &hears("a"), at(1)).await;
        assert!(matches!(taken, Err(Error::Taken(_))), "{taken:?}");
        assert!(store.delete_workflow(ws, one).await.unwrap());
        store.publish(ws, two, 1, &hears("a"), at(1)).await.unwrap();
    }

    async fn the_same_document_is_one_snapshot(store: &Store) {
        let ws = workspace();
        let id = add(store, ws, "One").await;
        let one = store.snapshot(ws, id, &named("x"), at(0)).await.unwrap();
        assert_eq!(store.snapshot(ws, id, &named("x"), at(0)).await.unwrap(), one);
        assert_ne!(store.snapshot(ws, id, &named("y"), at(0)).await.unwrap(), one);
        assert_ne!(store.snapshot(ws, id, &named("x"), at(1)).await.unwrap(), one);
        let seen = store.version(ws, one).await.unwrap().unwrap();
        assert_eq!((seen.number, seen.checked_at), (None, at(0)));
        assert_eq!(store.version_checked_at(ws, one).await.unwrap(), Some(at(0)));
        assert_eq!(store.version_checked_at(workspace(), one).await.unwrap(), None);
    }

    async fn lists_find_by_part_of_a_name(store: &Store) {
        let ws = workspace();
        add(store, ws, "Orders 100%").await;
        add(store, ws, "Invoices").await;
        let search = |it: &str| Filter { search: Some(it.to_owned()), limit: 10, ..Filter::of(model::sharing::Sight::All) };
        let (rows, total) = store.workflows(ws, &search("ORDER")).await.unwrap();
        assert_eq!((rows.len(), total, rows[0].name.as_str()), (1, 1, "Orders 100%"));
        assert_eq!(store.workflows(ws, &search("0%")).await.unwrap().1, 1);
        assert_eq!(store.workflows(ws, &search("_")).await.unwrap().1, 0);
        assert_eq!(store.workflows(workspace(), &search("o")).await.unwrap().1, 0);
        let active = Filter { active: Some(true), limit: 10, ..Filter::of(model::sharing::Sight::All) };
        assert_eq!(store.workflows(ws, &active).await.unwrap().1, 0);
        add(store, ws, "Über uns").await;
        assert_eq!(store.workflows(ws, &search("Über")).await.unwrap().1, 1);
    }

    async fn lists_come_in_the_order_asked_for(store: &Store) {
        let ws = workspace();
        let first = add(store, ws, "beta").await;
        add(store, ws, "Alpha").await;
        add(store, ws, "gamma").await;
        store.save_draft(ws, first, &named("beta"), None, at(60)).await.unwrap();
        let check = async |sort, expected: &[&str]| {
            let filter = Filter { sort, limit: 10, ..Filter::of(model::sharing::Sight::All) };
            let (rows, _) = store.workflows(ws, &filter).await.unwrap();
            assert_eq!(rows.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), expected);
        };
        check(Sort::LastChanged, &["beta", "gamma", "Alpha"]).await;
        check(Sort::FirstChanged, &["Alpha", "gamma", "beta"]).await;
        check(Sort::Newest, &["gamma", "Alpha", "beta"]).await;
        check(Sort::Oldest, &["beta", "Alpha", "gamma"]).await;
        check(Sort::Name, &["Alpha", "beta", "gamma"]).await;
        check(Sort::NameBackwards, &["gamma", "beta", "Alpha"]).await;
        let since = Filter { from: Some(at(60)), limit: 10, ..Filter::of(model::sharing::Sight::All) };
        assert_eq!(store.workflows(ws, &since).await.unwrap().1, 1);
        let before = Filter { until: Some(at(60)), limit: 10, ..Filter::of(model::sharing::Sight::All) };
        assert_eq!(store.workflows(ws, &before).await.unwrap().1, 2);
    }

    async fn a_text_is_found_in_drafts_and_in_what_is_published(store: &Store) {
        let ws = workspace();
        let id = add(store, ws, "say \"100%\"").await;
        store.publish(ws, id, 1, &Publish::default(), at(1)).await.unwrap();
        store.save_draft(ws, id, &named("other"), None, at(2)).await.unwrap();
        add(store, ws, "unlike").await;
        let find = async |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|it| (*it).to_owned()).collect();
            let found = store.workflows_with_any(ws, &texts).await.unwrap();
            found.iter().map(|it| it.documents.len()).collect::<Vec<_>>()
        };
        assert_eq!(find(&["nowhere", "say \"100%\""]).await, [2]);
        assert_eq!(find(&["unlike"]).await, [1]);
        assert_eq!(find(&["unlike_"]).await, [0; 0]);
        assert!(store.workflows_with_any(workspace(), &["say".into()]).await.unwrap().is_empty());
    }

    async fn the_health_of_workflows_is_their_week_their_last_run_and_their_next_time(store: &Store) {
        let (ws, id) = (workspace(), WorkflowId(Uuid::from_u128(7)));
        let quiet = add(store, ws, "Quiet").await;
        let document = Workflow { tags: vec!["a".into(), "b".into()], folder: Some("F".into()), ..named("One") };
        store.add_workflow(ws, id, &document, None, at(0)).await.unwrap();
        let day = jiff::civil::date(2023, 11, 14);
        assert!(store.workflow_health(ws, &[id, quiet], day).await.unwrap().is_empty());
        let (old, new) = (begun_at(0), begun_at(5));
        put(store, first(ws, new.clone(), success())).await.unwrap();
        put(store, first(ws, old, Next::Ended { status: Status::Error, at: at(9), error: None, keep: true })).await.unwrap();
        let rule = Rule::Every { seconds: 60 };
        let schedule = |node: &str, seconds| NewSchedule {
            node: node.into(), rule: rule.clone(), catch_up: CatchUp::Once, zone: "UTC".into(), next_at: Some(at(seconds)),
        };
        let wish = Publish { schedules: vec![schedule("a", 90), schedule("b", 60)], ..Publish::default() };
        store.publish(ws, id, 1, &wish, at(1)).await.unwrap();
        let found = store.workflow_health(ws, &[id, quiet], day).await.unwrap();
        let wanted = Health {
            last: Some((new.id, Status::Success, at(2))), next_at: Some(at(60)), n_ended: 2, n_failed: 1,
        };
        assert_eq!((found.get(&id), found.len()), (Some(&wanted), 1));
        let later = store.workflow_health(ws, &[id], jiff::civil::date(2023, 11, 15)).await.unwrap();
        assert_eq!((later[&id].n_ended, later[&id].last.is_some()), (0, true));
        assert!(store.workflow_health(workspace(), &[id], day).await.unwrap().is_empty());
        let (folders, tags) = store.workflow_groups(ws, model::sharing::Sight::All).await.unwrap();
        assert_eq!(folders, [("F".into(), 1)]);
        assert_eq!(tags, [("a".into(), 1), ("b".into(), 1)]);
    }
}
