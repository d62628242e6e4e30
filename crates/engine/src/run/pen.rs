//! Writes one execution's journal: collects records, and hands them over in order, as few batches.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures::future::{BoxFuture, FutureExt, Shared, ready};
use model::{
    Value,
    execution::{Answer, Wait},
    id::{ExecutionId, WaitId, WorkspaceId},
    journal::{Record, Step},
};
use smol_str::SmolStr;
use store::{
    Error, Store,
    batch::{Accept, Batch, Hold, Lost, NewExecution, Next},
    files::Files,
};
use tokio::sync::oneshot;

use super::PagesOf;

/// Where batches become durable.
#[async_trait]
pub(crate) trait Journal: Send + Sync {
    /// Takes a batch in; the future that it gives ends when the batch is durable or lost.
    async fn submit(&self, batch: Batch) -> BoxFuture<'static, Result<(), Lost>>;

    /// What has come for the waits of an execution; those in `due` end by their time if nothing has.
    async fn answers(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
        due: &[WaitId],
    ) -> Result<Vec<(WaitId, Answer)>, Error>;
}

/// In the database.
pub(crate) struct Stored {
    pub(crate) store: Store,
    pub(crate) files: Arc<dyn Files>,
}

#[async_trait]
impl Journal for Stored {
    async fn submit(&self, batch: Batch) -> BoxFuture<'static, Result<(), Lost>> {
        Store::submit(&self.store, batch).await
    }

    async fn answers(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
        due: &[WaitId],
    ) -> Result<Vec<(WaitId, Answer)>, Error> {
        for wait in due {
            // The first answer counts, and this may be the second.
            self.store.answer_wait(workspace, *wait, Answer::Timeout).await?;
        }
        let pages = PagesOf::new(self.files.clone(), workspace);
        self.store.answers(workspace, execution, &pages).await
    }
}

/// Keeps nothing: for runs in memory.
pub(crate) struct Nowhere;

#[async_trait]
impl Journal for Nowhere {
    async fn submit(&self, _: Batch) -> BoxFuture<'static, Result<(), Lost>> {
        ready(Ok(())).boxed()
    }

    async fn answers(
        &self,
        _: WorkspaceId,
        _: ExecutionId,
        due: &[WaitId],
    ) -> Result<Vec<(WaitId, Answer)>, Error> {
        Ok(due.iter().map(|it| (*it, Answer::Timeout)).collect())
    }
}

/// See the module. Shared by the runner and the steps that run.
pub(crate) struct Pen {
    journal: Arc<dyn Journal>,
    workspace: WorkspaceId,
    execution: ExecutionId,
    /// Held from taking a sheet to handing it in, so that batches keep their order.
    order: tokio::sync::Mutex<()>,
    sheet: Mutex<Sheet>,
}

/// What is not handed in yet.
#[derive(Default)]
struct Sheet {
    /// The execution does not exist before its first batch.
    new: Option<NewExecution>,
    fence: i64,
    seq: u32,
    records: Vec<Record>,
    waits: Vec<Wait>,
    waits_ended: Vec<WaitId>,
    accept: Vec<Accept>,
    static_data: Vec<(Option<SmolStr>, Value)>,
    /// When the oldest record was noted.
    since: Option<Instant>,
    /// The batch that was handed in last. Batches become durable in their order, so its end is
    /// that of all before it.
    latest: Option<Handed>,
    /// Whether a batch has become durable.
    begun: bool,
    /// Who waits for that; dropped when it has happened or never will.
    begins: Option<oneshot::Sender<()>>,
    lost: Option<Lost>,
}

/// A batch that is on its way; ends when it is durable or lost.
pub(crate) type Handed = Shared<BoxFuture<'static, Result<(), Lost>>>;

/// What goes with a batch besides records.
pub(crate) struct Closing {
    pub(crate) next: Next,
    pub(crate) answers: Option<(ExecutionId, Answer)>,
}

impl Closing {
    pub(crate) fn next(next: Next) -> Closing {
        Closing { next, answers: None }
    }
}

impl Pen {
    /// For an execution that is to begin to exist.
    pub(crate) fn new(journal: Arc<dyn Journal>, workspace: WorkspaceId, it: NewExecution) -> Pen {
        let execution = it.id;
        let sheet = Sheet { new: Some(it), ..Sheet::default() };
        Pen { journal, workspace, execution, order: Default::default(), sheet: Mutex::new(sheet) }
    }

    /// For an execution that is held under this fencing token.
    pub(crate) fn held(
        journal: Arc<dyn Journal>,
        workspace: WorkspaceId,
        execution: ExecutionId,
        fence: i64,
        seq: u32,
    ) -> Pen {
        let sheet = Sheet { fence, seq, begun: true, ..Sheet::default() };
        Pen { journal, workspace, execution, order: Default::default(), sheet: Mutex::new(sheet) }
    }

    pub(crate) fn note(&self, record: Record) {
        let mut sheet = self.sheet();
        sheet.since.get_or_insert_with(Instant::now);
        sheet.records.push(record);
    }

    /// Notes the end of a step, with what it changed of the workflow's static data.
    pub(crate) fn note_step(&self, step: Arc<Step>, statics: Vec<(Option<SmolStr>, Value)>) {
        let mut sheet = self.sheet();
        sheet.since.get_or_insert_with(Instant::now);
        sheet.records.push(Record::Step(step));
        sheet.static_data.extend(statics);
    }

