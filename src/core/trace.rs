//! Traces: what is done for a request, as spans that a collector of OpenTelemetry puts together. <https://www.w3.org/TR/trace-context/>
//!
//! Spans have a target of their own, so that no line of the log shows them, and none is made where traces are not exported. They hold words of
//! ours (routes, tables, kinds of jobs, statuses), never an address, an id or a value of a resource.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The target of all spans that are exported.
pub const TARGET: &str = "hygeia_trace";
/// The header by which services tell each other where in a trace they are.
pub const HEADER: &str = "traceparent";

static ARE_EXPORTED: AtomicBool = AtomicBool::new(false);

/// Notes that traces are exported from now on.
pub fn export() {
    ARE_EXPORTED.store(true, Ordering::Relaxed);
}

/// Whether traces are exported.
#[must_use]
pub fn are_exported() -> bool {
    ARE_EXPORTED.load(Ordering::Relaxed)
}

/// Whether we are in a trace that is taken.
#[must_use]
pub fn is_taken() -> bool {
    are_exported() && Span::current().context().span().span_context().is_sampled()
}

/// Where in a trace we are, as `traceparent` says it; none where that is no trace's.
#[must_use]
pub fn here() -> Option<String> {
    if !are_exported() {
        return None;
    }
    let context = Span::current().context();
    let span = context.span();
    let place = span.span_context();
    let flags = place.trace_flags().to_u8();
    place.is_valid().then(|| format!("00-{}-{}-{flags:02x}", place.trace_id(), place.span_id()))
}

/// Calls a span by another name than it began with: what is known at its end.
pub fn rename(span: &Span, name: String) {
    if are_exported() {
        span.context().span().update_name(name);
    }
}

/// Has a span that was not entered yet belong to a place in a trace, where `traceparent` names one.
pub fn go_on(span: &Span, traceparent: Option<&str>) {
    let Some(traceparent) = traceparent.filter(|_| are_exported()) else { return };
    let carrier = HashMap::from([(HEADER.to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract(&carrier);
    if context.span().span_context().is_valid() && span.set_parent(context).is_err() {
        tracing::debug!("a span belongs to no trace that was begun elsewhere");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nowhere_is_no_place() {
        let span = tracing::info_span!(target: TARGET, "a span");
        go_on(&span, Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        assert_eq!(span.in_scope(here), None);
    }
}
