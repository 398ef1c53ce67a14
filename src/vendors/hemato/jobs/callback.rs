//! What whoever asked for a review is told, and where. Nothing here sends: it says what is to be sent, to whom, and under which id, so that
//! who delivers it twice tells the same twice.
//!
//! The study's id is spelt in the two ways in which the vendor spells it. No address of a file is told, for it is a secret, and no tag.

use serde_json::{Value, json};

use crate::core::Secret;
use crate::identity::Caller;
use crate::records::errands::Purpose;
use crate::records::{Error, Records};
use crate::vendors::hemato::studies::files::Kept;

/// A call that is to be made.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Where.
    pub to: Secret<String>,
    /// The same for the same event.
    pub id: String,
    /// What.
    pub body: Value,
}

/// Something that whoever asked is told.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// The files came, and were looked at.
    FilesReceived {
        /// What the client calls the sample.
        sample: Option<&'a str>,
        /// The files that came.
        files: &'a [Kept],
    },
    /// There is a report in this version.
    ReportReady(i64),
    /// There will be no report.
    ReviewFailed,
}

/// What is to be sent, and to whom; none where nobody asked to be told.
///
/// # Errors
/// When the database fails.
pub async fn of(
    records: &Records,
    caller: &Caller,
    study: &str,
    event: &Event<'_>,
) -> Result<Option<Callback>, Error> {
    let to = records.addresses(caller, study, Purpose::Callback).await?.into_iter().next();
    let base = records.addresses(caller, study, Purpose::Base).await?.into_iter().next();
    let base = base.map(Secret::into_inner).unwrap_or_default();
    Ok(to.map(|to| Callback { to, id: id(study, event), body: body(study, &base, event) }))
}

fn id(study: &str, event: &Event<'_>) -> String {
    match event {
        Event::FilesReceived { .. } => format!("{study}-files"),
        Event::ReportReady(version) => format!("{study}-report-{version}"),
        Event::ReviewFailed => format!("{study}-failed"),
    }
}

fn body(study: &str, base: &str, event: &Event<'_>) -> Value {
    match event {
        Event::FilesReceived { sample, files } => json!({
            "event": "files_received",
            "pbs_stody_id": study,
            "pbs_study_id": study,
            "report_status": "processing",
            "progress": 0.2,
            "peripheral_blood_sample_id": sample,
            "files": files.iter().map(file).collect::<Vec<_>>(),
        }),
        Event::ReportReady(version) => json!({
            "event": "report_ready",
            "pbs_stody_id": study,
            "pbs_study_id": study,
            "report_status": "ready",
            "progress": 1.0,
            "report_url": format!("{base}/pbs/{study}/report?version={version}"),
            "report_version": version,
        }),
        Event::ReviewFailed => json!({
            "event": "report_failed",
            "pbs_stody_id": study,
            "pbs_study_id": study,
            "report_status": "failed",
            "progress": 0.0,
        }),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const STUDY: &str = "4bb7fe9e-b608-4d68-adbe-8655c991f494";

    #[test]
    fn a_report_is_told_by_both_spellings_and_where_it_is() {
        let told = body(STUDY, "https://us.api.hemato.ai", &Event::ReportReady(2));
        assert_eq!(
            told,
            json!({ "event": "report_ready", "pbs_stody_id": STUDY, "pbs_study_id": STUDY, "report_status": "ready", "progress": 1.0,
                "report_url": format!("https://us.api.hemato.ai/pbs/{STUDY}/report?version=2"), "report_version": 2 })
        );
        assert_eq!(body(STUDY, "", &Event::ReviewFailed)["report_status"], "failed");
    }

    #[test]
    fn files_are_told_without_their_addresses() {
        let files = [Kept {
            id: "sha224-i-ab".to_owned(),
            media: "m".to_owned(),
            media_type: "image/png".to_owned(),
            size_bytes: 7,
            sides: [3, 2],
        }];
        let told = body(STUDY, "", &Event::FilesReceived { sample: Some("xyz"), files: &files });
        assert_eq!((&told["progress"], &told["peripheral_blood_sample_id"]), (&json!(0.2), &json!("xyz")));
        assert_eq!(
            told["files"],
            json!([{ "file_id": "sha224-i-ab", "content_type": "image/png", "size_bytes": 7, "width": 3, "height": 2,
                "sanity_check": "ok", "error": null }])
        );
    }

    #[test]
    fn the_same_event_has_the_same_id() {
        let ids = [Event::ReportReady(1), Event::ReportReady(2), Event::ReviewFailed]
            .map(|event| id(STUDY, &event));
        assert_eq!(ids, ["report-1", "report-2", "failed"].map(|end| format!("{STUDY}-{end}")));
    }
}
