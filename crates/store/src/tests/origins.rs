//! Origins are a workspace's own.

use smol_str::SmolStr;

use super::*;

each_database! {
    async fn an_origin_is_listed_by_its_workspace_only(store: &Store) {
        let (one, two) = (WorkspaceId(Uuid::now_v7()), WorkspaceId(Uuid::now_v7()));
        for it in [one, two] {
            store.add_workspace(it, "A shop", at(1)).await.unwrap();
        }
        let all = |n: u32| (0..n).map(|it| SmolStr::from(format!("https://{it:02}.example"))).collect::<Vec<_>>();
        let max = crate::origins::ORIGINS_MAX;
        assert!(matches!(store.set_origins(one, &all(max + 1)).await, Err(crate::Error::Refused(_))));
        store.set_origins(one, &all(max)).await.unwrap();
        assert_eq!(store.origins(one).await.unwrap(), all(max));
        assert!(store.lists_origin(one, "https://00.example").await.unwrap());
        assert!(!store.lists_origin(two, "https://00.example").await.unwrap());
        assert!(store.knows_origin("https://00.example").await.unwrap());
        store.set_origins(one, &[]).await.unwrap();
        assert!(!store.knows_origin("https://00.example").await.unwrap());
    }
}
