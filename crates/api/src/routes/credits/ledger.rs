//! The ledger of a workspace's credits.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::Serialize;
use store::credits::{self, Deed, Part, Source};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{Between, List, Page},
    read::Asked,
};

/// A line of the ledger.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreditEntry {
    /// Names the deed.
    key: String,
    kind: CreditEntryKind,
    /// What was paid with them; empty where credits came.
    label: String,
    /// So many were put aside, or came.
    credits: u64,
    /// So many of those that were put aside were spent; the others came back.
    spent: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum CreditEntryKind {
    /// Put aside, and nobody has said the end.
    Reserved,
    Spent,
    Released,
    /// Whoever looks after the server gave them.
    Gift,
    Purchase,
    /// They were bought by smart recharge.
    Recharge,
}

impl From<credits::Entry> for CreditEntry {
    fn from(it: credits::Entry) -> CreditEntry {
        CreditEntry {
            key: it.key.into(),
            kind: match it.deed {
                Deed::Reserved => CreditEntryKind::Reserved,
                Deed::Spent => CreditEntryKind::Spent,
                Deed::Released => CreditEntryKind::Released,
                Deed::Came(Source::Gift) => CreditEntryKind::Gift,
                Deed::Came(Source::Purchase) => CreditEntryKind::Purchase,
                Deed::Came(Source::Recharge) => CreditEntryKind::Recharge,
            },
            label: it.label.into(),
            credits: it.credits,
            spent: it.spent,
            at: it.at,
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list))
}

/// The ledger: credits that came, were put aside, spent and released
///
/// The latest first. Deeds are kept for 90 days.
#[utoipa::path(get, path = "/workspaces/{id}/credits/ledger", tag = "workspaces", operation_id = "listCreditEntries",
    params(("id" = String, Path), Page, Between), responses((status = 200, body = List<CreditEntry>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
    Asked(between): Asked<Between>,
) -> Result<Json<List<CreditEntry>>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let Between { from, until } = between;
    let part = Part { from, until, offset: page.offset(), limit: page.size() };
    let found = app.store().credit_ledger(actor.workspace, part).await?;
    let items = found.entries.into_iter().map(CreditEntry::from).collect();
    Ok(Json(List { total_is_at_least: found.total_is_at_least, ..page.of(items, found.total) }))
}
