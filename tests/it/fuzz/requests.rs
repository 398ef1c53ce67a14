//! Requests, as anybody may send them: each is answered, and none with a 5xx.

use std::panic::AssertUnwindSafe;

use bolero::check;
use hygeia::core::config::{Limits, Settings};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::{PATIENCE, TIME, made};
use crate::harness::drawn::stripes;
use crate::harness::{Answer, Server};
use crate::vendors::hemato::Lab;
use crate::vendors::hemato::archives::archive;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).thread_stack_size(16 << 20).enable_all().build().unwrap()
}

/// A server that nobody asks too often.
async fn server() -> Server {
    Server::start_by(&Settings { limits: Limits::Off, ..Settings::default() }, None).await
}

/// Who asks. An answer that does not come is a fault, and so is one that says the server failed; one that says when to come again is none.
struct Asking {
    runtime: Runtime,
    client: Client,
}

impl Asking {
    fn new(runtime: Runtime) -> Self {
        Self { runtime, client: Client::builder().timeout(PATIENCE).build().unwrap() }
    }

    fn send(&self, request: RequestBuilder) {
        // What cannot be sent at all is no request.
        let Ok(request) = request.build() else { return };
        match self.runtime.block_on(async { self.client.execute(request).await }) {
            Ok(answer) => {
                let (status, is_for_now) = (answer.status(), answer.headers().contains_key("retry-after"));
                assert!(status.as_u16() < 500 || is_for_now, "{status}");
            }
            // Who refuses a body early need not read it.
            Err(error) => assert!(!error.is_timeout(), "no answer"),
        }
    }
}

/// Looks at a target: what an input makes of the examples is sent as `$request` says.
macro_rules! look {
    ($asking:expr, $examples:expr, $request:expr) => {
        let (asking, request) = (AssertUnwindSafe(&$asking), AssertUnwindSafe($request));
        check!().with_test_time(TIME).for_each(|input: &[u8]| {
            if let Some(request) = (*request)(made(input, $examples)) {
                asking.send(request);
            }
        });
    };
}

#[test]
fn searches() {
    let runtime = runtime();
    let server = runtime.block_on(server());
    let token = runtime.block_on(server.token("system/*.cruds"));
    let patient =
        json!({ "resourceType": "Patient", "birthDate": "1974-12-25", "name": [{ "family": "Chalmers" }] });
    runtime.block_on(async { server.fhir().await.post("/Patient", &patient).await });
    let examples: [&[u8]; 6] = [
        b"Patient?name:exact=Chalmers&birthdate=ge1970&_sort=-birthdate,family&_count=3&_total=accurate",
        b"Observation?code=http://loinc.org|8480-6,|x&value-quantity=lt5.40e-3|http://unitsofmeasure.org|mg&subject:Patient.name=a",
        b"Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=x&_include:iterate=*&_revinclude=Observation:subject",
        b"Observation?component-code-value-quantity=8480-6$gt120&_filter=code%20eq%20x%20and%20date%20ge%202020&_elements=id",
        b"Patient?_text=a&_content=b%20OR%20c&identifier:of-type=a|b|c&address:contains=%C3%A9&_lastUpdated=sa2020-01-01T00:00:00Z",
        b"Location?near=42.3|-71.1|11.2|km&_id=a,b\\,c&_summary=count&_cursor=abc",
    ];
    look!(Asking::new(runtime), &examples, |file: Vec<u8>| {
        let path = String::from_utf8_lossy(&file).into_owned();
        Some(server.request(Method::GET, &format!("/fhir/{path}")).bearer_auth(&token))
    });
}

#[test]
fn forms_with_files() {
    let runtime = runtime();
    let server = runtime.block_on(server());
    let key = runtime.block_on(smartscan_key(&server));
    let png = stripes();
    let field = b"--b\r\nContent-Disposition: form-data; name=\"device_type\"\r\n\r\nbp\r\n".to_vec();
    let file = b"--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"../a.png\"\r\nContent-Type: image/png\r\n\r\n".to_vec();
    let whole = [&field[..], &file, &png, b"\r\n--b--\r\n"].concat();
    let two = [&file[..], b"\r\n", &file, &png[..40], b"\r\n--b--"].concat();
    let examples: [&[u8]; 2] = [&whole, &two];
    look!(Asking::new(runtime), &examples, |body: Vec<u8>| {
        let request =
            server.request(Method::POST, "/smartscan/api/v1/extract-medical-data").header("X-API-Key", &key);
        Some(request.header("Content-Type", "multipart/form-data; boundary=b").body(body))
    });
}

async fn smartscan_key(server: &Server) -> String {
    let send = async |path: &str, token: &str, body: Value| {
        let request = server.request(Method::POST, &format!("/smartscan/api{path}")).bearer_auth(token);
        Answer::of(request.json(&body)).await.json()
    };
    let person = json!({ "email": "a@example.org", "password": "correct horse battery", "name": "A" });
    let token = send("/auth/register", "", person).await["token"].as_str().unwrap().to_owned();
    let project = send("/projects", &token, json!({ "name": "p" })).await["project"]["id"].clone();
    let made = send("/api-keys/generate", &token, json!({ "project_id": project })).await;
    made["api_key"]["key"].as_str().unwrap().to_owned()
}

#[test]
fn tokens() {
    let runtime = runtime();
    let server = runtime.block_on(server());
    let good = runtime.block_on(async { Lab::open(&server).await.token() });
    let none = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJsYWIuZXhhbXBsZS5vcmciLCJyb2xlIjoidXNlciJ9.";
    let (bearer, basic) = (format!("Bearer {good}"), b"Basic YTpi".to_vec());
    let examples: [&[u8]; 4] = [good.as_bytes(), none.as_bytes(), bearer.as_bytes(), &basic];
    look!(Asking::new(runtime), &examples, |value: Vec<u8>| {
        let path = if value.len().is_multiple_of(2) { "/hemato/dev/pbs" } else { "/fhir/Patient" };
        let is_text = value.iter().all(|byte| *byte >= b' ' && *byte != 127);
        is_text.then(|| server.request(Method::GET, path).header("Authorization", value))
    });
}

#[test]
fn archives() {
    let runtime = runtime();
    let server = runtime.block_on(server());
    let lab = runtime.block_on(Lab::open(&server));
    let (study, token) = runtime.block_on(async { (lab.study().await, lab.token()) });
    let zip = archive(&[("a.png", stripes()), ("b/c.png", stripes()), ("notes.txt", b"no picture".to_vec())]);
    let (png, cut) = (stripes(), b"PK\x03\x04");
    let examples: [&[u8]; 3] = [&zip, cut, &png];
    look!(Asking::new(runtime), &examples, |body: Vec<u8>| {
        let request = server.request(Method::POST, &format!("/hemato/dev/pbs/{study}/files"));
        Some(request.header("Authorization", &token).header("Content-Type", "application/zip").body(body))
    });
}
