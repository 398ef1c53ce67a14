//! What became of each instance, and the answer that tells it
//! ([PS3.18 annex I](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_I.html)). Pure.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::Value;

use crate::dicomweb::accept::JSON;
use crate::dicomweb::attributes::Dataset;

/// Why an instance was not stored, by the numbers of
/// [table I.2-2](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_I.2.2.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no room for it.
    OutOfResources,
    /// It does not fit what it says that it is, or where it was sent to.
    DoesNotMatch,
    /// It cannot be understood.
    CannotUnderstand,
    /// It is encoded in a way that is not read here.
    TransferSyntax,
    /// It is of no class that can be stored.
    SopClass,
    /// There is another one with its UID.
    Duplicate,
    /// The caller may not store it.
    NotAuthorized,
    /// It could not be done now.
    Processing,
}

impl Reason {
    fn number(self) -> u16 {
        match self {
            Self::OutOfResources => 0xA700,
            Self::DoesNotMatch => 0xA900,
            Self::CannotUnderstand => 0xC000,
            Self::TransferSyntax => 0xC122,
            Self::SopClass => 0x0122,
            Self::Duplicate => 0x0111,
            Self::NotAuthorized => 0x0124,
            Self::Processing => 0x0110,
        }
    }
}

/// The UIDs of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uids {
    /// Of its class.
    pub class: String,
    /// Of its study.
    pub study: String,
    /// Of its series.
    pub series: String,
    /// Its own.
    pub instance: String,
}

/// What became of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored.
    Stored(Uids),
    /// The same file was stored before.
    Present(Uids),
    /// It is not, and why; its UIDs, as far as they could be read.
    Failed(Option<Uids>, Reason),
}

/// The answer about all instances of a request; `base` is the address of the service.
#[must_use]
pub fn answer(outcomes: &[Outcome], base: &str) -> HttpResponse {
    let (mut stored, mut failed, mut others, mut studies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Stored(uids) | Outcome::Present(uids) => {
                let Uids { study, series, instance, .. } = uids;
                let url = format!("{base}/studies/{study}/series/{series}/instances/{instance}");
                stored.push(referenced(uids).with("RetrieveURL", [url]));
                if !studies.contains(study) {
                    studies.push(study.clone());
                }
            }
            Outcome::Failed(Some(uids), reason) => {
                failed.push(referenced(uids).with("FailureReason", [reason.number()]));
            }
            Outcome::Failed(None, reason) => {
                others.push(Dataset::default().with("FailureReason", [reason.number()]));
            }
        }
    }
    let status = match (stored.is_empty(), failed.is_empty() && others.is_empty()) {
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::ACCEPTED,
        (true, _) => StatusCode::CONFLICT,
    };
    let urls = studies.first().filter(|_| studies.len() == 1).map(|study| format!("{base}/studies/{study}"));
    let told = Dataset::default()
        .with("RetrieveURL", urls)
        .sequence("00081199", stored)
        .sequence("00081198", failed)
        .sequence("0008119A", others);
    HttpResponse::build(status).content_type(JSON).json(Value::from(told))
}

fn referenced(uids: &Uids) -> Dataset {
    Dataset::default()
        .with("ReferencedSOPClassUID", [uids.class.as_str()])
        .with("ReferencedSOPInstanceUID", [uids.instance.as_str()])
}
