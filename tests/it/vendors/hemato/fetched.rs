//! Studies whose files are fetched, from a server that speaks TLS by an authority of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use hygeia::core::config::Settings;
use hygeia::core::config::egress::{EgressSettings, Place};
use image::ImageFormat;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};

use super::{Lab, done, image_id, picture, refused, told};
use crate::harness::Server;
use crate::harness::smears::Same;

/// What is answered at a path: a status, and a body or where to look next.
type Answers = Arc<Mutex<HashMap<String, (u16, Vec<u8>)>>>;

/// What is answered with this status is not answered for minutes.
pub(super) const HANGS: u16 = 598;

/// Ids and bodies.
type Posted = Arc<Mutex<Vec<(String, Value)>>>;

/// Somebody's files.
pub(super) struct Files {
    base: String,
    answers: Answers,
    asked: Arc<Mutex<Vec<String>>>,
    /// What was posted, with the id that it came under.
    posted: Posted,
    handle: actix_web::dev::ServerHandle,
}

impl Files {
    /// Starts it, and a server of ours that may fetch from it.
    pub(super) async fn start() -> (Self, Server) {
        let names = ["localhost".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
        let (answers, asked) = (Answers::default(), Arc::<Mutex<Vec<String>>>::default());
        let posted = Posted::default();
        let known = (Arc::clone(&answers), Arc::clone(&asked), Arc::clone(&posted));
        let server = HttpServer::new(move || {
            let known = known.clone();
            App::new().default_service(web::to(move |request: HttpRequest, sent: web::Bytes| {
                if let Some(id) = request.headers().get("x-hemato-delivery") {
                    let posted = (id.to_str().unwrap().to_owned(), serde_json::from_slice(&sent).unwrap());
                    known.2.lock().unwrap().push(posted);
                }
                let path = request.path().to_owned();
                known.1.lock().unwrap().push(path.clone());
                let (status, body) =
                    known.0.lock().unwrap().get(&path).cloned().unwrap_or((403, b"expired".to_vec()));
                let mut answer = HttpResponse::build(status.try_into().unwrap());
                if (300..400).contains(&status) {
                    answer.insert_header(("Location", String::from_utf8(body.clone()).unwrap()));
                }
                async move {
                    if status == HANGS {
                        tokio::time::sleep(std::time::Duration::from_secs(300)).await;
                    }
                    answer.body(body)
                }
            }))
        });
        let server = server.workers(1).disable_signals().bind_rustls_0_23(("127.0.0.1", 0), config).unwrap();
        let port = server.addrs()[0].port();
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("files-{port}.pem"));
        std::fs::write(&folder, cert.pem()).unwrap();
        let allow = vec![Place::parse(&format!("localhost:{port}")).unwrap()];
        let egress = EgressSettings { allow, ..EgressSettings::default() };
        let settings = Settings { egress, extra_ca: Some(folder), ..Settings::default() };
        let ours = Server::start_by(&settings, None).await;
        (Self { base: format!("https://localhost:{port}"), answers, asked, posted, handle }, ours)
    }

    /// Has this answered at a path; the address.
    pub(super) fn at(&self, path: &str, status: u16, body: impl Into<Vec<u8>>) -> String {
        self.answers.lock().unwrap().insert(path.to_owned(), (status, body.into()));
        format!("{}{path}", self.base)
    }

