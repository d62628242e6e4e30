//! Writes a folded group in one transaction, each table with few statements over many rows.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use model::plan;
use uuid::Uuid;

use crate::{
    Error,
    batch::{Hold, Lost, Next},
    prune,
    sql::{Cell, Db, Tx, cells_of},
    usage::{self, Used},
    writer::{
        fold::{After, Before, Folded, State, firing},
        history, room,
        rows::{Encoded, Key, QueueRow},
    },
};

/// # Errors
/// What the database says; nothing was written then, unless word of the commit was lost.
pub(super) async fn commit(
    db: &Db,
    worker: &str,
    group: &[&Encoded],
) -> Result<Vec<Result<(), Lost>>, Error> {
    let mut tx = db.begin().await?;
    let mut before = look(&mut tx, group).await?;
    let folded = Folded::of(group, &mut before);
    let good: Vec<&Encoded> = group
        .iter()
        .zip(&folded.verdicts)
        .filter_map(|(batch, verdict)| verdict.is_ok().then_some(*batch))
        .collect();
    if good.is_empty() {
        tx.undo().await?;
        return Ok(folded.verdicts);
    }
    firings(&mut tx, &good).await?;
    journal(&mut tx, group, &good, &folded).await?;
    let mut used = Used::default();
    files(&mut tx, &good, &folded, &mut used).await?;
    waits(&mut tx, &good, &folded).await?;
    let mut look_again = queue(&mut tx, worker, &folded).await?;
    answers(&mut tx, &good, &mut look_again, &mut used).await?;
    ready_answered(&mut tx, look_again).await?;
    history::ended(&mut tx, good.len(), &folded).await?;
    history::static_data(&mut tx, &good, &folded).await?;
    history::counts(&mut tx, &folded);
    for it in folded.executions.iter().filter(|it| it.counts) {
        used.add(it.row.workspace_id, usage::EXECUTIONS, folded.month, 1);
    }
    used.write(&mut tx);
    tx.commit().await?;
    Ok(folded.verdicts)
}

/// Reads, and locks against others, what the group builds on.
async fn look(tx: &mut Tx, group: &[&Encoded]) -> Result<Before, Error> {
    let mut new = HashSet::new();
    let mut wanted = vec![];
    let mut firings = vec![];
    let mut children = vec![];
    let mut begins = vec![];
    for batch in group {
        match &batch.hold {
            Hold::New(it) => {
                new.insert(batch.key());
                // Others begin whatever the plan says.
                if matches!(batch.next, Next::Ready) {
                    begins.push(batch.workspace.0);
                }
                firings.extend(firing(batch.workspace.0, it));
            }
            Hold::Fence(_) if !new.contains(&batch.key()) => wanted.push(batch.key()),
            Hold::Fence(_) => {}
        }
        // A parent is locked too: its wait must not be answered while it goes to sleep.
        wanted.extend(batch.answers.as_ref().map(|it| (batch.workspace.0, it.0.0)));
        for child in &batch.accept {
            new.insert((batch.workspace.0, child.execution.id.0));
            children.push((batch.workspace.0, child.execution.id.0));
        }
    }
    // One order for all, so that two writers never wait for each other.
    wanted.sort_unstable();
    wanted.dedup();
    let head = "SELECT workspace_id, id, workflow_id, version_id, status, mode, priority, fence, started_at, \
                parent, replay_of, business_key, resumed, cancel FROM queue WHERE (workspace_id, id) IN (SELECT * FROM (VALUES";
    let tail =
        if tx.is_postgres() { ") AS v) ORDER BY workspace_id, id FOR UPDATE" } else { ") AS v)" };
    let rows = tx.rows_of_many::<QueueRow>(head, tail, 2, pairs(wanted)).await?;
    let now = Timestamp::now();
    let mut res = Before {
        rows: rows.into_iter().map(|it| (it.key(), it)).collect(),
        rooms: room::left_any_workspace(tx, begins, now).await?,
        month: plan::month(now),
        ..Before::default()
    };
    if !firings.is_empty() {
        let head = "SELECT workspace_id, schedule_id, due_at FROM firings \
                    WHERE (workspace_id, schedule_id, due_at) IN (SELECT * FROM (VALUES";
        let cells = firings.into_iter().flat_map(|it| cells_of![it.0, it.1, it.2]).collect();
        res.fired = tx
            .rows_of_many::<(Uuid, Uuid, i64)>(head, ") AS v)", 3, cells)
            .await?
            .into_iter()
            .collect();
    }
    if !children.is_empty() {
        let head = "SELECT DISTINCT workspace_id, execution_id FROM journal \
                    WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
        let found = tx.rows_of_many::<Key>(head, ") AS v)", 2, pairs(children)).await?;
        res.known = found.into_iter().collect();
    }
    Ok(res)
}

