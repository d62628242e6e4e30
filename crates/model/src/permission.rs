//! What may be done, and the least role that may do it: the one table of permissions. What sharing adds and
//! takes away is in `sharing`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! permissions {
    ($($name:ident = $text:literal, $least:ident, $doc:literal;)*) => {
        /// A closed list: a permission never changes its meaning.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        pub enum Permission {
            $(#[doc = $doc] $name,)*
        }

        impl Permission {
            pub const ALL: &'static [Permission] = &[$(Permission::$name),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Permission::$name => $text),* }
            }

            /// The role from which on it is given.
            pub fn least(self) -> Role {
                match self { $(Permission::$name => Role::$least),* }
            }

            /// What it allows, for people.
            pub fn about(self) -> &'static str {
                match self { $(Permission::$name => $doc),* }
            }
        }
    };
}

permissions! {
    WorkflowsRead = "workflows.read", Viewer, "See workflows, their versions and how they differ";
    WorkflowsWrite = "workflows.write", Editor, "Make, import and change workflows";
    WorkflowsPublish = "workflows.publish", Editor, "Publish a workflow and take it back";
    WorkflowsDelete = "workflows.delete", Editor, "Remove workflows";
    WorkflowsRun = "workflows.run", Operator, "Run a workflow by hand";
    ExecutionsRead = "executions.read", Viewer, "See executions, their steps, items and live events";
    ExecutionsControl = "executions.control", Operator, "Cancel, retry and replay executions";
    ExecutionsAnswer = "executions.answer", Operator, "Answer what an execution asks a person";
    ExecutionsDelete = "executions.delete", Editor, "Remove ended executions";
    NodesRead = "nodes.read", Viewer, "See node types, credential types and their forms";
    NodesTry = "nodes.try", Editor, "Run a single node and evaluate expressions";
    CredentialsRead = "credentials.read", Editor, "See credentials without their secrets";
    CredentialsWrite = "credentials.write", Editor, "Make, change, test and remove credentials";
    VariablesRead = "variables.read", Viewer, "See variables";
    VariablesWrite = "variables.write", Editor, "Add, change and remove variables";
    WebhooksRead = "webhooks.read", Viewer, "See addresses and who called them";
    WebhooksListen = "webhooks.listen", Editor, "Listen for a test call";
    GatewayRead = "gateway.read", Editor, "See the routes of the gateway";
    GatewayWrite = "gateway.write", Admin, "Make, change, check and remove routes of the gateway";
    GatewayCall = "gateway.call", Operator, "Call services behind the gateway";
    KeysRead = "keys.read", Admin, "See API keys by how they begin";
    KeysWrite = "keys.write", Admin, "Make, rotate and remove API keys";
    WorkspaceRead = "workspace.read", Viewer, "See the workspace, its name and what it holds";
    WorkspaceWrite = "workspace.write", Admin, "Rename the workspace";
    WorkspaceDelete = "workspace.delete", Owner, "Close the workspace, and open it again";
    WorkspaceTransfer = "workspace.transfer", Owner, "Make another member the owner";
    MembersRead = "members.read", Viewer, "See who is in the workspace";
    MembersWrite = "members.write", Admin, "Invite people, change what they may do, and take them out";
    SsoRead = "sso.read", Admin, "See where the workspace's people sign in elsewhere";
    SsoWrite = "sso.write", Admin, "Say where the workspace's people sign in elsewhere, and what they may do then";
    RolesRead = "roles.read", Viewer, "See roles and what each may do";
    RolesWrite = "roles.write", Admin, "Make, change and remove roles of the workspace";
    SharingAll = "sharing.all", Admin, "See and change workflows and credentials that are restricted, and say who else may";
    AuditRead = "audit.read", Admin, "See who changed what, and from where";
}

/// Who may do what, from the one that may least to the one that may most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Role {
    /// Looks and changes nothing.
    Viewer,
    /// Runs what others have drawn, and answers what executions ask people.
    Operator,
    /// Draws workflows.
    Editor,
    /// Looks after people, roles and keys as well.
    Admin,
    /// Whose workspace it is.
    Owner,
}

/// Names that other systems use for roles.
const ALIASES: &[(&str, Role)] = &[
    ("tenant_admin", Role::Admin),
    ("business_owner", Role::Admin),
    ("tenant_user", Role::Operator),
    ("team_member", Role::Operator),
];

impl Role {
    pub const ALL: &'static [Role] =
        &[Role::Viewer, Role::Operator, Role::Editor, Role::Admin, Role::Owner];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Editor => "editor",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    /// A role by its name or one of its aliases, in any case.
    pub fn named(text: &str) -> Option<Role> {
        let text = text.to_ascii_lowercase();
        let own = Role::ALL.iter().copied().find(|it| it.as_str() == text);
        own.or_else(|| ALIASES.iter().find(|it| it.0 == text).map(|it| it.1))
    }

