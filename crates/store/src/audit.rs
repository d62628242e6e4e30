//! The audit log: who changed what, and from where. An entry is written with the change, in its transaction.

mod chain;
mod kept;
mod list;
mod verify;

use std::{future::Future, sync::Arc};

use jiff::Timestamp;
use model::id::{UserId, WorkspaceId};
use serde_json::Value;
use smol_str::SmolStr;
use uuid::Uuid;

pub(crate) use chain::Key;
pub use list::{Entry, Filter, Found};
pub use verify::Verdict;

use crate::{
    Error, Store,
    sql::{Cell, Db, Tx, cells_of},
};

/// The chain of what is no workspace's.
pub const PLATFORM: WorkspaceId = WorkspaceId(Uuid::nil());

/// Longest text of who asks that is kept.
const TEXT_CHARS_MAX: usize = 300;
/// What one side of a change takes at most.
const SIDE_CHARS_MAX: usize = 4_000;
/// An account's own doings are told to this many of its workspaces.
const MEMBERSHIPS_MAX: u32 = 20;

/// Who makes a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Account {
        user: UserId,
        session: Option<Uuid>,
    },
    Key(Uuid),
    /// A service account, by one of its keys.
    Service(Uuid),
    /// Somebody who has not signed in.
    Visitor,
    /// The server itself, or its operator at the command line.
    System,
}

impl By {
    pub fn kind(self) -> &'static str {
        match self {
            By::Account { .. } => "account",
            By::Key(_) => "key",
            By::Service(_) => "service",
            By::Visitor => "visitor",
            By::System => "system",
        }
    }
}

/// Who asks for what happens in a task, and from where.
#[derive(Clone, Debug)]
pub struct Who {
    pub by: By,
    pub address: Option<String>,
    pub agent: String,
    pub request: String,
    /// What it is called instead of what the store would call it: a copy is made as any workflow is.
    pub action: Option<&'static str>,
}

impl Who {
    fn system() -> Who {
        Who {
            by: By::System,
            address: None,
            agent: String::new(),
            request: String::new(),
            action: None,
        }
    }
}

tokio::task_local! {
    static WHO: Arc<Who>;
}

/// Says of all that a future changes who did it.
pub async fn done_by<F: Future>(who: Who, it: F) -> F::Output {
    WHO.scope(Arc::new(who), it).await
}

/// The same for a part of it, once it is known who asks.
pub async fn now_by<F: Future>(by: By, it: F) -> F::Output {
    let who = Who { by, ..(*who()).clone() };
    done_by(who, it).await
}

/// Takes along who asks, to a task of its own.
pub fn carried<F: Future>(it: F) -> impl Future<Output = F::Output> {
    WHO.scope(who(), it)
}

/// Who asks for what happens in this task.
pub(crate) fn asker() -> By {
    who().by
}

fn who() -> Arc<Who> {
    WHO.try_with(Arc::clone).unwrap_or_else(|_| Arc::new(Who::system()))
}

/// A change. Both sides hold only what may be read by everybody who may read the log: no value of a variable, no
/// field of a credential, no password.
#[derive(Clone, Debug)]
pub struct Note {
    pub workspace: WorkspaceId,
    /// `thing.verb`
    pub action: &'static str,
    pub id: Option<SmolStr>,
    pub was: Option<Value>,
    pub became: Option<Value>,
}

impl Note {
    pub fn of(workspace: WorkspaceId, action: &'static str, id: impl ToString) -> Note {
        let id = Some(id.to_string().into());
        Note { workspace, action, id, was: None, became: None }
    }

    pub fn was(mut self, it: Value) -> Note {
        self.was = Some(it);
        self
    }

    pub fn became(mut self, it: Value) -> Note {
        self.became = Some(it);
        self
    }
}

impl Tx {
    /// Leaves an entry in the audit log, if the transaction commits.
    pub(crate) fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// The same, when somebody asked for it, and it is not what executions do by themselves.
    pub(crate) fn note_asked(&mut self, note: Note) {
        if matches!(who().by, By::Account { .. } | By::Key(_) | By::Service(_)) {
            self.notes.push(note);
        }
    }

