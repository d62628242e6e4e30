//! What people do with workflows: make, change, publish, copy and import them.

use jiff::Timestamp;
use model::{
    Code, Fault, Flaw, Map, Value,
    id::{VersionId, WorkflowId},
    sharing::Sight,
    workflow::{FORMAT, NAME_CHARS_MAX, NODES_MAX, Workflow},
};
use sdk::trigger::Listen;
use smol_str::{SmolStr, format_smolstr};
use store::workflows::{
    NewSchedule, NewWebhook, Over, Publish, Published, Saved, State, Stored, Unpublished,
};
use uuid::Uuid;

use crate::{
    Actor, Engine,
    executions::gone,
    failure::fault,
    plan,
    plan::{Advice, Plan},
};

/// A workflow that an import made.
#[derive(Debug)]
pub struct Added {
    pub id: WorkflowId,
    pub name: SmolStr,
    pub report: formats::Report,
    /// It was switched on where it comes from.
    pub was_active: bool,
}

/// A version that is published now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    pub version: VersionId,
    /// From 1.
    pub number: u32,
    /// What was published until then.
    pub before: Option<VersionId>,
}

/// How often a change that met another is tried again.
const PUBLISH_TRIES: u32 = 5;

impl Engine {
    /// Makes a workflow with its first draft.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when it cannot be kept.
    pub async fn create_workflow(
        &self,
        actor: &Actor,
        document: Workflow,
        external_id: Option<&str>,
    ) -> Result<Stored, Fault> {
        let document = kept(document)?;
        // As of before it is looked through: what gets a name meanwhile was not seen.
        let now = Timestamp::now();
        self.may_use_all(actor, &document).await?;
        let id = WorkflowId(Uuid::now_v7());
        let store = self.store();
        store
            .add_workflow(actor.workspace, id, &document, external_id, now)
            .await
            .map_err(fault)?;
        self.workflow(actor, id).await
    }

    /// # Errors
    /// [`Code::WorkflowNotFound`].
    pub async fn workflow(&self, actor: &Actor, id: WorkflowId) -> Result<Stored, Fault> {
        if !self.sees(actor, id.0).await? {
            return Err(absent(id));
        }
        let found = self.store().workflow(actor.workspace, id).await.map_err(fault)?;
        found.ok_or_else(|| absent(id))
    }

    /// How far a workflow is, without reading its draft.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`].
    pub async fn workflow_state(&self, actor: &Actor, id: WorkflowId) -> Result<State, Fault> {
        let found = self.store().workflow_state(actor.workspace, id).await.map_err(fault)?;
        found.ok_or_else(|| absent(id))
    }

    /// Changes a draft; with `expected`, only if it has this revision still.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`], [`Code::RevisionConflict`], [`Code::InvalidRequest`],
    /// [`Code::CredentialRestricted`].
    pub async fn save_draft(
        &self,
        actor: &Actor,
        id: WorkflowId,
        document: Workflow,
        expected: Option<u64>,
    ) -> Result<Stored, Fault> {
        let document = kept(document)?;
        if !self.sees(actor, id.0).await? {
            return Err(absent(id));
        }
        let (store, now) = (self.store(), Timestamp::now());
        self.may_save(actor, id, &document).await?;
        match store.save_draft(actor.workspace, id, &document, expected, now).await {
            Err(error) => Err(fault(error)),
            Ok(Saved::Absent) => Err(absent(id)),
            Ok(Saved::Stale(revision)) => Err(stale(revision)),
            Ok(Saved::Done(_)) => self.workflow(actor, id).await,
        }
    }

    /// # Errors
    /// [`Code::WorkflowNotFound`].
    pub async fn delete_workflow(&self, actor: &Actor, id: WorkflowId) -> Result<(), Fault> {
        self.stop_listening(actor, id);
        match self.store().delete_workflow(actor.workspace, id).await.map_err(fault)? {
            true => Ok(()),
            false => Err(absent(id)),
        }
    }

    /// A new workflow with the same draft.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`].
    pub async fn duplicate_workflow(&self, actor: &Actor, id: WorkflowId) -> Result<Stored, Fault> {
        let mut document = self.workflow(actor, id).await?.draft;
        let name: String = document.name.chars().take(NAME_CHARS_MAX - 7).collect();
        document.name = format_smolstr!("{name} (copy)");
        self.create_workflow(actor, document, None).await
    }

