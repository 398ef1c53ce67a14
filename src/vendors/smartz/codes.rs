//! Identifier systems, tags and codes of our own that this surface writes; `fhir-profiles/` defines tags and codes.
//!
//! Their URLs do not depend on where the server runs.

use crate::fhir::codes::Code;

/// Identifiers of organisations (Organizations).
pub const ORGANISATION: &str = "urn:vendor:smartz:organisation";
/// Identifiers of manufacturers (Organizations).
pub const MANUFACTURER: &str = "urn:vendor:smartz:manufacturer";
/// Identifiers of products (DeviceDefinitions), and the codes by which schedules name them.
pub const PRODUCT: &str = "urn:vendor:smartz:product";
/// What manufacturers number their products by.
pub const SKU: &str = "urn:vendor:smartz:sku";
/// Identifiers of pods and nodes (Devices).
pub const DEVICE: &str = "urn:vendor:smartz:device";
/// Identifiers of patients (Patients).
pub const PATIENT: &str = "urn:vendor:smartz:patient";
/// Identifiers of patients that the organisation chose.
pub const EXTERNAL_ID: &str = "urn:vendor:smartz:external-id";
/// Identifiers of the entries of schedules (DeviceRequests).
pub const SCHEDULE: &str = "urn:vendor:smartz:schedule";
/// Identifiers of what pods measured (Observations).
pub const READINGS: &str = "urn:vendor:smartz:readings";
/// Identifiers of what happened (Observations).
pub const EVENT: &str = "urn:vendor:smartz:event";
/// Identifiers of what carers did (Procedures).
pub const PROCEDURE: &str = "urn:vendor:smartz:procedure";
/// Identifiers of alerts (Flags).
pub const ALERT: &str = "urn:vendor:smartz:alert";
/// Identifiers of acknowledgements (Communications): those of their alerts.
pub const ACKNOWLEDGEMENT: &str = "urn:vendor:smartz:acknowledgement";
/// The system of the tag that names the organisation to whose catalogue a product belongs: `meta.tag` of DeviceDefinitions.
pub const CATALOGUE: &str = "urn:vendor:smartz:catalogue";
/// The system of the tag that names a product's manufacturer: `meta.tag` of DeviceDefinitions.
pub const MADE_BY: &str = "urn:vendor:smartz:made-by";

const fn organisation_type(code: &'static str, display: &'static str) -> Code {
    Code { system: "https://hygeia.health/fhir/CodeSystem/organization-type", code, display }
}

/// An organisation that cares for patients.
pub const CARES: Code = organisation_type("care-organisation", "Care organisation");
/// An organisation that makes products.
pub const MAKES: Code = organisation_type("manufacturer", "Manufacturer");

/// The room in which somebody lives.
pub const ROOM: &str = "https://hygeia.health/fhir/StructureDefinition/room";
/// What differs from the defaults when readings are judged.
pub const SETTINGS: &str = "https://hygeia.health/fhir/StructureDefinition/continence-settings";
