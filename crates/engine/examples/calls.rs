//! How many webhook calls per second the engine takes without HTTP in front of it.
//!
//! `cargo run --release -p engine --example calls -- WORKFLOW.json BODY.json [seconds] [at once]`

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use engine::{
    Actor, Engine, Options,
    webhooks::{Address, Incoming, Whose},
};
use sdk::trigger::Request;
use store::{MasterKey, Store, files::Folder};

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&words[1]).expect("a load test may stop at any trouble");
    let body = Bytes::from(std::fs::read(&words[2]).expect("a load test may stop at any trouble"));
    let number = |at: usize, default: u64| {
        words.get(at).map_or(default, |it| it.parse().expect("a load test may stop at any trouble"))
    };
    let (seconds, at_once) = (number(3, 5), number(4, 50));

    let data = tempfile::tempdir().expect("a load test may stop at any trouble");
    let key = MasterKey::from_file(&data.path().join("key"))
        .expect("a load test may stop at any trouble");
    let options = store::Options { url: std::env::var("URL").ok(), data: data.path().to_owned() };
    let store = Store::open(&options, key).await.expect("a load test may stop at any trouble");
    let files = Arc::new(
        Folder::open(&data.path().join("files")).expect("a load test may stop at any trouble"),
    );
    let (nodes, kinds) = (Arc::new(nodes::all()), Arc::new(nodes::credentials()));
    let mut wish = Options::default();
    wish.http.allow_private = true;
    let engine = Engine::open(store.clone(), files, nodes, kinds, wish)
        .await
        .expect("a load test may stop at any trouble");
    let actor = Actor::system(engine.default_workspace());
    let added = engine.import(&actor, &text).await.expect("a load test may stop at any trouble");
    engine
        .publish(&actor, added[0].id, None, "")
        .await
        .expect("a load test may stop at any trouble");
    let found =
        store.webhook_routes().await.expect("a load test may stop at any trouble").remove(0);

    let until = Instant::now() + Duration::from_secs(seconds);
    let took: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let callers = (0..at_once).map(|_| {
        let (engine, body, took, found) =
            (engine.clone(), body.clone(), took.clone(), found.clone());
        tokio::spawn(async move {
            while Instant::now() < until {
                let clock = Instant::now();
                let headers = [("content-type".into(), "application/json".to_owned())];
                let request = Request {
                    method: found.methods[0].clone(),
                    path: found.path.to_string(),
                    url: format!("http://localhost/webhook/{}", found.path),
                    headers: headers.into(),
                    query: Default::default(),
                    params: Default::default(),
                    body: body.clone(),
                    parts: vec![],
                    remote: None,
                    test: false,
                };
                let address = Address { workspace: None, whose: Whose::Published };
                match engine
                    .receive(address, request)
                    .await
                    .expect("a load test may stop at any trouble")
                {
                    Incoming::Answered(..) => {}
                    Incoming::Later(pending) => {
                        drop(pending.answer().await.expect("a load test may stop at any trouble"))
                    }
                }
                took.lock().expect("a load test may stop at any trouble").push(clock.elapsed());
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.expect("a load test may stop at any trouble");
    }
    let mut took = std::mem::take(&mut *took.lock().expect("a load test may stop at any trouble"));
    took.sort();
    let per_second = took.len() as u64 / seconds;
    println!(
        "{per_second} per second, p50 {:?}, p99 {:?}",
        took[took.len() / 2],
        took[took.len() * 99 / 100]
    );
    let drained = Instant::now();
    while engine.load() != (0, 0) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("drained in {:?}", drained.elapsed());
    engine.close().await;
    store.close().await;
}
