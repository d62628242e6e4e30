//! What names of other nodes and of the step stand for.

use std::sync::Mutex;

use jiff::tz::TimeZone;
use model::{
    Item, Items, Map, Value,
    item::{Binary, Blob},
    json,
};

use crate::{
    Alone, World,
    sandbox::*,
    scope::{ExecutionFacts, NodeFacts, Previous, Resume, WorkflowFacts},
};

/// Node 0 `Webhook` ran twice, node 1 `Idle` never, node 2 `Switch` has its items on port 1.
#[derive(Default)]
struct Table {
    kept: Mutex<Vec<String>>,
    asked: Mutex<Vec<String>>,
    /// Nobody waits for the step any more.
    is_stopped: bool,
}

fn rows(values: impl IntoIterator<Item = i32>) -> Items {
    values.into_iter().map(|it| Item::from_value(json!({"n": it}))).collect()
}

impl World for Table {
    fn node(&self, name: &str) -> Option<usize> {
        ["Webhook", "Idle", "Switch"].iter().position(|it| *it == name)
    }
    fn runs(&self, node: usize) -> usize {
        [2, 0, 1][node]
    }
    fn output(&self, node: usize, run: usize, port: usize) -> Option<Items> {
        self.asked.lock().unwrap().push(format!("{node} {run} {port}"));
        match (node, run, port) {
            (0, 0, 0) => Some(rows([10, 11])),
            (0, 1, 0) => Some(rows([20, 21, 22])),
            (2, 0, 1) => Some(rows([5])),
            _ => None,
        }
    }
    fn wired_output(&self, node: usize) -> usize {
        usize::from(node == 2)
    }
    fn paired(&self, node: usize, item: usize) -> Result<Item, String> {
        match node {
            0 => Ok(Item::from_value(json!({"paired": item}))),
            _ => Err("no lineage".to_owned()),
        }
    }
    fn resume(&self) -> Resume {
        Resume { url: "http://r".into(), form_url: "http://f".into() }
    }
    fn parameters(&self, _: usize) -> Value {
        json!({"path": "hook", "at": "={{ $json.a }}"})
    }
    fn context(&self, _: usize) -> Value {
        json!({"noItemsLeft": true})
    }
    fn static_data(&self, node: bool) -> Value {
        json!({"own": node})
    }
    fn keep_static_data(&self, node: bool, value: Value) {
        self.kept.lock().unwrap().push(format!("{node} {value:?}"));
    }
    fn custom_data(&self) -> Value {
        json!({"k": "v"})
    }
    fn keep_custom_data(&self, key: &str, value: Value) {
        self.kept.lock().unwrap().push(format!("{key} {value:?}"));
    }
    fn log(&self, line: String) {
        self.kept.lock().unwrap().push(line);
    }
    fn is_stopped(&self) -> bool {
        self.is_stopped
    }
    fn blob(&self, _: &Blob) -> Result<Arc<[u8]>, String> {
        Ok(b"stored".as_slice().into())
    }
}

fn step(world: Arc<Table>) -> Arc<Scope> {
    let mut first = Item::from_value(json!({"a": 1}));
    let file = |data: Blob| Binary {
        data,
        mime_type: "text/plain".into(),
        file_name: Some("f.txt".into()),
        file_extension: None,
        directory: None,
    };
    first.binary = Some(Arc::new(
        [
            ("data".into(), file(Blob::Inline(b"hi".as_slice().into()))),
            ("big".into(), file(Blob::Stored { id: "b1".into(), bytes: 2048 })),
        ]
        .into(),
    ));
    let items = vec![first, Item::from_value(json!({"a": 2}))];
    Arc::new(Scope {
        workflow: WorkflowFacts { id: "w1".into(), name: "Flow".into(), active: true },
        execution: ExecutionFacts { id: "e1".into(), mode: "production".into() },
        node: NodeFacts {
            id: "n1".into(),
            name: "Here".into(),
            version: 2.0,
            parameters: json!({
                "p": 1,
                "e": "={{ $json.a + 1 }}",
                "rl": {"__rl": true, "mode": "id", "value": "=x{{ $json.a }}"},
                "deep": {"e": "={{ 1 }}"},
                "by": "={{ $parameter.e + 1 }}",
            }),
            ..NodeFacts::default()
        },
        run_index: 3,
        previous: Some(Previous { node: "Webhook".into(), output: 1, run: 2 }),
        vars: Arc::new(Map::from_iter([("v", json!("x"))])),
        extra: vec![("$response".into(), json!({"status": 200}))],
        world,
        ..Alone::scope(items, TimeZone::UTC)
    })
}

