//! What a batch becomes in the database's terms.

use jiff::Timestamp;
use model::{
    Binary, Items, codec,
    execution::{Answer, Wait},
    id::{ExecutionId, WaitId, WorkspaceId},
    item::{Blob, Page},
    journal::{Record, Started},
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::batch::{Accept, Batch, FIRST_FENCE, Hold, NewExecution, Next};

/// An execution's key: its workspace and its id.
pub(super) type Key = (Uuid, Uuid);

/// A batch with its records written out.
pub(crate) struct Encoded {
    pub(super) workspace: WorkspaceId,
    pub(super) execution: ExecutionId,
    pub(super) hold: Hold,
    pub(super) seq: u32,
    pub(super) records: Vec<u8>,
    pub(super) waits: Vec<Wait>,
    pub(super) waits_ended: Vec<WaitId>,
    pub(super) accept: Vec<Child>,
    pub(super) next: Next,
    /// The parent, and the answer as [`encode_answer`] writes it.
    pub(super) answers: Option<(ExecutionId, Vec<u8>)>,
    /// Files that the answer names.
    pub(super) answer_files: Vec<(SmolStr, i64)>,
    /// Files that the records name, by execution, and how large they are.
    pub(super) files: Vec<(ExecutionId, SmolStr, i64)>,
    /// Node (empty for the workflow's own) and JSON.
    pub(super) static_data: Vec<(String, String)>,
}

pub(super) struct Child {
    pub(super) execution: NewExecution,
    pub(super) started: Vec<u8>,
    pub(super) held: bool,
}

/// What a batch takes beside its records, roughly.
const BATCH_BYTES: usize = 512;

impl Encoded {
    /// # Errors
    /// A sentence when items that are away cannot be loaded.
    pub(super) fn of(batch: Batch) -> Result<Encoded, String> {
        let mut files = vec![];
        let own = files_of(&batch.records);
        files.extend(own.into_iter().map(|(name, bytes)| (batch.execution, name, bytes)));
        for it in &batch.accept {
            let named = lists_of(&it.started).flat_map(files_in);
            files.extend(named.map(|(name, bytes)| (it.execution.id, name, bytes)));
        }
        files.sort();
        files.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
        let child = |it: Accept| {
            let started = codec::encode(&[Record::Started(it.started)])?;
            Ok(Child { execution: it.execution, started, held: it.held })
        };
        let answer_files = match &batch.answers {
            Some((_, Answer::Items(lists))) => lists.iter().flat_map(files_in).collect(),
            Some(_) | None => vec![],
        };
        let answers = match batch.answers {
            Some((parent, answer)) => Some((parent, encode_answer(answer)?)),
            None => None,
        };
        let data = batch.static_data.into_iter();
        Ok(Encoded {
            workspace: batch.workspace,
            execution: batch.execution,
            hold: batch.hold,
            seq: batch.seq,
            records: codec::encode(&batch.records)?,
            waits: batch.waits,
            waits_ended: batch.waits_ended,
            accept: batch.accept.into_iter().map(child).collect::<Result<_, String>>()?,
            next: batch.next,
            answers,
            answer_files,
            files,
            static_data: data
                .map(|(node, it)| (node.unwrap_or_default().to_string(), it.to_json()))
                .collect(),
        })
    }

    pub(super) fn size(&self) -> usize {
        let children = self.accept.iter().map(|it| it.started.len() + BATCH_BYTES).sum::<usize>();
        let answer = self.answers.as_ref().map_or(0, |it| it.1.len());
        let data = self.static_data.iter().map(|it| it.1.len()).sum::<usize>();
        self.records.len() + children + answer + data + BATCH_BYTES
    }

    pub(super) fn key(&self) -> Key {
        (self.workspace.0, self.execution.0)
    }

    /// The token under which it is written.
    pub(super) fn fence(&self) -> i64 {
        match self.hold {
            Hold::New(_) => FIRST_FENCE,
            Hold::Fence(fence) => fence,
        }
    }
}

fn files_of(records: &[Record]) -> Vec<(SmolStr, i64)> {
    let lists = records.iter().flat_map(|it| -> Box<dyn Iterator<Item = &Items>> {
        match it {
            Record::Started(it) => Box::new(lists_of(it)),
            Record::Step(it) => Box::new(it.outputs.iter()),
            Record::Resumed { answer: Answer::Items(it), .. } => Box::new(it.iter()),
            _ => Box::new(std::iter::empty()),
        }
    });
    lists.flat_map(files_in).collect()
}

fn lists_of(started: &Started) -> impl Iterator<Item = &Items> {
    started.items.iter().chain(started.given.iter().flat_map(|it| &it.outputs))
}

/// Pages that are away, and files beside items that are at hand; only those have a size here.
fn files_in(items: &Items) -> impl Iterator<Item = (SmolStr, i64)> {
    items.pages().iter().flat_map(|page| -> Vec<(SmolStr, i64)> {
        match page {
            // What follows an `@` says how the items descend, not where they lie.
            Page::Away { source, .. } => {
                let name = |it: &str| (SmolStr::from(it.split('@').next().unwrap_or(it)), 0);
                source.stored().map(name).into_iter().collect()
            }
            Page::Here(items) => {
                let files = items.iter().flat_map(|it| &it.binary).flat_map(|it| it.values());
                let stored = |it: &Binary| match &it.data {
                    Blob::Stored { id, bytes } => Some((id.clone(), *bytes as i64)),
                    Blob::Inline(_) => None,
                };
                files.filter_map(stored).collect()
            }
        }
    })
}

/// An answer as bytes: a record that carries it.
pub(crate) fn encode_answer(answer: Answer) -> Result<Vec<u8>, String> {
    let wait = WaitId(Uuid::nil());
    let at = Timestamp::UNIX_EPOCH;
    codec::encode(&[Record::Resumed { node: 0, run: 0, wait, answer, at }])
}

/// A row of the queue, as far as the writer must know it.
#[derive(sqlx::FromRow, Clone, Debug)]
pub(super) struct QueueRow {
    pub(super) workspace_id: Uuid,
    pub(super) id: Uuid,
    pub(super) workflow_id: Uuid,
    pub(super) version_id: Uuid,
    pub(super) status: String,
    pub(super) mode: String,
    pub(super) priority: i64,
    pub(super) fence: i64,
    pub(super) started_at: i64,
    pub(super) parent: Option<Uuid>,
    pub(super) replay_of: Option<Uuid>,
    pub(super) business_key: Option<String>,
    pub(super) resumed: i64,
    pub(super) cancel: i64,
}

impl QueueRow {
    pub(super) fn new(workspace: WorkspaceId, it: &NewExecution) -> QueueRow {
        QueueRow {
            workspace_id: workspace.0,
            id: it.id.0,
            workflow_id: it.workflow.0,
            version_id: it.version.0,
            status: String::new(),
            mode: it.mode.as_str().to_owned(),
            priority: i64::from(it.priority),
            fence: FIRST_FENCE,
            started_at: it.started_at.as_microsecond(),
            parent: it.parent.map(|it| it.0),
            replay_of: it.replay_of.map(|it| it.0),
            business_key: it.business_key.as_ref().map(|it| it.to_string()),
            resumed: 0,
            cancel: 0,
        }
    }

    pub(super) fn key(&self) -> Key {
        (self.workspace_id, self.id)
    }
}
