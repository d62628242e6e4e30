//! What a hostile script cannot do.

use std::time::Duration;

use jiff::tz::TimeZone;
use model::{Item, Value, json};

use crate::Alone;
use crate::sandbox::{tests::with_extras, *};

fn tight() -> Sandbox {
    Sandbox::new(Limits {
        time_max: Duration::from_millis(300),
        code_time_max: Duration::from_millis(300),
        memory_bytes_max: 24 << 20,
        ..Limits::default()
    })
}

/// Time enough, also on a busy machine: something else must end it.
fn patient() -> Sandbox {
    Sandbox::new(Limits {
        code_time_max: Duration::from_secs(120),
        memory_bytes_max: 24 << 20,
        ..Limits::default()
    })
}

fn scope(workspace: &str) -> Arc<Scope> {
    let items = vec![Item::from_value(json!({"a": 1}))];
    Arc::new(Scope { workspace: workspace.into(), ..Alone::scope(items, TimeZone::UTC) })
}

fn run(sandbox: &Sandbox, code: &str) -> Result<Option<Value>, Error> {
    sandbox.run(&Code::new(code, false), &scope("w"), None)
}

/// The error of a script, after which the sandbox must serve as before.
#[track_caller]
fn ends(sandbox: &Sandbox, code: &str) -> Error {
    let error = run(sandbox, code).expect_err(code);
    assert_eq!(run(sandbox, "return 1 + 1").unwrap(), Some(json!(2)), "after {code}");
    error
}

#[test]
fn endless_work_ends_at_the_time_limit() {
    let sandbox = tight();
    for code in [
        "while (true) {}",
        "for (;;) { try { for (;;); } catch {} }",
        "/(a+)+$/.test('a'.repeat(40) + 'b')",
        "await new Promise(r => setTimeout(r, 1e9))",
        "for (;;) await 0",
        "[1, 2].sort(() => { for (;;); })",
        "new Proxy({}, {ownKeys() { for (;;); }}); return new Proxy({}, {ownKeys() { for (;;); }})",
        "return {toJSON() { for (;;); }}",
        "$getWorkflowStaticData('global').x = {toJSON() { for (;;); }}",
    ] {
        let error = ends(&sandbox, code);
        assert_eq!(error.kind, Kind::TimeLimit, "{code}: {error}");
        assert!(error.message.contains("time limit of 300 ms"), "{error}");
    }
}

#[test]
fn a_promise_that_nothing_settles_is_an_error() {
    let error = ends(&tight(), "await new Promise(() => {})");
    assert!(error.message.contains("nothing settles"), "{error}");
}

#[test]
fn endless_memory_ends_at_the_memory_limit() {
    let sandbox = patient();
    for code in [
        "const a = []; for (;;) a.push('x'.repeat(1000) + a.length)",
        "let s = 'x'; for (;;) s += s",
        "return new Array(1e8).fill({})",
        "return new Uint8Array(1e9)",
        "return 'x'.repeat(2 ** 29)",
    ] {
        let error = ends(&sandbox, code);
        assert_eq!(error.kind, Kind::MemoryLimit, "{code}: {error:?}");
        assert!(error.message.contains("memory limit of 24 MiB"), "{error}");
    }
}

#[test]
fn endless_recursion_ends_at_the_stack_limit() {
    let sandbox = patient();
    for code in [
        "const f = () => f() + 1; return f()",
        "const o = {get x() { return this.x }}; return o.x",
        "const a = []; a[0] = a; return a.flat(Infinity)",
        "let p = {}; for (let i = 0; i < 2e4; i++) p = new Proxy(p, {}); return p.x",
        "return JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))",
        "return new RegExp('(?:'.repeat(1e5) + ')'.repeat(1e5)).test('')",
    ] {
        let error = ends(&sandbox, code);
        assert_eq!(error.kind, Kind::StackLimit, "{code}: {error:?}");
    }
    ends(&sandbox, "const a = {}; a.a = a; return a");
    ends(&sandbox, "let a = {}; for (let i = 0; i < 1e5; i++) a = {a}; return a");
}

#[test]
fn the_host_is_out_of_reach() {
    let sandbox = tight();
    for name in [
        "fetch",
        "XMLHttpRequest",
        "Deno",
        "Bun",
        "module",
        "exports",
        "eval",
        "WebAssembly",
        "std",
        "os",
    ] {
        let found = run(&sandbox, &format!("return typeof {name}")).unwrap();
        assert_eq!(found, Some(json!("undefined")), "{name}");
    }
    for code in [
        "require('fs')",
        "require('child_process')",
        "await import('fs')",
        "await import('prelude')",
        "process.exit(1)",
        "process.binding('fs')",
    ] {
        ends(&sandbox, code);
    }
    // Code from text runs, but in the same cell.
    let found =
        run(&sandbox, "return (() => {}).constructor('return typeof fetch + typeof require')()");
    assert_ne!(found.ok().flatten(), Some(json!("functionfunction")));
}

#[test]
fn expressions_cannot_name_the_way_out() {
    let sandbox = tight();
    let evaluate = |code: &str| sandbox.evaluate(&Template::parse(code), &scope("w"), 0);
    for code in [
        "{{ (() => {}).constructor('return 1')() }}",
        "{{ $json['const' + 'ructor'] }}",
        "{{ $json.__proto__.x = 1 }}",
        "{{ $json['__pro' + 'to__'] }}",
        "{{ (({constructor}) => constructor)($json) }}",
        "{{ Object.getPrototypeOf($json) }}",
    ] {
        let error = evaluate(code).unwrap_err();
        assert_eq!(error.kind, Kind::Blocked, "{code}: {error}");
    }
    for code in [
        "{{ globalThis }}",
        "{{ process.env }}",
        "{{ fetch('x') }}",
        "{{ Function('return 1')() }}",
        "{{ Reflect.x }}",
    ] {
        assert_eq!(evaluate(code).unwrap(), None, "{code}");
    }
}

