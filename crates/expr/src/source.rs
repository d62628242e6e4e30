//! What a piece of JavaScript says before it runs: its free names, what it must not touch, and the
//! small rewriting that gives n8n's extension methods to values.

use std::{borrow::Cow, sync::Arc, thread};

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, AssignmentTargetPropertyProperty, BindingPattern, BindingProperty, CallExpression,
    CatchClause, ComputedMemberExpression, Expression, IdentifierReference, ImportExpression,
    ObjectExpression, ObjectPropertyKind, PropertyKey, SimpleAssignmentTarget, Statement,
    StaticMemberExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};
use smol_str::SmolStr;

pub(crate) use crate::source::{
    known::{BLOCKED, is_blocked},
    printed::printed,
};
use crate::{
    Error,
    error::Kind,
    extensions::{EXTENSION_PREFIX, is_extension},
    native::{self, Program},
    source::{
        calls::Calls,
        known::{is_global, is_injected},
    },
};

/// Longer sources are refused, in bytes.
pub(crate) const SOURCE_BYTES_MAX: usize = 256 * 1024;
/// Brackets that nest deeper are refused: they cost the parser most.
const NESTING_MAX: usize = 400;
/// Up to this length a source is read on the caller's stack: nesting cannot exhaust it.
const SHALLOW_BYTES_MAX: usize = 200;
/// Enough for chains of operators as long as [`SOURCE_BYTES_MAX`]; only touched pages cost memory.
const STACK_BYTES: usize = 1 << 30;

/// A segment or a script, ready to be given to JavaScript.
#[derive(Default, Debug)]
pub(crate) struct Script {
    /// A function expression whose parameters are `names`, in their order.
    pub(crate) function: String,
    pub(crate) names: Vec<SmolStr>,
    /// Other nodes that are named by literal text.
    pub(crate) nodes: Vec<SmolStr>,
    pub(crate) fault: Option<Error>,
    /// Where the calls of a code node's script stand.
    pub(crate) calls: Option<Arc<Calls>>,
}

impl Script {
    fn faulty(fault: Error) -> Script {
        Script { fault: Some(fault), ..Script::default() }
    }
}

/// Reads the code of one `{{ … }}`: an expression, or statements of which the last gives the value.
pub(crate) fn expression(code: &str) -> Script {
    with_room(code, read_expression).unwrap_or_else(Script::faulty)
}

/// Reads the body of a code node: statements with `return`, `await` allowed; and its program where
/// JavaScript is not needed.
pub(crate) fn body(code: &str) -> (Script, Option<Program>) {
    with_room(code, read_body).unwrap_or_else(|fault| (Script::faulty(fault), None))
}

/// What a `catch` calls with the error, to give it the words that people know.
const CAUGHT: &str = "$$caught";

/// Runs `read` where the source cannot overflow the stack, however deep it nests.
fn with_room<T: Send>(code: &str, read: fn(&str) -> T) -> Result<T, Error> {
    if code.len() > SOURCE_BYTES_MAX {
        let message = format!("the code is longer than {SOURCE_BYTES_MAX} bytes");
        return Err(Error::new(Kind::Syntax, message));
    }
    if nesting(code) > NESTING_MAX {
        let message = format!("the code nests deeper than {NESTING_MAX} brackets");
        return Err(Error::new(Kind::Syntax, message));
    }
    if code.len() <= SHALLOW_BYTES_MAX {
        return Ok(read(code));
    }
    let unread = || Error::new(Kind::Syntax, "the code could not be read");
    thread::scope(|scope| {
        let reader =
            thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || read(code));
        reader.ok().and_then(|it| it.join().ok()).ok_or_else(unread)
    })
}

/// How deep brackets nest at most, those in texts and patterns counted too.
fn nesting(code: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in code.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn read_expression(code: &str) -> Script {
    let allocator = Allocator::default();
    if let Ok(parsed) = Parser::new(&allocator, code, SourceType::cjs()).parse_expression() {
        let mut reader = Reader::new(true);
        reader.visit_expression(&parsed);
        let inner = reader.rewritten(code, 0, code.len());
        reader.calls.follow(0, &reader.inserts, &inner);
        return reader.finish(|names| format!("(function({names}){{return (\n{inner}\n)}})"));
    }
    let parsed = Parser::new(&allocator, code, SourceType::cjs()).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return Script::faulty(Error::new(Kind::Syntax, "invalid syntax"));
    }
    let mut reader = Reader::new(true);
    reader.visit_program(&parsed.program);
    let inner = match parsed.program.body.last() {
        Some(Statement::ExpressionStatement(last)) => {
            let before = reader.rewritten(code, 0, last.span.start as usize);
            let span = last.expression.span();
            let value = reader.rewritten(code, span.start as usize, span.end as usize);
            const RETURN: &str = "\nreturn (\n";
            reader.inserts.push((span.start, RETURN.into()));
            format!("{before}{RETURN}{value}\n)")
        }
        _ => reader.rewritten(code, 0, code.len()),
    };
    reader.calls.follow(0, &reader.inserts, &inner);
    reader.finish(|names| format!("(function({names}){{\n{inner}\n}})"))
}

