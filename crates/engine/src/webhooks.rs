//! Requests to webhooks: who listens, what begins, and what the caller is answered.

mod pending;
mod proof;

use std::{sync::Arc, time::Duration};

use model::{
    Code, Fault, Map, Value,
    execution::Mode,
    id::{ExecutionId, VersionId, WorkflowId, WorkspaceId},
    workflow::Workflow,
};
pub use pending::{Answer, Pending};
use sdk::trigger::{
    AnswerWhen, Listen, ReceiveCtx, Received, Refusal, Request, Response, ResponseBody,
};
use smol_str::SmolStr;
use store::batch::Lost;

use crate::{
    Actor, Engine,
    engine::Inner,
    failure::fault,
    plan::Plan,
    routes::{Draft, Found, Listener, Listeners},
    standing::Hold,
    start::Begin,
    worker::{self, Live},
    workflows::absent,
};

/// Which address was called.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    /// Absent: the default workspace.
    pub workspace: Option<WorkspaceId>,
    pub whose: Whose,
}

/// Who is to hear a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// What is published.
    Published,
    /// A draft that waits for a call of its test address.
    Listening,
    /// The draft of this workflow, as it is now, whether it waits for a call or not.
    Draft(WorkflowId),
}

/// A request that was taken in.
pub enum Incoming {
    /// The execution is durable, and this is the answer.
    Answered(ExecutionId, Response),
    /// The answer comes while the execution runs, or at its end.
    Later(Pending),
}

/// A request that was not taken in; nothing was recorded.
#[derive(Debug)]
pub enum Refused {
    Fault(Fault),
    /// By the trigger itself, with a status and headers of its own.
    Trigger(Refusal),
}

/// How a draft is to listen.
#[derive(Clone, Copy, Debug)]
pub struct Listening {
    pub wait: Duration,
    /// Also hears what comes to the live address, beside the published version.
    pub along: bool,
}

/// An address at which a draft listens.
#[derive(Clone, Debug, PartialEq)]
pub struct TestAddress {
    pub node: SmolStr,
    pub methods: Vec<SmolStr>,
    pub path: SmolStr,
}

/// Longest time that a draft listens.
pub const LISTEN_MAX: Duration = Duration::from_secs(3_600);

impl Engine {
    /// Takes a request to a webhook in.
    pub async fn receive(&self, address: Address, request: Request) -> Result<Incoming, Refused> {
        let inner = &self.0;
        let workspace = address.workspace.unwrap_or(inner.default_workspace);
        let clock = std::time::Instant::now();
        let (listener, params) = match listener(inner, workspace, address.whose, &request).await {
            Ok(found) => found,
            Err(fault) => return Err(Refused::Fault(fault)),
        };
        let test = address.whose != Whose::Published;
        let request = Request { params, test, ..request };
        if !test {
            self.listen_along(workspace, &request);
        }
        let mode = if test { Mode::Manual } else { Mode::Webhook };
        let end = begin(inner, &listener, &request, mode).await;
        let took = clock.elapsed();
        if inner.requests.has_room(listener.workflow) {
            let hidden = proof::hidden(inner, &listener).await;
            inner.requests.note(&listener, &request, &hidden, &end, took);
        }
        end
    }

    /// Lets the triggers of a draft wait for calls of their test address.
    ///
    /// # Errors
    /// [`Code::WorkflowInvalid`] when the draft has no trigger that listens to an address.
    pub async fn listen(
        &self,
        actor: &Actor,
        workflow: WorkflowId,
        how: Listening,
    ) -> Result<Vec<TestAddress>, Fault> {
        let inner = &self.0;
        if actor.sight.viewer().is_some() {
            let stored = self.workflow(actor, workflow).await?;
            self.may_run_draft(actor, &stored).await?;
        }
        let drafts = drafts(inner, actor.workspace, workflow, how).await?;
        let mut addresses = vec![];
        for draft in drafts {
            if !inner.listeners.add(&draft) {
                return Err(Fault::new(Code::Overloaded, "too many drafts listen already"));
            }
            let (node, methods) = (draft.node.clone(), draft.methods.clone());
            addresses.push(TestAddress { node, methods, path: draft.path.clone() });
            inner.outside.bus.others().say_listens(draft);
        }
        Ok(addresses)
    }