    /// Every fault that forbids to publish a document.
    pub fn check(&self, document: &Workflow) -> Vec<Flaw> {
        plan::faults(document, self.nodes())
    }

    /// What a person should know before a document goes live, though nothing forbids it.
    ///
    /// # Errors
    /// Only when the workspace cannot be read.
    pub async fn advise(&self, actor: &Actor, document: Workflow) -> Result<Vec<Advice>, Fault> {
        self.advise_on(actor, &self.0.plans.compile(document)).await
    }

    /// The same of what was just published: its plan is still at hand.
    ///
    /// # Errors
    /// [`Code::VersionNotFound`], and when the workspace cannot be read.
    pub async fn advise_live(&self, actor: &Actor, it: Live) -> Result<Vec<Advice>, Fault> {
        let inner = &self.0;
        let plan = inner.plans.of(&inner.store, actor.workspace, it.version).await;
        let plan = plan.map_err(fault)?.ok_or_else(gone)?;
        self.advise_on(actor, &plan).await
    }

    async fn advise_on(&self, actor: &Actor, plan: &Plan) -> Result<Vec<Advice>, Fault> {
        let rows = self.store().credentials(actor.workspace, Sight::All).await.map_err(fault)?;
        let known = |it: store::credentials::Row| {
            let names = [Some(format_smolstr!("{}", it.id)), Some(it.name), it.external_id];
            plan::advice::Known { kind: it.kind, names: names.into_iter().flatten().collect() }
        };
        let known: Vec<_> = rows.into_iter().map(known).collect();
        Ok(plan::advice(plan, &known, Timestamp::now()))
    }

    /// Makes the draft the published version: its triggers listen from then on.
    ///
    /// # Errors
    /// [`Code::WorkflowInvalid`] with all its faults, [`Code::WebhookTaken`],
    /// [`Code::RevisionConflict`] with `expected`, [`Code::WorkflowNotFound`],
    /// [`Code::CredentialRestricted`].
    pub async fn publish(
        &self,
        actor: &Actor,
        id: WorkflowId,
        expected: Option<u64>,
        note: &str,
    ) -> Result<Live, Fault> {
        for _ in 0..PUBLISH_TRIES {
            let stored = self.workflow(actor, id).await?;
            if let Some(expected) = expected
                && expected != stored.revision
            {
                return Err(stale(stored.revision));
            }
            let now = Timestamp::now();
            self.may_run_draft(actor, &stored).await?;
            let faults = self.check(&stored.draft);
            if !faults.is_empty() {
                return Err(invalid(&stored.draft.name, &faults));
            }
            let plan = self.0.plans.compile(stored.draft);
            let wish = wish(&plan, note)?;
            let store = self.store();
            let end = store.publish(actor.workspace, id, stored.revision, &wish, now).await;
            match end {
                Err(store::Error::Taken(message)) => {
                    return Err(Fault::new(Code::WebhookTaken, message));
                }
                Err(error) => return Err(fault(error)),
                Ok(Published::Absent) => return Err(absent(id)),
                Ok(Published::Stale(_) | Published::Overtaken) => {}
                Ok(Published::Done { version, number, before }) => {
                    self.0.plans.keep(version, plan);
                    return Ok(Live { version, number, before });
                }
            }
        }
        Err(Fault::new(Code::RevisionConflict, "the draft changes all the time; try again"))
    }

    /// Ends listening; what runs goes on.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`], [`Code::RevisionConflict`] where something else is published.
    pub async fn unpublish(&self, actor: &Actor, id: WorkflowId, over: Over) -> Result<(), Fault> {
        let end = self.store().unpublish(actor.workspace, id, over, Timestamp::now()).await;
        match end.map_err(fault)? {
            Unpublished::Done => Ok(()),
            Unpublished::Overtaken => Err(overtaken()),
            Unpublished::Absent => Err(absent(id)),
        }
    }

    /// Makes a workflow of each one in a file, whatever its format.
    ///
    /// # Errors
    /// [`Code::FormatUnknown`].
    pub async fn import(&self, actor: &Actor, text: &str) -> Result<Vec<Added>, Fault> {
        let read = read(text)?;
        let mut res = Vec::with_capacity(read.len());
        for it in read {
            let external_id = it.external_id.as_deref();
            let stored = self.create_workflow(actor, it.workflow, external_id).await?;
            res.push(Added {
                id: stored.id,
                name: stored.draft.name,
                report: it.report,
                was_active: it.active,
            });
        }
        Ok(res)
    }
}

