//! The files of instances: their Media, and the bytes of these.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::studies::{Study, all, parameter, resource_type};
use crate::core::Content;
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
    /// The study that it was found in, by its place among those of the UID.
    pub of: usize,
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

/// The files of what is asked for, in their order, each instance once; never none.
///
/// # Errors
/// [`Error::NotFound`] when there are none.
pub async fn of_place(
    records: &Records,
    caller: &Caller,
    studies: &[Study],
    place: &Place,
) -> Result<Vec<File>, Refusal> {
    let (mut files, mut known) = (Vec::new(), HashSet::new());
    for (of, study) in studies.iter().enumerate() {
        let found = of_study(records, caller, study, place).await?;
        // The same instance may have come under two patients: a viewer that asks by its UID gets one file.
        let new = found.into_iter().filter(|file| known.insert(file.instance.clone()));
        files.extend(new.map(|file| File { of, ..file }));
    }
    if files.is_empty() { Err(Error::NotFound.into()) } else { Ok(files) }
}

/// The studies that these files are of, each once.
pub fn studies_of<'a>(studies: &'a [Study], files: &[File]) -> impl Iterator<Item = &'a Study> {
    let of: HashSet<usize> = files.iter().map(|file| file.of).collect();
    studies.iter().enumerate().filter(move |(at, _)| of.contains(at)).map(|(_, study)| study)
}

async fn of_study(
    records: &Records,
    caller: &Caller,
    study: &Study,
    place: &Place,
) -> Result<Vec<File>, Error> {
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
        Some(File { series: (*series).to_owned(), instance: (*uid).to_owned(), media, binary, frames, of: 0 })
    };
    Ok(wanted.iter().filter_map(file).collect())
}

/// The bytes of a file: those of a Binary that says itself that it belongs to the Media. The right to a study goes on to its files, and
/// not to whatever else a Media is made to point at.
///
/// # Errors
/// When it is gone, or the caller may not read it.
pub async fn content(records: &Records, caller: &Caller, file: &File) -> Result<Content, Error> {
    let stored = records.read(&caller.quietly(), resource_type("Binary")?, &file.binary).await?;
    let resource = stored.json()?;
    let belongs_to = resource.get("securityContext").and_then(|one| text(one, "reference"));
    if belongs_to != Some(&format!("Media/{}", file.media)) || text(&resource, "contentType") != Some(DICOM) {
        return Err(Error::NotFound);
    }
    records.content(caller, &stored).await
}
