//! Pods, which patients wear, and nodes, which hear them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Paged, said};

/// A pod or node that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewDevice {
    /// `pod` or `node`.
    #[serde(rename = "type")]
    #[schema(example = "pod")]
    pub kind: String,
    /// What its maker numbers it by; no other device of the organisation has it.
    #[schema(min_length = 1, max_length = 200, example = "POD-0001")]
    pub serial_number: String,
    /// The version of its program.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub firmware: Option<String>,
    /// Where it is.
    #[serde(default)]
    #[schema(max_length = 200, example = "Ward 3")]
    pub location: Option<String>,
    /// The node that hears a pod.
    #[serde(default)]
    pub node_id: Option<String>,
}

/// A pod or a node.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Its id.
    pub id: String,
    /// `pod` or `node`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// What its maker numbers it by.
    pub serial_number: Option<String>,
    /// The version of its program.
    pub firmware: Option<String>,
    /// How full its battery is, where that was told.
    pub battery_percent: Option<f64>,
    /// Whether it was heard of in the last ten minutes.
    pub online: bool,
    /// When it was last heard of.
    pub last_seen_at: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// The node that hears a pod, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// Who wears a pod, where somebody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_id: Option<String>,
}

/// A device that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeDevice {
    /// The device.
    #[serde(flatten)]
    pub device: Device,
    /// What a node sends with, as a bearer token; it is shown only now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_key: Option<String>,
}

/// A page of devices.
#[derive(Serialize, ToSchema)]
pub struct Devices {
    /// The devices.
    pub items: Vec<Device>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}

/// Who wears a pod.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Wearer {
    /// A patient of the organisation; null for nobody.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, required)]
    pub patient_id: Option<Option<String>>,
}

/// A new key of a node.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeKey {
    /// The node.
    pub id: String,
    /// What it sends with from now on; it is shown only now.
    pub node_key: String,
}
