//! The files of a study.

use serde_json::Value;

use crate::identity::Caller;
use crate::records::{Error, Records};
use crate::vendors::hemato::codes::FILE;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::file_id;
use crate::vendors::hemato::store::all;

/// A file of a study.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The vendor's id.
    pub id: String,
    /// Id of its Media.
    pub media: String,
    /// The name that it was sent under, as far as it was harmless.
    pub title: Option<String>,
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
    found(records, caller, study, String::new()).await
}

/// The file of a study with this id.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn one(records: &Records, caller: &Caller, study: &str, id: &str) -> Result<Kept, Refusal> {
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if id.is_empty() || !is_plain {
        return Err(Refusal::NotFound("file"));
    }
    let found = found(records, caller, study, id.to_owned()).await?;
    found.into_iter().next().ok_or(Refusal::NotFound("file"))
}

async fn found(records: &Records, caller: &Caller, study: &str, id: String) -> Result<Vec<Kept>, Error> {
    let by = [("based-on", format!("ServiceRequest/{study}")), ("identifier", format!("{FILE}|{id}"))];
    let mut files = Vec::new();
    for stored in all(records, caller, "Media", &by).await? {
        let media = stored.json()?;
        let Some(id) = file_id(&media).map(str::to_owned) else { continue };
        let number = |pointer: &str| media.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
        let said = |pointer: &str| media.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        files.push(Kept {
            id,
            title: said("/content/title"),
            media_type: said("/content/contentType").unwrap_or_default(),
            size_bytes: number("/content/size"),
            sides: [number("/width"), number("/height")],
            media: stored.id,
        });
    }
    Ok(files)
}
