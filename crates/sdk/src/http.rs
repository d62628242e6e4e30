//! Outgoing HTTP with protection: limits, address rules, one client per policy and not per request.
//!
//! The only place that knows reqwest. Redirects are followed here, hop by hop, so that every hop
//! passes the address rules and a secret never follows to another origin.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use ipnet::IpNet;
use model::Secret;
use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use smol_str::SmolStr;
use tokio::sync::Semaphore;
use url::Url;

use crate::http::{clients::Clients, guard::Refused};
pub use crate::http::{
    escape::as_part,
    failure::{Failure, FailureKind},
    feed::Feed,
    guard::refusal,
    multipart::{Part, multipart},
    reply::Reply,
    stream::{Begun, Wire},
};

mod clients;
mod digest;
mod escape;
mod failure;
mod feed;
mod guard;
mod multipart;
mod reply;
mod sign;
mod stream;
#[cfg(test)]
mod tests;

/// The setting by which an operator allows networks that are refused otherwise; errors name it.
pub const ALLOW_SETTING: &str = "--http-allow";
/// Requests of one process that may be under way at once; more wait for a place.
pub const IN_FLIGHT_MAX: usize = 1_000;
/// Longest chain of redirects that can be asked for.
pub const REDIRECTS_MAX: u32 = 100;

/// What outgoing requests may do. Set by the operator.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Private, loopback and link-local addresses are refused unless this is set.
    pub allow_private: bool,
    /// Networks that are allowed all the same.
    pub allow: Vec<IpNet>,
    /// Longest body that is read, in bytes, counted after decompression.
    pub body_bytes_max: u64,
    pub connect_timeout: Duration,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            allow_private: false,
            allow: vec![],
            body_bytes_max: 256 << 20,
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// One request.
#[derive(Clone)]
pub struct Call {
    pub method: SmolStr,
    pub url: Url,
    pub headers: Vec<(SmolStr, SmolStr)>,
    pub body: Bytes,
    /// User and password for digest authentication: a challenge is answered once.
    pub digest: Option<(SmolStr, Secret)>,
    /// Names of headers that must not follow a redirect to another origin, in lower case.
    pub secret_headers: Vec<SmolStr>,
    pub options: Options,
}

/// How one request is sent.
#[derive(Clone)]
pub struct Options {
    /// Redirects followed at most; 0 gives the redirect itself.
    pub redirects_max: u32,
    /// The whole call, redirects and body included.
    pub timeout: Duration,
    /// `http://user:password@host:port`, `https://…` or `socks5://…`.
    pub proxy: Option<Secret>,
    /// Accept certificates that do not verify.
    pub insecure: bool,
    /// Write header names as `Content-Type`, for servers that tell case apart.
    pub title_case: bool,
    /// A client certificate, and whom to trust.
    pub certificate: Option<Certificate>,
    /// Ask to speak WebSocket on the connection.
    pub web_socket: bool,
}

/// A client certificate, in PEM.
#[derive(Clone)]
pub struct Certificate {
    /// Private key and certificate chain; empty for none.
    pub identity: Secret,
    /// Further roots to trust; empty for none.
    pub roots: String,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            redirects_max: 21,
            timeout: Duration::from_secs(300),
            proxy: None,
            insecure: false,
            title_case: false,
            certificate: None,
            web_socket: false,
        }
    }
}

impl Call {
    /// # Errors
    /// A sentence when the address is no `http` or `https` address.
    pub fn new(method: &str, url: &str) -> Result<Call, Failure> {
        let invalid = |why: &str| Failure::invalid(format!("`{url}` is no web address: {why}"));
        let parsed = Url::parse(url.trim())
            .map_err(|_| invalid("it must start with `http://` or `https://` and name a host"))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(invalid("only `http` and `https` are spoken"));
        }
        Ok(Call {
            method: method.into(),
            url: parsed,
            headers: vec![],
            body: Bytes::new(),
            digest: None,
            secret_headers: vec![],
            options: Options::default(),
        })
    }

    /// Writes a header; one of that name is replaced.
    pub fn header(&mut self, name: &str, value: impl Into<SmolStr>) {
        self.headers.retain(|(it, _)| !it.eq_ignore_ascii_case(name));
        self.headers.push((name.into(), value.into()));
    }

    pub fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(it, _)| it.eq_ignore_ascii_case(name))
    }
}

/// Sends requests under a policy. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    policy: Arc<Policy>,
    clients: Clients,
    places: Arc<Semaphore>,
}

impl Client {
    pub fn new(policy: Policy) -> Client {
        let policy = Arc::new(policy);
        let clients = Clients::new(policy.clone());
        let places = Arc::new(Semaphore::new(IN_FLIGHT_MAX));
        Client { inner: Arc::new(Inner { policy, clients, places }) }
    }

    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// Sends a request and reads its answer. Any status is an answer, not a failure.
    pub async fn send(&self, call: Call) -> Result<Reply, Failure> {
        let timeout = call.options.timeout;
        let url = call.url.clone();
        match tokio::time::timeout(timeout, self.follow(call)).await {
            Ok(res) => res,
            Err(_) => Err(Failure::timeout(&url, timeout)),
        }
    }

