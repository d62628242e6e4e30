//! All routes, and what stands around each group of them.

use std::{any::Any, time::Duration};

use accounts::Accounts;
use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use engine::Engine;
use model::Code;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    App, Options, audit, crossing, describe, dialect, door, envelope, failure::Failure, gateway,
    health, limits, maintenance, metrics, pages, routes, sockets, tags, web, webhooks,
};

/// Longest time for an answer of the API. What takes longer answers before and goes on, or streams.
pub(crate) const ANSWER_MAX: Duration = Duration::from_secs(60);

/// Everything that is served, and what goes on beside it.
pub struct Api {
    pub router: Router,
    app: App,
}

impl Api {
    pub fn open(engine: Engine, accounts: Accounts, options: Options) -> Api {
        metrics::install();
        let app = App::new(engine, accounts, options);
        Api { router: router(app.clone()), app }
    }

    /// Brings to its end what goes on beside requests, once there are none.
    pub async fn close(&self) {
        self.app.tally().close().await;
    }
}

fn router(app: App) -> Router {
    let api = api(&app);
    let all = Router::new()
        .nest_service("/api/v1", api.clone())
        .nest_service("/api", api)
        .route("/health", get(health::health))
        .route("/healthz", get(health::live))
        .route("/metrics", get(metrics::show))
        .merge(web())
        .merge(webhooks())
        .route("/gateway/{*path}", any(gateway::here))
        .route("/w/{workspace}/gateway/{*path}", any(gateway::of))
        .merge(sockets::routes(&app))
        .method_not_allowed_fallback(not_this_method)
        .fallback_service(people(&app));
    around(all, app)
}

/// What stands around everything: a panic is caught, and each failure gets its body.
fn around(all: Router<App>, app: App) -> Router {
    let envelope = middleware::from_fn_with_state(app.clone(), envelope::envelope);
    let crossing = middleware::from_fn_with_state(app.clone(), crossing::cross);
    all.layer(CatchPanicLayer::custom(panicked)).layer(envelope).layer(crossing).with_state(app)
}

fn api(app: &App) -> Router {
    let guarded = routes::guarded().router();
    let open = routes::open().router();
    let pages = Router::new()
        .route("/", get(pages::front))
        .route("/docs", get(pages::docs))
        .route("/auth/reset", get(pages::reset))
        .route("/auth/join", get(pages::join))
        .route("/openapi.json", get(describe::show));
    answered(guarded_and_open(app, guarded, open).merge(pages), app)
}

/// People, their workspaces and what they pay, under the addresses without `/api` that clients of another system call.
fn people(app: &App) -> Router {
    let guarded = routes::people_guarded().router();
    let paid = routes::payments_open().router();
    let all = guarded_and_open(app, guarded, paid);
    answered(all.layer(middleware::from_fn(dialect::speak)), app)
}

fn guarded_and_open(app: &App, guarded: Router<App>, open: Router<App>) -> Router<App> {
    let door = middleware::from_fn_with_state(app.clone(), door::open);
    let closed = middleware::from_fn_with_state(app.clone(), maintenance::closed);
    guarded.route_layer(door).merge(open.route_layer(closed)).merge(people_open(app))
}

/// What each of these routes has in common. What need not know the route stands around all of them once: around
/// each, it would be kept some hundred times.
fn answered(routes: Router<App>, app: &App) -> Router {
    let routes = routes
        .fallback(nothing_here)
        .method_not_allowed_fallback(not_this_method)
        .layer(middleware::from_fn_with_state(app.clone(), routed))
        .with_state(app.clone());
    Router::new()
        .fallback_service(routes)
        .layer(middleware::from_fn(within_time))
        .layer(middleware::from_fn(tags::tag))
        .layer(CompressionLayer::new())
}

/// Stands where the route is known.
async fn routed(State(app): State<App>, request: Request, next: Next) -> Response {
    envelope::found(&request);
    audit::asked(&app, request, next).await
}

/// Everybody may come to these, but not any number of times.
fn people_open(app: &App) -> Router<App> {
    let open = routes::people_open().router();
    open.route_layer(middleware::from_fn_with_state(app.clone(), maintenance::closed))
        .route_layer(middleware::from_fn_with_state(app.clone(), limits::anonymous))
}

fn web() -> Router<App> {
    Router::new()
        .route("/", get(web::home))
        .route("/app", get(web::page))
        .route("/app/", get(web::page))
        .route("/app/{*path}", get(web::file))
}

fn webhooks() -> Router<App> {
    Router::new()
        .route("/webhook/{*path}", any(webhooks::live))
        .route("/webhook-test/{*path}", any(webhooks::test))
        .route("/w/{workspace}/webhook/{*path}", any(webhooks::live_of))
        .route("/w/{workspace}/webhook-test/{*path}", any(webhooks::test_of))
        .route("/webhook-waiting/{execution}", any(webhooks::waiting))
        .route("/webhook-waiting/{execution}/{suffix}", any(webhooks::waiting_with_suffix))
        .route("/form-waiting/{execution}", any(webhooks::form))
        .route("/form-waiting/{execution}/{suffix}", any(webhooks::form_with_suffix))
}

/// Lets nobody wait for ever: a handler that is dropped has either committed or changed nothing.
async fn within_time(request: Request, next: Next) -> Result<Response, Failure> {
    tokio::time::timeout(ANSWER_MAX, next.run(request)).await.map_err(|_| {
        let message = format!("there is no answer after {} seconds", ANSWER_MAX.as_secs());
        Failure::of(Code::Timeout, message)
    })
}

async fn nothing_here(request: Request) -> Failure {
    let path = request.uri().path();
    Failure::of(Code::NotFound, format!("there is nothing at {path}; /api/docs lists all routes"))
}

async fn not_this_method(request: Request) -> Failure {
    let (method, path) = (request.method(), request.uri().path());
    Failure::of(Code::MethodNotAllowed, format!("{path} does not take {method}"))
}

fn panicked(what: Box<dyn Any + Send + 'static>) -> Response {
    let text = what.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| what.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!("a handler panicked: {text}");
    Failure::of(Code::Internal, "a handler panicked").into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::StatusCode};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_breaks_one_answer_and_no_more() {
        let world = crate::tests::World::new().await;
        let boom =
            Router::new().route("/boom", get(async || -> &'static str { panic!("a secret") }));
        let router = around(boom, world.app());
        let request = Request::get("/boom").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("\"code\":\"internal\"") && !text.contains("secret"), "{text}");
    }
}
