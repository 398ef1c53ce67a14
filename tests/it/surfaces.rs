//! Every operation that the OpenAPI documents name, called with every credential that is not one of its own: contract X-03.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hygeia::core::Secret;
use hygeia::core::config::{Limits, Settings};
use hygeia::records::accounts::Person;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server};

const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "correct horse battery";

/// A credential by the name that the documents give its kind; none for what is nobody's.
struct Credential {
    kind: Option<&'static str>,
    name: &'static str,
    header: Option<(&'static str, String)>,
}

/// One credential of each kind, all of the same person in the same tenant, and what is none.
async fn credentials(server: &Server) -> Vec<Credential> {
    let person = Person {
        email: EMAIL.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Administrator".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    let signed_in = async |path: &str| -> String {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let answer = Answer::of(server.request(Method::POST, path).json(&body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["token"].as_str().unwrap().to_owned()
    };
    let (operator, session) =
        (signed_in("/_admin/v1/login").await, signed_in("/smartscan/api/auth/login").await);
    let made = async |path: &str, body: Value| -> Value {
        let request = server.request(Method::POST, &format!("/smartscan/api{path}")).bearer_auth(&session);
        Answer::of(request.json(&body)).await.json()
    };
    let project = made("/projects", json!({ "name": "Ward 7" })).await["project"]["id"].clone();
    let key = made("/api-keys/generate", json!({ "project_id": project, "name": "k" })).await;
    let key = key["api_key"]["key"].as_str().unwrap().to_owned();
    let access = server.token("system/*.cruds").await;
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(PASSWORD));
    let login =
        server.request(Method::POST, "/hemato/auth/login").json(&json!({ "user": EMAIL, "pass_hash": hash }));
    let hemato =
        Answer::of(login).await.json()["results"]["token"]["HY_APP_AUTH_v1"].as_str().unwrap().to_owned();
    let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
    let unsigned = |token: &str| format!("{header}.{}.", token.split('.').nth(1).unwrap());
    let bearer = |token: &str| Some(("Authorization", format!("Bearer {token}")));
    let of = |kind, name, header| Credential { kind, name, header };
    vec![
        of(None, "none", None),
        of(None, "an empty token", bearer("")),
        of(None, "a token that nobody gave out", bearer("hyg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        of(None, "basic", Some(("Authorization", "Basic YTpi".to_owned()))),
        of(None, "an operator's token without its signature", bearer(&unsigned(&operator))),
        of(None, "a session's token without its signature", bearer(&unsigned(&session))),
        of(None, "a token of Hemato's without its signature", bearer(&unsigned(&hemato))),
        of(Some("api_key"), "an API key as a token", bearer(&key)),
        of(None, "a token as an API key", Some(("X-API-Key", access.clone()))),
        of(Some("access_token"), "an access token", bearer(&access)),
        of(Some("operator_token"), "an operator's token", bearer(&operator)),
        of(Some("session_token"), "a session's token", bearer(&session)),
        of(Some("hemato_token"), "a token of Hemato's", bearer(&hemato)),
        of(Some("api_key"), "an API key", Some(("X-API-Key", key))),
    ]
}

/// Method, path and the kinds of credential of each operation that takes one.
fn operations() -> Vec<(Method, String, Vec<String>)> {
    let mut all = Vec::new();
    for document in std::fs::read_dir("openapi").unwrap() {
        let text = std::fs::read_to_string(document.unwrap().path()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let security = operation["security"].as_array().cloned().unwrap_or_default();
                let kinds: Vec<String> =
                    security.iter().flat_map(|one| one.as_object().unwrap().keys().cloned()).collect();
                // Where none is an alternative, who calls is told otherwise.
                let is_open = security.iter().any(|one| one.as_object().unwrap().is_empty());
                if !kinds.is_empty() && !is_open {
                    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                    all.push((method, filled(path), kinds));
                }
            }
        }
    }
    all
}

/// The path with something in each gap.
fn filled(path: &str) -> String {
    let gap = regex::Regex::new(r"\{([a-z_]+)\}").unwrap();
    let of = |found: &regex::Captures<'_>| match &found[1] {
        "type" | "compartment" => "Patient",
        "version" => "1",
        _ => "018f0000-0000-7000-8000-000000000000",
    };
    gap.replace_all(path, of).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_of_one_api_is_unknown_at_every_other() {
    // So many strangers come from one address that it would be told to wait.
    let server = Server::start_by(&Settings { limits: Limits::Off, ..Settings::default() }, None).await;
    let credentials = credentials(&server).await;
    let operations = operations();
    assert!(operations.len() > 40, "{}", operations.len());
    let everything = "SELECT (SELECT count(*) FROM resource) + (SELECT count(*) FROM resource_history) + (SELECT count(*) FROM account)
        + (SELECT count(*) FROM tenant) + (SELECT count(*) FROM api_key)";
    let before = server.number(everything).await;
    let mut wrong = Vec::new();
    for (method, path, kinds) in &operations {
        for credential in
            credentials.iter().filter(|one| !one.kind.is_some_and(|kind| kinds.iter().any(|own| own == kind)))
        {
            let mut request = server.request(method.clone(), path);
            if let Some((name, value)) = &credential.header {
                request = request.header(*name, value);
            }
            if *method != Method::GET {
                request = request.json(&json!({}));
            }
            let answer = Answer::of(request).await;
            let is_told = answer.text.contains("hyg_") || answer.text.contains(EMAIL);
            if answer.status != 401 || is_told || !answer.header("content-type").contains("json") {
                wrong.push(format!(
                    "{method} {path} with {}: {} {}",
                    credential.name, answer.status, answer.text
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(server.number(everything).await, before, "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_called_what_its_request_is() {
    let server = Server::start().await;
    let ids = async |method: Method, path: &str, sent: Option<&str>, host: Option<&str>| {
        let mut request = server.request(method, path);
        for (name, value) in [("X-Request-Id", sent), ("Host", host)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        let all = answer.headers().get_all("x-request-id").iter();
        (answer.status().as_u16(), all.map(|id| id.to_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    for (method, path, host, status) in [
        (Method::GET, "/healthz", None, 200),
        (Method::GET, "/fhir/metadata", None, 200),
        (Method::HEAD, "/fhir/metadata", None, 200),
        (Method::GET, "/fhir/Patient/a", None, 401),
        (Method::GET, "/fhir/nothing", None, 401),
        (Method::POST, "/oauth/token", None, 400),
        (Method::GET, "/login", None, 200),
        (Method::GET, "/logout", None, 200),
        (Method::POST, "/consent", None, 404),
        (Method::GET, "/_admin/v1/tenants", None, 401),
        (Method::GET, "/smartscan/api/projects", None, 401),
        (Method::GET, "/smartscan/api/health", None, 200),
        (Method::GET, "/imagemedix/nothing", None, 404),
        (Method::GET, "/docs/", None, 200),
        (Method::GET, "/nothing", None, 404),
        // Refused before anything is routed.
        (Method::GET, "/healthz", Some("a b"), 400),
    ] {
        for sent in ["a.B_c-1", "0199aaaa-0000-7000-8000-000000000000", &"x".repeat(64)] {
            let told = ids(method.clone(), path, Some(sent), host).await;
            assert_eq!(told, (status, vec![sent.to_owned()]), "{method} {path}");
        }
        let mut made = Vec::new();
        for sent in [None, Some(""), Some("a b"), Some("<script>"), Some(&*"x".repeat(65))] {
            let (answered, told) = ids(method.clone(), path, sent, host).await;
            let [id] = &told[..] else { panic!("{method} {path}: {told:?}") };
            assert!(answered == status && id.parse::<uuid::Uuid>().is_ok(), "{method} {path} {sent:?}: {id}");
            made.push(id.clone());
        }
        made.sort();
        made.dedup();
        assert_eq!(made.len(), 5, "each its own");
    }
    // A page of another origin may read it.
    let asked = server.request(Method::GET, "/fhir/metadata").header("Origin", "https://app.example");
    let answer = Answer::of(asked).await;
    let exposed = answer.header("access-control-expose-headers").to_lowercase();
    assert!(exposed.split(',').any(|name| name.trim() == "x-request-id"), "{exposed}");
}
