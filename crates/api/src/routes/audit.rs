//! The audit log: who changed what in the workspace, and whether the log is as it was written.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use futures::stream;
use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{ApiKeyId, ServiceAccountId, SessionId, UserId, WorkspaceId},
};
use serde::{Deserialize, Serialize};
use store::{
    Store,
    audit::{self as log, Filter},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    list::{Between, List, Page},
    read::Asked,
};

/// Most entries of one export; `from` and `until` give the rest.
const EXPORTED_MAX: usize = 100_000;
/// How many are read at once for it.
const READ_MAX: u32 = 500;
const TEXT_CHARS_MAX: usize = 200;

/// A change, or a sign-in, as it was written.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuditEntry {
    /// Counts up without a gap in the chain of the workspace.
    seq: i64,
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// Such as `workflow.publish`.
    pub(super) action: String,
    /// The id of what was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    thing_id: Option<String>,
    /// `account`, `service` (a service account by its key), `key`, `visitor` (who had not signed in) or `system`.
    who: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    who_id: Option<String>,
    /// The e-mail address of the account, or the name of the key, while there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    who_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// What the caller's program calls itself.
    agent: String,
    request_id: String,
    /// What it was before, by field. Never a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::schema::Data>)]
    before: Option<serde_json::Value>,
    /// What it is since, by field. Never a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::schema::Data>)]
    after: Option<serde_json::Value>,
    /// Takes in the entry and the hash of the one before.
    hash: String,
}

/// Whether the log is as it was written.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditVerdict {
    intact: bool,
    /// How many entries were found as they were written.
    entries: u64,
    /// The first entry that is kept, and the last.
    first: u64,
    last: u64,
    /// The entry at which it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_at: Option<u64>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Which log.
#[derive(Deserialize, IntoParams, Clone, Debug)]
#[into_params(parameter_in = Query)]
struct Which {
    /// `platform` is the log of what is no workspace's, for who looks after the server, or with the key of the commands
    /// on its machine.
    #[param(inline)]
    chain: Option<Chain>,
}

#[derive(Deserialize, ToSchema, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Chain {
    Workspace,
    Platform,
}

/// Which entries.
#[derive(Deserialize, IntoParams, Clone, Debug)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The id of an account or a key.
    who: Option<String>,
    /// Such as `workflow.publish`; `workflow` for all of workflows.
    action: Option<String>,
    /// The id of what was changed.
    thing: Option<String>,
    /// Part of anything that is written there, in any case.
    search: Option<String>,
}

#[derive(Deserialize, IntoParams, Clone, Debug)]
#[into_params(parameter_in = Query)]
struct Shape {
    #[param(inline)]
    format: Option<Format>,
}

#[derive(Deserialize, ToSchema, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Format {
    /// A table, with a line of names first.
    Csv,
    /// One entry a line, as JSON.
    Jsonl,
}

impl Wanted {
    fn filter(self, at: Between, limit: u32, offset: u32) -> Result<Filter, Failure> {
        let text =
            |it: Option<String>| it.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        let (who, action) = (text(self.who), text(self.action));
        let (thing, search) = (text(self.thing), text(self.search));
        for it in [&action, &thing, &search].into_iter().flatten() {
            if it.chars().count() > TEXT_CHARS_MAX {
                let message = format!("a filter has at most {TEXT_CHARS_MAX} characters");
                return Err(Fault::invalid(message).into());
            }
        }
        let who = who.map(|it| id_of(&it)).transpose()?;
        let Between { from, until } = at;
        Ok(Filter { who, action, thing, from, until, search, before: None, offset, limit })
    }
}

fn id_of(text: &str) -> Result<Uuid, Failure> {
    let user = text.parse::<UserId>().ok().map(|it| it.0);
    let service = || text.parse::<ServiceAccountId>().ok().map(|it| it.0);
    let key = || text.parse::<ApiKeyId>().ok().map(|it| it.0);
    user.or_else(service).or_else(key).ok_or_else(|| {
        Fault::invalid("`who` is no id of an account or a key: usr_…, svc_… or key_…").into()
    })
}

impl From<log::Entry> for AuditEntry {
    fn from(it: log::Entry) -> AuditEntry {
        let kind = it.who.clone();
        let named = |id: Uuid| match kind.as_str() {
            "key" => ApiKeyId(id).to_string(),
            "service" => ServiceAccountId(id).to_string(),
            _ => UserId(id).to_string(),
        };
        let side = |it: Option<String>| it.and_then(|it| serde_json::from_str(&it).ok());
        AuditEntry {
            seq: it.seq,
            at: it.at,
            action: it.action,
            thing_id: it.thing_id,
            who: it.who,
            who_id: it.who_id.map(named),
            who_name: it.who_name,
            session_id: it.session_id.map(|it| SessionId(it).to_string()),
            address: it.address,
            agent: it.agent,
            request_id: it.request,
            before: side(it.was),
            after: side(it.became),
            hash: it.hash.iter().map(|it| format!("{it:02x}")).collect(),
        }
    }
}

impl AuditEntry {
    /// The account that did it, where it was one.
    pub(super) fn account(&self) -> Option<String> {
        self.who_id.clone().filter(|_| self.who == "account")
    }

