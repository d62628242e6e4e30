//! Who is in which workspace, and what they may do there.

use jiff::Timestamp;
use model::{
    id::{SessionId, UserId, WorkspaceId},
    permission::{Permissions, Role},
};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    leaving, roles, sharing,
    sql::{Tx, cells_of},
    workspaces::time,
};

/// A workspace that a person is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    pub workspace: WorkspaceId,
    pub name: SmolStr,
    pub role: SmolStr,
    pub joined_at: Timestamp,
    /// When the workspace is removed, if it is closed.
    pub ends_at: Option<Timestamp>,
}

/// A person in a workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub user: UserId,
    pub email: SmolStr,
    pub name: SmolStr,
    pub role: SmolStr,
    pub joined_at: Timestamp,
    /// Since when the person may do nothing there.
    pub suspended_at: Option<Timestamp>,
    /// When the person last signed in, of the sign-ins that last.
    pub signed_in_at: Option<Timestamp>,
}

/// What came of a change of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Done,
    /// There is no such member.
    Absent,
    /// It is the owner, who first makes somebody else the owner.
    Owner,
}

/// Where a person sits who has signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// In the workspace that was asked for; absent for one who is not, or no longer, a member.
    pub role: Option<SmolStr>,
    pub may: Permissions,
    /// When the workspace is removed, if it is closed.
    pub ends_at: Option<Timestamp>,
    /// The person looks after the whole server.
    pub platform_admin: bool,
    /// The workspace wants a second factor of its members, and this one has shown none in this session.
    pub lacks_factor: bool,
}

#[derive(sqlx::FromRow)]
struct RawSeat {
    role: Option<String>,
    permissions: Option<String>,
    ends_at: Option<i64>,
    platform_admin: i64,
    wants_factor: Option<i64>,
    n_factors: i64,
    factors: i64,
}

#[derive(sqlx::FromRow)]
struct RawMember {
    user_id: Uuid,
    email: String,
    name: String,
    role: String,
    joined_at: i64,
    suspended_at: Option<i64>,
    signed_in_at: Option<i64>,
}

impl RawMember {
    fn member(self) -> Result<Member, Error> {
        Ok(Member {
            user: UserId(self.user_id),
            email: self.email.into(),
            name: self.name.into(),
            role: self.role.into(),
            joined_at: time(self.joined_at)?,
            suspended_at: self.suspended_at.map(time).transpose()?,
            signed_in_at: self.signed_in_at.map(time).transpose()?,
        })
    }
}

/// Most workspaces of a person that are listed.
const WORKSPACES_MAX: u32 = 1_000;
/// Most members of a workspace that are listed.
const MEMBERS_MAX: u32 = 10_000;

