//! The native path and JavaScript give the same answers.

use std::sync::{Arc, LazyLock};

use jiff::tz::TimeZone;
use model::{Item, Value, json};
use proptest::{prelude::*, test_runner::RngSeed};

use super::*;
use crate::{Alone, Sandbox, Template, template::Part};

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(Sandbox::default);

mod scripts;

/// The same draws each time, so that no run fails by its chance; `PROPTEST_RNG_SEED` gives others.
fn config(cases: u32) -> ProptestConfig {
    let given = ProptestConfig::default();
    let rng_seed = match given.rng_seed {
        RngSeed::Random => RngSeed::Fixed(7),
        it => it,
    };
    ProptestConfig { cases: cases.max(given.cases), failure_persistence: None, rng_seed, ..given }
}

fn scope(json: Value) -> Arc<Scope> {
    Arc::new(Alone::scope(vec![Item::from_value(json)], TimeZone::UTC))
}

/// Whether two answers are the same one; NaN is itself here.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| alike(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|(a, b)| a.0 == b.0 && alike(&a.1, &b.1))
        }
        _ => a == b,
    }
}

/// Says whether the native path did it; panics when it did it otherwise than JavaScript.
#[track_caller]
fn both(code: &str, json: &Value) -> bool {
    let template = Template::parse(&format!("{{{{ {code} }}}}"));
    let [Part::Segment(segment)] = template.parts() else { return false };
    let Some(program) = &segment.native else { return false };
    let scope = scope(json.clone());
    let mine = match program.run(&scope, 0) {
        Err(Stop::Unsure) => return false,
        Err(Stop::Short) => panic!("{code}: a chain ended outside itself"),
        Err(Stop::Thrown) => None,
        Ok(it) => it,
    };
    let theirs = SANDBOX.in_javascript(segment, &scope, 0);
    let theirs = theirs.unwrap_or_else(|e| panic!("{code} on {json:?}: {mine:?} but {e}"));
    let same = match (&mine, &theirs) {
        (None, None) => true,
        (Some(a), Some(b)) => alike(a, b),
        _ => false,
    };
    assert!(same, "{code} on {json:?}: native {mine:?}, JavaScript {theirs:?}");
    true
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-50_i32..1000).prop_map(Value::from),
        (-1000.0..1000.0_f64).prop_map(Value::from),
        "[a-cA-C0-2 .,$-]{0,8}".prop_map(Value::from),
        prop_oneof!["12", " 3.5 ", "", "é", "1e3", "0x1f", "-0", "Infinity", "ß🙂"]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-e]|n|s|list|length|0|1", inner), 0..4)
                .prop_map(Value::object),
        ]
    })
}

fn objects() -> impl Strategy<Value = Value> {
    let field = |name: &'static str| values().prop_map(move |it| (name, it));
    (field("a"), field("b"), field("n"), field("s"), field("list")).prop_map(
        |(a, b, n, s, list)| {
            let list = if list.1.as_array().is_some() {
                list
            } else {
                ("list", Value::array([list.1, a.1.clone()]))
            };
            Value::object([a, b, n, s, list])
        },
    )
}

