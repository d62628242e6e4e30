//! What people do with credentials. Secrets go in and are never shown again.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use model::{
    Code, Fault, Flaw, Map, Value, flaw,
    form::FieldKind,
    id::{CredentialId, WorkspaceId},
    sharing::Sight,
};
use sdk::{CredentialType, credential::Sign, http};
use smol_str::SmolStr;
use store::credentials::Row;
use uuid::Uuid;

use crate::{Actor, Engine, failure::fault, sharing, workflows::details};

/// What a client sees, and may send back, in place of a secret that is kept.
pub const KEPT: &str = "__kept__";

/// Longest test call.
const TEST_TIME_MAX: Duration = Duration::from_secs(20);

/// A credential as it is shown: secrets as [`KEPT`].
#[derive(Clone, Debug)]
pub struct Shown {
    pub row: Row,
    pub fields: Map,
}

/// Whether a credential that workflows use may be removed as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Even {
    Unused,
    Used,
}

/// What a test call gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    pub works: bool,
    pub message: String,
}

impl Engine {
    /// # Errors
    /// [`Code::InvalidRequest`] with all faults of the fields, [`Code::NameTaken`].
    pub async fn create_credential(
        &self,
        actor: &Actor,
        kind: &str,
        name: &str,
        fields: &Map,
        external_id: Option<SmolStr>,
    ) -> Result<Row, Fault> {
        let credential_type = self.credential_type(kind)?;
        checked(&credential_type, name, fields)?;
        let now = Timestamp::now();
        let row = Row {
            id: CredentialId(Uuid::now_v7()),
            kind: kind.into(),
            name: name.into(),
            external_id,
            created_at: now,
            updated_at: now,
            named_at: now,
        };
        self.store().add_credential(actor.workspace, &row, fields).await.map_err(fault)?;
        Ok(row)
    }

    /// Changes name and fields; a secret given as [`KEPT`] stays what it is.
    ///
    /// # Errors
    /// [`Code::CredentialNotFound`], [`Code::InvalidRequest`], [`Code::NameTaken`].
    pub async fn change_credential(
        &self,
        actor: &Actor,
        id: CredentialId,
        name: &str,
        fields: &Map,
    ) -> Result<(), Fault> {
        let opened = self.opened(actor, id).await?;
        let mut fields = fields.clone();
        for (key, value) in fields.clone().iter() {
            if value.as_str() == Some(KEPT) {
                let kept = opened.fields.get(key).cloned().unwrap_or_default();
                fields.insert(key.clone(), kept);
            }
        }
        checked(&*self.credential_type(&opened.row.kind)?, name, &fields)?;
        let (store, now) = (self.store(), Timestamp::now());
        let end = store.change_credential(actor.workspace, id, name, &fields, now).await;
        if end.map_err(fault)? { Ok(()) } else { Err(absent(id)) }
    }

