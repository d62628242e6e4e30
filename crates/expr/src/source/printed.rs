//! Template literals as n8n has them: it prints an expression anew before it runs it, and what it
//! prints differs where the text of a literal goes over several lines. Found by trying it.

use std::borrow::Cow;

use oxc_allocator::Allocator;
use oxc_ast::ast::TemplateLiteral;
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::with_room;

/// Columns between two stops of a tab.
const TAB_COLUMNS: usize = 4;

/// The code of a segment as it is run. What cannot be read stays as it is: reading it again tells
/// why.
pub(crate) fn printed(code: &str) -> Cow<'_, str> {
    let may_differ = code.contains('`') && code.contains(['\n', '\\']);
    match may_differ.then(|| with_room(code, print)) {
        Some(Ok(Some(printed))) => printed.into(),
        _ => code.into(),
    }
}

fn print(code: &str) -> Option<String> {
    let allocator = Allocator::default();
    let mut literals = Literals { code, edits: vec![] };
    if let Ok(parsed) = Parser::new(&allocator, code, SourceType::cjs()).parse_expression() {
        literals.visit_expression(&parsed);
    } else {
        let parsed = Parser::new(&allocator, code, SourceType::cjs()).parse();
        literals.visit_program(&parsed.program);
    }
    let mut edits = literals.edits;
    edits.sort_by_key(|it| it.0);
    let mut res = String::with_capacity(code.len() + edits.len());
    let mut from = 0;
    for (start, end, text) in &edits {
        res.push_str(code.get(from..*start)?);
        res.push_str(text);
        from = *end;
    }
    res.push_str(code.get(from..)?);
    (!edits.is_empty()).then_some(res)
}

struct Literals<'c> {
    code: &'c str,
    /// Where they start and end, and what stands there instead.
    edits: Vec<(usize, usize, String)>,
}

impl<'a> Visit<'a> for Literals<'_> {
    fn visit_template_literal(&mut self, it: &TemplateLiteral<'a>) {
        for element in &it.quasis {
            let (start, end) = (element.span.start as usize, element.span.end as usize);
            let Some(raw) = self.code.get(start..end) else { continue };
            let is_broken = element.value.cooked.is_some_and(|it| it.contains('\n'));
            if is_broken {
                let text = text(raw, element.tail);
                if text != raw {
                    self.edits.push((start, end, text));
                }
            }
        }
        walk::walk_template_literal(self, it);
    }
}

/// The text between two values of a literal, or after the last one: indentation loses its tabs, and
/// a word or a line break is kept apart from the `${` that follows.
fn text(raw: &str, is_last: bool) -> String {
    let mut res = without_tabs(raw);
    let ends_in_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '$' | '\n');
    if !is_last && raw.ends_with(ends_in_word) {
        res.push(' ');
    }
    res
}

fn without_tabs(raw: &str) -> String {
    let mut res = String::with_capacity(raw.len());
    for (place, line) in raw.split('\n').enumerate() {
        let rest = line.trim_start_matches([' ', '\t']);
        let indent = &line[..line.len() - rest.len()];
        let width = match place {
            0 => indent.len(),
            _ => indent.bytes().fold(0, |at, it| match it {
                b'\t' => (at / TAB_COLUMNS + 1) * TAB_COLUMNS,
                _ => at + 1,
            }),
        };
        if place > 0 {
            res.push('\n');
        }
        res.extend(std::iter::repeat_n(' ', width));
        res.push_str(rest);
    }
    res
}
