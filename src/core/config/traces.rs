//! Where traces go. The names are those of OpenTelemetry. <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>

use super::source::Source;

/// A collector of traces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceSettings {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, such as `http://collector:4318`: the collector's address for OTLP over HTTP. Without it no trace is made.
    pub endpoint: String,
    /// `OTEL_SERVICE_NAME`, default `hygeia`: what the collector calls this process.
    pub service: String,
}

impl TraceSettings {
    pub(super) fn read(source: &mut Source) -> Option<Self> {
        const NAME: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
        let service = source.text("OTEL_SERVICE_NAME").unwrap_or_else(|| "hygeia".to_owned());
        let endpoint = source.text(NAME)?;
        if !(endpoint.starts_with("http://") || endpoint.starts_with("https://")) {
            source.fault(NAME, "must begin with http:// or https://");
            return None;
        }
        Some(Self { endpoint: endpoint.trim_end_matches('/').to_owned(), service })
    }
}
