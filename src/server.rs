//! The HTTP server: all surfaces on one listener, and vendors' own listeners beside it.

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

use crate::app::{App, project_folder};
use crate::core::config::Settings;
use crate::dicomweb::stow::announced::Announcing;
use crate::http::chart_library::ChartLibrary;
use crate::http::docs::{self, Document, Page};
use crate::http::measured::measured;
use crate::http::mounting::{self, Mounting};
use crate::http::pages::console::review::Sources;
use crate::http::tls::{Certificate, NotUsable};
use crate::http::{fhir, metrics, oauth, operator, pages, probes, request_id, silence};
use crate::records::Records;
use crate::vendors::imagemedix::routes::google::ClientUrl;
use crate::{dicomweb, vendors};

/// Requests in flight have so long to end after a signal to stop.
const GRACE_S: u64 = 30;

/// The documents as they are served; the code makes them, so they are the same as long as the process lives.
static PAGES: LazyLock<std::io::Result<Vec<Page>>> =
    LazyLock::new(|| documents().iter().map(Document::page).collect());

/// Servers that listen, and where.
pub struct Bound {
    /// Runs all listeners when it is awaited, until its handle stops them.
    pub server: Server,
    /// Where all APIs are.
    pub address: SocketAddr,
    /// The vendors' own listeners, in the order of the settings.
    pub listeners: Vec<SocketAddr>,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum NotBound {
    /// An address cannot be bound.
    #[error("{0} cannot be bound: {1}")]
    Address(SocketAddr, std::io::Error),
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] NotUsable),
    /// The documents cannot be made.
    #[error("the OpenAPI documents cannot be made: {0}")]
    Documents(String),
}

