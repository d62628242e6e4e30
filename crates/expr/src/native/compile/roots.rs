//! Names that stand for an item's JSON or a fact.

use oxc_ast::ast::{Argument, CallExpression, Expression};
use smol_str::SmolStr;

use super::{Compiler, Found, Kind};
use crate::native::{
    Node,
    roots::{End, Fact, Reach},
};

impl Compiler<'_> {
    /// Names that stand for an item's JSON or a fact, with what follows them.
    pub(super) fn root(&mut self, it: &Expression<'_>) -> Found {
        let Expression::StaticMemberExpression(outer) = it else { return None };
        if outer.optional {
            return None;
        }
        let name = outer.property.name.as_str();
        if let Expression::Identifier(object) = &outer.object
            && self.is_free(&object.name)
        {
            return fact(&object.name, name);
        }
        if name == "isExecuted" {
            return Some(Node::IsExecuted(node_named(&outer.object)?));
        }
        if name != "json" {
            return None;
        }
        if self.kind(&outer.object) == Kind::Item {
            return self.item(&outer.object);
        }
        match &outer.object {
            Expression::StaticMemberExpression(inner) if !inner.optional => {
                match (&inner.object, inner.property.name.as_str()) {
                    (Expression::Identifier(it), "item") if it.name == "$input" => {
                        Some(Node::Input(End::Item))
                    }
                    (Expression::Identifier(it), name) if it.name == "$node" => {
                        Some(Node::Other(name.into(), Reach::SamePlace))
                    }
                    (object, "item") => Some(Node::Other(node_named(object)?, Reach::Paired)),
                    _ => None,
                }
            }
            Expression::ComputedMemberExpression(inner) if !inner.optional => {
                match (&inner.object, &inner.expression) {
                    (Expression::Identifier(it), Expression::StringLiteral(name))
                        if it.name == "$node" =>
                    {
                        Some(Node::Other(name.value.as_str().into(), Reach::SamePlace))
                    }
                    _ => None,
                }
            }
            Expression::CallExpression(inner) => self.end(inner),
            _ => None,
        }
    }

    /// The JSON of `$input.first()` and its kin.
    pub(super) fn end(&self, it: &CallExpression<'_>) -> Found {
        let Expression::StaticMemberExpression(callee) = &it.callee else { return None };
        if callee.optional || it.optional || !it.arguments.is_empty() {
            return None;
        }
        let (end, reach) = match callee.property.name.as_str() {
            "first" => (End::First, Reach::First),
            "last" => (End::Last, Reach::Last),
            _ => return None,
        };
        match &callee.object {
            Expression::Identifier(it) if it.name == "$input" => Some(Node::Input(end)),
            object => Some(Node::Other(node_named(object)?, reach)),
        }
    }
}

/// `$('x')`.
pub(super) fn node_named(it: &Expression<'_>) -> Option<SmolStr> {
    let Expression::CallExpression(call) = it else { return None };
    match (&call.callee, call.arguments.as_slice()) {
        (Expression::Identifier(callee), [Argument::StringLiteral(name)])
            if callee.name == "$" && !call.optional =>
        {
            Some(name.value.as_str().into())
        }
        _ => None,
    }
}

fn fact(object: &str, name: &str) -> Found {
    Some(Node::Fact(match (object, name) {
        ("$workflow", "id") => Fact::WorkflowId,
        ("$workflow", "name") => Fact::WorkflowName,
        ("$workflow", "active") => Fact::WorkflowActive,
        ("$execution", "id") => Fact::ExecutionId,
        ("$execution", "mode") => Fact::ExecutionMode,
        ("$execution", "resumeUrl") => Fact::ResumeUrl,
        _ => return None,
    }))
}
