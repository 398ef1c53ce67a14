//! What nodes send by MQTT 3.1.1, beside HTTP: the same batches, with the node's key in them. <https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/>
//!
//! Nodes publish to `smartz/v1/telemetry/NODE`, with quality of service 1. A message is acknowledged once what it brings is stored, or refused for
//! good: what comes while the server is away, or cannot store it, waits at the broker. Processes share the messages (`$share`); a message
//! that comes twice is taken once, as by HTTP. What became of one is published to `smartz/v1/answers/NODE`, without retention.

use std::time::Duration;

use actix_web::ResponseError;
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, Publish, QoS};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::caller::NodeCaller;
use super::errors::Refusal;
use super::operations::SEND_TELEMETRY;
use super::{body, taking, wire};
use crate::core::config::mqtt::MqttSettings;
use crate::identity::{Caller, Identity, Surface};
use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::records::audit::Refusal as Audited;

/// What is listened to.
const TOPIC: &str = "$share/hygeia/smartz/v1/telemetry/+";
/// Where answers go, before the node.
const ANSWERS: &str = "smartz/v1/answers/";
/// The largest message: a batch of the most readings, each with all its members.
const LARGEST: usize = 2 * 1024 * 1024;
/// So many messages are worked on at the same time; the broker keeps the others.
const AT_ONCE: usize = 8;
/// So long before a broker that cannot be reached is tried again, and before work that cannot be done now is.
const AGAIN: Duration = Duration::from_secs(2);
/// So often what fails by a fault of ours is tried.
const TRIES: u8 = 3;

/// Listens to a broker.
#[derive(Clone)]
pub struct Listener {
    settings: Option<MqttSettings>,
    identity: Identity,
    records: Records,
    deliveries: Deliveries,
}

impl Listener {
    /// Over these; without settings there is nothing to listen to.
    #[must_use]
    pub fn new(
        settings: Option<MqttSettings>,
        identity: Identity,
        records: Records,
        deliveries: Deliveries,
    ) -> Self {
        Self { settings, identity, records, deliveries }
    }

    /// Whether there is a broker to listen to.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.settings.is_some()
    }

    /// Listens until the task is dropped, where there is a broker.
    pub async fn work(&self) {
        let Some(settings) = &self.settings else { return };
        let mut options = MqttOptions::new(&settings.client, &settings.host, settings.port);
        options.set_keep_alive(Duration::from_secs(30));
        options.set_max_packet_size(LARGEST, LARGEST);
        // What comes while this process is away waits for it, and is acknowledged only once it is stored.
        options.set_clean_session(false);
        options.set_manual_acks(true);
        if let Some((user, password)) = &settings.credentials {
            options.set_credentials(user, password.expose());
        }
        let (client, events) = AsyncClient::new(options, 64);
        self.listen(client, events).await;
    }

    async fn listen(&self, client: AsyncClient, mut events: EventLoop) {
        let mut messages = JoinSet::new();
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    if let Err(error) = client.try_subscribe(TOPIC, QoS::AtLeastOnce) {
                        tracing::error!(%error, "the broker could not be listened to");
                    }
                }
                Ok(Event::Incoming(Packet::Publish(message))) => {
                    let (listener, client) = (self.clone(), client.clone());
                    messages.spawn(async move { listener.one(&client, &message).await });
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the broker cannot be reached: it is tried again");
                    sleep(AGAIN).await;
                }
            }
            while messages.try_join_next().is_some() {}
            if messages.len() >= AT_ONCE {
                messages.join_next().await;
            }
        }
    }

    /// Takes one message in, tells what became of it, and lets the broker forget it.
    async fn one(&self, client: &AsyncClient, message: &Publish) {
        let answer = match self.taken(&message.payload).await {
            Ok(taken) => serde_json::to_value(taken).unwrap_or_default(),
            Err(refusal) => {
                json!({ "statusCode": refusal.status_code().as_u16(), "message": refusal.to_string() })
            }
        };
        let node = message.topic.rsplit('/').next().unwrap_or_default();
        // Nobody may be listening: who does not hear it sends again.
        drop(client.publish(format!("{ANSWERS}{node}"), QoS::AtMostOnce, false, answer.to_string()).await);
        if let Err(error) = client.ack(message).await {
            tracing::warn!(%error, "a message of a node comes again");
        }
    }

    /// What became of a message; while that cannot be known, it is tried again.
    async fn taken(&self, payload: &[u8]) -> Result<wire::Taken, Refusal> {
        let wire::Message { node_key, node_id, readings } = body::read(payload)?;
        let sent = wire::Batch { node_id, readings };
        let mut tries: u8 = 0;
        loop {
            let stranger = Caller::anonymous(Surface::Smartz).doing(SEND_TELEMETRY);
            let (by, done) = match self.identity.authenticate_node(&stranger, node_key.expose()).await {
                Ok(Some((caller, node))) => {
                    let node = NodeCaller { caller, node };
                    let done = taking::take(&node, &sent, &self.records, &self.deliveries).await;
                    (node.caller, done)
                }
                Ok(None) => (stranger, Err(Refusal::InvalidNodeKey)),
                Err(error) => (stranger, Err(error.into())),
            };
            match done {
                Err(Refusal::Unavailable) => {}
                Err(refusal @ Refusal::Internal(_)) if tries >= TRIES => {
                    self.audit(&by, Audited::Failed).await;
                    tracing::error!("a message of a node could not be taken in");
                    return Err(refusal);
                }
                Err(Refusal::Internal(error)) => {
                    error.log();
                    tries = tries.saturating_add(1);
                }
                Err(refusal) => {
                    self.audit(&by, Audited::Refused).await;
                    return Err(refusal);
                }
                Ok(taken) => return Ok(taken),
            }
            sleep(AGAIN).await;
        }
    }

    async fn audit(&self, caller: &Caller, refusal: Audited) {
        if let Err(error) = self.records.audit_refusal(caller, SEND_TELEMETRY, refusal, None, None).await {
            tracing::error!(%error, "a refusal could not be audited");
        }
    }
}
