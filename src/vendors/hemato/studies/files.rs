//! The files of a study.

use serde_json::Value;

use crate::identity::Caller;
use crate::records::{Error, Records};
use crate::vendors::hemato::codes::FILE;
use crate::vendors::hemato::from_fhir::file_id;
use crate::vendors::hemato::store::all;

/// A file of a study.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The vendor's id.
    pub id: String,
    /// Id of its Media.
    pub media: String,
    /// Its media type.
    pub media_type: String,
    /// Its length.
    pub size_bytes: u64,
    /// Width and height in pixels.
    pub sides: [u64; 2],
}

/// The files of a study, in the order in which they came.
///
/// # Errors
/// When they cannot be searched.
pub async fn of(records: &Records, caller: &Caller, study: &str) -> Result<Vec<Kept>, Error> {
    let by = [("based-on", format!("ServiceRequest/{study}")), ("identifier", format!("{FILE}|"))];
    let mut files = Vec::new();
    for stored in all(records, caller, "Media", &by).await? {
        let media = stored.json()?;
        let Some(id) = file_id(&media).map(str::to_owned) else { continue };
        let number = |pointer: &str| media.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
        let kind = media.pointer("/content/contentType").and_then(Value::as_str).unwrap_or_default();
        files.push(Kept {
            id,
            media_type: kind.to_owned(),
            size_bytes: number("/content/size"),
            sides: [number("/width"), number("/height")],
            media: stored.id,
        });
    }
    Ok(files)
}
