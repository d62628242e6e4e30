//! The real binary on a free port with a folder of its own; nothing outlives its test.

use std::{
    io::{BufRead, BufReader, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use serde_json::Value;

/// Longer than this, something is stuck.
const STUCK: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(20);

pub(crate) fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo").join(name)
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Its standard output, when it has done its work.
    pub(crate) fn text(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }

    /// Ends with this code and says that.
    pub(crate) fn refuses(self, code: i32, says: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.starts_with("tailorbird: ") || code == 2, "{self:?}");
        assert!(self.err.contains(says) || self.out.contains(says), "{says}: {self:?}");
    }
}

fn program(data: &Path) -> Command {
    let mut res = Command::new(env!("CARGO_BIN_EXE_tailorbird"));
    res.arg("--data").arg(data).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TAILORBIRD_") {
            res.env_remove(name);
        }
    }
    res
}

/// Runs a command to its end.
pub(crate) fn tailorbird(data: &Path, words: &[&str]) -> Ended {
    let child =
        program(data).args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut child = Killed(child);
    let (out, err) = (read_all(child.0.stdout.take()), read_all(child.0.stderr.take()));
    let status = until("the command has ended", || child.0.try_wait().unwrap());
    let (out, err) = (out.recv_timeout(STUCK).unwrap(), err.recv_timeout(STUCK).unwrap());
    Ended { code: status.code().unwrap_or(-1), out, err }
}

/// Runs a command whose reader goes away before it says anything.
pub(crate) fn unheard(data: &Path, words: &[&str]) -> Ended {
    let child =
        program(data).args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut child = Killed(child);
    drop(child.0.stdout.take());
    let err = read_all(child.0.stderr.take());
    let status = until("the command has ended", || child.0.try_wait().unwrap());
    let err = err.recv_timeout(STUCK).unwrap();
    Ended { code: status.code().unwrap_or(-1), out: String::new(), err }
}

fn read_all(from: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (say, heard) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let mut text = String::new();
        from.unwrap().read_to_string(&mut text).unwrap();
        // Nobody asks any more when its test has failed.
        let _ = say.send(text);
    });
    heard
}

/// Looks again and again until there is something.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < STUCK, "{what}: not within {STUCK:?}");
        std::thread::sleep(LOOK_EVERY);
    }
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that runs.
pub(crate) struct Server {
    child: Killed,
    lines: mpsc::Receiver<String>,
    data: PathBuf,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(data: &Path, words: &[&str]) -> Server {
        let mut command = program(data);
        command.arg("serve");
        if !words.contains(&"--listen") && !data.join("tailorbird.conf").exists() {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        // No test has the patience that a caller has.
        if !words.iter().any(|it| it.starts_with("--rate")) {
            command.args(["--rate-auth", "off", "--rate-api", "off", "--rate-upload", "off"]);
        }
        let child = command.args(words).stdout(Stdio::piped()).spawn().unwrap();
        let mut child = Killed(child);
        let (say, lines) = mpsc::sync_channel(1_000);
        let out = BufReader::new(child.0.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // Nobody asks any more when its test has ended.
                let _ = say.try_send(line);
            }
        });
        let first = lines.recv_timeout(STUCK).expect("it says where it listens");
        let url = first.split(" on ").nth(1).unwrap().split("  ").next().unwrap().to_owned();
        let data = data.to_owned();
        Server { child, lines, data, url }
    }

    /// What it said so far, but for its first line.
    pub(crate) fn said(&self) -> String {
        // Everything is said before it listens to a request.
        self.get("/healthz");
        self.lines.try_iter().collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn tailorbird(&self, words: &[&str]) -> Ended {
        tailorbird(&self.data, words)
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.call(reqwest::Method::GET, path, None)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> (u16, String) {
        self.call(reqwest::Method::POST, path, Some(body))
    }

    /// Asks as the owner of a key.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<Value>,
    ) -> (u16, String) {
        self.call_with(method.parse().unwrap(), path, Some(key), body)
    }

    fn call(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> (u16, String) {
        self.call_with(method, path, None, body)
    }

    fn call_with(
        &self,
        method: reqwest::Method,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> (u16, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let http = reqwest::Client::builder().timeout(STUCK).build().unwrap();
            let request = http.request(method, format!("{}{path}", self.url));
            let request = match key {
                Some(key) => request.bearer_auth(key),
                None => request,
            };
            let request = match body {
                Some(body) => request.json(&body),
                None => request,
            };
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        })
    }

    /// A request on a connection of its own, whose answer is still to come.
    pub(crate) fn open(&self, path: &str, key: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(STUCK)).unwrap();
        let head = format!("host: x\r\nconnection: close\r\nx-api-key: {key}");
        write!(stream, "GET {path} HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
        stream
    }

    /// The executions of a workflow, the latest first.
    pub(crate) fn executions(&self, workflow: &str) -> Vec<Value> {
        let words = ["executions", "list", "--workflow", workflow, "--json"];
        self.tailorbird(&words).json()["items"].as_array().unwrap().clone()
    }

    /// Pulls the plug.
    pub(crate) fn kill(mut self) {
        self.child.0.kill().unwrap();
        self.child.0.wait().unwrap();
    }

    /// Its number among the processes.
    pub(crate) fn pid(&self) -> u32 {
        self.child.0.id()
    }

    /// Asks it to stop.
    pub(crate) fn ask_to_stop(&self) {
        let pid = self.child.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Its exit code, once it has ended.
    pub(crate) fn ended(&mut self) -> i32 {
        until("it has stopped", || self.child.0.try_wait().unwrap()).code().unwrap_or(-1)
    }
}
