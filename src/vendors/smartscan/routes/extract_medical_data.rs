//! `POST /api/v1/extract-medical-data`, also known as `POST /v1/extract-medical-data` (contract SS-20 to SS-29).

use actix_web::{HttpResponse, post, web};
use serde_json::{Number, Value};

use crate::identity::Caller;
use crate::inference::device::{DeviceReader, DeviceReading};
use crate::inference::picture::Decoder;
use crate::inference::registry::ModelRef;
use crate::records::search::Query;
use crate::records::{Error, Records, Stored, Write};
use crate::vendors::smartscan::body::After;
use crate::vendors::smartscan::caller::ApiKeyCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::to_fhir::task::Asked;
use crate::vendors::smartscan::to_fhir::{self, Context, Ids, New};
use crate::vendors::smartscan::upload::Upload;
use crate::vendors::smartscan::{device_types, from_fhir, image, patient, wire};

/// So often a transaction is tried in which another request made the same model's Device first.
const ATTEMPTS: u8 = 3;

/// The models; a reader without them refuses each picture.
type Reader = web::Data<DeviceReader>;

/// Reads a medical device or document in a picture, and keeps what was read as FHIR resources.
#[utoipa::path(tag = "extraction", operation_id = "extract_medical_data",
    request_body(content = wire::ExtractionForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "What was read", body = wire::Extraction),
        (status = 400, description = "No image, a field is wrong, or the picture gives no reading: `error_code` says which", body = wire::Failure),
        (status = 401, description = "No API key, or none that holds", body = wire::Failure),
        (status = 413, description = "The image is larger than 10 MB", body = wire::Failure),
        (status = 415, description = "The image is neither JPEG, PNG, GIF nor WebP", body = wire::Failure),
        (status = 500, description = "The server failed or cannot answer now", body = wire::Failure)),
    security(("api_key" = []), ("api_key_in_query" = []), ("api_key" = [], "session_token" = [])))]
#[post("/api/v1/extract-medical-data")]
pub async fn extract_medical_data(
    After(key, upload): After<ApiKeyCaller, Upload>,
    records: web::Data<Records>,
    decoder: web::Data<Decoder>,
    reader: Reader,
) -> Result<HttpResponse, Refusal> {
    extract(&key, upload, &records, &decoder, &reader).await
}

/// The same under the path that the vendor's samples use.
#[utoipa::path(tag = "extraction", operation_id = "extract_medical_data_by_short_path",
    request_body(content = wire::ExtractionForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "What was read", body = wire::Extraction),
        (status = 400, description = "As for the other path", body = wire::Failure),
        (status = 401, description = "No API key, or none that holds", body = wire::Failure),
        (status = 413, description = "The image is larger than 10 MB", body = wire::Failure),
        (status = 415, description = "The image is neither JPEG, PNG, GIF nor WebP", body = wire::Failure),
        (status = 500, description = "The server failed or cannot answer now", body = wire::Failure)),
    security(("api_key" = []), ("api_key_in_query" = []), ("api_key" = [], "session_token" = [])))]
#[post("/v1/extract-medical-data")]
pub async fn extract_medical_data_by_short_path(
    After(key, upload): After<ApiKeyCaller, Upload>,
    records: web::Data<Records>,
    decoder: web::Data<Decoder>,
    reader: Reader,
) -> Result<HttpResponse, Refusal> {
    extract(&key, upload, &records, &decoder, &reader).await
}

async fn extract(
    key: &ApiKeyCaller,
    upload: Upload,
    records: &Records,
    decoder: &Decoder,
    reader: &Reader,
) -> Result<HttpResponse, Refusal> {
    let started = records.now();
    let asked = asked(&upload)?;
    let patient = match &upload.patient {
        Some(named) => Some(patient::find(records, &key.caller, named.expose()).await?),
        None => None,
    };
    let (picture, image) = image::decode(decoder, upload.image).await?;
    let reading = reader.read(picture, asked.device_type).await?;
    sure_enough(&reading, asked.confidence_threshold.as_ref())?;
    let context = Context {
        started,
        now: records.now(),
        ids: ids(records, reading.fields.len()),
        project: key.project.organization.clone(),
        patient,
    };
    let resources = to_fhir::reading::resources(&reading, &image, &asked, &context);
    let resources = resources.ok_or(Refusal::UnreadableDisplay)?;
    let stored = store(records, &key.caller, resources, &reading.models_used).await?;
    Ok(HttpResponse::Ok().json(from_fhir::reading::extraction(&stored).map_err(Error::internal)?))
}

