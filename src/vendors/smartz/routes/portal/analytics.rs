//! `GET /portal/api/analytics`: what the account's subscriptions were used for.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, TimeDelta, Utc};

use crate::identity::{Identity, Surface};
use crate::platform::usage::{Usage, Used};
use crate::records::Records;
use crate::vendors::smartz::caller::SignedIn;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{operations, query, time, wire};

/// So far back it looks, unless the client says from when.
const BACK: TimeDelta = TimeDelta::days(30);

/// Sums up the calls with the account's subscriptions: by day, and by subscription.
#[utoipa::path(tag = "portal", operation_id = "read_analytics",
    params(("from" = Option<String>, Query, description = "A time or a day; 30 days before `to` where it is missing"), ("to" = Option<String>, Query, description = "A time or a day; now where it is missing")),
    responses((status = 200, description = "The sums", body = wire::Analytics),
        (status = 400, description = "A time is none", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/portal/api/analytics")]
pub async fn read_analytics(
    request: HttpRequest,
    signed_in: SignedIn,
    identity: web::Data<Identity>,
    usage: web::Data<Usage>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let to = bound(&request, "to")?.unwrap_or_else(|| records.now() + TimeDelta::seconds(1));
    let from = bound(&request, "from")?.unwrap_or(to - BACK);
    if from > to {
        return Err(Refusal::field("from", "must not be after to"));
    }
    let own = identity.subscriptions(&signed_in.account).await?;
    let ids: Vec<_> = own.iter().map(|one| one.id.to_string()).collect();
    let used = usage.of_projects(signed_in.caller.tenant, Surface::Smartz.as_str(), &ids, (from, to)).await?;
    records.audit_success(&signed_in.caller, operations::READ_ANALYTICS).await?;
    let mut days: BTreeMap<String, Sum> = BTreeMap::new();
    for one in &used {
        days.entry(one.day.date_naive().to_string()).or_default().add(one);
    }
    let subscriptions = own.iter().zip(&ids).map(|(row, id)| wire::OfSubscription {
        id: id.clone(),
        name: row.name.clone(),
        totals: Sum::of(used.iter().filter(|one| one.project == *id)),
    });
    Ok(HttpResponse::Ok().json(wire::Analytics {
        from: time::moment(from),
        to: time::moment(to),
        totals: Sum::of(&used),
        days: days.into_iter().map(|(date, sum)| wire::Day { date, totals: sum.totals() }).collect(),
        subscriptions: subscriptions.collect(),
    }))
}

/// A time with its offset, or the beginning of a day.
fn bound(request: &HttpRequest, name: &'static str) -> Result<Option<DateTime<Utc>>, Refusal> {
    query::one(request, name)?.map(|text| time::begin(name, &text)).transpose()
}

#[derive(Default)]
struct Sum {
    totals: wire::Totals,
    duration_ms: i64,
}

impl Sum {
    fn of<'a>(used: impl IntoIterator<Item = &'a Used>) -> wire::Totals {
        let mut sum = Self::default();
        used.into_iter().for_each(|one| sum.add(one));
        sum.totals()
    }

    fn add(&mut self, used: &Used) {
        let place = match used.status {
            401 | 403 | 429 => &mut self.totals.blocked,
            200..=399 => &mut self.totals.successful,
            _ => &mut self.totals.failed,
        };
        *place = place.saturating_add(used.calls);
        self.totals.calls = self.totals.calls.saturating_add(used.calls);
        self.duration_ms = self.duration_ms.saturating_add(used.duration_ms);
    }

    fn totals(&self) -> wire::Totals {
        let average_duration_ms = self.duration_ms.checked_div(self.totals.calls).unwrap_or_default();
        wire::Totals { average_duration_ms, ..self.totals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_were_kept_out_are_told_from_those_that_failed() {
        let used = |status, calls| Used {
            day: DateTime::default(),
            project: "s".to_owned(),
            status,
            calls,
            duration_ms: calls * 10,
        };
        let all = [used(200, 3), used(304, 1), used(401, 1), used(429, 2), used(404, 1), used(500, 1)];
        let sum = Sum::of(&all);
        assert_eq!(
            (sum.calls, sum.successful, sum.blocked, sum.failed, sum.average_duration_ms),
            (9, 4, 3, 2, 10)
        );
        assert_eq!(Sum::of(&[]).average_duration_ms, 0);
    }
}
