//! WebSockets through the gateway: a real client, a real service, and the server between them.

use std::{net::SocketAddr, sync::Arc};

use futures::{SinkExt, StreamExt};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, accept_hdr_async, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        handshake::server::{Request as Shaken, Response as Shaking},
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::*;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A service that says what it was asked, and then says again what is said to it. Of each connection that ends it
/// tells how.
struct Echo {
    url: String,
    ends: mpsc::Receiver<Option<u16>>,
    task: JoinHandle<()>,
}

impl Echo {
    async fn start() -> Echo {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (say, ends) = mpsc::channel(10);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(echo(stream, say.clone()));
            }
        });
        Echo { url, ends, task }
    }

    async fn ended(&mut self) -> Option<u16> {
        timeout(STUCK, self.ends.recv()).await.expect("a connection ends").unwrap()
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[expect(clippy::result_large_err, reason = "the shape is the library's")]
async fn echo(stream: TcpStream, say: mpsc::Sender<Option<u16>>) {
    let mut asked = Value::Null;
    let shake = |request: &Shaken, mut response: Shaking| {
        let header = |name: &str| request.headers().get(name).and_then(|it| it.to_str().ok());
        asked = json!({
            "path": request.uri().path_and_query().unwrap().as_str(),
            "secret": header("x-secret"),
            "key": header("x-api-key"),
            "for": header("x-forwarded-for"),
            "host": header("x-forwarded-host"),
        });
        if let Some(it) = request.headers().get("sec-websocket-protocol") {
            response.headers_mut().insert("sec-websocket-protocol", it.clone());
        }
        response.headers_mut().insert("set-cookie", "a=1; Path=/".parse().unwrap());
        response.headers_mut().insert("x-powered-by", "lemons".parse().unwrap());
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr_async(stream, shake).await else { return };
    socket.send(Message::text(asked.to_string())).await.unwrap();
    let mut code = None;
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(it) if it.as_str() == "bye" => {
                let frame = CloseFrame { code: CloseCode::from(4_000), reason: "as asked".into() };
                let _ = socket.close(Some(frame)).await;
            }
            Message::Text(it) if it.as_str() == "leave" => break,
            Message::Text(it) if it.starts_with("large ") => {
                let len = it.rsplit(' ').next().unwrap().parse().unwrap();
                let _ = socket.send(Message::binary(vec![7; len])).await;
            }
            Message::Text(_) | Message::Binary(_) => drop(socket.send(message).await),
            Message::Close(frame) => code = frame.map(|it| it.code.into()),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
    }
    let _ = say.send(code).await;
}

/// The server, on a port of its own.
struct Served {
    at: SocketAddr,
    task: JoinHandle<()>,
}

impl Served {
    async fn start(world: &World) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let router = world.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        Served {
            at,
            task: tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }),
        }
    }

    async fn connect(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
        let mut request = format!("ws://{}{path}", self.at).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, response) = connect_async(request).await?;
        let cookie = response.headers().get("set-cookie").map(|it| it.to_str().unwrap());
        assert_eq!(cookie, Some("a=1; Path=/gateway"));
        assert!(!response.headers().contains_key("x-powered-by"), "a rule has removed it");
        Ok(socket)
    }

    async fn refused(&self, path: &str, headers: &[(&'static str, &str)]) -> u16 {
        match self.connect(path, headers).await {
            Err(Error::Http(response)) => response.status().as_u16(),
            other => panic!("{:?}", other.map(drop)),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn heard(socket: &mut Socket) -> Message {
    timeout(STUCK, socket.next()).await.expect("something is heard").unwrap().unwrap()
}

/// The code that a socket ends with, once it has ended.
async fn closed(socket: &mut Socket) -> u16 {
    let code = loop {
        if let Message::Close(frame) = heard(socket).await {
            break frame.expect("it says why").code.into();
        }
    };
    // The other side hears that it was heard.
    while let Some(Ok(_)) = timeout(STUCK, socket.next()).await.expect("it ends") {}
    code
}

fn route_to(url: &str, access: &str) -> Value {
    let upstream = json!({"url": url, "access": access});
    let response = json!({"headers": [{"action": "remove", "name": "x-powered-by"}]});
    json!({"name": "Live", "path": "/live/*", "upstream": upstream, "response": response})
}

#[tokio::test]
async fn a_web_socket_goes_through_signed() {
    let (world, mut echo) = (World::reaching().await, Echo::start().await);
    let fields = json!({"name": "x-secret", "value": "lemon"});
    let new = json!({"type": "httpHeaderAuth", "name": "Shop", "fields": fields});
    let mut route = route_to(&echo.url, "key");
    route["upstream"]["credentialId"] = world.post("/api/credentials", new).await["id"].clone();
    let id = world.route(route).await;
    let server = Served::start(&world).await;
    assert_eq!(server.refused("/gateway/live/a", &[]).await, 401);
    assert_eq!(server.refused("/gateway/live/a", &[("x-api-key", &world.foreign_key)]).await, 404);
    let headers = [("x-api-key", world.key.as_str()), ("sec-websocket-protocol", "chat")];
    let mut socket = server.connect("/gateway/live/a%20b?q=1", &headers).await.unwrap();
    let asked: Value = serde_json::from_str(heard(&mut socket).await.to_text().unwrap()).unwrap();
    let host = server.at.to_string();
    let expected = json!({"path": "/a%20b?q=1", "secret": "lemon", "key": null, "for": "127.0.0.1", "host": host});
    assert_eq!(asked, expected);
    for message in [
        Message::text("hello"),
        Message::text(""),
        Message::binary(vec![9; 126]),
        Message::binary(vec![9; 500_000]),
    ] {
        socket.send(message.clone()).await.unwrap();
        assert_eq!(heard(&mut socket).await, message);
    }
    socket.send(Message::Ping("p".into())).await.unwrap();
    assert_eq!(heard(&mut socket).await, Message::Pong("p".into()));
    let frame = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
    socket.close(Some(frame)).await.unwrap();
    assert_eq!(closed(&mut socket).await, 1000);
    assert_eq!(echo.ended().await, Some(1000));
    let health = &world.get(&format!("/api/gateway/routes/{id}")).await["health"];
    assert_eq!((&health["calls"], &health["lastStatus"]), (&json!(1), &json!(101)));
}

#[tokio::test]
async fn a_web_socket_ends_with_either_side() {
    let (world, mut echo) = (World::reaching().await, Echo::start().await);
    world.route(route_to(&echo.url, "everybody")).await;
    let server = Served::start(&world).await;
    let mut socket = server.connect("/gateway/live/a", &[]).await.unwrap();
    socket.send(Message::text("bye")).await.unwrap();
    assert_eq!(closed(&mut socket).await, 4000);
    echo.ended().await;
    // Who is gone without a word is gone for the service too.
    let mut socket = server.connect("/gateway/live/a", &[]).await.unwrap();
    heard(&mut socket).await;
    drop(socket);
    assert_eq!(echo.ended().await, None);
    // And the other way round.
    let mut socket = server.connect("/gateway/live/a", &[]).await.unwrap();
    heard(&mut socket).await;
    socket.send(Message::text("leave")).await.unwrap();
    let end = timeout(STUCK, socket.next()).await.expect("it ends");
    assert!(!matches!(end, Some(Ok(_))), "{end:?}");
    assert_eq!(echo.ended().await, None);
}

#[tokio::test]
async fn a_web_socket_ends_with_its_route_and_its_key() {
    let (world, mut echo) = (World::reaching().await, Echo::start().await);
    let mut route = route_to(&echo.url, "key");
    let id = world.route(route.clone()).await;
    let server = Served::start(&world).await;
    let made =
        world.post("/api/keys", json!({"name": "live", "permissions": ["gateway.call"]})).await;
    let (key, key_id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    let mut by_key = server.connect("/gateway/live/a", &[("x-api-key", key)]).await.unwrap();
    heard(&mut by_key).await;
    world.ask("DELETE", &format!("/api/keys/{key_id}"), &Value::Null).await;
    assert_eq!(closed(&mut by_key).await, 1001);
    assert_eq!(echo.ended().await, Some(1001));
    let own = [("x-api-key", world.key.as_str())];
    let mut socket = server.connect("/gateway/live/a", &own).await.unwrap();
    heard(&mut socket).await;
    // What leads to the same place goes on.
    let path = format!("/api/gateway/routes/{id}");
    route["name"] = json!("Renamed");
    assert_eq!(world.ask("PUT", &path, &route).await.status, StatusCode::OK);
    socket.send(Message::text("still there")).await.unwrap();
    assert_eq!(heard(&mut socket).await, Message::text("still there"));
    route["enabled"] = json!(false);
    assert_eq!(world.ask("PUT", &path, &route).await.status, StatusCode::OK);
    assert_eq!(closed(&mut socket).await, 1001);
    assert_eq!(echo.ended().await, Some(1001));
    assert_eq!(server.refused("/gateway/live/a", &own).await, 404);
}

#[tokio::test]
async fn messages_of_a_web_socket_have_limits() {
    let (world, mut echo) = (World::reaching().await, Echo::start().await);
    let mut route = route_to(&echo.url, "everybody");
    route["upstream"]["bodyBytesMax"] = json!(1_000);
    route["upstream"]["answerBytesMax"] = json!(2_000);
    world.route(route).await;
    let server = Served::start(&world).await;
    let mut socket = server.connect("/gateway/live/a", &[]).await.unwrap();
    heard(&mut socket).await;
    for len in [1_000, 1_001] {
        socket.send(Message::binary(vec![7; len])).await.unwrap();
        match len {
            1_000 => assert_eq!(heard(&mut socket).await.len(), len),
            _ => assert_eq!(closed(&mut socket).await, 1009),
        }
    }
    assert_eq!(echo.ended().await, Some(1001));
    let mut socket = server.connect("/gateway/live/a", &[]).await.unwrap();
    heard(&mut socket).await;
    socket.send(Message::text("large 2000")).await.unwrap();
    assert_eq!(heard(&mut socket).await.len(), 2_000);
    socket.send(Message::text("large 2001")).await.unwrap();
    assert_eq!(closed(&mut socket).await, 1001);
    assert_eq!(echo.ended().await, Some(1009));
}

#[tokio::test]
async fn only_pages_that_the_workspace_lists_open_a_web_socket() {
    let (world, echo) = (World::reaching().await, Echo::start().await);
    world.route(route_to(&echo.url, "everybody")).await;
    let server = Served::start(&world).await;
    let page = [("origin", "https://shop.example")];
    assert_eq!(server.refused("/gateway/live/a", &page).await, 403);
    let own = format!("http://{}", server.at);
    server.connect("/gateway/live/a", &[("origin", &own)]).await.unwrap();
    let path = format!("/api/workspaces/{}/origins", world.engine.default_workspace());
    let listed = json!({"origins": ["https://shop.example"]});
    assert_eq!(world.ask("PUT", &path, &listed).await.status, StatusCode::OK);
    server.connect("/gateway/live/a", &page).await.unwrap();
}

#[tokio::test]
async fn what_does_not_become_a_web_socket_says_so() {
    let world = World::reaching().await;
    let service = service::Service::start().await;
    world.route(open("/plain/*", &service.url)).await;
    let server = Served::start(&world).await;
    // A service that does not speak it answers as it likes.
    assert_eq!(server.refused("/gateway/plain/x", &[]).await, 200);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    world.route(open("/nobody", &format!("http://{nobody}"))).await;
    assert_eq!(server.refused("/gateway/nobody", &[]).await, 502);
    let inside = World::new().await;
    let echo = Arc::new(Echo::start().await);
    inside.route(route_to(&echo.url, "everybody")).await;
    let server = Served::start(&inside).await;
    assert_eq!(server.refused("/gateway/live/a", &[]).await, 502);
}
