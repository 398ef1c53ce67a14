//! SmartScanPro's SDK in pages of another origin, used as the vendor's document shows.

use std::collections::BTreeMap;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use hygeia::core::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Answer, Server};

const EMAIL: &str = "alice@example.org";
const PASSWORD: &str = "correct horse battery";

/// A page that signs in.
const LOGIN: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Clinic</title>
<script src=\"SERVER/js/smartscanpro-sdk.js\"></script>
<form><input id=\"email\" type=\"email\"><input id=\"password\" type=\"password\"><button>Log in</button></form><p role=\"alert\"></p>
<script>
const client = new SmartScanPro({ baseUrl: 'SERVER', persistToken: true });
document.querySelector('form').addEventListener('submit', async event => {
  event.preventDefault();
  try {
    await client.login(document.querySelector('#email').value, document.querySelector('#password').value);
    location.href = '/dashboard.html';
  } catch (error) {
    document.querySelector('p').textContent = error.status === 401 ? 'Wrong.' : 'Something went wrong: ' + error.message;
  }
});
</script>";

/// A page for those who are signed in.
const DASHBOARD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Clinic</title>
<script src=\"SERVER/js/smartscanpro-sdk.js\"></script><h1></h1><button>Log out</button>
<script>
const client = new SmartScanPro({
  baseUrl: 'SERVER', persistToken: true,
  onTokenExpired: () => { sessionStorage.setItem('expired', 'told'); location.href = '/login.html'; },
});
if (!client.isAuthenticated()) location.href = '/login.html';
else client.getMe().then(me => document.querySelector('h1').textContent = 'Welcome, ' + me.user.email, () => {});
document.querySelector('button').addEventListener('click', () => { client.logout(); location.href = '/login.html'; });
</script>";

/// A page with the modules, and a video whose colour beats 72 times a minute.
const MODULES: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Clinic</title>
<canvas width=\"320\" height=\"240\"></canvas><video muted playsinline></video><pre></pre>
<script type=\"module\">
import SmartScanPro, { SmartScanProError } from 'SERVER/js/smartscanpro-sdk.mjs';
import { captureFaceTraces } from 'SERVER/js/smartscanpro-capture.mjs';
const canvas = document.querySelector('canvas'), video = document.querySelector('video'), context = canvas.getContext('2d');
(function draw(now) {
  const beat = Math.sin(2 * Math.PI * 1.2 * now / 1000);
  context.fillStyle = `rgb(${160 + 4 * beat}, ${120 + 12 * beat}, ${100 + 4 * beat})`;
  context.fillRect(0, 0, 320, 240);
  requestAnimationFrame(draw);
})(0);
const tell = told => document.querySelector('pre').textContent = JSON.stringify(told);
const early = await captureFaceTraces({ video, seconds: 1 }).catch(error => error.code);
video.srcObject = canvas.captureStream(30);
await video.play();
const stop = new AbortController();
const aborted = captureFaceTraces({ video, seconds: 60, signal: stop.signal, onProgress: () => stop.abort() });
const abort = await aborted.catch(error => error.code);
let progress = 0;
const traces = await captureFaceTraces({ video, seconds: 4, onProgress: ({ fraction }) => { progress = fraction; } });
const refused = await new SmartScanPro({ baseUrl: 'SERVER' }).getMe().catch(error => error instanceof SmartScanProError && error.status);
tell({ early, abort, traces, progress, refused, isGlobal: 'SmartScanPro' in window });
</script>";

/// Pages on an origin of their own.
fn clinic(server: &Server) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let base = format!("{}/smartscan", server.url);
    let pages: BTreeMap<_, _> =
        [("/login.html", LOGIN), ("/dashboard.html", DASHBOARD), ("/modules.html", MODULES)]
            .map(|(path, page)| (path, page.replace("SERVER", &base)))
            .into();
    let answer = move |request: HttpRequest| {
        let page = pages.get(request.path()).cloned();
        async move {
            page.map_or_else(
                || HttpResponse::NotFound().finish(),
                |page| HttpResponse::Ok().content_type("text/html").body(page),
            )
        }
    };
    let clinic = HttpServer::new(move || App::new().default_service(web::to(answer.clone())));
    tokio::spawn(clinic.workers(1).disable_signals().listen(listener).unwrap().run());
    url
}

async fn register(server: &Server) {
    let person = json!({ "email": EMAIL, "password": PASSWORD, "name": "Alice Liddell" });
    let request = server.request(Method::POST, "/smartscan/api/auth/register").json(&person);
    assert_eq!(Answer::of(request).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_on_a_page_of_another_origin() {
    let server = Server::start_public(|_| Settings::default()).await;
    register(&server).await;
    let clinic = clinic(&server);
    let browser = Browser::start().await;
    browser.open(&format!("{clinic}/dashboard.html")).await;
    browser.find("#email").await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", "wrong horse battery").await;
    browser.click("button").await;
    browser.wait_for_text("[role=alert]", "Wrong.").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button").await;
    browser.wait_for_text("h1", EMAIL).await;
    browser.open(&format!("{clinic}/dashboard.html")).await;
    browser.wait_for_text("h1", EMAIL).await;
    browser.click("button").await;
    browser.find("#email").await;
    assert_eq!(browser.run("return localStorage.length").await, 0);

    // A token that does not hold any more is cleared, and the page is told.
    browser.run("localStorage.setItem('ssp_token', 'a.b.c')").await;
    browser.open(&format!("{clinic}/dashboard.html")).await;
    browser.find("#email").await;
    assert_eq!(browser.run("return [localStorage.length, sessionStorage.expired]").await, json!([0, "told"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_modules_work_and_a_face_is_captured() {
    let server = Server::start_public(|_| Settings::default()).await;
    let clinic = clinic(&server);
    let browser = Browser::start().await;
    browser.open(&format!("{clinic}/modules.html")).await;
    let told: Value = serde_json::from_str(&browser.wait_for_text("pre", "}").await).unwrap();
    assert_eq!(
        [&told["early"], &told["abort"], &told["refused"], &told["isGlobal"]],
        [&json!("NO_VIDEO"), &json!("ABORTED"), &json!(401), &json!(false)]
    );
    let times: Vec<f64> = serde_json::from_value(told["traces"]["timestamps_ms"].clone()).unwrap();
    assert!(times[0] == 0.0 && times.is_sorted() && times[times.len() - 1] > 3000.0, "{times:?}");
    let (fps, progress) = (told["traces"]["fps"].as_f64().unwrap(), told["progress"].as_f64().unwrap());
    assert!(fps > 10.0 && fps < 61.0 && progress > 0.9, "{fps} {progress}");
    let regions = told["traces"]["regions"].as_array().unwrap();
    let names: Vec<_> = regions.iter().map(|region| region["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["forehead", "left_cheek", "right_cheek"]);
    for region in regions {
        for (colour, mean, swing) in [("r", 160.0, 4.0), ("g", 120.0, 12.0), ("b", 100.0, 4.0)] {
            let values: Vec<f64> = serde_json::from_value(region[colour].clone()).unwrap();
            assert_eq!(values.len(), times.len());
            let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
            let is_near = |found: f64, wanted: f64| (found - wanted).abs() < 3.0;
            assert!(is_near(low, mean - swing) && is_near(high, mean + swing), "{colour}: {low} to {high}");
        }
    }
}
