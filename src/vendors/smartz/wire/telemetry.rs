//! What nodes send.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::core::Secret;

/// What a node heard of pods.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// The node that sends: its id, or its serial number.
    pub node_id: String,
    /// The readings, in any order.
    #[schema(min_items = 1, max_items = 5000)]
    pub readings: Vec<Reading>,
}

/// What a node heard of pods, by MQTT, where nothing but the message tells who sends it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The node's key.
    pub node_key: Secret<String>,
    /// The node that sends: its id, or its serial number.
    pub node_id: String,
    /// The readings, in any order.
    pub readings: Vec<Reading>,
}

/// What a pod measured.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// The pod.
    #[schema(example = "POD-0001")]
    pub pod_serial: String,
    /// Which of the pod's readings it is: with it, a channel's reading is taken once; without, by its time.
    #[serde(default)]
    pub seq: Option<u64>,
    /// When.
    #[schema(example = "2026-11-21T12:00:00Z")]
    pub at: String,
    /// `wetness` (0 to 100 %), `temperature` (°C), `humidity` (%), `motion` (0 to 1), `battery` (%), `rssi` (dBm) or `attached` (0 or 1).
    #[schema(example = "wetness")]
    pub channel: String,
    /// The value.
    #[schema(example = 42.5)]
    pub value: f64,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Taken {
    /// So many readings were taken.
    pub accepted: usize,
    /// So many were taken before.
    pub duplicates: usize,
}
