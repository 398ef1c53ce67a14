//! Identifier systems of our own that several surfaces write. Their URLs do not depend on where the server runs.

/// SHA-256 of a file's bytes, hexadecimal.
pub const FILE_SHA256: &str = "https://hygeia.health/fhir/sid/sha256";
/// A model by name, version and SHA-256 of its weights.
pub const MODEL_ID: &str = "https://hygeia.health/fhir/sid/model";
