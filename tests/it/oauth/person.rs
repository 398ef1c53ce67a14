//! A person at a browser without script, and the app that asks them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hygeia::core::Secret;
use hygeia::identity::oauth::registration::{NewClient, NewProof};
use hygeia::records::accounts::Person as NewPerson;
use regex::Regex;
use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{ISSUER, ask};
use crate::harness::{Answer, Server};

pub const EMAIL: &str = "alice@example.org";
pub const PASSWORD: &str = "correct horse battery";
/// Where the app goes on.
pub const CALLBACK: &str = "https://app.example/callback?keep=1";
/// What the app keeps to itself until it fetches the code.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// What the app may ask for.
pub const SCOPE: &str = "openid fhirUser launch launch/patient offline_access online_access user/*.cruds patient/*.rs system/*.rs";

/// A browser that keeps cookies and goes nowhere by itself.
pub struct Person<'a> {
    server: &'a Server,
    http: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// Opens the accounts of the first administrator, who is also a person of `/fhir`.
pub async fn open_account(server: &Server) {
    let person = NewPerson {
        email: EMAIL.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Alice".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
}

/// A public app.
pub async fn app(server: &Server) -> String {
    registered(server, NewProof::Public).await.0
}

/// An app, with its secret where it has one.
pub async fn registered(server: &Server, proof: NewProof) -> (String, Option<String>) {
    let new = NewClient {
        name: "Growth <chart>".to_owned(),
        proof,
        redirect_uris: vec![CALLBACK.to_owned()],
        scope: SCOPE.to_owned(),
        purposes: Vec::new(),
    };
    let registered = server.register_client("default", &new).await.unwrap();
    (registered.client.id.to_string(), registered.secret.map(|secret| secret.expose().clone()))
}

/// A question as it should be.
pub fn question(client: &str, scope: &str) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("response_type", "code".to_owned()),
        ("client_id", client.to_owned()),
        ("redirect_uri", CALLBACK.to_owned()),
        ("scope", scope.to_owned()),
        ("state", "of the app".to_owned()),
        ("aud", format!("{ISSUER}/fhir")),
        ("code_challenge", URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))),
        ("code_challenge_method", "S256".to_owned()),
    ])
}

/// A question's address.
pub fn address(question: &BTreeMap<&'static str, String>) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(question).finish();
    format!("/oauth/authorize?{query}")
}

/// The parameters that the app gets at its callback.
#[track_caller]
pub fn answered(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let rest = answer.header("location").strip_prefix(CALLBACK).expect("the app's own address").to_owned();
    form_urlencoded::parse(rest.trim_start_matches('&').as_bytes()).into_owned().collect()
}

/// What the app gets for a code.
pub async fn fetch(server: &Server, client: &str, code: &str) -> Answer {
    ask(
        server,
        &[
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ],
    )
    .await
}

impl<'a> Person<'a> {
    pub fn at(server: &'a Server) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { server, http, cookies: Mutex::default() }
    }