fn asked(upload: &Upload) -> Result<Asked, Refusal> {
    let kind = |text: &String| device_types::parse(text).ok_or(Refusal::InvalidDeviceType);
    let confidence_threshold = match upload.confidence_threshold.as_deref() {
        Some(text) => Some(threshold(text)?),
        None => None,
    };
    Ok(Asked { device_type: upload.device_type.as_ref().map(kind).transpose()?, confidence_threshold })
}

fn threshold(text: &str) -> Result<Number, Refusal> {
    let number = text.parse::<f64>().ok().filter(|number| (0.0..=1.0).contains(number));
    let number = number.and_then(Number::from_f64);
    number.ok_or_else(|| {
        Refusal::Validation("confidence_threshold", "must be a number from 0.0 to 1.0".to_owned())
    })
}

fn sure_enough(reading: &DeviceReading, threshold: Option<&Number>) -> Result<(), Refusal> {
    let reached = f64::from(reading.confidence);
    match threshold.and_then(Number::as_f64) {
        Some(asked) if reached < asked => {
            Err(Refusal::LowConfidence((reached * 1000.0).round() / 1000.0, asked))
        }
        Some(_) | None => Ok(()),
    }
}

fn ids(records: &Records, observations: usize) -> Ids {
    Ids {
        task: records.new_id(),
        media: records.new_id(),
        device: records.new_id(),
        provenance: records.new_id(),
        observations: (0..observations).map(|_| records.new_id()).collect(),
    }
}

/// Stores the resources, and the models' Devices that the tenant does not have yet, in one transaction.
async fn store(
    records: &Records,
    caller: &Caller,
    resources: Vec<New>,
    models: &[ModelRef],
) -> Result<Vec<Value>, Refusal> {
    for attempt in 1..=ATTEMPTS {
        let mut writes: Vec<_> = resources
            .iter()
            .cloned()
            .map(|New { id, resource }| Write::Create { resource, id: Some(id) })
            .collect();
        for New { id, resource } in missing(records, caller, models).await? {
            writes.push(match attempt {
                1 => Write::Create { resource, id: Some(id) },
                // Somebody made it meanwhile, or deleted it once: an update takes both.
                _ => Write::Update { resource, id, if_match: None },
            });
        }
        match records.transact(caller, writes).await {
            Ok(written) => {
                let stored = written.iter().filter_map(|written| written.stored.as_ref()).map(Stored::json);
                return Ok(stored.collect::<Result<_, _>>()?);
            }
            Err(Error::Duplicate(_) | Error::Conflict) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Refusal::Unavailable)
}

/// The Devices of those models that the tenant has none for.
async fn missing(records: &Records, caller: &Caller, models: &[ModelRef]) -> Result<Vec<New>, Error> {
    let devices: Vec<_> = models.iter().map(to_fhir::device::model).collect();
    let Ok(count @ 1..) = u16::try_from(devices.len()) else { return Ok(Vec::new()) };
    let ids: Vec<_> = devices.iter().map(|device| device.id.as_str()).collect();
    let query = Query {
        parameters: vec![("_id".to_owned(), ids.join(","))],
        count,
        after: None,
        strict: true,
        base_url: String::new(),
    };
    let page = records.search(caller, super::resource_type("Device")?, &query).await?;
    let known = |new: &New| page.resources.iter().any(|stored| stored.id == new.id);
    Ok(devices.into_iter().filter(|device| !known(device)).collect())
}

#[cfg(test)]
mod tests {
    use super::threshold;

    #[test]
    fn a_threshold_is_a_probability() {
        for wrong in ["", "2", "-0.1", "1.01", "NaN", "inf", "high", "0,5"] {
            assert_eq!(
                threshold(wrong).unwrap_err().to_string(),
                "confidence_threshold must be a number from 0.0 to 1.0"
            );
        }
        for right in ["0", "1", "0.5", ".5", "1.0"] {
            assert!(threshold(right).is_ok(), "{right}");
        }
    }
}
