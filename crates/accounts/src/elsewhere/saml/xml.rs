//! XML as far as SAML needs it: read without document types, so that nothing expands or is fetched, and
//! with limits.

use roxmltree::{Document, Node, NodeType, ParsingOptions};

use super::Refused;

pub(super) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(super) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub(super) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub(super) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
pub(super) const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
pub(super) const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
pub(super) const BY_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
pub(super) const BY_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
pub(super) const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
pub(super) const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
pub(super) const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

/// Most elements, texts and comments of a document.
const NODES_MAX: u32 = 50_000;
/// How deep elements may lie in one another.
const DEPTH_MAX: usize = 64;

pub(super) fn read(text: &str) -> Result<Document<'_>, Refused> {
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|_| "it is no XML as it must be")?;
    let mut depth = 0;
    let mut at = Some(document.root());
    // Depth first, and without calling itself.
    while let Some(node) = at {
        if node.node_type() == NodeType::PI {
            return Err("it has an instruction for programs, which SAML never has");
        }
        if let Some(child) = node.first_child() {
            depth += 1;
            if depth > DEPTH_MAX {
                return Err("its elements lie too deep in one another");
            }
            at = Some(child);
            continue;
        }
        let mut up = node;
        at = loop {
            if let Some(next) = up.next_sibling() {
                break Some(next);
            }
            match up.parent() {
                Some(parent) => up = parent,
                None => break None,
            }
            depth = depth.saturating_sub(1);
        };
    }
    Ok(document)
}

/// The children of this name.
pub(super) fn children<'a, 'i>(
    node: Node<'a, 'i>,
    space: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |it| is(*it, space, name))
}

/// The one child of this name.
pub(super) fn only<'a, 'i>(
    node: Node<'a, 'i>,
    space: &'static str,
    name: &'static str,
) -> Option<Node<'a, 'i>> {
    let mut all = children(node, space, name);
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

pub(super) fn is(node: Node<'_, '_>, space: &str, name: &str) -> bool {
    let tag = node.tag_name();
    node.is_element() && tag.namespace() == Some(space) && tag.name() == name
}

/// All of the text of an element that has nothing but text. Comments do not cut it short.
pub(super) fn text(node: Node<'_, '_>) -> Option<String> {
    let mut res = String::new();
    for it in node.children() {
        match it.node_type() {
            NodeType::Text => res.push_str(it.text().unwrap_or_default()),
            NodeType::Comment => {}
            NodeType::Root | NodeType::Element | NodeType::PI => return None,
        }
    }
    let trimmed = res.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// A text as it stands in an element or in an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => res.push_str("&amp;"),
            '<' => res.push_str("&lt;"),
            '>' => res.push_str("&gt;"),
            '"' => res.push_str("&quot;"),
            other => res.push(other),
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_expands_what_is_fetched_and_what_is_too_deep_is_refused() {
        let check = |text: &str, is_fine: bool| assert_eq!(read(text).is_ok(), is_fine, "{text}");
        check("<a><b/>text<!-- why --></a>", true);
        check(r#"<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>"#, false);
        check(r#"<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>"#, false);
        check(r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"#, false);
        check("<a>&unknown;</a>", false);
        check("<a><?run this?></a>", false);
        check("<a>", false);
        let deep = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        check(&deep(DEPTH_MAX), true);
        check(&deep(DEPTH_MAX + 1), false);
        let wide = |n: usize| format!("<a>{}</a>", "<b/>".repeat(n));
        check(&wide(NODES_MAX as usize - 10), true);
        check(&wide(NODES_MAX as usize + 1), false);
        // Many side by side are not deep.
        check(&format!("<a>{}</a>", "<b><c/></b>".repeat(DEPTH_MAX * 2)), true);
    }

    #[test]
    fn a_comment_does_not_cut_a_text_short() {
        let document = read("<a>admin@example.com<!-- -->.evil.example</a>").unwrap();
        let found = text(document.root_element());
        assert_eq!(found.as_deref(), Some("admin@example.com.evil.example"));
        let document = read("<a>admin<b/></a>").unwrap();
        assert_eq!(text(document.root_element()), None);
    }
}
