//! What the client does, seen from a small server on the loopback.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{guard::Lookup, *};

/// A server that gives each request's text to `answer` and sends what it says; tells its requests.
async fn server(
    answer: impl Fn(&str) -> String + Send + Sync + 'static,
) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let (log, answer) = (seen.clone(), Arc::new(answer));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (log, answer) = (log.clone(), answer.clone());
            tokio::spawn(async move {
                let mut text = String::new();
                let mut buffer = [0; 4096];
                while let Ok(n @ 1..) = socket.read(&mut buffer).await {
                    text.push_str(&String::from_utf8_lossy(&buffer[..n]));
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let length: usize = head
                        .lines()
                        .find_map(|it| it.strip_prefix("content-length: "))
                        .map_or(0, |it| it.parse().unwrap());
                    if body.len() < length {
                        continue;
                    }
                    log.lock().unwrap().push(text.clone());
                    socket.write_all(answer(&text).as_bytes()).await.unwrap();
                    text.clear();
                }
            });
        }
    });
    (address, seen)
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

fn open() -> Policy {
    Policy { allow_private: true, ..Policy::default() }
}

fn with_names(policy: Policy, names: &'static [(&'static str, &'static str)]) -> Client {
    let lookup: Lookup = Arc::new(|host| {
        let found = names
            .iter()
            .filter(|(name, _)| *name == host)
            .map(|(_, ip)| SocketAddr::new(ip.parse().unwrap(), 0))
            .collect();
        Box::pin(async move { Ok(found) })
    });
    let policy = Arc::new(policy);
    let clients = Clients::with_lookup(policy.clone(), lookup);
    Client { inner: Arc::new(Inner { policy, clients, places: Arc::new(Semaphore::new(10)) }) }
}

fn get(url: &str) -> Call {
    Call::new("GET", url).unwrap()
}

#[test]
fn addresses_inside_are_refused_in_every_disguise() {
    let policy = Policy::default();
    for ip in [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "169.254.1.1",
        "100.64.0.1",
        "192.0.0.8",
        "198.18.0.1",
        "203.0.113.5",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "100::1",
        "4000::1",
    ] {
        assert!(refusal(ip.parse().unwrap(), &policy).is_some(), "{ip}");
    }
    for ip in [
        "1.1.1.1",
        "8.8.8.8",
        "172.32.0.1",
        "172.15.0.1",
        "100.128.0.1",
        "100.63.0.1",
        "192.0.1.1",
        "2606:4700::1111",
        "2a00:1450:4001::1",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8",
    ] {
        assert_eq!(refusal(ip.parse().unwrap(), &policy), None, "{ip}");
    }
}

#[test]
fn an_operator_opens_all_private_networks_or_one() {
    let ip: IpAddr = "10.1.2.3".parse().unwrap();
    assert_eq!(refusal(ip, &open()), None);
    let one = Policy { allow: vec!["10.1.0.0/16".parse().unwrap()], ..Policy::default() };
    assert_eq!(refusal(ip, &one), None);
    assert_eq!(refusal("::ffff:10.1.9.9".parse().unwrap(), &one), None);
    assert!(refusal("10.2.0.1".parse().unwrap(), &one).is_some());
    assert!(refusal("224.0.0.1".parse().unwrap(), &open()).is_some());
}

#[tokio::test]
async fn a_literal_private_address_is_refused_and_the_setting_named() {
    let client = Client::new(Policy::default());
    for url in ["http://127.0.0.1:1/", "http://0x7f.1/", "http://2130706433/", "http://[::1]/"] {
        let failure = client.send(get(url)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Refused, "{url}");
        assert!(failure.message.contains(ALLOW_SETTING), "{}", failure.message);
    }
}

#[tokio::test]
async fn a_name_that_resolves_to_a_private_address_is_refused() {
    let client = with_names(Policy::default(), &[("rebind.test", "127.0.0.1")]);
    let failure = client.send(get("http://rebind.test:1/")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused, "{}", failure.message);
    assert!(failure.message.contains("`rebind.test` is 127.0.0.1"), "{}", failure.message);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let (address, _) =
        server(|_| reply("302 Found", "location: http://10.0.0.1/secret\r\n", "")).await;
    let policy = Policy { allow: vec!["127.0.0.1/32".parse().unwrap()], ..Policy::default() };
    let client = Client::new(policy);
    let failure = client.send(get(&format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused, "{}", failure.message);
    let named = with_names(
        Policy { allow: vec!["127.0.0.1/32".parse().unwrap()], ..Policy::default() },
        &[("inside.test", "192.168.0.1")],
    );
    let (address, _) =
        server(|_| reply("307 Moved", "location: http://inside.test/\r\n", "")).await;
    let failure = named.send(get(&format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused, "{}", failure.message);
}

#[tokio::test]
async fn secrets_do_not_follow_to_another_origin() {
    let (other, seen) = server(|_| reply("200 OK", "", "there")).await;
    let (first, _) =
        server(move |_| reply("302 Found", &format!("location: http://{other}/\r\n"), "")).await;
    let mut call = get(&format!("http://{first}/"));
    call.header("X-Api-Key", "secret");
    call.header("X-Plain", "plain");
    call.secret_headers.push("x-api-key".into());
    let got = Client::new(open()).send(call).await.unwrap();
    assert_eq!((got.status, &got.body[..]), (200, &b"there"[..]));
    let text = seen.lock().unwrap()[0].clone();
    assert!(text.contains("x-plain: plain") && !text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_redirected_post_becomes_get_on_302_and_stays_on_307() {
    for (status, expected) in [("302 Found", "GET /b"), ("307 Temporary", "POST /b")] {
        let (address, seen) = server(move |text| match text.contains(" /a ") {
            true => reply(status, "location: /b\r\n", ""),
            false => reply("200 OK", "", "ok"),
        })
        .await;
        let mut call = Call::new("POST", &format!("http://{address}/a")).unwrap();
        call.body = Bytes::from_static(b"hello");
        Client::new(open()).send(call).await.unwrap();
        let last = seen.lock().unwrap()[1].clone();
        assert!(last.starts_with(expected), "{last}");
        assert_eq!(last.ends_with("hello"), expected.starts_with("POST"), "{last}");
    }
}

#[tokio::test]
async fn connections_of_a_crowd_are_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let opened = Arc::new(AtomicUsize::new(0));
    let count = opened.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(1..) = socket.read(&mut buffer).await {
                    // So long that the whole crowd is under way at once.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    socket.write_all(reply("200 OK", "", "").as_bytes()).await.unwrap();
                }
            });
        }
    });
    let client = Client::new(open());
    for _ in 0..6 {
        let crowd = (0..400).map(|_| client.send(get(&format!("http://{address}/"))));
        let replies = futures::future::join_all(crowd).await;
        assert!(replies.into_iter().all(|it| it.is_ok_and(|it| it.status == 200)));
    }
    let opened = opened.load(Ordering::Relaxed);
    assert!(opened <= 700, "{opened} connections for 400 requests at once");
}

