//! `tailorbird serve`: the server, with everything in one folder or on PostgreSQL.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::serve::ListenerExt as _;
use engine::{Actor, Engine};
use jiff::{Timestamp, tz::TimeZone};
use model::Secret;
use store::{MasterKey, Store, files::Folder};
use tokio::net::TcpListener;

use crate::{
    cli::Options,
    demo,
    failure::{Failure, Outcome},
    local_key, output, worker_name,
};

/// Starts the server: API, webhooks, schedules and the executions of this machine
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird serve                                       everything in the folder `data`
  tailorbird serve --listen 0.0.0.0:5680 --public-url https://flows.example.com
  tailorbird serve --database-url postgres://user:pw@host/db

Stops on Ctrl-C or SIGTERM: what runs comes to a safe point and goes on at the next start.")]
pub(crate) struct Args {
    /// Address and port to listen on
    #[arg(
        long,
        env = "TAILORBIRD_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:5680"
    )]
    listen: SocketAddr,
    /// Under which the world reaches this server; absent is the address that it listens on
    #[arg(long, env = "TAILORBIRD_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// `postgres://…`; without it SQLite in the data folder
    #[arg(long, env = "TAILORBIRD_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Base64 of the 32 bytes that seal credentials; without it the file `master.key` in the data folder, made at the first start
    #[arg(long, env = "TAILORBIRD_MASTER_KEY", value_name = "KEY", hide_env_values = true)]
    master_key: Option<String>,
    /// A further API key for the default workspace, chosen by the operator
    #[arg(long, env = "TAILORBIRD_API_KEY", value_name = "KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// How many executions run at once
    #[arg(long, env = "TAILORBIRD_RUNNING_MAX", value_name = "N", default_value_t = 200)]
    running_max: usize,
    /// The folder that file nodes may touch; without it they fail
    #[arg(long, env = "TAILORBIRD_FILES", value_name = "DIR")]
    files: Option<PathBuf>,
    /// Let workflows call addresses of this machine and of private networks
    #[arg(long, env = "TAILORBIRD_ALLOW_PRIVATE_ADDRESSES")]
    allow_private_addresses: bool,
    /// Time zone of workflows that name none
    #[arg(long, env = "TAILORBIRD_TIMEZONE", value_name = "ZONE", default_value = "UTC")]
    timezone: String,
    /// Forget executions that ended longer ago; without it all are kept
    #[arg(long, env = "TAILORBIRD_KEEP_DAYS", value_name = "DAYS")]
    keep_days: Option<u32>,
    /// Proxies whose `X-Forwarded-For` is believed, such as `10.0.0.0/8`; may be given several times
    #[arg(long, env = "TAILORBIRD_TRUSTED_PROXIES", value_name = "NET", value_delimiter = ',')]
    trusted_proxies: Vec<ipnet::IpNet>,
    /// Make a few workflows to look at, when there is none yet
    #[arg(long, env = "TAILORBIRD_DEMO")]
    demo: bool,
}

/// A thread that evaluates expressions needs their stack and some more.
const STACK_BYTES: usize = 4 << 20;
/// How long requests in flight may take to end at shutdown.
const GRACE: Duration = Duration::from_secs(10);

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|e| Failure::unreachable(format!("no threads can be started: {e}")))?;
    runtime.block_on(serve(args, &options.data))
}

