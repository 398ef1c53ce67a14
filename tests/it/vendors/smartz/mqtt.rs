//! What nodes send by MQTT, through Debian's Mosquitto.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use hygeia::core::config::mqtt::MqttSettings;
use hygeia::core::config::{Limits, Settings};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use uuid::Uuid;

use super::{Ward, with_accounts};
use crate::harness::Server;

/// A broker of its own.
struct Broker {
    port: u16,
    _process: Child,
}

impl Broker {
    async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mosquitto-{}.conf", Uuid::new_v4()));
        std::fs::write(&config, format!("listener {port} 127.0.0.1\nallow_anonymous true\n")).unwrap();
        // Debian has it where only administrators look.
        let mut command = Command::new("/usr/sbin/mosquitto");
        command.arg("-c").arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let process = command.spawn().expect("`make test` installs mosquitto");
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Self { port, _process: process };
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("mosquitto does not listen")
    }

    fn settings(&self) -> Settings {
        let mqtt = MqttSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            credentials: None,
            client: "here".to_owned(),
        };
        Settings { limits: Limits::Off, smartz_mqtt: Some(mqtt), ..Settings::default() }
    }
}

/// A node that publishes, and hears what became of it.
struct Node {
    client: AsyncClient,
    events: EventLoop,
}

impl Node {
    async fn connect(broker: &Broker) -> Self {
        let (client, events) = AsyncClient::new(MqttOptions::new("node", "127.0.0.1", broker.port), 16);
        let mut node = Self { client, events };
        node.client.subscribe("smartz/v1/answers/NODE-1", QoS::AtLeastOnce).await.unwrap();
        while !matches!(node.events.poll().await.unwrap(), Event::Incoming(Packet::SubAck(_))) {}
        node
    }

    async fn publish(&mut self, payload: &str) {
        let client = self.client.clone();
        client.publish("smartz/v1/telemetry/NODE-1", QoS::AtLeastOnce, false, payload).await.unwrap();
        // The broker has it.
        while !matches!(self.events.poll().await.unwrap(), Event::Incoming(Packet::PubAck(_))) {}
    }

    async fn answer(&mut self) -> Value {
        timeout(Duration::from_secs(20), async {
            loop {
                if let Event::Incoming(Packet::Publish(message)) = self.events.poll().await.unwrap() {
                    return serde_json::from_slice(&message.payload).unwrap();
                }
            }
        })
        .await
        .expect("an answer")
    }
}

fn listen(server: &Server) -> tokio::task::JoinHandle<()> {
    let listener = server.app.listener();
    tokio::spawn(async move { listener.work().await })
}

/// Waits until the server listens.
async fn listened(server: &Server, broker: &Broker) {
    for _ in 0..200 {
        let mut probe = Node::connect(broker).await;
        probe.publish("x").await;
        if let Ok(Ok(_)) =
            timeout(Duration::from_millis(500), async { Ok::<_, ()>(probe.answer().await) }).await
        {
            return;
        }
    }
    panic!("{} does not listen", server.url)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_publishes_is_taken_once_and_waits_while_the_server_is_away() {
    let broker = Broker::start().await;
    let server = with_accounts(Server::start_by(&broker.settings(), None).await).await;
    let ward = Ward::new(&server).await;
    let listener = listen(&server);
    listened(&server, &broker).await;
    let mut node = Node::connect(&broker).await;
    let message = |key: &str, readings: Value| {
        json!({ "nodeKey": key, "nodeId": "NODE-1", "readings": readings }).to_string()
    };
    let good = json!([ward.reading(0, "wetness", 5.0), ward.reading(30, "wetness", 5.0)]);
    for (payload, status, problem) in [
        ("{".to_owned(), 400, "The body is not JSON at line 1, column 1."),
        ("[]".to_owned(), 400, "The body must be a JSON object."),
        (json!({ "nodeId": "NODE-1", "readings": good }).to_string(), 400, "nodeKey is required."),
        (message("nk_x", good.clone()), 401, "The node key is missing or invalid."),
        (message(&ward.key, json!([])), 400, "readings must be 1 to 5000."),
        (
            json!({ "nodeKey": ward.key, "nodeId": "NODE-2", "readings": good }).to_string(),
            403,
            "You may not do this.",
        ),
    ] {
        node.publish(&payload).await;
        assert_eq!(node.answer().await, json!({ "statusCode": status, "message": problem }), "{payload}");
    }
    assert_eq!(server.number("SELECT count(*) FROM taken_reading").await, 0);
    let refused =
        "SELECT count(*) FROM audit_event WHERE interaction = 'send-telemetry' AND outcome = 'refused'";
    assert!(server.number(refused).await >= 3);
    node.publish(&message(&ward.key, good.clone())).await;
    assert_eq!(node.answer().await, json!({ "accepted": 2, "duplicates": 0 }));
    node.publish(&message(&ward.key, good)).await;
    assert_eq!(node.answer().await, json!({ "accepted": 0, "duplicates": 2 }));
    assert_eq!(ward.status().await["state"], "dry");

    listener.abort();
    assert!(listener.await.is_err());
    let late = json!([ward.reading(60, "wetness", 96.0), ward.reading(90, "wetness", 96.0)]);
    node.publish(&message(&ward.key, late)).await;
    assert!(timeout(Duration::from_secs(1), node.answer()).await.is_err(), "nobody takes it");
    let again = listen(&server);
    assert_eq!(node.answer().await, json!({ "accepted": 2, "duplicates": 0 }));
    assert_eq!(ward.status().await["saturationPercent"], 96.0);
    again.abort();
}
