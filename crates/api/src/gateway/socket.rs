//! WebSockets to a service: agreed on by both, then tied to one another for as long as the route and the caller's
//! right to it are there.

use std::{net::IpAddr, time::Duration};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use model::{
    Code,
    gateway::{Access, Upstream},
    id::WorkspaceId,
    permission::Permission,
};
use sdk::http::Begun;
use store::gateway::Row;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{
    answer,
    places::Place,
    relay::{Sizes, Times, relay},
};
use crate::{App, crossing, door::Seated, failure::Failure};

/// Longest time until both sides speak WebSocket once both have said so.
const AGREEING_MAX: Duration = Duration::from_secs(10);
const TIMES: Times = Times {
    idle_max: Duration::from_secs(300),
    life_max: Duration::from_secs(24 * 3600),
    parting_max: Duration::from_secs(5),
};
/// How often it is looked whether the route is still there, and whether the caller still may.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A caller's wish to speak WebSocket.
pub(super) struct Asked {
    caller: OnUpgrade,
    /// Absent where everybody may call.
    seat: Option<Seated>,
}

impl Asked {
    /// Takes it from a request that has one. Browsers let a page of any origin ask, and send cookies along, so that
    /// the origin is looked at here.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for a page of an origin that the workspace does not list.
    pub(super) async fn of(
        app: &App,
        workspace: WorkspaceId,
        upstream: &Upstream,
        parts: &mut Parts,
        from: Option<IpAddr>,
    ) -> Result<Option<Asked>, Failure> {
        if parts.method != Method::GET || !is_wanted(&parts.headers) {
            return Ok(None);
        }
        // Without it the connection is one of HTTP/2, which cannot become another.
        let Some(caller) = parts.extensions.remove::<OnUpgrade>() else { return Ok(None) };
        let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>().copied();
        if !crossing::may_hear(app, peer, &parts.headers, workspace).await {
            let message = "this workspace does not list the origin of the page; see its settings";
            return Err(Failure::of(Code::Forbidden, message));
        }
        let seat = match upstream.access {
            Access::Everybody => None,
            Access::Key => {
                let (headers, about) = (parts.headers.clone(), Some(workspace.to_string()));
                Some(Seated::call(app, headers, from, about, Permission::GatewayCall).await?)
            }
        };
        Ok(Some(Asked { caller, seat }))
    }

    /// Answers a caller whose service has agreed, and ties both.
    pub(super) async fn agree(
        self,
        app: &App,
        workspace: WorkspaceId,
        row: &Row,
        prefix: &str,
        mut begun: Begun,
        place: Place,
    ) -> Result<Response, Failure> {
        let mut headers = std::mem::take(&mut begun.headers);
        let failed = |why: &str| {
            tracing::info!("a WebSocket behind a gateway did not come about: {why}");
            let message = "the service behind this path does not speak WebSocket as it said";
            Failure::of(Code::UpstreamFailed, message)
        };
        if !names(&headers, header::UPGRADE, "websocket") {
            return Err(failed("it answers with another protocol"));
        }
        answer::clean(app, &row.route.response, prefix, &mut headers);
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        let wire = timeout(AGREEING_MAX, begun.wire()).await;
        let service = match wire {
            Ok(Ok(it)) => it,
            Ok(Err(why)) => return Err(failed(&why.message)),
            Err(_) => return Err(failed("it takes too long")),
        };
        let upstream = row.route.upstream.as_ref().expect("it leads to a service");
        let sizes = Sizes {
            of_caller_max: upstream.body_bytes_max.into(),
            of_service_max: upstream.answer_bytes_max,
        };
        let right = Right { app: app.clone(), workspace, row: row.clone(), seat: self.seat };
        let caller = self.caller;
        // It ends with either side, with its right, or with the server.
        tokio::spawn(async move {
            let _place = place;
            if let Ok(Ok(caller)) = timeout(AGREEING_MAX, caller).await {
                relay(TokioIo::new(caller), service, sizes, TIMES, right.ends()).await;
            }
        });
        let mut response = (StatusCode::SWITCHING_PROTOCOLS, Body::empty()).into_response();
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// By what right a pair of connections stays.
struct Right {
    app: App,
    workspace: WorkspaceId,
    row: Row,
    seat: Option<Seated>,
}

impl Right {
    /// Ends when it does; gives why.
    async fn ends(mut self) -> &'static str {
        let mut closing = self.app.engine().closing();
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = closing.wait_for(|it| *it) => return "the server closes, connect again",
                _ = look.tick() => {}
            }
            if !self.is_there().await {
                return "the route has changed or is gone";
            }
            if let Some(seat) = &mut self.seat
                && !seat.may_stay(&self.app, Permission::GatewayCall).await
            {
                return "the key or session may not call this any more";
            }
        }
    }

    /// Whether the route still leads from here to there. A database that does not answer takes nothing away.
    async fn is_there(&self) -> bool {
        let Ok(standing) = self.app.gateway().known.of(self.app.store(), self.workspace).await
        else {
            return true;
        };
        let is_same = |it: &Row| {
            let (now, then) = (&it.route, &self.row.route);
            it.id == self.row.id
                && now.path == then.path
                && now.methods == then.methods
                && now.upstream == then.upstream
        };
        standing.upstreams.iter().any(is_same)
    }
}

fn is_wanted(headers: &HeaderMap) -> bool {
    names(headers, header::CONNECTION, "upgrade") && names(headers, header::UPGRADE, "websocket")
}

/// Whether a list of words has one.
fn names(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let all = headers.get_all(name);
    let mut words = all.iter().filter_map(|it| it.to_str().ok()).flat_map(|it| it.split(','));
    words.any(|it| it.trim().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_says_so_twice() {
        let check = |connection: &str, upgrade: &str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONNECTION, connection.parse().unwrap());
            headers.insert(header::UPGRADE, upgrade.parse().unwrap());
            assert_eq!(is_wanted(&headers), expected, "{connection}, {upgrade}");
        };
        check("Upgrade", "websocket", true);
        check("keep-alive, upgrade", "WebSocket", true);
        check("keep-alive", "websocket", false);
        check("upgrade", "h2c", false);
    }
}
