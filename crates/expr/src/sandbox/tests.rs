//! What an author sees of expressions and scripts.

use jiff::tz::TimeZone;
use model::{Item, Value, json};

use super::*;
use crate::Alone;

mod alike;
mod dates;
mod names;
mod walls;

fn scope(json: Value) -> Arc<Scope> {
    Arc::new(Alone::scope(vec![Item::from_value(json)], TimeZone::UTC))
}

fn value(code: &str, json: Value) -> Result<Option<Value>, Error> {
    Sandbox::default().evaluate(&Template::parse(code), &scope(json), 0)
}

#[track_caller]
fn check(code: &str, json: Value, expected: Value) {
    assert_eq!(value(code, json).unwrap(), Some(expected), "{code}");
}

fn script(code: &str, json: Value) -> Result<Option<Value>, Error> {
    Sandbox::default().run(&Code::new(code, false), &scope(json), None)
}

fn with_extras() -> Sandbox {
    Sandbox::new(Limits { extras: true, ..Limits::default() })
}

#[test]
fn a_lone_segment_keeps_its_type() {
    check("{{ $json.a.b + 1 }}", json!({"a": {"b": 2}}), json!(3));
    check("{{ $json.list.map(x => x * 2) }}", json!({"list": [1, 2]}), json!([2, 4]));
    check("n: {{ $json.a }}!", json!({"a": null}), json!("n: !"));
}

#[test]
fn json_around_segments_gets_json() {
    let json = |code: &str, json: Value| {
        Sandbox::default().evaluate_json(&Template::parse(code), &scope(json), 0).unwrap()
    };
    let data = || json!({"a": [1, {"b": null}], "t": "x", "n": null});
    assert_eq!(json("{\"a\": {{ $json.a }}}", data()), Some(json!("{\"a\": [1,{\"b\":null}]}")));
    assert_eq!(
        json("{{ $json.t }} {{ $json.n }} {{ $json.no.no }}", data()),
        Some(json!("x null undefined"))
    );
    let date = "{{ DateTime.fromISO('2025-06-15T00:00:00Z', { zone: 'utc' }) // a remark\n }}!";
    assert_eq!(json(date, data()), Some(json!("\"2025-06-15T00:00:00.000Z\"!")));
    assert_eq!(json("{{ $json.a }}", data()), Some(json!([1, {"b": null}])));
}

#[test]
fn mistakes_of_expressions_are_undefined() {
    assert_eq!(value("{{ $json.a.b.c }}", json!({})).unwrap(), None);
    assert_eq!(value("{{ nothing }}", json!({})).unwrap(), None);
    assert!(value("{{ 1 + }}", json!({})).is_err());
}

#[test]
fn text_spreads_letter_by_letter() {
    check(
        "{{ ({...$json.a, b: 1, ...null}) }}",
        json!({"a": "xy"}),
        json!({"0": "x", "1": "y", "b": 1}),
    );
    let res = script("return {...($json.a || {}), ...{c: [...$json.a]}}", json!({"a": "xy"}));
    assert_eq!(res.unwrap(), Some(json!({"0": "x", "1": "y", "c": ["x", "y"]})));
}

#[test]
fn a_script_gives_what_it_returns() {
    let res = script("const r = await Promise.resolve($input.all()); return r", json!({"a": 1}));
    assert_eq!(res.unwrap(), Some(json!([{"json": {"a": 1}, "pairedItem": {"item": 0}}])));
    let why = script("const a = 1;\nnull.x", json!({})).unwrap_err();
    assert_eq!(why.line, Some(2), "{why:?}");
}

#[test]
fn undeclared_names_of_a_script_stay_in_it() {
    let sandbox = Sandbox::default();
    let scope = scope(json!({}));
    let run = |code: &str| sandbox.run(&Code::new(code, false), &scope, None);
    assert_eq!(run("x = 5; return x").unwrap(), Some(json!(5)));
    assert!(run("return x").is_err());
    run("Array.prototype.map = 1; globalThis.y = 1; Object.prototype.z = 1; return 1").unwrap();
    assert_eq!(
        run("return [typeof [].map, typeof y, typeof ({}).z]").unwrap(),
        Some(json!(["function", "undefined", "undefined"]))
    );
}

