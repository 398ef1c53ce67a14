//! Sending traces to a collector, by OTLP over HTTP. <https://opentelemetry.io/docs/specs/otlp/>
//!
//! How many traces are taken, and how they are sent, is said by OpenTelemetry's own settings (`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`,
//! `OTEL_BSP_...`), which its library reads.

use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use crate::core::config::traces::TraceSettings;
use crate::core::trace;

/// So long a collector has to take what it is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is exported until the end.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to export.
    ///
    /// # Errors
    /// When one of OpenTelemetry's settings is wrong.
    pub(super) fn begin(settings: &TraceSettings) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(PATIENCE).build().context("a client for traces")?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender { client, threads: Handle::current() })
            .with_endpoint(format!("{}/v1/traces", settings.endpoint))
            .build()
            .context("the export of traces")?;
        let resource = Resource::builder().with_service_name(settings.service.clone()).build();
        trace::export();
        Ok(Self(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
    }

    /// What takes our spans, and nothing else.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("hygeia"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_filter(filter_fn(|of| of.target() == trace::TARGET).with_max_level_hint(LevelFilter::INFO))
    }

    /// Sends what is left.
    pub(super) async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown()).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last traces could not be sent");
        }
    }
}

/// The client by which they are sent, from a thread of the library's.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    threads: Handle,
}

impl HttpClient for Sender {
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let client = self.client.clone();
        let sent = self.threads.spawn(async move {
            let mut answer = client.execute(request.try_into()?).await?;
            let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
            let mut told = Response::new(answer.bytes().await?);
            *told.status_mut() = status;
            *told.headers_mut() = headers;
            Ok(told)
        });
        Box::pin(async move { sent.await? })
    }
}
