//! Carries what processes tell one another over a channel of Redis. While Redis is away, nobody waits
//! for it: messages are dropped, which costs moments.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use engine::{Engine, relay::Relay};
use futures::StreamExt as _;
use model::id::WorkspaceId;
use redis::{AsyncCommands as _, Client, aio::ConnectionManager};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinHandle,
};

/// How many messages, and how many bytes of them, wait until Redis takes them.
const MESSAGES_MAX: usize = 10_000;
const BYTES_MAX: usize = 64 << 20;
/// How long one that is away is left alone.
const REST: Duration = Duration::from_secs(1);

/// See the module.
pub(super) struct Line {
    client: Client,
    channel: String,
    waiting: Receiver<Message>,
    room: Arc<AtomicUsize>,
}

type Message = tokio_util::bytes::Bytes;

struct Outbox {
    sender: Sender<Message>,
    /// How many bytes more may wait.
    room: Arc<AtomicUsize>,
}

impl Relay for Outbox {
    fn send(&self, message: Message) {
        let n = message.len();
        let take = |room: usize| room.checked_sub(n);
        let had_room = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        if had_room && self.sender.try_send(message).is_err() {
            self.room.fetch_add(n, Ordering::Relaxed);
        }
    }
}

/// Processes on one database hear one another: its default workspace names their channel.
pub(super) fn line(client: Client, default: WorkspaceId) -> (Arc<dyn Relay>, Line) {
    let (sender, waiting) = channel(MESSAGES_MAX);
    let room = Arc::new(AtomicUsize::new(BYTES_MAX));
    let outbox = Outbox { sender, room: room.clone() };
    (Arc::new(outbox), Line { client, channel: format!("tailorbird:{default}"), waiting, room })
}

/// The tasks of a line; they end when it is dropped.
pub(super) struct Running([JoinHandle<()>; 2]);

impl Drop for Running {
    fn drop(&mut self) {
        for it in &self.0 {
            it.abort();
        }
    }
}

impl Line {
    pub(super) fn run(self, engine: Engine) -> Running {
        let Line { client, channel, waiting, room } = self;
        let hearing = hear(client.clone(), channel.clone(), engine);
        Running([tokio::spawn(hearing), tokio::spawn(say(client, channel, waiting, room))])
    }
}

async fn say(
    client: Client,
    channel: String,
    mut waiting: Receiver<Message>,
    room: Arc<AtomicUsize>,
) {
    let mut line: Option<ConnectionManager> = None;
    while let Some(message) = waiting.recv().await {
        room.fetch_add(message.len(), Ordering::Relaxed);
        if line.is_none() {
            line = client.get_connection_manager().await.ok();
        }
        let Some(redis) = &mut line else {
            tokio::time::sleep(REST).await;
            continue;
        };
        let said: redis::RedisResult<()> = redis.publish(&channel, message.as_ref()).await;
        if let Err(why) = said {
            tracing::debug!("a message to other processes is lost: {why}");
            line = None;
        }
    }
}

async fn hear(client: Client, channel: String, engine: Engine) {
    let mut is_away = false;
    loop {
        match hear_while_it_lasts(&client, &channel, &engine, &mut is_away).await {
            Ok(()) => {}
            Err(why) if !is_away => {
                is_away = true;
                tracing::warn!(
                    "Redis does not answer, so this process hears nothing of the others: {why}"
                );
            }
            Err(_) => {}
        }
        tokio::time::sleep(REST).await;
    }
}

async fn hear_while_it_lasts(
    client: &Client,
    channel: &str,
    engine: &Engine,
    is_away: &mut bool,
) -> redis::RedisResult<()> {
    let mut line = client.get_async_pubsub().await?;
    line.subscribe(channel).await?;
    if std::mem::take(is_away) {
        tracing::info!("this process hears of the others again");
    }
    let mut messages = line.on_message();
    while let Some(message) = messages.next().await {
        engine.hear(message.get_payload_bytes());
    }
    Ok(())
}
