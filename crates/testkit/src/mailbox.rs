//! A mail server for tests: it takes mails over SMTP on a free port and keeps them to look at.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

/// Longer than this, nothing comes any more.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// See the module. It ends when it is dropped.
pub struct Mailbox {
    kept: Arc<Kept>,
    port: u16,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Kept {
    mails: Mutex<Vec<Mail>>,
    came: Notify,
    /// How many more are refused.
    refusals: AtomicUsize,
    n_refused: AtomicUsize,
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    /// Headers, an empty line, text.
    pub text: String,
}

impl Mailbox {
    pub async fn open() -> Mailbox {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let kept = Arc::new(Kept::default());
        let task = tokio::spawn(take(listener, kept.clone()));
        Mailbox { kept, port, task }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Refuses the next mails, as a server does that wants to be asked again later.
    pub fn refuse(&self, n: usize) {
        self.kept.refusals.store(n, Ordering::SeqCst);
    }

    pub fn n_refused(&self) -> usize {
        self.kept.n_refused.load(Ordering::SeqCst)
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.kept.mails.lock().expect("a plain list").clone()
    }

    /// The mail of this number to this address, counted from 0, once it has come.
    pub async fn mail(&self, to: &str, n: usize) -> Mail {
        let look = async {
            loop {
                let came = self.kept.came.notified();
                if let Some(it) = self.mails().into_iter().filter(|it| it.to == to).nth(n) {
                    return it;
                }
                came.await;
            }
        };
        let came = tokio::time::timeout(WAIT_MAX, look).await;
        came.unwrap_or_else(|_| panic!("no mail number {n} comes to {to}"))
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(listener: TcpListener, kept: Arc<Kept>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let kept = kept.clone();
        tokio::spawn(async move {
            // Whoever breaks off is not heard any more.
            let _ = talk(stream, &kept).await;
        });
    }
}

async fn talk(stream: TcpStream, kept: &Kept) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut to = String::new();
    write.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-test\r\n250 8BITMIME",
            "RCPT" if refuses(kept) => "451 come again",
            "RCPT" => {
                to = between(&line, '<', '>').to_owned();
                "250 fine"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let text = readable(text);
                kept.mails.lock().expect("a plain list").push(Mail { to: to.clone(), text });
                kept.came.notify_waiters();
                "250 taken"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 fine",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// Without the encoding that carries long lines.
fn readable(text: String) -> String {
    if !text.to_lowercase().contains("content-transfer-encoding: quoted-printable") {
        return text;
    }
    let text = text.replace("=\n", "");
    let mut parts = text.split('=');
    let mut res = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).and_then(|it| u8::from_str_radix(it, 16).ok());
        match code {
            Some(byte) => {
                res.push(byte);
                res.extend(&part.as_bytes()[2..]);
            }
            None => {
                res.push(b'=');
                res.extend(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&res).into_owned()
}

fn refuses(kept: &Kept) -> bool {
    let less = |it: usize| it.checked_sub(1);
    let refused = kept.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less).is_ok();
    if refused {
        kept.n_refused.fetch_add(1, Ordering::SeqCst);
    }
    refused
}

fn between(text: &str, open: char, close: char) -> &str {
    let rest = text.split_once(open).map_or("", |it| it.1);
    rest.split_once(close).map_or(rest, |it| it.0)
}
