//! A workspace's provider, and whose a domain is.

use model::Value;
use smol_str::SmolStr;

use super::{people::registered, *};

each_database! {
    async fn a_confirmed_domain_is_one_workspaces(store: &Store) {
        let (_, one) = registered(store, "ada@example.com").await;
        let two = WorkspaceId(Uuid::now_v7());
        store.add_workspace(two, "Two", at(1)).await.unwrap();
        let value = Value::from("a provider");
        let names = |all: &[&str]| all.iter().map(|it| SmolStr::from(*it)).collect::<Vec<_>>();
        store.set_sso(one, &value, &names(&["a.example", "b.example"])).await.unwrap();
        store.set_sso(two, &value, &names(&["b.example"])).await.unwrap();
        assert_eq!(store.sso(one).await.unwrap(), Some(value.clone()));
        assert_eq!(store.sso_of_domain("b.example").await.unwrap(), None);
        let confirm = async |workspace, domain, when| {
            store.confirm_sso_domain(workspace, domain, when).await
        };
        assert!(confirm(one, "b.example", Some(at(2))).await.unwrap());
        assert!(!confirm(two, "a.example", Some(at(2))).await.unwrap(), "it does not list it");
        let taken = confirm(two, "b.example", Some(at(3))).await;
        assert!(matches!(taken, Err(crate::Error::Taken(_))), "{taken:?}");
        assert_eq!(store.sso_of_domain("b.example").await.unwrap(), Some(one));
        // What is listed on stays confirmed, and what is listed no more is not, when it comes again.
        store.set_sso(one, &value, &names(&["b.example"])).await.unwrap();
        assert_eq!(store.sso_of_domain("b.example").await.unwrap(), Some(one));
        let listed = store.sso_domains(one).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].confirmed_at, Some(at(2)));
        store.set_sso(one, &value, &[]).await.unwrap();
        store.set_sso(one, &value, &names(&["b.example"])).await.unwrap();
        assert_eq!(store.sso_of_domain("b.example").await.unwrap(), None);
        assert!(confirm(two, "b.example", Some(at(4))).await.unwrap());
        let all = store.all_sso_domains().await.unwrap();
        assert_eq!(all.len(), 2);
        assert!(all.iter().any(|it| it.workspace_name == "Two" && it.domain.confirmed_at.is_some()));
        assert!(confirm(two, "b.example", None).await.unwrap());
        assert_eq!(store.sso_of_domain("b.example").await.unwrap(), None);
        assert!(store.remove_sso(two).await.unwrap());
        assert!(!store.remove_sso(two).await.unwrap());
        assert_eq!(store.sso(two).await.unwrap(), None);
        assert!(store.sso_domains(two).await.unwrap().is_empty());
    }
}