fn pairs(keys: impl IntoIterator<Item = Key>) -> Vec<Cell> {
    keys.into_iter().flat_map(|it| cells_of![it.0, it.1]).collect()
}

async fn firings(tx: &mut Tx, good: &[&Encoded]) -> Result<(), Error> {
    let mut cells = vec![];
    for batch in good {
        if let Hold::New(new) = &batch.hold
            && let Some((workspace, schedule, at)) = firing(batch.workspace.0, new)
        {
            cells.extend(cells_of![workspace, schedule, at]);
        }
    }
    tx.run_many("INSERT INTO firings (workspace_id, schedule_id, due_at) VALUES", "", 3, cells)
        .await?;
    Ok(())
}

/// New rows of a group of so many batches, which nothing in its transaction looks at. Those of one batch
/// alone go with the commit; there are too many sizes of groups to keep the texts of all prepared so.
pub(super) async fn write_new(
    tx: &mut Tx,
    n_batches: usize,
    head: &'static str,
    columns: usize,
    cells: Vec<Cell>,
) -> Result<(), Error> {
    if n_batches == 1 {
        tx.run_many_at_last(head, "", columns, cells);
    } else {
        tx.run_many(head, "", columns, cells).await?;
    }
    Ok(())
}

async fn journal(
    tx: &mut Tx,
    group: &[&Encoded],
    good: &[&Encoded],
    folded: &Folded<'_>,
) -> Result<(), Error> {
    let mut cells = vec![];
    // Children first: their own batches may follow in the same group.
    for (batch, place) in &folded.children {
        let (batch, child) = (group[*batch], &group[*batch].accept[*place]);
        if !folded.is_dropped((batch.workspace.0, child.execution.id.0)) {
            cells.extend(cells_of![
                batch.workspace,
                child.execution.id,
                0_i64,
                child.started.clone()
            ]);
        }
    }
    for batch in good.iter().filter(|it| !folded.is_dropped(it.key())) {
        cells.extend(cells_of![batch.workspace, batch.execution, batch.seq, batch.records.clone()]);
    }
    let head = "INSERT INTO journal (workspace_id, execution_id, seq, records) VALUES";
    write_new(tx, good.len(), head, 4, cells).await?;
    let dropped = folded.executions.iter().map(|it| (it, it.row.key()));
    let dropped = dropped.filter(|(it, key)| !it.is_new && folded.is_dropped(*key));
    let head = "DELETE FROM journal WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
    tx.run_many(head, ") AS v)", 2, pairs(dropped.map(|it| it.1))).await?;
    Ok(())
}