fn read_body(code: &str) -> (Script, Option<Program>) {
    let allocator = Allocator::default();
    const HEAD: &str = "async function code() {\n";
    let wrapped = format!("{HEAD}{code}\n}}");
    let parsed = Parser::new(&allocator, &wrapped, SourceType::cjs()).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() || parsed.program.body.len() != 1 {
        let first = parsed.diagnostics.iter().next();
        let why = first.map(|it| it.message.to_string());
        let why = why.unwrap_or_else(|| "Unexpected token".to_owned());
        let at = first.and_then(|it| it.labels.first()).map(|it| it.offset() as usize);
        let line = at.map(|at| line_of(code, at.saturating_sub(HEAD.len())));
        return (Script::faulty(Error { line, ..Error::new(Kind::Syntax, why) }), None);
    }
    let mut reader = Reader::new(false);
    reader.visit_program(&parsed.program);
    let code = reader.rewritten(&wrapped, HEAD.len(), HEAD.len() + code.len());
    reader.calls.follow(HEAD.len() as u32, &reader.inserts, &code);
    let assigned = std::mem::take(&mut reader.assigned);
    let hoisted = match assigned.as_slice() {
        [] => String::new(),
        names => format!("var {};", names.join(",")),
    };
    let script = reader.finish(|names| {
        format!(
            "(function({names}){{{hoisted}return (async function(){{\n{code}\n}}).call(this)}})"
        )
    });
    let plain = match script.fault {
        None => native::compile_script(&wrapped, &parsed.program),
        Some(_) => None,
    };
    (script, plain)
}

/// The line of a byte, from 1; what lies behind the text is on its last.
fn line_of(text: &str, at: usize) -> u32 {
    let before = &text.as_bytes()[..at.min(text.len())];
    1 + before.iter().filter(|it| **it == b'\n').count() as u32
}

/// Walks a syntax tree once and gathers all that is asked of it.
struct Reader {
    /// Expressions get extension methods and are kept from more names than scripts.
    expression: bool,
    names: Vec<SmolStr>,
    nodes: Vec<SmolStr>,
    fault: Option<Error>,
    /// Names that a script may assign to without having declared them: they stay in the script.
    assigned: Vec<SmolStr>,
    /// Text to insert at a byte of the source, in no order.
    inserts: Vec<(u32, Cow<'static, str>)>,
    calls: Calls,
}

impl Reader {
    fn new(expression: bool) -> Reader {
        Reader {
            expression,
            names: vec![],
            nodes: vec![],
            fault: None,
            assigned: vec![],
            inserts: vec![],
            calls: Calls::default(),
        }
    }

    fn finish(self, function: impl FnOnce(&str) -> String) -> Script {
        let function = function(&self.names.join(","));
        // An expression shows the message of an error only where it catches it.
        let shows = !self.expression || self.names.iter().any(|it| it == CAUGHT);
        let calls = shows.then(|| Arc::new(self.calls));
        Script { function, names: self.names, nodes: self.nodes, fault: self.fault, calls }
    }

    /// The source between two bytes, with the inserts that fall there.
    fn rewritten(&self, code: &str, start: usize, end: usize) -> String {
        // What is inserted where the last statement begins belongs to that statement.
        let last = if end == code.len() || start > 0 { end + 1 } else { end };
        let mut inserts: Vec<_> =
            self.inserts.iter().filter(|it| (start..last).contains(&(it.0 as usize))).collect();
        inserts.sort_by_key(|it| it.0);
        let mut res = String::with_capacity(end - start + 16 * inserts.len());
        let mut from = start;
        for (at, text) in inserts {
            res.push_str(&code[from..*at as usize]);
            res.push_str(text);
            from = *at as usize;
        }
        res.push_str(&code[from..end]);
        res
    }