#[test]
fn scripts_know_bytes_addresses_and_hashes() {
    let code = r#"
        const u = new URL("https://a.example:8080/x?q=1#h");
        u.searchParams.append("z", "a b");
        u.pathname = "/y";
        const c = require("crypto");
        return {
            base64: Buffer.from("h\u00e9llo").toString("base64"),
            back: Buffer.from("aMOpbGxv", "base64").toString(),
            hex: Buffer.from("ff00", "hex").toJSON().data,
            url: u.href, host: u.host, hash: u.hash,
            query: Object.fromEntries(new URLSearchParams("a=1&b=x+y%21")),
            sha: c.createHash("sha256").update("a").update("bc").digest("hex").slice(0, 8),
            mac: c.createHmac("sha1", "key").update("abc").digest("base64"),
            uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
            clone: structuredClone({a: [1, {b: 2}]}),
            btoa: btoa("abc"), atob: atob("YWJj"),
            bytes: new TextDecoder().decode(new TextEncoder().encode("\u20ac")),
        };"#;
    let expected = json!({
        "base64": "aMOpbGxv", "back": "h\u{e9}llo", "hex": [255, 0],
        "url": "https://a.example:8080/y?q=1&z=a+b#h", "host": "a.example:8080", "hash": "#h",
        "query": {"a": "1", "b": "x y!"}, "sha": "ba7816bf",
        "mac": "T9CyFSdu8S8rPkyOysKBFJi2Vvw=", "uuid": true, "clone": {"a": [1, {"b": 2}]},
        "btoa": "YWJj", "atob": "abc", "bytes": "\u{20ac}"
    });
    let found = with_extras().run(&Code::new(code, false), &scope(json!({})), None);
    assert_eq!(found.unwrap(), Some(expected));
}

#[test]
fn queries_of_jmespath_find_what_they_ask_for() {
    let data =
        json!({"a": [{"n": 1, "t": ["x"]}, {"n": 2, "t": ["y", "z"]}], "o": {"k": {"n": 3}}});
    for (query, expected) in [
        ("a[*].n", json!([1, 2])),
        ("a[?n > `1`].t[]", json!(["y", "z"])),
        ("a[].t | [0]", json!(["x"])),
        ("a[-1].{n: n, first: t[0]}", json!({"n": 2, "first": "y"})),
        ("o.*.n | [0]", json!(3)),
        ("length(a)", json!(2)),
        ("sort_by(a, &n)[-1].n", json!(2)),
        ("a[0:1].n", json!([1])),
        ("nope.x || 'none'", json!("none")),
        ("a[?contains(t, 'z')].n | [0]", json!(2)),
        ("[a[0].n, o.k.n]", json!([1, 3])),
    ] {
        check(&format!("{{{{ $jmespath($json, {:?}) }}}}", query), data.clone(), expected);
    }
}

#[test]
fn methods_extend_values() {
    let data = json!({"s": "hello wORLD", "n": 2.71459, "l": [3, 1, 2, 1], "o": {"a": 1, "b": ""}});
    for (code, expected) in [
        ("$json.s.toTitleCase()", json!("Hello wORLD")),
        ("$json.s.toSnakeCase()", json!("hello_world")),
        ("$json.n.round(2)", json!(2.71)),
        ("$json.l.sum()", json!(7)),
        ("$json.l.unique()", json!([3, 1, 2])),
        ("$json.l.chunk(3)", json!([[3, 1, 2], [1]])),
        ("$json.o.compact()", json!({"a": 1})),
        ("$json.nope.isEmpty()", json!(true)),
        ("$json.o.isEmpty()", json!(false)),
        ("Math.max(1, 2) + Math.round(1.5)", json!(4)),
        ("'a@b.example'.extractDomain()", json!("b.example")),
        ("'see https://x.example/p?q, yes'.extractUrl()", json!("https://x.example/p?q,")),
        ("'abc'.hash()", json!("900150983cd24fb0d6963f7d28e17f72")),
        ("[{a: 1}, {a: 2}].pluck('a')", json!([1, 2])),
        ("[1, 2].union([2, 3]).difference([1])", json!([2, 3])),
        ("({a: 1, b: 2}).removeField('a')", json!({"b": 2})),
        ("'no'.toBoolean()", json!(false)),
    ] {
        check(&format!("{{{{ {code} }}}}"), data.clone(), expected);
    }
    let why = value("{{ $json.s.round() }}", data.clone()).unwrap_err();
    assert_eq!(why.message, "round() is only callable on type \"Number\"");
    let why = value("{{ $json.x.toTitleCase() }}", data).unwrap_err();
    assert_eq!(why.message, "toTitleCase can't be used on undefined value");
}

#[test]
fn a_sandbox_serves_many_threads() {
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    let sandbox = Sandbox::default();
    is_shared(&(sandbox.clone(), Template::parse("{{ 1 }}"), Code::new("", false)));
    let threads = (0..4).map(|it| {
        let sandbox = sandbox.clone();
        std::thread::spawn(move || {
            for round in 0..20 {
                let template = Template::parse("{{ (() => $json.a + 1)() }}");
                let found = sandbox.evaluate(&template, &scope(json!({"a": (it + round)})), 0);
                assert_eq!(found.unwrap(), Some(Value::from(it + round + 1)));
            }
        })
    });
    threads.collect::<Vec<_>>().into_iter().for_each(|it| it.join().unwrap());
}

