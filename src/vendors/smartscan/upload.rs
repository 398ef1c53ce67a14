//! The form with the picture, read as it comes in: what is over a limit is refused before the rest is read.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpRequest};
use bytes::Bytes;
use futures_util::StreamExt;

use super::errors::Refusal;
use super::limits::{UPLOADS, in_time};
use crate::core::Secret;
use crate::http::room::Share;
use crate::records::Error;

/// The largest picture (contract SS-15).
pub const IMAGE_LIMIT_BYTES: usize = 10 * 1024 * 1024;
/// What the rest of the form may add.
const REST_LIMIT_BYTES: usize = 64 * 1024;
/// The longest text field.
const TEXT_LIMIT_BYTES: usize = 1024;
/// The most fields.
const MOST_FIELDS: usize = 32;

/// What a form held. Nothing in it is checked yet but its size.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The picture's bytes.
    pub image: Secret<Bytes>,
    /// What the picture is said to show.
    pub device_type: Option<String>,
    /// The least confidence that is wanted.
    pub confidence_threshold: Option<String>,
    /// Whom the reading is of.
    pub patient: Option<Secret<String>>,
}

impl FromRequest for Upload {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let length = request
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        let form = Multipart::from_request(request, payload);
        Box::pin(async move {
            if length.is_some_and(|length| length > IMAGE_LIMIT_BYTES.saturating_add(REST_LIMIT_BYTES)) {
                return Err(Refusal::ImageTooLarge);
            }
            let mut form = form.await.map_err(|e| Error::internal(e.to_string()))?;
            let mut parts = Parts::default();
            let reading = async {
                while let Some(field) = form.next().await {
                    parts.take(field.map_err(|fault| malformed(&fault))?).await?;
                }
                Ok(())
            };
            in_time("form", reading).await?;
            parts.finish()
        })
    }
}

/// What a field held, with its share of all uploads: that is given back with the bytes, wherever they were handed on to.
struct Held {
    bytes: Vec<u8>,
    share: Share<'static>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// What has come in so far.
#[derive(Default)]
struct Parts {
    image: Option<Held>,
    device_type: Option<String>,
    confidence_threshold: Option<String>,
    patient: Option<String>,
    rest_bytes: usize,
    fields: usize,
}

impl Parts {
    async fn take(&mut self, mut field: Field) -> Result<(), Refusal> {
        self.fields = self.fields.saturating_add(1);
        if self.fields > MOST_FIELDS {
            return Err(form("has too many fields"));
        }
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "image" | "deviceImage" => {
                if self.image.is_some() {
                    return Err(form("has more than one image"));
                }
                self.image = Some(read(&mut field, IMAGE_LIMIT_BYTES, || Refusal::ImageTooLarge).await?);
            }
            "device_type" | "deviceType" => self.device_type = text("device_type", &mut field).await?,
            "confidence_threshold" | "confidenceThreshold" => {
                self.confidence_threshold = text("confidence_threshold", &mut field).await?;
            }
            "patient" => self.patient = text("patient", &mut field).await?,
            _ => self.skip(&mut field).await?,
        }
        Ok(())
    }

    /// Passes over a field that means nothing here.
    async fn skip(&mut self, field: &mut Field) -> Result<(), Refusal> {
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|fault| malformed(&fault))?;
            self.rest_bytes = self.rest_bytes.saturating_add(chunk.len());
            if self.rest_bytes > IMAGE_LIMIT_BYTES {
                return Err(Refusal::ImageTooLarge);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Upload, Refusal> {
        let image = self.image.filter(|image| !image.bytes.is_empty()).ok_or(Refusal::MissingImage)?;
        Ok(Upload {
            image: Secret::new(Bytes::from_owner(image)),
            device_type: self.device_type,
            confidence_threshold: self.confidence_threshold,
            patient: self.patient.map(Secret::new),
        })
    }
}

async fn read(field: &mut Field, limit: usize, over: impl Fn() -> Refusal) -> Result<Held, Refusal> {
    let mut held = Held { bytes: Vec::new(), share: UPLOADS.share() };
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|fault| malformed(&fault))?;
        let length = held.bytes.len().saturating_add(chunk.len());
        if length > limit {
            return Err(over());
        }
        held.share.grow_to(length).await?;
        held.bytes.extend_from_slice(&chunk);
    }
    Ok(held)
}

/// A text field; an empty one counts as absent, as a browser sends what was not filled in.
async fn text(name: &'static str, field: &mut Field) -> Result<Option<String>, Refusal> {
    let too_long = || Refusal::Validation(name, "is too long".to_owned());
    let held = read(field, TEXT_LIMIT_BYTES, too_long).await?;
    let text =
        String::from_utf8(held.bytes).map_err(|_| Refusal::Validation(name, "is not UTF-8".to_owned()))?;
    super::text::optional(name, &text, TEXT_LIMIT_BYTES)
}

fn malformed(fault: &MultipartError) -> Refusal {
    use MultipartError as E;
    if let E::ContentTypeMissing | E::ContentTypeParse | E::ContentTypeIncompatible | E::BoundaryMissing =
        fault
    {
        form("must be multipart/form-data with the file in the field image")
    } else if let E::Incomplete | E::Payload(_) = fault {
        form("ended early")
    } else {
        form("cannot be read as multipart/form-data")
    }
}

fn form(problem: &str) -> Refusal {
    Refusal::Validation("form", problem.to_owned())
}
