//! Answers to what executions wait for: calls of their resume address, and people's decisions.

use model::{
    Code, Fault, Map, Value,
    execution::{Answer, Wait, WaitKind},
    id::{ExecutionId, WaitId, WorkspaceId},
};
use sdk::{
    http::as_part,
    trigger::{AnswerWhen, Request, Response},
};
use store::waits::Answered;

use crate::{
    Actor, Engine,
    failure::fault,
    run,
    webhooks::{Incoming, Pending, Refused, receive},
};

impl Engine {
    /// Takes a call of an execution's resume address in. The address names no workspace; this
    /// tells in which one the execution is.
    pub async fn resume(
        &self,
        execution: ExecutionId,
        token: &str,
        suffix: &str,
        request: Request,
    ) -> Result<(WorkspaceId, Incoming), Refused> {
        let inner = &self.0;
        let none = || Refused::Fault(not_waiting(execution));
        let waits = inner.store.open_waits(execution).await;
        let waits = waits.map_err(|it| Refused::Fault(fault(it)))?;
        let wait = waits.into_iter().find(|it| fits(it, token, suffix)).ok_or_else(none)?;
        let workspace = wait.workspace_id;
        let found = inner.store.execution(workspace, execution).await;
        let found = found.map_err(|it| Refused::Fault(fault(it)))?.ok_or_else(none)?;
        let plan = inner.plans.of(&inner.store, workspace, found.version_id).await;
        let plan = plan.map_err(|it| Refused::Fault(fault(it)))?.ok_or_else(none)?;
        let request = Request { params: Map::new(), ..request };
        let of = (workspace, found.version_id);
        let received = receive(inner, &plan, wait.node, of, &request, Some(&wait.details)).await?;
        let pending = match &received.answer {
            AnswerWhen::AtOnce(_) => None,
            when => {
                let streams = matches!(when, AnswerWhen::Stream);
                let replies = inner.outside.callers.add(execution, streams);
                // Before anybody can take it up.
                inner.outside.callers.hand_on(execution);
                let when = when.clone();
                Some(Pending::new(inner, execution, plan, wait.node, when, replies))
            }
        };
        let answer = Answer::Items(received.items);
        let answered = inner.store.answer_wait(workspace, wait.id, answer).await;
        match answered.map_err(|it| Refused::Fault(fault(it)))? {
            Answered::First => inner.outside.bus.wake(),
            Answered::Already | Answered::Absent => return Err(none()),
        }
        let incoming = match (pending, received.answer) {
            (Some(pending), _) => Incoming::Later(pending),
            (None, AnswerWhen::AtOnce(response)) => Incoming::Answered(execution, response),
            (None, _) => Incoming::Answered(execution, Response::default()),
        };
        Ok((workspace, incoming))
    }

    /// What the form asks for that an execution waits for.
    ///
    /// # Errors
    /// [`Code::WaitNotFound`].
    pub async fn awaited_form(
        &self,
        execution: ExecutionId,
        token: &str,
        suffix: &str,
    ) -> Result<Value, Fault> {
        let waits = self.store().open_waits(execution).await.map_err(fault)?;
        let wait =
            waits.into_iter().find(|it| it.kind == WaitKind::Form && fits(it, token, suffix));
        wait.map(|it| it.details).ok_or_else(|| not_waiting(execution))
    }

    /// Where an execution that waits for a call or a form is called. Whoever has the address may call it.
    ///
    /// # Errors
    /// [`Code::ExecutionNotFound`], [`Code::WaitNotFound`].
    pub async fn wait_address(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        wait: WaitId,
    ) -> Result<String, Fault> {
        let recorded = self.recorded(actor, execution).await?;
        let found = recorded.waits.iter().find(|it| it.id == wait);
        let called = |it: &&Wait| matches!(it.kind, WaitKind::Webhook | WaitKind::Form);
        let it = found.filter(called).ok_or_else(|| not_waiting(execution))?;
        let suffix = it.details.get("suffix").and_then(Value::as_str).filter(|it| !it.is_empty());
        let suffix = suffix.map_or(String::new(), |it| format!("/{}", as_part(it)));
        let (base, kind, token) = (self.base_url(), it.kind.as_str(), as_part(&it.token));
        Ok(run::waiting_at(base, kind, execution, &suffix, &token).into())
    }

    /// A person's answer to a wait: the decision about an effect in doubt, or a human task.
    ///
    /// # Errors
    /// [`Code::ExecutionNotFound`], [`Code::WaitNotFound`].
    pub async fn answer(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        wait: WaitId,
        value: Value,
    ) -> Result<(), Fault> {
        let recorded = self.recorded(actor, execution).await?;
        let Some(found) = recorded.waits.iter().find(|it| it.id == wait) else {
            return Err(not_waiting(execution));
        };
        let value = match found.kind {
            WaitKind::InDoubt => decided(found, &value)?,
            WaitKind::Person | WaitKind::Customer | WaitKind::Event => value,
            WaitKind::Time
            | WaitKind::Webhook
            | WaitKind::Form
            | WaitKind::Execution
            | WaitKind::Retry
            | WaitKind::Plan => {
                let kind = found.kind.as_str();
                return Err(Fault::invalid(format!("a wait for {kind} is not answered by hand")));
            }
        };
        let end = self.store().answer_wait(actor.workspace, wait, Answer::Came(value)).await;
        match end.map_err(fault)? {
            Answered::First => {
                self.bus().wake();
                Ok(())
            }
            Answered::Already | Answered::Absent => Err(not_waiting(execution)),
        }
    }
}

/// The wait that this call may end. The token is compared in constant time.
fn fits(wait: &Wait, token: &str, suffix: &str) -> bool {
    let (a, b) = (wait.token.as_bytes(), token.as_bytes());
    let same = a.len() == b.len() && a.iter().zip(b).fold(0, |acc, (a, b)| acc | (a ^ b)) == 0;
    let own = wait.details.get("suffix").and_then(Value::as_str).unwrap_or_default();
    same && matches!(wait.kind, WaitKind::Webhook | WaitKind::Form) && own == suffix
}

/// The decision about an effect, with its key.
fn decided(wait: &Wait, value: &Value) -> Result<Value, Fault> {
    let decision = value.get("decision").and_then(Value::as_str).unwrap_or_default();
    if !["retry", "done", "fail"].contains(&decision) {
        return Err(Fault::invalid("`decision` must be `retry`, `done` or `fail`"));
    }
    let key = wait.details.get("key").cloned().unwrap_or_default();
    Ok(Value::object([
        ("key", key),
        ("decision", decision.into()),
        ("result", value.get("result").cloned().unwrap_or_default()),
    ]))
}

fn not_waiting(execution: ExecutionId) -> Fault {
    Fault::new(
        Code::WaitNotFound,
        format!(
            "execution {execution} does not wait for this; it was answered before, or its address is not right"
        ),
    )
}
