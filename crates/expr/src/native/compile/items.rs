//! Expressions that stand for items, of which a script may use the JSON alone.

use oxc_ast::ast::{Argument, BindingPattern, Expression, PropertyKey};

use super::{Compiler, Found, Kind, roots::node_named};
use crate::native::{Bind, Node, lists::Each, methods::Method, roots::End};

impl Compiler<'_> {
    /// What an expression stands for.
    pub(super) fn kind(&self, it: &Expression<'_>) -> Kind {
        match it {
            Expression::ParenthesizedExpression(it) => self.kind(&it.expression),
            Expression::Identifier(it) => match self.local(&it.name) {
                Some(local) => local.kind,
                None if !self.in_script() || !self.is_free(&it.name) => Kind::Value,
                None => match it.name.as_str() {
                    "items" => Kind::Items,
                    "item" => Kind::Item,
                    _ => Kind::Value,
                },
            },
            Expression::ComputedMemberExpression(it) if !it.optional => {
                match self.kind(&it.object) {
                    Kind::Items => Kind::Item,
                    _ => Kind::Value,
                }
            }
            Expression::StaticMemberExpression(it) => match (&it.object, it.property.name.as_str())
            {
                (Expression::Identifier(object), "item") if object.name == "$input" => Kind::Item,
                _ => Kind::Value,
            },
            Expression::CallExpression(it) if !it.optional => {
                let Expression::StaticMemberExpression(callee) = &it.callee else {
                    return Kind::Value;
                };
                let name = callee.property.name.as_str();
                let source = match &callee.object {
                    Expression::Identifier(it) => it.name == "$input",
                    object => node_named(object).is_some(),
                };
                match name {
                    "all" if source && it.arguments.is_empty() => Kind::Items,
                    "first" | "last" if source && it.arguments.is_empty() => Kind::Item,
                    "filter" | "slice" if self.kind(&callee.object) == Kind::Items => Kind::Items,
                    "find" | "at" if self.kind(&callee.object) == Kind::Items => Kind::Item,
                    _ => Kind::Value,
                }
            }
            _ => Kind::Value,
        }
    }

    /// The list of the JSONs of an expression of [`Kind::Items`].
    pub(super) fn items(&mut self, it: &Expression<'_>) -> Found {
        match it {
            Expression::ParenthesizedExpression(it) => self.items(&it.expression),
            Expression::Identifier(it) => match self.slot(&it.name) {
                Some(slot) => Some(Node::Local(slot)),
                None => Some(Node::All),
            },
            Expression::CallExpression(it) => {
                let Expression::StaticMemberExpression(callee) = &it.callee else { return None };
                if callee.optional {
                    return None;
                }
                match callee.property.name.as_str() {
                    "all" => match &callee.object {
                        Expression::Identifier(_) => Some(Node::All),
                        object => Some(Node::AllOf(node_named(object)?)),
                    },
                    "filter" => {
                        let [Argument::ArrowFunctionExpression(arrow)] = it.arguments.as_slice()
                        else {
                            return None;
                        };
                        let list = Box::new(self.items(&callee.object)?);
                        let lambda = self.lambda(arrow, &[Kind::Item, Kind::Value])?;
                        Some(Node::Each(Each::Filter, list, lambda))
                    }
                    "slice" => {
                        let given: Option<Vec<&Expression<'_>>> =
                            it.arguments.iter().map(Argument::as_expression).collect();
                        let list = Box::new(self.items(&callee.object)?);
                        Some(Node::Method(Method::Slice, list, self.nodes(given?.into_iter())?))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The JSON of an expression of [`Kind::Item`]; of no item at all, it throws.
    pub(super) fn item(&mut self, it: &Expression<'_>) -> Found {
        match it {
            Expression::ParenthesizedExpression(it) => self.item(&it.expression),
            Expression::Identifier(it) => match self.slot(&it.name) {
                Some(slot) => Some(Node::Must(Box::new(Node::Local(slot)))),
                None => Some(Node::Input(End::Item)),
            },
            Expression::ComputedMemberExpression(it) => {
                let list = Box::new(self.items(&it.object)?);
                let place = self.boxed(&it.expression)?;
                Some(Node::Must(Box::new(Node::Index(list, place))))
            }
            Expression::StaticMemberExpression(_) => Some(Node::Input(End::Item)),
            Expression::CallExpression(call) => {
                let Expression::StaticMemberExpression(callee) = &call.callee else { return None };
                if callee.optional {
                    return None;
                }
                match (callee.property.name.as_str(), call.arguments.as_slice()) {
                    ("first" | "last", []) => self.end(call),
                    ("find", [Argument::ArrowFunctionExpression(arrow)]) => {
                        let list = Box::new(self.items(&callee.object)?);
                        let lambda = self.lambda(arrow, &[Kind::Item, Kind::Value])?;
                        Some(Node::Must(Box::new(Node::Each(Each::Find, list, lambda))))
                    }
                    ("at", [place]) => {
                        let list = Box::new(self.items(&callee.object)?);
                        let place = self.node(place.as_expression()?)?;
                        let found = Node::Method(Method::At, list, [place].into());
                        Some(Node::Must(Box::new(found)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a pattern makes of a value of this kind; its names become locals.
    pub(super) fn bind(&mut self, it: &BindingPattern<'_>, kind: Kind) -> Option<Bind> {
        match it {
            BindingPattern::BindingIdentifier(name) => {
                self.declare(&name.name, kind)?;
                Some(Bind::Slot)
            }
            BindingPattern::ObjectPattern(it) => {
                if it.rest.is_some() || kind == Kind::Items {
                    return None;
                }
                let mut keys = vec![];
                for field in &it.properties {
                    let PropertyKey::StaticIdentifier(key) = &field.key else { return None };
                    if field.computed {
                        return None;
                    }
                    // Of an item there is its JSON alone, which is the value itself.
                    if kind == Kind::Item {
                        if key.name != "json" || it.properties.len() != 1 {
                            return None;
                        }
                        return self.bind(&field.value, Kind::Value);
                    }
                    let BindingPattern::BindingIdentifier(name) = &field.value else { return None };
                    self.declare(&name.name, Kind::Value)?;
                    keys.push(key.name.as_str().into());
                }
                Some(Bind::Fields(keys.into()))
            }
            BindingPattern::ArrayPattern(it) => {
                if it.rest.is_some() || kind != Kind::Value {
                    return None;
                }
                for entry in &it.elements {
                    let Some(BindingPattern::BindingIdentifier(name)) = entry else { return None };
                    self.declare(&name.name, Kind::Value)?;
                }
                Some(Bind::Entries(it.elements.len()))
            }
            BindingPattern::AssignmentPattern(_) => None,
        }
    }
}
