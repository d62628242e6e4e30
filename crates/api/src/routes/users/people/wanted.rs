//! Which people of a workspace are asked for.

use serde::Deserialize;
use utoipa::IntoParams;

use super::super::super::shapes::ClientPerson;
use crate::{failure::Failure, list::odd_order};

/// Which people, and in which order.
#[derive(Deserialize, IntoParams, Clone, Debug)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `BUSINESS_OWNER`, `TEAM_MEMBER`, or a role as it is called here.
    role: Option<String>,
    /// `ACTIVE`, `INACTIVE` or `PENDING`.
    status: Option<String>,
    /// Part of the name or the address, in any case.
    search: Option<String>,
    /// `createdAt`, `name`, `email`, `role` or `lastLogin`; absent is `createdAt`.
    sort_by: Option<String>,
    /// `asc` or `desc`; absent is `desc`.
    sort_order: Option<String>,
}

impl Wanted {
    /// Those that are asked for, in their order.
    pub(super) fn of(&self, mut all: Vec<ClientPerson>) -> Result<Vec<ClientPerson>, Failure> {
        let text = |it: &Option<String>| {
            it.as_deref().map(str::trim).filter(|it| !it.is_empty()).map(str::to_lowercase)
        };
        let is = |wanted: &Option<String>, own: &str| {
            wanted.as_ref().is_none_or(|it| own.eq_ignore_ascii_case(it))
        };
        let (role, status, search) = (text(&self.role), text(&self.status), text(&self.search));
        all.retain(|it| {
            let has = |part: &String| {
                it.name.to_lowercase().contains(part) || it.email.to_lowercase().contains(part)
            };
            (is(&role, it.role.as_str()) || is(&role, &it.workspace_role))
                && is(&status, it.status.as_str())
                && search.as_ref().is_none_or(has)
        });
        match self.sort_by.as_deref().unwrap_or("createdAt") {
            "createdAt" | "updatedAt" => all.sort_by_key(|it| it.created_at),
            "name" | "firstName" => all.sort_by_cached_key(|it| it.name.to_lowercase()),
            "email" => all.sort_by_cached_key(|it| it.email.to_lowercase()),
            "role" => all.sort_by_key(|it| it.role),
            "lastLogin" => all.sort_by_key(|it| it.last_login),
            odd => {
                let known = ["createdAt", "name", "email", "role", "lastLogin"];
                return Err(odd_order(odd, &known));
            }
        }
        if self.sort_order.as_deref() != Some("asc") {
            all.reverse();
        }
        Ok(all)
    }
}
