//! A pod or node as a Device.

use serde_json::{Value, json};

use super::{reference, set};
use crate::fhir::codes::Code;
use crate::fhir::codes::continence::{NODE, POD};
use crate::vendors::smartz::codes::DEVICE;
use crate::vendors::smartz::derived;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{text, wire};

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Worn by a patient.
    Pod,
    /// Hears pods.
    Node,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Pod, Self::Node];

    /// Its code.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Pod => POD,
            Self::Node => NODE,
        }
    }

    /// The kind with that word.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.into_iter().find(|kind| kind.code().code == word);
        found.ok_or_else(|| Refusal::field("type", "must be pod or node"))
    }
}

/// A checked new device.
#[derive(Clone, Debug)]
pub struct New {
    /// What it is.
    pub kind: Kind,
    serial_number: String,
    firmware: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// The node that hears a pod.
    pub node: Option<String>,
}

impl New {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::NewDevice) -> Result<Self, Refusal> {
        let kind = Kind::parse(&sent.kind)?;
        let node = text::given("nodeId", sent.node_id.as_ref(), text::NAME)?;
        if node.is_some() && kind == Kind::Node {
            return Err(Refusal::field("nodeId", "is of pods alone"));
        }
        Ok(Self {
            kind,
            serial_number: text::required("serialNumber", &sent.serial_number, text::NAME)?,
            firmware: text::given("firmware", sent.firmware.as_ref(), text::NAME)?,
            location: text::given("location", sent.location.as_ref(), text::NAME)?,
            node,
        })
    }

    /// Its id: an organisation has a serial number once.
    #[must_use]
    pub fn id(&self, organisation: &str) -> String {
        derived::device(organisation, &self.serial_number)
    }

    /// The Device, where `location` is the id of its Location.
    #[must_use]
    pub fn device(&self, organisation: &str, location: Option<&str>) -> Value {
        let id = self.id(organisation);
        let mut resource = json!({
            "resourceType": "Device",
            "id": id,
            "identifier": [{ "system": DEVICE, "value": id }],
            "status": "active",
            "serialNumber": self.serial_number,
            "type": self.kind.code().concept(),
            "owner": reference("Organization", organisation),
        });
        let version = self.firmware.as_ref().map(|text| json!([{ "value": text }]));
        set(&mut resource, "version", version);
        set(&mut resource, "parent", self.node.as_ref().map(|node| reference("Device", node)));
        let place = location.map(|id| {
            let mut place = reference("Location", id);
            set(&mut place, "display", self.location.clone().map(Value::from));
            place
        });
        set(&mut resource, "location", place);
        resource
    }
}

/// The Location that an organisation calls so.
#[must_use]
pub fn location(organisation: &str, name: &str) -> (String, Value) {
    let id = derived::id(&["location", organisation, name]);
    let resource = json!({
        "resourceType": "Location",
        "id": id,
        "status": "active",
        "name": name,
        "managingOrganization": reference("Organization", organisation),
    });
    (id, resource)
}

/// The Device as somebody else, or nobody, wears it.
#[must_use]
pub fn worn_by(mut device: Value, patient: Option<&str>) -> Value {
    set(&mut device, "patient", patient.map(|id| reference("Patient", id)));
    device
}
