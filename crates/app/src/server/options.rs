//! How a server is to work; each comment is the manual of its option.

use std::{path::PathBuf, time::Duration};

use accounts::{Registration, password::Breached};
use ipnet::IpNet;
use model::id::{ApiKeyId, WorkspaceId};

use crate::{
    database,
    failure::{Failure, Outcome},
};

#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "Server")]
pub(crate) struct Options {
    /// Address and port to listen on; `0.0.0.0:5680` takes requests from other machines, too
    #[arg(
        long,
        env = "TAILORBIRD_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:5680"
    )]
    pub(crate) listen: String,
    /// Under which the world reaches this server, such as `https://flows.example.com`; without it the address that it listens on
    #[arg(long, env = "TAILORBIRD_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    #[command(flatten)]
    pub(crate) database: database::Options,
    /// A further API key for the default workspace, chosen by the operator; better given by environment than as a flag
    #[arg(long, env = "TAILORBIRD_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) api_key: Option<String>,
    /// Make a few workflows to look at and to call, when there is none yet
    #[arg(long, env = "TAILORBIRD_DEMO")]
    pub(crate) demo: bool,
    /// Time zone of workflows that name none
    #[arg(long, env = "TAILORBIRD_TIMEZONE", value_name = "ZONE", default_value = "UTC")]
    pub(crate) timezone: String,
    /// Forget executions that ended longer ago than this; without it all are kept
    #[arg(
        long,
        env = "TAILORBIRD_KEEP_DAYS",
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=36_500)
    )]
    keep_days: Option<u32>,
    /// Forget entries of the audit log that are older than this; without it all are kept
    #[arg(
        long,
        env = "TAILORBIRD_AUDIT_DAYS",
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=36_500)
    )]
    audit_days: Option<u32>,
    /// The name under which this process holds executions, unique among those that share a database; without it one is made at the first start and kept in the data folder
    #[arg(long, env = "TAILORBIRD_WORKER", value_name = "NAME")]
    pub(crate) worker: Option<String>,
    /// How long requests that are under way may take to end when the server stops
    #[arg(
        long,
        env = "TAILORBIRD_GRACE_SECONDS",
        value_name = "N",
        default_value_t = 5,
        value_parser = clap::value_parser!(u64).range(0..=3_600)
    )]
    grace_seconds: u64,
    #[command(flatten)]
    people: People,
    #[command(flatten)]
    elsewhere: providers::Elsewhere,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    plans: plans::Plans,
    #[command(flatten)]
    rates: rates::Rates,
    #[command(flatten)]
    limits: Limits,
}

mod plans;
mod providers;
mod rates;

/// Who may come in, and how they are written to.
#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "People")]
struct People {
    /// Who may make an account: everybody, each with a workspace of his own, or nobody after the first
    #[arg(
        long,
        env = "TAILORBIRD_REGISTRATION",
        value_name = "WHO",
        default_value = "open",
        value_parser = ["open", "closed"]
    )]
    registration: String,
    /// The server that takes mails, `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`; without it no mail is sent, and forgotten passwords cannot be set anew
    #[arg(
        long,
        env = "TAILORBIRD_SMTP_URL",
        value_name = "URL",
        hide_env_values = true,
        requires = "mail_from"
    )]
    smtp_url: Option<String>,
    /// The sender of mails, `Tailorbird <no-reply@example.com>`
    #[arg(long, env = "TAILORBIRD_MAIL_FROM", value_name = "ADDRESS", id = "mail_from")]
    mail_from: Option<String>,
    /// A file of passwords that are refused beside the usual ones, one a line: as text, or as SHA-1 as "Have I Been Pwned" gives them out
    #[arg(long, env = "TAILORBIRD_PASSWORD_LIST", value_name = "FILE")]
    password_list: Option<PathBuf>,
}

