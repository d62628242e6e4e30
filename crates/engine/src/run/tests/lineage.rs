//! `$('x').item` through everything that moves items.

use super::*;

#[tokio::test]
async fn an_item_finds_its_ancestor_through_filters_and_lists() {
    let nodes = vec![
        node("Start", "trigger.manual", [0.0, 0.0], "{}"),
        node(
            "Make",
            "code.javascript",
            [1.0, 0.0],
            r#"{"code": "return [1, 2, 3].map(n => ({json: {n}}))"}"#,
        ),
        node(
            "Sort",
            "data.sort",
            [2.0, 0.0],
            r#"{"fields": [{"name": "n", "order": "descending"}]}"#,
        ),
        node("Limit", "data.limit", [3.0, 0.0], r#"{"itemsMax": 2}"#),
        node(
            "Back",
            "data.set",
            [4.0, 0.0],
            r#"{"fields": [{"name": "was", "type": "number", "value": "={{ $('Make').item.json.n }}"}]}"#,
        ),
    ];
    let document = workflow(Order::V1, nodes, "Start>Make Make>Sort Sort>Limit Limit>Back");
    let outcomes = Bench::new(document, &World::default()).run().await;
    assert_eq!(outcomes.error, None);
    let last = &outcomes.outputs[&("Back".into(), 0)][0];
    let was: Vec<Value> =
        last.iter().map(|it| it.unwrap().json.get("was").unwrap().clone()).collect();
    let made: Vec<Value> = outcomes.outputs[&("Limit".into(), 0)][0]
        .iter()
        .map(|it| it.unwrap().json.get("n").unwrap().clone())
        .collect();
    assert_eq!(was, made);
}
