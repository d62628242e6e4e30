//! Scripts that run natively give what JavaScript gives, whatever they do to their variables.

use std::cell::Cell;

use proptest::test_runner::TestRunner;

use super::*;
use crate::Code;

fn items() -> Vec<Item> {
    let json = |n: f64, k: &str, tags: Value| {
        let nested = json!({"x": n, "list": [n, k]});
        Item::from_value(Value::object([
            ("n", n.into()),
            ("k", k.into()),
            ("tags", tags),
            ("o", nested),
        ]))
    };
    vec![
        json(1.0, "a", json!(["x", "y"])),
        json(-2.5, "b", json!([])),
        json(3.0, "a", json!(["z", {"q": 1}])),
        json(0.0, "7", json!(["x"])),
    ]
}

/// Says whether it ran natively; panics when JavaScript has it otherwise.
#[track_caller]
fn both(source: &str) -> bool {
    let code = Code::new(source, false);
    let scope = Arc::new(Alone::scope(items(), TimeZone::UTC));
    let Some(mine) = code.natively(&scope, 0) else { return false };
    let theirs = SANDBOX.script_in_javascript(&code, &scope, None);
    let theirs = theirs.unwrap_or_else(|e| panic!("{source}\nnative {mine:?} but {e}"));
    let same = match (&mine, &theirs) {
        (None, None) => true,
        (Some(a), Some(b)) => alike(a, b),
        _ => false,
    };
    assert!(same, "{source}\nnative {mine:?}\nJavaScript {theirs:?}");
    true
}

#[test]
fn everyday_scripts_are_native() {
    for source in [
        "const out = [];\nfor (const item of $input.all()) {\n  const { n, k } = item.json;\n  out.push({ json: { n, key: k.toUpperCase().split(' ').join('-') } });\n}\nreturn out;",
        "return items.map(item => ({ json: { double: item.json.n * 2 } }));",
        "return items.map((item, i) => { const d = item.json; return { json: { i, k: d.k || 'none' } }; });",
        "const groups = {};\nfor (const { json } of items) {\n  groups[json.k] = groups[json.k] || [];\n  groups[json.k].push(json.n);\n}\nreturn Object.keys(groups).map(k => ({ json: { k, all: groups[k] } }));",
        "const by = {};\nfor (const item of items) {\n  if (!by[item.json.k]) by[item.json.k] = { n: 0, sum: 0 };\n  by[item.json.k].n++;\n  by[item.json.k].sum += item.json.n;\n}\nreturn Object.entries(by).map(([k, it]) => ({ json: { k, ...it } }));",
        "let total = 0;\nitems.forEach(item => { total += item.json.n; });\nreturn [{ json: { total } }];",
        "let text = '';\nfor (let i = 0; i < items.length; i++) {\n  if (i === 2) continue;\n  text += `${i}: ${items[i].json.k}\\n`;\n}\nreturn [{ json: { text } }];",
        "const first = $input.first().json;\nif (!first.tags || first.tags.length === 0) {\n  return [];\n}\nreturn first.tags.map(t => ({ json: { t } }));",
        "const rows = $input.all().filter(i => i.json.n > 0).map(i => i.json);\nreturn [{ json: { count: rows.length, rows } }];",
        "const row = {};\nrow.a = $json.n;\nrow['b'] = 2;\nreturn [{ json: row }];",
        "const all = [];\nfor (const item of items) for (const tag of item.json.tags) all.push(tag);\nreturn [{ json: { all: all.filter((t, i) => all.indexOf(t) === i) } }].slice(0, all.length > 99 ? 0 : 1);",
        "let i = 0;\nwhile (true) { if (i >= 3) break; i += 1; }\nreturn { i };",
        "return Array.from({ length: 3 }, (_, i) => ({ json: { i } }));",
        "const items = $input.all();\nconst n = items.reduce((sum, item) => sum + item.json.n, 0);\nreturn { json: { n } };",
    ] {
        let native = Code::new(source, false);
        let scope = Arc::new(Alone::scope(items(), TimeZone::UTC));
        let ran = native.natively(&scope, 0).is_some();
        // The one with a list of mixed tags is left: objects are the same or not by identity.
        assert!(ran || source.contains("indexOf"), "{source}\nis not native");
        both(source);
    }
}