/// What workflows may reach beyond the server.
#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "What workflows may reach")]
struct Reach {
    /// The folder that file nodes may touch; without it they fail
    #[arg(long, env = "TAILORBIRD_FILES", value_name = "DIR")]
    files: Option<PathBuf>,
    /// Let workflows call addresses of this machine and of private networks
    #[arg(long, env = "TAILORBIRD_ALLOW_PRIVATE_ADDRESSES")]
    allow_private_addresses: bool,
    /// Addresses and networks that workflows may call although they are private, such as `10.1.0.0/16,127.0.0.1`
    #[arg(
        long,
        env = "TAILORBIRD_HTTP_ALLOW",
        value_name = "NET",
        value_delimiter = ',',
        value_parser = net
    )]
    http_allow: Vec<IpNet>,
    /// Proxies whose `X-Forwarded-For` is believed, such as `10.0.0.0/8`
    #[arg(
        long,
        env = "TAILORBIRD_TRUSTED_PROXIES",
        value_name = "NET",
        value_delimiter = ',',
        value_parser = net
    )]
    trusted_proxies: Vec<IpNet>,
    /// Variables of the server's environment that expressions may read as `$env`; without it `$env` is blocked
    #[arg(
        long,
        env = "TAILORBIRD_ENV_NAMES",
        value_name = "NAME",
        value_delimiter = ',',
        id = "env-names"
    )]
    env_names: Vec<String>,
    /// Let scripts use `URL`, `crypto` and harmless modules, as n8n does not
    #[arg(long, env = "TAILORBIRD_SCRIPT_EXTRAS")]
    script_extras: bool,
}

/// Past these, work waits or is refused.
#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "Limits")]
struct Limits {
    /// How many executions run at once; more wait for their turn
    #[arg(
        long,
        env = "TAILORBIRD_EXECUTIONS_MAX",
        value_name = "N",
        default_value_t = 200,
        value_parser = clap::value_parser!(u32).range(1..=100_000)
    )]
    executions_max: u32,
    /// How many accepted executions may wait; past it triggers are refused
    #[arg(
        long,
        env = "TAILORBIRD_QUEUE_MAX",
        value_name = "N",
        default_value_t = 1_000_000,
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    queue_max: u64,
    /// How many connections are open at once; more wait to be taken
    #[arg(
        long,
        env = "TAILORBIRD_CONNECTIONS_MAX",
        value_name = "N",
        default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    connections_max: u32,
    /// How long the caller of a webhook waits for its answer
    #[arg(
        long,
        env = "TAILORBIRD_ANSWER_SECONDS_MAX",
        value_name = "N",
        default_value_t = 300,
        value_parser = clap::value_parser!(u64).range(1..=86_400)
    )]
    answer_seconds_max: u64,
    /// Largest body of a call to a webhook
    #[arg(
        long,
        env = "TAILORBIRD_WEBHOOK_MIB_MAX",
        value_name = "N",
        default_value_t = 16,
        value_parser = clap::value_parser!(u64).range(1..=4_096)
    )]
    webhook_mib_max: u64,
    /// Items that one execution keeps in memory; more go to disk
    #[arg(
        long,
        env = "TAILORBIRD_EXECUTION_MIB_MAX",
        value_name = "N",
        default_value_t = 256,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576)
    )]
    execution_mib_max: u64,
    /// Memory of a script or expression
    #[arg(
        long,
        env = "TAILORBIRD_SCRIPT_MIB_MAX",
        value_name = "N",
        default_value_t = 256,
        value_parser = clap::value_parser!(u64).range(4..=65_536)
    )]
    script_mib_max: u64,
    /// How long a code node may compute
    #[arg(
        long,
        env = "TAILORBIRD_SCRIPT_SECONDS_MAX",
        value_name = "N",
        default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(1..=86_400)
    )]
    script_seconds_max: u64,
    /// How long an expression may compute
    #[arg(
        long,
        env = "TAILORBIRD_EXPRESSION_SECONDS_MAX",
        value_name = "N",
        default_value_t = 5,
        value_parser = clap::value_parser!(u64).range(1..=3_600)
    )]
    expression_seconds_max: u64,
    /// Largest answer that an HTTP request may get
    #[arg(
        long,
        env = "TAILORBIRD_HTTP_MIB_MAX",
        value_name = "N",
        default_value_t = 256,
        value_parser = clap::value_parser!(u64).range(1..=65_536)
    )]
    http_mib_max: u64,
}

/// The web app, as `build.rs` found it.
const WEB: &[api::WebFile] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