    pub(super) fn posted(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.posted.lock().unwrap())
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

pub(super) async fn status(lab: &Lab<'_>, study: &str) -> (String, String) {
    let status = lab.read(&format!("/pbs/{study}/status")).await;
    let text = |name: &str| status[name].as_str().unwrap().to_owned();
    (text("report_status"), text("progress_message"))
}

async fn work(server: &Server) {
    server.review_smears(Same::none()).await;
}

pub(super) async fn begin(lab: &Lab<'_>, body: &Value) -> String {
    let accepted = done(&lab.post("/pbs", body).await, 202);
    assert_eq!(accepted["file_ids"], json!([]));
    accepted["pbs_study_id"].as_str().unwrap().to_owned()
}

async fn kept(server: &Server) -> Vec<String> {
    server
        .texts("SELECT body::jsonb #>> '{identifier,0,value}' FROM resource WHERE type = 'Media' ORDER BY 1")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_say_where_the_files_are_and_what_is_wanted_is_refused() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let list = "https://203.0.114.7/l.json";
    for (body, word) in [
        (json!({ "list_url": list, "tasks": [] }), "unknown_task"),
        (json!({ "list_url": list }), "unknown_task"),
        (json!({ "list_url": list, "tasks": ["x"] }), "unknown_task"),
        (json!({ "list_url": 5, "tasks": ["pbs_v1"] }), "invalid_request"),
        (json!({ "list_url": list, "files": [list], "tasks": ["pbs_v1"] }), "invalid_request"),
        (json!({ "files": [], "tasks": ["pbs_v1"] }), "invalid_request"),
        (json!({ "files": [5], "tasks": ["pbs_v1"] }), "invalid_request"),
        (json!({ "tasks": ["pbs_v1"] }), "invalid_request"),
        (json!({ "peripheral_blood_sample_id": "xyz" }), "invalid_request"),
        (
            json!({ "files": [list], "tasks": ["pbs_v1"], "sample_collection_timestamp": "yesterday" }),
            "invalid_request",
        ),
    ] {
        assert_eq!(refused(&lab.post("/pbs", &body).await, 400), word, "{body}");
    }
    for url in [
        "http://127.0.0.1:1/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "http://0:80/",
        "https://10.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
    ] {
        for body in [
            json!({ "list_url": url, "tasks": ["pbs_v1"] }),
            json!({ "files": [url], "tasks": ["pbs_v1"] }),
            json!({ "files": [list], "tasks": ["pbs_v1"], "callback_url": url }),
        ] {
            assert_eq!(refused(&lab.post("/pbs", &body).await, 400), "invalid_request", "{body}");
        }
    }
    assert_eq!(
        server.number("SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM errand_address)").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_fetched_ends_the_study_with_a_reason_that_names_no_address() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let good = files.at("/a.png", 200, picture(1, ImageFormat::Png));
    let loops = files.at("/loop", 302, "/loop");
    let inside = files.at("/inside", 302, "https://127.0.0.1:1/secret");
    let plain = files.at("/plain", 302, "http://example.org/x");
    let text = files.at("/text", 200, "text");
    for (address, reason) in [
        (
            format!("{}/expired?X-Amz-Signature=s3cret", files.base),
            "file 2 of 2: the other server answered with status 403",
        ),
        (loops, "file 2 of 2: no answer: there are too many redirects"),
        (inside, "file 2 of 2: the address is not public and not excepted by the settings"),
        (plain, "file 2 of 2: the address is neither https nor excepted by the settings"),
        (text, "file 2 of 2: it is neither a JPEG nor a PNG picture, nor an archive of these"),
    ] {
        let study = begin(&lab, &json!({ "files": [good, address], "tasks": ["pbs_v1"] })).await;
        work(&server).await;
        assert_eq!(status(&lab, &study).await, ("failed".to_owned(), reason.to_owned()));
    }
    for (body, reason) in [
        ("nothing", "the list of files: The body is not JSON at line 1, column 2."),
        ("{}", "the list of files: files must name 1 to 2000 files."),
        (r#"{"files":["https://127.0.0.1/x"]}"#, "the list of files: files must lead to a public address."),
        (
            r#"{"files":["https://x.example/"],"sample_collection_timestamp":"s3cret"}"#,
            "the list of files: sample_collection_timestamp must be a time with its offset (RFC 3339).",
        ),
    ] {
        let list = files.at("/list.json", 200, body);
        let study = begin(&lab, &json!({ "list_url": list, "tasks": ["pbs_v1"] })).await;
        work(&server).await;
        assert_eq!(status(&lab, &study).await, ("failed".to_owned(), reason.to_owned()));
    }
    let secrets = "SELECT count(*) FROM errand_address";
    assert_eq!(server.number(secrets).await, 0, "what is fetched no more is not kept");
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE body LIKE '%s3cret%'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_called_back_is_told_of_each_file_wherever_the_bad_ones_stand() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let png = picture(1, ImageFormat::Png);
    let (good, text) = (files.at("/a.png", 200, png.clone()), files.at("/text", 200, "text"));
    let (gone, hook) = (files.at("/gone", 404, ""), files.at("/hook", 200, ""));
    let body = json!({ "files": [gone, good, text], "tasks": ["pbs_v1"], "callback_url": hook });
    let study = begin(&lab, &body).await;
    work(&server).await;
    let reason = "file 1 of 3: the other server answered with status 404";
    assert_eq!(status(&lab, &study).await, ("failed".to_owned(), reason.to_owned()));
    while server.app.deliveries.step().await.unwrap() {}
    let told = files.posted();
    let of_files = |told: &Value| {
        let of = |file: &Value| [&file["file_id"], &file["size_bytes"], &file["error"]].map(Clone::clone);
        told["files"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(
        of_files(&told[0].1),
        [
            [json!(image_id(&png)), json!(png.len()), json!(null)],
            [json!(null), json!(null), json!("the other server answered with status 404")],
            [json!(null), json!(4), json!("it is neither a JPEG nor a PNG picture, nor an archive of these")],
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_lists_of_a_new_patient_at_once_are_of_one_patient() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let png = files.at("/1", 200, picture(1, ImageFormat::Png));
    let document = json!({ "patient_proxy_medical_record_number": "abc", "files": [png] }).to_string();
    for path in ["/a.json", "/b.json"] {
        let list = files.at(path, 200, document.clone());
        begin(&lab, &json!({ "list_url": list, "tasks": ["pbs_v1"] })).await;
    }
    tokio::join!(work(&server), work(&server));
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Patient'").await, 1);
    let subjects =
        "SELECT DISTINCT body::jsonb #>> '{subject,reference}' FROM resource WHERE type = 'ServiceRequest'";
    assert_eq!(server.texts(subjects).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_whose_files_did_not_all_come_is_not_reviewed_either() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let good = files.at("/a.png", 200, picture(1, ImageFormat::Png));
    let gone = files.at("/b.png", 404, "");
    let study = begin(&lab, &json!({ "files": [good, gone], "tasks": ["pbs_v1"] })).await;
    work(&server).await;
    assert_eq!(kept(&server).await.len(), 1, "what came stays");
    let asked = lab.ask(&study).await;
    refused(&asked, 400);
    assert_eq!(told(&asked), "The study's files did not all come: make the study again.");
    work(&server).await;
    assert_eq!(status(&lab, &study).await.0, "failed");
    // One without a report for another reason is reviewed again.
    let whole = begin(&lab, &json!({ "files": [good], "tasks": ["pbs_v1"] })).await;
    work(&server).await;
    assert_eq!(status(&lab, &whole).await.0, "failed");
    done(&lab.ask(&whole).await, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_answer_now_is_asked_again_and_not_for_ever() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let png = picture(1, ImageFormat::Png);
    let busy = files.at("/busy.png", 503, "");
    let study = begin(&lab, &json!({ "files": [busy], "tasks": ["pbs_v1"] })).await;
    work(&server).await;
    assert_eq!(status(&lab, &study).await, ("processing".to_owned(), "Waiting to be tried again".to_owned()));
    files.at("/busy.png", 200, png.clone());
    server.app.clock.advance_s(11);
    work(&server).await;
    assert_eq!(kept(&server).await, [image_id(&png)]);
    files.asked();
    for (path, tries, told) in [("/down.png", 5, "status 500"), ("/gone.png", 1, "status 404")] {
        let status_code = if tries == 5 { 500 } else { 404 };
        let address = files.at(path, status_code, "");
        let study = begin(&lab, &json!({ "files": [address], "tasks": ["pbs_v1"] })).await;
        for _ in 0..8 {
            work(&server).await;
            server.app.clock.advance_s(11);
        }
        let (state, message) = status(&lab, &study).await;
        assert!(state == "failed" && message.ends_with(told), "{state}: {message}");
        assert_eq!(files.asked().len(), tries, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_fetched_and_kept_as_if_they_were_sent() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let (png, jpeg) = (picture(1, ImageFormat::Png), picture(2, ImageFormat::Jpeg));
    let body = json!({
        "peripheral_blood_sample_id": "xyz", "patient_proxy_medical_record_number": "abc", "clinical_tasks_requested": ["pbs_v1"],
        "sample_collection_timestamp": "2021-01-02T15:0405+07:00",
        "files": [files.at("/1", 200, png.clone()), files.at("/2", 302, "/3"), files.at("/again", 200, png.clone())],
    });
    files.at("/3", 200, jpeg.clone());
    let answer = lab.post("/pbs", &body).await;
    let study = done(&answer, 202)["pbs_study_id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json()["debug_info"]["warnings"].as_array().unwrap().len(), 1);
    work(&server).await;
    assert_eq!(files.asked(), ["/1", "/2", "/3", "/again"]);
    let mut ids = vec![image_id(&png), image_id(&jpeg)];
    ids.sort();
    assert_eq!(kept(&server).await, ids);
    let (state, message) = status(&lab, &study).await;
    assert_eq!((state.as_str(), message.as_str()), ("failed", "no model for blood smears is installed"));
    let specimen = server.text("SELECT body FROM resource WHERE type = 'Specimen'").await;
    let specimen: Value = serde_json::from_str(&specimen).unwrap();
    assert_eq!(specimen["collection"]["collectedDateTime"], "2021-01-02T15:04:05+07:00");
    assert!(specimen["subject"]["reference"].as_str().unwrap().starts_with("Patient/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_what_a_request_may_say() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let png = picture(1, ImageFormat::Png);
    let document = json!({
        "peripheral_blood_sample_id": "xyz", "patient_proxy_medical_record_number": "abc",
        "sample_collection_timestamp": "2021-01-02T15:04:05+07:00", "files": [files.at("/1", 200, png.clone())],
        "callback_url": "https://203.0.114.7/of-list",
    });
    let list = files.at("/list.json", 200, document.to_string());
    let callbacks = "SELECT url FROM receiver WHERE kind = 'hemato-callback'";
    let first = begin(&lab, &json!({ "list_url": list, "tasks": ["pbs_v1"] })).await;
    work(&server).await;
    assert_eq!(
        (kept(&server).await, server.texts(callbacks).await),
        (vec![image_id(&png)], vec!["https://203.0.114.7/of-list".to_owned()])
    );
    let subjects = format!(
        "SELECT DISTINCT coalesce(body::jsonb #>> '{{subject,reference}}', body::jsonb #>> '{{for,reference}}')
         FROM resource WHERE id = '{first}' AND type IN ('ServiceRequest', 'Specimen', 'Task')"
    );
    let subjects = server.texts(&subjects).await;
    assert!(subjects.len() == 1 && subjects[0].starts_with("Patient/"), "{subjects:?}");
    // What the request says comes first.
    let own =
        json!({ "list_url": list, "tasks": ["pbs_v1"], "callback_url": "https://203.0.114.7/of-request" });
    let second = begin(&lab, &own).await;
    work(&server).await;
    let of_second = format!("{callbacks} AND id = '{second}'");
    assert_eq!(server.texts(&of_second).await, ["https://203.0.114.7/of-request"]);
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Patient'").await, 1);
}
