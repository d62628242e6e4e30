//! Drives one execution until it ends, waits, or has to be let go.

use std::{
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use model::{
    execution::Status,
    journal::{Record, Step, StepError},
};
use sdk::trigger::{Response, ResponseBody};
use store::batch::{Lost, Next};
use tokio::{sync::watch, time::Instant};

use super::{
    Child, End, Facts, Job, Outside, PagesOf, Pen, State, StepEnd, end,
    outside::Stop,
    pen::Closing,
    replies::Replies,
    scope::Names,
    state::{Key, Waiting},
};
use crate::{bus::What, callers::Reply};

/// Records that wait longer are handed in, so that others see the execution and little is repeated.
const UNSAVED_MAX: Duration = Duration::from_millis(200);
/// How many steps in a row may end at once before the runner looks around.
const AT_ONCE_MAX: u32 = 64;

/// What callers hear whose execution had not begun.
pub(crate) const CLOSING: &str = "this server is shutting down; nothing was accepted";

/// Where an execution stands when its runner lets go of it.
pub(crate) enum Turn {
    Ended(End),
    /// It sleeps; whoever takes it up when an answer comes goes on from the journal.
    Waiting(Vec<Waiting>),
    /// Stopped on demand; its journal says how far it came.
    Released,
    /// Its journal could not be written.
    Lost(Lost),
}

/// See the module.
pub(crate) struct Runner {
    pub(super) outside: Arc<Outside>,
    pub(super) facts: Arc<Facts>,
    pub(crate) state: State,
    pub(super) pen: Arc<Pen>,
    names: Arc<Names>,
    stop: watch::Receiver<Stop>,
    running: FuturesUnordered<BoxFuture<'static, (Key, StepEnd)>>,
    replies: Arc<Replies>,
    /// Answers that go out with the next flush.
    unsent: Vec<Response>,
    /// Executions that begin with the next flush.
    unborn: Vec<Child>,
    pages: PagesOf,
    memory: Arc<AtomicUsize>,
    deadline: Option<Instant>,
    /// How many steps in a row ended at once.
    at_once: u32,
    /// When answers were looked for.
    pub(super) looked: Instant,
}

enum Happened {
    Step(Key, StepEnd),
    Reply(Response),
    Stop(Stop),
    Unsaved,
    Deadline,
    /// Something that a step waits for may have come.
    Awaited,
}

impl Runner {
    pub(crate) fn new(
        outside: Arc<Outside>,
        facts: Arc<Facts>,
        state: State,
        pen: Arc<Pen>,
        stop: watch::Receiver<Stop>,
    ) -> Runner {
        let names = Arc::new(Names::of(&outside, &facts, state.started.seed));
        let pages = PagesOf::new(outside.files.clone(), facts.workspace);
        let timeout = facts.plan.document.settings.timeout_ms.map(Duration::from_millis);
        Runner {
            deadline: timeout.map(|it| Instant::now() + it.saturating_sub(state.worked())),
            outside,
            facts,
            state,
            pen,
            names,
            stop,
            running: FuturesUnordered::new(),
            replies: Arc::default(),
            unsent: vec![],
            unborn: vec![],
            pages,
            memory: Arc::default(),
            at_once: 0,
            looked: Instant::now(),
        }
    }

    /// Once it has ended, what steps gave is no longer in its state, but with whoever holds `seen`.
    pub(crate) async fn run(&mut self) -> Turn {
        match self.drive().await {
            Ok(turn) => turn,
            Err(lost) => {
                self.running.clear();
                self.tell_caller(Reply::Lost(lost.to_string())).await;
                Turn::Lost(lost)
            }
        }
    }

    async fn drive(&mut self) -> Result<Turn, Lost> {
        if *self.stop.borrow() == Stop::Cancel {
            return self.end(Status::Cancelled, None).await;
        }
        if let Some(error) = self.state.failure() {
            return self.fail(error).await;
        }
        self.take_up();
        loop {
            if let Some(node) = self.launch() {
                return self.fail(end::runs_too_often(&self.state, node)).await;
            }
            if self.running.is_empty() {
                return self.rest().await;
            }
            let turn = match self.next().await {
                Happened::Step(key, end) => self.take(key, end).await?,
                Happened::Reply(response) => self.reply(response).await?,
                Happened::Unsaved => self.flush(Next::Running).await.map(|()| None)?,
                Happened::Stop(Stop::Cancel) => Some(self.end(Status::Cancelled, None).await?),
                Happened::Stop(Stop::Release) => Some(self.release().await?),
                Happened::Stop(Stop::Go) => None,
                Happened::Deadline => Some(self.fail(end::took_too_long(&self.state)).await?),
                Happened::Awaited => {
                    self.look_for_answers().await?;
                    None
                }
            };
            if let Some(turn) = turn {
                return Ok(turn);
            }
        }
    }

    /// Steps that had begun before, and are not asleep, go on.
    fn take_up(&mut self) {
        let awake = self
            .state
            .in_flight
            .iter()
            .filter(|(_, it)| it.waits.iter().all(|it| it.answer.is_some()));
        for key in awake.map(|it| *it.0).collect::<Vec<_>>() {
            self.push(key);
        }
    }

    /// Gives the node that runs too often.
    fn launch(&mut self) -> Option<u32> {
        while let Some(key) = self.state.start_next() {
            if key.1 >= end::RUNS_MAX {
                return Some(key.0);
            }
            match self.state.given(key) {
                Some(step) if step.error.is_none() => self.finish(Arc::new(step)),
                Some(_) | None => self.push(key),
            }
        }
        None
    }

    pub(super) fn push(&mut self, key: Key) {
        let job = Job {
            outside: self.outside.clone(),
            facts: self.facts.clone(),
            pen: self.pen.clone(),
            seen: self.state.seen.clone(),
            started: self.state.started.clone(),
            key,
            flight: self.state.in_flight[&key].clone(),
            names: self.names.clone(),
            replies: self.replies.clone(),
            stop: self.stop.clone(),
            pages: self.pages.clone(),
            memory: self.memory.clone(),
            deadline: self.deadline.map(Instant::into_std),
        };
        self.tell(|facts| What::StepStarted {
            node: facts.plan.node(key.0).node.name.clone(),
            run: key.1,
        });
        self.running.push(job.run_safely().map(move |end| (key, end)).boxed());
    }

    async fn next(&mut self) -> Happened {
        // Most steps end at once: then no timer is set, and nobody else is asked. But a loop of
        // such steps must be heard of, stoppable, and no burden to others.
        self.at_once += 1;
        if self.at_once < AT_ONCE_MAX
            && let Some(Some((key, end))) = self.running.next().now_or_never()
        {
            return Happened::Step(key, end);
        }
        if self.at_once >= AT_ONCE_MAX {
            tokio::task::yield_now().await;
        }
        self.at_once = 0;
        let unsaved = self.pen.waiting_since().map(|it| Instant::from_std(it) + UNSAVED_MAX);
        let (unsaved, deadline) = (at(unsaved), at(self.deadline));
        let awaited = at(self.next_look());
        let asked = *self.stop.borrow_and_update();
        if asked != Stop::Go {
            return Happened::Stop(asked);
        }
        tokio::select! {
            biased;
            response = self.replies.next() => Happened::Reply(response),
            () = unsaved => Happened::Unsaved,
            () = deadline => Happened::Deadline,
            () = awaited => Happened::Awaited,
            Some((key, end)) = self.running.next() => Happened::Step(key, end),
            Ok(()) = self.stop.changed() => Happened::Stop(*self.stop.borrow_and_update()),
        }
    }

    async fn take(&mut self, key: Key, end: StepEnd) -> Result<Option<Turn>, Lost> {
        let asked = *self.stop.borrow();
        while let Some(response) = self.replies.take() {
            self.reply(response).await?;
        }
        match end {
            StepEnd::Finished(step) => {
                self.finish(Arc::new(step));
                if !self.unsent.is_empty() && self.goes_on() {
                    self.flush(Next::Running).await?;
                }
                Ok(None)
            }
            StepEnd::Failed(step) => {
                let (step, error) = (Arc::new(step.clone()), step.error);
                self.note_step(&step);
                self.state.fail(step.clone());
                self.tell_finished(&step);
                self.end(Status::Error, error).await.map(Some)
            }
            StepEnd::Waits(flight, waits, children) => {
                self.state.put_back(key, flight);
                self.state.begin_waits(key, waits);
                let calls = !children.is_empty();
                self.unborn.extend(children);
                if calls && self.goes_on() {
                    self.flush(Next::Running).await?;
                }
                Ok(None)
            }
            StepEnd::Interrupted => match asked {
                Stop::Cancel => self.end(Status::Cancelled, None).await.map(Some),
                Stop::Release => self.release().await.map(Some),
                // A lost journal, which this says, or a step that could not reach the database.
                Stop::Go => {
                    self.flush(Next::Running).await?;
                    Err(Lost::Unavailable("a step could not reach it".to_owned()))
                }
            },
        }
    }

    /// Whether anything is left to do after what has just ended.
    fn goes_on(&self) -> bool {
        !self.running.is_empty() || self.state.has_ready()
    }

    fn finish(&mut self, step: Arc<Step>) {
        self.note_step(&step);
        self.state.finish(step.clone());
        self.tell_finished(&step);
    }

    /// A finished step never runs again, so the static data that it changed goes with it.
    fn note_step(&self, step: &Arc<Step>) {
        let keeps = self.facts.plan.uses_static_data && !self.facts.mode.is_test();
        let statics = if keeps { self.state.seen.take_changed_statics() } else { vec![] };
        self.pen.note_step(step.clone(), statics);
    }

    /// A piece of a stream goes out at once, all else when it is durable.
    async fn reply(&mut self, response: Response) -> Result<Option<Turn>, Lost> {
        if matches!(response.body, ResponseBody::Chunk(_)) {
            if !self.pen.is_begun() {
                self.flush(Next::Running).await?;
            }
            self.tell_caller(Reply::Response(response)).await;
        } else {
            self.unsent.push(response);
        }
        Ok(None)
    }

    /// Nothing runs: the execution sleeps, or has ended.
    async fn rest(&mut self) -> Result<Turn, Lost> {
        let waits: Vec<Waiting> = self
            .state
            .in_flight
            .values()
            .flat_map(|it| it.waits.iter().filter(|it| it.answer.is_none()).cloned())
            .collect();
        let Some(first) = waits.first() else { return self.end(Status::Success, None).await };
        let until = waits.iter().filter_map(|it| it.until).min();
        let kind = first.kind;
        self.outside.callers.hand_on(self.facts.execution);
        self.flush(Next::Waiting { until, kind }).await?;
        self.tell(|_| What::Waiting { kind });
        Ok(Turn::Waiting(waits))
    }

    async fn fail(&mut self, error: StepError) -> Result<Turn, Lost> {
        self.end(Status::Error, Some(error)).await
    }

    async fn release(&mut self) -> Result<Turn, Lost> {
        self.running.clear();
        if self.pen.refuse(CLOSING) {
            self.tell_caller(Reply::Lost(CLOSING.to_owned())).await;
        } else {
            self.flush(Next::Ready).await?;
        }
        Ok(Turn::Released)
    }

    async fn end(&mut self, status: Status, error: Option<StepError>) -> Result<Turn, Lost> {
        self.running.clear();
        let at = self.outside.now();
        let last = end::last_outputs(&self.state);
        let (outside, facts) = (&self.outside, &self.facts);
        let child = match &error {
            Some(error) => end::error_child(outside, facts, &self.state, error, at).await?,
            None => None,
        };
        self.pen.note(Record::Ended { status, at, error: error.clone() });
        if let Some(child) = child {
            self.pen.note_calls(vec![], vec![super::host::accept(&child)]);
            self.unborn.push(child);
        }
        let keep = end::keeps(&self.facts, status);
        let closing = Closing {
            next: Next::Ended { status, at, error: error.clone(), keep },
            answers: end::answer(&self.facts, status, error.as_ref(), &last),
        };
        let wakes_parent = closing.answers.is_some();
        self.close(closing).await?;
        if wakes_parent {
            self.outside.bus.wake();
        }
        self.tell(|facts| What::Ended { status, mode: facts.mode });
        let end = End { status, error, last };
        self.tell_caller(Reply::Ended(end.clone())).await;
        Ok(Turn::Ended(end))
    }

    pub(super) async fn flush(&mut self, next: Next) -> Result<(), Lost> {
        self.close(Closing::next(next)).await
    }

    /// Makes all that was noted durable; what waited for that happens then.
    async fn close(&mut self, closing: Closing) -> Result<(), Lost> {
        let is_over = matches!(closing.next, Next::Ended { .. });
        let handed = self.pen.hand_in(closing).await?;
        if is_over {
            // On the thread that made it, and while the disk is busy.
            end::let_go(&mut self.state);
        }
        self.pen.made_durable(handed).await?;
        if !self.unborn.is_empty() {
            (self.outside.children)(std::mem::take(&mut self.unborn));
        }
        for response in std::mem::take(&mut self.unsent) {
            self.tell_caller(Reply::Response(response)).await;
        }
        Ok(())
    }
}

/// Completes then; never when there is no such time.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