    /// A credential without its secrets.
    ///
    /// # Errors
    /// [`Code::CredentialNotFound`].
    pub async fn show_credential(&self, actor: &Actor, id: CredentialId) -> Result<Shown, Fault> {
        let rows = self.store().credentials(actor.workspace, Sight::All).await.map_err(fault)?;
        let row = rows.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))?;
        let opened = self.opened(actor, id).await?;
        let known = self.credential_types().get(&opened.row.kind);
        let is_open = |key: &str| {
            let field = known.and_then(|it| it.form.field(key));
            field.is_some_and(|it| !matches!(it.kind, FieldKind::Secret { .. }))
        };
        // A field that the type does not know may be anything: it is a secret.
        let show = |(key, value): (&SmolStr, &Value)| {
            let shown = if is_open(key) { value.clone() } else { Value::from(KEPT) };
            (key.clone(), shown)
        };
        let fields = opened.fields.iter().map(|(key, value)| show((key, value))).collect();
        Ok(Shown { row, fields })
    }

    /// Removes a credential; one that workflows use only when it is meant so.
    ///
    /// # Errors
    /// [`Code::CredentialNotFound`], [`Code::CredentialInUse`] with the workflows that use it.
    pub async fn delete_credential(
        &self,
        actor: &Actor,
        id: CredentialId,
        even: Even,
    ) -> Result<(), Fault> {
        if even == Even::Unused {
            self.is_unused(actor, id).await?;
        }
        let end = self.store().delete_credential(actor.workspace, id).await;
        if end.map_err(fault)? { Ok(()) } else { Err(absent(id)) }
    }

    async fn is_unused(&self, actor: &Actor, id: CredentialId) -> Result<(), Fault> {
        let rows = self.store().credentials(actor.workspace, Sight::All).await.map_err(fault)?;
        let row = rows.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))?;
        let routes = self.store().gateway_routes_with(actor.workspace, id).await.map_err(fault)?;
        if let Some(first) = routes.first() {
            let message =
                format!("the gateway's route `{first}` signs with the credential `{}`", row.name);
            return Err(Fault::new(Code::CredentialInUse, message));
        }
        let words = [row.id.to_string(), row.name.to_string()];
        let words: Vec<String> =
            words.into_iter().chain(row.external_id.as_ref().map(|it| it.to_string())).collect();
        let found = self.store().workflows_with_any(actor.workspace, &words).await;
        let mut used = found.map_err(fault)?;
        used.retain(|it| {
            it.documents.iter().any(|it| it.nodes.iter().any(|it| sharing::uses(it, &row)))
        });
        if used.is_empty() {
            return Ok(());
        }
        let n_used = used.len();
        // Others may use it in what the actor does not see: then it is only said how many.
        let mut shown = Vec::with_capacity(n_used);
        for it in used {
            if self.sees(actor, it.id.0).await? {
                shown.push(it);
            }
        }
        let one = |it: &store::workflows::Found| {
            let id = Value::from(it.id.to_string());
            Value::object([("workflowId", id), ("name", it.name.clone().into())])
        };
        let message = match (shown.as_slice(), n_used) {
            ([only], 1) => format!("workflow `{}` uses the credential `{}`", only.name, row.name),
            (_, 1) => format!("a workflow uses the credential `{}`", row.name),
            (_, n) => format!("{n} workflows use the credential `{}`", row.name),
        };
        Err(Fault::new(Code::CredentialInUse, message).with(Value::array(shown.iter().map(one))))
    }

    /// Makes the call that succeeds only with a good credential.
    ///
    /// # Errors
    /// [`Code::CredentialNotFound`], [`Code::InvalidRequest`] when its type has no such call.
    pub async fn test_credential(&self, actor: &Actor, id: CredentialId) -> Result<Tested, Fault> {
        let opened = self.opened(actor, id).await?;
        let kind = self.credential_type(&opened.row.kind)?;
        let Some(test) = &kind.test else {
            return Err(Fault::invalid(format!(
                "a credential of type `{}` cannot be tested by itself; run a node that uses it",
                kind.title
            )));
        };
        let credential = kind.open(&opened.row.name, opened.fields);
        let mut call = http::Call::new(&test.method, &credential.fill(&test.url))
            .map_err(|it| Fault::invalid(it.message))?;
        call.options.timeout = TEST_TIME_MAX;
        call.sign(&kind.signs, &credential).map_err(|it| Fault::invalid(it.message))?;
        Ok(match self.0.outside.http.send(call).await {
            Err(failure) => Tested { works: false, message: failure.message },
            Ok(reply) if reply.is_success() => {
                Tested { works: true, message: "the service accepts it".to_owned() }
            }
            Ok(reply) => Tested {
                works: false,
                message: format!("the service answered with status {}", reply.status),
            },
        })
    }

    /// Whether a credential can sign what the gateway sends on.
    ///
    /// # Errors
    /// [`Code::CredentialNotFound`], [`Code::InvalidRequest`] with a sentence that says why not.
    pub async fn may_sign(&self, actor: &Actor, id: CredentialId) -> Result<(), Fault> {
        let opened = self.opened(actor, id).await?;
        let kind = self.credential_type(&opened.row.kind)?;
        let why = if kind.signs.is_empty() {
            "signs no requests"
        } else if kind.signs.iter().any(|it| matches!(it, Sign::Digest { .. })) {
            // It answers a challenge, for which each request would go out twice.
            "signs what a service asks for first, which the gateway does not wait for"
        } else {
            return Ok(());
        };
        Err(Fault::invalid(format!("a credential of type `{}` {why}", kind.title)))
    }

    /// Signs a request that the gateway sends on.
    ///
    /// # Errors
    /// [`Code::CredentialNotFound`], [`Code::InvalidRequest`].
    pub async fn sign(
        &self,
        workspace: WorkspaceId,
        id: CredentialId,
        call: &mut http::Call,
    ) -> Result<(), Fault> {
        let opened = self.opened(&Actor::system(workspace), id).await?;
        let kind = self.credential_type(&opened.row.kind)?;
        let credential = kind.open(&opened.row.name, opened.fields);
        call.sign(&kind.signs, &credential).map_err(|it| Fault::invalid(it.message))
    }

    /// Sends requests under the operator's rules.
    pub fn http(&self) -> &http::Client {
        &self.0.outside.http
    }

    fn credential_type(&self, kind: &str) -> Result<Arc<CredentialType>, Fault> {
        self.credential_types()
            .get(kind)
            .cloned()
            .ok_or_else(|| Fault::invalid(format!("there is no credential type `{kind}`")))
    }

    async fn opened(
        &self,
        actor: &Actor,
        id: CredentialId,
    ) -> Result<store::credentials::Opened, Fault> {
        if !self.sees(actor, id.0).await? {
            return Err(absent(id));
        }
        let found = self.store().open_credential_by_id(actor.workspace, id).await;
        found.map_err(fault)?.ok_or_else(|| absent(id))
    }
}

fn checked(kind: &CredentialType, name: &str, fields: &Map) -> Result<(), Fault> {
    let mut faults = kind.form.faults(&fields.clone().into());
    if name.trim().is_empty() {
        faults.insert(0, Flaw::new("name", flaw::Kind::Name, "", "a credential needs a name"));
    }
    let Some(first) = faults.first() else { return Ok(()) };
    Err(Fault::invalid(first.message.clone()).with(details(&faults)))
}

pub(crate) fn absent(id: CredentialId) -> Fault {
    Fault::new(Code::CredentialNotFound, format!("there is no credential {id}"))
}
