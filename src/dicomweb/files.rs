//! The files of instances: their Media, and the bytes of these.

use std::collections::HashMap;

use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::studies::{Study, all, parameter, resource_type};
use crate::http::fhir::errors::Refusal;
use crate::identity::Caller;
use crate::imaging::codes::{DICOM_UID, oid};
use crate::imaging::instance::{self, DICOM};
use crate::imaging::resource::text;
use crate::records::{Error, Records};

/// So many Media are asked for at the same time.
const AT_ONCE: usize = 200;

/// What is asked for below a study.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Study Instance UID.
    pub study: String,
    /// Series Instance UID.
    pub series: Option<String>,
    /// SOP Instance UID.
    pub instance: Option<String>,
}

/// A file that can be fetched.
#[derive(Clone, Debug)]
pub struct File {
    /// Series Instance UID.
    pub series: String,
    /// SOP Instance UID.
    pub instance: String,
    /// The logical id of its Media.
    pub media: String,
    /// The logical id of the Binary with its bytes.
    pub binary: String,
    /// How many frames it has, where its Media says so.
    pub frames: Option<u32>,
}

/// The Media of these instances by their UIDs, as far as they are part of the study.
///
/// # Errors
/// When the caller may not search them.
pub async fn media(
    records: &Records,
    caller: &Caller,
    study: &Study,
    uids: &[&str],
) -> Result<HashMap<String, Value>, Error> {
    let mut found = HashMap::new();
    for some in uids.chunks(AT_ONCE) {
        let by: Vec<_> = some.iter().map(|uid| format!("{DICOM_UID}|{}", oid(uid))).collect();
        for stored in all(records, caller, "Media", vec![parameter("identifier", by.join(","))]).await? {
            let media = stored.json()?;
            if study.ids().any(|id| instance::is_part_of(&media, id))
                && let Some(uid) = instance::uid(&media).map(str::to_owned)
            {
                found.entry(uid).or_insert(media);
            }
        }
    }
    Ok(found)
}

/// The files of what is asked for, in their order; never none.
///
/// # Errors
/// [`Error::NotFound`] when there are none.
pub async fn of_place(
    records: &Records,
    caller: &Caller,
    study: &Study,
    place: &Place,
) -> Result<Vec<File>, Refusal> {
    let is_wanted = |wanted: &Option<String>, uid: &str| wanted.as_deref().is_none_or(|wanted| wanted == uid);
    let series = study.series();
    let of_series = series.iter().filter(|series| is_wanted(&place.series, series.uid));
    let wanted: Vec<(&str, &str)> = of_series
        .flat_map(|series| series.instances.iter().filter_map(|one| Some((series.uid, text(one, "uid")?))))
        .filter(|(_, uid)| is_wanted(&place.instance, uid))
        .collect();
    let uids: Vec<_> = wanted.iter().map(|(_, uid)| *uid).collect();
    let media = media(records, caller, study, &uids).await?;
    let file = |(series, uid): &(&str, &str)| {
        let media = media.get(*uid)?;
        let frames = media.get("frames").and_then(Value::as_u64).and_then(|count| count.try_into().ok());
        let (media, binary) = (text(media, "id")?.to_owned(), instance::binary(media)?.to_owned());
        Some(File { series: (*series).to_owned(), instance: (*uid).to_owned(), media, binary, frames })
    };
    let files: Vec<_> = wanted.iter().filter_map(file).collect();
    if files.is_empty() { Err(Error::NotFound.into()) } else { Ok(files) }
}

/// The bytes of a file: those of a Binary that says itself that it belongs to the Media. The right to a study goes on to its files, and
/// not to whatever else a Media is made to point at.
///
/// # Errors
/// When it is gone, or the caller may not read it.
pub async fn bytes(records: &Records, caller: &Caller, file: &File) -> Result<Bytes, Error> {
    let stored = records.read(&caller.quietly(), resource_type("Binary")?, &file.binary).await?;
    let whole = format!("Media/{}", file.media);
    // A large file takes long enough to hold up other requests of a thread.
    let decode = move || {
        let resource = stored.json()?;
        let belongs_to = resource.get("securityContext").and_then(|one| text(one, "reference"));
        if belongs_to != Some(&whole) || text(&resource, "contentType") != Some(DICOM) {
            return Err(Error::NotFound);
        }
        let data = text(&resource, "data").unwrap_or_default();
        STANDARD.decode(data).map(Bytes::from).map_err(Error::internal)
    };
    web::block(decode).await.map_err(Error::internal)?
}