    /// What happened, for people.
    pub(super) fn sentence(&self) -> String {
        let who = self.who_name.as_deref().unwrap_or(&self.who);
        match &self.thing_id {
            Some(thing) => format!("{who}: {} of {thing}", self.action),
            None => format!("{who}: {}", self.action),
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(export)).routes(routes!(verify))
}

/// The chain that is asked for.
fn chain(which: &Which, workspace: WorkspaceId, rights: Rights) -> Result<WorkspaceId, Failure> {
    if which.chain != Some(Chain::Platform) {
        return Ok(workspace);
    }
    match rights.is_platform {
        true => Ok(log::PLATFORM),
        false => Err(Failure::of(Code::Forbidden, "this log is for who looks after the server")),
    }
}

/// Who changed what, the latest first
#[utoipa::path(get, path = "/audit", tag = "audit", operation_id = "listAudit",
    params(Page, Which, Wanted, Between), responses((status = 200, body = List<AuditEntry>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Asked(page): Asked<Page>,
    Asked(which): Asked<Which>,
    Asked(wanted): Asked<Wanted>,
    Asked(at): Asked<Between>,
) -> Result<Json<List<AuditEntry>>, Failure> {
    let chain = chain(&which, actor.workspace, rights)?;
    let filter = wanted.filter(at, page.size(), page.offset())?;
    let found = app.store().audit(chain, &filter).await?;
    let mut list = page.of(found.entries, found.total);
    list.total_is_at_least = found.total_is_at_least;
    Ok(Json(list.map(AuditEntry::from)))
}

/// Whether nobody has tampered with the log
///
/// Reads it from its beginning, and says at which entry it is not as it was written.
#[utoipa::path(get, path = "/audit/verify", tag = "audit", operation_id = "verifyAudit",
    params(Which), responses((status = 200, body = AuditVerdict)))]
async fn verify(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Asked(which): Asked<Which>,
) -> Result<Json<AuditVerdict>, Failure> {
    let chain = chain(&which, actor.workspace, rights)?;
    let it = app.store().verify_audit(chain).await?;
    let (broken_at, why) = it.broken.unzip();
    let intact = broken_at.is_none();
    let (entries, first, last) = (it.entries, it.first, it.last);
    Ok(Json(AuditVerdict { intact, entries, first, last, broken_at, why }))
}

/// The log as a file
///
/// At most 100,000 entries, the latest first; `until` goes on from there.
#[utoipa::path(get, path = "/audit/export", tag = "audit", operation_id = "exportAudit",
    params(Shape, Which, Wanted, Between), responses((status = 200, content((String = "text/csv"), (String = "application/x-ndjson")))))]
async fn export(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Asked(shape): Asked<Shape>,
    Asked(which): Asked<Which>,
    Asked(wanted): Asked<Wanted>,
    Asked(at): Asked<Between>,
) -> Result<Response, Failure> {
    let chain = chain(&which, actor.workspace, rights)?;
    let filter = wanted.filter(at, READ_MAX, 0)?;
    let format = shape.format.unwrap_or(Format::Csv);
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
        Format::Jsonl => ("application/x-ndjson", "attachment; filename=\"audit.jsonl\""),
    };
    let body = Body::from_stream(pages(app.store().clone(), chain, filter, format));
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], body).into_response())
}

/// Page after page, so that little of it is in memory at once. A file that cannot be read to its end breaks off, and
/// its reader sees that.
fn pages(
    store: Store,
    chain: WorkspaceId,
    filter: Filter,
    format: Format,
) -> impl futures::Stream<Item = Result<Bytes, store::Error>> + Send + 'static {
    let begin = (Some(filter), 0);
    stream::try_unfold(begin, move |(filter, n)| {
        let store = store.clone();
        async move {
            let Some(mut filter) = filter else { return Ok(None) };
            let entries = store.audit_entries(chain, &filter).await?;
            let mut text = String::new();
            if n == 0 && format == Format::Csv {
                text.push_str(COLUMNS);
            }
            filter.before = entries.last().map(|it| it.seq);
            let total = n + entries.len();
            let is_last = entries.len() < READ_MAX as usize || total >= EXPORTED_MAX;
            for it in entries {
                write(&mut text, &it.into(), format);
            }
            Ok(Some((Bytes::from(text), ((!is_last).then_some(filter), total))))
        }
    })
}

const COLUMNS: &str = "seq,at,action,thingId,who,whoId,whoName,sessionId,address,agent,requestId,before,after,hash\r\n";

fn write(text: &mut String, it: &AuditEntry, format: Format) {
    if format == Format::Jsonl {
        text.push_str(&serde_json::to_string(it).expect("plain data"));
        text.push('\n');
        return;
    }
    let side = |it: &Option<serde_json::Value>| it.as_ref().map(ToString::to_string);
    let or = |it: &Option<String>| it.clone().unwrap_or_default();
    let cells = [
        it.seq.to_string(),
        it.at.to_string(),
        it.action.clone(),
        or(&it.thing_id),
        it.who.clone(),
        or(&it.who_id),
        or(&it.who_name),
        or(&it.session_id),
        or(&it.address),
        it.agent.clone(),
        it.request_id.clone(),
        or(&side(&it.before)),
        or(&side(&it.after)),
        it.hash.clone(),
    ];
    let cells: Vec<String> = cells.iter().map(|it| quoted(it)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A cell of a table. One that a spreadsheet would take for a formula is told to be text.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{guard}{}\"", cell.replace('"', "\"\"")),
        false => format!("{guard}{cell}"),
    }
}
