//! `GET /api/face-scan/history/delta/:id` (contract SS-72).

use actix_web::{HttpResponse, get, web};

use super::{WithEarlier, looked_up, with_earlier};
use crate::clinical::trend::{MOST, own_reference_change_percent};
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::reading::Reading;
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{operations, scans};

/// Tells how the values of a session differ from those before.
#[utoipa::path(tag = "face scan", operation_id = "read_delta", params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The changes", body = wire::DeltaAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/history/delta/{id}")]
pub async fn read_delta(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let session = scans::session(&records, &signed_in, &path).await?;
    let (current, all) = looked_up(&records, &signed_in, &session).await?;
    records.audit_answer(&signed_in.caller, operations::face_scan::READ_DELTA, &session.stored).await?;
    let values = with_earlier(&current, &all, session.id());
    Ok(HttpResponse::Ok().json(wire::DeltaAnswer {
        success: true,
        session_id: session.id().to_owned(),
        previous_session_id: previous_session(&values),
        deltas: values.iter().filter_map(delta).collect(),
    }))
}

/// The latest session in which any of the values was measured before.
fn previous_session(values: &[WithEarlier<'_>]) -> Option<String> {
    let latest = values.iter().filter_map(|value| value.earlier.iter().find(|one| one.session.is_some()));
    latest.max_by_key(|reading| reading.at_us)?.session.clone()
}

fn delta(value: &WithEarlier<'_>) -> Option<wire::Delta> {
    let (current, previous) = (value.current, *value.earlier.first()?);
    let change = current.value - previous.value;
    let percent = (previous.value != 0.0).then(|| 100.0 * change / previous.value);
    let earlier: Vec<_> = value.earlier.iter().take(MOST).map(|reading: &&Reading| reading.value).collect();
    let expected = own_reference_change_percent(&earlier);
    Some(wire::Delta {
        vital_name: current.vital.name,
        current: current.shown.clone(),
        previous: previous.shown.clone(),
        change: rounded(change),
        change_percent: percent.map(|percent| (percent * 100.0).round() / 100.0),
        unit: current.vital.unit,
        previous_recorded_at: previous.recorded_at(),
        expected_change_percent: expected.map(|expected| (expected * 100.0).round() / 100.0),
        within_expected_variation: expected.zip(percent).map(|(expected, percent)| percent.abs() <= expected),
    })
}

/// Without the last digits, which binary numbers make of decimals.
fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}
