//! Requests of nobody in particular: counted by the address that they come from, and sign-ins also by
//! the account that they try.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Class;
use crate::{App, failure::Failure, gate, remote};

/// Stands before routes that everybody may call.
pub(crate) async fn anonymous(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let Some(class) = gate::class(request.method(), route) else { return next.run(request).await };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let from = remote::of(peer, request.headers(), &app.options().trusted_proxies);
    let Some(quota) = app.limits().anonymous(class, from).await else {
        return next.run(request).await;
    };
    let mut response = match quota.pass(class) {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    };
    response.extensions_mut().insert(quota);
    response
}

/// Whether one more sign-in to an account may be tried. When strangers have used up what it has, its
/// owner still comes in from where he has a session: nobody is locked out by others.
pub(crate) async fn may_sign_in(
    app: &App,
    email: &str,
    from: &accounts::From,
) -> Result<(), Failure> {
    let Some(quota) = app.limits().account(email).await else { return Ok(()) };
    let passed = quota.pass(Class::Auth);
    if passed.is_err() && app.accounts().is_at_home(email, from).await? {
        return Ok(());
    }
    passed
}

/// Counts a word that nothing waits for as a guess of its address.
pub(crate) async fn guessed(app: &App, from: &accounts::From) -> Result<(), Failure> {
    match app.limits().anonymous(Class::Auth, from.address).await {
        Some(quota) => quota.pass(Class::Auth),
        None => Ok(()),
    }
}
