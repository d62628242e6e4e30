//! Text as JavaScript counts and changes it. Positions are exact for ASCII; the rest is left.

use model::Value;
use smol_str::{SmolStr, SmolStrBuilder, StrExt};

use super::{Env, Node, Stop, operators::TEXT_BYTES_MAX};

/// A text that grows. While it is short it needs no memory of its own.
#[derive(Default)]
pub(super) struct Text {
    so_far: SmolStrBuilder,
    bytes: usize,
}

impl Text {
    /// Past [`TEXT_BYTES_MAX`] it is left to JavaScript, which counts memory.
    pub(super) fn push(&mut self, more: &str) -> Result<(), Stop> {
        self.bytes += more.len();
        if self.bytes > TEXT_BYTES_MAX {
            return Err(Stop::Unsure);
        }
        self.so_far.push_str(more);
        Ok(())
    }

    fn finish(self) -> SmolStr {
        self.so_far.finish()
    }
}

impl From<Text> for Value {
    fn from(it: Text) -> Value {
        Value::String(it.finish())
    }
}

/// In UTF-16 units.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// White space as JavaScript has it.
fn is_space(it: char) -> bool {
    it == '\u{feff}' || (it.is_whitespace() && it != '\u{85}')
}

pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

pub(super) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}

pub(super) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

pub(super) fn upper(text: &SmolStr) -> Result<SmolStr, Stop> {
    ascii(text)?;
    Ok(text.to_ascii_uppercase_smolstr())
}

pub(super) fn lower(text: &SmolStr) -> Result<SmolStr, Stop> {
    ascii(text)?;
    Ok(text.to_ascii_lowercase_smolstr())
}

/// Bytes are positions in ASCII alone.
pub(super) fn ascii(text: &str) -> Result<(), Stop> {
    if text.is_ascii() { Ok(()) } else { Err(Stop::Unsure) }
}

/// A relative position as `slice` takes it: negative counts from the end.
pub(super) fn relative(at: f64, len: usize) -> usize {
    let at = if at.is_nan() { 0.0 } else { at.trunc() };
    let at = if at < 0.0 { at + len as f64 } else { at };
    at.clamp(0.0, len as f64) as usize
}

/// A position as `substring` takes it.
pub(super) fn clamped(at: f64, len: usize) -> usize {
    if at.is_nan() { 0 } else { at.trunc().clamp(0.0, len as f64) as usize }
}

pub(super) fn index_of(text: &str, what: &str) -> Result<f64, Stop> {
    ascii(text)?;
    Ok(text.find(what).map_or(-1.0, |it| it as f64))
}

pub(super) fn split(text: &str, by: &str) -> Result<Value, Stop> {
    if by.is_empty() {
        ascii(text)?;
        return Ok(Value::array(text.chars().map(|it| Value::String(SmolStr::from_iter([it])))));
    }
    Ok(Value::array(text.split(by).map(Value::from)))
}

/// `$` in the new text has a meaning of its own.
pub(super) fn replace(text: &str, old: &str, new: &str, every: bool) -> Result<SmolStr, Stop> {
    if new.contains('$') || old.is_empty() {
        return Err(Stop::Unsure);
    }
    let mut res = Text::default();
    let mut rest = text;
    let only = old.chars().next().filter(|it| it.len_utf8() == old.len());
    // One character is found without the preparations that a longer text needs.
    let split = |rest| match only {
        Some(it) => str::split_once(rest, it),
        None => str::split_once(rest, old),
    };
    while let Some((before, after)) = split(rest) {
        res.push(before)?;
        res.push(new)?;
        rest = after;
        if !every {
            break;
        }
    }
    res.push(rest)?;
    Ok(res.finish())
}

/// `text.replaceAll(old, new)` of what a node gives.
pub(super) fn replace_in(
    text: &Node,
    old: &str,
    new: &str,
    env: &mut Env<'_>,
) -> Result<Value, Stop> {
    match text.eval(env)? {
        Some(Value::String(text)) => Ok(replace(&text, old, new, true)?.into()),
        _ => Err(Stop::Unsure),
    }
}

pub(super) fn pad(text: &str, width: f64, fill: &str, at_start: bool) -> Result<SmolStr, Stop> {
    ascii(text)?;
    ascii(fill)?;
    let width = clamped(width, TEXT_BYTES_MAX);
    if fill.is_empty() || width <= text.len() {
        return Ok(text.into());
    }
    let filling: String = fill.chars().cycle().take(width - text.len()).collect();
    Ok(if at_start { format!("{filling}{text}") } else { format!("{text}{filling}") }.into())
}
