//! The tenancy sweep of what goes on beside requests: each job does what is due in one workspace. Another one, where
//! there is some of everything, stays as it is to the last row; nobody there gets a mail or hears an event.

mod census;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use bytes::Bytes;
use engine::relay::Relay;
use jiff::SignedDuration;
use model::id::{ApiKeyId, BlobId, ExecutionId};
use store::{
    key_uses::{Use, Uses},
    prune::Keep,
    scratch::rows_of,
};
use testkit::{mailbox::Mailbox, stripe::Stripe};
use tokio::net::{TcpListener, TcpStream};

use self::census::JOBS;
use super::{
    billing::stripe_at,
    people::{ELSEWHERE, PASSWORD, token, word_after},
    *,
};

const BOB: &str = "bob@example.com";

/// Keeps what is said to other processes.
#[derive(Default)]
struct Recorder(Mutex<Vec<Bytes>>);

impl Relay for Recorder {
    fn send(&self, message: Bytes) {
        self.0.lock().unwrap().push(message);
    }
}

/// Ada's workspace, where things happen, and Bob's, where nothing does.
struct Jobs {
    world: World,
    ada: String,
    bob: String,
    own: WorkspaceId,
    provider: Stripe,
    mailbox: Mailbox,
    said: Arc<Recorder>,
    /// A service that takes calls and never answers.
    mute: TcpListener,
    /// Its calls, which go on as long as they are kept.
    calls: Vec<TcpStream>,
    /// Workflows by whose they are and what they are called.
    workflows: HashMap<(WorkspaceId, &'static str), String>,
    done: BTreeSet<&'static str>,
}

/// What there was in Bob's workspace before a job.
struct Before {
    rows: BTreeMap<&'static str, Vec<String>>,
    events: engine::bus::Listening,
    n_mails: usize,
}

impl Jobs {
    async fn new() -> Jobs {
        let (provider, mailbox) = (Stripe::open().await, Mailbox::open().await);
        let server = accounts::mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
        let said = Arc::new(Recorder::default());
        let http = sdk::http::Policy { allow_private: true, ..Default::default() };
        let relay: Arc<dyn Relay> = said.clone();
        let options = engine::Options { http, relay: Some(relay), ..engine::Options::default() };
        let payments = Some(stripe_at(provider.base()));
        let (mail, providers) = (Some(server), Providers::default());
        let world = World::built(mail, Registration::Open, providers, payments, options).await;
        let ada = world.operator("ada@example.com").await;
        let path = format!("/api/workspaces/{}/invitations", world.foreign);
        let body = json!({"email": BOB, "role": "admin"});
        world.ask_as(&world.foreign_key, "POST", &path, &body).await;
        let mail = mailbox.mail(BOB, 0).await;
        let body = json!({"email": BOB, "password": PASSWORD, "invitation": word_after(&mail.text, "/app/join#")});
        let bob = world.knock(&ELSEWHERE, "/api/auth/register", &body).await;
        assert_eq!(bob.status, StatusCode::CREATED, "{}", bob.text);
        Jobs {
            ada: token(&ada).to_owned(),
            bob: token(&bob.json).to_owned(),
            own: world.engine.default_workspace(),
            mute: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            calls: vec![],
            workflows: HashMap::new(),
            done: BTreeSet::new(),
            world,
            provider,
            mailbox,
            said,
        }
    }

    fn store(&self) -> &Store {
        self.world.engine.store()
    }

    async fn post(&self, who: &str, path: &str, body: Value) -> Value {
        let answer = self.world.ask_as(who, "POST", path, &body).await;
        assert!(answer.status.is_success(), "POST {path}: {}", answer.text);
        answer.json
    }

    async fn get(&self, who: &str, path: &str) -> Value {
        let answer = self.world.ask_as(who, "GET", path, &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "GET {path}: {}", answer.text);
        answer.json
    }

    async fn published(&mut self, of: WorkspaceId, name: &'static str, nodes: &[Value]) {
        let who = self.who(of).to_owned();
        let made = self.post(&who, "/api/workflows", chain(name, nodes)).await;
        let id = made["id"].as_str().unwrap().to_owned();
        self.post(&who, &format!("/api/workflows/{id}/publish"), json!({})).await;
        self.workflows.insert((of, name), id);
    }

    fn who(&self, of: WorkspaceId) -> &str {
        if of == self.own { &self.ada } else { &self.bob }
    }

    /// The executions of a workflow in a state.
    fn list(&self, of: WorkspaceId, name: &'static str, status: &str) -> String {
        format!("/api/executions?workflowId={}&status={status}", self.workflows[&(of, name)])
    }

