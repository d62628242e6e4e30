//! How text splits into segments.

use super::*;

fn shape(text: &str) -> Vec<String> {
    Template::parse(text)
        .parts()
        .iter()
        .map(|it| match it {
            Part::Text(it) => format!("text {it}"),
            Part::Segment(it) => format!("code {}", it.source),
        })
        .collect()
}

#[test]
fn text_and_code_alternate() {
    assert_eq!(shape("a {{ b }} c{{d}}"), ["text a ", "code  b ", "text  c", "code d"]);
}

#[test]
fn an_open_end_is_text() {
    assert_eq!(shape("a {{ b"), ["text a {{ b"]);
    assert_eq!(shape(""), ["text "]);
}

#[test]
fn an_escaped_brace_is_text() {
    assert_eq!(shape("a \\{{ b }}"), ["text a {{ b }}"]);
}

#[test]
fn other_nodes_are_named() {
    let template =
        Template::parse("{{ $('A').item.json.x }} {{ $node[\"B\"].json.y + $items('C') }}");
    assert_eq!(template.nodes(), ["A", "B", "C"]);
    assert!(Template::parse("plain").is_constant());
}
