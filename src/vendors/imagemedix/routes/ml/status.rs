//! `GET /api/ml/status/:scanId` (contract IM-62).

use actix_web::{HttpResponse, get, web};

use crate::platform::queue::Queue;
use crate::records::Records;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::{analyses, operations, scans, wire};

/// Tells how far the analysis of a scan is.
#[utoipa::path(tag = "analyses", operation_id = "read_analysis_status",
    params(("scan_id" = String, Path, description = "The scan's id")),
    responses((status = 200, description = "How far it is", body = wire::AnalysisStatus),
        (status = 404, description = "There is no such scan, or the caller may not see it", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/ml/status/{scan_id}")]
pub async fn read_analysis_status(
    path: web::Path<String>,
    signed_in: SignedIn,
    records: web::Data<Records>,
    queue: web::Data<Queue>,
) -> Result<HttpResponse, Refusal> {
    let scan = scans::find(&records, &signed_in, &path).await?;
    let (state, job, left_s) = analyses::progress(&queue, &signed_in, &scan).await?;
    records.audit_answer(&signed_in.caller, operations::READ_ANALYSIS_STATUS, &scan.task).await?;
    Ok(HttpResponse::Ok().json(wire::AnalysisStatus {
        status: state.as_str(),
        progress: job.progress,
        estimated_completion_time: left_s.map(in_words),
        failed_reason: job.failed_reason,
    }))
}

fn in_words(seconds: i64) -> String {
    if seconds == 1 { "1 second".to_owned() } else { format!("{seconds} seconds") }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn one_second_is_no_plural() {
        assert_eq!([1, 2, 90].map(in_words), ["1 second", "2 seconds", "90 seconds"]);
    }
}
