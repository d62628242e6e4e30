//! The door: who asks, in which workspace everything behind happens, and whether he may.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::Response,
};
use engine::{Actor, Who};
use jiff::Timestamp;
use model::{
    Code,
    permission::{Permissions, Role},
};

use crate::{App, failure::Failure, gate, remote};

mod known;

pub(crate) use known::Known;

/// Longest key that is looked up.
const KEY_CHARS_MAX: usize = 500;

/// Lets a request in whose caller may do what its route does. What is behind finds its [`Caller`].
pub(crate) async fn open(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let from = address(&app, &request);
    let (caller, rights) = known_caller(&app, request.headers(), from).await?;
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let Some(wanted) = gate::wanted(request.method(), path) else {
        let message = format!("{} does not take {}", request.uri().path(), request.method());
        return Err(Failure::of(Code::MethodNotAllowed, message));
    };
    if !rights.0.contains(wanted) {
        let message = format!("this key may not do that: it lacks `{}`", wanted.as_str());
        return Err(Failure::of(Code::Forbidden, message));
    }
    request.extensions_mut().insert(caller);
    request.extensions_mut().insert(rights);
    Ok(next.run(request).await)
}

async fn known_caller(
    app: &App,
    headers: &HeaderMap,
    from: Option<IpAddr>,
) -> Result<(Caller, Rights), Failure> {
    let needed = "an API key is needed: send `Authorization: Bearer tbk_…` or `X-API-Key: tbk_…`";
    let text = key_of(headers).ok_or_else(|| Failure::of(Code::Unauthorized, needed))?;
    let found = app.known_keys().find(app.store(), text, Timestamp::now()).await?;
    let key = found.ok_or_else(|| {
        Failure::of(Code::Unauthorized, "the API key is unknown or has expired; make another one")
    })?;
    let opens = |it: IpAddr| key.networks.iter().any(|net| net.contains(&it));
    if !key.networks.is_empty() && !from.is_some_and(opens) {
        let from = from.map_or_else(|| "here".to_owned(), |it| it.to_string());
        let message =
            format!("this key does not open from {from}; its list of networks says where");
        return Err(Failure::of(Code::Forbidden, message));
    }
    let actor = Actor { workspace: key.workspace, who: Who::Key(key.id) };
    Ok((Caller(actor), Rights(key.may)))
}

/// From where a request comes.
fn address(app: &App, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    remote::of(peer, request.headers(), &app.options().trusted_proxies)
}

fn key_of(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let bearer = text(header::AUTHORIZATION).and_then(|it| {
        let (scheme, rest) = it.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim())
    });
    let own = || text(header::HeaderName::from_static("x-api-key")).map(str::trim);
    bearer.or_else(own).filter(|it| !it.is_empty() && it.len() <= KEY_CHARS_MAX)
}

/// Who asks. Only routes behind the door have one.
#[derive(Clone)]
pub(crate) struct Caller(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Failure> {
        let found = parts.extensions.get::<Caller>().cloned();
        found.ok_or_else(|| Failure::of(Code::Unauthorized, "an API key is needed"))
    }
}

/// What the caller may do, and so the most that it may give to others.
#[derive(Clone, Copy)]
pub(crate) struct Rights(pub Permissions);

impl Rights {
    pub(crate) fn is_everything(self) -> bool {
        self.0 == Role::Owner.permissions()
    }

    /// Nobody gives what he has not.
    pub(crate) fn may_give(self, wanted: Permissions) -> Result<(), Failure> {
        let lacks = self.0.lacks(wanted);
        match lacks.is_empty() {
            true => Ok(()),
            false => {
                let message = format!("you cannot give what you may not do yourself: {lacks}");
                Err(Failure::of(Code::Forbidden, message))
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Rights {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Rights, Failure> {
        let found = parts.extensions.get::<Rights>().copied();
        found.ok_or_else(|| Failure::of(Code::Unauthorized, "an API key is needed"))
    }
}