/// Binds the addresses of the settings. With a certificate they speak TLS, but for listeners that are to be plain.
///
/// # Errors
/// Why nothing can be served.
pub fn bind(
    app: &App,
    settings: &Settings,
    certificate: Option<&Certificate>,
    workers: usize,
) -> Result<Bound, NotBound> {
    let app = app.clone();
    let readiness = probes::InferenceState(app.inference_fault().map(str::to_owned));
    let pages = PAGES.as_ref().map_err(|error| NotBound::Documents(error.to_string()))?;
    let charts = web::Data::new(ChartLibrary::in_folder(&project_folder("runtime")));
    let mounting = Mounting::new(settings.mounting.clone());
    let noted_mounting = settings.mounting.clone();
    let (noted, origins) = (mounting.clone(), settings.origins.clone());
    let client = web::Data::new(ClientUrl(settings.imagemedix_client.clone()));
    let sources = web::Data::new(Sources(vendors::reviewed()));
    let cards = web::Data::new(vendors::models::cards(&project_folder("models")));
    let server = HttpServer::new(move || {
        ActixApp::new()
            .into_utoipa_app()
            .map(|actix| actix.wrap(from_fn(silence::heard)).wrap(Compress::default()))
            .map(|actix| actix.wrap(from_fn(measured)).wrap(from_fn(head_as_get)))
            .map(|actix| actix.wrap(from_fn(mounting::placed)).wrap(from_fn(request_id::named)))
            .app_data(web::Data::new(mounting.clone()))
            .app_data(web::Data::new(app.records.clone()))
            .app_data(web::Data::new(app.imports.clone()))
            .app_data(web::Data::new(app.identity.clone()))
            .app_data(web::Data::new(app.limiter.clone()))
            .app_data(web::Data::new(app.usage.clone()))
            .app_data(web::Data::new(app.enterprise))
            .app_data(web::Data::new(app.fhir_base.clone()))
            .app_data(web::Data::new(app.client_registration))
            .app_data(web::Data::new(app.sign_up))
            .app_data(web::Data::new(readiness.clone()))
            .app_data(web::Data::new(app.decoder.clone()))
            .app_data(web::Data::new(app.analyses.clone()))
            .app_data(web::Data::new(app.deliveries.clone()))
            .app_data(web::Data::new(app.work.clone()))
            .app_data(sources.clone())
            .app_data(cards.clone())
            .app_data(web::Data::new(app.hemato.clone()))
            .app_data(web::Data::new(app.smartz))
            .app_data(web::Data::new(app.feed.clone()))
            .app_data(web::Data::new(noted_mounting.clone()))
            .app_data(web::Data::new(app.dicom.clone()))
            .app_data(web::Data::new(app.dicom_settings))
            // A scan that comes by DICOMweb is one of ImageMedix: that one's webhooks are told.
            .app_data(web::Data::new(Announcing(vendors::imagemedix::events::uploaded)))
            .app_data(web::Data::from(Arc::clone(&app.device_reader)))
            .app_data(web::Data::new(app.clock.clone()))
            .app_data(charts.clone())
            .app_data(client.clone())
            .configure(probes::routes)
            .map(|actix| actix.configure(pages::routes))
            .configure(oauth::routes)
            .configure(fhir::routes)
            .configure(dicomweb::routes)
            .configure(operator::routes)
            .configure(vendors::routes(&origins))
            .into_app()
            .configure(docs::routes(pages))
            .default_service(web::to(unknown_address))
    });
    let mut server = server
        .workers(workers)
        .disable_signals()
        // The setting is for the process, actix counts for each of its workers.
        .max_connections(settings.max_connections.get().div_ceil(workers.max(1)))
        .keep_alive(Duration::from_secs(75))
        .client_request_timeout(Duration::from_secs(30))
        .client_disconnect_timeout(Duration::from_secs(5))
        .tls_handshake_timeout(Duration::from_secs(10))
        .shutdown_timeout(GRACE_S);
    let own = settings.mounting.listeners.iter().map(|listener| (listener.address, listener.plain));
    for (address, plain) in std::iter::once((settings.bind, false)).chain(own) {
        let tls = certificate.filter(|_| !plain).map(Certificate::config).transpose()?;
        let bound = match tls {
            Some(tls) => server.bind_rustls_0_23(address, tls),
            None => server.bind(address),
        };
        server = bound.map_err(|error| NotBound::Address(address, error))?;
    }
    let mut addresses = server.addrs().into_iter();
    let address = addresses.next().unwrap_or(settings.bind);
    let listeners: Vec<_> = addresses.collect();
    let mounts = settings.mounting.listeners.iter().map(|listener| listener.mount);
    noted.listen(listeners.iter().copied().zip(mounts).collect());
    Ok(Bound { server: server.run(), address, listeners })
}

/// The document of each surface.
#[must_use]
pub fn documents() -> Vec<Document> {
    vec![
        vendors::smartscan::document(),
        vendors::imagemedix::document(),
        vendors::smartz::document(),
        vendors::hemato::document(),
        fhir::document(),
        dicomweb::document(),
        oauth::document(),
        operator::document(),
        probes::document(),
    ]
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

/// Binds the listener of probes and metrics, for who is elsewhere: it has no TLS and nothing else.
///
/// # Errors
/// When the address cannot be bound.
pub fn bind_metrics(app: &App, address: SocketAddr) -> Result<Server, NotBound> {
    let records = web::Data::new(app.records.clone());
    let readiness = web::Data::new(probes::InferenceState(app.inference_fault().map(str::to_owned)));
    let server = HttpServer::new(move || {
        let told = async |records: web::Data<Records>| metrics::told(&records).await;
        ActixApp::new()
            .app_data(records.clone())
            .app_data(readiness.clone())
            .service(probes::healthz)
            .service(probes::readyz)
            .route("/metrics", web::get().to(told))
    });
    let server = server.workers(1).disable_signals().shutdown_timeout(1).bind(address);
    Ok(server.map_err(|error| NotBound::Address(address, error))?.run())
}

/// Contract: an address that belongs to no surface names the surfaces.
async fn unknown_address() -> HttpResponse {
    HttpResponse::NotFound().json(json!({
        "error": "there is nothing at this address",
        "surfaces": ["/smartscan", "/imagemedix", "/smartz", "/hemato", "/fhir", "/oauth", "/docs"],
    }))
}
