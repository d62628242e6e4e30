//! Versions of a workflow: looked at, compared, made the draft again.

use model::{
    Code, Fault,
    id::{VersionId, WorkflowId},
    workflow::Workflow,
};
use store::workflows::{Stored, Version, VersionRow};

use crate::{
    Actor, Engine,
    diff::{self, Change},
    failure::fault,
};

impl Engine {
    /// The published versions of a workflow, past and present, the latest first.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`].
    pub async fn versions(&self, actor: &Actor, id: WorkflowId) -> Result<Vec<VersionRow>, Fault> {
        self.workflow(actor, id).await?;
        self.store().versions(actor.workspace, id).await.map_err(fault)
    }

    /// # Errors
    /// [`Code::VersionNotFound`], also when the version is another workflow's.
    pub async fn version(
        &self,
        actor: &Actor,
        workflow: WorkflowId,
        id: VersionId,
    ) -> Result<Version, Fault> {
        let found = self.store().version(actor.workspace, id).await.map_err(fault)?;
        found.filter(|it| it.workflow == workflow).ok_or_else(|| {
            let message = format!("workflow {workflow} has no version {id}");
            Fault::new(Code::VersionNotFound, message)
        })
    }

    /// Makes the document of a version the draft.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`], [`Code::VersionNotFound`].
    pub async fn restore(
        &self,
        actor: &Actor,
        workflow: WorkflowId,
        id: VersionId,
    ) -> Result<Stored, Fault> {
        self.workflow(actor, workflow).await?;
        let version = self.version(actor, workflow, id).await?;
        self.save_draft(actor, workflow, version.document, None).await
    }

    /// How two sides of a workflow differ: a version's id, `draft`, or nothing for the published
    /// version.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`], [`Code::VersionNotFound`], [`Code::WorkflowNotPublished`],
    /// [`Code::InvalidRequest`] when a side is neither.
    pub async fn diff(
        &self,
        actor: &Actor,
        id: WorkflowId,
        from: Option<&str>,
        to: &str,
    ) -> Result<Vec<Change>, Fault> {
        let stored = self.workflow(actor, id).await?;
        let before = match from {
            Some(side) => self.side(actor, &stored, side).await?,
            None => {
                let version = stored.published.ok_or_else(|| {
                    let message = format!(
                        "workflow `{}` is not published; name a version",
                        stored.draft.name
                    );
                    Fault::new(Code::WorkflowNotPublished, message)
                })?;
                self.version(actor, id, version).await?.document
            }
        };
        let after = self.side(actor, &stored, to).await?;
        Ok(diff::changes(&before, &after))
    }

    async fn side(&self, actor: &Actor, stored: &Stored, side: &str) -> Result<Workflow, Fault> {
        if side == "draft" {
            return Ok(stored.draft.clone());
        }
        let version = side.parse().map_err(|_| {
            Fault::invalid(format!("`{side}` is neither `draft` nor the id of a version"))
        })?;
        Ok(self.version(actor, stored.id, version).await?.document)
    }
}
