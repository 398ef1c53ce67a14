use chrono::DateTime;
use uuid::Uuid;

use super::*;
use crate::fhir::validate::validate;

const SITE: &str = "https://fhir.example.org";

fn row(interaction: &str) -> AuditRow {
    AuditRow {
        tenant: 1,
        id: Uuid::from_u128(7),
        recorded: DateTime::from_timestamp_micros(1_800_000_000_000_001).unwrap(),
        surface: "fhir".to_owned(),
        interaction: interaction.to_owned(),
        outcome: "success".to_owned(),
        agent_kind: "client".to_owned(),
        agent: Some("c1".to_owned()),
        on_behalf_of: None,
        address: Some("10.0.0.1".to_owned()),
        type_: Some("Observation".to_owned()),
        resource: Some("o1".to_owned()),
        version: Some(2),
        entities: None,
        patient: Some("p1".to_owned()),
        request: None,
        query: None,
        purpose: None,
        reason: None,
    }
}

fn shown(row: &AuditRow) -> Value {
    let event = audit_event(row, SITE);
    validate(&event).expect("an AuditEvent is valid R4");
    event
}

#[test]
fn a_read_by_a_person_is_told_whole() {
    let row = AuditRow {
        on_behalf_of: Some("a1".to_owned()),
        request: Some("0199aaaa-0000-7000-8000-000000000000".to_owned()),
        purpose: Some("BTG".to_owned()),
        reason: Some("nobody else can be asked".to_owned()),
        ..row("read")
    };
    let dcm = "http://dicom.nema.org/resources/ontology/DCM";
    let coding = |system: &str, code: &str, display: &str| json!({ "system": system, "code": code, "display": display });
    let entity_type = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    let object_role = "http://terminology.hl7.org/CodeSystem/object-role";
    assert_eq!(
        shown(&row),
        json!({
            "resourceType": "AuditEvent",
            "id": "00000000-0000-0000-0000-000000000007",
            "meta": {
                "versionId": "1",
                "lastUpdated": "2027-01-15T08:00:00.000001Z",
                "profile": ["https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"],
            },
            "type": coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "RESTful Operation"),
            "subtype": [{ "system": "http://hl7.org/fhir/restful-interaction", "code": "read" }],
            "action": "R",
            "recorded": "2027-01-15T08:00:00.000001Z",
            "outcome": "0",
            "outcomeDesc": "done",
            "purposeOfEvent": [{
                "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG" }],
                "text": "nobody else can be asked",
            }],
            "agent": [
                {
                    "type": { "coding": [coding(dcm, "110152", "Destination Role ID")], "text": "client" },
                    "who": { "identifier": { "system": "https://hygeia.health/fhir/identifier/client", "value": "c1" } },
                    "altId": "c1",
                    "requestor": false,
                    "network": { "address": "10.0.0.1", "type": "2" },
                },
                {
                    "type": { "coding": [coding(dcm, "110153", "Source Role ID")] },
                    "who": { "display": "hygeia" },
                    "requestor": false,
                    "network": { "address": "https://fhir.example.org", "type": "5" },
                },
                {
                    "type": {
                        "coding": [coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient")],
                        "text": "account",
                    },
                    "who": { "identifier": { "system": "https://hygeia.health/fhir/identifier/account", "value": "a1" } },
                    "altId": "a1",
                    "requestor": true,
                },
            ],
            "source": {
                "site": "fhir",
                "observer": { "display": "hygeia" },
                "type": [coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")],
            },
            "entity": [
                {
                    "what": { "reference": "Observation/o1/_history/2" },
                    "type": coding(entity_type, "2", "System Object"),
                    "role": coding(object_role, "4", "Domain Resource"),
                },
                {
                    "what": { "reference": "Patient/p1" },
                    "type": coding(entity_type, "1", "Person"),
                    "role": coding(object_role, "1", "Patient"),
                },
                {
                    "what": { "identifier": { "value": "0199aaaa-0000-7000-8000-000000000000" } },
                    "type": coding(
                        "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
                        "XrequestId",
                        "transport specific unique identifier where http X-Request-Id is used",
                    ),
                },
            ],
        })
    );
}

