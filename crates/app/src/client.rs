//! The client of a server's HTTP API: what commands ask, and what its refusals mean for them.

use std::{path::PathBuf, time::Duration};

use model::{Code, Secret};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Host, Url};

use crate::{
    cli,
    failure::{Failure, Outcome},
    place::Place,
};

mod events;
mod workflows;

pub(crate) use events::Events;
pub(crate) use workflows::{List, Row};

/// Options of every command that talks to a server.
#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "Server to talk to")]
pub(crate) struct Options {
    /// The server's address; without it the one that uses the data folder, else `http://127.0.0.1:5680`
    #[arg(long, env = "TAILORBIRD_SERVER", value_name = "URL")]
    server: Option<String>,
    /// An API key; without it the file `cli.key` in the data folder, which the server made at its first start
    #[arg(long, env = "TAILORBIRD_KEY", value_name = "KEY", hide_env_values = true)]
    key: Option<String>,
}

/// Where a server listens that was told nothing.
pub(crate) const SERVER: &str = "http://127.0.0.1:5680";
/// A server answers within a minute, whatever is asked.
const ANSWER_MAX: Duration = Duration::from_secs(90);
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// How often and how long a server may ask to wait.
const WAITS_MAX: usize = 20;
const WAIT_MAX: Duration = Duration::from_secs(60);

/// See the module.
pub(crate) struct Client {
    http: reqwest::Client,
    pub(crate) server: String,
    key: Option<Secret>,
    /// Where the key comes from, or should.
    key_file: PathBuf,
}

/// Runs what talks to a server, on this thread.
pub(crate) fn block<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| Failure::unreachable(format!("no runtime: {e}")))?.block_on(work)
}

/// What a server's JSON says; `what` names it to people.
pub(crate) fn read<T: DeserializeOwned>(found: Value, what: &str) -> Outcome<T> {
    serde_json::from_value(found)
        .map_err(|e| Failure::unreachable(format!("the server's {what} is odd: {e}")))
}