    /// The address that a trigger of a document listens at, also one that is switched off.
    ///
    /// # Errors
    /// A sentence, when there is no such trigger or nobody could listen at what it says.
    pub fn address_of(&self, document: &Workflow, node: &str) -> Result<TestAddress, String> {
        let nodes = document.nodes.iter().filter(|it| it.id == node).cloned().collect();
        let plan = self.0.plans.compile(Workflow { nodes, ..Workflow::default() });
        let found = plan.nodes.first().filter(|it| it.node_type.trigger);
        let it = found.ok_or_else(|| "there is no such trigger".to_owned())?;
        let listens = it.node_type.run.listens(it.listen_id(), &it.filled)?;
        let address = listens.into_iter().find_map(|listen| match listen {
            Listen::Webhook { methods, path } => {
                Some(TestAddress { node: it.node.id.clone(), methods, path })
            }
            Listen::Schedule { .. } | Listen::Error | Listen::Workflow => None,
        });
        address.ok_or_else(|| "this trigger listens at no address".to_owned())
    }

    /// Ends the listening of a draft.
    pub fn stop_listening(&self, actor: &Actor, workflow: WorkflowId) {
        self.0.listeners.stop(actor.workspace, workflow);
        self.0.outside.bus.others().say_listens_no_more(actor.workspace, workflow);
    }

    /// A draft that listens along hears a copy of the call; its answer is thrown away.
    fn listen_along(&self, workspace: WorkspaceId, request: &Request) {
        let heard = self.0.listeners.take(workspace, &request.method, &request.path, true);
        let Some((listener, params)) = heard else { return };
        let (inner, request) = (self.0.clone(), Request { params, ..request.clone() });
        tokio::spawn(async move {
            if let Err(Refused::Fault(fault)) =
                begin(&inner, &listener, &request, Mode::Manual).await
            {
                tracing::debug!("a draft that listens along could not begin: {fault}");
            }
        });
    }
}

/// The addresses of a plan's triggers.
pub(crate) fn addresses(plan: &Plan) -> Result<Vec<TestAddress>, Fault> {
    let mut res = vec![];
    for it in plan.nodes.iter().filter(|it| it.node_type.trigger && !it.node.disabled) {
        let listens = it.node_type.run.listens(it.listen_id(), &it.filled);
        for listen in listens.map_err(|it| Fault::new(Code::WorkflowInvalid, it))? {
            if let Listen::Webhook { methods, path } = listen {
                res.push(TestAddress { node: it.node.id.clone(), methods, path });
            }
        }
    }
    Ok(res)
}

/// What the triggers of a draft, as it is now, would listen to.
async fn drafts(
    inner: &Inner,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    how: Listening,
) -> Result<Vec<Draft>, Fault> {
    let stored = inner.store.workflow(workspace, workflow).await.map_err(fault)?;
    let stored = stored.ok_or_else(|| absent(workflow))?;
    let snapshot = crate::shelf::snapshot(inner, workspace, stored).await;
    let (version, plan) = snapshot.map_err(fault)?;
    let addresses = addresses(&plan)?;
    if addresses.is_empty() {
        return Err(Fault::new(
            Code::WorkflowInvalid,
            "the workflow has no trigger that listens to an address; add a webhook",
        ));
    }
    let wait = how.wait.min(LISTEN_MAX);
    let draft = |it: TestAddress| Draft {
        workspace,
        workflow,
        version,
        node: it.node,
        methods: it.methods,
        path: it.path,
        wait,
        along: how.along,
    };
    Ok(addresses.into_iter().map(draft).collect())
}

async fn listener(
    inner: &Inner,
    workspace: WorkspaceId,
    whose: Whose,
    request: &Request,
) -> Result<(Listener, Map), Fault> {
    let (method, path) = (&request.method, &request.path);
    match whose {
        Whose::Published => {}
        Whose::Listening => {
            let heard = inner.listeners.take(workspace, method, path, false);
            if let Some((draft, _)) = &heard {
                inner.outside.bus.others().say_listens_no_more(workspace, draft.workflow);
            }
            return heard.ok_or_else(|| {
                Fault::new(
                    Code::WebhookNotListening,
                    format!("no draft waits for {method} {path}; press *Listen* in the editor, then call again"),
                )
            });
        }
        Whose::Draft(workflow) => {
            // It listens for this one call, and nobody else hears of that.
            let alone = Listeners::default();
            let how = Listening { wait: LISTEN_MAX, along: false };
            for draft in drafts(inner, workspace, workflow, how).await? {
                alone.add(&draft);
            }
            return alone.take(workspace, method, path, false).ok_or_else(|| {
                Fault::new(
                    Code::WebhookNotFound,
                    format!("no trigger of the draft listens to {method} {path}; look at its methods and its path"),
                )
            });
        }
    }
    match inner.routes.find(&inner.store, workspace, method, path).await.map_err(fault)? {
        Found::One(listener, params) => Ok((listener, params)),
        Found::OtherMethods(methods) => Err(Fault::new(
            Code::MethodNotAllowed,
            format!("{path} is called with {}, not with {method}", methods.join(", ")),
        )),
        Found::Nobody => Err(Fault::new(
            Code::WebhookNotFound,
            format!(
                "no published workflow listens to {method} {path}; publish it, or look at its path"
            ),
        )),
    }
}

