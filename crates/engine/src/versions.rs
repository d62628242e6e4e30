//! Versions of a workflow: looked at, compared, made the draft or the published one again.

use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{VersionId, WorkflowId},
    workflow::Workflow,
};
use store::workflows::{Over, Published, Stored, Version, VersionRow};

use crate::{
    Actor, Engine,
    diff::{self, Change},
    failure::fault,
    workflows::{Live, invalid, overtaken, wish},
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
        found.filter(|it| it.workflow == workflow).ok_or_else(|| no_version(workflow, id))
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

    /// Makes a version that was published before the published one again: its triggers listen from then on.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`], [`Code::VersionNotFound`], [`Code::WorkflowInvalid`] when it could not be
    /// published today, [`Code::WebhookTaken`], [`Code::CredentialRestricted`], [`Code::RevisionConflict`] where
    /// something else is published.
    pub async fn publish_version(
        &self,
        actor: &Actor,
        workflow: WorkflowId,
        id: VersionId,
        over: Over,
    ) -> Result<Live, Fault> {
        let stored = self.workflow(actor, workflow).await?;
        let version = self.version(actor, workflow, id).await?;
        let wished = Stored { draft: version.document, ..stored };
        let now = Timestamp::now();
        self.may_run_draft(actor, &wished).await?;
        let faults = self.check(&wished.draft);
        if !faults.is_empty() {
            return Err(invalid(&wished.draft.name, &faults));
        }
        let plan = self.0.plans.compile(wished.draft);
        let wish = wish(&plan, &version.note)?;
        let store = self.store();
        match store.publish_again(actor.workspace, workflow, id, over, &wish, now).await {
            Err(store::Error::Taken(message)) => Err(Fault::new(Code::WebhookTaken, message)),
            Err(error) => Err(fault(error)),
            Ok(Published::Absent | Published::Stale(_)) => Err(no_version(workflow, id)),
            Ok(Published::Overtaken) => Err(overtaken()),
            Ok(Published::Done { version, number, before }) => {
                self.0.plans.keep(version, plan);
                Ok(Live { version, number, before })
            }
        }
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

fn no_version(workflow: WorkflowId, id: VersionId) -> Fault {
    Fault::new(Code::VersionNotFound, format!("workflow {workflow} has no version {id}"))
}