    /// The same browser, whose next requests reach another server at the same address.
    pub fn at_replica<'b>(&self, server: &'b Server) -> Person<'b> {
        Person { cookies: Mutex::new(self.cookies.lock().unwrap().clone()), ..Person::at(server) }
    }

    /// A request with the browser's cookies.
    async fn send(&self, method: Method, path: &str, form: Option<&[(&str, &str)]>) -> Answer {
        let request = self.http.request(method, format!("{}{path}", self.server.url));
        self.send_as(request, form).await
    }

    async fn send_as(&self, request: reqwest::RequestBuilder, form: Option<&[(&str, &str)]>) -> Answer {
        let cookies: Vec<_> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header("Cookie", cookies.join("; "));
        let answer = Answer::of(match form {
            Some(form) => request.form(form),
            None => request,
        })
        .await;
        if let Some((name, value)) = answer.header("set-cookie").split_once('=') {
            assert!(value.contains("; HttpOnly; SameSite=Lax; Path=/; Max-Age="), "{value}");
            let value = value.split(';').next().unwrap().to_owned();
            self.cookies.lock().unwrap().insert(name.to_owned(), value);
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// GET by a browser that takes packed answers.
    pub async fn get_packed(&self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.server.url));
        self.send_as(request.header("Accept-Encoding", "gzip, br"), None).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, Some(form)).await
    }

    /// The value of a hidden field of a page.
    pub fn hidden(page: &Answer, name: &str) -> String {
        let field = Regex::new(&format!("name=\"{name}\" value=\"([^\"]*)\"")).unwrap();
        let found = field.captures(&page.text).unwrap_or_else(|| panic!("no {name} in {}", page.text));
        found[1].replace("&#38;", "&").replace("&amp;", "&")
    }

    /// Sends a form of a page, with these of its fields; the hidden ones come along.
    pub async fn submit(&self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{}", page.text);
        let form = format!("action=\"{action}\">");
        let (_, inside) = page.text.split_once(&form).unwrap_or_else(|| panic!("no {form} in {}", page.text));
        let inside = inside.split("</form>").next().unwrap();
        let hidden = Regex::new("type=\"hidden\" name=\"([^\"]*)\"[^>]* value=\"([^\"]*)\"").unwrap();
        let hidden: Vec<_> = hidden
            .captures_iter(inside)
            .map(|field| (field[1].to_owned(), field[2].replace("&#38;", "&").replace("&amp;", "&")))
            .filter(|(name, _)| fields.iter().all(|(other, _)| other != name))
            .collect();
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.post(action, &hidden.chain(fields.iter().copied()).collect::<Vec<_>>()).await
    }

    /// Signs in to the account's own page; the answer to the form.
    pub async fn enter(&self, email: &str, password: &str) -> Answer {
        let page = self.get("/login").await;
        self.submit(&page, "/login", &[("email", email), ("password", password)]).await
    }

    /// Signs in on the page at this address; the answer to the form.
    pub async fn sign_in(&self, login: &str) -> Answer {
        let page = self.get(login).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let (request, form) = (Self::hidden(&page, "request"), Self::hidden(&page, "form"));
        let sent = [("request", &*request), ("form", &*form), ("email", EMAIL), ("password", PASSWORD)];
        self.post("/login", &sent).await
    }

    /// Goes from a question to the page that asks to decide, and returns that page.
    pub async fn to_consent(
        &self,
        question: &BTreeMap<&'static str, String>,
        patient: Option<&str>,
    ) -> Answer {
        let mut answer = self.get(&address(question)).await;
        if answer.header("location").starts_with("/login?") {
            answer = self.sign_in(answer.header("location")).await;
        }
        let next = answer.header("location").to_owned();
        let Some(rest) = next.strip_prefix("/oauth/patient?") else { return self.get(&next).await };
        let patient = patient.expect("a question that needs a patient");
        self.get(&format!("/oauth/consent?{rest}&patient={patient}")).await
    }

    /// Decides on that page.
    pub async fn decide(&self, page: &Answer, decision: &str) -> Answer {
        assert_eq!(page.status, 200, "{}", page.text);
        let (request, form) = (Self::hidden(page, "request"), Self::hidden(page, "form"));
        let scopes = Regex::new("name=\"scope\" value=\"([^\"]*)\"").unwrap();
        let scopes: Vec<_> = scopes.captures_iter(&page.text).map(|found| found[1].to_owned()).collect();
        let purposes = Self::hidden(page, "purposes");
        let mut sent =
            vec![("request", &*request), ("form", &*form), ("purposes", &*purposes), ("decision", decision)];
        sent.extend(scopes.iter().map(|scope| ("scope", &**scope)));
        let is_about_patient = page.text.contains("name=\"patient\"");
        let patient = if is_about_patient { Self::hidden(page, "patient") } else { String::new() };
        sent.extend(Some(("patient", &*patient)).filter(|_| is_about_patient));
        self.post("/oauth/consent", &sent).await
    }

    /// The code that the app gets when the person allows everything.
    pub async fn code(&self, question: &BTreeMap<&'static str, String>, patient: Option<&str>) -> String {
        let page = self.to_consent(question, patient).await;
        answered(&self.decide(&page, "allow").await)["code"].clone()
    }
}

/// Stores a Patient.
pub async fn patient(server: &Server, given: &str, family: &str) -> String {
    let name = json!([{ "given": [given], "family": family }]);
    let body =
        json!({ "resourceType": "Patient", "name": name, "birthDate": "1852-05-04", "gender": "female" });
    server.fhir().await.post("/Patient", &body).await.json()["id"].as_str().unwrap().to_owned()
}
