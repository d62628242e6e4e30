//! Text with `{{ … }}` in it: what follows the leading `=` of an expression parameter.

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use crate::{
    ids, native,
    source::{self, Script},
};

#[cfg(test)]
mod tests;

/// A parsed expression parameter. Cheap to clone; parse it once per version, not per item.
#[derive(Clone)]
pub struct Template {
    parts: Arc<[Part]>,
}

pub(crate) enum Part {
    Text(SmolStr),
    Segment(Box<Segment>),
}

/// One `{{ … }}`.
pub(crate) struct Segment {
    /// Tells segments apart within the process; the key of compiled functions.
    pub(crate) id: u64,
    pub(crate) source: SmolStr,
    pub(crate) script: Script,
    /// The script that gives lists and objects as JSON text; made when it is first asked for.
    as_json: OnceLock<Box<Segment>>,
    /// The same that gives what stands between texts.
    as_text: OnceLock<Box<Segment>>,
    /// The program of the native path; `None` leaves the segment to JavaScript.
    pub(crate) native: Option<native::Program>,
}

impl Template {
    /// Never fails: what is wrong with the text shows when it is evaluated.
    pub fn parse(text: &str) -> Template {
        Template { parts: split(text).into() }
    }

    /// The names of other nodes that it refers to by literal text: `$('x')`, `$node["x"]`,
    /// `$items("x")`.
    pub fn nodes(&self) -> Vec<SmolStr> {
        let mut res: Vec<SmolStr> = vec![];
        for name in self.segments().flat_map(|it| it.script.nodes.iter()) {
            if !res.contains(name) {
                res.push(name.clone());
            }
        }
        res
    }

    /// The free names that it uses, such as `$json` or `DateTime`.
    pub fn names(&self) -> Vec<SmolStr> {
        let mut res: Vec<SmolStr> = vec![];
        for name in self.segments().flat_map(|it| it.script.names.iter()) {
            if !res.contains(name) {
                res.push(name.clone());
            }
        }
        res
    }

    /// Plain text without any `{{ … }}`.
    pub fn is_constant(&self) -> bool {
        self.segments().next().is_none()
    }

    /// What is wrong with its text, for a linter; evaluation gives the same error.
    pub fn fault(&self) -> Option<&crate::Error> {
        self.segments().find_map(|it| it.script.fault.as_ref())
    }

    /// Whether every segment takes the native path (unless a value surprises it).
    pub fn is_native(&self) -> bool {
        self.segments().all(|it| it.native.is_some())
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.parts.iter().filter_map(|it| match it {
            Part::Segment(it) => Some(&**it),
            Part::Text(_) => None,
        })
    }
}

impl Segment {
    fn new(code: &str) -> Segment {
        let code = &*source::printed(code);
        let script = source::expression(code);
        let native = if script.fault.is_none() { native::compile(code) } else { None };
        Segment::of(code, script, native)
    }

    fn of(code: &str, script: Script, native: Option<native::Program>) -> Segment {
        Segment {
            id: ids::next(),
            source: code.into(),
            script,
            as_json: OnceLock::new(),
            as_text: OnceLock::new(),
            native,
        }
    }

    /// The same code, made to give lists, objects and dates as JSON text.
    pub(crate) fn as_json(&self) -> &Segment {
        self.wrapped(
            &self.as_json,
            "(it) => typeof it === 'object' && it !== null ? JSON.stringify(it) : it",
        )
    }

    /// The same code, made to give the text that stands for its value between other texts:
    /// nothing for what is nothing, and whatever an object says of itself.
    pub(crate) fn as_text(&self) -> &Segment {
        self.wrapped(&self.as_text, "(it) => it || it === 0 || it === false ? [it].join('') : ''")
    }

    fn wrapped<'a>(&'a self, kept: &'a OnceLock<Box<Segment>>, with: &str) -> &'a Segment {
        let made = kept.get_or_init(|| {
            let wrapped = format!("({with})({}\n)", self.source);
            // Its code was printed already, and what it wraps was tried natively.
            Box::new(Segment::of(&wrapped, source::expression(&wrapped), None))
        });
        // What cannot be wrapped (statements, say) shows its own faults.
        if made.script.fault.is_some() { self } else { made }
    }
}

/// Braces pair by text alone, as n8n's do: a `}}` within a string ends the segment.
fn split(text: &str) -> Vec<Part> {
    let mut parts = vec![];
    let mut plain = String::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        if rest[..open].ends_with('\\') {
            plain.push_str(&rest[..open - 1]);
            plain.push_str("{{");
            rest = &rest[open + 2..];
            continue;
        }
        let Some(length) = closing(&rest[open + 2..]) else { break };
        plain.push_str(&rest[..open]);
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain).into()));
        }
        let code = rest[open + 2..open + 2 + length].replace("\\}}", "}}");
        parts.push(Part::Segment(Box::new(Segment::new(&code))));
        rest = &rest[open + 2 + length + 2..];
    }
    plain.push_str(rest);
    if !plain.is_empty() || parts.is_empty() {
        parts.push(Part::Text(plain.into()));
    }
    parts
}

/// Where the `}}` stands that is not escaped.
fn closing(code: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + code[from..].find("}}")?;
        if !code[..at].ends_with('\\') {
            return Some(at);
        }
        from = at + 2;
    }
}
