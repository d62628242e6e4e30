//! Cut off after each record of its journal, an execution ends as it would have without.

use super::*;

/// Runs it whole, then from every beginning of its journal.
async fn check(document: Workflow) {
    let world = World::default();
    let whole = Bench::new(document.clone(), &world);
    let expected = whole.run().await;
    let effects = world.0.lock().unwrap().clone();
    assert!(effects.values().all(|it| *it == 1), "{effects:?}");
    let records = whole.journal.0.lock().unwrap().clone();
    assert!(records.len() > 2);
    for cut in 1..records.len() {
        let world = World::default();
        let bench = Bench::new(document.clone(), &world);
        let actual = bench.resume(records[..cut].to_vec()).await;
        assert_eq!(actual, expected, "cut after record {cut} of {}", records.len());
        done_once(&records[..cut], &world, &effects);
    }
}

/// What was recorded as done is not done again; what was begun is done with the same key.
fn done_once(records: &[Record], world: &World, all: &BTreeMap<SmolStr, u32>) {
    let done = world.0.lock().unwrap();
    assert!(done.keys().all(|it| all.contains_key(it)), "a key that the whole run does not have");
    let recorded = records.iter().filter(|it| matches!(it, Record::EffectDone { .. })).count();
    assert_eq!(done.len() + recorded, all.len());
}

fn start() -> Node {
    node("Start", "trigger.manual", [0.0, 0.0], "{}")
}

#[tokio::test]
async fn effects_that_are_decided_one_by_one() {
    let nodes = vec![
        start(),
        node("Count", "test.countdown", [1.0, 0.0], r#"{"from": 4}"#),
        node("Again", "test.countdown", [2.0, 0.0], r#"{"from": 2}"#),
    ];
    check(workflow(Order::V1, nodes, "Start>Count Count>Again")).await;
}

#[tokio::test]
async fn waits_between_effects() {
    let nodes = vec![
        start(),
        node("Count", "test.countdown", [1.0, 0.0], r#"{"from": 1}"#),
        node("Wait", "flow.wait", [2.0, 0.0], r#"{"amount": 3, "unit": "hours"}"#),
        node("Again", "test.countdown", [3.0, 0.0], r#"{"from": 2}"#),
    ];
    check(workflow(Order::V1, nodes, "Start>Count Count>Wait Wait>Again")).await;
}

#[tokio::test]
async fn loops_and_merges_with_effects() {
    let nodes = vec![
        start(),
        node(
            "Make",
            "code.javascript",
            [1.0, 0.0],
            r#"{"code": "return [1, 2, 3, 4, 5].map(n => ({json: {n}}))"}"#,
        ),
        node("Loop", "flow.loop", [2.0, 0.0], r#"{"batchSize": 2}"#),
        node("Count", "test.countdown", [3.0, 1.0], r#"{"from": 2}"#),
        node("Other", "flow.no_op", [3.0, 5.0], "{}"),
        node("Merge", "flow.merge", [4.0, 0.0], "{}"),
        node("End", "test.countdown", [5.0, 0.0], r#"{"from": 1}"#),
    ];
    let wires = "Start>Make Make>Loop Loop.1>Count Count>Loop Loop>Merge Make>Other Other>Merge.1 Merge>End";
    for order in [Order::V0, Order::V1] {
        check(workflow(order, nodes.clone(), wires)).await;
    }
}

#[tokio::test]
async fn branches_at_once() {
    let nodes = vec![
        start(),
        node("A", "test.countdown", [1.0, 0.0], r#"{"from": 3}"#),
        node("B", "test.countdown", [1.0, 1.0], r#"{"from": 2}"#),
        node("Wait", "flow.wait", [2.0, 1.0], r#"{"amount": 3, "unit": "hours"}"#),
        node("Merge", "flow.merge", [3.0, 0.0], "{}"),
        node("End", "test.countdown", [4.0, 0.0], r#"{"from": 1}"#),
    ];
    let wires = "Start>A Start>B B>Wait A>Merge Wait>Merge.1 Merge>End";
    // The order in which branches end is not part of the promise here.
    let world = World::default();
    let document = workflow(Order::Parallel, nodes, wires);
    let whole = Bench::new(document.clone(), &world);
    let expected = whole.run().await;
    let effects = world.0.lock().unwrap().clone();
    let records = whole.journal.0.lock().unwrap().clone();
    for cut in 1..records.len() {
        let world = World::default();
        let actual = Bench::new(document.clone(), &world).resume(records[..cut].to_vec()).await;
        assert_eq!(actual.outputs, expected.outputs, "cut after record {cut}");
        done_once(&records[..cut], &world, &effects);
    }
}

#[tokio::test]
async fn a_failure_that_goes_on_and_one_that_does_not() {
    let mut soft = node("Soft", "flow.stop", [1.0, 0.0], r#"{"message": "soft"}"#);
    soft.on_error = model::workflow::OnError::Continue;
    let nodes = vec![
        start(),
        soft,
        node("Count", "test.countdown", [2.0, 0.0], r#"{"from": 2}"#),
        node("Hard", "flow.stop", [3.0, 0.0], r#"{"message": "hard"}"#),
    ];
    check(workflow(Order::V1, nodes, "Start>Soft Soft>Count Count>Hard")).await;
}

#[tokio::test]
async fn a_retried_execution_keeps_what_was_done() {
    let nodes = vec![
        start(),
        node("Count", "test.countdown", [1.0, 0.0], r#"{"from": 2}"#),
        node("Hard", "flow.stop", [2.0, 0.0], r#"{"message": "hard"}"#),
    ];
    let world = World::default();
    let bench = Bench::new(workflow(Order::V1, nodes, "Start>Count Count>Hard"), &world);
    assert_eq!(bench.run().await.error.as_deref(), Some("hard"));
    let mut records = bench.journal.0.lock().unwrap().clone();
    records.push(Record::Retried { at: bench.outside.now() });
    let again = bench.resume(records).await;
    assert_eq!(again.error.as_deref(), Some("hard"));
    assert_eq!(again.order, ["Start", "Count", "Hard"]);
    assert!(world.0.lock().unwrap().values().all(|it| *it == 1));
}
