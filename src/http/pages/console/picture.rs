//! `/console/pictures/{id}`: the picture that a Media has.

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use serde_json::Value;

use super::operations::READ_PICTURE;
use super::staff::Staff;
use super::words::text;
use crate::fhir::ResourceType;
use crate::http::pages::fault;
use crate::http::pages::opening::Answer;
use crate::records::{Error, Stored};

/// What browsers show as a picture; anything else is not handed out here.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Media type of the picture, and id of the Binary, of a Media that has one. An address elsewhere is none of ours.
pub fn binary(media: &Value) -> Option<(&'static str, &str)> {
    let content = media.get("content")?;
    let media_type = text(content, "contentType")?;
    let media_type = PICTURES.into_iter().find(|known| *known == media_type)?;
    let id = text(content, "url")?.strip_prefix("Binary/").filter(|id| !id.contains('/'))?;
    Some((media_type, id))
}

/// Sends the picture.
pub async fn show(staff: Staff, id: web::Path<String>) -> Answer {
    let none = || fault(StatusCode::NOT_FOUND, "There is no such picture.");
    let media = match read(&staff, "Media", &id).await {
        Ok(media) => media,
        Err(Error::NotFound | Error::Gone | Error::Withheld) => return Ok(none()),
        Err(other) => return Err(other.into()),
    };
    let json = media.json()?;
    let Some((media_type, id)) = binary(&json) else { return Ok(none()) };
    let binary = match read(&staff, "Binary", id).await {
        Ok(binary) => binary,
        Err(Error::NotFound | Error::Gone | Error::Withheld) => return Ok(none()),
        Err(other) => return Err(other.into()),
    };
    let content = staff.records().content(&staff.caller, &binary).await?;
    staff.records().audit_answer(&staff.caller, READ_PICTURE, &media).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(SizedStream::new(content.length(), content.parts())))
}

async fn read(staff: &Staff, name: &str, id: &str) -> Result<Stored, Error> {
    let resource_type = ResourceType::parse(name).ok_or(Error::UnknownType)?;
    staff.records().read(&staff.caller.quietly(), resource_type, id).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::binary;

    #[test]
    fn a_picture_is_one_of_this_server() {
        let of =
            |media_type: &str, url: &str| json!({ "content": { "contentType": media_type, "url": url } });
        assert_eq!(binary(&of("image/png", "Binary/1")), Some(("image/png", "1")));
        for (media_type, url) in [
            ("image/png", "https://elsewhere.example/fhir/Binary/1"),
            ("image/png", "Binary/1/_history/2"),
            ("image/png", "urn:Binary/1"),
            ("image/svg+xml", "Binary/1"),
            ("text/html", "Binary/1"),
        ] {
            assert_eq!(binary(&of(media_type, url)), None, "{media_type} {url}");
        }
        assert_eq!(binary(&json!({})), None);
    }
}