#[test]
fn what_could_be_seen_to_change_is_left_to_javascript() {
    for source in [
        "const a = []; const b = a; a.push(1); return [b.length];",
        "const a = []; const b = [a]; a.push(1); return b;",
        "const g = {}; const a = []; for (const i of items) { g[i.json.k] = a; a.push(1); } return g;",
        "const g = { a: [] }; const b = g.a; g.a.push(1); return b;",
        "const g = { a: [] }; const b = Object.values(g); g.a.push(1); return b;",
        "const g = { a: $json.tags }; g.a.push(1); return $json.tags;",
        "const g = {}; g.o = $json.o; g.o.x = 9; return $json.o;",
        "const d = $json; d.n = 7; return $json;",
        "$json.n = 7; return $json;",
        "for (const item of items) { item.json.n = 1; } return items;",
        "const a = [1]; for (const x of a) { if (a.length < 5) a.push(x + 1); } return a;",
        "const a = [1, 2]; a.forEach((x, i) => { a[1] = 9; }); return a;",
        "return [items[0], 1];",
        "return items;",
        "return { all: [...items] };",
        "return JSON.stringify(items);",
        "const x = y; const y = 1; return x;",
        "const f = 1; { const g = f; const f = 2; return g; }",
        "const c = 1; c = 2; return c;",
        "return $input.all().concat([1]);",
        "return [items[0].json.n, items[9].json];",
        "const a = {}; a.a = a; return 1;",
        "return \"abc\".first();",
        "return [1].isEmpty();",
        "let a = {}; for (let i = 0; i < 20000; i++) a = { a }; return 1;",
        "let a = [[]]; for (let i = 0; i < 20000; i++) a[0] = [a[0]]; return 1;",
        "const n = Array.from({ length: 20000 }, (_, i) => i); return n.reduce((a, i) => [a], []).length;",
        "const a = {}; a.length = 3; a['push'] = 1; return a;",
    ] {
        both(source);
    }
}

/// Mostly what runs natively; now and then what must not.
fn expressions() -> impl Strategy<Value = String> {
    let tame = prop::sample::select(vec![
        "item.json.n",
        "item.json.k",
        "i",
        "total",
        "text",
        "out.length",
        "rows.length",
        "rows[0].json.k",
        "1",
        "-1",
        "'s'",
        "items[1].json.n",
        "$json.k",
        "$input.first().json.n",
        "Object.keys(groups).length",
        "deep.b.n",
        "deep.a.length",
        "(item.json.n > 0)",
        "(item.json.n + i)",
        "`<${item.json.k}>`",
        "item.json.k.toUpperCase()",
        "JSON.stringify(out)",
        "(item.json.n ? 'yes' : 'no')",
        "item.json.tags.length",
    ]);
    let lists = prop::sample::select(vec![
        "item.json.tags",
        "item.json.o",
        "item.json",
        "[]",
        "({})",
        "[1, 'b']",
        "({ k: i })",
        "({ ...item.json, z: 1 })",
        "[...item.json.tags, i]",
        "item.json.tags.map((x, j) => j)",
        "Object.keys(groups)",
        "out.slice(1)",
        "Object.entries(item.json.o)",
        "out[0]",
        "groups.a",
        "groups[item.json.k]",
    ]);
    let wild = prop::sample::select(vec![
        "last",
        "out",
        "groups",
        "deep",
        "null",
        "undefined",
        "Object.values(groups)",
        "groups[7]",
        "out[i]",
        "deep.a",
        "[out]",
        "({ p: groups })",
        "[groups[item.json.k]]",
        "[...out, last]",
        "({ ...groups })",
        "out.map(x => x)",
        "(out.length && last)",
        "(last ?? 0)",
        "(groups.a || 1)",
        "deep.b",
        "[deep.b]",
        "item",
        "items[0]",
        "rows",
    ]);
    prop_oneof![12 => tame, 5 => lists, 1 => wild].prop_map(str::to_owned)
}

