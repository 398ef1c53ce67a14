//! What a report of a scan tells, from what is stored. Pure.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{patient, result, scan, text};
use crate::vendors::imagemedix::report::{Picture, Report};
use crate::vendors::imagemedix::{time, wire};

/// What a report is made of.
#[derive(Debug)]
pub struct Told<'a> {
    /// The vendor's id of the scan.
    pub id: &'a str,
    /// The ImagingStudy.
    pub study: &'a Value,
    /// The Patient, where there is one.
    pub patient: Option<&'a Value>,
    /// The Observation of what was found.
    pub observation: &'a Value,
    /// The number of its version.
    pub version: i64,
    /// Who answers for it, by name, where somebody does.
    pub reader: Option<String>,
    /// The model that found it, where one did, and in which version that is told.
    pub model: Option<(String, i64)>,
    /// The picture.
    pub picture: Option<Picture>,
    /// When the report is made.
    pub now: DateTime<Utc>,
}

/// The report; none where the Observation says nothing that this surface has a word for.
#[must_use]
pub fn report(told: Told<'_>) -> Option<Report> {
    let outcome = result::outcome(told.observation)?;
    let status = text(told.observation, "status").unwrap_or_default();
    let is_confirmed = result::is_confirmed(told.observation);
    let nobody = if is_confirmed { "not known" } else { "nobody yet" };
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let facts = vec![
        pair(
            "Patient",
            scan::patient_name(told.study)
                .map(str::to_owned)
                .or_else(|| told.patient.map(patient::full_name))
                .unwrap_or_default(),
        ),
        pair("Patient ID", told.patient.map(patient::patient_id).unwrap_or_default()),
        pair(
            "Date of birth",
            told.patient.and_then(|one| text(one, "birthDate")).unwrap_or("not known").to_owned(),
        ),
        pair("Scan taken", scan::taken(told.study)),
        pair("Scan", told.id.to_owned()),
        pair("Report made", time::moment(told.now)),
    ];
    let makers = vec![
        pair("Read by", told.reader.unwrap_or_else(|| nobody.to_owned())),
        pair("Model", by_model(told.model, told.version)),
        pair("State", format!("{status}, version {} of the finding", told.version)),
        pair("Software", format!("hygeia {}", env!("CARGO_PKG_VERSION"))),
    ];
    let caution = if is_confirmed {
        "A finding in one picture is no diagnosis: it is one part of what a physician decides by."
    } else {
        "No person has confirmed this finding. It must not be acted upon before a physician has looked at the scan."
    };
    Some(Report {
        title: "Scan report".to_owned(),
        facts,
        picture: told.picture,
        findings: findings(outcome),
        makers,
        cautions: vec![caution.to_owned()],
        foot: format!("Scan {}", told.id),
    })
}

/// Which model found it. What it found may be an earlier version, which somebody read and put another one in the place of.
fn by_model(model: Option<(String, i64)>, version: i64) -> String {
    match model {
        Some((model, found_in)) if found_in == version => model,
        Some((model, found_in)) => format!("{model}, in version {found_in} of the finding"),
        None => "none".to_owned(),
    }
}

fn findings(outcome: wire::Outcome) -> Vec<(String, String)> {
    let said = |is_there: bool, what: &str| if is_there { what.to_owned() } else { format!("no {what}") };
    let finding = outcome.has_tumor.map(|is_there| said(is_there, "tumor"));
    let finding = finding.or_else(|| outcome.has_pneumonia.map(|is_there| said(is_there, "pneumonia")));
    [
        ("Finding", finding),
        ("Confidence", outcome.confidence.map(|number| number.to_string())),
        ("Kind", outcome.tumor_type.or(outcome.pneumonia_type)),
        ("Place", outcome.tumor_location.or(outcome.affected_lung)),
        ("Notes", outcome.additional_notes),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}

/// The logical id of the Practitioner who answers for what was found.
#[must_use]
pub fn reader(observation: &Value) -> Option<&str> {
    let mut performers = super::list(observation, "performer").filter_map(|one| text(one, "reference"));
    performers.find_map(|one| one.strip_prefix("Practitioner/"))
}

/// What the model that found it is called.
#[must_use]
pub fn model(observation: &Value) -> Option<String> {
    observation.get("method").and_then(super::said)
}

#[cfg(test)]
mod tests {
    use super::by_model;

    #[test]
    fn the_model_is_told_also_of_a_finding_that_somebody_read_after_it() {
        let model = |version| Some(("brain-mri 1.0.0".to_owned(), version));
        assert_eq!(by_model(None, 2), "none");
        assert_eq!(by_model(model(2), 2), "brain-mri 1.0.0");
        assert_eq!(by_model(model(1), 2), "brain-mri 1.0.0, in version 1 of the finding");
    }
}