async fn begin(
    inner: &Arc<Inner>,
    listener: &Listener,
    request: &Request,
    mode: Mode,
) -> Result<Incoming, Refused> {
    let failed = |error| Refused::Fault(fault(error));
    let plan = inner.plans.of(&inner.store, listener.workspace, listener.version).await;
    let gone = || Refused::Fault(Fault::new(Code::WebhookNotFound, "the workflow is gone"));
    let plan = plan.map_err(failed)?.ok_or_else(gone)?;
    let node = plan.index_of_id(&listener.node).ok_or_else(gone)?;
    let of = (listener.workspace, listener.version);
    let received = receive(inner, &plan, node, of, request, None).await?;
    inner.may_accept(listener.workspace).await.map_err(Refused::Fault)?;
    let Received { items, answer } = received;
    let begin = Begin {
        items,
        ..Begin::new(
            listener.workspace,
            listener.workflow,
            listener.version,
            plan.clone(),
            mode,
            node,
        )
    };
    let live = inner.begin(begin).await.map_err(failed)?;
    let execution = live.facts.execution;
    if let AnswerWhen::AtOnce(response) = answer {
        inner.accept(live).await.map_err(|lost| Refused::Fault(lost_fault(&lost)))?;
        return Ok(Incoming::Answered(execution, response));
    }
    let replies = inner.outside.callers.add(execution, matches!(answer, AnswerWhen::Stream));
    match inner.hold(listener.workspace).await.map_err(failed)? {
        Hold::Nothing => worker::run(inner, live),
        hold => {
            let workspace = listener.workspace;
            if let Some(answer) = queue(inner, workspace, live, hold).await? {
                return Ok(Incoming::Answered(execution, answer));
            }
        }
    }
    Ok(Incoming::Later(Pending::new(inner, execution, plan, node, answer, replies)))
}

/// Hands an execution to the queue, as its workspace's plan demands. The caller is answered at once when it has to
/// wait there for room.
async fn queue(
    inner: &Arc<Inner>,
    workspace: WorkspaceId,
    live: Live,
    hold: Hold,
) -> Result<Option<Response>, Refused> {
    let execution = live.facts.execution;
    if let Err(lost) = inner.accept(live).await {
        inner.outside.callers.remove(execution);
        return Err(Refused::Fault(lost_fault(&lost)));
    }
    let is_parked = hold == Hold::Begins
        && inner
            .store
            .is_parked(workspace, execution)
            .await
            .map_err(|it| Refused::Fault(fault(it)))?;
    if !is_parked {
        return Ok(None);
    }
    inner.outside.callers.remove(execution);
    let message = "accepted; it begins when the workspace's plan has room for it";
    let body = Value::object([
        ("executionId", Value::from(execution.to_string())),
        ("message", Value::from(message)),
    ]);
    Ok(Some(Response { status: 202, body: ResponseBody::Json(body), ..Response::default() }))
}

/// Lets the trigger check the request and make items of it. A node that waits has evaluated its
/// parameters already.
pub(crate) async fn receive(
    inner: &Inner,
    plan: &Plan,
    node: u32,
    of: (WorkspaceId, VersionId),
    request: &Request,
    evaluated: Option<&Value>,
) -> Result<Received, Refused> {
    let planned = plan.node(node);
    let credential = proof::credential(inner, &planned.node, of).await;
    let credential = credential.map_err(|it| Refused::Fault(Fault::internal(it.message)))?;
    let ctx = ReceiveCtx {
        parameters: evaluated.unwrap_or(&planned.filled),
        credential: credential.as_ref(),
        now: inner.outside.now(),
    };
    planned.node_type.run.receive(request, &ctx).map_err(Refused::Trigger)
}

pub(crate) fn lost_fault(lost: &Lost) -> Fault {
    Fault::new(Code::from(lost), lost.to_string())
}
