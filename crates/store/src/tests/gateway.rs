//! Routes of a gateway and limits are a workspace's own.

use model::{
    gateway::{Access, Limits, Route, Rules, Upstream},
    id::{CredentialId, RouteId},
};

use super::*;
use crate::rate_limits::RateLimits;

fn route(name: &str) -> Route {
    Route {
        name: name.into(),
        path: "/shop/*".parse().unwrap(),
        methods: vec!["GET".into()],
        enabled: true,
        limits: Limits { caller: "10/min".parse().ok(), together: None },
        request: Rules::default(),
        response: Rules::default(),
        upstream: Some(Upstream {
            url: "https://api.example.com".to_owned(),
            access: Access::Key,
            credential: Some(CredentialId(Uuid::from_u128(7))),
            timeout_ms: 1_000,
            body_bytes_max: 1_000,
            answer_bytes_max: 1_000,
            retries: 1,
        }),
    }
}

each_database! {
    async fn a_route_is_seen_by_its_workspace_only(store: &Store) {
        let (one, two) = (WorkspaceId(Uuid::now_v7()), WorkspaceId(Uuid::now_v7()));
        for it in [one, two] {
            store.add_workspace(it, "A shop", at(1)).await.unwrap();
        }
        let before = store.generation();
        let id = RouteId(Uuid::now_v7());
        store.add_gateway_route(one, id, &route("Shop"), at(2)).await.unwrap();
        assert!(store.generation() > before, "who keeps routes in memory reads them anew");
        let taken = store.add_gateway_route(one, RouteId(Uuid::now_v7()), &route("Shop"), at(2)).await;
        assert!(matches!(taken, Err(crate::Error::Taken(_))));
        let found = store.gateway_routes(one).await.unwrap();
        assert_eq!((found.len(), found[0].id, &found[0].route), (1, id, &route("Shop")));
        assert!(store.gateway_routes(two).await.unwrap().is_empty());
        assert!(!store.change_gateway_route(two, id, &route("Other"), at(3)).await.unwrap());
        assert!(store.change_gateway_route(one, id, &route("Other"), at(3)).await.unwrap());
        assert_eq!(store.gateway_routes(one).await.unwrap()[0].route.name, "Other");
        assert!(!store.delete_gateway_route(two, id).await.unwrap());
        assert!(store.delete_gateway_route(one, id).await.unwrap());
    }

    async fn a_route_is_found_by_its_credential(store: &Store) {
        let own = WorkspaceId(Uuid::now_v7());
        store.add_workspace(own, "A shop", at(1)).await.unwrap();
        let it = route("Shop");
        let credential = it.upstream.as_ref().unwrap().credential.unwrap();
        store.add_gateway_route(own, RouteId(Uuid::now_v7()), &it, at(2)).await.unwrap();
        assert_eq!(store.gateway_routes_with(own, credential).await.unwrap(), ["Shop"]);
        let other = CredentialId(Uuid::now_v7());
        assert!(store.gateway_routes_with(own, other).await.unwrap().is_empty());
    }

    async fn limits_are_a_workspace_s_own(store: &Store) {
        let (one, two) = (WorkspaceId(Uuid::now_v7()), WorkspaceId(Uuid::now_v7()));
        for it in [one, two] {
            store.add_workspace(it, "A shop", at(1)).await.unwrap();
        }
        let rate = |text: &str| text.parse().unwrap();
        let limits = RateLimits {
            granted: [("api", rate("1000/min"))].into(),
            own: [("api", rate("10/min")), ("webhook", rate("1/s"))].into(),
        };
        store.set_rate_limits(one, &limits).await.unwrap();
        assert_eq!(store.rate_limits(one).await.unwrap(), limits);
        assert_eq!(store.rate_limits(two).await.unwrap(), RateLimits::default());
        store.set_rate_limits(one, &RateLimits::default()).await.unwrap();
        assert_eq!(store.rate_limits(one).await.unwrap(), RateLimits::default());
    }
}
