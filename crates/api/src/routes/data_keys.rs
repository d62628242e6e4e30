//! Data keys: what seals secrets at rest, for who looks after the server.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::Serialize;
use store::ring::{DataKey, Rotated};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    failure::Failure,
    list::{List, Page},
    read::Asked,
};

/// A key that seals secrets. It lies in the database sealed by the master key, and is never shown.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DataKey)]
struct DataKeyView {
    /// From 1.
    number: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Since when it seals, or sealed until the next one did; absent while it waits for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    active_at: Option<Timestamp>,
    /// How many secrets are sealed with it.
    n_secrets: u64,
}

impl From<DataKey> for DataKeyView {
    fn from(it: DataKey) -> DataKeyView {
        let DataKey { number, created_at, active_at, n_secrets } = it;
        DataKeyView { number, created_at, active_at, n_secrets }
    }
}

/// What a rotation did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RotatedDataKey)]
struct RotatedView {
    /// The number of the key that seals now.
    number: u32,
    /// How many secrets were sealed anew.
    n_secrets: u64,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(rotate))
}

/// The data keys of the server
#[utoipa::path(get, path = "/platform/data-keys", tag = "platform", operation_id = "listDataKeys",
    params(Page), responses((status = 200, body = inline(List<DataKeyView>))))]
async fn list(
    State(app): State<App>,
    Asked(page): Asked<Page>,
) -> Result<Json<List<DataKeyView>>, Failure> {
    Ok(Json(page.cut(app.store().data_keys().await?).map(DataKeyView::from)))
}

/// A new data key seals from now on, and seals anew what is there
///
/// With several servers it takes some seconds, until each of them knows the key. Nothing stops
/// meanwhile. Asked again after it was cut off, it goes on.
#[utoipa::path(post, path = "/platform/data-keys/rotate", tag = "platform",
    operation_id = "rotateDataKey", responses((status = 200, body = RotatedView)))]
async fn rotate(State(app): State<App>) -> Result<Json<RotatedView>, Failure> {
    let store = app.store().clone();
    // Who asked may go away meanwhile.
    let turned = tokio::spawn(store::audit::carried(async move {
        store.rotate_data_key(Timestamp::now()).await
    }));
    let turned =
        turned.await.unwrap_or_else(|broken| Err(store::Error::Damaged(broken.to_string())));
    let Rotated { number, n_secrets } = turned?;
    Ok(Json(RotatedView { number, n_secrets }))
}
