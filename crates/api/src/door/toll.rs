//! What a known caller has left of what it may ask.

use engine::Who;

use super::Found;
use crate::{
    App,
    failure::Failure,
    limits::{Class, Quota},
};

/// Takes a token: of what the key, the workspace, its plan or the server gives one caller; and one of what the plan
/// gives all of the workspace together.
pub(super) async fn of(app: &App, known: &Found, class: Class) -> Result<Option<Quota>, Failure> {
    let (limits, workspace) = (app.limits(), known.actor.workspace);
    let allowance = app.gateway().allowance(app.store(), workspace).await?;
    let (server, mut who) = (limits.rate(class), name(known));
    let rate = match known.rate.filter(|_| class == Class::Api) {
        Some(own) => Some(allowance.of_key(own)),
        None => {
            let rate = allowance.rate(class, server);
            if rate != server {
                // Who is in several workspaces has what each of them gives.
                who = format!("{who}:{workspace}");
            }
            rate
        }
    };
    let plan = allowance.named_by(class, rate).cloned();
    let own = limits.known(class, &who, rate).await.map(|it| Quota { plan, ..it });
    let Some(most) = allowance.together.filter(|_| class == Class::Api) else { return Ok(own) };
    if own.as_ref().is_some_and(|it| it.wait.is_some()) {
        return Ok(own);
    }
    let together = limits.workspace(class, workspace, most).await;
    Ok(Some(Quota { plan: Some(allowance.plan), ..together }.or_tighter(own)))
}

/// Who asks, to be counted.
pub(super) fn name(known: &Found) -> String {
    match known.actor.who {
        Who::Key(id) => id.to_string(),
        Who::Member(id) => id.to_string(),
        Who::System => "system".to_owned(),
    }
}