#[tokio::test]
async fn redirects_end_at_their_limit() {
    let (address, seen) = server(|_| reply("302 Found", "location: /again\r\n", "")).await;
    let mut call = get(&format!("http://{address}/"));
    call.options.redirects_max = 3;
    let failure = Client::new(open()).send(call).await.unwrap_err();
    assert!(failure.message.contains("more than 3 times"), "{}", failure.message);
    assert_eq!(seen.lock().unwrap().len(), 4);
    let mut call = get(&format!("http://{address}/"));
    call.options.redirects_max = 0;
    assert_eq!(Client::new(open()).send(call).await.unwrap().status, 302);
}

#[tokio::test]
async fn a_body_is_read_to_its_limit_and_not_past_it() {
    let (address, _) = server(|_| reply("200 OK", "", &"x".repeat(1000))).await;
    let limited = |max| Client::new(Policy { body_bytes_max: max, ..open() });
    let url = format!("http://{address}/");
    assert_eq!(limited(1000).send(get(&url)).await.unwrap().body.len(), 1000);
    let failure = limited(999).send(get(&url)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::TooLarge);
}

#[tokio::test]
async fn a_digest_challenge_is_answered_once() {
    let (address, seen) = server(|text| match text.contains("authorization: Digest") {
        true => reply("200 OK", "", "in"),
        false => reply(
            "401 No",
            "www-authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n",
            "",
        ),
    })
    .await;
    let mut call = get(&format!("http://{address}/x?y=1"));
    call.digest = Some(("me".into(), Secret::new("pw")));
    assert_eq!(Client::new(open()).send(call).await.unwrap().status, 200);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert!(seen[1].contains("uri=\"/x?y=1\"") && seen[1].contains("qop=auth"), "{}", seen[1]);
}

#[tokio::test]
async fn a_silent_server_and_a_closed_port_are_told_apart() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut call = get(&format!("http://{}/", silent.local_addr().unwrap()));
    call.options.timeout = Duration::from_millis(30);
    let failure = Client::new(open()).send(call).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Timeout);
    let address = {
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
        closed.local_addr().unwrap()
    };
    let failure = Client::new(open()).send(get(&format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Connect);
    assert!(failure.message.contains("refused the connection"), "{}", failure.message);
}

#[tokio::test]
async fn a_proxy_is_spoken_to_and_guarded_too() {
    let (proxy, seen) = server(|_| reply("200 OK", "", "via")).await;
    let mut call = get("http://shop.test/x");
    call.options.proxy = Some(Secret::new(format!("http://{proxy}")));
    assert_eq!(&Client::new(open()).send(call.clone()).await.unwrap().body[..], b"via");
    assert!(seen.lock().unwrap()[0].starts_with("GET http://shop.test/x "));
    let failure = Client::new(Policy::default()).send(call).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused, "{}", failure.message);
}

#[tokio::test]
async fn a_body_is_read_in_the_charset_that_it_names() {
    let check = async |content_type: &'static str, body: &[u8], expected: &str| {
        let address = bytes_server(content_type, body.to_vec()).await;
        let got = Client::new(open()).send(get(&format!("http://{address}/"))).await.unwrap();
        assert_eq!(got.text(), expected, "{content_type}");
    };
    check("text/plain", "naïve".as_bytes(), "naïve").await;
    check("text/plain; charset=ISO-8859-1", b"na\xefve \x80", "naïve €").await;
    check("text/html;charset=\"shift_jis\"", b"\x83e\x83X\x83g", "テスト").await;
    check("text/plain; charset=unheard-of", b"a\xff", "a\u{fffd}").await;
    check("text/plain; charset=iso-8859-1", b"\xef\xbb\xbf\xc3\xa4", "ä").await;
}

async fn bytes_server(content_type: &'static str, body: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        let _ = socket.read(&mut buffer).await.unwrap();
        let head = reply("200 OK", &format!("content-type: {content_type}\r\n"), "");
        let head = head.replace("length: 0", &format!("length: {}", body.len()));
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(&body).await.unwrap();
    });
    address
}
