//! Which call stands where in a script: to say `items.map is not a function`, and not only that
//! something is none.

use std::borrow::Cow;

use oxc_ast::ast::{Argument, CallExpression, Expression};
use smol_str::{SmolStr, format_smolstr};

/// The calls of a script and the text in which the engine counts lines.
#[derive(Default, Debug)]
pub(crate) struct Calls {
    /// The script as the engine has it.
    text: String,
    /// Where the engine's text has more than the author's: byte of the author's text, length.
    inserts: Vec<(u32, u32)>,
    /// First and last byte in the author's text, and how the callee reads.
    spans: Vec<(u32, u32, SmolStr)>,
}

/// More calls than this need no names: the line is known all the same.
const CALLS_MAX: usize = 5_000;

impl Calls {
    pub(super) fn add(&mut self, call: &CallExpression<'_>) {
        if self.spans.len() < CALLS_MAX {
            self.spans.push((call.span.start, call.span.end, reads(&call.callee, 0)));
        }
    }

    /// Counts from the start of the author's text, `head` bytes in, and keeps what was made of it.
    pub(super) fn follow(&mut self, head: u32, inserts: &[(u32, Cow<'_, str>)], text: &str) {
        for span in &mut self.spans {
            (span.0, span.1) = (span.0 - head, span.1 - head);
        }
        self.inserts = inserts.iter().map(|it| (it.0 - head, it.1.len() as u32)).collect();
        self.inserts.sort_unstable();
        text.clone_into(&mut self.text);
    }

    /// The innermost call around a place, both counted from 1.
    pub(crate) fn callee(&self, line: u32, column: u32) -> Option<&str> {
        let mut start = 0;
        for _ in 1..line {
            start += self.text[start..].find('\n')? + 1;
        }
        let mut chars = self.text[start..].char_indices();
        let at =
            chars.nth(column.checked_sub(1)? as usize).map_or(self.text.len(), |it| start + it.0);
        let at = self.original(at as u32);
        let around = self.spans.iter().filter(|it| (it.0..it.1).contains(&at));
        around.min_by_key(|it| it.1 - it.0).map(|it| it.2.as_str())
    }

    /// A byte of the engine's text in the author's.
    fn original(&self, at: u32) -> u32 {
        let mut more = 0;
        for (place, length) in &self.inserts {
            if place + more >= at {
                break;
            }
            more += length;
        }
        at - more.min(at)
    }
}

/// A callee as V8 writes it.
fn reads(it: &Expression<'_>, depth: usize) -> SmolStr {
    const OTHER: SmolStr = SmolStr::new_static("(intermediate value)");
    if depth > 20 {
        return OTHER;
    }
    let inner = |it: &Expression<'_>| reads(it, depth + 1);
    match it {
        Expression::Identifier(it) => it.name.as_str().into(),
        Expression::ThisExpression(_) => "this".into(),
        Expression::ParenthesizedExpression(it) => inner(&it.expression),
        Expression::StaticMemberExpression(it) => {
            let dot = if it.optional { "?." } else { "." };
            format_smolstr!("{}{dot}{}", inner(&it.object), it.property.name)
        }
        Expression::ComputedMemberExpression(it) => match &it.expression {
            Expression::StringLiteral(key) => {
                format_smolstr!("{}.{}", inner(&it.object), key.value)
            }
            Expression::NumericLiteral(key) => {
                format_smolstr!("{}[{}]", inner(&it.object), key.value)
            }
            Expression::Identifier(key) => format_smolstr!("{}[{}]", inner(&it.object), key.name),
            _ => format_smolstr!("{}[...]", inner(&it.object)),
        },
        Expression::CallExpression(it) => match (&it.callee, it.arguments.as_slice()) {
            (callee, [Argument::StringLiteral(name)]) => {
                format_smolstr!("{}(\"{}\")", inner(callee), name.value)
            }
            (callee, []) => format_smolstr!("{}()", inner(callee)),
            (callee, _) => format_smolstr!("{}(...)", inner(callee)),
        },
        _ => OTHER,
    }
}