impl Options {
    pub(crate) fn public_url(&self) -> Outcome<Option<String>> {
        let Some(text) = &self.public_url else { return Ok(None) };
        let text = text.trim().trim_end_matches('/');
        let parsed = url::Url::parse(text).ok();
        let is_fine = |it: &url::Url| {
            matches!(it.scheme(), "http" | "https") && it.query().is_none() && it.has_host()
        };
        if parsed.as_ref().is_some_and(is_fine) {
            return Ok(Some(text.to_owned()));
        }
        Err(Failure::usage(format!("--public-url {text}: write it as `https://flows.example.com`")))
    }

    /// What new workspaces begin with.
    pub(crate) fn terms(&self) -> Outcome<store::subscriptions::Terms> {
        self.plans.terms()
    }

    pub(crate) fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_seconds)
    }

    pub(crate) fn env_names(&self) -> &[String] {
        &self.reach.env_names
    }

    pub(crate) fn connections_max(&self) -> usize {
        self.limits.connections_max as usize
    }

    /// Where processes meet.
    pub(crate) fn redis(&self) -> Option<redis::Client> {
        self.rates.shared().map(|it| it.client())
    }

    pub(crate) fn api(&self, operator_key: Option<ApiKeyId>) -> api::Options {
        api::Options {
            trusted_proxies: self.reach.trusted_proxies.clone(),
            webhook_body_bytes_max: bytes(self.limits.webhook_mib_max),
            rates: self.rates.rates(),
            shared: self.rates.shared(),
            operator_key,
            web: WEB,
        }
    }

    /// Who may come in, on a server that the world reaches under `base_url`; `default` is its default
    /// workspace.
    pub(crate) fn people(
        &self,
        base_url: String,
        default: WorkspaceId,
    ) -> Outcome<accounts::Options> {
        let people = &self.people;
        let mail = match (&people.smtp_url, &people.mail_from) {
            (Some(url), Some(from)) => {
                let server = accounts::mail::Server::new(url, from);
                Some(server.map_err(|it| Failure::usage(it.message))?)
            }
            _ => None,
        };
        let breached = match &people.password_list {
            None => Breached::default(),
            Some(path) => Breached::read(path)
                .map_err(|e| Failure::usage(format!("--password-list {}: {e}", path.display())))?,
        };
        let registration = match people.registration.as_str() {
            "closed" => Registration::Closed,
            _ => Registration::Open,
        };
        let providers = self.elsewhere.providers(default, self.policy())?;
        let payments = self.plans.payments(self.policy())?;
        Ok(accounts::Options { base_url, registration, breached, mail, providers, payments })
    }

    /// As far as options decide; the rest is the server's to know.
    pub(crate) fn engine(&self) -> engine::Options {
        let (reach, limits) = (&self.reach, &self.limits);
        engine::Options {
            running_max: limits.executions_max as usize,
            backlog_max: limits.queue_max,
            answer_wait_max: Duration::from_secs(limits.answer_seconds_max),
            folder: reach.files.clone(),
            limits: expr::Limits {
                time_max: Duration::from_secs(limits.expression_seconds_max),
                code_time_max: Duration::from_secs(limits.script_seconds_max),
                memory_bytes_max: bytes(limits.script_mib_max),
                extras: reach.script_extras,
                ..expr::Limits::default()
            },
            http: self.policy(),
            memory_bytes_max: bytes(limits.execution_mib_max),
            keep_days: self.keep_days,
            audit_days: self.audit_days,
            ..engine::Options::default()
        }
    }
}

impl Options {
    /// Which addresses the server asks.
    fn policy(&self) -> sdk::http::Policy {
        sdk::http::Policy {
            allow_private: self.reach.allow_private_addresses,
            allow: self.reach.http_allow.clone(),
            body_bytes_max: self.limits.http_mib_max << 20,
            ..sdk::http::Policy::default()
        }
    }
}

fn bytes(mib: u64) -> usize {
    usize::try_from(mib << 20).unwrap_or(usize::MAX)
}

/// A network, or a single address.
fn net(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let single = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>()
        .ok()
        .or_else(single)
        .ok_or_else(|| "write an address or a network, such as `10.0.0.0/8`".to_owned())
}
