//! Where steps find other workflows and credentials: in their workspace.

use std::{
    path::Path,
    sync::{Arc, Weak},
};

use async_trait::async_trait;
use jiff::Timestamp;
use model::{
    Value,
    id::{VersionId, WorkspaceId},
    sharing::Openness,
    workflow::{CallerPolicy, Node, Workflow},
};
use sdk::{Credential, NodeError, ctx::Callee};
use smol_str::format_smolstr;
use store::{Error, credentials::Opened, workflows::Stored};

use crate::{
    engine::Inner,
    patience::patiently,
    run::{Callable, Facts, Shelf},
    sharing,
};

/// Largest workflow file that a step may call.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// The shelf of a server.
pub(crate) struct StoredShelf {
    pub(crate) inner: Weak<Inner>,
}

impl StoredShelf {
    fn inner(&self) -> Result<Arc<Inner>, NodeError> {
        self.inner.upgrade().ok_or_else(NodeError::interrupted)
    }
}

#[async_trait]
impl Shelf for StoredShelf {
    async fn callee(&self, callee: &Callee, caller: &Facts) -> Result<Callable, NodeError> {
        let inner = self.inner()?;
        let document = match callee {
            Callee::Stored(wanted) => {
                return match patiently(|| find(&inner, wanted, caller)).await {
                    Ok(found) => allowed(found, wanted, caller),
                    Err(error) => Err(cannot(error)),
                };
            }
            Callee::Inline(value) => document(value)?,
            Callee::File(path) => file(inner.outside.folder.as_deref(), path).await?,
        };
        // Nobody has looked through what a step brings along.
        let never = Timestamp::UNIX_EPOCH;
        let keep = async || {
            inner.store.snapshot(caller.workspace, caller.workflow, &document, never).await
        };
        let version = patiently(keep).await.map_err(cannot)?;
        let plan = match inner.plans.get(version) {
            Some(plan) => plan,
            None => inner.plans.compile(document),
        };
        inner.plans.keep(version, plan.clone());
        Ok(Callable { workflow: caller.workflow, version, plan })
    }

    async fn error_workflow(
        &self,
        failed: &Facts,
        wanted: &str,
    ) -> Result<Option<Callable>, NodeError> {
        let inner = self.inner()?;
        let found = patiently(|| published(&inner, failed.workspace, wanted)).await;
        match found {
            Ok(found) => Ok(found),
            Err(error) if error.may_pass() => Err(cannot(error)),
            Err(error) => {
                tracing::error!(execution = %failed.execution, "the error workflow `{wanted}` cannot be read: {error}");
                Ok(None)
            }
        }
    }

    async fn credential(
        &self,
        (workspace, version): (WorkspaceId, VersionId),
        node: &Node,
        kind: &str,
    ) -> Result<Credential, NodeError> {
        let inner = self.inner()?;
        let Some(named) = node.credentials.get(kind) else {
            return Err(NodeError::never(format!(
                "node `{}` has no credential of type `{kind}`; choose one in its form",
                node.name
            )));
        };
        let id = named.id.as_deref();
        let open = || inner.store.open_credential(workspace, kind, id, &named.name);
        let Some(opened) = patiently(open).await.map_err(cannot)? else {
            return Err(NodeError::never(format!(
                "there is no credential `{}` of type `{kind}` for node `{}`; make it, or choose another",
                named.name, node.name
            )));
        };
        let Opened { row, openness, fields } = opened;
        if openness == Openness::Restricted {
            let checked = || inner.store.version_checked_at(workspace, version);
            let checked_at = patiently(checked).await.map_err(cannot)?;
            if !checked_at.is_some_and(|at| sharing::was_named(node, &row, at)) {
                return Err(restricted(node));
            }
        }
        Ok(match inner.credential_types.get(kind) {
            Some(known) => known.open(&row.name, fields),
            None => Credential::new(kind, &row.name, fields),
        })
    }
}

fn restricted(node: &Node) -> NodeError {
    NodeError::never(format!(
        "node `{}` names a credential that is restricted, and that was not there under this name when the workflow was \
         published or saved; who may use it has to do that again (a workflow that a step brings along uses none that is \
         restricted)",
        node.name
    ))
}

/// An execution that cannot go on without the database is let go, and taken up again later.
fn cannot(error: Error) -> NodeError {
    if error.may_pass() {
        tracing::warn!("a step cannot reach the database: {error}");
        return NodeError::interrupted();
    }
    NodeError::never(format!("the workspace cannot be read: {error}"))
}

