//! `GET /studies/{study}/instances` and `GET /studies/{study}/series/{series}/instances`: QIDO-RS.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::Value;

use super::{base, more, results};
use crate::dicomweb::accept::Accepted;
use crate::dicomweb::attributes::Level;
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::query::Query;
use crate::dicomweb::studies::{Series, Study};
use crate::dicomweb::{described, files, operations, studies};
use crate::http::arrival::Arrival;
use crate::http::fhir::errors::Refusal;
use crate::identity::Caller;
use crate::imaging::resource::text;
use crate::records::{Error, Records};

/// Searches the instances of a study.
#[utoipa::path(tag = "search", operation_id = "search_instances",
    params(("study" = String, Path, description = "Study Instance UID"), ("limit" = Option<u32>, Query, description = "So many at most; 1000 are the most"),
        ("offset" = Option<u32>, Query, description = "So many are passed over"), ("SOPInstanceUID" = Option<String>, Query, description = "The instances' UIDs")),
    responses((status = 200, description = "The instances", body = Object, content_type = "application/dicom+json"), (status = 204, description = "There is none"),
        (status = 400, description = "A parameter is wrong"), (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such study")),
    security(("access_token" = [])))]
#[get("/studies/{study}/instances")]
pub async fn search_instances(
    path: web::Path<String>,
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    search(&records, &caller, &request, &base(&arrival), (&path, None)).await
}

/// Searches the instances of a series.
#[utoipa::path(tag = "search", operation_id = "search_instances_of_series",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("limit" = Option<u32>, Query, description = "So many at most; 1000 are the most"), ("offset" = Option<u32>, Query, description = "So many are passed over")),
    responses((status = 200, description = "The instances", body = Object, content_type = "application/dicom+json"), (status = 204, description = "There is none"),
        (status = 400, description = "A parameter is wrong"), (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such study or series")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/instances")]
pub async fn search_instances_of_series(
    path: web::Path<(String, String)>,
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let (study, series) = path.into_inner();
    search(&records, &caller, &request, &base(&arrival), (&study, Some(&series))).await
}

async fn search(
    records: &Records,
    caller: &Caller,
    request: &HttpRequest,
    base: &str,
    (study, of_series): (&str, Option<&str>),
) -> Result<HttpResponse, Refusal> {
    let mut query = Query::of(request, Level::Instance)?;
    let studies = studies::find(records, caller, study).await?;
    let has_series = |study: &Study| study.series().iter().any(|one| Some(one.uid) == of_series);
    if of_series.is_some() && !studies.iter().any(has_series) {
        return Err(Error::NotFound.into());
    }
    let wanted = query.offset..query.offset.saturating_add(query.limit);
    let (mut told, mut before) = (Vec::new(), 0_usize);
    for study in &studies {
        let series = studies::series_of(study, &query);
        let found = matching(&series, &query, of_series);
        let page: Vec<_> = found
            .iter()
            .enumerate()
            .filter(|(at, _)| wanted.contains(&before.saturating_add(*at)))
            .map(|(_, one)| *one)
            .collect();
        before = before.saturating_add(found.len());
        told.extend(described_all(records, caller, study, &page, &query, base).await?);
    }
    if before > wanted.end {
        query.warnings.push(more());
    }
    let answer = results(&Accepted::of(request), told, &query.warnings, base)?;
    studies::audit(records, caller, operations::SEARCH_INSTANCES, &studies).await?;
    Ok(answer)
}

/// The instances of which what is searched for holds, each with its series.
fn matching<'a>(
    series: &'a [Series<'a>],
    query: &Query,
    of_series: Option<&str>,
) -> Vec<(&'a Series<'a>, &'a Value)> {
    let of_place = series.iter().filter(|one| of_series.is_none_or(|uid| one.uid == uid));
    let all = of_place.flat_map(|one| one.instances.iter().map(move |instance| (one, *instance)));
    let is_wanted = |(_, instance): &(&Series<'_>, &Value)| {
        let told = described::instance(instance, None);
        let mut wishes = query.wishes.iter().filter(|wish| wish.attribute.level == Level::Instance);
        wishes.all(|wish| wish.is_met(&told))
    };
    all.filter(is_wanted).collect()
}

async fn described_all(
    records: &Records,
    caller: &Caller,
    study: &Study,
    page: &[(&Series<'_>, &Value)],
    query: &Query,
    base: &str,
) -> Result<Vec<crate::dicomweb::attributes::Dataset>, Error> {
    let uids: Vec<_> = page.iter().filter_map(|(_, instance)| text(instance, "uid")).collect();
    let media = files::media(records, caller, study, &uids).await?;
    let of_study = described::study(study, base);
    let told = page.iter().map(|(series, instance)| {
        let uid = text(instance, "uid").unwrap_or_default();
        let url = format!("{base}/studies/{}/series/{}/instances/{uid}", study.uid, series.uid);
        let told = of_study.clone().and(&described::series(series));
        let told = told.and(&described::instance(instance, media.get(uid))).with("RetrieveURL", [url]);
        told.kept(|attribute| query.tells(attribute, Level::Instance))
    });
    Ok(told.collect())
}
