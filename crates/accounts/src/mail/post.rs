//! Sends mails that are due, and tries again when their server does not take them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use lettre::{AsyncTransport as _, Message, message::header::ContentType};
use store::{
    Store,
    mails::{Due, Letter},
};
use tokio::{sync::Notify, task::JoinHandle};

use super::Server;
use crate::backoff;

/// How many mails are taken at once.
const BATCH: u32 = 20;
/// For how long a mail is one process's; longer than all talks for a batch.
const OURS: SignedDuration = SignedDuration::from_mins(15);
/// How often it is looked for mails that others wrote or that are due again.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// How often what counts no more is forgotten.
const SWEEP_EVERY: Duration = Duration::from_secs(300);
/// After so many tries a mail is given up: two days and a half.
const TRIES_MAX: u32 = 16;
/// Longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_secs(6 * 3_600);

/// The task that sends.
pub(crate) struct Post {
    bell: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Post {
    pub(crate) fn open(store: Store, server: Option<Server>) -> Post {
        let bell = Arc::new(Notify::new());
        let task = tokio::spawn(work(store, server, bell.clone()));
        Post { bell, task }
    }

    /// There is a new mail.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// What is being sent is sent by the next process.
    pub(crate) fn close(&self) {
        self.task.abort();
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.close();
    }
}

async fn work(store: Store, server: Option<Server>, bell: Arc<Notify>) {
    let mut swept: Option<Instant> = None;
    loop {
        if let Some(server) = &server {
            while send_some(&store, server).await == BATCH as usize {}
        }
        if swept.is_none_or(|it| it.elapsed() >= SWEEP_EVERY) {
            sweep(&store).await;
            swept = Some(Instant::now());
        }
        let pause = server.as_ref().map_or(LOOK_EVERY, |it| it.retry.min(LOOK_EVERY));
        // Whichever comes first; a mail that is due again comes with the next look.
        let _ = tokio::time::timeout(pause, bell.notified()).await;
    }
}

/// Sends what is due, up to a batch. Gives how many it was.
async fn send_some(store: &Store, server: &Server) -> usize {
    let now = Timestamp::now();
    let due = match store.take_mails(BATCH, now + OURS, now).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!("mails wait: {error}");
            return 0;
        }
    };
    for it in &due {
        send(store, server, it).await;
    }
    due.len()
}

async fn send(store: &Store, server: &Server, due: &Due) {
    let end = match message(server, due) {
        Ok(message) => match server.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err((error.to_string(), !error.is_permanent())),
        },
        Err(why) => Err((why, false)),
    };
    let written = match end {
        Ok(()) => store.mail_sent(due.id).await,
        Err((why, may_pass)) => {
            let again = (may_pass && due.tries < TRIES_MAX).then(|| pause(server.retry, due.tries));
            match again {
                Some(_) => tracing::warn!(mail = %due.id, "a mail waits: {why}"),
                None => tracing::error!(mail = %due.id, "a mail was given up: {why}"),
            }
            store.mail_failed(due.id, &why, again.map(|it| Timestamp::now() + it)).await
        }
    };
    if let Err(error) = written {
        tracing::warn!(mail = %due.id, "what became of a mail is not written down, so it may be sent again: {error}");
    }
}

/// The pause after so many tries: doubled by each.
fn pause(first: Duration, tries: u32) -> SignedDuration {
    let factor = 1_u32 << tries.saturating_sub(1).min(15);
    let pause = first.saturating_mul(factor).min(PAUSE_MAX);
    SignedDuration::try_from(pause).unwrap_or(SignedDuration::from_hours(6))
}

fn message(server: &Server, due: &Due) -> Result<Message, String> {
    let Letter { to, subject, text } = &due.letter;
    let domain = server.from.email.domain();
    let to = to.parse().map_err(|_| "its address is none".to_owned())?;
    let message = Message::builder()
        .from(server.from.clone())
        .to(to)
        // The same at each try, so that one that came twice is known.
        .message_id(Some(format!("<{}@{domain}>", due.id)))
        .date_now()
        .subject(subject.as_str())
        .header(ContentType::TEXT_PLAIN);
    message.body(text.clone()).map_err(|e| e.to_string())
}

/// Forgets what counts no more, and removes workspaces whose time has come.
async fn sweep(store: &Store) {
    let now = Timestamp::now();
    while store.purge(now).await.is_ok_and(|n| n > 0) {}
    let ends = [
        store.sweep_mails(now).await,
        store.sweep_sessions(now).await,
        store.sweep_challenges(now).await,
        store.sweep_journeys(now).await,
        store.sweep_attempts(now - backoff::FORGOTTEN).await,
    ];
    for error in ends.into_iter().filter_map(Result::err) {
        tracing::debug!("what counts no more stays a little longer: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit() {
        let seconds = |tries| pause(Duration::from_secs(10), tries).as_secs();
        assert_eq!([1, 2, 3, 12, 40].map(seconds), [10, 20, 40, 20_480, 21_600]);
    }
}
