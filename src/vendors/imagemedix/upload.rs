//! The form with a scan, read as it comes in: what is over a limit is refused before the rest is read (contract IM-20).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::errors::Refusal;
use crate::core::Secret;
use crate::core::config::dicom::DicomSettings;
use crate::core::spool::Spool;
use crate::http::incoming::Incoming;
use crate::http::room::{Room, Share, Turns};
use crate::identity::{Caller, TenantId};
use crate::imaging::dicom::{OPENING_BYTES, is_dicom};
use crate::records::Error;

/// The largest picture (contract G-IM-5); of DICOM files, the settings tell.
const IMAGE_LIMIT_BYTES: usize = 50 * 1024 * 1024;
/// What the rest of the form may add.
const REST_LIMIT_BYTES: usize = 64 * 1024;
/// The longest text field.
const TEXT_LIMIT_BYTES: usize = 4 * 1024;
/// The most fields.
const MOST_FIELDS: usize = 32;
/// How long a form with a picture may take to come in: the largest comes with 4 Mbit a second.
const MOST_TIME: Duration = Duration::from_secs(120);
/// The same of a form that says that it is longer than any picture.
const MOST_TIME_OF_DICOM: Duration = Duration::from_secs(1_200);

/// The pictures that are held at the same time, in the whole process: 192 MiB, of which a tenant has half.
static UPLOADS: Room = Room::shared(192 * 1024, 96 * 1024, Duration::from_secs(30));

/// Forms that are read and worked on at the same time, in the whole process, and so many of a tenant: the others are not read yet. Were
/// they, each would have a part of its file here and wait for room for the rest.
static TURNS: Turns = Turns::shared(96, 24, Duration::from_secs(300));

/// The file of a form.
#[derive(Clone, Debug)]
pub enum Image {
    /// What is no DICOM file.
    Picture(Bytes),
    /// A DICOM file, on disk.
    Dicom(Spool),
}

/// What a form held. Nothing in it is checked yet but its size.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The picture or DICOM file.
    pub image: Secret<Image>,
    /// The name of its file.
    pub file_name: Option<Secret<String>>,
    /// The id that the hospital gave the patient.
    pub patient_id: Secret<String>,
    /// The patient's name.
    pub patient_name: Secret<String>,
    /// When the scan was taken.
    pub scan_date: Option<String>,
    /// Whether only a copy is to be kept that names nobody, where that is told.
    pub deidentify: Option<String>,
    /// The turn of whoever works on it.
    _turn: Arc<Share<'static>>,
}

impl FromRequest for Upload {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let length = request
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        // Whoever sends a scan has signed in before it is read.
        let tenant = request.extensions().get::<Caller>().map(|caller| caller.tenant);
        let settings = request.app_data::<web::Data<DicomSettings>>().map(|settings| ***settings);
        let form = Multipart::from_request(request, payload);
        Box::pin(async move {
            let settings =
                settings.ok_or_else(|| Error::internal("the server was built without settings"))?;
            let largest = settings.limit_bytes().max(IMAGE_LIMIT_BYTES).saturating_add(REST_LIMIT_BYTES);
            if length.is_some_and(|length| length > largest) {
                return Err(too_large(settings.limit_mb.max(50)));
            }
            let mut form = form.await.map_err(|e| Error::internal(e.to_string()))?;
            let tenant =
                tenant.ok_or_else(|| Error::internal("a form was read before its caller was known"))?;
            let turn = TURNS.of(&tenant.number().to_string()).await?;
            let mut parts = Parts::of(tenant, settings.limit_mb);
            let is_long = length.is_some_and(|length| length > IMAGE_LIMIT_BYTES);
            let most_time = if is_long { MOST_TIME_OF_DICOM } else { MOST_TIME };
            let reading = async {
                while let Some(field) = form.next().await {
                    parts.take(field.map_err(|fault| malformed(&fault))?).await?;
                }
                Ok::<_, Refusal>(())
            };
            let late =
                |_| self::form(&format!("took longer than {} seconds to come in", most_time.as_secs()));
            timeout(most_time, reading).await.map_err(late)??;
            parts.finish(turn)
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

/// A file as it comes in.
enum Coming {
    Picture(Held),
    Dicom(Incoming),
}

/// What has come in so far.
struct Parts {
    /// Whose it will be.
    tenant: TenantId,
    image: Option<Image>,
    file_name: Option<String>,
    patient_id: Option<String>,
    patient_name: Option<String>,
    scan_date: Option<String>,
    deidentify: Option<String>,
    /// The longest DICOM file.
    limit_mb: usize,
    rest_bytes: usize,
    fields: usize,
}

impl Parts {
    fn of(tenant: TenantId, limit_mb: usize) -> Self {
        Self {
            tenant,
            image: None,
            file_name: None,
            patient_id: None,
            patient_name: None,
            scan_date: None,
            deidentify: None,
            limit_mb,
            rest_bytes: 0,
            fields: 0,
        }
    }

    async fn take(&mut self, mut field: Field) -> Result<(), Refusal> {
        self.fields = self.fields.saturating_add(1);
        if self.fields > MOST_FIELDS {
            return Err(form("has too many fields"));
        }
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "image" => {
                let disposition = field.content_disposition();
                let file_name = disposition.and_then(|one| one.get_filename()).map(str::to_owned);
                once("image", self.image.is_some())?;
                self.image = Some(image(self.tenant, &mut field, self.limit_mb).await?);
                self.file_name = file_name;
            }
            "patientId" => {
                once("patientId", self.patient_id.is_some())?;
                self.patient_id = Some(text("patientId", &mut field).await?);
            }
            "patientName" => {
                once("patientName", self.patient_name.is_some())?;
                self.patient_name = Some(text("patientName", &mut field).await?);
            }
            "scanDate" => {
                once("scanDate", self.scan_date.is_some())?;
                self.scan_date = Some(text("scanDate", &mut field).await?);
            }
            "deidentify" => {
                once("deidentify", self.deidentify.is_some())?;
                self.deidentify = Some(text("deidentify", &mut field).await?);
            }
            _ => self.skip(&mut field).await?,
        }
        Ok(())
    }

    /// Passes over a field that means nothing here.
    async fn skip(&mut self, field: &mut Field) -> Result<(), Refusal> {
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|fault| malformed(&fault))?;
            self.rest_bytes = self.rest_bytes.saturating_add(chunk.len());
            if self.rest_bytes > REST_LIMIT_BYTES {
                return Err(form("has more than the scan"));
            }
        }
        Ok(())
    }

