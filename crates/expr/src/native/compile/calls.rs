//! Calls: of functions, of methods, and of methods with an arrow function.

use oxc_ast::ast::{
    Argument, ArrowFunctionBody, ArrowFunctionExpression, CallExpression, Expression,
    ObjectPropertyKind, PropertyKey, StaticMemberExpression,
};

use model::Value;

use super::{Compiler, Found, Kind, uses::root};
use crate::native::{
    Bind, Lambda, Node,
    functions::{Function, Reads},
    lists::Each,
    methods::Method,
};

/// The call of a method. Of texts that are known, `text.split(old).join(new)` needs no list: it is
/// `text.replaceAll(old, new)` in other words.
fn method_of(method: Method, object: Node, given: Box<[Node]>) -> Node {
    let word = |it: &Node| match it {
        Node::Constant(Value::String(it)) => Some(it.clone()),
        _ => None,
    };
    match (method, object, &*given) {
        (Method::Join, Node::Method(Method::Split, text, by), [new]) => {
            let words = (by.first().filter(|_| by.len() == 1).and_then(word), word(new));
            match words {
                (Some(old), Some(new)) if is_plain(&old, &new) => Node::ReplaceAll(text, old, new),
                _ => {
                    let list = Node::Method(Method::Split, text, by);
                    Node::Method(method, Box::new(list), given)
                }
            }
        }
        (_, object, _) => Node::Method(method, Box::new(object), given),
    }
}

/// Whether no text has a meaning of its own where others are replaced.
fn is_plain(old: &str, new: &str) -> bool {
    !old.is_empty() && !new.contains('$')
}

impl Compiler<'_> {
    pub(super) fn call(&mut self, it: &CallExpression<'_>) -> Found {
        if it.optional {
            return None;
        }
        match &it.callee {
            Expression::Identifier(callee) if self.is_free(&callee.name) => {
                let function = Function::named("", &callee.name)?;
                self.function(function, &it.arguments)
            }
            Expression::StaticMemberExpression(callee) => {
                let name = callee.property.name.as_str();
                if let Expression::Identifier(object) = &callee.object
                    && self.is_free(&object.name)
                {
                    if let Some(function) = Function::named(&object.name, name) {
                        return self.function(function, &it.arguments);
                    }
                    if (object.name.as_str(), name) == ("Array", "from") {
                        return self.range(&it.arguments);
                    }
                }
                let given: Option<Vec<&Expression<'_>>> =
                    it.arguments.iter().map(Argument::as_expression).collect();
                let given = given?;
                // A list that changes while it is walked is JavaScript's.
                if root(&callee.object).is_some_and(|list| self.is_changed_within(list, it.span)) {
                    return None;
                }
                if let Some(each) = Each::named(name) {
                    return self.each(each, callee, &given);
                }
                if name == "reduce" {
                    return self.reduce(callee, &given);
                }
                let method = Method::named(name)?;
                if self.in_script() && method.is_extension() {
                    return None;
                }
                let object = self.called(&callee.object, callee.optional)?;
                Some(method_of(method, *object, self.nodes(given.into_iter())?))
            }
            _ => None,
        }
    }

    fn function(&mut self, function: Function, given: &[Argument<'_>]) -> Found {
        if self.in_script() && function.is_extension() {
            return None;
        }
        let given: Option<Vec<&Expression<'_>>> =
            given.iter().map(Argument::as_expression).collect();
        let mut res = vec![];
        for it in given? {
            let node = match function.reads() {
                _ if self.kind(it) != Kind::Value => None,
                Reads::All => self.node(it),
                Reads::Entries => self.receiver(it),
                Reads::Nothing => self.place(it),
            };
            res.push(node?);
        }
        Some(Node::Function(function, res.into()))
    }

    fn each(
        &mut self,
        each: Each,
        callee: &StaticMemberExpression<'_>,
        given: &[&Expression<'_>],
    ) -> Found {
        let [Expression::ArrowFunctionExpression(arrow)] = given else { return None };
        let kind = self.kind(&callee.object);
        let (list, entry) = match kind {
            Kind::Items if callee.optional => return None,
            Kind::Items => (Box::new(self.items(&callee.object)?), Kind::Item),
            Kind::Item => return None,
            Kind::Value => (self.called(&callee.object, callee.optional)?, Kind::Value),
        };
        // What comes of items and is items is for `items` alone.
        if kind == Kind::Items && matches!(each, Each::Filter | Each::Find) {
            return None;
        }
        let lambda = self.lambda(arrow, &[entry, Kind::Value])?;
        Some(Node::Each(each, list, lambda))
    }

    /// `list.reduce(arrow, initial)`; without an initial value JavaScript does it.
    fn reduce(&mut self, callee: &StaticMemberExpression<'_>, given: &[&Expression<'_>]) -> Found {
        let [Expression::ArrowFunctionExpression(arrow), initial] = given else { return None };
        let (list, entry) = match self.kind(&callee.object) {
            Kind::Items if !callee.optional => (Box::new(self.items(&callee.object)?), Kind::Item),
            Kind::Value => (self.called(&callee.object, callee.optional)?, Kind::Value),
            Kind::Items | Kind::Item => return None,
        };
        let initial = self.boxed(initial)?;
        let lambda = self.lambda(arrow, &[Kind::Value, entry, Kind::Value])?;
        Some(Node::Reduce(list, initial, lambda))
    }

    /// `Array.from({ length: n }, arrow)`.
    fn range(&mut self, given: &[Argument<'_>]) -> Found {
        let [Argument::ObjectExpression(shape), Argument::ArrowFunctionExpression(arrow)] = given
        else {
            return None;
        };
        let [ObjectPropertyKind::ObjectProperty(length)] = shape.properties.as_slice() else {
            return None;
        };
        match &length.key {
            PropertyKey::StaticIdentifier(it) if it.name == "length" && !length.computed => {}
            _ => return None,
        }
        let count = self.boxed(&length.value)?;
        Some(Node::Range(count, self.lambda(arrow, &[Kind::Value, Kind::Value])?))
    }

    /// An arrow function whose parameters are of these kinds at most.
    pub(super) fn lambda(
        &mut self,
        it: &ArrowFunctionExpression<'_>,
        kinds: &[Kind],
    ) -> Option<Box<Lambda>> {
        let parameters = &it.params.items;
        if it.r#async || it.params.rest.is_some() || parameters.len() > kinds.len() {
            return None;
        }
        let before = self.locals.len();
        let was_last = std::mem::take(&mut self.is_last);
        let loops = std::mem::take(&mut self.loops);
        self.around.push(it.span.start);
        let res = self.lambda_inside(it, kinds);
        self.around.pop();
        self.locals.truncate(before);
        (self.is_last, self.loops) = (was_last, loops);
        res
    }

    fn lambda_inside(
        &mut self,
        it: &ArrowFunctionExpression<'_>,
        kinds: &[Kind],
    ) -> Option<Box<Lambda>> {
        let mut binds: Vec<Bind> = vec![];
        for (parameter, kind) in it.params.items.iter().zip(kinds) {
            if parameter.initializer.is_some() {
                return None;
            }
            binds.push(self.bind(&parameter.pattern, *kind)?);
        }
        let body = match &it.body {
            ArrowFunctionBody::FunctionBody(body) if self.in_script() => {
                if !body.directives.is_empty() {
                    return None;
                }
                self.arrows += 1;
                let steps = self.statements(&body.statements);
                self.arrows -= 1;
                Node::Block(steps?)
            }
            body => self.node(body.as_expression()?)?,
        };
        Some(Box::new(Lambda { binds: binds.into(), body }))
    }
}
