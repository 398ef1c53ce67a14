//! `GET .../instances/{instance}/frames/{frames}`: the samples of frames, WADO-RS.

use actix_web::{HttpRequest, HttpResponse, get, web};

use futures_util::StreamExt;

use super::base;
use crate::core::Content;
use crate::dicomweb::accept::{Accepted, BYTES};
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::files::{self, Place};
use crate::dicomweb::multipart::{self, Part};
use crate::dicomweb::pictures::unread;
use crate::dicomweb::query::refused;
use crate::dicomweb::{operations, studies};
use crate::http::arrival::Arrival;
use crate::http::fhir::errors::Refusal;
use crate::http::incoming::Incoming;
use crate::identity::Caller;
use crate::inference::dicom::{DicomReader, Frame, FrameType};
use crate::records::{Error, Records};

/// What frames are given as: as samples, or as they are stored.
const TYPES: [&str; 4] = [BYTES, "image/jpeg", "image/jp2", "image/dicom-rle"];
const GIVEN: &str = "multipart/related; type=\"application/octet-stream\"";
/// Most frames of one request.
const MOST_FRAMES: usize = 1_000;

/// Reads frames: as samples in little endian order, or compressed as they are stored, where that type is accepted and they are.
#[utoipa::path(tag = "retrieve", operation_id = "read_frames",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("instance" = String, Path, description = "SOP Instance UID"), ("frames" = String, Path, description = "Numbers from 1 on, such as `1,2`")),
    responses((status = 200, description = "A part a frame", body = Vec<u8>, content_type = "multipart/related; type=\"application/octet-stream\""),
        (status = 400, description = "The numbers are none"), (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such instance or frame"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/instances/{instance}/frames/{frames}")]
pub async fn read_frames(
    path: web::Path<(String, String, String, String)>,
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let (study, series, instance, frames) = path.into_inner();
    let mut frames = numbers(&frames)?;
    let accepted = Accepted::of(&request);
    let wanted = accepted.chosen(&TYPES, GIVEN)?;
    let place = Place { study, series: Some(series), instance: Some(instance) };
    let found = studies::find(&records, &caller, &place.study).await?;
    let mut all = files::of_place(&records, &caller, &found, &place).await?;
    let read: Vec<_> = files::studies_of(&found, &all).collect();
    let (file, first) = (all.remove(0), frames.remove(0));
    let mut content = files::content(&records, &caller, &file).await?;
    if !frames.is_empty() {
        // Each frame is read by a child of its own: the file is fetched once for all.
        content = on_disk(&caller, &content).await?;
    }
    let url = format!(
        "{}/studies/{}/series/{}/instances/{}/frames",
        base(&arrival),
        place.study,
        file.series,
        file.instance
    );
    // An answer that has begun cannot be refused any more.
    let count = match file.frames {
        Some(count) => count,
        None => reader.describe(content.clone()).await.map_err(unread)?.frames,
    };
    if frames.iter().any(|number| *number > count) {
        return Err(Error::NotFound.into());
    }
    let mut frame = reader.frame(content.clone(), first, wanted != BYTES).await.map_err(unread)?;
    // What is wanted most may be what the file is not.
    let wanted = accepted.chosen(&[BYTES, media_type(frame.media_type)], GIVEN)?;
    if wanted != media_type(frame.media_type) {
        frame = reader.frame(content.clone(), first, false).await.map_err(unread)?;
    }
    let media_type = media_type(frame.media_type);
    studies::audit(&records, &caller, operations::FRAMES, read).await?;
    let first = part(&url, first, frame);
    let boundary = records.new_id();
    Ok(multipart::answer(boundary, media_type, first, frames, move |number| {
        let (reader, content, url) = (reader.clone(), content.clone(), url.clone());
        async move {
            let frame = reader.frame(content, number, wanted != BYTES).await.map_err(Error::internal)?;
            Ok::<_, Error>(part(&url, number, frame))
        }
    }))
}

fn part(url: &str, number: u32, frame: Frame) -> Part {
    let media_type = format!("{}; transfer-syntax={}", media_type(frame.media_type), frame.syntax.uid());
    Part { media_type, location: format!("{url}/{number}"), content: frame.bytes.into() }
}

/// A copy of a file on disk, for as long as somebody reads it.
async fn on_disk(caller: &Caller, content: &Content) -> Result<Content, Refusal> {
    let mut incoming = Incoming::begin(caller.tenant).await?;
    let mut parts = content.parts();
    while let Some(part) = parts.next().await {
        incoming.add(&part.map_err(Error::internal)?).await?;
    }
    Ok(incoming.finish().await?.into())
}

fn media_type(of: FrameType) -> &'static str {
    match of {
        FrameType::Samples => BYTES,
        FrameType::Jpeg => "image/jpeg",
        FrameType::Jpeg2000 => "image/jp2",
        FrameType::Rle => "image/dicom-rle",
    }
}

/// The numbers of a list; never none.
fn numbers(text: &str) -> Result<Vec<u32>, Refusal> {
    let all: Option<Vec<u32>> =
        text.split(',').map(|one| one.trim().parse().ok().filter(|one| *one > 0)).collect();
    let all = all.filter(|all| !all.is_empty() && all.len() <= MOST_FRAMES);
    all.ok_or_else(|| refused("frames must be numbers from 1 on, at most 1000, parted by commas"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_list_of_numbers_is_refused() {
        for text in ["", "0", "1,", "1,x", "-1", "1;2", &"1,".repeat(2_000)] {
            assert!(numbers(text).is_err(), "{text}");
        }
        assert_eq!(numbers("3,1").unwrap(), [3, 1]);
    }
}
