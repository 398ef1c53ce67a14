//! `GET /studies/{study}/series`: QIDO-RS.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{base, more, results};
use crate::dicomweb::accept::Accepted;
use crate::dicomweb::attributes::Level;
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::query::Query;
use crate::dicomweb::{described, operations, studies};
use crate::http::arrival::Arrival;
use crate::http::fhir::errors::Refusal;
use crate::records::Records;

/// Searches the series of a study.
#[utoipa::path(tag = "search", operation_id = "search_series",
    params(("study" = String, Path, description = "Study Instance UID"), ("limit" = Option<u32>, Query, description = "So many at most; 1000 are the most"),
        ("offset" = Option<u32>, Query, description = "So many are passed over"), ("Modality" = Option<String>, Query, description = "`MR`, `CT`, `DX` ...")),
    responses((status = 200, description = "The series", body = Object, content_type = "application/dicom+json"), (status = 204, description = "There is none"),
        (status = 400, description = "A parameter is wrong"), (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such study")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series")]
pub async fn search_series(
    path: web::Path<String>,
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let (mut query, base) = (Query::of(&request, Level::Series)?, base(&arrival));
    let studies = studies::find(&records, &caller, &path).await?;
    let mut told = Vec::new();
    for study in &studies {
        let of_study = described::study(study, &base);
        for series in studies::series_of(study, &query) {
            let url = format!("{base}/studies/{}/series/{}", study.uid, series.uid);
            let all = of_study.clone().and(&described::series(&series)).with("RetrieveURL", [url]);
            told.push(all.kept(|attribute| query.tells(attribute, Level::Series)));
        }
    }
    if told.len() > query.offset.saturating_add(query.limit) {
        query.warnings.push(more());
    }
    let told = told.into_iter().skip(query.offset).take(query.limit).collect();
    let answer = results(&Accepted::of(&request), told, &query.warnings, &base)?;
    studies::audit(&records, &caller, operations::SEARCH_SERIES, &studies).await?;
    Ok(answer)
}
