//! Connections that stay open: who holds one, and whether he still may.

use std::net::IpAddr;

use accounts::Claims;
use axum::http::HeaderMap;
use engine::Actor;
use jiff::Timestamp;
use model::{Code, permission::Permission};

use super::{Found, is_nobodys, key_of, known, may_pass, person};
use crate::{App, failure::Failure, gate::Wanted, limits::Class};

/// Who holds a connection, and by what right he came in.
#[derive(Clone)]
pub(crate) struct Seated {
    actor: Actor,
    headers: HeaderMap,
    from: Option<IpAddr>,
    /// The workspace that was named, as it was written.
    about: Option<String>,
    /// Of an access token: it may end while the session goes on.
    claims: Option<Claims>,
}

impl Seated {
    /// Lets somebody in who shows a token or a key in `headers` and has the permission.
    pub(crate) async fn enter(
        app: &App,
        headers: HeaderMap,
        from: Option<IpAddr>,
        about: Option<String>,
        wanted: Permission,
    ) -> Result<Seated, Failure> {
        let (seat, found) = Seated::known(app, headers, from, about, wanted).await?;
        let is_admin = found.person.as_ref().is_some_and(|it| it.platform_admin);
        if !found.is_operators && !is_admin {
            app.is_open().await?;
        }
        Ok(seat)
    }

    /// The same for calls of workflows and services, which go on while the server is closed for maintenance.
    pub(crate) async fn call(
        app: &App,
        headers: HeaderMap,
        from: Option<IpAddr>,
        about: Option<String>,
        wanted: Permission,
    ) -> Result<Seated, Failure> {
        Seated::known(app, headers, from, about, wanted).await.map(|(seat, _)| seat)
    }

    async fn known(
        app: &App,
        headers: HeaderMap,
        from: Option<IpAddr>,
        about: Option<String>,
        wanted: Permission,
    ) -> Result<(Seated, Found), Failure> {
        let found = match known(app, &headers, from, about.as_deref(), &mut None).await {
            Ok(found) => found,
            Err(failure) => {
                // Whoever guesses at keys is counted, as at the door.
                if is_nobodys(&failure)
                    && let Some(quota) = app.limits().anonymous(Class::Api, from).await
                {
                    quota.pass(Class::Api)?;
                }
                return Err(failure);
            }
        };
        may_pass(Wanted::Permission(wanted), &found)?;
        let claims = key_of(&headers).and_then(|it| app.accounts().read(it, Timestamp::now()));
        Ok((Seated { actor: found.actor, headers, from, about, claims }, found))
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether the session or key is still there and still has the permission; what it sees may be another
    /// by now. A database that does not answer takes nothing from anybody.
    pub(crate) async fn may_stay(&mut self, app: &App, wanted: Permission) -> bool {
        let found: Result<Found, Failure> = match &self.claims {
            Some(claims) => person(app, claims, self.about.as_deref(), Timestamp::now()).await,
            None => known(app, &self.headers, self.from, self.about.as_deref(), &mut None).await,
        };
        match found {
            Ok(it) => {
                self.actor = it.actor;
                may_pass(Wanted::Permission(wanted), &it).is_ok()
            }
            Err(it) => it.code() == Code::StoreUnavailable,
        }
    }
}
