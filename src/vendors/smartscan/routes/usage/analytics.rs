//! `GET /api/usage/analytics` (contract SS-49).

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;

use super::asked;
use super::period::Period;
use crate::platform::usage::{Sum, Usage};
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{operations, wire};

/// Sums up the calls with API keys of a period: by day, by type of device and by status.
#[utoipa::path(tag = "usage", operation_id = "read_analytics", params(wire::AnalyticsQuery),
    responses((status = 200, description = "The overview", body = wire::AnalyticsAnswer),
        (status = 400, description = "That is no period", body = wire::Failure),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/usage/analytics")]
pub async fn read_analytics(
    request: HttpRequest,
    signed_in: SessionCaller,
    records: web::Data<Records>,
    usage: web::Data<Usage>,
) -> Result<HttpResponse, Refusal> {
    let (caller, now) = (&signed_in.caller, records.now());
    let period = match asked::<wire::AnalyticsQuery>(&request)?.period {
        None => Period::DEFAULT,
        Some(text) => Period::parse(&text).ok_or_else(|| {
            let problem = "must be a number and one of h, d, w, m and y, such as 7d, and five years at most";
            Refusal::Validation("period", problem.to_owned())
        })?,
    };
    let begin = period.begin(now);
    let sums = usage.sums(caller.tenant, caller.surface.as_str(), begin).await?;
    records.audit_success(caller, operations::READ_ANALYTICS).await?;
    let analytics = analytics(period, &sums, begin.date_naive(), now.date_naive());
    Ok(HttpResponse::Ok().json(wire::AnalyticsAnswer { success: true, analytics }))
}

fn analytics(period: Period, sums: &[Sum], first: NaiveDate, last: NaiveDate) -> wire::Analytics {
    let mut days: BTreeMap<NaiveDate, (i64, i64)> =
        first.iter_days().take_while(|day| *day <= last).map(|day| (day, (0, 0))).collect();
    let mut by_device_type = BTreeMap::new();
    let mut by_status = BTreeMap::new();
    let mut total: i64 = 0;
    for sum in sums {
        let add = |count: &mut i64| *count = count.saturating_add(sum.calls);
        add(&mut total);
        let (requests, errors) = days.entry(sum.day.date_naive()).or_default();
        add(requests);
        if sum.status >= 400 {
            add(errors);
        }
        add(by_status.entry(sum.status.to_string()).or_default());
        if !sum.device_type.is_empty() {
            add(by_device_type.entry(sum.device_type.clone()).or_default());
        }
    }
    let by_day = days.into_iter().map(|(date, (requests, errors))| wire::Day { date, requests, errors });
    wire::Analytics { period: period.to_string(), total, by_day: by_day.collect(), by_device_type, by_status }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sum(day: &str, status: i32, device_type: &str, calls: i64) -> Sum {
        let day = format!("{day}T00:00:00Z").parse().unwrap();
        Sum { day, status, device_type: device_type.to_owned(), calls, confident: 0, confidence: 0 }
    }

    #[test]
    fn days_without_calls_are_shown_too() {
        let (first, last) = ("2026-02-27".parse().unwrap(), "2026-03-02".parse().unwrap());
        let sums = [
            sum("2026-02-28", 200, "scale", 2),
            sum("2026-02-28", 415, "", 3),
            sum("2026-03-02", 200, "scale", 4),
        ];
        let shown =
            serde_json::to_value(analytics(Period::parse("4d").unwrap(), &sums, first, last)).unwrap();
        assert_eq!(
            shown,
            json!({
                "period": "4d",
                "total": 9,
                "by_day": [
                    { "date": "2026-02-27", "requests": 0, "errors": 0 },
                    { "date": "2026-02-28", "requests": 5, "errors": 3 },
                    { "date": "2026-03-01", "requests": 0, "errors": 0 },
                    { "date": "2026-03-02", "requests": 4, "errors": 0 },
                ],
                "by_device_type": { "scale": 6 },
                "by_status": { "200": 6, "415": 3 },
            })
        );
    }
}