impl Store {
    /// The workspaces that a person is in, those joined first before, without those where the person is suspended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, Error> {
        let sql = format!(
            "SELECT m.workspace_id, w.name, m.role, m.joined_at, w.ends_at FROM members m \
             JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = $1 \
             AND m.suspended_at IS NULL ORDER BY m.joined_at, m.workspace_id LIMIT {WORKSPACES_MAX}"
        );
        type Raw = (Uuid, String, String, i64, Option<i64>);
        let rows = self.0.db.rows::<Raw>(sql, cells_of![user]).await?;
        let one = |(workspace, name, role, joined_at, ends_at): Raw| {
            Ok(Membership {
                workspace: WorkspaceId(workspace),
                name: name.into(),
                role: role.into(),
                joined_at: time(joined_at)?,
                ends_at: ends_at.map(time).transpose()?,
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
        let sql = "SELECT m.role, r.permissions, w.ends_at, u.platform_admin, w.wants_factor, \
                   (SELECT COUNT(*) FROM two_factor f WHERE f.user_id = s.user_id \
                   AND f.confirmed_at IS NOT NULL) + (SELECT COUNT(*) FROM passkeys p \
                   WHERE p.user_id = s.user_id) AS n_factors, s.factors FROM sessions s \
                   JOIN users u ON u.user_id = s.user_id \
                   LEFT JOIN workspaces w ON w.id = $3 \
                   LEFT JOIN members m ON m.workspace_id = $3 AND m.user_id = s.user_id AND m.suspended_at IS NULL \
                   LEFT JOIN roles r ON r.workspace_id = m.workspace_id AND r.name = m.role \
                   WHERE s.user_id = $1 AND s.id = $2 AND s.expires_at > $4";
        let cells = cells_of![user, session, workspace, now];
        let Some(it) = self.0.db.row::<RawSeat>(sql, cells).await? else { return Ok(None) };
        let built_in = it.role.as_deref().and_then(Role::named).map(Role::permissions);
        let own = it.permissions.as_deref().map(roles::permissions);
        let shows_both = it.n_factors > 0 && it.factors == 2;
        Ok(Some(Seat {
            may: built_in.or(own).unwrap_or_default(),
            lacks_factor: it.role.is_some() && it.wants_factor == Some(1) && !shows_both,
            role: it.role.map(SmolStr::from),
            ends_at: it.ends_at.map(time).transpose()?,
            platform_admin: it.platform_admin != 0,
        }))
    }

    /// All of a workspace, those who joined first before.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn members(&self, workspace: WorkspaceId) -> Result<Vec<Member>, Error> {
        let sql = format!(
            "SELECT m.user_id, u.email, u.name, m.role, m.joined_at, m.suspended_at, \
             (SELECT MAX(s.created_at) FROM sessions s WHERE s.user_id = m.user_id) AS signed_in_at FROM members m \
             JOIN users u ON u.user_id = m.user_id WHERE m.workspace_id = $1 \
             ORDER BY m.joined_at, m.user_id LIMIT {MEMBERS_MAX}"
        );
        let rows = self.0.db.rows::<RawMember>(sql, cells_of![workspace]).await?;
        rows.into_iter().map(RawMember::member).collect()
    }

    /// Gives a member another role, which is not the owner's.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such role, [`Error::Database`].
    pub async fn set_member_role(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        role: &str,
    ) -> Result<Changed, Error> {
        let mut tx = self.0.db.begin().await?;
        roles::hold(&mut tx, workspace, role).await?;
        let changed = match member_role(&mut tx, workspace, user).await?.as_deref() {
            None => Changed::Absent,
            Some("owner") => Changed::Owner,
            Some(before) => {
                let note = Note::of(workspace, "member.update", user);
                tx.note(note.was(json!({ "role": before })).became(json!({ "role": role })));
                let sql = "UPDATE members SET role = $3 WHERE workspace_id = $1 AND user_id = $2";
                tx.run(sql, cells_of![workspace, user, role]).await?;
                Changed::Done
            }
        };
        tx.commit().await?;
        Ok(changed)
    }

    /// Lets a member do nothing in the workspace, or all that the role allows again. What the person has made or was
    /// given stays.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn suspend_member(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        at: Option<Timestamp>,
    ) -> Result<Changed, Error> {
        let mut tx = self.0.db.begin().await?;
        let changed = match member_role(&mut tx, workspace, user).await?.as_deref() {
            None => Changed::Absent,
            Some("owner") => Changed::Owner,
            Some(_) => {
                let (sql, action) = match at {
                    Some(_) => (
                        "UPDATE members SET suspended_at = $3 WHERE workspace_id = $1 AND user_id = $2 \
                         AND suspended_at IS NULL",
                        "member.suspend",
                    ),
                    None => (
                        "UPDATE members SET suspended_at = $3 WHERE workspace_id = $1 AND user_id = $2 \
                         AND suspended_at IS NOT NULL",
                        "member.resume",
                    ),
                };
                if tx.run(sql, cells_of![workspace, user, at]).await? > 0 {
                    tx.note(Note::of(workspace, action, user));
                }
                Changed::Done
            }
        };
        tx.commit().await?;
        Ok(changed)
    }