    fn name(&mut self, name: &str) {
        if !self.names.iter().any(|it| it == name) {
            self.names.push(name.into());
        }
    }

    fn check(&mut self, property: &str) {
        if self.expression && is_blocked(property) && self.fault.is_none() {
            self.fault = Some(Error::blocked(property));
        }
    }

    fn check_key(&mut self, key: &PropertyKey<'_>) {
        match key {
            PropertyKey::StaticIdentifier(it) => self.check(&it.name),
            PropertyKey::StringLiteral(it) => self.check(&it.value),
            _ => {}
        }
    }

    fn wrap(&mut self, span: Span, before: &'static str, after: &'static str) {
        self.inserts.push((span.start, before.into()));
        self.inserts.push((span.end, after.into()));
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let name = it.name.as_str();
        let known = if self.expression { is_global(name) } else { !is_injected(name) };
        if !known {
            self.name(name);
        }
    }

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(it) = it
            && !self.expression
            && !is_injected(&it.name)
            && !is_global(&it.name)
            && !self.assigned.iter().any(|name| **name == *it.name)
        {
            self.assigned.push(it.name.as_str().into());
        }
        walk::walk_simple_assignment_target(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        self.check(&it.property.name);
        if is_identifier(&it.object, "$node") {
            self.nodes.push(it.property.name.as_str().into());
        }
        walk::walk_static_member_expression(self, it);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        match &it.expression {
            Expression::StringLiteral(key) => {
                self.check(&key.value);
                if is_identifier(&it.object, "$node") {
                    self.nodes.push(key.value.as_str().into());
                }
            }
            Expression::NumericLiteral(_) => {}
            key if self.expression => self.wrap(key.span(), "$$key((", "))"),
            _ => {}
        }
        if self.expression
            && !matches!(
                it.expression,
                Expression::StringLiteral(_) | Expression::NumericLiteral(_)
            )
        {
            self.name("$$key");
        }
        walk::walk_computed_member_expression(self, it);
    }

    /// The engine spreads no text into objects, as others do letter by letter.
    fn visit_object_expression(&mut self, it: &ObjectExpression<'a>) {
        for property in &it.properties {
            if let ObjectPropertyKind::SpreadProperty(spread) = property
                && !matches!(spread.argument, Expression::ObjectExpression(_))
            {
                self.wrap(spread.argument.span(), "$$spread(", ")");
                self.name("$$spread");
            }
        }
        walk::walk_object_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let (Expression::Identifier(callee), Some(Argument::StringLiteral(name))) =
            (&it.callee, it.arguments.first())
            && matches!(callee.name.as_str(), "$" | "$items")
        {
            self.nodes.push(name.value.as_str().into());
        }
        if let Expression::StaticMemberExpression(member) = &it.callee
            && self.expression
            && is_extension(&member.property.name)
        {
            self.inserts.push((member.property.span.start, EXTENSION_PREFIX.into()));
            // Nothing is empty; every other method refuses nothing.
            if matches!(member.property.name.as_str(), "isEmpty" | "isNotEmpty") && !member.optional
            {
                self.wrap(member.object.span(), "$$nn(", ")");
                self.name("$$nn");
            }
        }
        self.calls.add(it);
        walk::walk_call_expression(self, it);
    }

    fn visit_catch_clause(&mut self, it: &CatchClause<'a>) {
        if let Some(BindingPattern::BindingIdentifier(name)) =
            it.param.as_ref().map(|it| &it.pattern)
        {
            let call = format!("{CAUGHT}({});", name.name);
            self.inserts.push((it.body.span.start + 1, call.into()));
            self.name(CAUGHT);
        }
        walk::walk_catch_clause(self, it);
    }

    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        self.check_key(&it.key);
        walk::walk_binding_property(self, it);
    }

    fn visit_assignment_target_property_property(
        &mut self,
        it: &AssignmentTargetPropertyProperty<'a>,
    ) {
        self.check_key(&it.name);
        walk::walk_assignment_target_property_property(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        if self.fault.is_none() {
            let message = "import() is not allowed here: the sandbox has no modules";
            self.fault = Some(Error::new(Kind::Blocked, message));
        }
        walk::walk_import_expression(self, it);
    }
}

fn is_identifier(it: &Expression<'_>, name: &str) -> bool {
    matches!(it, Expression::Identifier(it) if it.name == name)
}

pub(crate) mod calls;
mod known;
mod printed;
#[cfg(test)]
mod tests;
