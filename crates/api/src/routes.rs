//! The routes of `/api`, one file per resource. A handler reads, calls one verb, and answers.

mod audit;
mod auth;
mod catalogue;
mod checks;
mod credential_types;
mod credentials;
mod credits;
mod dashboard;
mod data_keys;
pub(crate) mod events;
mod execute;
mod executions;
mod expressions;
mod gateway;
mod imports;
mod keys;
mod node_types;
mod nodes;
mod plans;
mod platform;
mod roles;
mod service_accounts;
mod shapes;
mod sharing;
mod statistics;
mod steps;
mod stripe;
mod users;
mod variables;
mod versions;
mod waits;
mod webhooks;
mod workflows;
mod workspaces;

use crate::{described::Routes, health, pages};

/// What lies behind the door.
pub(crate) fn guarded() -> Routes {
    Routes::new()
        .merge(audit::routes())
        .merge(catalogue::routes())
        .merge(checks::routes())
        .merge(credential_types::routes())
        .merge(credentials::routes())
        .merge(credits::platform_routes())
        .merge(dashboard::routes())
        .merge(data_keys::routes())
        .merge(events::routes())
        .merge(execute::routes())
        .merge(executions::routes())
        .merge(expressions::routes())
        .merge(gateway::routes())
        .merge(imports::routes())
        .merge(keys::routes())
        .merge(node_types::routes())
        .merge(nodes::routes())
        .merge(plans::routes())
        .merge(platform::routes())
        .merge(roles::routes())
        .merge(service_accounts::routes())
        .merge(sharing::routes())
        .merge(statistics::routes())
        .merge(steps::routes())
        .merge(variables::routes())
        .merge(versions::routes())
        .merge(waits::routes())
        .merge(webhooks::routes())
        .merge(workflows::routes())
        .merge(workspaces::sso::platform_routes())
        .merge(workspaces::tenants::routes())
        .merge(people_guarded())
}

/// What a person calls who has signed in.
pub(crate) fn people_guarded() -> Routes {
    auth::guarded()
        .merge(credits::routes())
        .merge(stripe::routes())
        .merge(users::routes())
        .merge(workspaces::routes())
}

/// How one becomes such a person.
pub(crate) fn people_open() -> Routes {
    auth::open()
}

/// Where the payment provider speaks.
pub(crate) fn payments_open() -> Routes {
    stripe::open()
}

/// What everybody may read.
pub(crate) fn open() -> Routes {
    Routes::new()
        .merge(health::routes())
        .merge(pages::routes())
        .merge(platform::open())
        .merge(workspaces::billing::open())
        .merge(payments_open())
        .merge(webhooks::open())
}
