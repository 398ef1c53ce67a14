//! What whoever asked for a review is told: that the files came, and what became of the review. It is posted by `platform/delivery` under an
//! id that is the same for the same event.
//!
//! The study's id is spelt in the two ways in which the vendor spells it. No address of a file is told, for it is a secret, and no tag.

use serde_json::{Value, json};

use crate::core::Secret;
use crate::identity::Caller;
use crate::platform::delivery::{NewReceiver, Notice, Outgoing, Style, To};
use crate::records::errands::Purpose;
use crate::records::{Beside, Error, Records};
use crate::vendors::hemato::codes::SAMPLE;
use crate::vendors::hemato::from_fhir::identifier;
use crate::vendors::hemato::store::current;
use crate::vendors::hemato::studies::Study;
use crate::vendors::hemato::studies::files::{self, Kept};

/// The kind of the receivers: one a study.
pub const KIND: &str = "hemato-callback";

/// By which rules callbacks are posted.
pub const STYLE: Style = Style::of_bodies(KIND, headers);

/// What came of the files that were to be fetched.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// What the client calls the sample.
    pub sample: Option<String>,
    /// The files that came.
    pub kept: Vec<Kept>,
    /// Each that did not, or was not to be taken.
    pub missing: Vec<Missing>,
}

/// A file that did not come, or that was none to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What was wrong.
    pub fault: String,
    /// How long it is, where it came.
    pub size_bytes: Option<u64>,
}

/// Something that whoever asked is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// The files came, or did not.
    FilesReceived(Files),
    /// There is a report in this version.
    ReportReady(i64),
    /// There will be no report.
    ReviewFailed,
}

/// Whom a study is told to.
#[derive(Clone, Debug)]
pub struct Callback {
    to: Secret<String>,
    /// The base of the API's addresses; none where files were uploaded: then what is told is shorter.
    base: Option<String>,
}

impl Files {
    /// The files of a study, beside those that did not come.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(
        records: &Records,
        caller: &Caller,
        study: &str,
        missing: Vec<Missing>,
    ) -> Result<Self, Error> {
        let specimen = current(records, caller, "Specimen", study).await?;
        let specimen = specimen.map(|specimen| specimen.json()).transpose()?;
        let sample = specimen.as_ref().and_then(|specimen| identifier(specimen, SAMPLE)).map(str::to_owned);
        Ok(Self { sample, kept: files::of(records, caller, study).await?, missing })
    }
}

impl Callback {
    /// Whoever is told in short at this address.
    #[must_use]
    pub fn at(to: Secret<String>) -> Self {
        Self { to, base: None }
    }

    /// Whom a study is told to; none where nobody asked to be told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(records: &Records, caller: &Caller, study: &str) -> Result<Option<Self>, Error> {
        let to = records.addresses(caller, study, Purpose::Callback).await?.into_iter().next();
        let base = records.addresses(caller, study, Purpose::Base).await?.into_iter().next();
        let Some(to) = to else { return Ok(None) };
        let base = base.map(Secret::into_inner);
        Ok(Some(Self { to, base }))
    }

    /// Telling events of a study, in their order. Each is told once of a version of its Task.
    #[must_use]
    pub fn telling(&self, study: &Study, events: &[Event]) -> Beside {
        let notices = events.iter().map(|event| Notice {
            kind: KIND,
            to: To::One(study.id.clone()),
            id: format!("{}-{}-{}", study.id, event.as_str(), study.task.version),
            event: event.as_str(),
            subject: study.id.clone(),
            body: Secret::new(body(&study.id, self.base.as_deref(), event).to_string()),
        });
        let receiver = NewReceiver {
            kind: KIND,
            id: study.id.clone(),
            url: self.to.clone(),
            secret: None,
            events: Vec::new(),
            active: true,
            follows: false,
            // As many as there are studies that are told of.
            most: i64::MAX,
        };
        Beside { receiver: Some(receiver), ..Beside::telling(notices) }
    }
}

impl Event {
    fn as_str(&self) -> &'static str {
        match self {
            Self::FilesReceived(_) => "files_received",
            Self::ReportReady(_) => "report_ready",
            Self::ReviewFailed => "report_failed",
        }
    }
}

