//! `GET /api/dashboard/stats` (contract SS-48).

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};

use super::share;
use crate::core::config::plans::Enterprise;
use crate::identity::Identity;
use crate::platform::limits::Span;
use crate::platform::usage::{Sum, Usage};
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{operations, plans, wire};

/// Sums up this month's calls with API keys, and says what all keys of the tenant may do.
#[utoipa::path(tag = "usage", operation_id = "read_stats",
    responses((status = 200, description = "The numbers", body = wire::StatsAnswer),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/dashboard/stats")]
pub async fn read_stats(
    signed_in: SessionCaller,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
    usage: web::Data<Usage>,
    enterprise: web::Data<Enterprise>,
) -> Result<HttpResponse, Refusal> {
    let (caller, now) = (&signed_in.caller, records.now());
    let sums = usage.sums(caller.tenant, caller.surface.as_str(), Span::Month.begin(now)).await?;
    let active_keys = identity.count_api_keys(caller).await?;
    // By these the keys are held, whoever looks.
    let limits = plans::largest(&identity.allowances(caller).await?, **enterprise);
    let limits = wire::PlanLimits { hour: limits.hour, day: limits.day, month: limits.month };
    records.audit_success(caller, operations::READ_STATS).await?;
    let stats = stats(&sums, now, active_keys, signed_in.account.plan, limits);
    Ok(HttpResponse::Ok().json(wire::StatsAnswer { success: true, stats }))
}

fn stats(
    sums: &[Sum],
    now: DateTime<Utc>,
    active_keys: i64,
    plan: String,
    limits: wire::PlanLimits,
) -> wire::Stats {
    let is_good = |sum: &&Sum| sum.status < 400;
    let total = sums.iter().map(|sum| sum.calls).sum();
    let confident: i64 = sums.iter().filter(is_good).map(|sum| sum.confident).sum();
    wire::Stats {
        requests_today: sums.iter().filter(|s| s.day == Span::DAY.begin(now)).map(|sum| sum.calls).sum(),
        requests_this_month: total,
        success_rate: share(sums.iter().filter(is_good).map(|sum| sum.calls).sum(), total),
        average_confidence: share(
            sums.iter().filter(is_good).map(|sum| sum.confidence).sum(),
            confident.saturating_mul(1000),
        ),
        active_keys,
        plan,
        limits,
    }
}
