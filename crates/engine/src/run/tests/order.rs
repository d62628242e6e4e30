//! In which order nodes run.

use super::*;

async fn order(order: Order, nodes: Vec<Node>, connections: &str) -> Vec<String> {
    let bench = Bench::new(workflow(order, nodes, connections), &World::default());
    let outcomes = bench.run().await;
    assert_eq!(outcomes.status, Status::Success, "{:?}", outcomes.error);
    outcomes.order.iter().map(|it| it.to_string()).collect()
}

fn start() -> Node {
    node("Start", "trigger.manual", [0.0, 0.0], "{}")
}

fn plain(name: &str, x: f64, y: f64) -> Node {
    node(name, "flow.no_op", [x, y], "{}")
}

/// Two branches of two nodes each; the upper one is wired last.
fn two_branches() -> (Vec<Node>, &'static str) {
    let nodes = vec![
        start(),
        plain("Low", 1.0, 9.0),
        plain("LowEnd", 2.0, 9.0),
        plain("High", 1.0, 1.0),
        plain("HighEnd", 2.0, 1.0),
    ];
    (nodes, "Start>Low Start>High Low>LowEnd High>HighEnd")
}

#[tokio::test]
async fn v1_ends_the_topmost_branch_first() {
    let (nodes, wires) = two_branches();
    let expected = ["Start", "High", "HighEnd", "Low", "LowEnd"];
    assert_eq!(order(Order::V1, nodes, wires).await, expected);
}

#[tokio::test]
async fn v1_takes_the_leftmost_of_two_at_one_height() {
    let nodes = vec![start(), plain("Right", 5.0, 1.0), plain("Left", 1.0, 1.0)];
    assert_eq!(order(Order::V1, nodes, "Start>Right Start>Left").await, ["Start", "Left", "Right"]);
}

#[tokio::test]
async fn v0_takes_the_first_of_each_branch_then_the_second() {
    let (nodes, wires) = two_branches();
    let expected = ["Start", "Low", "High", "LowEnd", "HighEnd"];
    assert_eq!(order(Order::V0, nodes, wires).await, expected);
}

#[tokio::test]
async fn a_merge_waits_for_all_its_inputs() {
    let nodes = vec![
        start(),
        plain("A", 1.0, 1.0),
        plain("B", 1.0, 2.0),
        plain("Slow", 2.0, 2.0),
        node("Merge", "flow.merge", [3.0, 1.0], "{}"),
        plain("End", 4.0, 1.0),
    ];
    let wires = "Start>A Start>B A>Merge B>Slow Slow>Merge.1 Merge>End";
    for kind in [Order::V0, Order::V1, Order::Parallel] {
        let order = order(kind, nodes.clone(), wires).await;
        let at = |name: &str| order.iter().position(|it| it == name).unwrap();
        assert!(at("Merge") > at("A") && at("Merge") > at("Slow"), "{kind:?}: {order:?}");
        assert_eq!(order.iter().filter(|it| *it == "Merge").count(), 1);
        assert_eq!(order.last().map(String::as_str), Some("End"));
    }
}

#[tokio::test]
async fn a_merge_runs_with_what_it_has_when_a_branch_gives_nothing() {
    let nodes = vec![
        start(),
        plain("A", 1.0, 1.0),
        node("Never", "data.limit", [1.0, 2.0], r#"{"itemsMax": 1}"#),
        node("Filter", "data.filter", [2.0, 2.0], CONDITION),
        node("Merge", "flow.merge", [3.0, 1.0], "{}"),
    ];
    let wires = "Start>A Start>Never Never>Filter A>Merge Filter>Merge.1";
    for kind in [Order::V1, Order::Parallel] {
        let order = order(kind, nodes.clone(), wires).await;
        assert_eq!(order.last().map(String::as_str), Some("Merge"), "{kind:?}: {order:?}");
    }
}

/// Nothing fits it.
const CONDITION: &str = r#"{"conditions": {"combine": "and", "rows": [
    {"left": "a", "right": "b", "type": "string", "operation": "equals"}]}}"#;

#[tokio::test]
async fn a_branch_without_items_does_not_run() {
    let nodes = vec![
        start(),
        node("If", "flow.if", [1.0, 0.0], CONDITION),
        plain("Yes", 2.0, 0.0),
        plain("No", 2.0, 1.0),
    ];
    assert_eq!(order(Order::V1, nodes, "Start>If If>Yes If.1>No").await, ["Start", "If", "No"]);
}

#[tokio::test]
async fn a_disabled_node_passes_its_input_on() {
    let mut off = node("Off", "flow.stop", [1.0, 0.0], r#"{"message": "no"}"#);
    off.disabled = true;
    let nodes = vec![start(), off, plain("End", 2.0, 0.0)];
    assert_eq!(order(Order::V1, nodes, "Start>Off Off>End").await, ["Start", "Off", "End"]);
}

#[tokio::test]
async fn a_circle_without_an_end_is_ended() {
    let nodes = vec![start(), plain("A", 1.0, 1.0), plain("B", 2.0, 1.0)];
    for order in [Order::V0, Order::V1] {
        let bench =
            Bench::new(workflow(order, nodes.clone(), "Start>A A>B B>A"), &World::default());
        let outcomes = bench.run().await;
        assert_eq!(outcomes.status, Status::Error);
        let error = outcomes.error.unwrap();
        assert!(error.contains("ran 2000 times"), "{error}");
    }
}
