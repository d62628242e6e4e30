//! Results as n8n 2.41 gives them, each tried there.

use super::*;

#[test]
fn literals_over_several_lines_are_printed_anew() {
    for (code, expected) in [
        (r"{{ `a:\n${1}` }}", "a:\n 1"),
        (r"{{ `a\nb${1}` }}", "a\nb 1"),
        (r"{{ `a\n- ${1}\n` }}", "a\n- 1\n"),
        ("{{ `a\nb: ${1}` }}", "a\nb: 1"),
        ("{{ `a\nb${1}` }}", "a\nb 1"),
        ("{{ `a\n\tb${1}\n\t\tc` }}", "a\n    b 1\n        c"),
        ("{{ `\ta\n \tb` }}", " a\n    b"),
        (r#"{{ `a\n"${1}"` }}"#, "a\n\"1\""),
        (r"{{ `a\t${1}` }}", "a\t1"),
        (r"{{ `a\\n${1}` }}", "a\\n1"),
        (r"{{ [1, 2].map(it => `q\n${it}`).join('') }}", "q\n 1q\n 2"),
    ] {
        check(code, json!({}), json!(expected));
    }
}

#[test]
fn texts_around_segments_get_what_an_object_says_of_itself() {
    for (code, expected) in [
        ("a{{ new Date(0) }}b", "aThu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)b"),
        ("a{{ NaN }}b", "ab"),
        ("a{{ /x/g }}b", "a/x/gb"),
        ("a{{ new Error('boo') }}b", "aError: boob"),
        ("a{{ DateTime.fromISO('x') }}b", "aInvalid DateTimeb"),
        ("a{{ () => 1 }}b", "a() => 1b"),
        ("a{{ [1, [2, null]] }}b", "a1,2,b"),
        ("a{{ ({ b: 1 }) }}c", "a[object Object]c"),
        ("a{{ 0 }}{{ false }}{{ null }}{{ undefined }}b", "a0falseb"),
    ] {
        check(code, json!({}), json!(expected));
    }
    let lone = value("{{ DateTime }}", json!({})).unwrap_err();
    assert_eq!(lone.message, "this is a DateTime, please access its methods");
    let lone = value("{{ $json.s.trim }}", json!({"s": ""})).unwrap_err();
    assert_eq!(lone.message, "this is a function, please add ()");
}

#[test]
fn halves_of_letters_do_not_leave() {
    check("{{ $json.t.substring(0, 1) }}", json!({"t": "😀a"}), json!("\u{fffd}"));
    check("{{ [$json.t.charAt(1)] }}", json!({"t": "😀a"}), json!(["\u{fffd}"]));
}

#[test]
fn methods_of_text() {
    for (code, expected) in [
        ("'what is this for'.toTitleCase()", json!("What Is This For")),
        (
            "'user1@example.com or HTTP e.g. foo'.toTitleCase()",
            json!("user1@example.com or HTTP e.g. Foo"),
        ),
        ("'hello-world foo_bar: a:b'.toTitleCase()", json!("Hello-World Foo_bar: a:B")),
        ("'www.b.co. hi THERE'.toSentenceCase()", json!("Www.B.Co. Hi there")),
        ("'fooBar  Baz-qux.x'.toSnakeCase()", json!("foobar__baz_quxx")),
        ("'see b.co now'.extractDomain() ?? 'none'", json!("none")),
        ("'www.b.co/x'.extractDomain()", json!("www.b.co")),
        ("'visit https://example.com.'.extractUrl()", json!("https://example.com.")),
        ("'$12.5'.toFloat()", json!(12.5)),
        ("'abc'.length()", json!(3)),
        ("(1.005).round(2)", json!(1)),
        ("(-2.5).round()", json!(-3)),
        ("(0).isEmpty()", json!(true)),
        ("[1, 1, 2].difference([2])", json!([1])),
        ("[{ a: 1, b: 2 }, { b: 1 }].pluck('a', 'b')", json!([[1, 2], 1])),
        (
            "[{ a: 1 }, { d: 4 }].merge([{ a: 2, b: 2 }, { c: 3 }])",
            json!({"a": 1, "b": 2, "d": 4, "c": 3}),
        ),
    ] {
        check(&format!("{{{{ {code} }}}}"), json!({}), expected);
    }
    for code in ["['1', 2].sum()", "'abc'.reverse()", "({}).merge({})", "'1,5'.toFloat()"] {
        assert!(value(&format!("{{{{ {code} }}}}"), json!({})).is_err(), "{code}");
    }
}

#[test]
fn a_text_that_is_a_date_has_the_methods_of_dates() {
    let json = json!({"at": "2025-03-09T07:30:00.123Z", "day": "2025-03-09"});
    assert!(value("{{ $json.at.toTitleCase() }}", json.clone()).is_err());
    check("{{ $json.at.format('yyyy') }}", json.clone(), json!("Invalid DateTime"));
    check("{{ $json.at.toDateTime().year }}", json.clone(), json!(2025));
    check("{{ $json.day.toTitleCase() }}", json, json!("2025-03-09"));
}

#[test]
fn dates_by_locale_and_zone() {
    for (code, expected) in [
        ("new Date(0).toLocaleDateString('default', { month: 'long' })", "January"),
        ("new Date(0).toLocaleTimeString('en-IN')", "12:00:00 am"),
        ("DateTime.fromMillis(0).toFormat('t')", "12:00\u{202f}AM"),
        ("DateTime.fromMillis(0).setZone('Europe/Lisbon').toFormat('t')", "1:00 AM"),
        ("DateTime.fromMillis(0).toFormat('tttt')", "12:00:00\u{202f}AM UTC"),
        ("DateTime.utc(2025).toSQL()", "2025-01-01 00:00:00.000 Z"),
        ("DateTime.fromMillis(0).toLocaleString('pt-BR')", "1/1/1970"),
        ("JSON.stringify(DateTime.utc().zone)", "{\"fixed\":0}"),
        (
            "JSON.stringify(DateTime.utc().setZone('Asia/Tokyo').zone)",
            "{\"zoneName\":\"Asia/Tokyo\",\"valid\":true}",
        ),
    ] {
        check(&format!("{{{{ {code} }}}}"), json!({}), json!(expected));
    }
}

#[test]
fn loose_dates_are_read_as_node_does() {
    for (text, expected) in [
        ("Jan 2024", "2024-01-01"),
        ("2024 January", "2024-01-01"),
        ("foo 2024", "2024-01-01"),
        ("2024/12", "2024-12-01"),
        ("99", "1999-01-01"),
        ("12", "2001-12-01"),
        ("Jan 5", "2001-01-05"),
        ("2025-066", "none"),
        ("{1}", "none"),
        ("a1", "none"),
        ("2024-1-1T00:00:00Z", "none"),
        ("2025-03-07T10:00:00 EST", "none"),
        ("12/25/2024 3:00pm", "none"),
        ("12/25/2024 3:00 pm", "2024-12-25"),
    ] {
        let code = "{{ isNaN(new Date($json.d)) ? 'none' : new Date($json.d).toISOString().slice(0, 10) }}";
        check(code, json!({"d": text}), json!(expected));
    }
}
