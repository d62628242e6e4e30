//! The door: who asks, in which workspace everything behind happens, and whether he may.

use std::{
    net::{IpAddr, SocketAddr},
    time::Instant,
};

use accounts::Claims;
use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::{Actor, Who};
use jiff::Timestamp;
use model::{
    Code, Rate,
    id::{ServiceAccountId, SessionId, UserId, WorkspaceId},
    permission::{self, Permission, Permissions, Role},
    sharing::Viewer,
};
use smol_str::SmolStr;
use store::keys::{ApiKey, Scope, Shown};

use crate::{
    App, audit,
    crossing::Of,
    failure::Failure,
    gate::{self, Wanted},
    limits::{Class, Quota},
    remote,
    tally::{Asked, Key},
};

mod known;
mod rights;
mod seats;
mod standing;
mod things;
mod toll;

pub(crate) use known::Known;
pub(crate) use rights::Rights;
pub(crate) use seats::Seats;
pub(crate) use standing::Seated;

/// Longest key that is looked up.
const KEY_CHARS_MAX: usize = 500;

/// Lets a request in whose caller may do what its route does. What is behind finds its [`Caller`],
/// its [`Rights`], and the [`Person`] if it is one.
pub(crate) async fn open(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let mut quota = None;
    let (mut of, mut heard) = (None, None);
    let (began, method) = (Instant::now(), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = match enter(&app, &mut request, &mut quota, &mut heard).await {
        Ok(actor) => {
            of = Some(Of(actor.workspace));
            let person = request.extensions().get::<Person>().cloned();
            let answer = audit::run(&app, actor, person.as_ref(), request, next).await;
            answer.unwrap_or_else(IntoResponse::into_response)
        }
        Err(failure) => failure.into_response(),
    };
    if let Some(key) = heard {
        let route = route.as_ref().map_or("", MatchedPath::as_str);
        let (status, took) = (response.status(), began.elapsed());
        app.tally().count(key, Asked { method: &method, route, status, took });
    }
    if let Some(of) = of {
        response.extensions_mut().insert(of);
    }
    if let Some(quota) = quota {
        response.extensions_mut().insert(quota);
    }
    response
}

async fn enter(
    app: &App,
    request: &mut Request,
    quota: &mut Option<Quota>,
    heard: &mut Option<Key>,
) -> Result<Actor, Failure> {
    let from = address(app, request);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let path = route.as_ref().map_or("", MatchedPath::as_str);
    let about = gate::workspace_of(path, request.uri().path()).map(str::to_owned);
    let mut known = match known(app, request.headers(), from, about.as_deref(), heard).await {
        Ok(known) => known,
        Err(failure) => {
            // Whoever guesses at keys is counted by the address, and who has one is not.
            if is_nobodys(&failure) {
                count(app.limits().anonymous(Class::Api, from).await, Class::Api, quota)?;
                // Whoever shows a token that has ended may be an operator, and refreshes it.
                if key_of(request.headers()).is_none() {
                    app.is_open().await?;
                }
            }
            return Err(failure);
        }
    };
    if let Some(class) = gate::class(request.method(), path) {
        count(toll::of(app, &known, class).await?, class, quota)?;
    }
    let Some(wanted) = gate::wanted(request.method(), path) else {
        let message = format!("{} does not take {}", request.uri().path(), request.method());
        return Err(Failure::of(Code::MethodNotAllowed, message));
    };
    let is_admin = known.person.as_ref().is_some_and(|it| it.platform_admin);
    if !known.is_operators && !is_admin && !gate::stays_open(path) {
        app.is_open().await?;
    }
    things::weigh(app, request, path, wanted, &mut known).await?;
    may_pass(wanted, &known)?;
    let extensions = request.extensions_mut();
    extensions.insert(Caller(known.actor));
    extensions.insert(known.rights);
    if let Some(person) = known.person {
        extensions.insert(person);
    }
    if let Some(account) = known.account {
        extensions.insert(Service(account));
    }
    Ok(known.actor)
}

/// Notes what is left for the answer, and refuses where nothing is.
fn count(found: Option<Quota>, class: Class, quota: &mut Option<Quota>) -> Result<(), Failure> {
    let end = found.as_ref().map_or(Ok(()), |it| it.pass(class));
    *quota = found;
    end
}

fn may_pass(wanted: Wanted, known: &Found) -> Result<(), Failure> {
    let person = known.person.as_ref();
    let may = match wanted {
        Wanted::Person => person.is_some(),
        Wanted::PlatformAdmin => known.is_operators || person.is_some_and(|it| it.platform_admin),
        Wanted::Permission(it) => known.rights.may.contains(it),
    };
    if may {
        return Ok(());
    }
    if let (Wanted::Permission(_), Some(Person { lacks_factor: true, .. })) = (wanted, person) {
        let message = "this workspace wants a second factor; sign in with your passkey or a code, or set one up in your profile";
        return Err(Failure::of(Code::SecondFactorNeeded, message));
    }
    let message = match (wanted, person) {
        (Wanted::Person, _) => "this is about a person; sign in, a key has no account".to_owned(),
        (Wanted::PlatformAdmin, _) => "this is for who looks after the server".to_owned(),
        (Wanted::Permission(_), Some(it)) if it.is_closed => {
            "this workspace is closed and will be removed; its owner can open it again".to_owned()
        }
        (Wanted::Permission(_), Some(Person { role: None, .. })) => {
            "you are no member of this workspace any more, or suspended there; refresh the token, or sign in again"
                .to_owned()
        }
        (Wanted::Permission(it), Some(Person { role: Some(role), .. })) => {
            format!("the role `{role}` may not do that: it lacks `{}`", it.as_str())
        }
        (Wanted::Permission(it), None) => {
            format!("this key may not do that: it lacks `{}`", it.as_str())
        }
    };
    Err(Failure::of(Code::Forbidden, message))
}

/// A caller that is known.
struct Found {
    actor: Actor,
    rights: Rights,
    person: Option<Person>,
    /// Whose the key is that was shown.
    account: Option<ServiceAccountId>,
    /// It is the key of the commands on the server's own machine.
    is_operators: bool,
    /// How often it may ask, if it is a key that says so.
    rate: Option<OwnRate>,
}

/// How often a key may ask.
struct OwnRate {
    rate: Rate,
    /// In the place of what everybody has, also where it is more.
    granted: bool,
}

/// Lets somebody call an address of a workspace who has a key of it or is in it, and gives who it is.
pub(crate) async fn caller_in(
    app: &App,
    headers: &HeaderMap,
    from: Option<IpAddr>,
    workspace: WorkspaceId,
    wanted: Permission,
) -> Result<String, Failure> {
    let known = match known(app, headers, from, Some(&workspace.to_string()), &mut None).await {
        Ok(known) => known,
        Err(failure) => {
            if is_nobodys(&failure)
                && let Some(quota) = app.limits().anonymous(Class::Api, from).await
            {
                quota.pass(Class::Api)?;
            }
            return Err(failure);
        }
    };
    may_pass(Wanted::Permission(wanted), &known)?;
    Ok(toll::name(&known))
}

/// Who asks, and what may be done in the workspace that the path is about, or else the caller's own.
async fn known(
    app: &App,
    headers: &HeaderMap,
    from: Option<IpAddr>,
    about: Option<&str>,
    heard: &mut Option<Key>,
) -> Result<Found, Failure> {
    let needed = "sign in and send `Authorization: Bearer …`, or send an API key: `Authorization: Bearer tbk_…` or `X-API-Key: tbk_…`";
    let text = key_of(headers).ok_or_else(|| Failure::of(Code::Unauthorized, needed))?;
    let now = Timestamp::now();
    if let Some(claims) = app.accounts().read(text, now) {
        return person(app, &claims, about, now).await;
    }
    let key = key(app, text, now).await?;
    *heard = Some(Key { workspace: key.workspace, id: key.id });
    let opens = |it: IpAddr| key.networks.iter().any(|net| net.contains(&it));
    if !key.networks.is_empty() && !from.is_some_and(opens) {
        let from = from.map_or_else(|| "here".to_owned(), |it| it.to_string());
        let message =
            format!("this key does not open from {from}; its list of networks says where");
        return Err(Failure::of(Code::Forbidden, message));
    }
    if let Some(id) = about
        && id.parse::<WorkspaceId>() != Ok(key.workspace)
    {
        return Err(no_workspace(id));
    }
    let account = key.account;
    let viewer = account.map_or(Viewer::Key(key.id), Viewer::Account);
    let sight = things::sight(key.may, viewer);
    let actor = Actor { workspace: key.workspace, who: Who::Key(key.id), sight };
    let is_operators = app.options().operator_key == Some(key.id);
    // A key that acts as a role or an account has what is shared with it, and one with a list has the list.
    let most = match key.scope {
        Scope::Listed(_) => key.may,
        Scope::Everything | Scope::Role(_) | Scope::Account(_) => Role::Owner.permissions(),
    };
    let rights = Rights { may: key.may, most, gives: key.may, is_platform: is_operators };
    let rate = key.rate.map(|rate| OwnRate { rate, granted: key.rate_granted });
    Ok(Found { actor, rights, person: None, account, is_operators, rate })
}

async fn key(app: &App, text: &str, now: Timestamp) -> Result<Box<ApiKey>, Failure> {
    let (code, message) = match app.known_keys().find(app.store(), text, now).await? {
        Shown::Opens(key) => return Ok(key),
        Shown::Off => (
            Code::KeyDisabled,
            "this API key is switched off, or its service account is; who manages the keys of its workspace can switch it on",
        ),
        Shown::Over => {
            (Code::KeyExpired, "this API key has expired; make another one, or give it more time")
        }
        Shown::Unknown if text.split('.').count() == 3 => {
            (Code::Unauthorized, "the access token has ended; refresh it, or sign in again")
        }
        Shown::Unknown => (Code::Unauthorized, "the API key is unknown; make another one"),
    };
    Err(Failure::of(code, message))
}

/// Nobody is known to ask: no key or token was shown, or one that opens nothing.
fn is_nobodys(failure: &Failure) -> bool {
    matches!(failure.code(), Code::Unauthorized | Code::KeyDisabled | Code::KeyExpired)
}

async fn person(
    app: &App,
    claims: &Claims,
    about: Option<&str>,
    now: Timestamp,
) -> Result<Found, Failure> {
    let workspace = match about {
        Some(id) => id.parse().map_err(|_| no_workspace(id))?,
        None => claims.workspace,
    };
    let Claims { user, session, .. } = *claims;
    let seat = app.seats().find(app.store(), user, session, workspace, now).await?;
    let seat = seat
        .ok_or_else(|| Failure::of(Code::Unauthorized, "the session has ended; sign in again"))?;
    let is_platform = seat.platform_admin;
    let most = match seat.role {
        Some(_) => Role::Owner.permissions(),
        None => seat.may,
    };
    let mut rights = Rights { may: seat.may, most, gives: seat.may, is_platform };
    if let Some(id) = about {
        if seat.role.is_none() && !seat.platform_admin {
            return Err(no_workspace(id));
        }
        if seat.platform_admin {
            let may = seat.may.or(permission::platform_admin());
            rights = Rights { may, gives: Role::Owner.permissions(), ..rights };
        }
    }
    let is_closed = seat.ends_at.is_some();
    if is_closed {
        rights.may = rights.may.and(permission::in_closed());
        rights.most = rights.most.and(permission::in_closed());
    }
    let lacks_factor = seat.lacks_factor;
    if lacks_factor {
        let none = Permissions::default();
        rights = Rights { may: none, most: none, gives: none, ..rights };
    }
    let platform_admin = seat.platform_admin;
    let role = seat.role;
    let person = Person { user, session, workspace, role, is_closed, lacks_factor, platform_admin };
    let sight = things::sight(rights.may, Viewer::Member(user));
    let actor = Actor { workspace, who: Who::Member(user), sight };
    let person = Some(person);
    Ok(Found { actor, rights, person, account: None, is_operators: false, rate: None })
}

fn no_workspace(id: &str) -> Failure {
    let id: String = id.chars().take(64).collect();
    Failure::of(Code::NotFound, format!("there is no workspace {id}"))
}

/// From where a request comes.
fn address(app: &App, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    remote::of(peer, request.headers(), &app.options().trusted_proxies)
}

pub(crate) fn key_of(headers: &HeaderMap) -> Option<&str> {
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

/// The service account whose key was shown.
#[derive(Clone, Copy)]
pub(crate) struct Service(pub ServiceAccountId);

/// A person who has signed in.
#[derive(Clone)]
pub(crate) struct Person {
    pub user: UserId,
    pub session: SessionId,
    /// What the path is about, or where the access token opens.
    pub workspace: WorkspaceId,
    /// What the person is there; absent for one who is no member, or no longer.
    pub role: Option<SmolStr>,
    /// The workspace is closed and will be removed.
    pub is_closed: bool,
    /// The workspace wants a second factor of its members, and this one has shown none.
    pub lacks_factor: bool,
    /// Looks after the whole server.
    pub platform_admin: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Person {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Person, Failure> {
        let found = parts.extensions.get::<Person>().cloned();
        found.ok_or_else(|| Failure::of(Code::Forbidden, "this is about a person; sign in"))
    }
}
