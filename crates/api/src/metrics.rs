//! Figures for Prometheus at `/metrics`. Labels have few values: never a workspace, never an id.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Bounds of durations, in seconds.
const BUCKETS: &[f64] = &[
    0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    60.0, 300.0,
];
/// How often what was measured is folded into its buckets when nobody asks for it.
const UPKEEP_S: u64 = 5;

struct Recorder {
    /// Absent when another recorder is installed in this process.
    handle: Option<PrometheusHandle>,
    began: Instant,
    /// Seconds since `began` at the last upkeep.
    upkept: AtomicU64,
}

static RECORDER: LazyLock<Recorder> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new().set_buckets(BUCKETS);
    let handle = builder.ok().and_then(|it| it.install_recorder().ok());
    Recorder { handle, began: Instant::now(), upkept: AtomicU64::new(0) }
});

/// Makes this process count. Doing it again changes nothing.
pub fn install() {
    LazyLock::force(&RECORDER);
}

/// Folds what was measured into its buckets. Whoever serves no requests calls it now and then.
pub fn upkeep() {
    let recorder = &*RECORDER;
    let now = recorder.began.elapsed().as_secs();
    let last = recorder.upkept.load(Ordering::Relaxed);
    let ours = now >= last + UPKEEP_S
        && recorder
            .upkept
            .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok();
    if ours && let Some(handle) = &recorder.handle {
        handle.run_upkeep();
    }
}

/// Counts a request that was answered.
pub(crate) fn count(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let class = match status.as_u16() {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    };
    let method = match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    };
    let route = route.to_owned();
    metrics::counter!("tailorbird_http_requests_total", "method" => method, "route" => route.clone(), "status" => class)
        .increment(1);
    metrics::histogram!("tailorbird_http_request_seconds", "route" => route)
        .record(took.as_secs_f64());
    upkeep();
}

/// `GET /metrics`
pub(crate) async fn show() -> Response {
    let text = RECORDER.handle.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
