//! The shapes that clients of other systems read: an envelope, pages that they count in their way, and people in two
//! names with the roles and states that they know.

use axum::Json;
use jiff::Timestamp;
use model::{
    id::{InvitationId, UserId, WorkspaceId},
    permission::Role,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An answer to clients of another system.
#[derive(Serialize, ToSchema)]
pub(super) struct Reply<T> {
    /// True; what fails answers an error.
    success: bool,
    /// A sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    data: T,
}

impl<T> Reply<T> {
    pub(super) fn of(data: T) -> Json<Reply<T>> {
        Json(Reply { success: true, message: None, data })
    }

    pub(super) fn said(message: &'static str, data: T) -> Json<Reply<T>> {
        Json(Reply { success: true, message: Some(message), data })
    }
}

const LIMIT: u32 = 20;
const LIMIT_MAX: u32 = 100;
const PAGE_MAX: u32 = 1_000_000;

/// Which page.
#[derive(Deserialize, IntoParams, Clone, Copy, Debug)]
#[into_params(parameter_in = Query)]
pub(super) struct Turn {
    /// From 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// How many at most: 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// Where a page stands among all.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ClientPages)]
pub(super) struct Pages {
    page: u32,
    limit: u32,
    total: u64,
    pages: u64,
    total_pages: u64,
    has_next: bool,
    has_prev: bool,
}

impl Turn {
    pub(super) fn limit(self) -> u32 {
        self.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX)
    }

    pub(super) fn offset(self) -> u32 {
        (self.number() - 1).saturating_mul(self.limit())
    }

    fn number(self) -> u32 {
        self.page.unwrap_or(1).clamp(1, PAGE_MAX)
    }

    pub(super) fn pages(self, total: u64) -> Pages {
        let (page, limit) = (self.number(), self.limit());
        let pages = total.div_ceil(u64::from(limit));
        Pages {
            page,
            limit,
            total,
            pages,
            total_pages: pages,
            has_next: u64::from(page) < pages,
            has_prev: page > 1,
        }
    }

    /// A page of what is in memory as a whole.
    pub(super) fn cut<T>(self, all: Vec<T>) -> (Vec<T>, Pages) {
        let pages = self.pages(all.len() as u64);
        let (offset, limit) = (self.offset() as usize, self.limit() as usize);
        (all.into_iter().skip(offset).take(limit).collect(), pages)
    }
}

/// Roles as they are called there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ClientRoleName)]
pub(super) enum RoleName {
    PlatformAdmin,
    BusinessOwner,
    TeamMember,
}

impl RoleName {
    /// What somebody is called who has a role here.
    pub(super) fn of(role: &str, is_platform: bool) -> RoleName {
        match Role::named(role) {
            _ if is_platform => RoleName::PlatformAdmin,
            Some(Role::Owner | Role::Admin) => RoleName::BusinessOwner,
            Some(Role::Editor | Role::Operator | Role::Viewer) | None => RoleName::TeamMember,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            RoleName::PlatformAdmin => "PLATFORM_ADMIN",
            RoleName::BusinessOwner => "BUSINESS_OWNER",
            RoleName::TeamMember => "TEAM_MEMBER",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ClientUserStatus)]
pub(super) enum PersonStatus {
    Active,
    /// Suspended.
    Inactive,
    /// Invited.
    Pending,
}

impl PersonStatus {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            PersonStatus::Active => "ACTIVE",
            PersonStatus::Inactive => "INACTIVE",
            PersonStatus::Pending => "PENDING",
        }
    }
}

/// A person of a workspace, or one who is invited.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ClientUser)]
pub(super) struct ClientPerson {
    /// Of the person; of one who is invited, of the invitation.
    pub(super) id: String,
    /// The name up to its first space.
    first_name: String,
    last_name: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: RoleName,
    /// The role as it is called here.
    pub(super) workspace_role: String,
    pub(super) status: PersonStatus,
    #[schema(value_type = Option<String>)]
    tenant_id: Option<WorkspaceId>,
    #[schema(value_type = Option<String>)]
    workspace_id: Option<WorkspaceId>,
    /// When the latest sign-in began that lasts.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) last_login: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_login_at: Option<Timestamp>,
    /// When the person joined, or was invited.
    #[schema(value_type = String, format = DateTime)]
    pub(super) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

impl ClientPerson {
    pub(super) fn member(it: &store::members::Member, workspace: WorkspaceId) -> ClientPerson {
        let (first_name, last_name) = two_names(&it.name);
        let is_suspended = it.suspended_at.is_some();
        ClientPerson {
            id: it.user.to_string(),
            first_name,
            last_name,
            name: it.name.to_string(),
            email: it.email.to_string(),
            role: RoleName::of(&it.role, false),
            workspace_role: it.role.to_string(),
            status: if is_suspended { PersonStatus::Inactive } else { PersonStatus::Active },
            tenant_id: Some(workspace),
            workspace_id: Some(workspace),
            last_login: it.signed_in_at,
            last_login_at: it.signed_in_at,
            created_at: it.joined_at,
            email_verified: None,
        }
    }

    /// By another name.
    pub(super) fn called(self, name: &str) -> ClientPerson {
        let (first_name, last_name) = two_names(name);
        ClientPerson { first_name, last_name, name: name.to_owned(), ..self }
    }