/// Notes which files the records name; those of executions that are not kept are litter.
async fn files(
    tx: &mut Tx,
    good: &[&Encoded],
    folded: &Folded<'_>,
    used: &mut Used,
) -> Result<(), Error> {
    let mut named = vec![];
    let mut litter = vec![];
    for batch in good {
        for (execution, name, bytes) in &batch.files {
            let key = (batch.workspace.0, execution.0);
            if folded.is_dropped(key) {
                litter.extend(cells_of![batch.workspace, name.clone()]);
            } else {
                named.extend(cells_of![batch.workspace, *execution, name.clone(), *bytes]);
            }
        }
    }
    let tail = "ON CONFLICT DO NOTHING";
    tx.run_many("INSERT INTO litter (workspace_id, name) VALUES", tail, 2, litter).await?;
    name_files(tx, named, used).await?;
    let dropped = folded.executions.iter().filter(|it| !it.is_new).map(|it| it.row.key());
    prune::litter(tx, dropped.filter(|it| folded.is_dropped(*it)).collect(), used).await
}

/// Notes who names files: workspace, execution, name and size of each.
async fn name_files(tx: &mut Tx, named: Vec<Cell>, used: &mut Used) -> Result<(), Error> {
    let head = "INSERT INTO blobs (workspace_id, execution_id, name, bytes) VALUES";
    let tail = "ON CONFLICT DO NOTHING RETURNING workspace_id, bytes";
    for (workspace, bytes) in tx.rows_of_many::<(Uuid, i64)>(head, tail, 4, named).await? {
        used.add(workspace, usage::STORAGE, usage::ALWAYS, bytes);
    }
    Ok(())
}

async fn waits(tx: &mut Tx, good: &[&Encoded], folded: &Folded<'_>) -> Result<(), Error> {
    let mut cells = vec![];
    let mut ended = vec![];
    for batch in good {
        ended.extend(batch.waits_ended.iter().map(|it| (batch.workspace.0, it.0)));
        if folded.is_over(batch.key()) {
            continue;
        }
        for it in &batch.waits {
            cells.extend(cells_of![
                batch.workspace,
                it.id,
                batch.execution,
                it.kind.as_str(),
                it.node,
                it.run,
                it.correlation.clone(),
                it.deadline,
                it.token.clone(),
                it.details.to_json(),
            ]);
        }
    }
    let head = "INSERT INTO waits (workspace_id, id, execution_id, kind, node, run, correlation, \
                deadline, token, details) VALUES";
    tx.run_many(head, "", 10, cells).await?;
    tx.run_many(
        "DELETE FROM waits WHERE (workspace_id, id) IN (SELECT * FROM (VALUES",
        ") AS v)",
        2,
        pairs(ended),
    )
    .await?;
    let over = folded.executions.iter().filter(|it| !it.is_new && it.is_over());
    let head = "DELETE FROM waits WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
    tx.run_many(head, ") AS v)", 2, pairs(over.map(|it| it.row.key()))).await?;
    Ok(())
}

/// Brings the queue up to date. Gives the executions that went to sleep.
async fn queue(tx: &mut Tx, worker: &str, folded: &Folded<'_>) -> Result<Vec<Key>, Error> {
    let mut new = vec![];
    let mut ready = vec![];
    let mut asleep = vec![];
    let mut over = vec![];
    let mut look_again = vec![];
    for it in folded.executions.iter().filter(|it| it.changed) {
        if let State::Waiting { .. } = it.state {
            look_again.push(it.row.key());
        }
        match &it.state {
            State::Ended(_) if it.is_new => {}
            State::Ended(_) => over.push(it.row.key()),
            _ if it.is_new => new.extend(queue_row(it, worker)),
            State::Running => {}
            State::Ready => ready.push(it.row.key()),
            State::Waiting { until, kind } => {
                asleep.extend(cells_of![it.row.workspace_id, it.row.id, kind.as_str(), *until]);
            }
        }
    }
    let head = "INSERT INTO queue (workspace_id, id, workflow_id, version_id, status, mode, priority, run_at, \
                fence, worker, started_at, parent, replay_of, business_key, wait_kind, wake_at, resumed, \
                cancel) VALUES";
    tx.run_many(head, "", 18, new).await?;
    tx.run_many(
        "DELETE FROM queue WHERE (workspace_id, id) IN (SELECT * FROM (VALUES",
        ") AS v)",
        2,
        pairs(over),
    )
    .await?;
    let head = "UPDATE queue SET status = 'queued', worker = NULL, wait_kind = NULL, wake_at = NULL \
                WHERE (workspace_id, id) IN (SELECT * FROM (VALUES";
    tx.run_many(head, ") AS v)", 2, pairs(ready)).await?;
    let (head, tail) = (
        "UPDATE queue SET status = 'waiting', worker = NULL, wait_kind = v.column3, \
                wake_at = v.column4 FROM (VALUES",
        ") AS v WHERE queue.workspace_id = v.column1 AND queue.id = v.column2",
    );
    tx.run_many(head, tail, 4, asleep).await?;
    Ok(look_again)
}

