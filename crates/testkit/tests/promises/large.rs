//! Items beyond the memory of an execution leave it, and are there after a restart.

use model::{execution::Status, json};
use testkit::{
    each_database, face,
    stage::{code, node, webhook, workflow},
};

each_database! {
    async fn items_that_left_memory_are_there_after_a_restart(stage: &Stage) {
        let options = || engine::Options { memory_bytes_max: 100_000, ..face::options() };
        let actors = stage.open_with(options()).await;
        let make = "return [...Array(5000).keys()].map(n => ({json: {n, fill: 'x'.repeat(1000)}}))";
        let set = json!({"include": "all", "fields": [{"name": "m", "type": "number", "value": "={{ $json.n + 1 }}"}]});
        let nodes = vec![
            webhook("start"),
            code("Make", make),
            node("Set", "data.set", set.clone()),
            node("Nap", "test.nap", json!({"ms": 300})),
            node("Again", "data.set", set),
            code("Sum", "return [{json: {sum: $input.all().reduce((s, it) => s + it.json.m, 0), first: $('Make').first().json.n, last: $('Set').last().json.m}}]"),
        ];
        let wires = "Webhook>Make Make>Set Set>Nap Nap>Again Again>Sum";
        actors.publish(workflow("large", nodes, wires)).await;
        let id = actors.begin("start", "{}").await;
        actors.sleeps(id).await;
        let files = walk(&stage.home.data.join("files"));
        assert!(files > 0, "nothing left memory");
        actors.close().await;
        let actors = stage.open_with(options()).await;
        let end = actors.ends(id).await;
        assert_eq!((end.status, end.error_message), (Status::Success, None));
        let sum = (1..=5000).sum::<u64>();
        assert_eq!(actors.output(id, "Sum").await, format!(r#"[{{"sum":{sum},"first":0,"last":5000}}]"#));
        actors.close().await;
    }
}

/// How many files lie in a folder and below.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    entries.map(|it| if it.is_dir() { walk(&it) } else { 1 }).sum()
}
