//! What happens, told by WebSocket. The frames are read here as RFC 6455, 5.2 has them.

use std::time::Duration;

use reqwest::{Method, Upgraded};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::{NOBODY, Ward, World, refused, server, stranger};

struct Socket(Upgraded);

impl Socket {
    async fn open(world: &World<'_>, query: &str) -> Self {
        let path = format!("/smartz/v1/organisations/{}/socket{query}", world.organisation);
        let request = world.server.request(Method::GET, &path).header("x-sub-key", &world.key);
        let request = request.bearer_auth(&world.token).header("Connection", "Upgrade");
        let request = request.header("Upgrade", "websocket").header("Sec-WebSocket-Version", "13");
        let response = request.header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").send().await.unwrap();
        assert_eq!(response.status(), 101);
        assert_eq!(response.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        Self(response.upgrade().await.unwrap())
    }

    /// The next frame of the server: what it is, and what it says.
    async fn frame(&mut self) -> (u8, Vec<u8>) {
        let read = async {
            let kind = self.0.read_u8().await.unwrap();
            let length = match self.0.read_u8().await.unwrap() {
                126 => u64::from(self.0.read_u16().await.unwrap()),
                127 => self.0.read_u64().await.unwrap(),
                short => u64::from(short),
            };
            let mut text = vec![0; usize::try_from(length).unwrap()];
            self.0.read_exact(&mut text).await.unwrap();
            (kind, text)
        };
        timeout(Duration::from_secs(10), read).await.expect("in time")
    }

    /// The next message.
    async fn message(&mut self) -> Value {
        loop {
            let (kind, text) = self.frame().await;
            if kind == 0x81 {
                return serde_json::from_slice(&text).unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_opens_for_whom_a_stream_does() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let theirs = World::of(&server, stranger(&server, "s@example.org", "admin").await, "Oak").await;
    let path = format!("/v1/organisations/{}/socket", ward.world.organisation);
    assert_eq!(refused(&theirs.ask_at(Method::GET, &path, &Value::Null).await, 404), "Resource not found");
    let plain = ward.world.ask(Method::GET, "/socket", &Value::Null).await;
    assert_eq!(refused(&plain, 400), "The request must open a WebSocket (RFC 6455).");
    refused(&ward.world.ask(Method::GET, &format!("/socket?patientId={NOBODY}"), &Value::Null).await, 404);
    refused(&ward.world.ask(Method::GET, "/socket?lastEventId=x", &Value::Null).await, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_in_order_from_the_last_event_on_until_the_token_ends() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let mut socket = Socket::open(&ward.world, "").await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    let first = socket.message().await;
    assert_eq!(
        (&first["event"], &first["data"]["patientId"]),
        (&"status".into(), &ward.patient.as_str().into())
    );
    let mut alerts = Vec::new();
    let mut number = first["id"].as_i64().unwrap();
    while alerts.is_empty() {
        let message = socket.message().await;
        number += 1;
        assert_eq!(message["id"], number);
        if message["event"] == "alert" {
            alerts.push(message["data"]["kind"].clone());
        }
    }
    // A ping is answered; what a client says otherwise is passed over.
    socket.0.write_all(&[0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2]).await.unwrap();
    socket.0.write_all(&[0x89, 0x81, 1, 2, 3, 4, b'!' ^ 1]).await.unwrap();
    while socket.frame().await != (0x8a, b"!".to_vec()) {}
    let mut again = Socket::open(&ward.world, &format!("?lastEventId={}", first["id"])).await;
    assert_eq!(again.message().await["id"], first["id"].as_i64().unwrap() + 1);
    let other = ward.world.patient("E-2").await;
    let mut quiet = Socket::open(&ward.world, &format!("?lastEventId=0&patientId={other}")).await;
    assert!(timeout(Duration::from_secs(2), quiet.message()).await.is_err(), "nothing of another patient");
    server.app.clock.advance_s(3600);
    let mut kind = 0;
    while kind != 0x88 {
        kind = again.frame().await.0;
    }
}