    pub(super) fn invited(it: &store::invitations::Invitation) -> ClientPerson {
        ClientPerson {
            id: it.id.to_string(),
            first_name: String::new(),
            last_name: String::new(),
            name: String::new(),
            email: it.email.to_string(),
            role: RoleName::of(&it.role, false),
            workspace_role: it.role.to_string(),
            status: PersonStatus::Pending,
            tenant_id: Some(it.workspace),
            workspace_id: Some(it.workspace),
            last_login: None,
            last_login_at: None,
            created_at: it.created_at,
            email_verified: None,
        }
    }

    /// Oneself, with the workspace where one is and the role there.
    pub(super) fn own(
        it: &store::users::User,
        here: Option<(WorkspaceId, &str)>,
        last_login: Option<Timestamp>,
    ) -> ClientPerson {
        let (first_name, last_name) = two_names(&it.name);
        let role = here.map_or("", |it| it.1);
        ClientPerson {
            id: it.id.to_string(),
            first_name,
            last_name,
            name: it.name.to_string(),
            email: it.email.to_string(),
            role: RoleName::of(role, it.platform_admin),
            workspace_role: role.to_owned(),
            status: PersonStatus::Active,
            tenant_id: here.map(|it| it.0),
            workspace_id: here.map(|it| it.0),
            last_login,
            last_login_at: last_login,
            created_at: it.created_at,
            email_verified: Some(it.verified_at.is_some()),
        }
    }
}

/// One of them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ClientUserAnswer)]
pub(super) struct OnePerson {
    pub(super) user: ClientPerson,
    /// Where the invitation is accepted, on a server that sends no mails: hand it to the person yourself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invitation_link: Option<String>,
}

impl OnePerson {
    pub(super) fn of(user: ClientPerson) -> OnePerson {
        OnePerson { user, invitation_link: None }
    }
}

/// Whom a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Member(UserId),
    Invited(InvitationId),
}

impl Named {
    pub(super) fn read(text: &str) -> Option<Named> {
        let member = || text.parse().ok().map(Named::Member);
        member().or_else(|| text.parse().ok().map(Named::Invited))
    }
}

fn two_names(name: &str) -> (String, String) {
    let (first, last) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
    (first.to_owned(), last.trim().to_owned())
}

/// A name that is told in parts, over the one that there is; `None`: nothing is said.
pub(super) fn one_name(
    was: &str,
    name: Option<&str>,
    first: Option<&str>,
    last: Option<&str>,
) -> Option<String> {
    if let Some(name) = name {
        return Some(name.trim().to_owned());
    }
    if first.is_none() && last.is_none() {
        return None;
    }
    let (was_first, was_last) = two_names(was);
    let (first, last) = (first.unwrap_or(&was_first), last.unwrap_or(&was_last));
    Some(format!("{} {}", first.trim(), last.trim()).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_two_parts_and_is_put_together_again() {
        let check = |name: &str, first: &str, last: &str| {
            assert_eq!(two_names(name), (first.to_owned(), last.to_owned()), "{name}");
        };
        check("Ada", "Ada", "");
        check("Ada Lovelace", "Ada", "Lovelace");
        check(" Ada King  Lovelace ", "Ada", "King  Lovelace");
        let put = |name, first, last| one_name("Ada Lovelace", name, first, last);
        assert_eq!(put(None, None, None), None);
        assert_eq!(put(None, Some("Grace"), None).as_deref(), Some("Grace Lovelace"));
        assert_eq!(put(None, None, Some("King")).as_deref(), Some("Ada King"));
        assert_eq!(put(None, None, Some("")).as_deref(), Some("Ada"));
        assert_eq!(put(Some("Bob"), Some("Grace"), None).as_deref(), Some("Bob"));
    }

    #[test]
    fn pages_are_counted_in_their_way() {
        let turn = |page, limit| Turn { page: Some(page), limit: Some(limit) };
        let (cut, pages) = turn(2, 2).cut(vec![1, 2, 3, 4, 5]);
        assert_eq!(cut, [3, 4]);
        assert_eq!((pages.total, pages.pages, pages.has_next, pages.has_prev), (5, 3, true, true));
        let (cut, pages) = turn(3, 2).cut(vec![1, 2, 3, 4, 5]);
        assert_eq!((cut, pages.has_next), (vec![5], false));
        let (cut, pages) = turn(0, 0).cut(vec![1, 2]);
        assert_eq!((cut, pages.limit, pages.page), (vec![1], 1, 1));
        assert_eq!(turn(1, 1_000).limit(), LIMIT_MAX);
    }

    #[test]
    fn a_role_has_the_name_that_they_know() {
        let check = |role: &str, expected: &str| {
            assert_eq!(RoleName::of(role, false).as_str(), expected, "{role}");
        };
        check("owner", "BUSINESS_OWNER");
        check("admin", "BUSINESS_OWNER");
        check("editor", "TEAM_MEMBER");
        check("viewer", "TEAM_MEMBER");
        check("own-role", "TEAM_MEMBER");
        assert_eq!(RoleName::of("viewer", true).as_str(), "PLATFORM_ADMIN");
    }
}