    async fn logged(&self, of: WorkspaceId, name: &'static str, n: u64) {
        let path = format!("/api/workflows/{}/requests", self.workflows[&(of, name)]);
        self.world.until_as(self.who(of), &path, |it| it["total"] == n).await;
    }

    async fn call(&self, of: WorkspaceId, path: &str) {
        let request = Request::post(format!("/w/{of}/webhook/{path}"));
        let request = request.header("content-type", "application/pdf");
        let answer = self.world.send(request.body(Body::from("a file")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    /// Calls a webhook that has not been called, and gives the execution once it is as wanted.
    async fn run(&self, of: WorkspaceId, name: &'static str, status: &str) -> ExecutionId {
        self.call(of, name).await;
        let list = self.list(of, name, status);
        let found = self.world.until_as(self.who(of), &list, |it| it["total"] == 1).await;
        found["items"][0]["id"].as_str().unwrap().parse().unwrap()
    }

    /// Some of everything that jobs look after, in one workspace. Nothing of it is due.
    async fn fill(&mut self, of: WorkspaceId, customer: &str) {
        let who = self.who(of).to_owned();
        let at_once = |name: &str| webhook(name, json!({"respond": "atOnce"}));
        let file = webhook("file", json!({"respond": "lastNode", "rawBody": true}));
        self.published(of, "file", &[file, node("Pass", "flow.no_op", json!({}))]).await;
        self.run(of, "file", "success").await;
        self.logged(of, "file", 1).await;
        let wait = node("Wait", "flow.wait", json!({"until": "webhook"}));
        self.published(of, "waiting", &[at_once("waiting"), wait]).await;
        self.run(of, "waiting", "waiting").await;
        let rules = json!({"rules": [{"every": "cron", "cron": "0 0 1 1 *"}]});
        self.published(of, "yearly", &[node("Yearly", "trigger.schedule", rules)]).await;
        let url = format!("http://{}/", self.mute.local_addr().unwrap());
        let call = node("Call", "http.request", json!({"url": url}));
        self.published(of, "running", &[at_once("running"), call]).await;
        self.run(of, "running", "running").await;
        self.calls.push(comes(self.mute.accept()).await.unwrap().0);
        for name in ["waiting", "running"] {
            self.logged(of, name, 1).await;
        }
        let fields = json!({"name": "x-key", "value": "secret"});
        let body = json!({"type": "httpHeaderAuth", "name": "One", "fields": fields});
        self.post(&who, "/api/credentials", body).await;
        self.pays(of, customer).await;
        let path = format!("/api/credits/smart-recharge/{of}");
        let wanted = json!({"threshold": 100, "rechargeAmount": 500, "active": true});
        let answer = self.world.ask_as(&who, "PATCH", &path, &wanted).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.reserve(of, "held", 10, Timestamp::now()).await;
    }

    /// For the plan `pro`.
    async fn pays(&self, of: WorkspaceId, customer: &str) {
        let mut event = self.world.subscription(&format!("evt_{customer}"), 100, &[]);
        let about = &mut event["data"]["object"];
        about["metadata"]["workspace"] = json!(of.to_string());
        about["customer"] = json!(customer);
        about["id"] = json!(format!("sub_{customer}"));
        assert_eq!(self.world.event(&event).await.status, StatusCode::OK);
    }

    /// How many may run in a month in Ada's workspace, by the word of who looks after the server.
    async fn allow(&self, executions: Value) {
        let limits = json!({"executions": executions, "auditDays": 1});
        let body = json!({"workspaceId": self.own.to_string(), "plan": "pro", "limits": limits});
        let given = self.world.ask_as(&self.ada, "PUT", "/api/platform/plans", &body).await;
        assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    }

    async fn reserve(&self, of: WorkspaceId, key: &str, credits: u64, at: Timestamp) {
        self.store().reserve_credits(of, key, "a model", credits, at).await.unwrap();
    }

    async fn before(&self) -> Before {
        // What keys asked for is written down by now, and who asks here is no key.
        self.get(&self.ada, "/api/api-keys").await;
        Before {
            rows: rows_of(self.store(), self.world.foreign).await.unwrap(),
            events: self.world.engine.bus().listen(self.world.foreign),
            n_mails: self.n_mails(),
        }
    }

    fn n_mails(&self) -> usize {
        self.mailbox.mails().iter().filter(|it| it.to == BOB).count()
    }

    /// Holds what there is now against what there was.
    async fn untouched(&mut self, job: &'static str, mut before: Before) {
        let now = rows_of(self.store(), self.world.foreign).await.unwrap();
        assert_eq!(now, before.rows, "{job}");
        let heard = tokio::time::timeout(Duration::ZERO, before.events.next()).await;
        assert!(heard.is_err(), "{job} tells of something in the other workspace");
        assert_eq!(self.n_mails(), before.n_mails, "{job}");
        assert!(JOBS.iter().any(|it| it.0 == job), "{job} is not on the list");
        self.done.insert(job);
    }
}

#[tokio::test]
async fn a_job_does_what_is_due_in_one_workspace_and_nothing_in_another() {
    let mut jobs = Jobs::new().await;
    let (own, foreign) = (jobs.own, jobs.world.foreign);
    jobs.fill(foreign, "cus_bob").await;
    jobs.fill(own, "cus_ada").await;
    let rows = jobs.before().await.rows;
    let empty: Vec<_> = rows.iter().filter(|it| it.1.is_empty()).map(|it| *it.0).collect();
    assert_eq!(empty, census::EMPTY, "Bob has some of everything");
    executions(&mut jobs).await;
    held(&mut jobs).await;
    letters(&mut jobs).await;
    money(&mut jobs).await;
    history(&mut jobs).await;
    platform(&mut jobs).await;
    let left: Vec<_> = JOBS.iter().map(|it| it.0).filter(|it| !jobs.done.contains(it)).collect();
    assert!(left.is_empty(), "these jobs are not swept: {left:?}");
}

/// What begins, waits and goes on.
async fn executions(jobs: &mut Jobs) {
    let (ada, own) = (jobs.ada.clone(), jobs.own);
    let before = jobs.before().await;
    jobs.call(own, "file").await;
    let twice = jobs.list(own, "file", "success");
    jobs.world.until_as(&ada, &twice, |it| it["total"] == 2).await;
    jobs.untouched("commits", before).await;

    let before = jobs.before().await;
    jobs.logged(own, "file", 2).await;
    jobs.untouched("request log", before).await;

    let before = jobs.before().await;
    let soon = (Timestamp::now() + SignedDuration::from_millis(3_000)).to_string();
    let at = node("Wait", "flow.wait", json!({"until": "time", "at": soon}));
    let hook = webhook("sleeping", json!({"respond": "atOnce"}));
    jobs.published(own, "sleeping", &[hook, at]).await;
    jobs.call(own, "sleeping").await;
    let woken = jobs.list(own, "sleeping", "success");
    jobs.world.until_as(&ada, &woken, |it| it["total"] == 1).await;
    jobs.untouched("queue", before).await;

    let before = jobs.before().await;
    // More than one ran already.
    jobs.allow(json!(1)).await;
    jobs.call(own, "waiting").await;
    let both = format!("/api/executions?workflowId={}", jobs.workflows[&(own, "waiting")]);
    jobs.world.until_as(&ada, &both, |it| it["total"] == 2).await;
    let store = jobs.store();
    let found = jobs.get(&ada, &both).await;
    let last: ExecutionId = found["items"][0]["id"].as_str().unwrap().parse().unwrap();
    assert!(store.is_parked(own, last).await.unwrap());
    jobs.allow(Value::Null).await;
    let path = format!("/api/executions/{last}");
    let released = async {
        while store.is_parked(own, last).await.unwrap() {
            jobs.get(&ada, &path).await;
        }
    };
    comes(released).await;
    jobs.untouched("room in the plan", before).await;

    let before = jobs.before().await;
    let rules = json!({"rules": [{"every": "seconds", "amount": 1}]});
    jobs.published(own, "ticks", &[node("Ticks", "trigger.schedule", rules)]).await;
    let fired = jobs.list(own, "ticks", "success");
    jobs.world.until_as(&ada, &fired, |it| it["total"].as_u64() >= Some(1)).await;
    let path = format!("/api/workflows/{}/unpublish", jobs.workflows[&(own, "ticks")]);
    jobs.post(&ada, &path, json!({})).await;
    jobs.untouched("schedules", before).await;
}

/// What runs here, and what the processes of one server say to the database and to one another.
async fn held(jobs: &mut Jobs) {
    let (ada, own) = (jobs.ada.clone(), jobs.own);
    let foreign = jobs.world.foreign;
    let before = jobs.before().await;
    let worker = engine::Options::default().worker;
    let all = jobs.store().held(&worker).await.unwrap();
    let of = |workspace| *all.iter().find(|it| it.0 == workspace).unwrap();
    let (mine, theirs) = (of(own), of(foreign));
    for fence in [theirs.2, theirs.2 + 1] {
        assert!(!jobs.store().give_back(own, theirs.1, fence).await.unwrap());
    }
    jobs.untouched("strays", before).await;

    let before = jobs.before().await;
    let lost = jobs.store().heartbeat("another", Duration::from_secs(1)).await.unwrap();
    assert_eq!(lost, []);
    jobs.untouched("leases", before).await;

    let before = jobs.before().await;
    assert!(!jobs.store().request_cancel(own, theirs.1).await.unwrap());
    // As another process says it.
    assert!(jobs.store().request_cancel(own, mine.1).await.unwrap());
    let path = format!("/api/executions/{}", mine.1);
    jobs.world.until_as(&ada, &path, |it| it["status"] == "cancelled").await;
    jobs.untouched("cancels", before).await;

    // Another process looks at Ada's workspace: it hears of that and of no other.
    let mut looks = vec![7; 16];
    looks.extend(json!({"Looks": {"workspace": own.to_string()}}).to_string().into_bytes());
    jobs.world.engine.hear(&looks);
    jobs.said.0.lock().unwrap().clear();
    jobs.call(foreign, "file").await;
    jobs.call(own, "file").await;
    let thrice = jobs.list(own, "file", "success");
    jobs.world.until_as(&ada, &thrice, |it| it["total"] == 3).await;
    // Bob's is written down too, before he is looked at once more.
    jobs.logged(foreign, "file", 2).await;
    let said: Vec<String> = {
        let all = jobs.said.0.lock().unwrap();
        all.iter().map(|it| String::from_utf8_lossy(&it[16..]).into_owned()).collect()
    };
    let happened: Vec<_> = said.iter().filter(|it| it.contains("Happened")).collect();
    assert!(!happened.is_empty(), "{said:?}");
    assert!(happened.iter().all(|it| it.contains(&own.to_string())), "{happened:?}");
    jobs.done.insert("messages to other processes");
}

/// Mails, and what is noted beside a request.
async fn letters(jobs: &mut Jobs) {
    let (ada, own) = (jobs.ada.clone(), jobs.own);
    let before = jobs.before().await;
    let path = format!("/api/workspaces/{own}/invitations");
    jobs.post(&ada, &path, json!({"email": "dan@example.com", "role": "viewer"})).await;
    let mail = jobs.mailbox.mail("dan@example.com", 0).await;
    assert!(!mail.text.contains("Foreign"), "{}", mail.text);
    jobs.untouched("mails", before).await;

    let before = jobs.before().await;
    let n = jobs.mailbox.mails().iter().filter(|it| it.to == "ada@example.com").count();
    jobs.world.knock(&ELSEWHERE, "/api/auth/forgot", &json!({"email": "ada@example.com"})).await;
    jobs.mailbox.mail("ada@example.com", n).await;
    jobs.untouched("mails that are wished for", before).await;

    let before = jobs.before().await;
    let body = json!({"email": "ada@example.com", "password": "not that one at all"});
    jobs.world.knock(&ELSEWHERE, "/api/auth/login", &body).await;
    jobs.world.until_as(&ada, "/api/audit?action=sign_in.failed", |it| it["total"] == 1).await;
    jobs.untouched("refused sign-ins", before).await;
}

/// Credits, charges and what keys ask for.
async fn money(jobs: &mut Jobs) {
    let (ada, own) = (jobs.ada.clone(), jobs.own);
    let now = Timestamp::now();
    let before = jobs.before().await;
    jobs.reserve(own, "much", 9_950, now).await;
    jobs.world.accounts.spent();
    let path = format!("/api/credits/remaining/{own}");
    jobs.world.until_as(&ada, &path, |it| it["extraCredits"] == 500).await;
    let charges = jobs.provider.charges();
    let customers: Vec<_> = charges.iter().map(|it| it.fields["customer"].as_str()).collect();
    assert_eq!(customers, ["cus_ada"]);
    jobs.untouched("charges", before).await;

    let before = jobs.before().await;
    let long_ago = now - SignedDuration::from_hours(24 * 20);
    jobs.reserve(own, "late", 1, long_ago).await;
    jobs.store().sweep_credits(now).await.unwrap();
    let late = jobs.store().settle_credits(own, "late", 0, now).await.unwrap().unwrap();
    assert_eq!(late.state, store::credits::State::Released);
    let year = now + SignedDuration::from_hours(24 * 800);
    assert!(jobs.store().sweep_payments(year).await.unwrap() > 0);
    assert_eq!(jobs.store().sweep_recharges(year).await.unwrap(), 1);
    jobs.untouched("old credits, payments and charges", before).await;

    let before = jobs.before().await;
    let key: ApiKeyId = jobs.store().keys(own).await.unwrap()[0].id;
    let old = Use::at(own, key, "GET /x".into(), now - SignedDuration::from_hours(24 * 400));
    jobs.store().add_key_uses(&[(old, Uses { requests: 1, ..Uses::default() })]).await.unwrap();
    let uses = rows_of(jobs.store(), own).await.unwrap()["key_uses"].len();
    jobs.store().sweep_key_uses(now).await.unwrap();
    assert_eq!(rows_of(jobs.store(), own).await.unwrap()["key_uses"].len(), uses - 1);
    jobs.world.get("/api/variables").await;
    jobs.get(&ada, "/api/api-keys").await;
    jobs.untouched("uses of keys", before).await;
}

/// What is old, and files that nothing names.
async fn history(jobs: &mut Jobs) {
    let (own, foreign) = (jobs.own, jobs.world.foreign);
    let later = Timestamp::now() + SignedDuration::from_hours(48);
    let files = jobs.world.engine.files().clone();
    let before = jobs.before().await;
    let mine = files.put(own, Bytes::from_static(b"mine")).await.unwrap();
    let theirs = files.put(foreign, Bytes::from_static(b"theirs")).await.unwrap();
    assert!(
        jobs.store().prune(own, &Keep { since: Some(later), executions_max: None }).await.unwrap()
            > 0
    );
    // A name of the other's on one's own shelf is no file of the other's.
    let names: [BlobId; 2] = [mine.parse().unwrap(), theirs.parse().unwrap()];
    assert_eq!(jobs.store().abandon(own, &names).await.unwrap(), 2);
    let litter = jobs.store().litter().await.unwrap();
    assert!(litter.len() >= 2 && litter.iter().all(|it| it.0 == own), "{litter:?}");
    for (workspace, name) in &litter {
        files.remove(*workspace, name).await.unwrap();
    }
    jobs.store().swept(&litter).await.unwrap();
    assert!(files.get(own, &mine).await.is_err());
    assert_eq!(files.get(foreign, &theirs).await.unwrap(), "theirs");
    jobs.untouched("old history and its files", before).await;

    let before = jobs.before().await;
    let kept = jobs.store().audits_kept_since(None, later).await.unwrap();
    let chains: Vec<_> = kept.iter().map(|it| it.0).collect();
    assert_eq!(chains, [own], "the plan of the one says a day, the other's more");
    assert!(jobs.store().prune_audit(own, later).await.unwrap() > 0);
    assert_eq!(jobs.store().verify_audit(foreign).await.unwrap().broken, None);
    jobs.untouched("old entries of the audit log", before).await;
}

/// What is everybody's, or nobody's.
async fn platform(jobs: &mut Jobs) {
    let (ada, bob, foreign) = (jobs.ada.clone(), jobs.bob.clone(), jobs.world.foreign);
    let now = Timestamp::now();
    let before = jobs.before().await;
    let made = jobs.post(&ada, "/api/workspaces", json!({"name": "Third"})).await;
    let third: WorkspaceId = made["id"].as_str().unwrap().parse().unwrap();
    assert!(jobs.store().close_workspace(third, now, now).await.unwrap());
    while jobs.store().purge(now).await.unwrap() > 0 {}
    assert!(rows_of(jobs.store(), third).await.unwrap().values().all(Vec::is_empty));
    jobs.store().sweep_mails(now).await.unwrap();
    jobs.store().sweep_challenges(now).await.unwrap();
    jobs.store().sweep_journeys(now).await.unwrap();
    jobs.store().sweep_attempts(now).await.unwrap();
    jobs.store().sweep_sessions(now).await.unwrap();
    jobs.untouched("what is closed, and what counts no more", before).await;

    // Seals what is everybody's anew, and changes nothing else.
    let was = rows_of(jobs.store(), foreign).await.unwrap();
    let listed = jobs.get(&bob, "/api/credentials").await;
    let rotated = jobs.post(&ada, "/api/platform/data-keys/rotate", Value::Null).await;
    assert!(rotated["nSecrets"].as_u64() >= Some(2), "{rotated}");
    let mut is = rows_of(jobs.store(), foreign).await.unwrap();
    assert_ne!(is["credentials"], was["credentials"]);
    is.insert("credentials", was["credentials"].clone());
    assert_eq!(is, was);
    assert_eq!(jobs.get(&bob, "/api/credentials").await, listed);
    jobs.done.insert("data keys");
}
