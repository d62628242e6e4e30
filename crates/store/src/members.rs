//! Who is in which workspace, and what they may do there.

use jiff::Timestamp;
use model::{
    id::{SessionId, UserId, WorkspaceId},
    permission::{Permissions, Role},
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{Error, Store, roles, sql::cells_of, workspaces::time};

/// A workspace that a person is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    pub workspace: WorkspaceId,
    pub name: SmolStr,
    pub role: SmolStr,
    pub joined_at: Timestamp,
}

/// Where a person sits who has signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// In the workspace that was asked for; absent for one who is not, or no longer, a member.
    pub role: Option<SmolStr>,
    pub may: Permissions,
}

/// Most workspaces of a person that are listed.
const WORKSPACES_MAX: u32 = 1_000;

impl Store {
    /// The workspaces that a person is in, those joined first before.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, Error> {
        let sql = format!(
            "SELECT m.workspace_id, w.name, m.role, m.joined_at FROM members m \
             JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = $1 \
             ORDER BY m.joined_at, m.workspace_id LIMIT {WORKSPACES_MAX}"
        );
        let rows = self.0.db.rows::<(Uuid, String, String, i64)>(sql, cells_of![user]).await?;
        let one = |(workspace, name, role, joined_at): (Uuid, String, String, i64)| {
            Ok(Membership {
                workspace: WorkspaceId(workspace),
                name: name.into(),
                role: role.into(),
                joined_at: time(joined_at)?,
            })
        };
        rows.into_iter().map(one).collect()
    }

    /// What a person may do in a workspace; `None` when the session has ended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn seat(
        &self,
        user: UserId,
        session: SessionId,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<Option<Seat>, Error> {
        let sql = "SELECT m.role, r.permissions FROM sessions s \
                   LEFT JOIN members m ON m.workspace_id = $3 AND m.user_id = s.user_id \
                   LEFT JOIN roles r ON r.workspace_id = m.workspace_id AND r.name = m.role \
                   WHERE s.user_id = $1 AND s.id = $2 AND s.expires_at > $4";
        let cells = cells_of![user, session, workspace, now];
        let row = self.0.db.row::<(Option<String>, Option<String>)>(sql, cells).await?;
        let seat = |(role, own): (Option<String>, Option<String>)| {
            let built_in = role.as_deref().and_then(Role::named).map(Role::permissions);
            let own = own.as_deref().map(roles::permissions);
            Seat { may: built_in.or(own).unwrap_or_default(), role: role.map(SmolStr::from) }
        };
        Ok(row.map(seat))
    }
}