impl Client {
    pub(crate) fn new(options: &Options, every: &cli::Options) -> Outcome<Client> {
        let place = Place::at(&every.data);
        let server = match &options.server {
            Some(it) => it.clone(),
            None => place.read_address()?.unwrap_or_else(|| SERVER.to_owned()),
        };
        let server = server.trim().trim_end_matches('/').to_owned();
        if !Url::parse(&server).is_ok_and(|it| matches!(it.scheme(), "http" | "https")) {
            return Err(Failure::usage(format!(
                "--server {server}: write it as `http://127.0.0.1:5680`"
            )));
        }
        let key = match &options.key {
            Some(it) => Some(Secret::new(it.trim())),
            // The key of this folder is for its own server; a far one is not told.
            None if is_near(&server) => place.read_api_key()?,
            None => None,
        };
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .user_agent(concat!("tailorbird/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| Failure::unreachable(format!("no HTTP client: {e}")))?;
        Ok(Client { http, server, key, key_file: place.api_key() })
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Outcome<T> {
        self.read(self.ask(Method::GET, path).query(query)).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &Value,
    ) -> Outcome<T> {
        self.read(self.ask(Method::POST, path).json(body)).await
    }

    /// Posts a file as it is.
    pub(crate) async fn send_file<T: DeserializeOwned>(
        &self,
        path: &[&str],
        text: String,
    ) -> Outcome<T> {
        let request = self.ask(Method::POST, path);
        self.read(request.header("content-type", "application/json").body(text)).await
    }

    pub(crate) async fn delete(&self, path: &[&str]) -> Outcome {
        self.send(self.ask(Method::DELETE, path)).await.map(drop)
    }

    /// Posts what has no answer but that it was done.
    pub(crate) async fn tell(&self, path: &[&str]) -> Outcome {
        self.send(self.ask(Method::POST, path)).await.map(drop)
    }

    pub(crate) async fn text(&self, path: &[&str]) -> Outcome<String> {
        let response = self.send(self.ask(Method::GET, path)).await?;
        response.text().await.map_err(|e| self.broken(&e))
    }

    /// Writes an answer down as it comes, however long it is.
    pub(crate) async fn stream(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        to: &mut dyn std::io::Write,
    ) -> Outcome {
        let request = self.http.get(self.url(path)).query(query);
        let mut response = self.send(self.with_key(request)).await?;
        while let Some(bytes) = response.chunk().await.map_err(|e| self.broken(&e))? {
            to.write_all(&bytes)
                .map_err(|e| Failure::unreachable(format!("cannot write what came: {e}")))?;
        }
        to.flush().map_err(|e| Failure::unreachable(format!("cannot write what came: {e}")))
    }

    /// How the server is, whether it is well or not; `None` when none of ours answers.
    pub(crate) async fn health<T: DeserializeOwned>(&self) -> Option<T> {
        let response = self.http.get(format!("{}/health", self.server)).send().await.ok()?;
        serde_json::from_slice(&response.bytes().await.ok()?).ok()
    }

    /// What happens, as it happens.
    pub(crate) async fn events(&self, path: &[&str]) -> Outcome<Events> {
        let request = self.http.get(self.url(path));
        Ok(Events::new(self.send(self.with_key(request)).await?))
    }

    /// The address of a route of the API, by the segments behind `/api`.
    fn url(&self, path: &[&str]) -> String {
        let mut url = Url::parse(&self.server).expect("it was parsed before");
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("api").extend(path);
        }
        url.into()
    }

    fn ask(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.with_key(self.http.request(method, self.url(path)).timeout(ANSWER_MAX))
    }

    fn with_key(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.key {
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        }
    }

    async fn read<T: DeserializeOwned>(&self, request: RequestBuilder) -> Outcome<T> {
        let response = self.send(request).await?;
        let bytes = response.bytes().await.map_err(|e| self.broken(&e))?;
        serde_json::from_slice(&bytes).map_err(|e| {
            Failure::unreachable(format!(
                "{} answers what this version does not understand: {e}; is it a Tailorbird of this version?",
                self.server
            ))
        })
    }

    async fn send(&self, request: RequestBuilder) -> Outcome<Response> {
        let response = self.in_turn(request).await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let text = response.text().await.unwrap_or_default();
        Err(self.refused(status, &text))
    }

    /// Sends, and sends again after as long as the server says when it is asked too often.
    async fn in_turn(&self, mut request: RequestBuilder) -> Outcome<Response> {
        for _ in 0..WAITS_MAX {
            let again = request.try_clone();
            let response = request.send().await.map_err(|e| self.broken(&e))?;
            let (Some(wait), Some(again)) = (wait_of(&response), again) else {
                return Ok(response);
            };
            let (server, seconds) = (&self.server, wait.as_secs());
            eprintln!("tailorbird: {server} takes no more for {seconds} seconds; waiting for it");
            tokio::time::sleep(wait).await;
            request = again;
        }
        request.send().await.map_err(|e| self.broken(&e))
    }

    fn broken(&self, error: &reqwest::Error) -> Failure {
        let server = &self.server;
        if error.is_connect() {
            return Failure::unreachable(format!(
                "no server answers at {server}; start it with `tailorbird serve`, or name another with --server"
            ));
        }
        if error.is_timeout() {
            return Failure::unreachable(format!("{server} gives no answer; see its log"));
        }
        Failure::unreachable(format!("{server} broke off: {}", reason(error)))
    }

    /// A refusal as one line, with its details below.
    fn refused(&self, status: StatusCode, text: &str) -> Failure {
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        let error = &body["error"];
        let Some(message) = error["message"].as_str() else {
            let server = &self.server;
            return Failure::unreachable(format!(
                "{server} answers {status}; is it a Tailorbird? Name another with --server"
            ));
        };
        let mut message = message.to_owned();
        for it in error["details"].as_array().into_iter().flatten() {
            if let (Some(path), Some(why)) = (it["path"].as_str(), it["message"].as_str()) {
                message += &format!("\n  {path}: {why}");
            }
        }
        match status.as_u16() {
            401 => Failure::usage(self.key_refused()),
            _ if error["code"] == Code::FormatUnknown.as_str() => Failure::usage(message),
            400 | 403..=405 | 413 => Failure::usage(message),
            429 | 500.. => Failure::unreachable(message),
            _ => Failure::failed(message),
        }
    }

    fn key_refused(&self) -> String {
        let (server, file) = (&self.server, self.key_file.display());
        match &self.key {
            None => format!(
                "{server} wants an API key, and there is no {file}; name the server's data folder with --data, or give a key with --key or TAILORBIRD_KEY"
            ),
            Some(_) => format!(
                "{server} does not know the API key; give another with --key or TAILORBIRD_KEY. If it is the one of {file}: remove that file and restart the server, which makes a new one"
            ),
        }
    }
}

/// How long a server that is asked too often wants to be left alone, when that is worth a wait.
fn wait_of(response: &Response) -> Option<Duration> {
    let text = response.headers().get("retry-after")?.to_str().ok()?;
    let wait = Duration::from_secs(text.parse().ok()?);
    (response.status() == StatusCode::TOO_MANY_REQUESTS && wait <= WAIT_MAX).then_some(wait)
}

/// Whether it is a server of this machine.
fn is_near(server: &str) -> bool {
    match Url::parse(server).as_ref().map(Url::host) {
        Ok(Some(Host::Domain(name))) => name == "localhost",
        Ok(Some(Host::Ipv4(ip))) => ip.is_loopback(),
        Ok(Some(Host::Ipv6(ip))) => ip.is_loopback(),
        Ok(None) | Err(_) => false,
    }
}

/// The innermost reason of an error, which does not name the address again.
fn reason(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(inner) = reason.source() {
        reason = inner;
    }
    reason.to_string()
}
