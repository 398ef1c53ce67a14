//! One request is followed by a collector from its arrival to the webhook that it leads to.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Told;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method};
use serde_json::json;

use super::DataFolder;
use super::analyses::imagemedix;
use crate::harness::drawn::brain;
use crate::harness::receiver::Receiver;

/// What a client says of where it is.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CLIENT: &str = "b7ad6b7169203331";

/// A collector, which keeps all spans.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Span>>>);

impl Collector {
    /// Collects on a free port; its address.
    fn start(&self) -> String {
        let collector = self.clone();
        let taking = async |kept: web::Data<Collector>, body: web::Bytes| {
            let sent = ExportTraceServiceRequest::decode(body).unwrap();
            let scopes = sent.resource_spans.into_iter().flat_map(|of| of.scope_spans);
            kept.0.lock().unwrap().extend(scopes.flat_map(|of| of.spans));
            HttpResponse::Ok().finish()
        };
        let app = move || {
            let limit = web::PayloadConfig::new(64 * 1024 * 1024);
            App::new()
                .app_data(web::Data::new(collector.clone()))
                .app_data(limit)
                .route("/v1/traces", web::post().to(taking))
        };
        let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", server.addrs()[0]);
        tokio::spawn(server.run());
        address
    }

    /// The spans of the client's trace.
    fn of_trace(&self) -> Vec<Span> {
        let spans = self.0.lock().unwrap();
        spans.iter().filter(|span| hex::encode(&span.trace_id) == TRACE).cloned().collect()
    }
}

/// Whether the webhook was posted and all that it belongs to is told of, too: a span is sent when it ends, which for a parent is later.
fn is_whole(all: &[Span]) -> bool {
    let ids: HashSet<_> = all.iter().map(|one| &one.span_id).collect();
    let is_below_one =
        |span: &Span| ids.contains(&span.parent_span_id) || hex::encode(&span.parent_span_id) == CLIENT;
    all.iter().any(|span| span.name == "post") && all.iter().all(is_below_one)
}

/// What a span belongs to, from its parent up to what the client named.
fn above(span: &Span, all: &[Span]) -> Vec<String> {
    let by_id: HashMap<_, _> = all.iter().map(|one| (one.span_id.clone(), one)).collect();
    let (mut names, mut next) = (Vec::new(), span);
    while let Some(parent) = by_id.get(&next.parent_span_id) {
        names.push(parent.name.clone());
        next = parent;
    }
    assert_eq!(hex::encode(&next.parent_span_id), CLIENT, "{names:?}");
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_followed_from_its_upload_to_the_webhook() {
    let (folder, receiver, collector) = (DataFolder::new(), Receiver::start().await, Collector::default());
    let (place, authority, traces) =
        (receiver.place(), receiver.authority().to_str().unwrap().to_owned(), collector.start());
    let settings = [
        ("HYGEIA_EGRESS_ALLOW", place.as_str()),
        ("HYGEIA_EXTRA_CA", authority.as_str()),
        ("ORT_DYLIB_PATH", concat!(env!("CARGO_MANIFEST_DIR"), "/runtime/libonnxruntime.so")),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", traces.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
    ];
    let running = folder.serve_with(&settings).await;
    let login = json!({ "email": "admin@example.org", "password": "an administrator's pass phrase" });
    let signed_in = imagemedix(&running, Method::POST, "/auth/login", "", &login).await;
    let session = signed_in["token"].as_str().unwrap().to_owned();
    let new = json!({ "url": receiver.url("/hook"), "events": ["scan.analyzed"] });
    imagemedix(&running, Method::POST, "/webhooks", &session, &new).await;

    let image = Part::bytes(brain()).file_name("a.png");
    let form = Form::new().part("image", image).text("patientId", "8472").text("patientName", "Priya Mehta");
    let request = Client::new().post(format!("{}/imagemedix/api/scans", running.url)).bearer_auth(&session);
    let answer = request
        .header("traceparent", format!("00-{TRACE}-{CLIENT}-01"))
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    let scan =
        answer.json::<serde_json::Value>().await.unwrap()["_id"].as_str().unwrap_or_default().to_owned();

    let started = Instant::now();
    while !is_whole(&collector.of_trace()) {
        assert!(started.elapsed() < Duration::from_secs(120), "{:?}", collector.of_trace());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut spans = collector.of_trace();
    spans.sort_by_key(|span| span.start_time_unix_nano);
    for span in &spans {
        println!("{}{}", "  ".repeat(above(span, &spans).len()), span.name);
    }
    let of = |name: &str| spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name}"));
    let upload = "POST /imagemedix/api/scans";
    assert_eq!(above(of(upload), &spans), [""; 0]);
    assert!(spans.iter().any(|span| span.name == "COMMIT" && above(span, &spans) == [upload]));
    let job = ["job imagemedix-scan", upload];
    assert_eq!(above(of(job[0]), &spans), job[1..]);
    assert_eq!(above(of("inference imaging"), &spans), job);
    let kept = ["records.transact"].iter().chain(&job).map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(above(of("post"), &spans), kept);
    // The receiver is told where it is, too.
    let posted = receiver.taken();
    assert_eq!(posted.len(), 1);
    assert_eq!(
        posted[0].header("traceparent"),
        format!("00-{TRACE}-{}-01", hex::encode(&of("post").span_id))
    );

    // No span says what was sent or what it is kept under.
    let everything = collector.0.lock().unwrap().clone();
    let text =
        |value: &Told| if let Told::StringValue(text) = value { text.clone() } else { format!("{value:?}") };
    let values = everything.iter().flat_map(|span| {
        let values = span.attributes.iter().filter_map(|one| one.value.as_ref()?.value.as_ref());
        values.map(text).chain([span.name.clone()])
    });
    let all = values.collect::<Vec<_>>().join("\n");
    assert!(all.contains("INSERT"));
    for secret in ["Priya", "8472", "admin@", "pass phrase", scan.as_str(), session.as_str()] {
        assert!(!secret.is_empty() && !all.contains(secret), "{secret} is told");
    }
}
