//! What a file is called: by the header, else by the parameters. What it is, its content tells.

use actix_web::{HttpMessage, HttpRequest};

use crate::inference::picture::Format;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::query::one;

/// Most characters of a name that are kept.
const LONGEST: usize = 120;

/// What a file is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An image of this format.
    Image(Format),
    /// An archive of images.
    Zip,
}

impl Kind {
    /// By a media type.
    #[must_use]
    pub fn of_media_type(text: &str) -> Option<Self> {
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "image/jpeg" | "image/jpg" => Some(Self::Image(Format::Jpeg)),
            "image/png" => Some(Self::Image(Format::Png)),
            "application/zip" | "application/x-zip-compressed" => Some(Self::Zip),
            _ => None,
        }
    }

    /// By the end of a file's name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("jpg" | "jpeg") => Some(Self::Image(Format::Jpeg)),
            Some("png") => Some(Self::Image(Format::Png)),
            Some("zip") => Some(Self::Zip),
            Some(_) | None => None,
        }
    }

    /// By the first bytes of a file.
    #[must_use]
    pub fn of_content(head: &[u8]) -> Option<Self> {
        match (head, Format::of(head)) {
            (_, Some(format @ (Format::Jpeg | Format::Png))) => Some(Self::Image(format)),
            ([b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..], _) => Some(Self::Zip),
            (_, Some(Format::Gif | Format::WebP | Format::Dicom) | None) => None,
        }
    }
}

/// What the file of a request is called to be, and its name.
///
/// # Errors
/// When it is called nothing that is taken.
pub fn told(request: &HttpRequest) -> Result<(Kind, Option<String>), Refusal> {
    let (name, media) = (one(request, "file_name")?, one(request, "content_type")?);
    let header = request.content_type().trim().to_ascii_lowercase();
    if header.starts_with("multipart/") {
        let text = "The body must be the file itself: no form and no multipart/form-data.";
        return Err(Refusal::Invalid(text.to_owned()));
    }
    // Commands that are told nothing else send one of these.
    let is_missing =
        ["", "application/octet-stream", "application/x-www-form-urlencoded"].contains(&header.as_str());
    let kind = if is_missing {
        match (&media, &name) {
            (Some(media), _) => Kind::of_media_type(media),
            (None, Some(name)) => Kind::of_name(name),
            (None, None) => None,
        }
    } else {
        Kind::of_media_type(&header)
    };
    let text = "The type of the file must be told: image/jpeg, image/png or application/zip.";
    let kind = kind.ok_or_else(|| Refusal::Invalid(text.to_owned()))?;
    Ok((kind, name.and_then(|name| harmless(&name))))
}

/// What is harmless of a file's name: it leads nowhere.
#[must_use]
pub fn harmless(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .trim()
        .chars()
        .filter(|letter| !letter.is_control())
        .map(|letter| if letter.is_ascii_alphanumeric() || ".-_ ".contains(letter) { letter } else { '_' })
        .take(LONGEST)
        .collect();
    let name = name.trim_start_matches('.').trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::CONTENT_TYPE;
    use actix_web::test::TestRequest;

    use super::*;

    const JPEG: Kind = Kind::Image(Format::Jpeg);

    fn of(header: Option<&str>, query: &str) -> Option<Kind> {
        let mut request = TestRequest::default().uri(&format!("/x?{query}"));
        if let Some(header) = header {
            request = request.insert_header((CONTENT_TYPE, header));
        }
        told(&request.to_http_request()).ok().map(|(kind, _)| kind)
    }

    #[test]
    fn what_is_called_nothing_that_is_taken_is_refused() {
        for (header, query) in [
            (None, ""),
            (None, "file_name=x"),
            (None, "file_name=x.gif"),
            (None, "content_type=image/gif&file_name=x.jpg"),
            (Some("image/gif"), "file_name=x.jpg"),
            (Some("text/plain"), "content_type=image/jpeg"),
            (Some("multipart/form-data; boundary=x"), "file_name=x.jpg"),
        ] {
            assert_eq!(of(header, query), None, "{header:?} {query}");
        }
    }

    #[test]
    fn the_header_comes_before_the_parameters() {
        for (header, query, kind) in [
            (Some("image/jpeg"), "file_name=x.png", JPEG),
            (Some("IMAGE/JPEG; q=1"), "", JPEG),
            (None, "file_name=X.JPG", JPEG),
            (None, "content_type=image/jpeg&file_name=x.png", JPEG),
            (Some("application/x-www-form-urlencoded"), "file_name=a.zip", Kind::Zip),
            (Some("application/octet-stream"), "content_type=image/png", Kind::Image(Format::Png)),
        ] {
            assert_eq!(of(header, query), Some(kind), "{header:?} {query}");
        }
    }

    #[test]
    fn a_name_cannot_lead_anywhere() {
        for (name, kept) in [
            ("../../etc/passwd", Some("passwd")),
            ("C:\\a\\b c.png", Some("b c.png")),
            ("..", None),
            ("", None),
            (".htaccess", Some("htaccess")),
            ("a\r\nSet-Cookie: x.png", Some("aSet-Cookie_ x.png")),
        ] {
            assert_eq!(harmless(name).as_deref(), kept, "{name:?}");
        }
    }
}