async fn serve(args: &Args, data: &Path) -> Outcome {
    let zone = TimeZone::get(&args.timezone)
        .map_err(|_| Failure::usage(format!("there is no time zone `{}`", args.timezone)))?;
    let listener = TcpListener::bind(args.listen).await.map_err(|e| {
        Failure::unreachable(format!(
            "cannot listen on {}: {e}; choose another port with --listen",
            args.listen
        ))
    })?;
    let address = listener
        .local_addr()
        .map_err(|e| Failure::unreachable(format!("the address is not known: {e}")))?;
    let store = open(args, data).await?;
    let engine = engine(args, data, store.clone(), address, zone).await?;
    prepare(args, data, &engine).await?;
    let served =
        api::Options { trusted_proxies: args.trusted_proxies.clone(), ..api::Options::default() };
    let router = api::router(engine.clone(), served);
    let listener = listener.tap_io(|stream| {
        // Small answers must not wait for more.
        let _ = stream.set_nodelay(true);
    });
    output::line(format!("Tailorbird listens on http://{address}  (API: /api/docs)"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = tokio::spawn(async move {
        // A stop that is never said is one, too.
        let stopped = async { stopped.await.unwrap_or_default() };
        axum::serve(listener, service).with_graceful_shutdown(stopped).await
    });
    let ended = tokio::select! {
        ended = &mut server => Some(ended),
        () = told_to_stop() => None,
    };
    if ended.is_none() {
        tracing::info!("stopping: what runs comes to a safe point");
        // The server may have ended meanwhile.
        let _ = stop.send(());
        engine.close().await;
        if tokio::time::timeout(GRACE, server).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
    }
    store.close().await;
    match ended {
        Some(Ok(Err(e))) => Err(Failure::unreachable(format!("the server broke: {e}"))),
        Some(Err(e)) => Err(Failure::unreachable(format!("the server broke: {e}"))),
        Some(Ok(Ok(()))) | None => Ok(()),
    }
}

async fn open(args: &Args, data: &Path) -> Outcome<Store> {
    std::fs::create_dir_all(data).map_err(|e| {
        Failure::unreachable(format!("the data folder {} cannot be made: {e}", data.display()))
    })?;
    let key = match &args.master_key {
        Some(text) => MasterKey::from_text(text),
        None => MasterKey::from_file(&data.join("master.key")),
    };
    let cannot = |e: store::Error| Failure::unreachable(e.to_string());
    let options = store::Options { url: args.database_url.clone(), data: data.to_owned() };
    Store::open(&options, key.map_err(cannot)?).await.map_err(cannot)
}

async fn engine(
    args: &Args,
    data: &Path,
    store: Store,
    address: SocketAddr,
    zone: TimeZone,
) -> Outcome<Engine> {
    let files = Folder::open(&data.join("files"))
        .map_err(|e| Failure::unreachable(format!("the folder for files cannot be made: {e}")))?;
    let options = engine::Options {
        worker: worker_name::of(data)?,
        base_url: args.public_url.clone().unwrap_or_else(|| format!("http://{address}")),
        running_max: args.running_max,
        folder: args.files.clone(),
        zone,
        http: sdk::http::Policy {
            allow_private: args.allow_private_addresses,
            ..sdk::http::Policy::default()
        },
        keep_days: args.keep_days,
        ..engine::Options::default()
    };
    let (nodes, kinds) = (Arc::new(nodes::all()), Arc::new(nodes::credentials()));
    Engine::open(store, Arc::new(files), nodes, kinds, options)
        .await
        .map_err(|e| Failure::unreachable(e.to_string()))
}

/// What a first start leaves: a key for the commands on this machine, and workflows to look at.
async fn prepare(args: &Args, data: &Path, engine: &Engine) -> Outcome {
    let cannot = |e: store::Error| Failure::unreachable(e.to_string());
    let workspace = engine.default_workspace();
    if let Some(path) = local_key::missing(data) {
        let (_, key) = engine
            .store()
            .add_key(workspace, "This machine", None, Timestamp::now())
            .await
            .map_err(cannot)?;
        local_key::write(&path, &key)?;
        output::line(format!("The commands on this machine use the key in {}", path.display()));
    }
    if let Some(text) = &args.api_key {
        let (key, now) = (Secret::new(text.clone()), Timestamp::now());
        let store = engine.store();
        store
            .add_key_of(workspace, "From the environment", &key, None, now)
            .await
            .map_err(cannot)?;
    }
    if args.demo {
        demo::make(engine, &Actor::system(workspace)).await?;
    }
    Ok(())
}

/// Ctrl-C, or the word of whoever runs us.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = term.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without a way to hear it there is only the hard way.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
