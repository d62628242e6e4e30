//! Exclusive XML canonicalization 1.0 without comments: the one text that stands for an element, of
//! which digests are made (<https://www.w3.org/TR/xml-exc-c14n/>).

use std::collections::BTreeSet;

use roxmltree::{Node, NodeId, NodeType};

/// What an element is written with.
pub(super) struct Way<'a> {
    /// A child that is left out: the signature that is about the rest.
    pub(super) omit: Option<NodeId>,
    /// Prefixes that are written where they are declared, used or not; `#default` for none.
    pub(super) inclusive: &'a [String],
}

/// A prefix, empty for the default one, and the space that it stands for.
type Bound<'a> = (&'a str, &'a str);

pub(super) fn canonical(element: Node<'_, '_>, way: &Way<'_>) -> String {
    let mut out = String::new();
    write(element, way, &mut vec![], &mut out);
    out
}

/// `bound` are the prefixes that elements around have written, the last of a name counts. How deep this
/// calls itself is limited where documents are read.
fn write<'a>(element: Node<'a, '_>, way: &Way<'_>, bound: &mut Vec<Bound<'a>>, out: &mut String) {
    let n_bound = bound.len();
    let name = written(element);
    out.push('<');
    out.push_str(name);
    for prefix in used(element, way) {
        let space = element.lookup_namespace_uri((!prefix.is_empty()).then_some(prefix));
        let before = bound.iter().rev().find(|it| it.0 == prefix).map(|it| it.1);
        let space = space.unwrap_or_default();
        // Without a declaration a prefix cannot be used; one that is only listed is left out then.
        let is_known = before.unwrap_or_default() == space;
        if is_known || space.is_empty() && !prefix.is_empty() {
            continue;
        }
        bound.push((prefix, space));
        out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
        out.push_str(prefix);
        out.push_str("=\"");
        value(space, out);
        out.push('"');
    }
    let mut attributes: Vec<_> = element.attributes().collect();
    attributes.sort_by_key(|it| (it.namespace().unwrap_or_default(), it.name()));
    let input = element.document().input_text();
    for it in attributes {
        out.push(' ');
        out.push_str(&input[it.range_qname()]);
        out.push_str("=\"");
        value(it.value(), out);
        out.push('"');
    }
    out.push('>');
    for child in element.children().filter(|it| Some(it.id()) != way.omit) {
        match child.node_type() {
            NodeType::Element => write(child, way, bound, out),
            NodeType::Text => content(child.text().unwrap_or_default(), out),
            // Neither is in what is read: instructions are refused, comments are not part of it.
            NodeType::Root | NodeType::PI | NodeType::Comment => {}
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
    bound.truncate(n_bound);
}

/// The name of an element as it is written, with its prefix.
fn written<'a>(element: Node<'a, '_>) -> &'a str {
    let text: &str = &element.document().input_text()[element.range()];
    let text = text.strip_prefix('<').unwrap_or(text);
    let end = text.find(|it: char| it.is_ascii_whitespace() || it == '/' || it == '>');
    &text[..end.unwrap_or(text.len())]
}

/// The prefixes that an element uses, in order, the default one first.
fn used<'a>(element: Node<'a, '_>, way: &Way<'_>) -> BTreeSet<&'a str> {
    let prefix = |name: &'a str| name.split_once(':').map_or("", |it| it.0);
    let input: &'a str = element.document().input_text();
    let own = prefix(written(element));
    let of_attributes = element.attributes().map(|it| prefix(&input[it.range_qname()]));
    let mut res: BTreeSet<&str> = of_attributes.filter(|it| !it.is_empty()).collect();
    res.insert(own);
    let is_listed = |it: &&str| {
        let name = if it.is_empty() { "#default" } else { it };
        way.inclusive.iter().any(|listed| listed == name)
    };
    res.extend(element.namespaces().map(|it| it.name().unwrap_or_default()).filter(is_listed));
    res.remove("xml");
    res
}

fn content(text: &str, out: &mut String) {
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}

fn value(text: &str, out: &mut String) {
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::xml, *};

    fn check(text: &str, at: &str, inclusive: &[&str], expected: &str) {
        let inclusive: Vec<String> = inclusive.iter().map(|it| (*it).to_owned()).collect();
        let document = xml::read(text).unwrap();
        let element = document.descendants().find(|it| it.tag_name().name() == at).unwrap();
        let way = Way { omit: None, inclusive: &inclusive };
        assert_eq!(canonical(element, &way), expected, "{text}");
    }

    /// The expectations are what lxml (libxml2) writes, and those of the recommendation, 2.2.
    #[test]
    fn an_element_has_one_text() {
        // As in the recommendation: the same element in two envelopes.
        let one = r#"<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff/></n1:elem2></n0:local>"#;
        let two = r#"<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n2:pdu>"#;
        let same = r#"<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>"#;
        check(one, "elem2", &[], same);
        check(two, "elem2", &[], same);
        // Order of attributes: by the address of the space, then by name; those without a space first.
        check(
            r#"<a xmlns:z="urn:a" xmlns:b="urn:b" b:x='1' z:y="2" y="3"   a="4" />"#,
            "a",
            &[],
            r#"<a xmlns:b="urn:b" xmlns:z="urn:a" a="4" y="3" z:y="2" b:x="1"></a>"#,
        );
        // The default space, taken back.
        check(
            r#"<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"/></b></a>"#,
            "a",
            &[],
            r#"<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"></c></b></a>"#,
        );
        check(r#"<a xmlns="urn:a"><b xmlns=""/></a>"#, "b", &[], "<b></b>");
        // What is listed is written though nothing uses it, once.
        check(
            r#"<a xmlns:xs="urn:xs" xmlns="urn:d"><p:b xmlns:p="urn:p"><p:c t="xs:string"/></p:b></a>"#,
            "b",
            &["xs", "#default", "absent"],
            r#"<p:b xmlns="urn:d" xmlns:p="urn:p" xmlns:xs="urn:xs"><p:c t="xs:string"></p:c></p:b>"#,
        );
        // Two prefixes of one space stay what they are.
        check(
            r#"<p:a xmlns:p="urn:x" xmlns:q="urn:x"><q:b q:c=""/></p:a>"#,
            "a",
            &[],
            r#"<p:a xmlns:p="urn:x"><q:b xmlns:q="urn:x" q:c=""></q:b></p:a>"#,
        );
        // A prefix that is bound anew inside, and its old meaning after it.
        check(
            r#"<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"/><p:c/></p:a>"#,
            "a",
            &[],
            r#"<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"></p:b><p:c></p:c></p:a>"#,
        );
        // Letters that have to be written otherwise, lines, and what is no content.
        check(
            "<a t='&#9;&#10;&#13; &lt;&gt;&quot;&apos;&amp;' u='x\ny'>\r\n&#13;&gt;\"<!-- no --><![CDATA[<b>&]]></a>",
            "a",
            &[],
            "<a t=\"&#x9;&#xA;&#xD; &lt;>&quot;'&amp;\" u=\"x y\">\n&#xD;&gt;\"&lt;b&gt;&amp;</a>",
        );
    }
}
