//! `POST /api/face-scan/analyze`: our own estimate of pulse, breathing and heart rate variability, from colour traces.
//!
//! Traces only: frames are refused, since no face detector comes with the server. Nothing is kept.

use actix_web::{HttpResponse, post, web};
use tokio::sync::Semaphore;

use crate::http::turns::in_turn;
use crate::inference::vitals::{self, Fault, METHOD, Recording, Region, VERSION, analyse};
use crate::records::Records;
use crate::vendors::smartscan::body::{After, LargeJson};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{operations, scans};

/// How many recordings are worked on at the same time: each keeps a core busy.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

const NOTICE: &str = "Pulse and breathing are estimated from small colour changes in the video. Blood pressure and \
    oxygen are not measured by the camera; enter values from a cuff or oximeter. Not for diagnosis; accuracy drops with \
    movement, poor light and darker skin.";

/// What no camera measures.
const NEVER: [&str; 3] = ["spo2", "systolic_bp", "diastolic_bp"];

/// Estimates pulse, breathing and heart rate variability from mean colours of skin, with the consent of the session's person. Refuses
/// rather than guesses; keeps nothing. Takes traces alone: no detector of faces comes with the server, and frames are refused.
#[utoipa::path(tag = "face scan", operation_id = "analyze_face_scan", request_body = wire::NewAnalysis,
    responses((status = 200, description = "What the colours tell, and what they do not", body = wire::AnalysisAnswer),
        (status = 400, description = "The traces are malformed, or show no pulse that can be trusted; or frames were sent, which are not taken", body = crate::vendors::smartscan::wire::Failure),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 403, description = "The session has no consent that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/face-scan/analyze")]
pub async fn analyze_face_scan(
    After(signed_in, LargeJson(new, share)): After<SessionCaller, LargeJson<wire::NewAnalysis>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    if new.frames.is_some() {
        return Err(Refusal::FramesNotSupported);
    }
    let traces =
        new.traces.ok_or_else(|| Refusal::Validation("body", "needs the field traces".to_owned()))?;
    let session = scans::session(&records, &signed_in, &new.session_id).await?;
    session.consent(&records, &signed_in).await?.ok_or(Refusal::ConsentRequired)?;
    let work = move || {
        let analysed = analysed(traces);
        drop(share);
        analysed
    };
    let analysis = in_turn(&AT_ONCE, work).await??;
    records.audit_answer(&signed_in.caller, operations::face_scan::ANALYZE, &session.stored).await?;
    Ok(HttpResponse::Ok().json(wire::AnalysisAnswer { success: true, analysis }))
}

fn analysed(traces: wire::Traces) -> Result<wire::Analysis, Refusal> {
    let region = |region: wire::TraceRegion| Region { red: region.r, green: region.g, blue: region.b };
    let regions: Vec<Region> = traces.regions.into_iter().map(region).collect();
    let recording = Recording::new(&traces.timestamps_ms, &regions).map_err(malformed)?;
    let told = analyse(&recording).map_err(Refusal::LowSignalQuality)?;
    Ok(answer(&recording, &told))
}

fn malformed(fault: Fault) -> Refusal {
    Refusal::Validation("traces", format!("cannot be analysed: {fault}"))
}

fn answer(recording: &Recording, told: &vitals::Analysis) -> wire::Analysis {
    let mut refused = Vec::new();
    let mut refuse = |vital, refusal: vitals::Refusal| {
        refused.push(wire::RefusedVital { vital, reason: refusal.code(), message: refusal.to_string() });
    };
    let breathing_rate = told.breathing_rate.map_err(|refusal| refuse("breathing_rate", refusal)).ok();
    let variability = told.variability.map_err(|refusal| {
        refuse("hrv_sdnn", refusal);
        refuse("hrv_rmssd", refusal);
    });
    let variability = variability.ok();
    let never = |vital| wire::RefusedVital {
        vital,
        reason: "not_measured_by_camera",
        message: "a camera does not measure this".to_owned(),
    };
    refused.extend(NEVER.map(never));
    wire::Analysis {
        vitals: wire::AnalysedVitals {
            heart_rate: Some(rounded(told.heart_rate, 10.0)),
            breathing_rate: breathing_rate.map(|rate| rounded(rate, 10.0)),
            hrv_sdnn: variability.map(|found| rounded(found.sdnn_ms, 10.0)),
            hrv_rmssd: variability.map(|found| rounded(found.rmssd_ms, 10.0)),
        },
        quality: rounded(told.quality, 100.0),
        signal_db: rounded(told.signal_db, 10.0),
        refused,
        duration_s: rounded(recording.duration_s(), 100.0),
        fps: rounded(recording.fps(), 100.0),
        method: wire::AnalysisMethod { name: METHOD, version: VERSION },
        notice: NOTICE,
    }
}

/// To a tenth or a hundredth: more would claim more than is known.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}
