//! Who comes to the open part of the house: from where, with what, and whether it is the operator.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use accounts::{Claims, Trust};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use jiff::Timestamp;
use model::{id::UserId, permission::Role};

use crate::{App, door, failure::Failure, remote};

/// What proxies write. A request that one of them carried does not come from this machine.
const FORWARDED: &[&str] =
    &["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/// See the module.
pub(crate) struct Visitor {
    pub(crate) from: accounts::From,
    peer: Option<IpAddr>,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visitor, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        let address = remote::of(peer, &parts.headers, &app.options().trusted_proxies);
        let agent = parts.headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok());
        let from = accounts::From { address, agent: agent.unwrap_or_default().to_owned() };
        Ok(Visitor { from, peer, headers: parts.headers.clone() })
    }
}

impl Visitor {
    /// Whether it sits at the machine itself, or has a key that opens all of the default workspace.
    pub(crate) async fn trust(&self, app: &App) -> Result<Trust, Failure> {
        if self.is_local() {
            return Ok(Trust::Operator);
        }
        let text = self.headers.get("x-api-key").and_then(|it| it.to_str().ok());
        let Some(text) = text.map(str::trim).filter(|it| !it.is_empty() && it.len() <= 500) else {
            return Ok(Trust::Stranger);
        };
        let key = app.known_keys().find(app.store(), text, Timestamp::now()).await?;
        let opens = |it: &store::keys::ApiKey| {
            let inside = |from: IpAddr| it.networks.iter().any(|net| net.contains(&from));
            it.workspace == app.engine().default_workspace()
                && it.may == Role::Owner.permissions()
                && (it.networks.is_empty() || self.from.address.is_some_and(inside))
        };
        Ok(if key.opens().is_some_and(|it| opens(&it)) { Trust::Operator } else { Trust::Stranger })
    }

    /// Who has signed in, when the visitor shows a token that opens.
    pub(crate) async fn user(&self, app: &App) -> Result<Option<UserId>, Failure> {
        let now = Timestamp::now();
        let claims = door::key_of(&self.headers).and_then(|it| app.accounts().read(it, now));
        let Some(Claims { user, session, workspace, .. }) = claims else { return Ok(None) };
        let seat = app.seats().find(app.store(), user, session, workspace, now).await?;
        Ok(seat.map(|_| user))
    }

    /// A page from elsewhere that a browser on this machine shows is no operator: neither does it
    /// know us by a name of this machine, nor does the browser call it ours.
    fn is_local(&self) -> bool {
        let text = |name: header::HeaderName| self.headers.get(name).map(|it| it.to_str());
        let Some(Ok(host)) = text(header::HOST) else { return false };
        let name = host.rsplit_once(':').map_or(host, |(name, port)| {
            if port.bytes().all(|it| it.is_ascii_digit()) { name } else { host }
        });
        let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_ours = name == "localhost" || address.is_ok_and(|it| it.is_loopback());
        let same = match text(header::ORIGIN) {
            None => true,
            Some(origin) => origin.is_ok_and(|it| it.strip_prefix("http://") == Some(host)),
        };
        let carried = FORWARDED.iter().any(|it| self.headers.contains_key(*it));
        self.peer.is_some_and(|it| it.to_canonical().is_loopback()) && is_ours && same && !carried
    }
}
