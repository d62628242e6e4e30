//! What a known caller has left of what it may ask.

use engine::Who;

use super::Found;
use crate::{
    App,
    failure::Failure,
    limits::{Class, Quota},
};

/// Takes a token: of the key's own limit, or what its workspace gives, or what the server gives everybody.
pub(super) async fn of(app: &App, known: &Found, class: Class) -> Result<Option<Quota>, Failure> {
    let who = name(known);
    if class == Class::Api && known.rate.is_some() {
        return Ok(app.limits().known(class, &who, known.rate).await);
    }
    let workspace = known.actor.workspace;
    let limits = app.gateway().limits(app.store(), workspace).await?;
    let server = app.limits().rate(class);
    let rate = limits.of(class.as_str(), server);
    // Who is in several workspaces has what each of them gives.
    let who = if rate == server { who } else { format!("{who}:{workspace}") };
    Ok(app.limits().known(class, &who, rate).await)
}

/// Who asks, to be counted.
pub(super) fn name(known: &Found) -> String {
    match known.actor.who {
        Who::Key(id) => id.to_string(),
        Who::Member(id) => id.to_string(),
        Who::System => "system".to_owned(),
    }
}
