//! Takes in what steps wait for: when an execution is taken up, and while other branches are at work.

use std::time::Duration;

use jiff::Timestamp;
use model::{execution::Answer, id::WaitId, journal::Record};
use store::batch::{Lost, Next};
use tokio::time::Instant;

use super::{
    Pen, Runner, State,
    state::{Key, Waiting},
};

/// How often answers are looked for while other branches are at work.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const LEAST: Duration = Duration::from_millis(20);

/// Takes answers in, each once, and gives the steps that may go on by them.
pub(crate) fn take_in(
    state: &mut State,
    pen: &Pen,
    answers: Vec<(WaitId, Answer)>,
    at: Timestamp,
) -> Vec<Key> {
    let mut awake = vec![];
    for (wait, answer) in answers {
        let asks = |it: &Waiting| it.id == wait;
        let step = state.in_flight.iter().find(|it| it.1.waits.iter().any(asks));
        let Some((key, is_new)) =
            step.map(|(key, it)| (*key, it.waits.iter().any(|it| asks(it) && it.answer.is_none())))
        else {
            // Nobody waits for it any more.
            pen.wait_ended(wait);
            continue;
        };
        if !is_new {
            continue;
        }
        let (node, run) = key;
        pen.note(Record::Resumed { node, run, wait, answer: answer.clone(), at });
        pen.wait_ended(wait);
        state.answer(wait, answer);
        if state.in_flight[&key].waits.iter().all(|it| it.answer.is_some()) {
            awake.push(key);
        }
    }
    awake
}

impl Runner {
    /// When to look for answers, if any step waits while others run.
    pub(super) fn next_look(&self) -> Option<Instant> {
        let open = |it: &&Waiting| it.answer.is_none();
        let mut open =
            self.state.in_flight.values().flat_map(|it| it.waits.iter().filter(open)).peekable();
        open.peek()?;
        let due = open.filter_map(|it| it.until).min();
        let left = due.map(|it| it.duration_since(self.outside.now()));
        let left = left.map(|it| Duration::try_from(it).unwrap_or_default());
        // Not more often than now and then, even when something is due that cannot be read.
        let soon = self.looked + LEAST;
        let next = self.looked + LOOK_EVERY;
        Some(left.map_or(next, |it| next.min(Instant::now() + it)).max(soon))
    }

    /// A branch whose wait has ended goes on, though others are at work.
    pub(super) async fn look_for_answers(&mut self) -> Result<(), Lost> {
        // What they wait for must be there for others first.
        self.flush(Next::Running).await?;
        let now = self.outside.now();
        let is_due = |it: &&Waiting| it.answer.is_none() && it.until.is_some_and(|it| it <= now);
        let waits = self.state.in_flight.values().flat_map(|it| &it.waits);
        let due: Vec<WaitId> = waits.filter(is_due).map(|it| it.id).collect();
        let (journal, facts) = (&self.outside.journal, &self.facts);
        let found = journal.answers(facts.workspace, facts.execution, &due).await;
        self.looked = Instant::now();
        match found {
            // The next look may have more luck.
            Err(error) => tracing::warn!("what came for a step cannot be read: {error}"),
            Ok(answers) => {
                for key in take_in(&mut self.state, &self.pen, answers, now) {
                    self.push(key);
                }
            }
        }
        Ok(())
    }
}