fn codes() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "$json",
        "$json.a",
        "$json.b",
        "$json.n",
        "$json.s",
        "$json.list",
        "$json['a']",
        "$json.list[0]",
        "$json.a.b",
        "$json.a?.b.c",
        "$json.nope",
        "$json.nope.x",
        "1",
        "0",
        "-2.5",
        "'x'",
        "' 12 '",
        "''",
        "\"a\\n'b'\"",
        "true",
        "null",
        "undefined",
        "NaN",
        "$itemIndex",
        "$runIndex",
        "[1, 'b']",
        "({k: 1})",
        "$input.item.json.a",
        "$input.first().json.s",
        "$workflow.name",
        "$vars.x",
        "[]",
        "({})",
        "'ß'",
    ]);
    atom.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        let operators = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "===", "!==", "&&", "||", "**",
        ]);
        let members = prop::sample::select(vec![
            ".a", ".b", "?.a", ".length", "?.length", "[0]", "[1]", "['a']", "[$json.n]", "[$json.s]", "?.[0]", ".toString",
            ".toUpperCase()", ".toLowerCase()", ".trim()", ".trimStart()", ".trimEnd()", ".toString()", "?.toString()",
            ".isEmpty()", ".isNotEmpty()", ".first()", ".last()", ".join('-')", ".join()", ".toFixed(2)", ".toFixed()",
            ".split(',')", ".split(',').join('--')", ".split('a').join('')", ".split('').join('$&')", ".split('')", ".slice(1)", ".slice(-2)", ".slice(0, 2)", ".slice(1, -1)", ".substring(1)",
            ".substring(2, 0)", ".charAt(1)", ".at(-1)", ".includes('a')", ".includes(1)", ".indexOf('b')",
            ".startsWith('a')", ".endsWith('c')", ".replace('a', 'z')", ".replaceAll('a', '')", ".padStart(6, '0')",
            ".padEnd(4)", ".repeat(2)", ".concat('q')", ".concat([1])", ".map(x => x)", ".map((x, i) => x + i)",
            ".filter(x => x)", ".find(x => x > 1)", ".some(x => x === 1)", ".every(x => x != null)", ".map(x => x.a)",
            ".map(x => $json.list.filter(y => y === x).length)", ".reduce((a, x) => a + x, 0)",
            ".reduce((a, x, i) => a + x * i, '')", ".reduce((a, x) => a && x.a, true)",
        ]);
        let functions = prop::sample::select(vec![
            "Math.round", "Math.floor", "Math.ceil", "Math.abs", "Math.trunc", "Math.max", "Math.min", "Number", "String", "Boolean",
            "parseInt", "parseFloat", "Object.keys", "Object.values", "Array.isArray", "JSON.stringify", "typeof ", "!", "-", "+",
        ]);
        prop_oneof![
            2 => (inner.clone(), operators, inner.clone()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            4 => (inner.clone(), members).prop_map(|(a, member)| format!("({a}){member}")),
            2 => (functions, inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) ?? ({b})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("`<${{{a}}}> ${{{b}}}`")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({{p: {a}, 'q r': {b}}})")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("$if({a}, {b}, $ifEmpty({c}, 1))")),
        ]
    })
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn native_answers_are_those_of_javascript(code in codes(), json in objects()) {
        both(&code, &json);
    }
}

#[test]
fn plain_expressions_are_native() {
    let data =
        json!({"total": 12.5, "name": "ada", "a": {"b": [{"c": 1}]}, "tags": ["x", "y"], "n": "7"});
    for code in [
        "$json.a.b[0].c",
        "$json.total * 1.2",
        "$json.name.toUpperCase()",
        "$json['name']",
        "$json.nope",
        "$json.nope.deeper",
        "$json.nope?.deeper",
        "'Hello ' + $json.name",
        "`Hi ${$json.name}, ${$json.total}`",
        "$json.total > 10 ? 'big' : 'small'",
        "$json.tags.join(', ')",
        "$json.tags.length",
        "$json.nope || 'none'",
        "$json.nope ?? 'none'",
        "$json.name === 'ada' && $json.total > 1",
        "!$json.nope",
        "Number($json.n) + 1",
        "$json.tags.map(t => t.toUpperCase())",
        "({id: $json.n, name: $json.name})",
        "$itemIndex + 1",
        "$json.total.toFixed(2)",
        "JSON.stringify($json.tags)",
        "$input.first().json.name",
        "Math.floor($json.total)",
        "$json.name.split('d')[1]",
        "$json",
        "$json.tags.includes('x')",
        "$ifEmpty($json.x, 'y')",
    ] {
        assert!(both(code, &data), "{code} is not native");
    }
}

#[test]
fn a_zero_below_zero_is_written_without_its_sign() {
    for code in ["($itemIndex * -2.5).toFixed(2)", "(-0.001).toFixed(2)", "(-0).toFixed()"] {
        both(code, &json!({}));
    }
}

#[test]
fn inherited_names_are_sorted() {
    assert!(inherited::INHERITED.is_sorted());
}
