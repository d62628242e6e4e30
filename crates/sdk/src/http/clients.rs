//! One pooled client per kind of connection, made when first needed.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use url::Url;

use crate::http::{
    Certificate, Failure, Options, Policy,
    guard::{GuardedResolver, Lookup, check_literal, system_lookup},
};

/// Clients kept at once; past it, the one that was made first goes.
const CLIENTS_MAX: usize = 64;
/// Idle connections kept per host: as many as may be in use, or a crowd would open most of its
/// connections anew for each call.
const IDLE_PER_HOST_MAX: usize = super::IN_FLIGHT_MAX;
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// What distinguishes one client from another. Secrets are there only as a hash.
#[derive(PartialEq, Eq)]
struct Kind {
    insecure: bool,
    title_case: bool,
    web_socket: bool,
    secret: Option<[u8; 32]>,
}

pub(super) struct Clients {
    policy: Arc<Policy>,
    lookup: Lookup,
    made: Mutex<Vec<(Kind, reqwest::Client)>>,
}

impl Clients {
    pub(super) fn new(policy: Arc<Policy>) -> Clients {
        Clients { policy, lookup: system_lookup(), made: Mutex::default() }
    }

    #[cfg(test)]
    pub(super) fn with_lookup(policy: Arc<Policy>, lookup: Lookup) -> Clients {
        Clients { policy, lookup, made: Mutex::default() }
    }

    pub(super) fn get(&self, options: &Options) -> Result<reqwest::Client, Failure> {
        let kind = Kind::of(options);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = made.iter().find(|(it, _)| *it == kind) {
            return Ok(client.clone());
        }
        let client = self.make(options)?;
        if made.len() >= CLIENTS_MAX {
            made.remove(0);
        }
        made.push((kind, client.clone()));
        Ok(client)
    }

    fn make(&self, options: &Options) -> Result<reqwest::Client, Failure> {
        let resolver = GuardedResolver { policy: self.policy.clone(), lookup: self.lookup.clone() };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("tailorbird/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .dns_resolver(Arc::new(resolver))
            .connect_timeout(self.policy.connect_timeout)
            .tcp_nodelay(true)
            .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
            .pool_idle_timeout(IDLE_TIMEOUT);
        if options.insecure {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        if options.title_case {
            builder = builder.http1_title_case_headers();
        }
        if options.web_socket {
            // A connection of HTTP/2 is shared, and cannot become another.
            builder = builder.http1_only();
        }
        if let Some(proxy) = &options.proxy {
            let wrong = || {
                Failure::invalid("the proxy is no address such as `http://user:password@host:8080`")
            };
            let url = Url::parse(proxy.expose()).map_err(|_| wrong())?;
            check_literal(&url, &self.policy)?;
            builder = builder.proxy(reqwest::Proxy::all(url).map_err(|_| wrong())?);
        }
        if let Some(certificate) = &options.certificate {
            builder = present(builder, certificate)?;
        }
        builder
            .build()
            .map_err(|it| Failure::invalid(format!("no connection can be set up ({it})")))
    }
}

fn present(
    mut builder: reqwest::ClientBuilder,
    certificate: &Certificate,
) -> Result<reqwest::ClientBuilder, Failure> {
    let wrong = |what: &str| Failure::invalid(format!("{what} is no PEM text that can be read"));
    if !certificate.identity.expose().is_empty() {
        let identity = reqwest::Identity::from_pem(certificate.identity.expose().as_bytes())
            .map_err(|_| wrong("the client certificate with its key"))?;
        builder = builder.identity(identity);
    }
    if !certificate.roots.is_empty() {
        let roots = reqwest::Certificate::from_pem_bundle(certificate.roots.as_bytes())
            .map_err(|_| wrong("the certificate authority"))?;
        builder = builder.tls_certs_merge(roots);
    }
    Ok(builder)
}

impl Kind {
    fn of(options: &Options) -> Kind {
        let secret = (options.proxy.is_some() || options.certificate.is_some()).then(|| {
            let mut hash = Sha256::new();
            let parts = [
                options.proxy.as_ref().map_or("", |it| it.expose()),
                options.certificate.as_ref().map_or("", |it| it.identity.expose()),
                options.certificate.as_ref().map_or("", |it| &it.roots),
            ];
            for part in parts {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part.as_bytes());
            }
            hash.finalize().into()
        });
        let Options { insecure, title_case, web_socket, .. } = *options;
        Kind { insecure, title_case, web_socket, secret }
    }
}