    /// Takes a person out of a workspace.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn remove_member(
        &self,
        workspace: WorkspaceId,
        user: UserId,
    ) -> Result<Changed, Error> {
        let mut tx = self.0.db.begin().await?;
        let changed = match member_role(&mut tx, workspace, user).await?.as_deref() {
            None => Changed::Absent,
            Some("owner") => Changed::Owner,
            Some(before) => {
                let note = Note::of(workspace, "member.remove", user);
                tx.note(note.was(json!({ "role": before })));
                let sql = "DELETE FROM members WHERE workspace_id = $1 AND user_id = $2";
                tx.run(sql, cells_of![workspace, user]).await?;
                // One that was sent before, and not needed, would let the person in again.
                let sql = "DELETE FROM invitations WHERE workspace_id = $1 \
                           AND email_key IN (SELECT email_key FROM users WHERE user_id = $2)";
                tx.run(sql, cells_of![workspace, user]).await?;
                sharing::forget_whom(&mut tx, workspace, user.0).await?;
                Changed::Done
            }
        };
        tx.commit().await?;
        Ok(changed)
    }

    /// Makes a member the owner, and the owner an admin. `false`: one of both is not that any more.
    ///
    /// # Errors
    /// [`Error::Refused`] when the member's account is about to end, [`Error::Database`].
    pub async fn transfer_workspace(
        &self,
        workspace: WorkspaceId,
        from: UserId,
        to: UserId,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let owner = member_role(&mut tx, workspace, from).await?;
        let next = member_role(&mut tx, workspace, to).await?;
        if from == to || owner.as_deref() != Some("owner") || next.is_none() {
            return Ok(false);
        }
        if leaving::is_leaving(&mut tx, to).await? {
            let message =
                "the account of this person is about to end, and the workspace would have no owner";
            return Err(Error::Refused(message.to_owned()));
        }
        hand_over(&mut tx, workspace, Some(from), to).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Gives a workspace an owner who stays: where the one that it has goes, or has gone, its admin of longest standing.
pub(crate) async fn see_to_owner(tx: &mut Tx, workspace: WorkspaceId) -> Result<(), Error> {
    let sql = "SELECT user_id FROM members WHERE workspace_id = $1 AND role = 'owner' LIMIT 1";
    let owner = tx.rows::<(Uuid,)>(sql, cells_of![workspace]).await?;
    let owner = owner.into_iter().next().map(|it| UserId(it.0));
    if let Some(owner) = owner
        && !leaving::is_leaving(tx, owner).await?
    {
        return Ok(());
    }
    let sql = format!(
        "SELECT user_id FROM members WHERE workspace_id = $1 AND role = 'admin' \
         AND suspended_at IS NULL ORDER BY joined_at, user_id LIMIT {MEMBERS_MAX}"
    );
    for (admin,) in tx.rows::<(Uuid,)>(sql, cells_of![workspace]).await? {
        let admin = UserId(admin);
        if leaving::is_leaving(tx, admin).await? {
            continue;
        }
        return hand_over(tx, workspace, owner, admin).await;
    }
    let message = "the account of the workspace's owner has ended or is about to, and no admin could own it; \
                   its owner keeps the account by signing in";
    Err(Error::Refused(message.to_owned()))
}

/// Makes a member the owner, and who was it an admin.
async fn hand_over(
    tx: &mut Tx,
    workspace: WorkspaceId,
    from: Option<UserId>,
    to: UserId,
) -> Result<(), Error> {
    // An owner who may do nothing would leave nobody who could let him in again.
    let sql = "UPDATE members SET role = $3, suspended_at = NULL WHERE workspace_id = $1 AND user_id = $2";
    if let Some(from) = from {
        tx.run(sql, cells_of![workspace, from, Role::Admin.as_str()]).await?;
    }
    tx.run(sql, cells_of![workspace, to, Role::Owner.as_str()]).await?;
    let was = json!({ "owner": from.map(|it| it.to_string()) });
    let became = json!({ "owner": to.to_string() });
    tx.note(Note::of(workspace, "workspace.transfer", workspace).was(was).became(became));
    Ok(())
}

/// What a person is in a workspace; it stays so until the transaction ends.
async fn member_role(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<String>, Error> {
    let sql = format!(
        "SELECT role FROM members WHERE workspace_id = $1 AND user_id = $2{}",
        tx.for_update()
    );
    let rows = tx.rows::<(String,)>(sql, cells_of![workspace, user]).await?;
    Ok(rows.into_iter().next().map(|it| it.0))
}
