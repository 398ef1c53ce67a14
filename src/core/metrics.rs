//! What this process counts and measures of itself, as Prometheus reads it.
//!
//! One set a process: what is counted happens in all rooms of the house, and a number that had to be handed through all of them would be
//! left out. A label is a word of ours out of a closed set (a surface, a route's pattern, a model), never what a request holds: there is no
//! health data here, and no end of series. Format: <https://prometheus.io/docs/specs/om/open_metrics_spec/>

mod process;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// The media type of what [`Metrics::text`] gives.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All that this process counts.
pub static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

/// From a hundredth of a second's tenth to the longest that a request may take.
const REQUEST_SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// One run of a net.
const RUN_SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// A job of inference with its wait, up to what a request waits at most.
const WORK_SECONDS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// How sure something is.
const SHARES: [f64; 9] = [0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

type Float = Gauge<f64, AtomicU64>;

/// A request that was answered.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Answered {
    /// The API that it was for.
    pub surface: &'static str,
    /// Its method; `other` where it is none that we serve.
    pub method: &'static str,
    /// The route's pattern.
    pub route: String,
    /// The status code.
    pub status: u16,
}

/// Requests to an API by a method.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Asked {
    /// The API.
    pub surface: &'static str,
    /// The method.
    pub method: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Surface {
    surface: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Ended {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfModel {
    model: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfReader {
    reader: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Read {
    reader: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Looked {
    cache: &'static str,
    found: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct State {
    state: &'static str,
}

/// How many connections to the database there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// In use.
    pub busy: usize,
    /// Open, and free.
    pub idle: usize,
    /// Requests that wait for one.
    pub waiting: usize,
    /// As many as there may be.
    pub most: usize,
}

/// How much work of a kind waits in the database.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The kind of work.
    pub kind: String,
    /// So much could be done now.
    pub due: i64,
    /// So much is there, now or later.
    pub all: i64,
    /// So many seconds ago the oldest that could be done now became due.
    pub oldest_s: f64,
}

/// Histograms with these limits.
#[derive(Clone)]
struct Within(&'static [f64]);

impl MetricConstructor<Histogram> for Within {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// What is counted and measured.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    request_seconds: Family<Asked, Histogram, Within>,
    in_flight: Family<Surface, Gauge>,
    run_seconds: Family<OfModel, Histogram, Within>,
    read_seconds: Family<OfReader, Histogram, Within>,
    confidence: Family<OfModel, Histogram, Within>,
    reads: Family<Read, Counter>,
    reads_in_flight: Family<OfReader, Gauge>,
    jobs: Family<Ended, Counter>,
    jobs_due: Family<Kind, Gauge>,
    jobs_all: Family<Kind, Gauge>,
    job_age: Family<Kind, Float>,
    deliveries: Family<State, Counter>,
    looks: Family<Looked, Counter>,
    connections: Family<State, Gauge>,
    most_connections: Gauge,
    connection_waits: Gauge,
    database_up: Gauge,
    backup_overdue: Float,
}

impl Metrics {
    fn new() -> Self {
        let mut registry = Registry::default();
        let mut made = Self {
            registry: Registry::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(Within(&REQUEST_SECONDS)),
            in_flight: Family::default(),
            run_seconds: Family::new_with_constructor(Within(&RUN_SECONDS)),
            read_seconds: Family::new_with_constructor(Within(&WORK_SECONDS)),
            confidence: Family::new_with_constructor(Within(&SHARES)),
            reads: Family::default(),
            reads_in_flight: Family::default(),
            jobs: Family::default(),
            jobs_due: Family::default(),
            jobs_all: Family::default(),
            job_age: Family::default(),
            deliveries: Family::default(),
            looks: Family::default(),
            connections: Family::default(),
            most_connections: Gauge::default(),
            connection_waits: Gauge::default(),
            database_up: Gauge::default(),
            backup_overdue: Float::default(),
        };
        made.register(&mut registry);
        made.registry = registry;
        made
    }

    fn register(&self, all: &mut Registry) {
        all.register(
            "hygeia_build",
            "The version that runs",
            Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]),
        );
        all.register_collector(Box::new(process::Process));
        let http = all.sub_registry_with_prefix("hygeia_http");
        http.register("requests", "Requests that were answered", self.requests.clone());
        http.register(
            "request_duration_seconds",
            "Until the head of an answer was made",
            self.request_seconds.clone(),
        );
        http.register("requests_in_flight", "Requests that are not answered yet", self.in_flight.clone());
        let inference = all.sub_registry_with_prefix("hygeia_inference");
        inference.register("run_duration_seconds", "One run of a model", self.run_seconds.clone());
        inference.register(
            "read_duration_seconds",
            "A picture with its wait in the queue",
            self.read_seconds.clone(),
        );
        inference.register(
            "confidence",
            "How sure what was said of pictures is, 0 to 1",
            self.confidence.clone(),
        );
        inference.register("reads", "Pictures by what became of them", self.reads.clone());
        inference.register(
            "reads_in_flight",
            "Pictures that wait for a reader or are looked at",
            self.reads_in_flight.clone(),
        );
        let jobs = all.sub_registry_with_prefix("hygeia_jobs");
        jobs.register("ended", "Turns of jobs that this process ended", self.jobs.clone());
        jobs.register("due", "Jobs in the database that could be done now", self.jobs_due.clone());
        jobs.register("stored", "Jobs in the database, due now or later", self.jobs_all.clone());
        jobs.register(
            "oldest_due_seconds",
            "How long the oldest job that is due has been so",
            self.job_age.clone(),
        );
        all.register(
            "hygeia_backup_overdue_seconds",
            "How long ago a backup should have been begun that is not there; 0 where none is due, or others take them",
            self.backup_overdue.clone(),
        );
        all.register("hygeia_delivery_attempts", "Posts to webhooks and callbacks", self.deliveries.clone());
        all.register("hygeia_cache_lookups", "What was looked for in memory", self.looks.clone());
        let database = all.sub_registry_with_prefix("hygeia_database");
        database.register("up", "Whether the database answered the last question", self.database_up.clone());
        database.register("connections", "Connections of this process", self.connections.clone());
        database.register("connections_max", "As many as there may be", self.most_connections.clone());
        database.register(
            "connection_waits",
            "Requests that wait for a connection",
            self.connection_waits.clone(),
        );
    }

    /// A request to this API begins; what this gives notes its end, also where the client goes away.
    #[must_use]
    pub fn begin(&self, surface: &'static str) -> InFlight {
        let gauge = self.in_flight.get_or_create_owned(&Surface { surface });
        gauge.inc();
        InFlight(gauge)
    }

    /// A request was answered after so long.
    pub fn answered(&self, answered: &Answered, after: Duration) {
        self.requests.get_or_create(answered).inc();
        let Answered { surface, method, .. } = *answered;
        self.request_seconds.get_or_create(&Asked { surface, method }).observe(after.as_secs_f64());
    }

    /// How long runs of this model take.
    #[must_use]
    pub fn runs_of(&self, model: &str) -> Histogram {
        self.run_seconds.get_or_create_owned(&OfModel { model: model.to_owned() })
    }

    /// A picture begins to wait for this reader; what this gives notes what became of it.
    #[must_use]
    pub fn read(&'static self, reader: &'static str) -> Reading {
        self.reads_in_flight.get_or_create(&OfReader { reader }).inc();
        Reading { metrics: self, reader, begun: Instant::now(), outcome: "given_up" }
    }

    /// Something was said of a picture, and is so sure, from 0 to 1; the name is of a model, or of a reader that has several.
    pub fn said(&self, model: &str, confidence: f32) {
        self.confidence.get_or_create(&OfModel { model: model.to_owned() }).observe(confidence.into());
    }

    /// A job's turn ended.
    pub fn job_ended(&self, kind: &'static str, outcome: &'static str) {
        self.jobs.get_or_create(&Ended { kind, outcome }).inc();
    }

    /// Something was posted to others.
    pub fn posted(&self, outcome: &'static str) {
        self.deliveries.get_or_create(&State { state: outcome }).inc();
    }

    /// Something was looked for in memory.
    pub fn looked(&self, cache: &'static str, is_found: bool) {
        self.looks.get_or_create(&Looked { cache, found: if is_found { "yes" } else { "no" } }).inc();
    }

    /// Notes how many connections there are.
    pub fn connections(&self, now: Connections) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.connections.get_or_create(&State { state: "busy" }).set(count(now.busy));
        self.connections.get_or_create(&State { state: "idle" }).set(count(now.idle));
        self.most_connections.set(count(now.most));
        self.connection_waits.set(count(now.waiting));
    }

    /// Notes what waits in the database; nothing where that does not answer.
    pub fn waiting(&self, now: Option<Vec<Waiting>>) {
        self.database_up.set(i64::from(now.is_some()));
        // A kind of which nothing is left is not told of anew: it has to go from what was told before.
        self.jobs_due.clear();
        self.jobs_all.clear();
        self.job_age.clear();
        for Waiting { kind, due, all, oldest_s } in now.unwrap_or_default() {
            let kind = Kind { kind };
            self.jobs_due.get_or_create(&kind).set(due);
            self.jobs_all.get_or_create(&kind).set(all);
            self.job_age.get_or_create(&kind).set(oldest_s);
        }
    }

    /// A backup should have been begun so long ago.
    pub fn backup_overdue(&self, since: Duration) {
        self.backup_overdue.set(since.as_secs_f64());
    }

    /// All of it, in the format OpenMetrics.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// A request that is not answered yet.
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A picture that a reader is to look at.
pub struct Reading {
    metrics: &'static Metrics,
    reader: &'static str,
    begun: Instant,
    outcome: &'static str,
}

impl Reading {
    /// It ends with this.
    pub fn end(&mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Self { metrics, reader, begun, outcome } = *self;
        metrics.reads_in_flight.get_or_create(&OfReader { reader }).dec();
        metrics.reads.get_or_create(&Read { reader, outcome }).inc();
        metrics.read_seconds.get_or_create(&OfReader { reader }).observe(begun.elapsed().as_secs_f64());
    }
}
