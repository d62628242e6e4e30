//! All that goes on beside requests, held against the sources: what begins there and is not listed here fails.

use std::{collections::BTreeSet, fs, path::Path};

/// The jobs, and what of the store they call.
pub(super) const JOBS: &[(&str, &[&str])] = &[
    ("commits", &[]),
    ("request log", &["log_requests"]),
    ("queue", &["backlog", "claim", "give_back", "held_back", "next_wake_at", "pasts", "wake_due"]),
    ("room in the plan", &["release_due"]),
    ("schedules", &["due_schedules", "refresh_generation", "set_next_firing"]),
    ("strays", &["held"]),
    ("leases", &["heartbeat"]),
    ("cancels", &["cancels"]),
    ("messages to other processes", &[]),
    ("mails", &["mail_failed", "mail_sent", "take_mails"]),
    ("mails that are wished for", &["ask_registration", "send_proof", "user_by_email"]),
    ("refused sign-ins", &["clone", "note_account"]),
    (
        "charges",
        &[
            "customer",
            "recharge_failed",
            "recharge_goes_on",
            "recharge_paid",
            "recharge_terms",
            "take_recharges",
        ],
    ),
    ("old credits, payments and charges", &["sweep_credits", "sweep_payments", "sweep_recharges"]),
    ("uses of keys", &["add_key_uses", "sweep_key_uses"]),
    ("old history and its files", &["abandon", "litter", "prune", "swept", "workspaces"]),
    ("old entries of the audit log", &["audits_kept_since", "prune_audit"]),
    (
        "what is closed, and what counts no more",
        &[
            "purge",
            "sweep_attempts",
            "sweep_challenges",
            "sweep_journeys",
            "sweep_mails",
            "sweep_sessions",
        ],
    ),
    ("data keys", &[]),
];

/// Tables where nothing of Bob's stands: he has none of that, or nobody needs to look after it.
pub(super) const EMPTY: &[&str] = &[
    "blobs",
    "firings",
    "gateway_routes",
    "invitations",
    "litter",
    "origins",
    "outbox",
    "payments",
    "rate_limits",
    "recharges",
    "roles",
    "service_accounts",
    "settings",
    "shares",
    "sso_domains",
    "static_data",
    "variables",
];

/// Where something begins that goes on beside whoever began it: the file, how often, and what it is.
const BEGUN: &[(&str, usize, Kind)] = &[
    ("accounts/src/mail/post.rs", 1, Kind::Job),
    ("accounts/src/payments/cashier.rs", 2, Kind::Job),
    ("accounts/src/recover.rs", 1, Kind::Wishes),
    ("accounts/src/tries.rs", 1, Kind::Job),
    ("api/src/gateway/socket.rs", 1, Kind::OfOne),
    ("api/src/routes/data_keys.rs", 1, Kind::OfOne),
    ("api/src/sockets.rs", 1, Kind::OfOne),
    ("api/src/tally.rs", 1, Kind::Job),
    ("app/src/server/door.rs", 2, Kind::OfOne),
    ("app/src/server/memory.rs", 1, Kind::OfOne),
    ("app/src/server/relay.rs", 2, Kind::OfOne),
    ("engine/src/engine.rs", 7, Kind::Begins),
    ("engine/src/start.rs", 1, Kind::OfOne),
    ("engine/src/webhooks.rs", 1, Kind::OfOne),
    ("engine/src/worker.rs", 2, Kind::Job),
    ("engine/src/worker/lease.rs", 1, Kind::Job),
    ("store/src/writer.rs", 1, Kind::Begins),
];

/// The loops that others begin.
const LOOPS: &[&str] = &[
    "engine/src/requests.rs",
    "engine/src/schedules.rs",
    "engine/src/worker/leftovers.rs",
    "engine/src/worker/strays.rs",
    "engine/src/worker/take_up.rs",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// All that the file calls of the store, a job calls.
    Job,
    /// A job up to what people call themselves.
    Wishes,
    /// Begins jobs of other files.
    Begins,
    /// Goes on for one caller, one execution or the process, with nothing of the store that is not theirs.
    OfOne,
}

fn read(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    // Tests stand at the end.
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
}

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// What is called of the store in a text.
fn called(text: &str) -> BTreeSet<String> {
    let mut res = BTreeSet::new();
    for part in text.split("store").skip(1) {
        let part = part.strip_prefix("()").unwrap_or(part).trim_start();
        let Some(rest) = part.strip_prefix('.') else { continue };
        let name = rest.trim_start().split(|it: char| !it.is_ascii_lowercase() && it != '_').next();
        let name = name.unwrap_or_default();
        if rest.trim_start()[name.len()..].starts_with('(') {
            res.insert(name.to_owned());
        }
    }
    res
}

#[test]
fn each_job_of_the_product_is_listed() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = vec![];
    for room in fs::read_dir(crates).unwrap() {
        let room = room.unwrap().path();
        if !room.ends_with("testkit") {
            sources(&room.join("src"), &mut files);
        }
    }
    let mut begun = vec![];
    for file in &files {
        let n = read(file).matches("spawn(").count();
        let name = file.strip_prefix(crates).unwrap().to_str().unwrap().to_owned();
        begun.extend((n > 0).then_some((name, n)));
    }
    begun.sort();
    let listed: Vec<_> = BEGUN.iter().map(|it| (it.0.to_owned(), it.1)).collect();
    assert_eq!(begun, listed, "what goes on beside requests is listed, and swept if it is a job");

    let jobs = BEGUN.iter().filter(|it| matches!(it.2, Kind::Job | Kind::Wishes));
    let mut verbs = BTreeSet::new();
    for (file, _, kind) in jobs {
        let text = read(&crates.join(file));
        let text: &str = match kind {
            Kind::Wishes => text.split("\nimpl Accounts").next().unwrap_or_default(),
            Kind::Job | Kind::Begins | Kind::OfOne => &text,
        };
        // A word for an operator is no job.
        let text = text.split("\npub async fn password_word").next().unwrap_or_default();
        verbs.extend(called(text));
    }
    for file in LOOPS {
        verbs.extend(called(&read(&crates.join(file))));
    }
    let listed: BTreeSet<String> =
        JOBS.iter().flat_map(|it| it.1).map(|it| (*it).to_owned()).collect();
    assert_eq!(verbs, listed, "what jobs call of the store is listed with the job, and swept");
}
