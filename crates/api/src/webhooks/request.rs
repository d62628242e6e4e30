//! An HTTP request as a trigger sees it.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequest, Multipart, Request},
    http::{HeaderMap, header, request::Parts},
};
use bytes::Bytes;
use model::{Fault, Map};
use sdk::trigger::{self, Part};
use smol_str::SmolStr;

use super::query;
use crate::{App, failure::Failure, pace::PACE, read, remote};

/// Most parts of one form.
const PARTS_MAX: usize = 1_000;

pub(super) async fn read(
    app: &App,
    path: String,
    request: Request,
) -> Result<trigger::Request, Failure> {
    let (parts, body) = request.into_parts();
    let body = read::bytes_of(body, app.options().webhook_body_bytes_max, &PACE).await?;
    let form =
        if is_form(&parts.headers) { take_apart(&parts, body.clone()).await? } else { vec![] };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let (base, target) = (app.engine().base_url(), parts.uri.path_and_query());
    Ok(trigger::Request {
        method: parts.method.as_str().into(),
        path,
        url: format!("{base}{}", target.map_or("/", |it| it.as_str())),
        remote: remote::of(peer, &parts.headers, &app.options().trusted_proxies),
        headers: headers(&parts.headers),
        query: parts.uri.query().map(query::parse).unwrap_or_default(),
        params: Map::new(),
        body,
        parts: form,
        test: false,
    })
}

fn headers(headers: &HeaderMap) -> BTreeMap<SmolStr, String> {
    let mut res: BTreeMap<SmolStr, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        match res.get_mut(name.as_str()) {
            None => drop(res.insert(name.as_str().into(), value.into_owned())),
            Some(all) => {
                all.push_str(", ");
                all.push_str(&value);
            }
        }
    }
    res
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|it| it.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"))
}

async fn take_apart(parts: &Parts, body: Bytes) -> Result<Vec<Part>, Failure> {
    let broken =
        |why: String| Failure::new(Fault::invalid(format!("the form cannot be read: {why}")));
    let mut request = Request::new(Body::from(body));
    *request.headers_mut() = parts.headers.clone();
    let mut form =
        Multipart::from_request(request, &()).await.map_err(|it| broken(it.body_text()))?;
    let mut res = vec![];
    while let Some(field) = form.next_field().await.map_err(|it| broken(it.body_text()))? {
        if res.len() == PARTS_MAX {
            return Err(broken(format!("it has more than {PARTS_MAX} parts")));
        }
        let text = |it: Option<&str>| it.map(SmolStr::from);
        let (name, file_name) = (text(field.name()).unwrap_or_default(), text(field.file_name()));
        let content_type = text(field.content_type());
        let body = field.bytes().await.map_err(|it| broken(it.body_text()))?;
        res.push(Part { name, file_name, content_type, body });
    }
    Ok(res)
}
