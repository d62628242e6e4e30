//! How a value is used: kept, looked into, or only asked whether it is true. What may change later
//! is never kept before it has.

use oxc_ast::ast::{Expression, IdentifierReference};
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::operator::LogicalOperator;

use super::{Compiler, Found, Kind};
use crate::native::Node;

impl Compiler<'_> {
    /// A value that may be kept: what changes later must not be seen through it.
    pub(super) fn whole(&mut self, it: &Expression<'_>) -> Found {
        if let Expression::Identifier(name) = it
            && self.is_open(&name.name, it.span())
        {
            return None;
        }
        if self.kind(it) != Kind::Value {
            return None;
        }
        let node = self.plain(it)?;
        let open = root(it).is_some_and(|it| self.is_deep(it));
        Some(if open { Node::Scalar(Box::new(node)) } else { node })
    }

    /// A value that is looked at and not kept.
    pub(super) fn receiver(&mut self, it: &Expression<'_>) -> Found {
        match it {
            Expression::ParenthesizedExpression(it) => self.receiver(&it.expression),
            Expression::Identifier(name) if self.is_deep(name) => None,
            _ => self.place(it),
        }
    }

    /// The same, where nothing that may change later is taken out of it.
    pub(super) fn place(&mut self, it: &Expression<'_>) -> Found {
        match (it, self.kind(it)) {
            (Expression::ParenthesizedExpression(it), _) => self.place(&it.expression),
            (_, Kind::Item) => None,
            (_, Kind::Items) => self.items(it),
            (
                Expression::Identifier(_)
                | Expression::StaticMemberExpression(_)
                | Expression::ComputedMemberExpression(_),
                Kind::Value,
            ) => self.deeper(|this| this.plain(it)),
            (_, Kind::Value) => self.node(it),
        }
    }

    /// Whether what a name stands for may still change after this place in its depth.
    pub(super) fn is_deep(&self, it: &IdentifierReference<'_>) -> bool {
        self.changes.is_some_and(|all| all.is_deep(&it.name)) && self.is_open(&it.name, it.span)
    }

    /// Whether a name stands for a list or an object that may still change after this place, and
    /// be seen to have changed.
    pub(super) fn is_open(&self, name: &str, at: Span) -> bool {
        let Some(last) = self.changes.and_then(|it| it.last(name)) else { return false };
        let Some(local) = self.local(name) else { return true };
        // What is in a loop is followed by the loop's beginning.
        let at = self.around.get(local.level).copied().unwrap_or(at.start);
        !self.is_last && at < last
    }

    pub(super) fn is_changed_within(&self, it: &IdentifierReference<'_>, part: Span) -> bool {
        self.changes.is_some_and(|all| all.within(&it.name, part))
    }

    /// What stands before a dot or a bracket.
    pub(super) fn guarded(&mut self, object: &Expression<'_>, optional: bool) -> Option<Box<Node>> {
        let object = Box::new(self.place(object)?);
        Some(if optional { Box::new(Node::Guard(object)) } else { object })
    }

    /// What stands before a call.
    pub(super) fn called(&mut self, object: &Expression<'_>, optional: bool) -> Option<Box<Node>> {
        if self.kind(object) != Kind::Value {
            return None;
        }
        let object = Box::new(self.receiver(object)?);
        Some(if optional { Box::new(Node::Guard(object)) } else { object })
    }

    /// What is only asked whether it is true.
    pub(super) fn test(&mut self, it: &Expression<'_>) -> Option<Box<Node>> {
        Some(Box::new(match it {
            Expression::ParenthesizedExpression(it) => return self.test(&it.expression),
            Expression::LogicalExpression(it) if it.operator != LogicalOperator::Coalesce => {
                let (left, right) = (self.test(&it.left)?, self.test(&it.right)?);
                match it.operator {
                    LogicalOperator::And => Node::And(left, right),
                    _ => Node::Or(left, right),
                }
            }
            it => self.place(it)?,
        }))
    }
}

/// The name at the beginning of a path: `x` of `x.a[b]`.
pub(super) fn root<'a, 'b>(it: &'a Expression<'b>) -> Option<&'a IdentifierReference<'b>> {
    match it {
        Expression::ParenthesizedExpression(it) => root(&it.expression),
        Expression::StaticMemberExpression(it) => root(&it.object),
        Expression::ComputedMemberExpression(it) => root(&it.object),
        Expression::Identifier(it) => Some(it),
        _ => None,
    }
}
