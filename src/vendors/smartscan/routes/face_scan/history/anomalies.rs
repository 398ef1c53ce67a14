//! `GET /api/face-scan/history/anomalies/:id` (contract SS-73).

use actix_web::{HttpResponse, get, web};

use super::{WithEarlier, looked_up, with_earlier};
use crate::clinical::trend::{self, MOST, NoAnomaly, anomaly, median};
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{operations, scans};

/// With less quality a recording tells nothing of what is usual.
const LEAST_QUALITY: f64 = 0.5;

/// Tells how unusual the values of a session are for the person.
#[utoipa::path(tag = "face scan", operation_id = "read_anomalies", params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "Every value of the session, unusual or not", body = wire::AnomaliesAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/history/anomalies/{id}")]
pub async fn read_anomalies(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let session = scans::session(&records, &signed_in, &path).await?;
    let (current, all) = looked_up(&records, &signed_in, &session).await?;
    records.audit_answer(&signed_in.caller, operations::face_scan::READ_ANOMALIES, &session.stored).await?;
    let anomalies = with_earlier(&current, &all, session.id()).iter().map(told).collect();
    Ok(HttpResponse::Ok().json(wire::AnomaliesAnswer { success: true, anomalies }))
}

fn told(value: &WithEarlier<'_>) -> wire::Anomaly {
    let WithEarlier { current, earlier } = value;
    let usable = earlier.iter().filter(|one| one.quality.is_none_or(|quality| quality >= LEAST_QUALITY));
    let earlier: Vec<_> = usable.take(MOST).map(|one| one.value).collect();
    let moments = trend::moments(&earlier);
    let found = if current.vital.is_skewed {
        on_logarithm(&earlier, current.value, current.vital.floor)
    } else {
        anomaly(&earlier, current.value, current.vital.floor)
    };
    let reason = |none| match none {
        NoAnomaly::InsufficientHistory => "insufficient_history",
        NoAnomaly::NoVariation => "no_variation",
    };
    let found_one = found.as_ref().ok();
    wire::Anomaly {
        vital_name: current.vital.name,
        value: current.shown.clone(),
        z_score: found_one.map(|found| rounded(found.robust_z)),
        is_anomaly: found_one.is_some_and(|found| found.is_anomalous),
        mean: moments.map(|moments| rounded(moments.mean)),
        sd: moments.and_then(|moments| moments.sd).map(rounded),
        n: earlier.len(),
        is_provisional: found_one.is_some_and(|found| found.is_provisional),
        is_notable: found_one.is_some_and(|found| found.is_notable),
        reason: found.as_ref().err().copied().map(reason),
    }
}

/// Skewed values are looked at on the logarithm. The floor becomes what it is of the middle value.
fn on_logarithm(earlier: &[f64], value: f64, floor: f64) -> Result<trend::Anomaly, NoAnomaly> {
    let middle = median(earlier).filter(|middle| *middle > 0.0).ok_or(NoAnomaly::InsufficientHistory)?;
    let logarithms: Vec<_> = earlier.iter().map(|one| one.ln()).collect();
    anomaly(&logarithms, value.ln(), (floor / middle).ln_1p())
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