fn statements() -> impl Strategy<Value = String> {
    let leaf = (expressions(), 0_usize..26).prop_map(|(e, which)| match which {
        0..=3 => format!("out.push({e});"),
        4 => format!("out[{e}] = 1;"),
        5 => format!("total += {e};"),
        6 => format!("text += {e};"),
        7 | 8 => format!("last = {e};"),
        9 => format!("groups[item.json.k] = {e};"),
        10 => format!("groups[{e}] = [];"),
        11 => "groups[item.json.k] = groups[item.json.k] || [];".to_owned(),
        12 => format!("groups[item.json.k].push({e});"),
        13 => "groups.a ??= [];".to_owned(),
        14 => format!("if (groups.a) groups.a.push({e});"),
        15 => format!("deep.b.n += {e};"),
        16 => format!("deep.a.push({e});"),
        17 => format!("deep.c = {e};"),
        18 => "deep.b.n++;".to_owned(),
        19 => format!("if ({e}) return [{e}, out];"),
        20 => format!("const {{ x, y }} = {e}; last = [x, y];"),
        21 => format!("const [p, q] = {e}; total = p;"),
        22 => format!("const own = []; own.push({e}); out.push(own);"),
        23 => format!("const own = {{}}; own.z = {e}; last = own;"),
        24 => "if (i > 1) continue;".to_owned(),
        _ => format!("if ({e}) break;"),
    });
    let block = move |inner: BoxedStrategy<String>| {
        prop::collection::vec(inner, 1..4).prop_map(|it| it.join("\n"))
    };
    let one = leaf.prop_map(|it| format!("{{ {it} }}")).boxed();
    let some = block(one.clone()).boxed();
    prop_oneof![
        some.clone(),
        (expressions(), some.clone(), some.clone())
            .prop_map(|(e, a, b)| format!("if ({e}) {{ {a} }} else {{ {b} }}")),
        some.clone().prop_map(|it| format!("for (const w of item.json.tags) {{ {it} }}")),
        some.prop_map(|it| format!(
            "item.json.tags.forEach((w, v) => {{ for (const u of [1]) {{ {it} }} }});"
        )),
    ]
}

fn scripts() -> impl Strategy<Value = String> {
    let head = "const rows = $input.all();\nconst out = [], groups = {};\nconst deep = { a: [], b: { n: 1 } };\nlet total = 0, text = '', last = null;\n";
    let body = prop::collection::vec(statements(), 1..3).prop_map(|it| it.join("\n"));
    (body, expressions(), 0..3).prop_map(move |(body, e, which)| {
        let looped = match which {
            0 => format!("let i = 0;\nfor (const item of rows) {{\n{body}\ni++;\n}}"),
            1 => format!("let i = 1;\nrows.forEach((item) => {{ for (const once of [0]) {{\n{body}\n}} }});"),
            _ => format!("for (let at = 0; at < rows.length; at++) {{\nconst item = items[at], i = at;\n{body}\n}}\nconst i = 0;"),
        };
        let e = e.replace("item.json", "items[1].json");
        format!("{head}{looped}\nreturn {{ total, text, last, groups, deep, out, e: [{e}] }};")
    })
}

#[test]
fn native_scripts_give_what_javascript_gives() {
    let mut runner = TestRunner::new(config(1_500));
    let (ran, all) = (Cell::new(0_u32), Cell::new(0_u32));
    let res = runner.run(&scripts(), |source| {
        all.set(all.get() + 1);
        ran.set(ran.get() + u32::from(both(&source)));
        Ok(())
    });
    res.unwrap_or_else(|e| panic!("{e}"));
    // Otherwise this would prove little.
    assert!(ran.get() * 10 > all.get(), "{} of {} ran natively", ran.get(), all.get());
}