#[test]
fn a_script_leaves_no_trap_for_the_next() {
    let sandbox = with_extras();
    let traps = [
        "Array.prototype.map = () => 'trap'",
        "Object.prototype.trap = 1",
        "Object.defineProperty(Object.prototype, 'toJSON', {value: () => 'trap'})",
        "globalThis.JSON = {}",
        "JSON.stringify = () => 'trap'",
        "Promise.prototype.then = () => 'trap'",
        "String.prototype.trim = () => 'trap'",
        "Date.now = () => 0",
        "Math.max = () => 'trap'",
        "$input.all = () => 'trap'",
        "(async () => {}).constructor.prototype.trap = 1",
        "Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())).trap = 1",
        "console.log = () => { throw 1 }; URL.prototype.trap = 1; Buffer.from = 1",
        "Object.prototype.toString = () => 'trap'",
        "Error.prototype.message = 'trap'",
        "Object.setPrototypeOf(Object.prototype, {trap: 1})",
        "Object.prototype.__defineGetter__('trap', () => 1)",
        "setTimeout(() => { globalThis.trap = 1 }, 0)",
        "RegExp.prototype[Symbol.replace] = () => 'trap'; RegExp.prototype.exec = () => 'trap'",
        "Symbol.trap = 1; new Intl.Collator().constructor.prototype.trap = 1",
    ];
    for trap in traps {
        _ = run(&sandbox, trap);
    }
    let code = r#"
        return [[1].map(x => x), ({}).trap, JSON.stringify({a: 1}), " a ".trim(), Date.now() > 0,
            Math.max(1, 2), Array.isArray($input.all()), (async () => {}).trap, [][Symbol.iterator]().trap,
            typeof console.log("x"), new URL("https://a.example").trap, Buffer.from("a").length, `${{}}`,
            new Error("m").message, typeof trap, "aa".replace(/a/, "b"), await Promise.resolve(5)]"#;
    let expected = json!([
        [1],
        null,
        "{\"a\":1}",
        "a",
        true,
        2,
        true,
        null,
        null,
        "undefined",
        null,
        1,
        "[object Object]",
        "m",
        "undefined",
        "ba",
        5
    ]);
    assert_eq!(run(&sandbox, code).unwrap(), Some(expected));
}

#[test]
fn frozen_prototypes_do_not_forbid_own_properties() {
    let code = r#"
        class Mine extends Error { constructor(m) { super(m); this.name = "Mine"; } }
        const o = {}; o.toString = () => "own"; o.constructor = 1; o.valueOf = () => 7;
        const e = new TypeError("a"); e.message = "b";
        function F() {} F.prototype.toString = () => "f"; F.toString = () => "g";
        const p = Object.create(Array.prototype); p.extra = 1;
        return [new Mine("x").name, `${o}`, o.constructor, +o, e.message, `${new F()}`, `${F}`, Object.keys(o)]"#;
    let expected =
        json!(["Mine", "own", 1, 7, "b", "f", "g", ["toString", "constructor", "valueOf"]]);
    assert_eq!(run(&tight(), code).unwrap(), Some(expected));
}

#[test]
fn workspaces_share_no_context() {
    let sandbox = tight();
    let code = Code::new("return new Date(0)", false);
    sandbox.run(&code, &scope("a"), None).unwrap();
    sandbox.run(&code, &scope("b"), None).unwrap();
    let idle = sandbox.shared.idle.lock().unwrap();
    assert_eq!(idle.len(), 2);
    assert!(idle.iter().any(|it| it.0 == "a") && idle.iter().any(|it| it.0 == "b"));
}

#[test]
fn contexts_at_rest_are_bounded() {
    let sandbox = Sandbox::new(Limits { idle_max: 2, ..Limits::default() });
    for workspace in ["a", "b", "c"] {
        sandbox.run(&Code::new("return new Date(0)", false), &scope(workspace), None).unwrap();
    }
    let idle = sandbox.shared.idle.lock().unwrap();
    assert_eq!(idle.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["b", "c"]);
}

#[test]
fn loops_within_the_engine_end_soon() {
    let sandbox = tight();
    for code in [
        "return new Array(2 ** 32 - 1).join('')",
        "return [].concat(new Array(2 ** 32 - 1)).length",
        "return [[new Array(2 ** 32 - 1)]].flat(Infinity)",
        "return String(new Array(2 ** 32 - 1))",
        "return Array.prototype.reverse.call({length: 2 ** 53 - 1})",
        "return new Array(2 ** 32 - 1).sort()",
        "return 'a'.repeat(1e6).indexOf('a'.repeat(5e5) + 'b')",
        "return new Array(2 ** 32 - 1)",
        "const s = 'x'.repeat(1e6); return Array(1e5).fill(s)",
    ] {
        ends(&sandbox, code);
    }
    let code = "return [[1, [2, [3]]].flat(), [3, 1, 2].sort().join(), [1].concat([2], 3), 'abc'.indexOf('c'), 'a-b'.split('-')]";
    let expected = json!([[1, 2, [3]], "1,2,3", [1, 2, 3], 2, ["a", "b"]]);
    assert_eq!(run(&sandbox, code).unwrap(), Some(expected));
}
