//! What a group leaves behind: rows of what ended, counts, static data.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    Error,
    sql::{Tx, cells_of},
    writer::{
        apply::write_new,
        fold::{End, Folded, State},
        rows::{Encoded, QueueRow},
    },
};

fn ends<'a>(folded: &'a Folded<'_>) -> impl Iterator<Item = (&'a QueueRow, End<'a>)> {
    folded.executions.iter().filter_map(|it| match it.state {
        State::Ended(end) => Some((&it.row, end)),
        State::Running | State::Ready | State::Waiting { .. } => None,
    })
}

pub(super) async fn ended(tx: &mut Tx, n_batches: usize, folded: &Folded<'_>) -> Result<(), Error> {
    let mut cells = vec![];
    for (row, end) in ends(folded).filter(|it| it.1.keep) {
        cells.extend(cells_of![
            row.workspace_id,
            row.id,
            row.workflow_id,
            row.version_id,
            end.status.as_str(),
            row.mode.clone(),
            row.business_key.clone(),
            row.started_at,
            end.at,
            end.error.map(|it| it.node.clone()),
            end.error.map(|it| it.message.clone()),
            row.parent,
            row.replay_of,
            row.resumed,
            row.fence,
            row.priority,
        ]);
    }
    let head = "INSERT INTO executions (workspace_id, id, workflow_id, version_id, status, mode, \
                business_key, started_at, ended_at, error_node, error_message, parent, replay_of, resumed, \
                fence, priority) VALUES";
    write_new(tx, n_batches, head, 16, cells).await
}

const DAY_US: i64 = 86_400_000_000;

/// The class of a duration: the fourth root of two is the step between classes.
pub(crate) fn bucket(duration_us: i64) -> i64 {
    (4.0 * (duration_us.max(1) as f64).log2()).floor() as i64
}

/// Workspace, workflow, day, status, class of duration.
type Class<'a> = (Uuid, Uuid, i64, &'a str, i64);

pub(super) fn counts(tx: &mut Tx, folded: &Folded<'_>) {
    let mut daily: BTreeMap<Class<'_>, (i64, i64)> = BTreeMap::new();
    let mut totals: BTreeMap<(Uuid, Uuid, &str), i64> = BTreeMap::new();
    for (row, end) in ends(folded) {
        let (status, took) = (end.status.as_str(), (end.at - row.started_at).max(0));
        let day = end.at.div_euclid(DAY_US);
        let key = (row.workspace_id, row.workflow_id, day, status, bucket(took));
        let count = daily.entry(key).or_default();
        *count = (count.0 + 1, count.1 + took);
        if end.keep {
            *totals.entry((row.workspace_id, row.workflow_id, status)).or_default() += 1;
        }
    }
    let cells =
        daily.into_iter().flat_map(|(it, n)| cells_of![it.0, it.1, it.2, it.3, it.4, n.0, n.1]);
    let head =
        "INSERT INTO daily (workspace_id, workflow_id, day, status, bucket, n, total_us) VALUES";
    let tail = "ON CONFLICT (workspace_id, workflow_id, day, status, bucket) DO UPDATE \
                SET n = daily.n + excluded.n, total_us = daily.total_us + excluded.total_us";
    tx.run_many_at_last(head, tail, 7, cells.collect());
    let cells = totals.into_iter().flat_map(|(it, n)| cells_of![it.0, it.1, it.2, n]).collect();
    let head = "INSERT INTO totals (workspace_id, workflow_id, status, n) VALUES";
    let tail =
        "ON CONFLICT (workspace_id, workflow_id, status) DO UPDATE SET n = totals.n + excluded.n";
    tx.run_many_at_last(head, tail, 4, cells);
}

pub(super) async fn static_data(
    tx: &mut Tx,
    good: &[&Encoded],
    folded: &Folded<'_>,
) -> Result<(), Error> {
    let mut latest = BTreeMap::new();
    for batch in good.iter().filter(|it| !it.static_data.is_empty()) {
        let Some(workflow) = folded.workflow(batch.key()) else { continue };
        for (node, value) in &batch.static_data {
            latest.insert((batch.workspace.0, workflow, node), value);
        }
    }
    let cells = latest.into_iter().flat_map(|((workspace, workflow, node), value)| {
        cells_of![workspace, workflow, node.clone(), value.clone()]
    });
    let head = "INSERT INTO static_data (workspace_id, workflow_id, node, value) VALUES";
    let tail = "ON CONFLICT (workspace_id, workflow_id, node) DO UPDATE SET value = excluded.value";
    tx.run_many(head, tail, 4, cells.collect()).await?;
    Ok(())
}
