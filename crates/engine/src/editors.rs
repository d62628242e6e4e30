//! Who has the draft of a workflow open. Each tab of an editor says so again and again, and is
//! forgotten soon after the last time; nothing of it is kept.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use model::id::{UserId, WorkflowId, WorkspaceId};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::Engine;

/// How long somebody who says nothing more counts as present.
const LASTS: Duration = Duration::from_secs(20);
/// How many tabs are known of one workflow, and of how many workflows; who comes later is not seen.
const TABS_MAX: usize = 50;
const WORKFLOWS_MAX: usize = 20_000;

/// A tab in which somebody has a draft open.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Editor {
    pub user: UserId,
    /// What the tab calls itself; one person may have several.
    pub tab: SmolStr,
    /// The node whose form is open, by name.
    pub node: Option<SmolStr>,
    /// The revision that the tab saved last.
    pub saved: Option<u64>,
}

impl Editor {
    fn is(&self, user: UserId, tab: &str) -> bool {
        self.user == user && self.tab == tab
    }
}

type Open = HashMap<(WorkspaceId, WorkflowId), Vec<(Instant, Editor)>>;

#[derive(Default)]
pub(crate) struct Editors(Mutex<Open>);

impl Editors {
    pub(crate) fn add(&self, workspace: WorkspaceId, workflow: WorkflowId, editor: Editor) {
        let now = Instant::now();
        let mut open = self.0.lock().expect("a plain table");
        if open.len() >= WORKFLOWS_MAX {
            open.retain(|_, tabs| tabs.iter().any(|it| it.0 > now));
        }
        if open.len() >= WORKFLOWS_MAX && !open.contains_key(&(workspace, workflow)) {
            return;
        }
        let tabs = open.entry((workspace, workflow)).or_default();
        tabs.retain(|it| it.0 > now && !it.1.is(editor.user, &editor.tab));
        if tabs.len() < TABS_MAX {
            tabs.push((now + LASTS, editor));
        }
    }

    pub(crate) fn remove(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        user: UserId,
        tab: &str,
    ) {
        let mut open = self.0.lock().expect("a plain table");
        if let Some(tabs) = open.get_mut(&(workspace, workflow)) {
            tabs.retain(|it| !it.1.is(user, tab));
            if tabs.is_empty() {
                open.remove(&(workspace, workflow));
            }
        }
    }

    fn all(&self, workspace: WorkspaceId, workflow: WorkflowId) -> Vec<Editor> {
        let now = Instant::now();
        let open = self.0.lock().expect("a plain table");
        let tabs = open.get(&(workspace, workflow)).into_iter().flatten();
        let mut res: Vec<Editor> = tabs.filter(|it| it.0 > now).map(|it| it.1.clone()).collect();
        res.sort_by(|a, b| a.tab.cmp(&b.tab));
        res
    }
}

impl Engine {
    /// Says that a tab has a draft open, for a while; who else has.
    pub fn has_open(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        editor: Editor,
    ) -> Vec<Editor> {
        let inner = &self.0;
        let (user, tab) = (editor.user, editor.tab.clone());
        inner.outside.bus.others().say_has_open(workspace, workflow, editor.clone());
        inner.editors.add(workspace, workflow, editor);
        let mut all = self.editors(workspace, workflow);
        all.retain(|it| !it.is(user, &tab));
        all
    }

    /// Every tab that has a draft open, as far as is known here.
    pub fn editors(&self, workspace: WorkspaceId, workflow: WorkflowId) -> Vec<Editor> {
        self.0.editors.all(workspace, workflow)
    }

    /// A tab has the draft open no more.
    pub fn has_closed(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        user: UserId,
        tab: &str,
    ) {
        self.0.editors.remove(workspace, workflow, user, tab);
        self.0.outside.bus.others().say_has_closed(workspace, workflow, user, tab);
    }
}