#[test]
fn errors_speak_the_words_of_node() {
    for (code, expected) in [
        ("const items = 5;\nreturn items.map(x => x)", "items.map is not a function"),
        ("const o = {f: 1};\n  const z = 1 + o.f(2, 3)", "o.f is not a function"),
        ("const a = {};\nreturn a.b.c", "Cannot read properties of undefined (reading 'c')"),
        ("null.x = 1", "Cannot set properties of null (setting 'x')"),
        ("foo()", "foo is not defined"),
        ("const c = 1; c = 2", "Assignment to constant variable."),
        ("try { nope.x } catch (e) { e.y() }", "e.y is not a function"),
        (
            "return [...undefined]",
            "undefined is not iterable (cannot read property Symbol(Symbol.iterator))",
        ),
        (
            "JSON.parse('Sample content number 1')",
            "Unexpected token 'S', \"Sample con\"... is not valid JSON",
        ),
        ("JSON.parse('{\"a\": x}')", "Unexpected token 'x', \"{\"a\": x}\" is not valid JSON"),
        ("JSON.parse('')", "Unexpected end of JSON input"),
        (
            "JSON.parse('{a: 1}')",
            "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
        ),
        (
            "JSON.parse('[1 2]')",
            "Expected ',' or ']' after array element in JSON at position 3 (line 1 column 4)",
        ),
        (
            "JSON.parse('{\"a\": 1,}')",
            "Expected double-quoted property name in JSON at position 8 (line 1 column 9)",
        ),
        (
            "JSON.parse('1 x')",
            "Unexpected non-whitespace character after JSON at position 2 (line 1 column 3)",
        ),
        ("JSON.parse(undefined)", "\"undefined\" is not valid JSON"),
        ("JSON.parse({})", "\"[object Object]\" is not valid JSON"),
        (
            "JSON.parse('\"a\\nb\"')",
            "Bad control character in string literal in JSON at position 2 (line 1 column 3)",
        ),
    ] {
        let thrown = script(code, json!({})).unwrap_err();
        assert_eq!(thrown.message, expected, "{code}");
        let caught = script(
            &format!("try {{\n{code}\n}} catch (error) {{ return error.message }}"),
            json!({}),
        );
        assert_eq!(caught.unwrap(), Some(expected.into()), "{code}");
    }
}

#[test]
fn what_is_no_javascript_is_told_with_its_line() {
    for (code, line) in [("const a = ;", 1), ("let a;\n\nreturn [1;", 3), ("if (1) {\n", 2)] {
        let fault = Code::new(code, false).fault().cloned().unwrap();
        assert_eq!((fault.kind, fault.line), (Kind::Syntax, Some(line)), "{code}: {fault}");
        assert_eq!(script(code, json!({})).unwrap_err().line, Some(line));
    }
}

#[test]
fn what_an_expression_catches_speaks_the_words_of_node() {
    for (code, expected) in [
        ("null.x", "Cannot read properties of null (reading 'x')"),
        ("$json.nope.x", "Cannot read properties of undefined (reading 'x')"),
        ("$json.a.map(it => it)", "$json.a.map is not a function"),
        (
            "JSON.parse('{a: 1}')",
            "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
        ),
        ("[].reduce((a, b) => a + b)", "Reduce of empty array with no initial value"),
    ] {
        let arrow =
            format!("(() => {{ try {{ return {code} }} catch (e) {{ return e.message }} }})()");
        check(&format!("{{{{ {arrow} }}}}"), json!({"a": 1}), json!(expected));
        // As statements, of which the last gives the value.
        let after = format!("{{{{ let f = 1;\n{arrow} }}}}");
        check(&after, json!({"a": 1}), json!(expected));
    }
}

#[test]
fn extras_are_kept_from_scripts_unless_they_are_wanted() {
    let sandbox = Sandbox::new(Limits::default());
    let run = |code: &str| sandbox.run(&Code::new(code, false), &scope(json!({})), None);
    assert_eq!(
        run("return typeof URL + typeof crypto").unwrap(),
        Some("undefinedundefined".into())
    );
    for name in ["URL", "URLSearchParams", "crypto"] {
        for code in [format!("return {name}"), format!("new {name}('http://a')")] {
            let error = run(&code).unwrap_err();
            assert_eq!(error.message, format!("{name} is not defined"), "{code}");
            assert!(error.advice().unwrap().contains("--script-extras"), "{code}");
        }
    }
    assert_eq!(run("return nothing").unwrap_err().advice(), None);
    assert_eq!(run("require('crypto')").unwrap_err().message, "Module 'crypto' is disallowed");
}
