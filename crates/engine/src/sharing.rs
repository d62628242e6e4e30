//! What an actor sees of a workspace, with whom things are shared, and whose credentials a draft may use.

use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{CredentialId, WorkflowId},
    sharing::{Level, Thing, Viewer},
    workflow::{Node, Workflow},
};
use smol_str::SmolStr;
use store::{
    credentials::Row,
    sharing::{NewSharing, Sharing, Whom},
    workflows::Stored,
};
use uuid::Uuid;

use crate::{Actor, Engine, credentials, failure::fault, workflows};

/// How a thing is to be shared, as somebody asks for it.
#[derive(Clone, Debug)]
pub struct Share {
    pub thing: Thing,
    pub id: Uuid,
    pub new: NewSharing,
}

impl Engine {
    /// Whether an actor sees a workflow or credential at all. What is not there is hidden from nobody.
    ///
    /// # Errors
    /// Only when the workspace cannot be read.
    pub async fn sees(&self, actor: &Actor, id: Uuid) -> Result<bool, Fault> {
        let Some(viewer) = actor.sight.viewer() else { return Ok(true) };
        let access = self.store().access(actor.workspace, id, viewer).await.map_err(fault)?;
        Ok(!access.hides())
    }

    /// How a thing is shared.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`], [`Code::CredentialNotFound`].
    pub async fn sharing(&self, actor: &Actor, thing: Thing, id: Uuid) -> Result<Sharing, Fault> {
        let found = self.store().sharing(actor.workspace, thing, id).await.map_err(fault)?;
        found.ok_or_else(|| absent(thing, id))
    }

    /// Whether an actor says who else may: its owner does, and who sees everything.
    pub fn may_share(&self, actor: &Actor, sharing: &Sharing) -> bool {
        let owner = sharing.owner.as_ref().map(|it| &it.whom);
        match actor.sight.viewer() {
            None => true,
            Some(Viewer::Member(id)) => owner == Some(&Whom::Member(id)),
            Some(Viewer::Account(id)) => owner == Some(&Whom::Account(id)),
            Some(Viewer::Key(_)) => false,
        }
    }

    /// Shares a thing anew: what is not named is not shared any more.
    ///
    /// # Errors
    /// [`Code::Forbidden`] to who is neither its owner nor sees everything; [`Code::InvalidRequest`],
    /// [`Code::WorkflowNotFound`], [`Code::CredentialNotFound`].
    pub async fn share(&self, actor: &Actor, wish: &Share) -> Result<Sharing, Fault> {
        let (thing, id) = (wish.thing, wish.id);
        let before = self.sharing(actor, thing, id).await?;
        if !self.may_share(actor, &before) {
            let whose = before.owner.map_or_else(
                || "an admin of the workspace".to_owned(),
                |it| format!("{} or an admin", it.name),
            );
            let message = format!("this {} is shared by {whose}; ask there", thing.as_str());
            return Err(Fault::new(Code::Forbidden, message));
        }
        for (_, level) in &wish.new.shares {
            if !thing.levels().contains(level) {
                return Err(odd_level(thing, *level));
            }
        }
        if let Some(Whom::Role(name)) = &wish.new.owner {
            let message =
                format!("the role `{name}` cannot own a {}; name a member", thing.as_str());
            return Err(Fault::invalid(message));
        }
        match self.store().set_sharing(actor.workspace, thing, id, &wish.new).await {
            Err(store::Error::Refused(message)) => Err(Fault::invalid(message)),
            Err(error) => Err(fault(error)),
            Ok(false) => Err(absent(thing, id)),
            Ok(true) => self.sharing(actor, thing, id).await,
        }
    }

    /// Refuses to run what is not published where a node uses a restricted credential that the actor may
    /// not use, unless the published version uses it in the same way.
    ///
    /// # Errors
    /// [`Code::CredentialRestricted`].
    pub async fn may_run_draft(&self, actor: &Actor, stored: &Stored) -> Result<(), Fault> {
        let locked = self.locked_in(actor, &stored.draft).await?;
        let published = match stored.published {
            Some(id) if !locked.is_empty() => {
                self.store().version(actor.workspace, id).await.map_err(fault)?
            }
            Some(_) | None => None,
        };
        let before = published.as_ref().map(|it| (&it.document, it.checked_at));
        self.uses_none(actor, &stored.draft, &locked, before).await
    }

