//! Writing id, version and time into a resource before it is kept.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::Error;
use crate::fhir::ResourceType;

/// The resource as JSON text with `id`, `meta.versionId` and `meta.lastUpdated` set by the server. Everything else keeps its
/// order and its digits.
pub fn stamped(
    mut resource: Map<String, Value>,
    resource_type: ResourceType,
    id: &str,
    version: i64,
    updated: DateTime<Utc>,
) -> Result<String, Error> {
    let mut meta = Map::new();
    meta.insert("versionId".to_owned(), version.to_string().into());
    meta.insert("lastUpdated".to_owned(), instant(updated).into());
    if let Some(Value::Object(sent)) = resource.get_mut("meta").map(Value::take) {
        for (name, value) in sent {
            meta.entry(name).or_insert(value);
        }
    }
    let mut stamped = Map::with_capacity(resource.len().saturating_add(2));
    stamped.insert("resourceType".to_owned(), resource_type.as_str().into());
    stamped.insert("id".to_owned(), id.into());
    stamped.insert("meta".to_owned(), meta.into());
    for (name, value) in resource {
        stamped.entry(name).or_insert(value);
    }
    serde_json::to_string(&stamped).map_err(Error::internal)
}

/// A FHIR instant with the microseconds that Postgres keeps.
pub fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_sets_id_version_and_time_and_nothing_else() {
        let sent: Map<String, Value> = serde_json::from_str(
            r#"{"id":"theirs","resourceType":"Patient","meta":{"versionId":"9","tag":[{"code":"t"}],"lastUpdated":"2001-01-01T00:00:00Z"},"multipleBirthInteger":1,"extension":[{"url":"u","valueDecimal":1.500}]}"#,
        )
        .unwrap();
        let patient = ResourceType::parse("Patient").unwrap();
        let time = DateTime::from_timestamp_micros(1_800_000_000_000_001).unwrap();
        assert_eq!(
            stamped(sent, patient, "ours", 2, time).unwrap(),
            r#"{"resourceType":"Patient","id":"ours","meta":{"versionId":"2","lastUpdated":"2027-01-15T08:00:00.000001Z","tag":[{"code":"t"}]},"multipleBirthInteger":1,"extension":[{"url":"u","valueDecimal":1.500}]}"#
        );
    }
}
