//! The web app under `/app`: files that were built into the binary, with the headers they travel under.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use bytes::Bytes;

use crate::App;

/// One file of the web app.
#[derive(Clone, Copy, Debug)]
pub struct WebFile {
    /// Where it lies under `/app`, such as `assets/index-C0FFEE.js`.
    pub name: &'static str,
    pub plain: &'static [u8],
    pub brotli: Option<&'static [u8]>,
    pub gzip: Option<&'static [u8]>,
}

/// Scripts come from this server only and none stands in a page. Styles may: the editor of
/// expressions writes its own.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What stands there when the binary was built without it.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
     <title>Tailorbird</title><h1>The web app is not in this binary</h1>\
     <p>Build it with <code>npm ci && npm run build</code> in the folder <code>web</code>, then build the \
     server again; <code>make run</code> does both. The API works without it: \
     <a href=\"/api/docs\">/api/docs</a>.</p></html>";

/// `GET /`: people come for the web app.
pub(crate) async fn home() -> Redirect {
    Redirect::temporary("/app/")
}

/// `GET /app`, and every address below it that is no file: the page itself, which knows what to show.
pub(crate) async fn page(State(app): State<App>, headers: HeaderMap) -> Response {
    match find(&app, "index.html") {
        Some(file) => answer(file, &headers),
        None => (StatusCode::NOT_FOUND, Html(NOT_BUILT)).into_response(),
    }
}

/// `GET /app/{path}`: a file, or the page.
pub(crate) async fn file(
    State(app): State<App>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    match find(&app, &path) {
        Some(file) => answer(file, &headers),
        // A page of an older build asks for a part that is gone: the page itself would be no script.
        None if path.starts_with("assets/") => StatusCode::NOT_FOUND.into_response(),
        None => page(State(app), headers).await,
    }
}

fn find(app: &App, name: &str) -> Option<WebFile> {
    let files = app.options().web;
    files.binary_search_by(|it| it.name.cmp(name)).ok().map(|at| files[at])
}

fn answer(file: WebFile, asked: &HeaderMap) -> Response {
    let takes = asked.get(header::ACCEPT_ENCODING).and_then(|it| it.to_str().ok()).unwrap_or("");
    let takes = |coding: &str| takes.split(',').any(|it| it.trim().starts_with(coding));
    let (coding, body) = match (file.brotli, file.gzip) {
        (Some(packed), _) if takes("br") => (Some("br"), packed),
        (_, Some(packed)) if takes("gzip") => (Some("gzip"), packed),
        _ => (None, file.plain),
    };
    // Names under `assets/` change with what is in them, so nobody needs to ask again.
    let is_named_by_content = file.name.starts_with("assets/");
    let keep = if is_named_by_content { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut res = Bytes::from_static(body).into_response();
    let headers = res.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, kind_of(file.name));
    set(header::CACHE_CONTROL, keep);
    set(header::VARY, "accept-encoding");
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    if let Some(coding) = coding {
        set(header::CONTENT_ENCODING, coding);
    }
    res
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
