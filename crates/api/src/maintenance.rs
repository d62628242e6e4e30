//! While the server is being looked after, the API answers nobody but who does that. Webhooks and forms go
//! on: what they bring is kept until there is time for it.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use model::{Code, Fault, Value};
use serde::{Deserialize, Serialize};

use crate::{App, failure::Failure, gate};

/// How long it counts without another look: so long another process of the platform may go on.
const KEPT: Duration = Duration::from_secs(1);
/// When a caller looks again, where nobody says how long it lasts.
const LOOK_AGAIN_SECONDS: i64 = 60;
/// The setting of the server's own workspace that says of it.
const SETTING: &str = "maintenance";

/// What whoever looks after the server says while it is closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub message: String,
    pub since: Timestamp,
    /// When it is over by itself.
    pub until: Option<Timestamp>,
}

/// What was found a moment ago.
#[derive(Default)]
pub(crate) struct Known(Mutex<Option<(Instant, Option<Notice>)>>);

impl App {
    /// Whether the server is closed at the moment. A database that does not answer changes nothing.
    pub(crate) async fn notice(&self) -> Option<Notice> {
        let known = self.maintenance().0.lock().expect("a plain value").clone();
        let found = match known {
            Some((at, notice)) if at.elapsed() < KEPT => notice,
            before => {
                let workspace = self.engine().default_workspace();
                let read = self.store().setting(workspace, SETTING).await;
                let found = match read {
                    Ok(value) => value.and_then(|it| serde_json::from_str(&it.to_json()).ok()),
                    Err(_) => before.and_then(|it| it.1),
                };
                self.note(found.clone());
                found
            }
        };
        found.filter(|it| it.until.is_none_or(|until| until > Timestamp::now()))
    }

    /// Closes the server, or opens it.
    pub(crate) async fn set_notice(&self, notice: Option<Notice>) -> Result<(), Failure> {
        let value = match &notice {
            Some(it) => serde_json::to_string(it).ok().and_then(|it| Value::from_json(&it).ok()),
            None => None,
        };
        let workspace = self.engine().default_workspace();
        let value = value.unwrap_or(Value::Null);
        self.store().set_setting(workspace, SETTING, &value).await?;
        self.note(notice);
        Ok(())
    }

    fn note(&self, notice: Option<Notice>) {
        *self.maintenance().0.lock().expect("a plain value") = Some((Instant::now(), notice));
    }

    /// [`Code::Maintenance`] while it is closed.
    pub(crate) async fn is_open(&self) -> Result<(), Failure> {
        self.notice().await.map_or(Ok(()), |it| Err(it.into()))
    }
}

impl From<Notice> for Failure {
    fn from(notice: Notice) -> Failure {
        let left = notice.until.map(|it| it.duration_since(Timestamp::now()).as_secs() + 1);
        let seconds = left.map_or(LOOK_AGAIN_SECONDS, |it| it.max(1));
        let until = notice.until.map_or(Value::Null, |it| Value::from(it.to_string().as_str()));
        let details =
            Value::object([("retryAfterSeconds", Value::from(seconds as f64)), ("until", until)]);
        Fault::new(Code::Maintenance, notice.message).with(details).into()
    }
}

/// Stands before routes that everybody may call.
pub(crate) async fn closed(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if gate::stays_open(route) {
        return next.run(request).await;
    }
    match app.is_open().await {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}