    /// Leaves an entry about an account, in each of its workspaces; in the platform's chain if it has none.
    pub(crate) async fn note_account(
        &mut self,
        user: UserId,
        action: &'static str,
        became: Option<Value>,
    ) -> Result<(), Error> {
        let sql = format!(
            "SELECT workspace_id FROM members WHERE user_id = $1 ORDER BY workspace_id LIMIT {MEMBERSHIPS_MAX}"
        );
        let mut all = self.rows::<(Uuid,)>(sql, cells_of![user]).await?;
        if all.is_empty() {
            all.push((PLATFORM.0,));
        }
        for (workspace,) in all {
            let note = Note::of(WorkspaceId(workspace), action, user);
            self.notes.push(Note { became: became.clone(), ..note });
        }
        Ok(())
    }
}

impl Db {
    /// Writes with one statement, and notes it if that touched a row.
    pub(crate) async fn run_noted(
        &self,
        sql: &'static str,
        cells: Vec<Cell>,
        note: Note,
    ) -> Result<u64, Error> {
        let mut tx = self.begin().await?;
        let n = tx.run(sql, cells).await?;
        if n > 0 {
            tx.note(note);
        }
        tx.commit().await?;
        Ok(n)
    }

    /// The same for what is about an account.
    pub(crate) async fn run_noted_of(
        &self,
        user: UserId,
        action: &'static str,
        sql: &'static str,
        cells: Vec<Cell>,
    ) -> Result<u64, Error> {
        let mut tx = self.begin().await?;
        let n = tx.run(sql, cells).await?;
        if n > 0 {
            tx.note_account(user, action, None).await?;
        }
        tx.commit().await?;
        Ok(n)
    }
}

impl Store {
    /// Notes what is no change of the database of its own, such as an execution that is started.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn note(&self, note: Note) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        tx.note(note);
        tx.commit().await
    }

    /// Notes what happens to an account, such as a wrong password, where its workspaces see it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn note_account(
        &self,
        user: UserId,
        action: &'static str,
        became: Option<Value>,
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        tx.note_account(user, action, became).await?;
        tx.commit().await
    }
}

/// Writes what a transaction has noted to the ends of the chains. Last of all, so that a chain is held shortly.
pub(crate) async fn write(tx: &mut Tx) -> Result<(), Error> {
    let mut notes = std::mem::take(&mut tx.notes);
    if notes.is_empty() {
        return Ok(());
    }
    // Everybody who takes two chains takes them in the same order.
    notes.sort_by_key(|it| it.workspace.0);
    let (who, now) = (who(), Timestamp::now());
    let mut renames = who.action;
    let mut left = notes.into_iter().peekable();
    while let Some(first) = left.peek() {
        let workspace = first.workspace;
        let mut entries = vec![];
        while let Some(note) = left.next_if(|it| it.workspace == workspace) {
            entries.push(raw(note, &who, &mut renames, now));
        }
        chain::append(tx, workspace, entries).await?;
    }
    Ok(())
}

fn raw(note: Note, who: &Who, renames: &mut Option<&'static str>, now: Timestamp) -> chain::Fields {
    let action = renames.take().unwrap_or(note.action);
    let (who_id, session_id) = match who.by {
        By::Account { user, session } => (Some(user.0), session),
        By::Key(id) | By::Service(id) => (Some(id), None),
        By::Visitor | By::System => (None, None),
    };
    let side = |it: Option<Value>| it.map(|it| text_of(&it));
    chain::Fields {
        done_at: now.as_microsecond(),
        action: action.to_owned(),
        thing: note.action.split('.').next().unwrap_or_default().to_owned(),
        thing_id: note.id.map(|it| cut(&it, TEXT_CHARS_MAX)),
        who: who.by.kind().to_owned(),
        who_id,
        session_id,
        address: who.address.as_deref().map(|it| cut(it, TEXT_CHARS_MAX)),
        agent: cut(&who.agent, TEXT_CHARS_MAX),
        request: cut(&who.request, TEXT_CHARS_MAX),
        was: side(note.was),
        became: side(note.became),
    }
}

fn text_of(side: &Value) -> String {
    let text = side.to_string().replace('\0', "\u{fffd}");
    match text.chars().count() <= SIDE_CHARS_MAX {
        true => text,
        false => serde_json::json!({ "tooLong": cut(&text, SIDE_CHARS_MAX) }).to_string(),
    }
}

fn cut(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).map(|it| if it == '\0' { '\u{fffd}' } else { it }).collect()
}