/// What the workflows of a file would be, whatever its format. Nothing is made.
///
/// # Errors
/// [`Code::FormatUnknown`], and what a draft cannot be.
pub fn convert(text: &str) -> Result<Vec<formats::Imported>, Fault> {
    let converted = |it: formats::Imported| -> Result<_, Fault> {
        Ok(formats::Imported { workflow: kept(it.workflow)?, ..it })
    };
    read(text)?.into_iter().map(converted).collect()
}

fn read(text: &str) -> Result<Vec<formats::Imported>, Fault> {
    formats::read(text).map_err(|it| Fault::new(Code::FormatUnknown, it.to_string()))
}

/// A document as it is kept: named, numbered, of a bearable size.
fn kept(mut document: Workflow) -> Result<Workflow, Fault> {
    let named = document.name.trim();
    if named.is_empty() {
        document.name = "My workflow".into();
    } else if named.chars().count() > NAME_CHARS_MAX {
        let max = format!("a name has at most {NAME_CHARS_MAX} characters");
        return Err(Fault::invalid(max));
    }
    if document.nodes.len() > NODES_MAX {
        return Err(Fault::invalid(format!("a workflow has at most {NODES_MAX} nodes")));
    }
    document.format = FORMAT;
    for node in &mut document.nodes {
        if node.id.is_empty() {
            node.id = format_smolstr!("{}", Uuid::now_v7());
        }
        if node.version == 0 {
            node.version = 1;
        }
        if node.parameters.is_null() {
            node.parameters = Map::new().into();
        }
    }
    Ok(document)
}

/// What a plan's triggers are to listen to.
pub(crate) fn wish(plan: &Plan, note: &str) -> Result<Publish, Fault> {
    let mut res = Publish { note: note.to_owned(), ..Publish::default() };
    let zone = plan.zone.iana_name().unwrap_or("UTC");
    for it in plan.nodes.iter().filter(|it| it.node_type.trigger && !it.node.disabled) {
        let invalid = |it| Fault::new(Code::WorkflowInvalid, it);
        for listen in it.node_type.run.listens(it.listen_id(), &it.filled).map_err(invalid)? {
            match listen {
                Listen::Webhook { methods, path } => {
                    res.webhooks.push(NewWebhook { node: it.node.id.clone(), methods, path });
                }
                Listen::Schedule { rule, catch_up } => res.schedules.push(NewSchedule {
                    node: it.node.id.clone(),
                    next_at: sdk::schedule::next(&rule, &plan.zone, Timestamp::now())
                        .map_err(invalid)?,
                    rule,
                    catch_up,
                    zone: zone.into(),
                }),
                Listen::Error | Listen::Workflow => {}
            }
        }
    }
    Ok(res)
}

pub(crate) fn absent(id: WorkflowId) -> Fault {
    Fault::new(Code::WorkflowNotFound, format!("there is no workflow {id}"))
}

fn stale(revision: u64) -> Fault {
    let message = format!(
        "the draft was changed meanwhile and has revision {revision}; read it again, then repeat the change"
    );
    let details = Value::object([("revision", Value::from(revision as f64))]);
    Fault::new(Code::RevisionConflict, message).with(details)
}

pub(crate) fn overtaken() -> Fault {
    let message = "somebody else has changed meanwhile what is published; look at the versions";
    Fault::new(Code::RevisionConflict, message)
}

pub(crate) fn invalid(name: &str, faults: &[Flaw]) -> Fault {
    let first = &faults[0].message;
    let message = match faults.len() {
        1 => format!("workflow `{name}` cannot be published: {first}"),
        n => format!("workflow `{name}` cannot be published: {first}; and {} more", n - 1),
    };
    Fault::new(Code::WorkflowInvalid, message).with(details(faults))
}

/// All faults, as the details of a refusal.
pub(crate) fn details(faults: &[Flaw]) -> Value {
    let one = |it: &Flaw| {
        let (path, message) = (it.path.as_str(), it.message.as_str());
        Value::object([("path", Value::from(path)), ("message", message.into())])
    };
    Value::array(faults.iter().map(one))
}
