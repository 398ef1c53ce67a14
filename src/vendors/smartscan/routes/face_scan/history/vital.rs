//! `GET /api/face-scan/history/:vital` (contract SS-71).

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Days, Months, Utc};

use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::reading::Reading;
use crate::vendors::smartscan::scans::{person, readings};
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{operations, query};

/// The time that is looked back on, where none is asked for.
const DEFAULT: &str = "30d";
/// The longest, in months.
const LONGEST: u32 = 5 * 12;

/// Reads the values of one kind, newest first.
#[utoipa::path(tag = "face scan", operation_id = "read_vital_history",
    params(("vital" = inline(wire::VitalName), Path, description = "The value's name"),
        ("period" = Option<String>, Query, pattern = "^[1-9][0-9]*[dwmy]$", description = "How far to look back: a number of `d`ays, `w`eeks, `m`onths or `y`ears; `30d` without")),
    responses((status = 200, description = "The values", body = wire::HistoryAnswer),
        (status = 400, description = "There is no such value or period", body = crate::vendors::smartscan::wire::Failure),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/history/{vital}")]
pub async fn read_vital_history(
    path: web::Path<String>,
    request: actix_web::HttpRequest,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let vital = readings::vital(&path)?;
    let period = query::one(&request, "period")?.unwrap_or_else(|| DEFAULT.to_owned());
    let since = since(&period, records.now())?;
    let found = match person::find(&records, &signed_in).await? {
        Some(patient) => readings::since(&records, &signed_in, &patient.id, vital, since).await?,
        None => Vec::new(),
    };
    records.audit_success(&signed_in.caller, operations::face_scan::READ_HISTORY).await?;
    let data = found.iter().map(point).collect();
    Ok(HttpResponse::Ok().json(wire::HistoryAnswer { success: true, vital: vital.name, period, data }))
}

fn point(reading: &Reading) -> wire::HistoryPoint {
    wire::HistoryPoint {
        session_id: reading.session.clone(),
        value: reading.shown.clone(),
        unit: reading.vital.unit,
        recorded_at: reading.recorded_at(),
    }
}

/// When a period before `now` began.
fn since(period: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let refused = || {
        let problem = "must be a number of days, weeks, months or years, such as 30d, and five years at most";
        Refusal::Validation("period", problem.to_owned())
    };
    let split = period.len().checked_sub(1).and_then(|at| period.split_at_checked(at));
    let (number, unit) = split.ok_or_else(refused)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = number.parse().ok().filter(|number| is_number && *number > 0).ok_or_else(refused)?;
    let days = |each: u64| now.checked_sub_days(Days::new(u64::from(number).saturating_mul(each)));
    let months = |each: u32| now.checked_sub_months(Months::new(number.saturating_mul(each)));
    let since = match unit {
        "d" => days(1),
        "w" => days(7),
        "m" => months(1),
        "y" => months(12),
        _ => None,
    };
    let earliest = now.checked_sub_months(Months::new(LONGEST)).ok_or_else(refused)?;
    since.filter(|since| *since >= earliest).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::since;

    #[test]
    fn a_period_is_a_number_of_days_weeks_months_or_years() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        for wrong in [
            "",
            "d",
            "30",
            "30x",
            "0d",
            "-1d",
            "+1d",
            "6y",
            "99999999999d",
            "4294967295y",
            "1.5d",
            "30 d",
            "٣d",
            "1é",
        ] {
            assert!(since(wrong, now).is_err(), "{wrong}");
        }
        for (period, day) in
            [("1d", "2026-11-20"), ("2w", "2026-11-07"), ("9m", "2026-02-21"), ("5y", "2021-11-21")]
        {
            assert_eq!(since(period, now).unwrap().date_naive().to_string(), day);
        }
    }
}
