//! Sharing: what a person may do with one workflow or credential, by his role and by what is shared with him.

use crate::{
    id::{ApiKeyId, ServiceAccountId, UserId},
    permission::{
        Permission::{self, *},
        Permissions,
    },
};

/// What is shared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Thing {
    Workflow,
    Credential,
}

/// How far something is shared. What each gives is in [`Level::gives`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Level {
    /// A workflow: see it, its executions and who called it.
    View,
    /// A workflow: run it as well, and look after its executions.
    Run,
    /// A credential: choose it in nodes, without ever seeing it.
    Use,
    /// Change it as well.
    Edit,
}

/// Whether everybody in the workspace may, by his role, or only those it is shared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Openness {
    Open,
    Restricted,
}

/// What somebody is to a thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Bond {
    None,
    Shared(Level),
    Owner,
}

/// What is known of a thing and one caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Access {
    pub openness: Openness,
    pub bond: Bond,
}

/// Whose eyes look: what is restricted is left out of what they do not see.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Sight {
    /// All there is.
    All,
    /// What is open, and what is shared with one.
    Open(Viewer),
    /// Only what is shared with one whose role sees nothing of the kind.
    Shared(Viewer),
}

/// With whom something may be shared. Each of them has a role besides, with which it may be shared too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Viewer {
    Member(UserId),
    Account(ServiceAccountId),
    /// A key of no account: what is shared with its role is shared with it.
    Key(ApiKeyId),
}

impl Sight {
    /// Who looks, unless it sees all.
    pub fn viewer(self) -> Option<Viewer> {
        match self {
            Sight::All => None,
            Sight::Open(it) | Sight::Shared(it) => Some(it),
        }
    }
}

impl Thing {
    pub const ALL: &'static [Thing] = &[Thing::Workflow, Thing::Credential];

    pub fn as_str(self) -> &'static str {
        match self {
            Thing::Workflow => "workflow",
            Thing::Credential => "credential",
        }
    }

    /// How far it can be shared, from the least to the most.
    pub fn levels(self) -> &'static [Level] {
        match self {
            Thing::Workflow => &[Level::View, Level::Run, Level::Edit],
            Thing::Credential => &[Level::Use, Level::Edit],
        }
    }

    /// All that a role allows with things of the kind, and restricting one takes away.
    pub fn permissions(self) -> Permissions {
        let all: &[Permission] = match self {
            Thing::Workflow => &[
                WorkflowsRead,
                WorkflowsWrite,
                WorkflowsPublish,
                WorkflowsDelete,
                WorkflowsRun,
                ExecutionsRead,
                ExecutionsControl,
                ExecutionsAnswer,
                ExecutionsDelete,
                WebhooksRead,
                WebhooksListen,
            ],
            Thing::Credential => &[CredentialsRead, CredentialsWrite],
        };
        all.iter().copied().collect()
    }
}

impl Level {
    pub const ALL: &'static [Level] = &[Level::View, Level::Run, Level::Use, Level::Edit];

    pub fn as_str(self) -> &'static str {
        match self {
            Level::View => "view",
            Level::Run => "run",
            Level::Use => "use",
            Level::Edit => "edit",
        }
    }

    pub fn named(text: &str) -> Option<Level> {
        Level::ALL.iter().copied().find(|it| it.as_str() == text)
    }

    /// What it allows with the thing, whatever the role.
    pub fn gives(self, thing: Thing) -> Permissions {
        const VIEW: &[Permission] = &[WorkflowsRead, ExecutionsRead, WebhooksRead];
        const RUN: &[Permission] = &[WorkflowsRun, ExecutionsControl, ExecutionsAnswer];
        const EDIT: &[Permission] = &[WorkflowsWrite, WorkflowsPublish, WebhooksListen];
        let parts: &[&[Permission]] = match (thing, self) {
            (Thing::Workflow, Level::View) => &[VIEW],
            (Thing::Workflow, Level::Run) => &[VIEW, RUN],
            (Thing::Workflow, Level::Edit) => &[VIEW, RUN, EDIT],
            (Thing::Credential, Level::Edit) => &[&[CredentialsRead, CredentialsWrite]],
            // Choosing one in a node takes no permission, only that it is shared.
            (Thing::Credential, Level::Use)
            | (Thing::Credential, Level::View | Level::Run)
            | (Thing::Workflow, Level::Use) => &[],
        };
        parts.iter().flat_map(|it| it.iter().copied()).collect()
    }
}

