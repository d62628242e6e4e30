//! Questions to other servers: short, without redirects, and answered in JSON.

use std::time::Duration;

use model::{Code, Fault};
use sdk::http::{Call, Client, Options, Reply};
use serde_json::Value;
use url::Url;

use super::provider::is_safe;

/// Longest wait for an answer.
const WAIT_MAX: Duration = Duration::from_secs(10);

pub(super) async fn get(client: &Client, url: &str) -> Result<Value, Fault> {
    json(&send(client, call("GET", url)?).await?)
}

pub(super) async fn get_as(client: &Client, url: &str, token: &str) -> Result<Value, Fault> {
    let mut call = call("GET", url)?;
    call.header("authorization", format!("Bearer {token}"));
    json(&send(client, call).await?)
}

/// A document that is no JSON.
pub(super) async fn get_text(client: &Client, url: &str) -> Result<String, Fault> {
    let mut call = call("GET", url)?;
    call.header("accept", "application/samlmetadata+xml, application/xml, text/xml, */*");
    let reply = send(client, call).await?;
    if !reply.is_success() {
        return Err(failed(&format!("the address answered with status {}", reply.status)));
    }
    String::from_utf8(reply.body.to_vec()).map_err(|_| failed("what the address has is no text"))
}

/// Sends a form; `Basic` credentials are sent along when they are given.
pub(super) async fn post(
    client: &Client,
    url: &str,
    fields: &[(&str, &str)],
    basic: Option<&str>,
) -> Result<Value, Fault> {
    let mut call = call("POST", url)?;
    call.body = form(fields).into_bytes().into();
    call.header("content-type", "application/x-www-form-urlencoded");
    if let Some(it) = basic {
        call.header("authorization", format!("Basic {it}"));
    }
    json(&send(client, call).await?)
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn call(method: &str, url: &str) -> Result<Call, Fault> {
    let mut call = Call::new(method, url).map_err(|it| failed(&it.message))?;
    if !is_safe(&call.url) {
        return Err(failed("it names an address that is not spoken to by TLS"));
    }
    call.header("accept", "application/json");
    call.options = Options { redirects_max: 0, timeout: WAIT_MAX, ..Options::default() };
    Ok(call)
}

async fn send(client: &Client, call: Call) -> Result<Reply, Fault> {
    client.send(call).await.map_err(|it| failed(&it.message))
}

/// OAuth puts its errors into JSON as well; their words are for the log, as they may hold anything.
fn json(reply: &Reply) -> Result<Value, Fault> {
    let host = Url::host_str(&reply.url).unwrap_or_default();
    let value: Option<Value> = serde_json::from_slice(&reply.body).ok();
    match value {
        Some(it) if reply.is_success() && it.is_object() => Ok(it),
        other => {
            let said = other.as_ref().and_then(|it| it["error"].as_str()).unwrap_or_default();
            let said: String = said.chars().filter(|it| !it.is_control()).take(100).collect();
            tracing::warn!(status = reply.status, host, error = %said, "a provider refused");
            Err(failed(&format!("`{host}` answered with status {}", reply.status)))
        }
    }
}

pub(super) fn failed(why: &str) -> Fault {
    Fault::new(Code::ProviderFailed, format!("the sign-in could not be finished: {why}"))
}

/// An address with values that are asked for.
pub(super) fn with_query(address: &str, values: &[(&str, &str)]) -> Result<Url, Fault> {
    let mut url = Url::parse(address).map_err(|_| failed("it names an address that is none"))?;
    if !is_safe(&url) {
        return Err(failed("it names an address that is not spoken to by TLS"));
    }
    url.query_pairs_mut().extend_pairs(values);
    Ok(url)
}
