//! A node: it hears pods, and sends what they say until the server has it.

use std::ops::Range;
use std::time::Duration;

use anyhow::bail;
use chrono::SecondsFormat;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::clinical::continence::Reading;
use crate::core::Secret;

/// So often a batch is sent again that was not answered.
const TRIES: u32 = 8;

/// A node with its pods.
#[derive(Clone)]
pub(super) struct Node {
    pub client: reqwest::Client,
    pub url: Url,
    pub id: String,
    pub key: Secret<String>,
    /// Whose pods it hears.
    pub residents: Range<usize>,
    /// Their serial numbers.
    pub pods: Vec<String>,
}

/// What the server said of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Taken {
    pub accepted: usize,
    pub duplicates: usize,
}

/// How a batch came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub taken: Taken,
    /// Whether an earlier try may have come through unanswered.
    pub again: bool,
}

impl Node {
    /// The batch that tells of readings.
    pub(super) fn batch(&self, readings: &[(usize, Reading)]) -> Value {
        let shown = readings.iter().filter_map(|(resident, reading)| {
            let pod = self.pods.get(resident.checked_sub(self.residents.start)?)?;
            Some(json!({
                "podSerial": pod,
                "seq": reading.seq(),
                "at": reading.at().to_rfc3339_opts(SecondsFormat::Millis, true),
                "channel": reading.channel().as_str(),
                "value": reading.value(),
            }))
        });
        json!({ "nodeId": self.id, "readings": shown.collect::<Vec<_>>() })
    }

    /// Sends a batch, and sends it again while the server does not answer or says that it is busy.
    ///
    /// # Errors
    /// When the server refuses it, or stays away.
    pub(super) async fn send(&self, batch: &Value) -> anyhow::Result<Sent> {
        let mut again = false;
        for tried in 0..TRIES {
            if tried > 0 {
                tokio::time::sleep(Duration::from_millis(250 << tried)).await;
            }
            let request = self.client.post(self.url.clone()).bearer_auth(self.key.expose()).json(batch);
            let Ok(answer) = request.send().await else {
                again = true;
                continue;
            };
            let status = answer.status();
            if status == StatusCode::TOO_MANY_REQUESTS {
                continue;
            }
            if status.is_server_error() {
                again = true;
                continue;
            }
            let Ok(text) = answer.text().await else {
                again = true;
                continue;
            };
            if !status.is_success() {
                bail!("a batch was answered with {status}: {text}");
            }
            let taken = serde_json::from_str(&text)
                .map_err(|_| anyhow::anyhow!("a batch was answered with {text}"))?;
            return Ok(Sent { taken, again });
        }
        bail!("the server did not take a batch in {TRIES} tries")
    }
}