#[test]
fn names_give_what_the_step_knows() {
    let sandbox = Sandbox::default();
    let scope = step(Arc::default());
    for (code, expected) in [
        ("$('Webhook').first().json.n", json!(20)),
        ("$('Webhook').last().json", json!({"n": 22})),
        ("$('Webhook').first(0, 0).json.n", json!(10)),
        ("$('Webhook').all().length", json!(3)),
        ("$('Webhook').all(0, 0).map(it => it.json.n)", json!([10, 11])),
        ("$('Webhook').item.json.paired", json!(1)),
        ("$('Webhook').itemMatching(0).json.paired", json!(0)),
        ("$('Webhook').pairedItem(0).json.paired", json!(0)),
        ("$('Webhook').isExecuted", json!(true)),
        ("$('Idle').isExecuted", json!(false)),
        ("$('Webhook').params.path", json!("hook")),
        ("$('Webhook').context.noItemsLeft", json!(true)),
        ("$('Switch').first().json.n", json!(5)),
        ("$node['Webhook'].json.n", json!(21)),
        ("$node.Webhook.json['n']", json!(21)),
        ("$node['Webhook'].runIndex", json!(1)),
        ("$items('Webhook').length", json!(3)),
        ("$items()[0].json.a", json!(1)),
        ("$item(0).$json.a", json!(1)),
        ("$item(0).$node['Webhook'].json.n", json!(20)),
        ("$json.a", json!(2)),
        ("$input.item.json.a", json!(2)),
        ("$input.first().json.a", json!(1)),
        ("$input.last().json.a", json!(2)),
        ("$input.all().map(it => it.pairedItem.item)", json!([0, 1])),
        ("$input.params.path", json!("hook")),
        ("$input.first().binary.data.fileName", json!("f.txt")),
        ("$input.first().binary.big.fileSize", json!("2 kB")),
        ("$binary", json!({})),
        ("$prevNode", json!({"name": "Webhook", "outputIndex": 1, "runIndex": 2})),
        ("$workflow", json!({"id": "w1", "name": "Flow", "active": true})),
        ("$execution.id + $execution.mode + $execution.resumeUrl", json!("e1productionhttp://r")),
        ("$execution.resumeFormUrl", json!("http://f")),
        ("$execution.customData.get('k')", json!("v")),
        ("[$runIndex, $itemIndex, $position]", json!([3, 1, 1])),
        ("$vars.v", json!("x")),
        ("$parameter.p", json!(1)),
        ("$parameter.e", json!(3)),
        ("$parameter['rl']", json!("x2")),
        ("$parameter.by", json!(4)),
        ("$parameter.nothing ?? 'none'", json!("none")),
        // Only what is looked at itself is evaluated.
        ("$parameter.deep.e", json!("={{ 1 }}")),
        ("JSON.parse(JSON.stringify($parameter)).e", json!("={{ $json.a + 1 }}")),
        ("$rawParameter.e", json!("={{ $json.a + 1 }}")),
        ("$node['Webhook'].parameter.at", json!(2)),
        ("$node['Webhook'].parameter.path", json!("hook")),
        ("$('Webhook').params.at", json!("={{ $json.a }}")),
        ("$nodeVersion", json!(2)),
        ("$response.status", json!(200)),
        ("$if(1 > 2, 'a', 'b') + $ifEmpty([], 'c') + $min(3, 2) + $max(3, 2)", json!("bc23")),
        ("$fromAI('a', 'what', 'number', 5)", json!(2)),
        ("$fromAI('other', 'what', 'number', 5)", json!(5)),
        ("$evaluateExpression('{{ $json.a + 1 \\}}')", json!(3)),
    ] {
        let template = Template::parse(&format!("{{{{ {code} }}}}"));
        assert_eq!(
            sandbox.evaluate(&template, &scope, 1).unwrap(),
            Some(expected.clone()),
            "{code}"
        );
        // The same by JavaScript alone.
        if let [Part::Segment(it)] = template.parts() {
            assert_eq!(sandbox.in_javascript(it, &scope, 1).unwrap(), Some(expected), "{code}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_name_is_said() {
    let sandbox = Sandbox::default();
    let scope = step(Arc::default());
    for (code, expected) in [
        ("$('Nobody').item.json.x", "Referenced node doesn't exist: 'Nobody'"),
        ("$('Idle').first().json.x", "Node 'Idle' hasn't been executed"),
        ("$node['Idle'].json.x", "Node 'Idle' hasn't been executed"),
        ("$('Switch').item.json.x", "no lineage"),
        (
            "$item(1).$node['Switch'].json.n",
            "\"Switch\" node has 1 item(s) but you're trying to access item 1",
        ),
        ("$env.HOME", "access to env vars denied"),
    ] {
        let template = Template::parse(&format!("{{{{ {code} }}}}"));
        assert_eq!(sandbox.evaluate(&template, &scope, 0).unwrap_err().message, expected, "{code}");
    }
}

#[test]
fn scripts_read_files_and_keep_data() {
    let sandbox = Sandbox::default();
    let world: Arc<Table> = Arc::default();
    let scope = step(world.clone());
    let code = r#"
        const data = $getWorkflowStaticData("global");
        data.count = (data.count ?? 0) + 1;
        getWorkflowStaticData("node");
        $execution.customData.set("who", 5);
        console.log("seen", {a: 1});
        const small = await this.helpers.getBinaryDataBuffer(0, "data");
        const big = await this.helpers.getBinaryDataBuffer(0, "big");
        return [small.toString(), big.toString(), $json.a, items.length]"#;
    let found = sandbox.run(&Code::new(code, false), &scope, None).unwrap();
    assert_eq!(found, Some(json!(["hi", "stored", 1, 2])));
    let kept = world.kept.lock().unwrap();
    assert_eq!(*kept, ["who \"5\"", "seen {\"a\":1}", "false {\"own\":false,\"count\":1}"]);
}

#[test]
fn a_failed_script_keeps_no_static_data() {
    let world: Arc<Table> = Arc::default();
    let code = Code::new("$getWorkflowStaticData('global').x = 1; throw new Error('no')", false);
    let error = Sandbox::default().run(&code, &step(world.clone()), None).unwrap_err();
    assert_eq!((error.message.as_str(), world.kept.lock().unwrap().len()), ("no", 0));
}

#[test]
fn a_script_for_one_item_reads_that_item_alone() {
    let sandbox = Sandbox::default();
    let scope = step(Arc::default());
    let code = Code::new(
        "$json.b = $json.a * 2; return {json: $input.item.json, first: $input.first().json.a}",
        true,
    );
    let found = sandbox.run(&code, &scope, Some(1)).unwrap();
    assert_eq!(found, Some(json!({"json": {"a": 2, "b": 4}, "first": 1})));
}

#[test]
fn what_nobody_waits_for_ends_at_once() {
    let sandbox = Sandbox::new(Limits {
        time_max: Duration::from_secs(600),
        code_time_max: Duration::from_secs(600),
        ..Limits::default()
    });
    let scope = step(Arc::new(Table { is_stopped: true, ..Table::default() }));
    for code in [
        "while (true) {}",
        "try { for (;;); } catch {} for (;;);",
        "for (;;) await 0",
        "await new Promise(r => setTimeout(r, 500000))",
    ] {
        let error = sandbox.run(&Code::new(code, false), &scope, None).expect_err(code);
        assert_eq!(error.kind, Kind::Stopped, "{code}: {error}");
    }
    let endless = Template::parse("{{ (() => { while (true) {} })() }}");
    let error = sandbox.evaluate(&endless, &scope, 0).unwrap_err();
    assert_eq!(error.kind, Kind::Stopped);
    let waited_for = step(Arc::default());
    let after = sandbox.run(&Code::new("return 1 + $json.a", false), &waited_for, None);
    assert_eq!(after.unwrap(), Some(json!(2)));
}
