//! What a known caller has left of what it may ask.

use engine::Who;
use model::Rate;

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
    let everybody = allowance.rate(class, server);
    let counted = async |who: &str, rate: Option<Rate>| {
        let plan = allowance.named_by(class, rate).cloned();
        limits.known(class, who, rate).await.map(|it| Quota { plan, ..it })
    };
    let own = match known.rate.as_ref().filter(|_| class == Class::Api) {
        Some(own) if own.granted => counted(&who, Some(allowance.of_key(own.rate))).await,
        Some(own) => {
            // What comes more at once, or more often, than everybody may counts for both.
            let most = everybody.filter(|it| !own.rate.is_within(*it));
            let most = match most {
                Some(_) => counted(&format!("{who}:most"), most).await,
                None => None,
            };
            if is_refused(most.as_ref()) {
                return Ok(most);
            }
            counted(&who, Some(own.rate)).await.map(|it| it.or_tighter(most))
        }
        None => {
            if everybody != server {
                // Who is in several workspaces has what each of them gives.
                who = format!("{who}:{workspace}");
            }
            counted(&who, everybody).await
        }
    };
    let Some(most) = allowance.together.filter(|_| class == Class::Api) else { return Ok(own) };
    if is_refused(own.as_ref()) {
        return Ok(own);
    }
    let together = limits.workspace(class, workspace, most).await;
    Ok(Some(Quota { plan: Some(allowance.plan), ..together }.or_tighter(own)))
}

fn is_refused(quota: Option<&Quota>) -> bool {
    quota.is_some_and(|it| it.wait.is_some())
}

/// Who asks, to be counted.
pub(super) fn name(known: &Found) -> String {
    match known.actor.who {
        Who::Key(id) => id.to_string(),
        Who::Member(id) => id.to_string(),
        Who::System => "system".to_owned(),
    }
}
