//! `GET /api/usage/logs` (contract SS-50).

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{asked, thousandths};
use crate::platform::usage::{self, Usage};
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{operations, wire};

/// Calls a page, where nothing is asked for.
const USUAL: i64 = 50;
/// Most calls a page.
const MOST: i64 = 1000;

/// Lists the calls with API keys, newest first, also those that were refused.
#[utoipa::path(tag = "usage", operation_id = "list_calls", params(wire::CallsQuery),
    responses((status = 200, description = "The calls; none behind the last page", body = wire::Calls),
        (status = 400, description = "A number is wrong", body = wire::Failure),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/usage/logs")]
pub async fn list_calls(
    request: HttpRequest,
    signed_in: SessionCaller,
    records: web::Data<Records>,
    usage: web::Data<Usage>,
) -> Result<HttpResponse, Refusal> {
    let caller = &signed_in.caller;
    let asked = asked::<wire::CallsQuery>(&request)?;
    let page = number("page", asked.page.as_deref(), 1, i64::MAX)?;
    let limit = number("limit", asked.limit.as_deref(), USUAL, MOST)?;
    let offset = page.saturating_sub(1).saturating_mul(limit);
    let found = usage.page(caller.tenant, caller.surface.as_str(), offset, limit).await?;
    records.audit_success(caller, operations::LIST_CALLS).await?;
    let logs = found.calls.into_iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(wire::Calls { success: true, logs, page, limit, total: found.total }))
}

fn number(name: &'static str, text: Option<&str>, usual: i64, most: i64) -> Result<i64, Refusal> {
    let Some(text) = text else { return Ok(usual) };
    let digits = Some(text).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let number = digits.and_then(|text| text.parse().ok()).filter(|number| (1..=most).contains(number));
    let problem = || Refusal::Validation(name, format!("must be a whole number from 1 to {most}"));
    number.ok_or_else(problem)
}

fn shown(call: usage::Call) -> wire::Call {
    wire::Call {
        id: call.id,
        timestamp: call.called_at,
        method: call.method,
        path: call.path,
        status: call.status,
        device_type: call.device_type,
        confidence: call.confidence.map(|count| thousandths(count.into())),
        processing_time_ms: call.duration_ms,
        error_code: call.error_code,
        project_id: call.project,
        key_prefix: call.key_prefix,
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_one_or_more() {
        for wrong in ["", "0", "-1", "+1", "1.0", "x", "1 ", "1001", "99999999999999999999"] {
            let refusal = number("limit", Some(wrong), 50, 1000).unwrap_err().to_string();
            assert_eq!(refusal, "limit must be a whole number from 1 to 1000", "{wrong:?}");
        }
        assert_eq!(number("limit", None, 50, 1000).unwrap(), 50);
        assert_eq!(number("page", Some("9223372036854775807"), 1, i64::MAX).unwrap(), i64::MAX);
    }
}
