//! A workspace's provider for single sign-on, and the domains of addresses that it knows.

use jiff::Timestamp;
use model::{Value, id::WorkspaceId};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{Error, Store, audit::Note, sql::cells_of, workspaces::time};

/// A domain that a workspace lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    pub workspace: WorkspaceId,
    pub domain: SmolStr,
    /// When who looks after the server said that it is the workspace's.
    pub confirmed_at: Option<Timestamp>,
}

/// A domain that some workspace lists, and how the workspace is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub domain: Domain,
    pub workspace_name: SmolStr,
}

/// Most domains that are read at once.
const DOMAINS_MAX: u32 = 10_000;
/// The setting of a workspace that says of its provider.
const SETTING: &str = "sso";

type Row = (Uuid, String, Option<i64>);

fn domain((workspace, domain, confirmed_at): Row) -> Result<Domain, Error> {
    Ok(Domain {
        workspace: WorkspaceId(workspace),
        domain: domain.into(),
        confirmed_at: confirmed_at.map(time).transpose()?,
    })
}

impl Store {
    /// What a workspace says of its provider, if it has one.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn sso(&self, workspace: WorkspaceId) -> Result<Option<Value>, Error> {
        self.setting(workspace, SETTING).await
    }

    /// Keeps it, with all domains that it lists. One that was confirmed stays so as long as it is listed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_sso(
        &self,
        workspace: WorkspaceId,
        value: &Value,
        domains: &[SmolStr],
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "INSERT INTO settings (workspace_id, name, value) VALUES ($1, $2, $3) \
                   ON CONFLICT (workspace_id, name) DO UPDATE SET value = excluded.value";
        tx.run(sql, cells_of![workspace, SETTING, value.to_json()]).await?;
        let sql = "SELECT domain FROM sso_domains WHERE workspace_id = $1";
        let before = tx.rows::<(String,)>(sql, cells_of![workspace]).await?;
        for (gone,) in before.iter().filter(|it| !domains.iter().any(|one| one == &it.0)) {
            let sql = "DELETE FROM sso_domains WHERE workspace_id = $1 AND domain = $2";
            tx.run(sql, cells_of![workspace, gone.as_str()]).await?;
        }
        for it in domains {
            let sql = "INSERT INTO sso_domains (workspace_id, domain) VALUES ($1, $2) \
                       ON CONFLICT (workspace_id, domain) DO NOTHING";
            tx.run(sql, cells_of![workspace, it.clone()]).await?;
        }
        let became = json!({ "domains": domains });
        tx.note(Note::of(workspace, "sso.update", workspace).became(became));
        tx.commit().await
    }

    /// `false`: there was none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn remove_sso(&self, workspace: WorkspaceId) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        tx.run("DELETE FROM sso_domains WHERE workspace_id = $1", cells_of![workspace]).await?;
        let sql = "DELETE FROM settings WHERE workspace_id = $1 AND name = $2";
        let n = tx.run(sql, cells_of![workspace, SETTING]).await?;
        if n > 0 {
            tx.note(Note::of(workspace, "sso.delete", workspace));
        }
        tx.commit().await?;
        Ok(n > 0)
    }

    /// Those of a workspace, by name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sso_domains(&self, workspace: WorkspaceId) -> Result<Vec<Domain>, Error> {
        let sql = format!(
            "SELECT workspace_id, domain, confirmed_at FROM sso_domains WHERE workspace_id = $1 \
             ORDER BY domain LIMIT {DOMAINS_MAX}"
        );
        let rows = self.0.db.rows::<Row>(sql, cells_of![workspace]).await?;
        rows.into_iter().map(domain).collect()
    }

    /// The workspace whose people have addresses of this domain.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sso_of_domain(&self, domain: &str) -> Result<Option<WorkspaceId>, Error> {
        of_domain_any_workspace(self, domain).await
    }

    /// All that any workspace lists, by workspace.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn all_sso_domains(&self) -> Result<Vec<Listed>, Error> {
        all_any_workspace(self).await
    }

    /// Says that a domain is the workspace's, or takes it back. `false`: it does not list it.
    ///
    /// # Errors
    /// [`Error::Taken`] when it is another one's, [`Error::Database`].
    pub async fn confirm_sso_domain(
        &self,
        workspace: WorkspaceId,
        domain: &str,
        confirmed_at: Option<Timestamp>,
    ) -> Result<bool, Error> {
        let sql =
            "UPDATE sso_domains SET confirmed_at = $3 WHERE workspace_id = $1 AND domain = $2";
        let cells = cells_of![workspace, domain, confirmed_at];
        let mut tx = self.0.db.begin().await?;
        let n = match tx.run(sql, cells).await {
            Err(error) if error.is_duplicate() => {
                return Err(Error::Taken(format!("`{domain}` is another workspace's already")));
            }
            end => end?,
        };
        if n > 0 {
            let became = json!({ "domain": domain, "confirmed": confirmed_at.is_some() });
            tx.note(Note::of(workspace, "sso_domain.confirm", domain).became(became));
        }
        tx.commit().await?;
        Ok(n > 0)
    }
}

async fn of_domain_any_workspace(
    store: &Store,
    domain: &str,
) -> Result<Option<WorkspaceId>, Error> {
    let sql = "SELECT workspace_id FROM sso_domains WHERE domain = $1 AND confirmed_at IS NOT NULL";
    let row = store.0.db.row::<(Uuid,)>(sql, cells_of![domain]).await?;
    Ok(row.map(|it| WorkspaceId(it.0)))
}

async fn all_any_workspace(store: &Store) -> Result<Vec<Listed>, Error> {
    let sql = format!(
        "SELECT d.workspace_id, d.domain, d.confirmed_at, w.name FROM sso_domains d \
         JOIN workspaces w ON w.id = d.workspace_id \
         ORDER BY d.workspace_id, d.domain LIMIT {DOMAINS_MAX}"
    );
    let rows = store.0.db.rows::<(Uuid, String, Option<i64>, String)>(sql, cells_of![]).await?;
    let listed = |(id, text, confirmed_at, name): (Uuid, String, Option<i64>, String)| {
        Ok(Listed { domain: domain((id, text, confirmed_at))?, workspace_name: name.into() })
    };
    rows.into_iter().map(listed).collect()
}
