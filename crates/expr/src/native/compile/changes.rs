//! What a script does to its variables, known before any of it is compiled.

use std::collections::HashMap;

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, BindingIdentifier, CallExpression, Expression,
    SimpleAssignmentTarget, Statement, UpdateExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::Span;
use smol_str::SmolStr;

use super::uses::root;

#[derive(Default)]
pub(super) struct Changes {
    names: HashMap<SmolStr, Name>,
    is_odd: bool,
}

#[derive(Default)]
struct Name {
    declared: usize,
    /// Where something is put into the list or object that it stands for.
    puts: Vec<Span>,
    /// Whether something is put into an entry of it.
    deep: bool,
}

impl Changes {
    /// `None` when a change cannot be told apart from others.
    pub(super) fn of(statements: &[Statement<'_>]) -> Option<Changes> {
        let mut changes = Changes::default();
        for it in statements {
            changes.visit_statement(it);
        }
        let clear = |it: &Name| it.puts.is_empty() || it.declared == 1;
        (!changes.is_odd && changes.names.values().all(clear)).then_some(changes)
    }

    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|it| it.declared > 0)
    }

    /// Where the last change of a list or an object ends.
    pub(super) fn last(&self, name: &str) -> Option<u32> {
        self.names.get(name)?.puts.iter().map(|it| it.end).max()
    }

    pub(super) fn is_deep(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|it| it.deep)
    }

    /// Whether one of its changes lies within a part of the script.
    pub(super) fn within(&self, name: &str, part: Span) -> bool {
        let puts = self.names.get(name).map_or(&[][..], |it| &it.puts);
        puts.iter().any(|it| part.start <= it.start && it.end <= part.end)
    }

    /// `path` is changed: the thing that the name at its beginning stands for, or an entry.
    fn put(&mut self, path: &Expression<'_>, at: Span) {
        let Some(name) = root(path) else {
            self.is_odd = true;
            return;
        };
        let name = self.names.entry(name.name.as_str().into()).or_default();
        name.puts.push(at);
        name.deep |= !matches!(path, Expression::Identifier(_));
    }

    fn assigned(&mut self, target: &SimpleAssignmentTarget<'_>, at: Span) {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(_) => {}
            SimpleAssignmentTarget::StaticMemberExpression(it) => self.put(&it.object, at),
            SimpleAssignmentTarget::ComputedMemberExpression(it) => self.put(&it.object, at),
            _ => self.is_odd = true,
        }
    }
}

impl<'a> Visit<'a> for Changes {
    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.names.entry(it.name.as_str().into()).or_default().declared += 1;
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(_) => {}
            AssignmentTarget::StaticMemberExpression(to) => self.put(&to.object, it.span),
            AssignmentTarget::ComputedMemberExpression(to) => self.put(&to.object, it.span),
            _ => self.is_odd = true,
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        self.assigned(&it.argument, it.span);
        walk::walk_update_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Expression::StaticMemberExpression(callee) = &it.callee
            && callee.property.name == "push"
        {
            self.put(&callee.object, it.span);
        }
        walk::walk_call_expression(self, it);
    }
}