impl Access {
    /// Nothing special is said of the thing.
    pub const OPEN: Access = Access { openness: Openness::Open, bond: Bond::None };

    /// Whether the thing looks absent to somebody who does not see all.
    pub fn hides(self) -> bool {
        self.openness == Openness::Restricted && self.bond == Bond::None
    }
}

/// The rule: what somebody may do with a thing. `role` is what he may do in the workspace, and `most` what he
/// could be given: a key never gets more than its own scope, and in a workspace that is closed nobody more
/// than is left there.
pub fn may(role: Permissions, most: Permissions, thing: Thing, access: Access) -> Permissions {
    if role.contains(SharingAll) {
        return role;
    }
    let by_role = match (access.openness, access.bond) {
        (Openness::Open, _) | (Openness::Restricted, Bond::Owner) => role,
        (Openness::Restricted, Bond::None | Bond::Shared(_)) => thing.permissions().lacks(role),
    };
    match access.bond {
        Bond::Shared(level) => by_role.or(level.gives(thing).and(most)),
        // Whose it is may do what his role allows: who is made a viewer changes nothing any more.
        Bond::Owner | Bond::None => by_role,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::Role;

    fn everything() -> Permissions {
        Role::Owner.permissions()
    }

    fn bonds(thing: Thing) -> impl Iterator<Item = Bond> {
        let shared = thing.levels().iter().map(|it| Bond::Shared(*it));
        [Bond::None, Bond::Owner].into_iter().chain(shared)
    }

    #[test]
    fn each_role_with_each_share() {
        for thing in Thing::ALL.iter().copied() {
            for role in Role::ALL.iter().copied() {
                for openness in [Openness::Open, Openness::Restricted] {
                    for bond in bonds(thing) {
                        walk(thing, role, Access { openness, bond });
                    }
                }
            }
        }
    }

    fn walk(thing: Thing, role: Role, access: Access) {
        let told = format!("{thing:?} {role:?} {access:?}");
        let by_role = role.permissions();
        let may = super::may(by_role, everything(), thing, access);
        if role >= Role::Admin {
            assert_eq!(may, by_role, "{told}: sees all");
            return;
        }
        let elsewhere = thing.permissions().lacks(by_role);
        assert!(may.contains_all(elsewhere), "{told}: other things are as they were");
        let with_it = may.and(thing.permissions());
        let wanted = match (access.openness, access.bond) {
            (Openness::Open, Bond::Shared(it)) => {
                by_role.and(thing.permissions()).or(it.gives(thing))
            }
            (Openness::Restricted, Bond::Shared(it)) => it.gives(thing),
            (Openness::Restricted, Bond::None) => Permissions::default(),
            (Openness::Open, _) | (Openness::Restricted, Bond::Owner) => {
                by_role.and(thing.permissions())
            }
        };
        assert_eq!(with_it, wanted, "{told}");
    }

    #[test]
    fn each_level_gives_more_than_the_one_before() {
        for thing in Thing::ALL.iter().copied() {
            for pair in thing.levels().windows(2) {
                let (less, more) = (pair[0].gives(thing), pair[1].gives(thing));
                assert!(more.contains_all(less) && more != less, "{thing:?} {pair:?}");
            }
            for level in thing.levels() {
                assert!(thing.permissions().contains_all(level.gives(thing)));
                assert_eq!(Level::named(level.as_str()), Some(*level));
            }
        }
        let edits = Level::Edit.gives(Thing::Workflow);
        assert!(!edits.contains(WorkflowsDelete) && edits.contains(WorkflowsRead));
    }

    #[test]
    fn a_key_gets_no_more_than_its_scope() {
        let scope: Permissions = [WorkflowsRead].into_iter().collect();
        let access = Access { openness: Openness::Open, bond: Bond::Shared(Level::Edit) };
        assert_eq!(may(scope, scope, Thing::Workflow, access), scope);
    }
}
