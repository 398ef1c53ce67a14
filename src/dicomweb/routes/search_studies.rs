//! `GET /studies`: QIDO-RS
//! ([PS3.18 section 10.6](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.6.html)).

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{base, more, results};
use crate::dicomweb::accept::Accepted;
use crate::dicomweb::attributes::Level;
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::query::Query;
use crate::dicomweb::{described, studies};
use crate::http::arrival::Arrival;
use crate::http::fhir::errors::Refusal;
use crate::records::Records;

/// Searches studies, the latest first. Attributes of studies and patients are parameters, by keyword or tag: texts with `*` and `?`, dates as ranges.
#[utoipa::path(tag = "search", operation_id = "search_studies",
    params(("limit" = Option<u32>, Query, description = "So many at most; 1000 are the most"), ("offset" = Option<u32>, Query, description = "So many are passed over"),
        ("includefield" = Option<String>, Query, description = "Attributes that are told besides, or `all`"),
        ("PatientID" = Option<String>, Query, description = "The id that the hospital gave"), ("PatientName" = Option<String>, Query, description = "The name, such as `Doe^*`"),
        ("StudyDate" = Option<String>, Query, description = "A day or a range, such as `20250101-20250131`")),
    responses((status = 200, description = "The studies", body = Object, content_type = "application/dicom+json"), (status = 204, description = "There is none"),
        (status = 400, description = "A parameter is wrong"), (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 406, description = "The answer can be given as application/dicom+json only")),
    security(("access_token" = [])))]
#[get("/studies")]
pub async fn search_studies(
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let (mut query, base) = (Query::of(&request, Level::Study)?, base(&arrival));
    let (found, goes_on) = studies::page(&records, &caller, &query).await?;
    if goes_on {
        query.warnings.push(more());
    }
    let told = found
        .iter()
        .map(|study| described::study(study, &base).kept(|attribute| query.tells(attribute, Level::Study)));
    results(&Accepted::of(&request), told.collect(), &query.warnings, &base)
}