    /// Notes all that a step waits for, and the executions that are called with it, for one and the
    /// same batch: a step that is taken up with half of its waits would go on with half an answer.
    pub(crate) fn note_waits(&self, waits: Vec<(Record, Wait, Option<Accept>)>) {
        let mut sheet = self.sheet();
        sheet.since.get_or_insert_with(Instant::now);
        for (record, wait, call) in waits {
            sheet.records.push(record);
            sheet.waits.push(wait);
            sheet.accept.extend(call);
        }
    }

    /// Notes records that must not be without these executions.
    pub(crate) fn note_calls(&self, records: Vec<Record>, calls: Vec<Accept>) {
        let mut sheet = self.sheet();
        sheet.since.get_or_insert_with(Instant::now);
        sheet.records.extend(records);
        sheet.accept.extend(calls);
    }

    pub(crate) fn wait_ended(&self, wait: WaitId) {
        self.sheet().waits_ended.push(wait);
    }

    /// Since when records wait to be handed in.
    pub(crate) fn waiting_since(&self) -> Option<Instant> {
        self.sheet().since
    }

    /// Whether the execution exists for others.
    pub(crate) fn is_begun(&self) -> bool {
        self.sheet().begun
    }

    /// The token under which the execution is held now.
    pub(crate) fn fence(&self) -> i64 {
        self.sheet().fence
    }

    /// Waits until the execution exists for others: with what it has done by the time when it first
    /// has to be durable, or as it is once `patience` is over. For one caller.
    ///
    /// # Errors
    /// [`Lost`], as of [`Pen::flush`].
    pub(crate) async fn begins(&self, patience: Duration) -> Result<(), Lost> {
        let how = |sheet: &Sheet| sheet.lost.clone().map_or(Ok(()), Err);
        let heard = {
            let mut sheet = self.sheet();
            if sheet.begun || sheet.lost.is_some() {
                return how(&sheet);
            }
            let (tell, heard) = oneshot::channel();
            sheet.begins = Some(tell);
            heard
        };
        match tokio::time::timeout(patience, heard).await {
            Ok(_) => how(&self.sheet()),
            Err(_) => self.flush(Closing::next(Next::Running)).await,
        }
    }

    /// Lets an execution that does not exist yet never do so. `false`: it does, or is about to.
    pub(crate) fn refuse(&self, why: &str) -> bool {
        let mut sheet = self.sheet();
        let is_new = sheet.new.is_some();
        if is_new {
            sheet.lost = Some(Lost::Unavailable(why.to_owned()));
            sheet.begins = None;
        }
        is_new
    }

    /// Hands in all that was noted, and waits until it is durable.
    ///
    /// # Errors
    /// [`Lost`]: nothing that is written later counts either.
    pub(crate) async fn flush(&self, closing: Closing) -> Result<(), Lost> {
        let handed = self.hand_in(closing).await?;
        self.made_durable(handed).await
    }

    /// Hands in all that was noted. What it gives is for [`Pen::made_durable`].
    ///
    /// # Errors
    /// [`Lost`], as of [`Pen::flush`].
    pub(crate) async fn hand_in(&self, closing: Closing) -> Result<Option<Handed>, Lost> {
        let _order = self.order.lock().await;
        let Some(batch) = self.take(closing)? else { return Ok(self.sheet().latest.clone()) };
        let handed = self.journal.submit(batch).await.shared();
        self.sheet().latest = Some(handed.clone());
        Ok(Some(handed))
    }

    /// Waits until what was handed in is durable, and with it whatever others have handed in before:
    /// what this step has noted may have gone with another's batch.
    ///
    /// # Errors
    /// [`Lost`], as of [`Pen::flush`].
    pub(crate) async fn made_durable(&self, handed: Option<Handed>) -> Result<(), Lost> {
        let Some(end) = handed else { return Ok(()) };
        let res = end.await;
        let mut sheet = self.sheet();
        match &res {
            Ok(()) => sheet.begun = true,
            Err(lost) => sheet.lost = Some(lost.clone()),
        }
        sheet.begins = None;
        res
    }

    fn take(&self, closing: Closing) -> Result<Option<Batch>, Lost> {
        let mut sheet = self.sheet();
        if let Some(lost) = &sheet.lost {
            return Err(lost.clone());
        }
        let idle = sheet.records.is_empty() && sheet.accept.is_empty() && sheet.new.is_none();
        if idle && matches!(closing.next, Next::Running) {
            return Ok(None);
        }
        let hold = match sheet.new.take() {
            Some(new) => {
                sheet.fence = store::batch::FIRST_FENCE;
                Hold::New(new)
            }
            None => Hold::Fence(sheet.fence),
        };
        let seq = sheet.seq;
        sheet.seq += 1;
        sheet.since = None;
        Ok(Some(Batch {
            workspace: self.workspace,
            execution: self.execution,
            hold,
            seq,
            records: std::mem::take(&mut sheet.records),
            waits: std::mem::take(&mut sheet.waits),
            waits_ended: std::mem::take(&mut sheet.waits_ended),
            accept: std::mem::take(&mut sheet.accept),
            next: closing.next,
            answers: closing.answers,
            static_data: std::mem::take(&mut sheet.static_data),
        }))
    }

    fn sheet(&self) -> std::sync::MutexGuard<'_, Sheet> {
        self.sheet.lock().expect("plain lists")
    }
}