    /// Refuses a draft with a node that uses a restricted credential which the actor may not use, unless
    /// the draft before has it just so.
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`], [`Code::CredentialRestricted`].
    pub(crate) async fn may_save(
        &self,
        actor: &Actor,
        id: WorkflowId,
        document: &Workflow,
    ) -> Result<(), Fault> {
        let locked = self.locked_in(actor, document).await?;
        if locked.is_empty() {
            return Ok(());
        }
        let before = self.workflow(actor, id).await?;
        self.uses_none(actor, document, &locked, Some((&before.draft, before.checked_at))).await
    }

    /// Refuses a document with a node that uses a restricted credential which the actor may not use.
    pub(crate) async fn may_use_all(
        &self,
        actor: &Actor,
        document: &Workflow,
    ) -> Result<(), Fault> {
        let locked = self.locked_in(actor, document).await?;
        self.uses_none(actor, document, &locked, None).await
    }

    /// The restricted credentials of a document that the actor may not use; mostly none.
    async fn locked_in(&self, actor: &Actor, document: &Workflow) -> Result<Vec<Row>, Fault> {
        let Some(viewer) = actor.sight.viewer() else { return Ok(vec![]) };
        if document.nodes.iter().all(|it| it.credentials.is_empty()) {
            return Ok(vec![]);
        }
        let locked = self.store().locked_credentials(actor.workspace, viewer).await;
        let mut locked = locked.map_err(fault)?;
        locked.retain(|row| document.nodes.iter().any(|it| uses(it, row)));
        Ok(locked)
    }

    /// Refuses nodes that use one of these credentials. A node that stood just so in the document before
    /// stays, if that one was looked through when it named this credential already.
    async fn uses_none(
        &self,
        actor: &Actor,
        document: &Workflow,
        locked: &[Row],
        before: Option<(&Workflow, Timestamp)>,
    ) -> Result<(), Fault> {
        let stood = |node: &Node, row: &Row| {
            before.is_some_and(|(before, at)| {
                was_named(node, row, at) && before.nodes.iter().any(|old| is_the_same(old, node))
            })
        };
        for node in &document.nodes {
            if let Some(row) = locked.iter().find(|it| uses(node, it) && !stood(node, it)) {
                return Err(self.restricted(actor, node, row).await?);
            }
        }
        Ok(())
    }

    async fn restricted(&self, actor: &Actor, node: &Node, row: &Row) -> Result<Fault, Fault> {
        let owner = self.store().owner_of(actor.workspace, row.id).await.map_err(fault)?;
        let whom = owner.as_deref().unwrap_or("an admin of the workspace");
        let message = format!(
            "node `{}` uses a credential that is restricted and not shared with you; ask {whom} to share it, or \
             choose another one",
            node.name
        );
        Ok(Fault::new(Code::CredentialRestricted, message))
    }
}

/// Whether a node does what it did, wherever it stands now.
fn is_the_same(old: &Node, new: &Node) -> bool {
    let moved = Node { position: new.position, name: new.name.clone(), ..old.clone() };
    moved == *new
}

/// Whether a node names a credential.
pub(crate) fn uses(node: &Node, row: &Row) -> bool {
    since(node, row).is_some()
}

/// The rule for what runs: a restricted credential is used by a document that named it when it was looked through, as
/// only then was it asked whether who saved or published it may use it. One that was made or got its name later may
/// be meant by nobody there.
pub(crate) fn was_named(node: &Node, row: &Row, checked_at: Timestamp) -> bool {
    since(node, row).is_some_and(|it| it <= checked_at)
}

/// Since when a node names a credential: by its id or that of where it came from as long as it is there, or else by
/// its name.
fn since(node: &Node, row: &Row) -> Option<Timestamp> {
    let named = node.credentials.get(&row.kind)?;
    let id = row.id.to_string();
    let known = |wanted: &SmolStr| *wanted == id || Some(wanted) == row.external_id.as_ref();
    if named.id.as_ref().is_some_and(known) {
        return Some(row.created_at);
    }
    (named.name == row.name).then_some(row.named_at)
}

fn odd_level(thing: Thing, level: Level) -> Fault {
    let known: Vec<String> = thing.levels().iter().map(|it| format!("`{}`", it.as_str())).collect();
    Fault::invalid(format!(
        "a {} is not shared as `{}`; write {}",
        thing.as_str(),
        level.as_str(),
        known.join(" or ")
    ))
}

fn absent(thing: Thing, id: Uuid) -> Fault {
    match thing {
        Thing::Workflow => workflows::absent(WorkflowId(id)),
        Thing::Credential => credentials::absent(CredentialId(id)),
    }
}

#[cfg(test)]
mod tests {
    use model::workflow::CredentialRef;

    use super::*;

    #[test]
    fn a_document_uses_what_it_named_when_it_was_looked_through() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let row = Row {
            id: CredentialId(Uuid::now_v7()),
            kind: "httpHeaderAuth".into(),
            name: "Payroll".into(),
            external_id: Some("17".into()),
            created_at: at(10),
            updated_at: at(30),
            named_at: at(20),
        };
        let check = |id: Option<&str>, name: &str, expected: Option<i64>| {
            let named = CredentialRef { id: id.map(SmolStr::from), name: name.into() };
            let credentials = [(row.kind.clone(), named)].into_iter().collect();
            let node = Node { credentials, ..Node::default() };
            assert_eq!(uses(&node, &row), expected.is_some(), "{id:?} {name}");
            let Some(first) = expected else { return };
            assert!(was_named(&node, &row, at(first)), "{id:?} {name}");
            assert!(!was_named(&node, &row, at(first - 1)), "{id:?} {name}");
        };
        let id = row.id.to_string();
        check(Some(&id), "Payroll", Some(10));
        check(Some(&id), "as it was called once", Some(10));
        check(Some("17"), "Payroll", Some(10));
        check(Some("18"), "Payroll", Some(20));
        check(None, "Payroll", Some(20));
        check(None, "Other", None);
        check(Some("18"), "Other", None);
    }
}