    async fn follow(&self, mut call: Call) -> Result<Reply, Failure> {
        let _place = self.inner.places.acquire().await.expect("the places are never closed");
        let client = self.inner.clients.get(&call.options)?;
        let mut hops = 0;
        let mut challenged = false;
        loop {
            let reply = self.once(&client, &call).await?;
            if reply.status == 401
                && !challenged
                && let Some(answer) = digest::answer(&call, &reply)?
            {
                challenged = true;
                call.header("authorization", answer);
                continue;
            }
            let Some(target) = redirect(&call, &reply)? else { return Ok(reply) };
            if hops >= call.options.redirects_max.min(REDIRECTS_MAX) {
                if call.options.redirects_max == 0 {
                    return Ok(reply);
                }
                return Err(Failure::invalid(format!(
                    "`{}` redirected more than {hops} times",
                    shown(&call.url)
                )));
            }
            hops += 1;
            move_to(&mut call, target, reply.status);
        }
    }

    /// One exchange with one server.
    async fn once(&self, client: &reqwest::Client, call: &Call) -> Result<Reply, Failure> {
        guard::check_literal(&call.url, &self.inner.policy)?;
        let method = Method::from_bytes(call.method.as_bytes())
            .map_err(|_| Failure::invalid(format!("`{}` is no HTTP method", call.method)))?;
        let mut request = reqwest::Request::new(method, call.url.clone());
        write_headers(request.headers_mut(), call)?;
        if !call.body.is_empty() {
            *request.body_mut() = Some(call.body.clone().into());
        }
        let mut response =
            client.execute(request).await.map_err(|it| Failure::of(it, &call.url))?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = read(response, self.inner.policy.body_bytes_max, &call.url).await?;
        Ok(Reply {
            status: status.as_u16(),
            reason: status.canonical_reason().unwrap_or(""),
            headers,
            body,
            url: call.url.clone(),
        })
    }
}

/// The body as one piece; copied only when it came in several.
async fn read(mut response: reqwest::Response, max: u64, url: &Url) -> Result<Bytes, Failure> {
    let too_large = || Failure::too_large(url, max);
    if response.content_length().is_some_and(|it| it > max) {
        return Err(too_large());
    }
    let Some(first) = response.chunk().await.map_err(|it| Failure::of(it, url))? else {
        return Ok(Bytes::new());
    };
    if first.len() as u64 > max {
        return Err(too_large());
    }
    let Some(second) = response.chunk().await.map_err(|it| Failure::of(it, url))? else {
        return Ok(first);
    };
    let mut all = BytesMut::from(first);
    all.extend_from_slice(&second);
    while let Some(chunk) = response.chunk().await.map_err(|it| Failure::of(it, url))? {
        if (all.len() + chunk.len()) as u64 > max {
            return Err(too_large());
        }
        all.extend_from_slice(&chunk);
    }
    if all.len() as u64 > max {
        return Err(too_large());
    }
    Ok(all.freeze())
}

/// The transport writes these itself; a second copy would make the request ambiguous.
const OWN_HEADERS: [&str; 4] = ["content-length", "transfer-encoding", "connection", "upgrade"];

fn write_headers(headers: &mut HeaderMap, call: &Call) -> Result<(), Failure> {
    headers.reserve(call.headers.len());
    for (name, value) in &call.headers {
        if OWN_HEADERS.iter().any(|it| name.eq_ignore_ascii_case(it)) {
            continue;
        }
        let key = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| Failure::invalid(format!("`{name}` is no name of a header")))?;
        let secret = call.secret_headers.iter().any(|it| it == key.as_str());
        let mut value = HeaderValue::from_bytes(value.trim().as_bytes()).map_err(|_| {
            Failure::invalid(format!(
                "the value of header `{name}` holds a line break or control character"
            ))
        })?;
        value.set_sensitive(secret);
        headers.append(key, value);
    }
    Ok(())
}

/// Where a redirect leads; `None` when the answer is none.
fn redirect(call: &Call, reply: &Reply) -> Result<Option<Url>, Failure> {
    if !matches!(reply.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = reply.header("location") else { return Ok(None) };
    let mut target = call.url.join(location).map_err(|_| {
        Failure::invalid(format!(
            "`{}` redirected to `{location}`, which is no address",
            shown(&call.url)
        ))
    })?;
    if !matches!(target.scheme(), "http" | "https") {
        return Err(Refused::scheme(target.scheme()).into());
    }
    if target.fragment().is_none() {
        target.set_fragment(call.url.fragment());
    }
    Ok(Some(target))
}

/// Turns a call into the one that a redirect asks for.
fn move_to(call: &mut Call, target: Url, status: u16) {
    if call.url.origin() != target.origin() {
        call.digest = None;
        let secret = std::mem::take(&mut call.secret_headers);
        call.headers.retain(|(name, _)| {
            let name = name.to_ascii_lowercase();
            !secret.iter().any(|it| *it == name)
                && !matches!(
                    name.as_str(),
                    "authorization" | "cookie" | "proxy-authorization" | "host"
                )
        });
    }
    let becomes_get = match status {
        303 => call.method != "HEAD",
        301 | 302 => call.method == "POST",
        _ => false,
    };
    if becomes_get {
        call.method = "GET".into();
        call.body = Bytes::new();
        call.headers.retain(|(name, _)| {
            !name.to_ascii_lowercase().starts_with("content-")
                && !name.eq_ignore_ascii_case("idempotency-key")
        });
    }
    call.url = target;
}

/// An address for a message: without user, password, query and fragment, where secrets hide.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}
