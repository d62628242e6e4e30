//! Commits what has been handed in, as much at once as there is, and tells each batch its fate.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use smol_str::SmolStr;
use tokio::sync::mpsc;

use crate::{
    Error,
    batch::{Hold, Lost},
    sql::{Db, cells_of},
    writer::{
        Ticket, apply,
        fold::firing,
        rows::{Encoded, Key},
    },
};

/// Most batches and bytes of one commit.
const GROUP_MAX: usize = 2_048;
const GROUP_BYTES_MAX: usize = 16 << 20;
/// How often a commit is tried when the database is out of reach, and the first pause.
const TRIES_MAX: u32 = 8;
const PAUSE: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Runs until the queue is closed and empty. Commits at once when there is anything: what comes
/// during a commit makes the next group.
pub(super) async fn write_all(
    db: Arc<Db>,
    mut outlet: mpsc::Receiver<Ticket>,
    worker: Arc<RwLock<SmolStr>>,
) {
    let mut tickets = Vec::with_capacity(GROUP_MAX);
    let mut torn = Torn::default();
    while outlet.recv_many(&mut tickets, GROUP_MAX).await > 0 {
        let worker = worker.read().expect("a plain name").clone();
        while !tickets.is_empty() {
            let group = tickets.drain(..fitting(&tickets)).collect();
            write(&db, &worker, group, &mut torn).await;
        }
    }
}

/// How many tickets from the first on make a commit of a bearable size; at least one.
fn fitting(tickets: &[Ticket]) -> usize {
    let mut bytes = 0;
    let fits = tickets.iter().take_while(|it| {
        bytes += it.batch.size();
        bytes <= GROUP_BYTES_MAX
    });
    fits.count().max(1)
}

/// Journals that lack a batch: what was handed in after it must not be written, or their executions
/// would be taken up with a hole in their past. By execution and token, with the time of the loss.
#[derive(Default)]
struct Torn(HashMap<(Key, i64), Instant>);

/// By then, whoever held the execution has heard of the loss, and hands in no more.
const TORN_FOR: Duration = Duration::from_secs(600);

impl Torn {
    fn note(&mut self, batch: &Encoded) {
        self.0.retain(|_, at| at.elapsed() < TORN_FOR);
        self.0.insert((batch.key(), batch.fence()), Instant::now());
    }

    /// Refuses what belongs to a torn journal.
    fn without(&self, tickets: Vec<Ticket>) -> Vec<Ticket> {
        if self.0.is_empty() {
            return tickets;
        }
        let is_torn = |it: &Ticket| self.0.contains_key(&(it.batch.key(), it.batch.fence()));
        let (torn, whole): (Vec<Ticket>, Vec<Ticket>) = tickets.into_iter().partition(is_torn);
        for ticket in torn {
            let why = "an earlier part of the journal could not be written".to_owned();
            // Whoever handed it in may be gone.
            let _ = ticket.done.send(Err(Lost::Unavailable(why)));
        }
        whole
    }
}

async fn write(db: &Db, worker: &str, tickets: Vec<Ticket>, torn: &mut Torn) {
    // Halves that are still to be written, the first one last.
    let mut left = vec![tickets];
    while let Some(tickets) = left.pop() {
        let mut tickets = torn.without(tickets);
        if tickets.is_empty() {
            continue;
        }
        let batches: Vec<&Encoded> = tickets.iter().map(|it| &it.batch).collect();
        let verdicts = match try_often(db, worker, &batches).await {
            Ok(mut verdicts) => {
                // What looks refused may be ours: committed before, without word of it.
                for (verdict, batch) in verdicts.iter_mut().zip(&batches) {
                    if verdict.is_err() {
                        let why = explain(db, batch).await;
                        let is_full = *verdict == Err(Lost::Full) && why == Err(Lost::Fenced);
                        *verdict = if is_full { Err(Lost::Full) } else { why };
                    }
                }
                verdicts
            }
            Err(error) if error.is_constraint() && tickets.len() > 1 => {
                // One bad batch must not take its neighbours along.
                let second = tickets.split_off(tickets.len() / 2);
                left.push(second);
                left.push(tickets);
                continue;
            }
            Err(error) if error.is_constraint() => vec![explain(db, batches[0]).await],
            Err(error) => {
                tracing::error!(
                    "batches of {} executions could not be written: {error}",
                    batches.len()
                );
                vec![Err(Lost::Unavailable(error.to_string())); batches.len()]
            }
        };
        for (ticket, verdict) in tickets.into_iter().zip(verdicts) {
            if verdict.is_err() {
                torn.note(&ticket.batch);
            }
            // Whoever handed it in may be gone.
            let _ = ticket.done.send(verdict);
        }
    }
}

async fn try_often(
    db: &Db,
    worker: &str,
    batches: &[&Encoded],
) -> Result<Vec<Result<(), Lost>>, Error> {
    let mut pause = PAUSE;
    for attempt in 1.. {
        match apply::commit(db, worker, batches).await {
            Err(error) if !error.is_constraint() && attempt < TRIES_MAX => {
                tracing::warn!("a commit failed, trying again: {error}");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
            end => return end,
        }
    }
    unreachable!("the last try returns")
}

/// Why a batch alone met what is there already.
async fn explain(db: &Db, batch: &Encoded) -> Result<(), Lost> {
    let unavailable = |it: Error| Lost::Unavailable(it.to_string());
    let sql =
        "SELECT records FROM journal WHERE workspace_id = $1 AND execution_id = $2 AND seq = $3";
    let place = cells_of![batch.workspace, batch.execution, batch.seq];
    let found = db.row::<(Vec<u8>,)>(sql, place).await.map_err(unavailable)?;
    // It was committed, but word of it was lost on the way.
    if found.is_some_and(|it| it.0 == batch.records)
        && is_held(db, batch).await.map_err(unavailable)?
    {
        return Ok(());
    }
    if let Hold::New(new) = &batch.hold
        && let Some((workspace, schedule, at)) = firing(batch.workspace.0, new)
    {
        let sql = "SELECT due_at FROM firings WHERE workspace_id = $1 AND schedule_id = $2 AND due_at = $3";
        let found = db.row::<(i64,)>(sql, cells_of![workspace, schedule, at]).await;
        if found.map_err(unavailable)?.is_some() {
            return Err(Lost::Duplicate);
        }
    }
    Err(Lost::Fenced)
}

/// Whether nobody else may have written in the batch's place: its token is the current one.
async fn is_held(db: &Db, batch: &Encoded) -> Result<bool, Error> {
    let Hold::Fence(fence) = &batch.hold else { return Ok(true) };
    let sql = "SELECT fence FROM queue WHERE workspace_id = $1 AND id = $2 \
               UNION ALL SELECT fence FROM executions WHERE workspace_id = $1 AND id = $2";
    let found = db.rows::<(i64,)>(sql, cells_of![batch.workspace, batch.execution]).await?;
    Ok(found.iter().all(|it| it.0 == *fence))
}