#[test]
fn each_pattern_is_named_where_all_of_it_is_told() {
    let of = |row: &AuditRow| {
        let event = shown(row);
        let profile = event["meta"]["profile"][0].as_str().unwrap_or("none");
        let agents: Vec<_> =
            (0..2).map(|at| event["agent"][at]["type"]["coding"][0]["code"].clone()).collect();
        let name = profile.rsplit('.').next().unwrap();
        format!("{name} {} {} {}", event["action"].as_str().unwrap(), agents[0], agents[1])
    };
    for (interaction, expected) in [
        ("create", "PatientCreate C \"110153\" \"110152\""),
        ("read", "PatientRead R \"110152\" \"110153\""),
        ("vread", "PatientRead R \"110152\" \"110153\""),
        ("update", "PatientUpdate U \"110153\" \"110152\""),
        ("patch", "PatientUpdate U \"110153\" \"110152\""),
        ("delete", "PatientDelete D \"110150\" \"custodian\""),
        ("search-type", "PatientQuery E \"110153\" \"110152\""),
        ("search-system", "PatientQuery E \"110153\" \"110152\""),
        ("history-instance", "none R \"110150\" \"custodian\""),
        ("transaction", "none E \"110150\" \"custodian\""),
        ("login", "none E \"110150\" \"custodian\""),
    ] {
        assert_eq!(of(&row(interaction)), expected, "{interaction}");
    }
    let of_nobody = AuditRow { patient: None, ..row("read") };
    assert_eq!(of(&of_nobody), "Read R \"110152\" \"110153\"");
    for less in [
        AuditRow { outcome: "refused".to_owned(), ..row("read") },
        AuditRow { address: None, ..row("read") },
        AuditRow { agent: None, agent_kind: "anonymous".to_owned(), ..row("read") },
    ] {
        assert_eq!(of(&less), "none R \"110152\" \"110153\"");
    }
}

#[test]
fn a_search_is_told_without_what_it_looked_for() {
    let row = AuditRow {
        resource: None,
        version: None,
        query: Some("birthdate&name:exact".to_owned()),
        ..row("search-type")
    };
    let event = shown(&row);
    assert_eq!(event["entity"][0]["description"], "/Observation?birthdate&name:exact");
    assert_eq!(event["entity"][0]["query"], STANDARD.encode("/Observation?birthdate&name:exact"));
    assert_eq!(event["entity"][1]["what"]["reference"], "Patient/p1");
    let of_all = AuditRow { type_: None, query: None, patient: None, ..row };
    let event = shown(&AuditRow { interaction: "search-system".to_owned(), ..of_all });
    assert_eq!(
        event["entity"],
        json!([{
            "type": entity_type::SYSTEM_OBJECT.coding(), "role": object_role::QUERY.coding(), "query": "Lw==", "description": "/",
        }])
    );
}

#[test]
fn the_parts_of_a_whole_are_told_with_their_outcomes() {
    let entities = [
        "create Observation/o1/1",
        "read:refused Patient/p2",
        "search-type Condition",
        "search-system ",
        "patient Patient/p1",
    ];
    let row = AuditRow {
        type_: None,
        resource: None,
        version: None,
        patient: None,
        entities: Some(entities.map(str::to_owned).to_vec()),
        ..row("batch")
    };
    let event = shown(&row);
    let told: Vec<_> = event["entity"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{} {} {}", e["what"], e["role"]["code"], e["detail"]))
        .collect();
    assert_eq!(
        told,
        [
            r#"{"reference":"Observation/o1/_history/1"} "4" [{"type":"interaction","valueString":"create"}]"#,
            r#"{"reference":"Patient/p2"} "4" [{"type":"interaction","valueString":"read"},{"type":"outcome","valueString":"refused"}]"#,
            r#"{"type":"Condition"} "4" [{"type":"interaction","valueString":"search-type"}]"#,
            r#"{"display":"all"} "4" [{"type":"interaction","valueString":"search-system"}]"#,
            r#"{"reference":"Patient/p1"} "1" null"#,
        ]
    );
    let own = row_of("login");
    assert_eq!(own["type"]["code"], "110114");
    assert_eq!(own["subtype"][1]["code"], "110122");
}

fn row_of(interaction: &str) -> Value {
    let of = AuditRow { type_: None, resource: None, version: None, patient: None, ..row(interaction) };
    let event = shown(&of);
    assert_eq!(event.get("entity"), None);
    event
}
