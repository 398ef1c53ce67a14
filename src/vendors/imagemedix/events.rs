//! What administrators' webhooks are told of: that a scan came, and what became of its analysis. Pure.
//!
//! Neither a name nor an address of a picture leaves this way, nor what a person wrote freely.

use serde::Serialize;

use super::state::State;
use super::{time, wire};
use crate::core::Secret;
use crate::fhir::codes::{Code, webhook_event};
use crate::imaging::arrived::Arrived;
use crate::platform::delivery::signature::signature;
use crate::platform::delivery::{Notice, Outgoing, Style, To};
use crate::records::Error;

/// The kind of the receivers.
pub const KIND: &str = "imagemedix-webhook";

/// By which rules webhooks are posted to.
pub const STYLE: Style = Style::of_bodies(KIND, headers);

/// Something that webhooks are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A scan was taken in.
    Uploaded,
    /// The analysis of a scan is complete.
    Analyzed,
    /// The analysis of a scan has failed.
    Failed,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 3] = [Self::Uploaded, Self::Analyzed, Self::Failed];

    /// Its code.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Uploaded => webhook_event::SCAN_UPLOADED,
            Self::Analyzed => webhook_event::SCAN_ANALYZED,
            Self::Failed => webhook_event::SCAN_FAILED,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.code().code
    }

    /// The event with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }
}

/// What is told of a scan.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The scan's id.
    pub scan_id: String,
    /// The id that the hospital gave the patient, as long as there is a Patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_id: Option<String>,
    /// How far the scan is.
    pub status: &'static str,
    /// What was found, once there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<wire::Outcome>,
}

impl Told {
    /// What is told of a scan in this state.
    #[must_use]
    pub fn new(
        scan_id: &str,
        patient_id: Option<String>,
        state: State,
        result: Option<wire::Outcome>,
    ) -> Self {
        let result = result.map(|result| wire::Outcome { additional_notes: None, ..result });
        Self { scan_id: scan_id.to_owned(), patient_id, status: state.as_str(), result }
    }

    /// The notice of an event, under a new id.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn notice(
        self,
        event: Event,
        id: String,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<Notice, Error> {
        let subject = self.scan_id.clone();
        let body = Body { id: &id, event: event.as_str(), created_at: time::moment(now), data: &self };
        let body = Secret::new(serde_json::to_string(&body).map_err(Error::internal)?);
        Ok(Notice { kind: KIND, to: To::Listening, event: event.as_str(), subject, body, id })
    }
}

/// The notice that a scan came, whichever way it did.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn uploaded(arrived: Arrived) -> Result<Notice, Error> {
    let Arrived { scan, patient_id, notice, now } = arrived;
    Told::new(&scan, patient_id, State::Pending, None).notice(Event::Uploaded, notice, now)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    id: &'a str,
    event: &'a str,
    created_at: String,
    data: &'a Told,
}

fn headers(outgoing: &Outgoing<'_>) -> Vec<(&'static str, String)> {
    let signed = outgoing.secret.map(|secret| signature(secret, outgoing.at, outgoing.body));
    let mut headers = vec![
        ("x-imagemedix-event", outgoing.event.to_owned()),
        ("x-imagemedix-delivery", outgoing.id.to_owned()),
    ];
    headers.extend(signed.map(|signature| ("x-imagemedix-signature", signature)));
    headers
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "67f460abdf638f437b934239";

    #[test]
    fn nothing_is_told_that_a_person_wrote_freely() {
        let result = wire::Outcome {
            has_tumor: Some(true),
            additional_notes: Some("Priya Mehta".to_owned()),
            ..wire::Outcome::default()
        };
        let told = Told::new(ID, Some("PT-1".to_owned()), State::Completed, Some(result));
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let notice = told.notice(Event::Analyzed, "d".to_owned(), now).unwrap();
        assert_eq!((notice.subject.as_str(), notice.event), (ID, "scan.analyzed"));
        assert_eq!(
            serde_json::from_str::<Value>(notice.body.expose()).unwrap(),
            json!({ "id": "d", "event": "scan.analyzed", "createdAt": "2026-11-21T12:00:00.000Z",
                "data": { "scanId": ID, "patientId": "PT-1", "status": "completed", "result": { "hasTumor": true } } })
        );
    }

    #[test]
    fn an_event_is_known_by_its_word_alone() {
        assert_eq!(Event::ALL.map(|event| Event::parse(event.as_str())), Event::ALL.map(Some));
        for word in ["", "scan", "scan.exploded", "Scan.uploaded", "scan.uploaded "] {
            assert_eq!(Event::parse(word), None, "{word:?}");
        }
    }
}
