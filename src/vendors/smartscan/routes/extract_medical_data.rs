//! `POST /api/v1/extract-medical-data`, also known as `POST /v1/extract-medical-data` (contract SS-20 to SS-29).

use actix_web::{HttpResponse, routes, web};
use serde_json::Number;

use crate::inference::device::{DeviceReader, DeviceReading};
use crate::inference::picture::Decoder;
use crate::records::{Error, Records};
use crate::vendors::smartscan::body::After;
use crate::vendors::smartscan::caller::ApiKeyCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::regions::regions;
use crate::vendors::smartscan::routes::projects;
use crate::vendors::smartscan::to_fhir::task::Asked;
use crate::vendors::smartscan::to_fhir::{self, Context, Ids};
use crate::vendors::smartscan::upload::Upload;
use crate::vendors::smartscan::usage::Note;
use crate::vendors::smartscan::{device_types, from_fhir, image, patient, store, wire};

/// Reads a medical device or document in a picture, and keeps what was read as FHIR resources.
///
/// `POST /smartscan/v1/extract-medical-data`, the address in the vendor's samples, does the same.
#[utoipa::path(tag = "extraction", operation_id = "extract_medical_data",
    request_body(content = wire::ExtractionForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "What was read", body = wire::Extraction),
        (status = 400, description = "No image, a field is wrong, or the picture gives no reading: `error_code` says which", body = wire::Failure),
        (status = 401, description = "No API key, or none that holds", body = wire::Failure),
        (status = 403, description = "The month's quota is used up", body = wire::Failure),
        (status = 413, description = "The image is larger than 10 MB", body = wire::Failure),
        (status = 415, description = "The image is neither JPEG, PNG, GIF nor WebP", body = wire::Failure),
        (status = 500, description = "The server failed or cannot answer now", body = wire::Failure)),
    security(("api_key" = []), ("api_key_in_query" = []), ("api_key_as_bearer" = []), ("api_key" = [], "session_token" = [])))]
#[routes]
#[post("/api/v1/extract-medical-data")]
#[post("/v1/extract-medical-data")]
pub async fn extract_medical_data(
    After(key, upload): After<ApiKeyCaller, Upload>,
    records: web::Data<Records>,
    decoder: web::Data<Decoder>,
    reader: web::Data<DeviceReader>,
    note: Note,
) -> Result<HttpResponse, Refusal> {
    let started = records.now();
    let asked = asked(&upload)?;
    let patient = match &upload.patient {
        Some(named) => Some(patient::find(&records, &key.caller, named.expose()).await?),
        None => None,
    };
    let keep = projects::keeps_images(&records, &key.caller, &key.project.organization).await?;
    let (picture, image) = image::decode(&decoder, upload.image, keep).await?;
    let reading = reader.read(picture, asked.device_type).await?;
    sure_enough(&reading, asked.confidence_threshold.as_ref())?;
    let new_id = || records.new_id();
    let context = Context {
        started,
        now: records.now(),
        ids: ids(&records),
        new_id: &new_id,
        project: key.project.organization,
        patient,
    };
    let resources = to_fhir::reading::resources(&reading, image, &asked, &context);
    let resources = resources.ok_or(Refusal::UnreadableDisplay)?;
    let stored = store::extraction(&records, &key.caller, resources, &reading.models_used).await?;
    let mut answer = from_fhir::reading::extraction(&stored).map_err(Error::internal)?;
    answer.data.regions = regions(&reading, &answer.data);
    note.reading(&answer.data);
    Ok(HttpResponse::Ok().json(answer))
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

/// Holds the confidence against the threshold as it is stored and answered, not by digits that nobody sees.
fn sure_enough(reading: &DeviceReading, threshold: Option<&Number>) -> Result<(), Refusal> {
    let reached = to_fhir::probability(reading.confidence).ok_or(Refusal::UnreadableDisplay)?;
    match threshold {
        Some(asked) if reached.as_f64() < asked.as_f64() => {
            Err(Refusal::LowConfidence(reached, asked.clone()))
        }
        Some(_) | None => Ok(()),
    }
}

fn ids(records: &Records) -> Ids {
    Ids {
        task: records.new_id(),
        media: records.new_id(),
        device: records.new_id(),
        provenance: records.new_id(),
    }
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