    pub fn aliases(self) -> impl Iterator<Item = &'static str> {
        ALIASES.iter().filter(move |it| it.1 == self).map(|it| it.0)
    }

    pub fn permissions(self) -> Permissions {
        Permission::ALL.iter().copied().filter(|it| it.least() <= self).collect()
    }
}

/// What who looks after the server may do in each workspace, without being in it.
pub fn platform_admin() -> Permissions {
    use Permission::{MembersRead, MembersWrite, WorkspaceDelete, WorkspaceRead, WorkspaceWrite};
    [WorkspaceRead, WorkspaceWrite, WorkspaceDelete, MembersRead, MembersWrite]
        .into_iter()
        .collect()
}

/// What may be done in a workspace that is closed, by those who may.
pub fn in_closed() -> Permissions {
    [Permission::WorkspaceRead, Permission::WorkspaceDelete].into_iter().collect()
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Permissions(u64);

const _: () = assert!(Permission::ALL.len() <= 64, "a set has a bit for each");

impl Permissions {
    pub fn contains(self, it: Permission) -> bool {
        self.0 & (1 << it as u32) != 0
    }

    /// Whether all of another set are in this one.
    pub fn contains_all(self, others: Permissions) -> bool {
        others.0 & !self.0 == 0
    }

    /// What is in both.
    pub fn and(self, other: Permissions) -> Permissions {
        Permissions(self.0 & other.0)
    }

    /// What is in one or in both.
    #[must_use]
    pub fn or(self, other: Permissions) -> Permissions {
        Permissions(self.0 | other.0)
    }

    /// What of another set is not in this one.
    pub fn lacks(self, others: Permissions) -> Permissions {
        Permissions(others.0 & !self.0)
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |it| self.contains(*it))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(all: I) -> Permissions {
        Permissions(all.into_iter().fold(0, |set, it| set | 1 << it as u32))
    }
}

/// Names with spaces between them.
impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, it) in self.iter().enumerate() {
            write!(f, "{}{}", if n == 0 { "" } else { " " }, it.as_str())?;
        }
        Ok(())
    }
}

/// There is no permission of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no permission `{0}`; the list is in docs/permissions.md")]
pub struct NoPermission(String);

impl FromStr for Permission {
    type Err = NoPermission;
    fn from_str(text: &str) -> Result<Permission, NoPermission> {
        let found = Permission::ALL.iter().copied().find(|it| it.as_str() == text);
        found.ok_or_else(|| NoPermission(text.chars().take(64).collect()))
    }
}

impl FromStr for Permissions {
    type Err = NoPermission;
    fn from_str(text: &str) -> Result<Permissions, NoPermission> {
        text.split_whitespace().map(str::parse).collect()
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Permission::as_str))
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Permissions, D::Error> {
        let all = Vec::<String>::deserialize(deserializer)?;
        all.iter()
            .map(|it| it.parse::<Permission>())
            .collect::<Result<_, _>>()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_more_than_the_one_before() {
        for pair in Role::ALL.windows(2) {
            let (less, more) = (pair[0].permissions(), pair[1].permissions());
            assert!(more.contains_all(less), "{:?}", pair[1]);
        }
        let all: Permissions = Permission::ALL.iter().copied().collect();
        assert_eq!(Role::Owner.permissions(), all);
        assert!(!Role::Viewer.permissions().contains(Permission::WorkflowsWrite));
        assert!(!Role::Editor.permissions().contains(Permission::KeysWrite));
    }

    #[test]
    fn roles_of_other_systems_are_known() {
        for (text, role) in [
            ("OWNER", Some(Role::Owner)),
            ("TENANT_ADMIN", Some(Role::Admin)),
            ("BUSINESS_OWNER", Some(Role::Admin)),
            ("TEAM_MEMBER", Some(Role::Operator)),
            ("tenant_user", Some(Role::Operator)),
            ("END_CUSTOMER", None),
            ("", None),
        ] {
            assert_eq!(Role::named(text), role, "{text}");
        }
    }

    #[test]
    fn text_and_back_is_the_same_set() {
        for role in Role::ALL {
            let set = role.permissions();
            assert_eq!(set.to_string().parse(), Ok(set));
        }
        assert!("workflows.read nothing.known".parse::<Permissions>().is_err());
    }

    #[test]
    fn names_differ() {
        let mut names: Vec<_> = Permission::ALL.iter().map(|it| it.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Permission::ALL.len());
    }
}
