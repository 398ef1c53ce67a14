//! What Prometheus reads. On the listener of all APIs only for who is on this machine: what there is to do tells of the house. For others
//! there is a listener of its own (`HYGEIA_METRICS_BIND`).

use actix_web::http::header::{CONTENT_TYPE, FORWARDED, VIA};
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::json;

use crate::core::metrics::{MEDIA_TYPE, METRICS};
use crate::records::Records;

/// Gives this process' metrics, in the format OpenMetrics.
#[utoipa::path(tag = "probes", responses(
    (status = 200, description = "Metrics.", body = String, content_type = "application/openmetrics-text"),
    (status = 403, description = "The request does not come from this machine.")))]
#[get("/metrics")]
pub async fn metrics(request: HttpRequest, records: web::Data<Records>) -> HttpResponse {
    if is_of_this_machine(&request) {
        return told(&records).await;
    }
    let told = "metrics are told to who is on this machine; HYGEIA_METRICS_BIND opens a listener for others";
    HttpResponse::Forbidden().json(json!({ "error": told }))
}

/// Gives the metrics to whoever asks.
pub async fn told(records: &Records) -> HttpResponse {
    records.measure().await;
    HttpResponse::Ok().insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(METRICS.text())
}

/// A proxy on this machine, trusted or not, says that it hands something on.
fn is_of_this_machine(request: &HttpRequest) -> bool {
    let is_near = request.peer_addr().is_some_and(|address| address.ip().to_canonical().is_loopback());
    let is_handed_on = |name: &str| {
        name.starts_with("x-forwarded-") || [FORWARDED.as_str(), VIA.as_str(), "x-real-ip"].contains(&name)
    };
    is_near && !request.headers().keys().any(|name| is_handed_on(name.as_str()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_who_is_here_and_hands_nothing_on_is_of_this_machine() {
        let from = |address: &str| TestRequest::default().peer_addr(address.parse().unwrap());
        for near in ["127.0.0.1:9", "[::1]:9", "[::ffff:127.0.0.1]:9"] {
            assert!(is_of_this_machine(&from(near).to_http_request()), "{near}");
            for header in ["X-Forwarded-For", "Forwarded", "x-forwarded-proto", "Via", "X-Real-IP"] {
                let handed_on = from(near).insert_header((header, "192.0.2.1"));
                assert!(!is_of_this_machine(&handed_on.to_http_request()), "{near} {header}");
            }
        }
        for far in ["192.0.2.1:9", "[2001:db8::1]:9"] {
            assert!(!is_of_this_machine(&from(far).to_http_request()), "{far}");
        }
        assert!(!is_of_this_machine(&TestRequest::default().to_http_request()));
    }
}
