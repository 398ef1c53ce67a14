//! What a client says of a sample and its files, in a request or in a list at an address.

use chrono::{DateTime, FixedOffset};

use crate::core::Secret;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::uploads::MOST_FILES;
use crate::vendors::hemato::{time, wire};

/// Most characters of what a client calls a sample or a patient.
const LONGEST: usize = 200;

/// What was said, checked.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// What the client calls the sample.
    pub id: Option<String>,
    /// By what the client stands for the patient.
    pub proxy: Option<String>,
    /// When the sample was taken.
    pub taken: Option<DateTime<FixedOffset>>,
    /// What is to be said of that.
    pub warnings: Vec<String>,
}

impl Sample {
    /// Checks what was said.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::FilesDocument) -> Result<Self, Refusal> {
        let proxy = sent.patient_proxy_medical_record_number.as_ref().map(Secret::expose);
        let mut sample = Self {
            id: line("peripheral_blood_sample_id", sent.peripheral_blood_sample_id.as_ref())?,
            proxy: line("patient_proxy_medical_record_number", proxy)?,
            ..Self::default()
        };
        if let Some(text) = &sent.sample_collection_timestamp {
            let name = "sample_collection_timestamp";
            let (taken, is_mended) = time::read(text)
                .ok_or_else(|| Refusal::field(name, "must be a time with its offset (RFC 3339)"))?;
            sample.taken = Some(taken);
            if is_mended {
                sample.warnings.push(format!(
                    "{name} is not as RFC 3339 has it: a colon is missing before the seconds."
                ));
            }
        }
        Ok(sample)
    }
}

/// A text on one line; none for one that is empty.
fn line(field: &str, text: Option<&String>) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(|text| text.trim()).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > LONGEST || text.contains(char::is_control) {
        return Err(Refusal::field(field, &format!("must have at most {LONGEST} characters on one line")));
    }
    Ok(Some(text.to_owned()))
}

/// Checks how many files there are.
///
/// # Errors
/// When there is none, or too many.
pub fn some(files: &[Secret<String>]) -> Result<(), Refusal> {
    if files.is_empty() || files.len() > MOST_FILES {
        return Err(Refusal::field("files", &format!("must name 1 to {MOST_FILES} files")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Sample::checked(&serde_json::from_str(text).unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_kept_is_refused_by_name_and_not_repeated() {
        assert_eq!(
            refusal(r#"{"sample_collection_timestamp":"s3cret"}"#),
            "sample_collection_timestamp must be a time with its offset (RFC 3339)."
        );
        let long = format!(r#"{{"peripheral_blood_sample_id":"{}"}}"#, "s".repeat(201));
        assert_eq!(
            refusal(&long),
            "peripheral_blood_sample_id must have at most 200 characters on one line."
        );
        let told = refusal("{\"patient_proxy_medical_record_number\":\"s3cret\\u0000\"}");
        assert_eq!(told, "patient_proxy_medical_record_number must have at most 200 characters on one line.");
        assert!(some(&[]).is_err() && some(&vec![Secret::default(); 2_001]).is_err());
    }

    #[test]
    fn the_documented_example_is_taken_with_a_warning() {
        let sent = r#"{"peripheral_blood_sample_id":"62dd0300","patient_proxy_medical_record_number":"123456789",
            "sample_collection_timestamp":"2021-01-02T15:0405+07:00","files":["https://example.org/a.png"]}"#;
        let sample = Sample::checked(&serde_json::from_str(sent).unwrap()).unwrap();
        assert_eq!((sample.id.as_deref(), sample.proxy.as_deref()), (Some("62dd0300"), Some("123456789")));
        assert_eq!(
            (sample.taken.unwrap().to_rfc3339().as_str(), sample.warnings.len()),
            ("2021-01-02T15:04:05+07:00", 1)
        );
    }
}
