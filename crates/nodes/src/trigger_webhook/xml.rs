//! XML bodies as objects, in the shape that workflows know from n8n.
//!
//! Tags are in lower case. An element is its text; with attributes it is `{"$": {…}, "_": text}`;
//! its children are fields, lists where a tag comes again. Entities of one's own are not expanded.

use std::sync::Arc;

use model::{Map, Value};
use smol_str::SmolStr;

/// Deeper documents are refused.
const DEPTH_MAX: usize = 100;

struct Element {
    tag: SmolStr,
    attributes: Map,
    children: Map,
    text: String,
}

/// # Errors
/// A sentence that says what is wrong with the document.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut open: Vec<Element> = vec![];
    let mut root: Option<(SmolStr, Value)> = None;
    let mut rest = text.trim_start_matches('\u{feff}');
    while let Some((before, after)) = rest.split_once('<') {
        add_text(&mut open, before)?;
        rest = if let Some(after) = after.strip_prefix("!--") {
            past(after, "-->")?.1
        } else if let Some(after) = after.strip_prefix("![CDATA[") {
            let (plain, after) = past(after, "]]>")?;
            if let Some(element) = open.last_mut() {
                element.text.push_str(plain);
            }
            after
        } else if let Some(after) = after.strip_prefix('?') {
            past(after, "?>")?.1
        } else if after.starts_with('!') {
            doctype(after)?
        } else if let Some(after) = after.strip_prefix('/') {
            let (name, after) = past(after, ">")?;
            let element = open.pop().ok_or_else(|| format!("`</{name}>` closes nothing"))?;
            if element.tag != name.trim().to_lowercase() {
                return Err(format!("`</{name}>` closes `<{}>`", element.tag));
            }
            close(&mut open, &mut root, element);
            after
        } else {
            let (element, empty, after) = start(after)?;
            if root.is_some() && open.is_empty() {
                return Err("something follows the document".into());
            }
            if open.len() >= DEPTH_MAX {
                return Err(format!("it is nested more than {DEPTH_MAX} deep"));
            }
            if empty {
                close(&mut open, &mut root, element)
            } else {
                open.push(element)
            }
            after
        };
    }
    add_text(&mut open, rest)?;
    match (root, open.last()) {
        (_, Some(left)) => Err(format!("`<{}>` is not closed", left.tag)),
        (None, None) => Err("there is no element".into()),
        (Some((tag, value)), None) => Ok(Map::from_iter([(tag, value)]).into()),
    }
}

fn past<'a>(text: &'a str, end: &str) -> Result<(&'a str, &'a str), String> {
    text.split_once(end).ok_or_else(|| format!("`{end}` is missing"))
}

/// Skips a document type, with the declarations in its brackets.
fn doctype(text: &str) -> Result<&str, String> {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' => depth -= 1,
            '>' if depth <= 0 => return Ok(&text[at + 1..]),
            _ => {}
        }
    }
    Err("the document type does not end".into())
}

/// A start tag: the element, whether it is closed at once, and what follows.
fn start(text: &str) -> Result<(Element, bool, &str), String> {
    let is_end = |it: char| it.is_whitespace() || it == '>' || it == '/';
    let end = text.find(is_end).ok_or("a tag does not end")?;
    let tag = SmolStr::from(text[..end].to_lowercase());
    if tag.is_empty() {
        return Err("a tag has no name".into());
    }
    let mut attributes = Map::new();
    let mut rest = text[end..].trim_start();
    loop {
        let empty = rest.starts_with("/>");
        if empty || rest.starts_with('>') {
            let after = &rest[if empty { 2 } else { 1 }..];
            let element = Element { tag, attributes, children: Map::new(), text: String::new() };
            return Ok((element, empty, after));
        }
        let (name, value) = rest.split_once('=').ok_or("a tag does not end")?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''));
        let quote = quote.ok_or_else(|| format!("attribute `{}` has no quotes", name.trim()))?;
        let (value, after) = value[1..].split_once(quote).ok_or("an attribute does not end")?;
        if name.trim().is_empty() || name.contains('<') {
            return Err("an attribute has no name".into());
        }
        attributes.insert(name.trim(), unescaped(value)?);
        rest = after.trim_start();
    }
}

fn add_text(open: &mut [Element], text: &str) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => element.text.push_str(&unescaped(text)?),
        None if text.trim().is_empty() => {}
        None => return Err("there is text outside the document".into()),
    }
    Ok(())
}

fn close(open: &mut [Element], root: &mut Option<(SmolStr, Value)>, element: Element) {
    let text = element.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let value = if element.attributes.is_empty() && element.children.is_empty() {
        Value::from(text)
    } else {
        let mut fields = Map::new();
        if !text.is_empty() {
            fields.insert("_", text);
        }
        if !element.attributes.is_empty() {
            fields.insert("$", element.attributes);
        }
        for (tag, child) in element.children {
            fields.insert(tag, child);
        }
        fields.into()
    };
    let Some(parent) = open.last_mut() else {
        *root = Some((element.tag, value));
        return;
    };
    match parent.children.get_mut(&element.tag) {
        None => drop(parent.children.insert(element.tag, value)),
        Some(Value::Array(all)) => Arc::make_mut(all).push(value),
        Some(one) => *one = vec![one.clone(), value].into(),
    }
}

fn unescaped(text: &str) -> Result<String, String> {
    let mut res = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        res.push_str(before);
        let (name, after) = past(after, ";")?;
        let number = match name.strip_prefix('#').map(|it| it.strip_prefix(['x', 'X']).ok_or(it)) {
            Some(Ok(hex)) => u32::from_str_radix(hex, 16).ok(),
            Some(Err(decimal)) => decimal.parse().ok(),
            None => None,
        };
        let letter = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.and_then(char::from_u32),
        };
        res.push(letter.ok_or_else(|| format!("the entity `&{name};` is not known"))?);
        rest = after;
    }
    res.push_str(rest);
    Ok(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_an_object() {
        let check = |text: &str, expected: &str| {
            assert_eq!(read(text).unwrap().to_json(), expected, "{text}");
        };
        check("<A/>", r#"{"a":""}"#);
        check("<a> x \n y </a>", r#"{"a":"x y"}"#);
        check("<a>1<![CDATA[<2>]]>&amp;&#51;&#x34;</a>", r#"{"a":"1<2>&34"}"#);
        check("<a b='1' C=\"&quot;\">t</a>", r#"{"a":{"_":"t","$":{"b":"1","C":"\""}}}"#);
        check("<a><B>1</B><b>2</b><c/></a>", r#"{"a":{"b":["1","2"],"c":""}}"#);
        check("<a>\n <b>x</b>\n</a>\n", r#"{"a":{"b":"x"}}"#);
        let prolog =
            "\u{feff}<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"y\">]><!-- z --><a/>";
        check(prolog, r#"{"a":""}"#);
    }

    #[test]
    fn a_broken_document_is_refused() {
        let deep = "<a>".repeat(DEPTH_MAX + 1);
        for text in [
            "",
            "x",
            "<a>",
            "</a>",
            "<a></b>",
            "<a b></a>",
            "<a b=1/>",
            "<a/><b/>",
            "<a>&x;</a>",
            "<a",
            "< a/>",
            "<!-- ",
            "<a>&amp</a>",
            "<a b='>",
            &deep,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let shallow = format!("{}{}", "<a>".repeat(DEPTH_MAX), "</a>".repeat(DEPTH_MAX));
        assert!(read(&shallow).is_ok());
    }
}