fn queue_row(it: &After<'_>, worker: &str) -> Vec<Cell> {
    let row = &it.row;
    let (status, worker, kind, until) = match &it.state {
        State::Running => ("running", Some(worker.to_owned()), None, None),
        State::Waiting { until, kind } => ("waiting", None, Some(kind.as_str().to_owned()), *until),
        State::Ready | State::Ended(_) => ("queued", None, None, None),
    };
    cells_of![
        row.workspace_id,
        row.id,
        row.workflow_id,
        row.version_id,
        status,
        row.mode.clone(),
        row.priority,
        it.run_at,
        row.fence,
        worker,
        row.started_at,
        row.parent,
        row.replay_of,
        row.business_key.clone(),
        kind,
        until,
        row.resumed,
        row.cancel,
    ]
}

/// Hands what called executions gave to the waits of those that called them.
async fn answers(
    tx: &mut Tx,
    good: &[&Encoded],
    look_again: &mut Vec<Key>,
    used: &mut Used,
) -> Result<(), Error> {
    let mut asked = HashMap::new();
    let mut cells = vec![];
    for batch in good {
        let Some((parent, answer)) = &batch.answers else { continue };
        let correlation = batch.execution.to_string();
        cells.extend(cells_of![batch.workspace, correlation.clone()]);
        asked.insert((batch.workspace.0, parent.0, correlation), (answer, &batch.answer_files));
    }
    if asked.is_empty() {
        return Ok(());
    }
    let head = "SELECT workspace_id, id, execution_id, correlation FROM waits WHERE answered_at IS NULL \
                AND correlation <> '' AND (workspace_id, correlation) IN (SELECT * FROM (VALUES";
    let found = tx.rows_of_many::<(Uuid, Uuid, Uuid, String)>(head, ") AS v)", 2, cells).await?;
    let mut named = vec![];
    for (workspace, wait, parent, correlation) in found {
        let Some((answer, files)) = asked.get(&(workspace, parent, correlation)) else { continue };
        let sql =
            "UPDATE waits SET answered_at = $3, answer = $4 WHERE workspace_id = $1 AND id = $2";
        let cells = cells_of![workspace, wait, Timestamp::now(), answer.to_vec()];
        tx.run(sql, cells).await?;
        // They must not go when nothing is kept of whoever made them.
        let files = files.iter();
        named.extend(files.flat_map(|it| cells_of![workspace, parent, it.0.clone(), it.1]));
        look_again.push((workspace, parent));
    }
    name_files(tx, named, used).await
}

/// Readies sleepers of which a wait was answered before they slept.
async fn ready_answered(tx: &mut Tx, mut keys: Vec<Key>) -> Result<(), Error> {
    keys.sort_unstable();
    keys.dedup();
    let head = "UPDATE queue SET status = 'queued', wait_kind = NULL, wake_at = NULL \
                WHERE status = 'waiting' AND EXISTS (SELECT 1 FROM waits WHERE waits.workspace_id = \
                queue.workspace_id AND waits.execution_id = queue.id AND waits.answered_at IS NOT NULL) \
                AND (workspace_id, id) IN (SELECT * FROM (VALUES";
    tx.run_many(head, ") AS v)", 2, pairs(keys)).await?;
    Ok(())
}