/// The published version where there is one, else the draft: a workflow that others call need not
/// listen to anything.
async fn find(inner: &Inner, wanted: &str, caller: &Facts) -> Result<Option<Callable>, Error> {
    match published(inner, caller.workspace, wanted).await? {
        Some(it) => Ok(Some(it)),
        None => draft(inner, caller.workspace, wanted).await,
    }
}

fn allowed(found: Option<Callable>, wanted: &str, caller: &Facts) -> Result<Callable, NodeError> {
    let Some(found) = found else {
        return Err(NodeError::never(format!(
            "there is no workflow `{wanted}` to call in this workspace; import it, or choose another"
        )));
    };
    let caller_id = format_smolstr!("{}", caller.workflow);
    let allowed = match &found.plan.document.settings.caller_policy {
        None | Some(CallerPolicy::Any) => true,
        Some(CallerPolicy::None) => found.workflow == caller.workflow,
        Some(CallerPolicy::Listed(ids)) => ids.contains(&caller_id),
    };
    if !allowed {
        return Err(NodeError::never(format!(
            "workflow `{}` may not be called by this one; change who may in its settings",
            found.plan.document.name
        )));
    }
    Ok(found)
}

async fn published(
    inner: &Inner,
    workspace: WorkspaceId,
    wanted: &str,
) -> Result<Option<Callable>, Error> {
    let Some(version) = inner.store.find_published(workspace, wanted).await? else {
        return Ok(None);
    };
    let workflow = match inner.plans.workflow_of(version) {
        Some(it) => it,
        None => match inner.store.version(workspace, version).await? {
            Some(it) => it.workflow,
            None => return Ok(None),
        },
    };
    inner.plans.keep_workflow(version, workflow);
    let plan = inner.plans.of(&inner.store, workspace, version).await?;
    Ok(plan.map(|plan| Callable { workflow, version, plan }))
}

async fn draft(
    inner: &Inner,
    workspace: WorkspaceId,
    wanted: &str,
) -> Result<Option<Callable>, Error> {
    let Some(workflow) = inner.store.find_workflow(workspace, wanted).await? else {
        return Ok(None);
    };
    let Some(stored) = inner.store.workflow(workspace, workflow).await? else { return Ok(None) };
    let (version, plan) = snapshot(inner, workspace, stored).await?;
    Ok(Some(Callable { workflow, version, plan }))
}

/// A draft as a version that can be run, and taken up after a crash.
pub(crate) async fn snapshot(
    inner: &Inner,
    workspace: WorkspaceId,
    Stored { id, draft, checked_at, .. }: Stored,
) -> Result<(VersionId, Arc<crate::plan::Plan>), Error> {
    let version = inner.store.snapshot(workspace, id, &draft, checked_at).await?;
    if let Some(plan) = inner.plans.get(version) {
        return Ok((version, plan));
    }
    let plan = inner.plans.compile(draft);
    inner.plans.keep(version, plan.clone());
    Ok((version, plan))
}

/// A workflow that a step brings along, ours or n8n's.
pub(crate) fn document(value: &Value) -> Result<Workflow, NodeError> {
    let value = match value {
        Value::String(text) => Value::from_json(text)
            .map_err(|it| NodeError::never(format!("the workflow to call is no JSON: {it}")))?,
        other => other.clone(),
    };
    let mut read = formats::read_value(&value)
        .map_err(|it| NodeError::never(format!("the workflow to call cannot be read: {it}")))?;
    match read.len() {
        1 => Ok(read.remove(0).workflow),
        n => Err(NodeError::never(format!("the workflow to call is one of {n}; give only one"))),
    }
}

/// A workflow in a file of the folder that is open to workflows.
pub(crate) async fn file(folder: Option<&Path>, path: &str) -> Result<Workflow, NodeError> {
    let Some(folder) = folder else {
        return Err(NodeError::never(
            "no folder for files is open to workflows; start with --files DIR",
        ));
    };
    let path = crate::run::inside(folder, path).map_err(NodeError::never)?;
    let cannot = |it| NodeError::never(format!("`{}` cannot be read: {it}", path.display()));
    let size = tokio::fs::metadata(&path).await.map_err(cannot)?.len();
    if size > FILE_BYTES_MAX {
        return Err(NodeError::never(format!(
            "`{}` has {size} bytes, and a workflow has at most {FILE_BYTES_MAX}",
            path.display()
        )));
    }
    let text = tokio::fs::read_to_string(&path).await.map_err(cannot)?;
    document(&Value::from(text))
}
