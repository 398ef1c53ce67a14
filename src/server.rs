//! The HTTP server: all surfaces on one listener.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{App as ActixApp, Error, HttpResponse, HttpServer, web};
use serde_json::json;
use utoipa_actix_web::AppExt;

use crate::app::App;
use crate::http::docs::{self, Document, Page};
use crate::http::{fhir, probes};
use crate::vendors;

/// Requests in flight have so long to end after a signal to stop.
const GRACE_S: u64 = 10;

/// The documents as they are served; the code makes them, so they are the same as long as the process lives.
static PAGES: LazyLock<std::io::Result<Vec<Page>>> =
    LazyLock::new(|| documents().iter().map(Document::page).collect());

/// Binds the address; the returned server runs when it is awaited, until its handle stops it.
///
/// # Errors
/// When the address cannot be bound.
pub fn bind(app: &App, address: SocketAddr, workers: usize) -> std::io::Result<(Server, SocketAddr)> {
    let app = app.clone();
    let readiness = probes::InferenceState(app.device_reader.fault().map(str::to_owned));
    let pages = PAGES.as_ref().map_err(|error| std::io::Error::other(error.to_string()))?;
    let server = HttpServer::new(move || {
        ActixApp::new()
            .into_utoipa_app()
            .map(|actix| actix.wrap(Compress::default()).wrap(from_fn(logged)).wrap(from_fn(head_as_get)))
            .app_data(web::Data::new(app.records.clone()))
            .app_data(web::Data::new(app.identity.clone()))
            .app_data(web::Data::new(app.fhir_base.clone()))
            .app_data(web::Data::new(readiness.clone()))
            .app_data(web::Data::new(app.decoder.clone()))
            .app_data(web::Data::from(Arc::clone(&app.device_reader)))
            .app_data(web::Data::new(app.clock.clone()))
            .configure(probes::routes)
            .configure(fhir::routes)
            .configure(vendors::routes)
            .into_app()
            .configure(docs::routes(pages))
            .default_service(web::to(unknown_address))
    })
    .workers(workers)
    .disable_signals()
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(30))
    .shutdown_timeout(GRACE_S)
    .bind(address)?;
    let bound = server.addrs().first().copied().unwrap_or(address);
    Ok((server.run(), bound))
}

/// The document of each surface.
#[must_use]
pub fn documents() -> Vec<Document> {
    vec![vendors::smartscan::document(), fhir::document(), probes::document()]
}

/// Routes HEAD as GET; the HTTP codec, which saw the true method, leaves the body out (RFC 9110, 9.3.2).
async fn head_as_get<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if *request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// Logs each answer by its route's pattern: an address can hold ids, a query string can hold health data.
async fn logged<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let started = std::time::Instant::now();
    let response = next.call(request).await?;
    let pattern = response.request().match_pattern().unwrap_or_default();
    tracing::debug!(
        method = %response.request().method(),
        route = pattern,
        status = response.status().as_u16(),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    Ok(response)
}

/// Contract: an address that belongs to no surface names the surfaces.
async fn unknown_address() -> HttpResponse {
    HttpResponse::NotFound().json(json!({
        "error": "there is nothing at this address",
        "surfaces": ["/fhir", "/smartscan", "/docs"],
    }))
}
