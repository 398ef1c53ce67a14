//! The broker by which nodes of Smartz Connect may send, beside HTTP.

use super::source::Source;
use crate::core::Secret;

/// What brokers listen on, where nothing else is said.
const PORT: u16 = 1883;

/// A broker of MQTT 3.1.1, without TLS: one beside the server, or behind a tunnel.
#[derive(Clone, Debug)]
pub struct MqttSettings {
    /// `HYGEIA_SMARTZ_MQTT`, such as `broker:1883`: its host ...
    pub host: String,
    /// ... and port. Without the setting nothing is listened to.
    pub port: u16,
    /// `HYGEIA_SMARTZ_MQTT_USER` and `HYGEIA_SMARTZ_MQTT_PASSWORD`, where the broker asks for them.
    pub credentials: Option<(String, Secret<String>)>,
    /// `HYGEIA_SMARTZ_MQTT_CLIENT`, default `hygeia`: how the broker knows this process. Each process has its own, and keeps it: what comes
    /// while it is away waits for it.
    pub client: String,
}

impl MqttSettings {
    pub(super) fn read(source: &mut Source) -> Option<Self> {
        const NAME: &str = "HYGEIA_SMARTZ_MQTT";
        let place = source.text(NAME);
        let user = source.text("HYGEIA_SMARTZ_MQTT_USER");
        let password = source.text("HYGEIA_SMARTZ_MQTT_PASSWORD").map(Secret::new);
        let client = source
            .text("HYGEIA_SMARTZ_MQTT_CLIENT")
            .map_or_else(|| "hygeia".to_owned(), |name| name.trim().to_owned());
        let place = place?;
        let (host, port) = place
            .rsplit_once(':')
            .map_or((place.as_str(), Some(PORT)), |(host, port)| (host, port.parse().ok()));
        let Some(port) = port.filter(|_| !host.is_empty() && !host.contains(['/', ' '])) else {
            source.fault(NAME, "must be a host, or a host and a port such as broker:1883");
            return None;
        };
        let credentials = user.map(|user| (user, password.unwrap_or_else(|| Secret::new(String::new()))));
        Some(Self { host: host.to_owned(), port, credentials, client })
    }
}
