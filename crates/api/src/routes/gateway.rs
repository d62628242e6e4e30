//! Routes of the workspace's gateway.

mod fields;

use axum::{Json, extract::State, http::StatusCode};
use engine::Actor;
use fields::{GatewayRoute, GatewayRouteFields, ServiceCheck};
use jiff::Timestamp;
use model::{Code, Fault, Value, gateway::Route, id::RouteId, permission::Permission};
use store::gateway::{ROUTES_MAX, Row};
use uuid::Uuid;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    gateway::{check, may_lead},
    list::{List, Look, Page},
    read::{Asked, At, Given},
};

fn shown(app: &App, actor: &Actor, row: Row) -> GatewayRoute {
    let engine = app.engine();
    let prefix = match actor.workspace == engine.default_workspace() {
        true => engine.base_url().to_owned(),
        false => format!("{}/w/{}", engine.base_url(), actor.workspace),
    };
    let is_service = row.route.upstream.is_some();
    let kind = if is_service { "gateway" } else { "webhook" };
    let address = format!("{prefix}/{kind}{}", row.route.path);
    let health = is_service.then(|| app.gateway().health.of(row.id).into());
    GatewayRoute::of(row, address, health)
}

/// A route that may be kept beside the others.
async fn checked(
    app: &App,
    actor: &Actor,
    rights: Rights,
    id: Option<RouteId>,
    fields: GatewayRouteFields,
) -> Result<Route, Failure> {
    let route = Route::from(fields);
    let mut faults = route.faults();
    let address = route.upstream.as_ref().filter(|_| faults.is_empty());
    if let Some(Err(why)) = address.map(|it| may_lead(&it.url)) {
        faults.push(("upstream.url".to_owned(), why));
    }
    if let Some((_, first)) = faults.first() {
        let one = |(path, message): &(String, String)| {
            let (path, message) = (path.as_str(), message.as_str());
            Value::object([("path", Value::from(path)), ("message", message.into())])
        };
        let details = Value::array(faults.iter().map(one));
        return Err(Fault::invalid(first.clone()).with(details).into());
    }
    if let Some(credential) = route.upstream.as_ref().and_then(|it| it.credential) {
        // Who says where a secret is sent could have it sent to himself.
        if !rights.may.contains(Permission::CredentialsWrite) {
            let message = "to sign with a credential takes `credentials.write` as well";
            return Err(Failure::of(Code::Forbidden, message));
        }
        app.engine().may_sign(actor, credential).await?;
    }
    let all = app.store().gateway_routes(actor.workspace).await?;
    if id.is_none() && all.len() >= ROUTES_MAX as usize {
        let message = format!("a workspace has at most {ROUTES_MAX} routes");
        return Err(Fault::invalid(message).into());
    }
    let others = all.iter().filter(|it| Some(it.id) != id);
    match others.into_iter().find(|it| it.route.collides(&route)) {
        Some(it) => {
            let message = format!("the route `{}` takes the same calls", it.route.name);
            Err(Failure::of(Code::NameTaken, message))
        }
        None => Ok(route),
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, add))
        .routes(routes!(get, change, delete))
        .routes(routes!(check_service))
}

/// All routes of the gateway
#[utoipa::path(get, path = "/gateway/routes", tag = "gateway", operation_id = "listGatewayRoutes",
    params(Page, Look), responses((status = 200, body = List<GatewayRoute>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
    Asked(look): Asked<Look>,
) -> Result<Json<List<GatewayRoute>>, Failure> {
    let all = look.at(app.store().gateway_routes(actor.workspace).await?)?;
    Ok(Json(page.cut(all).map(|it| shown(&app, &actor, it))))
}

/// Make a route
///
/// Limits and rules for a webhook, or a path that goes on to another service. Of several that fit a call the
/// narrowest counts. Other processes follow within a second.
#[utoipa::path(post, path = "/gateway/routes", tag = "gateway", operation_id = "addGatewayRoute",
    request_body = GatewayRouteFields, responses((status = 201, body = GatewayRoute)))]
async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(fields): Given<GatewayRouteFields>,
) -> Result<(StatusCode, Json<GatewayRoute>), Failure> {
    let route = checked(&app, &actor, rights, None, fields).await?;
    let (id, now) = (RouteId(Uuid::now_v7()), Timestamp::now());
    app.store().add_gateway_route(actor.workspace, id, &route, now).await?;
    let row = Row { id, route, created_at: now, updated_at: now };
    Ok((StatusCode::CREATED, Json(shown(&app, &actor, row))))
}

/// One route of the gateway
#[utoipa::path(get, path = "/gateway/routes/{id}", tag = "gateway", operation_id = "getGatewayRoute",
    params(("id" = String, Path)), responses((status = 200, body = GatewayRoute)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<RouteId>,
) -> Result<Json<GatewayRoute>, Failure> {
    Ok(Json(shown(&app, &actor, found(&app, &actor, id).await?)))
}

/// Change a route
#[utoipa::path(put, path = "/gateway/routes/{id}", tag = "gateway", operation_id = "changeGatewayRoute",
    params(("id" = String, Path)), request_body = GatewayRouteFields, responses((status = 200, body = GatewayRoute)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<RouteId>,
    Given(fields): Given<GatewayRouteFields>,
) -> Result<Json<GatewayRoute>, Failure> {
    found(&app, &actor, id).await?;
    let route = checked(&app, &actor, rights, Some(id), fields).await?;
    let now = Timestamp::now();
    if !app.store().change_gateway_route(actor.workspace, id, &route, now).await? {
        return Err(absent(id));
    }
    app.gateway().health.forget(id);
    get(State(app), Caller(actor), At(id)).await
}

/// Remove a route
#[utoipa::path(delete, path = "/gateway/routes/{id}", tag = "gateway", operation_id = "deleteGatewayRoute",
    params(("id" = String, Path)), responses((status = 204)))]
async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<RouteId>,
) -> Result<StatusCode, Failure> {
    if !app.store().delete_gateway_route(actor.workspace, id).await? {
        return Err(absent(id));
    }
    app.gateway().health.forget(id);
    Ok(StatusCode::NO_CONTENT)
}

/// Look whether the service of a route is there
///
/// Asks for its address with `GET` and the route's credential; parts of the path are left out.
#[utoipa::path(post, path = "/gateway/routes/{id}/check", tag = "gateway", operation_id = "checkGatewayRoute",
    params(("id" = String, Path)), responses((status = 200, body = ServiceCheck)))]
async fn check_service(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<RouteId>,
) -> Result<Json<ServiceCheck>, Failure> {
    let row = found(&app, &actor, id).await?;
    let looked = check(&app, actor.workspace, &row).await?;
    let works = looked.status.is_some_and(|it| !(502..=504).contains(&it));
    Ok(Json(ServiceCheck { works, status: looked.status, ms: looked.ms, trouble: looked.trouble }))
}

async fn found(app: &App, actor: &Actor, id: RouteId) -> Result<Row, Failure> {
    let all = app.store().gateway_routes(actor.workspace).await?;
    all.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))
}

fn absent(id: RouteId) -> Failure {
    Failure::of(Code::RouteNotFound, format!("there is no route {id}"))
}