    fn finish(self, turn: Share<'static>) -> Result<Upload, Refusal> {
        let missing = |name| Refusal::field(name, "is required");
        let is_empty = |image: &Image| matches!(image, Image::Picture(bytes) if bytes.is_empty());
        let image = self.image.filter(|image| !is_empty(image)).ok_or_else(|| missing("image"))?;
        Ok(Upload {
            image: Secret::new(image),
            file_name: self.file_name.map(Secret::new),
            patient_id: Secret::new(self.patient_id.ok_or_else(|| missing("patientId"))?),
            patient_name: Secret::new(self.patient_name.ok_or_else(|| missing("patientName"))?),
            // A browser sends what was not filled in as an empty text.
            scan_date: self.scan_date.filter(|date| !date.trim().is_empty()),
            deidentify: self.deidentify.filter(|word| !word.trim().is_empty()),
            _turn: Arc::new(turn),
        })
    }
}

/// Of two values nobody knows which one is meant.
fn once(name: &str, is_there: bool) -> Result<(), Refusal> {
    if is_there { Err(Refusal::field(name, "is given more than once")) } else { Ok(()) }
}

/// The file: its first bytes tell how long it may be, and whether it is kept on disk while it comes.
async fn image(tenant: TenantId, field: &mut Field, limit_mb: usize) -> Result<Image, Refusal> {
    let share = UPLOADS.share_of(&tenant.number().to_string());
    let mut coming = Coming::Picture(Held { bytes: Vec::new(), share });
    let mut is_told = false;
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|fault| malformed(&fault))?;
        match &mut coming {
            Coming::Picture(held) => held.add(&chunk).await?,
            Coming::Dicom(incoming) => add(incoming, &chunk, limit_mb).await?,
        }
        if let Coming::Picture(held) = &coming
            && !is_told
            && held.bytes.len() >= OPENING_BYTES
        {
            is_told = true;
            if is_dicom(&held.bytes) {
                let mut incoming = Incoming::begin(tenant).await?;
                add(&mut incoming, &held.bytes, limit_mb).await?;
                coming = Coming::Dicom(incoming);
            }
        }
    }
    Ok(match coming {
        Coming::Picture(held) => Image::Picture(Bytes::from_owner(held)),
        Coming::Dicom(incoming) => Image::Dicom(incoming.finish().await?),
    })
}

impl Held {
    async fn add(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        let length = self.bytes.len().saturating_add(chunk.len());
        if length > IMAGE_LIMIT_BYTES {
            return Err(too_large(50));
        }
        self.share.grow_to(length).await?;
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }
}

async fn add(incoming: &mut Incoming, chunk: &[u8], limit_mb: usize) -> Result<(), Refusal> {
    let limit = u64::try_from(limit_mb.saturating_mul(1024 * 1024)).unwrap_or(u64::MAX);
    let length = incoming.length().saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
    if length > limit {
        return Err(too_large(limit_mb));
    }
    Ok(incoming.add(chunk).await?)
}

async fn text(name: &'static str, field: &mut Field) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.next().await {
        bytes.extend_from_slice(&chunk.map_err(|fault| malformed(&fault))?);
        if bytes.len() > TEXT_LIMIT_BYTES {
            return Err(Refusal::field(name, "is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Refusal::field(name, "is not UTF-8"))
}

fn too_large(limit_mb: usize) -> Refusal {
    Refusal::field("image", &format!("is larger than {limit_mb} MB"))
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
    Refusal::field("form", problem)
}
