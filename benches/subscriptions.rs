//! Ten thousand events for a receiver that fails half the time: none is lost, all come in their order, and how long that takes.
//!
//! A server of its own is started; its program may be named by the first argument, and is that of the release build without one. The events are
//! told by topic, up to twenty together, so that each has its number; what the receiver has answered with a success must be 1, 2, 3 ...
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use started::{BINARY, Server};

#[expect(dead_code, reason = "what other benches ask of a server is not asked here")]
mod started;

const EVENTS: usize = 10_000;
/// So many patients are stored by one transaction.
const AT_ONCE: usize = 200;
/// So many events are told together.
const TOGETHER: usize = 20;
/// Nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(110);
const GUIDE: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

/// What came in.
#[derive(Default)]
struct Taken {
    /// So many notifications, with those that were answered with a failure.
    tries: u64,
    failed: u64,
    /// The numbers of the events that were taken in.
    numbers: Vec<usize>,
}

type Shared = Mutex<Taken>;

/// Whether a try is answered with a failure: half of them, in no pattern.
fn fails(at: u64) -> bool {
    let mixed = at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 63 == 1
}

async fn take(body: web::Json<Value>, taken: web::Data<Shared>) -> HttpResponse {
    let parameters = body["entry"][0]["resource"]["parameter"].as_array().unwrap().clone();
    let events = parameters.iter().filter(|one| one["name"] == "notification-event");
    let number = |one: &Value| one["part"][0]["valueString"].as_str().unwrap().parse::<usize>().unwrap();
    let numbers: Vec<_> = events.map(number).collect();
    let mut taken = taken.lock().unwrap();
    if numbers.is_empty() {
        return HttpResponse::Ok().finish();
    }
    taken.tries += 1;
    if fails(taken.tries) {
        taken.failed += 1;
        return HttpResponse::ServiceUnavailable().finish();
    }
    taken.numbers.extend(numbers);
    HttpResponse::Ok().finish()
}

fn main() {
    let named = std::env::args().nth(1).filter(|one| !one.starts_with('-'));
    let binary = named.unwrap_or_else(|| BINARY.to_owned());
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-subscriptions");
    drop(std::fs::remove_dir_all(&data));
    let taken: Arc<Shared> = Arc::default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let shared = web::Data::from(Arc::clone(&taken));
        let app = move || App::new().app_data(shared.clone()).default_service(web::to(take));
        let receiver = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let place = format!("localhost:{}", receiver.addrs()[0].port());
        tokio::task::spawn_local(receiver.run());
        let (server, _) = Server::start(&binary, &data, &[("HYGEIA_EGRESS_ALLOW", &place)]);
        measure(&server, (&binary, &data), &place, &taken).await;
        server.stop();
    });
    drop(std::fs::remove_dir_all(&data));
}

async fn measure(server: &Server, (binary, data): (&str, &Path), place: &str, taken: &Shared) {
    let token = Command::new(binary).args(["admin", "token"]).env("HYGEIA_DATA_DIR", data).output().unwrap();
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    let client = reqwest::Client::new();
    let post = async |path: &str, body: &Value| -> Value {
        let request = client.post(format!("{}/fhir{path}", server.url)).bearer_auth(&token);
        let request = request.header("Content-Type", "application/fhir+json").body(body.to_string());
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    };
    let extension =
        |name: &str, kind: &str, value: Value| json!([{ "url": format!("{GUIDE}{name}"), kind: value }]);
    let subscription = json!({
        "resourceType": "Subscription", "status": "requested", "reason": "a measurement",
        "criteria": "https://hygeia.health/fhir/SubscriptionTopic/Patient",
        "channel": {
            "type": "rest-hook", "endpoint": format!("http://{place}/"), "payload": "application/fhir+json",
            "extension": extension("backport-max-count", "valuePositiveInt", TOGETHER.into()),
            "_payload": { "extension": extension("backport-payload-content", "valueCode", "id-only".into()) },
        },
    });
    let id = post("/Subscription", &subscription).await["id"].as_str().unwrap().to_owned();
    let began = Instant::now();
    loop {
        let url = format!("{}/fhir/Subscription/{id}", server.url);
        let now: Value = client.get(url).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
        if now["status"] == "active" {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "it is {}", now["status"]);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let patient = json!({ "resource": { "resourceType": "Patient" }, "request": { "method": "POST", "url": "Patient" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![patient; AT_ONCE] });
    let began = Instant::now();
    for _ in 0..EVENTS / AT_ONCE {
        post("", &bundle).await;
    }
    let stored = began.elapsed();
    while taken.lock().unwrap().numbers.len() < EVENTS {
        let come = taken.lock().unwrap().numbers.len();
        assert!(began.elapsed() < PATIENCE, "{come} of {EVENTS} events have come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let all = began.elapsed();
    // Whether any comes twice shows only after the last one.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let taken = taken.lock().unwrap();
    assert!(taken.numbers.iter().copied().eq(1..=EVENTS), "all came once, and in their order");
    println!("patients stored                 {:7.2} s", stored.as_secs_f64());
    println!("all of {EVENTS} events told         {:7.2} s", all.as_secs_f64());
    println!("notifications                   {:7}   of which {} failed", taken.tries, taken.failed);
}