fn headers(outgoing: &Outgoing<'_>) -> Vec<(&'static str, String)> {
    vec![("x-hemato-event", outgoing.event.to_owned()), ("x-hemato-delivery", outgoing.id.to_owned())]
}

fn body(study: &str, base: Option<&str>, event: &Event) -> Value {
    let (status, progress) = match event {
        Event::FilesReceived(_) => ("processing", 0.2),
        Event::ReportReady(_) => ("ready", 1.0),
        Event::ReviewFailed => ("failed", 0.0),
    };
    let mut body = json!({
        "pbs_stody_id": study,
        "pbs_study_id": study,
        "report_status": status,
        "progress": progress,
    });
    let Some(base) = base else { return body };
    let more = match event {
        Event::FilesReceived(Files { sample, kept, missing }) => json!({
            "event": event.as_str(),
            "peripheral_blood_sample_id": sample,
            "files": kept.iter().map(file).chain(missing.iter().map(failed)).collect::<Vec<_>>(),
        }),
        Event::ReportReady(version) => json!({
            "event": event.as_str(),
            "report_url": format!("{base}/pbs/{study}/report?version={version}"),
            "report_version": version,
        }),
        Event::ReviewFailed => json!({ "event": event.as_str() }),
    };
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

fn file(kept: &Kept) -> Value {
    let [width, height] = kept.sides;
    json!({
        "file_id": kept.id,
        "content_type": kept.media_type,
        "size_bytes": kept.size_bytes,
        "width": width,
        "height": height,
        "sanity_check": "ok",
        "error": null,
    })
}

fn failed(missing: &Missing) -> Value {
    json!({
        "file_id": null,
        "content_type": null,
        "size_bytes": missing.size_bytes,
        "width": null,
        "height": null,
        "sanity_check": "failed",
        "error": missing.fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUDY: &str = "4bb7fe9e-b608-4d68-adbe-8655c991f494";

    #[test]
    fn a_report_is_told_by_both_spellings_and_where_it_is() {
        let ready = json!({ "pbs_stody_id": STUDY, "pbs_study_id": STUDY, "report_status": "ready", "progress": 1.0 });
        assert_eq!(body(STUDY, None, &Event::ReportReady(2)), ready);
        let told = body(STUDY, Some("https://us.api.hemato.ai"), &Event::ReportReady(2));
        assert_eq!(
            told,
            json!({ "event": "report_ready", "pbs_stody_id": STUDY, "pbs_study_id": STUDY, "report_status": "ready", "progress": 1.0,
                "report_url": format!("https://us.api.hemato.ai/pbs/{STUDY}/report?version=2"), "report_version": 2 })
        );
        assert_eq!(body(STUDY, None, &Event::ReviewFailed)["report_status"], "failed");
    }

    #[test]
    fn files_are_told_without_their_addresses() {
        let kept = vec![Kept {
            id: "sha224-i-ab".to_owned(),
            media: "m".to_owned(),
            title: None,
            media_type: "image/png".to_owned(),
            size_bytes: 7,
            sides: [3, 2],
        }];
        let late = Missing { fault: "it is late".to_owned(), size_bytes: None };
        let text = Missing { fault: "it is a text".to_owned(), size_bytes: Some(9) };
        let files = Files { sample: Some("xyz".to_owned()), kept, missing: vec![late, text] };
        let told = body(STUDY, Some(""), &Event::FilesReceived(files));
        assert_eq!((&told["progress"], &told["peripheral_blood_sample_id"]), (&json!(0.2), &json!("xyz")));
        assert_eq!(
            told["files"],
            json!([
                { "file_id": "sha224-i-ab", "content_type": "image/png", "size_bytes": 7, "width": 3, "height": 2,
                    "sanity_check": "ok", "error": null },
                { "file_id": null, "content_type": null, "size_bytes": null, "width": null, "height": null,
                    "sanity_check": "failed", "error": "it is late" },
                { "file_id": null, "content_type": null, "size_bytes": 9, "width": null, "height": null,
                    "sanity_check": "failed", "error": "it is a text" },
            ])
        );
    }
}
