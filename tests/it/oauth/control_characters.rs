//! Control characters, of which Postgres keeps no NUL: refused wherever they come, and nowhere a failure of the server.

use hygeia::core::config::Settings;
use jsonwebtoken::Algorithm;
use reqwest::Method;
use serde_json::{Value, json};

use super::person::{Person, address, app, open_account, question};
use super::{Backend, refusal};
use crate::harness::{Answer, Server};

async fn send(server: &Server, path: &str, body: &Value) -> Answer {
    let token = server.token("system/*.rs").await;
    Answer::of(server.request(Method::POST, path).bearer_auth(token).json(body)).await
}

async fn ready() -> Server {
    let settings = Settings { client_registration: true, ..Settings::default() };
    let server = Server::start_by(&settings, None).await;
    open_account(&server).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_refuse_them() {
    let server = ready().await;
    let backend = Backend::registered(&server, Algorithm::ES384, "system/*.rs").await;
    assert_eq!(
        refusal(&backend.token("system/Patient.rs?name=\u{0}").await, 400),
        "invalid_request: a parameter must not have control characters"
    );
    let launch = send(&server, "/oauth/launch", &json!({ "intent": "\u{0}" })).await;
    assert_eq!(
        refusal(&launch, 400),
        "invalid_request: intent must have 1 to 200 characters, none of them a control character"
    );
    let uris = json!(["https://app.example/callback"]);
    let named = json!({ "redirect_uris": uris, "client_name": "a\u{0}b" });
    assert_eq!(
        refusal(&send(&server, "/oauth/register", &named).await, 400),
        "invalid_client_metadata: a client needs a name of at most 200 characters, none of them a control character"
    );
    let scoped = json!({ "redirect_uris": uris, "scope": "openid user/Patient.rs?name=\u{0}" });
    let registered = send(&server, "/oauth/register", &scoped).await;
    assert_eq!(
        (registered.status, &registered.json()["scope"]),
        (201, &json!("openid")),
        "no scope, so left out"
    );
    let sent_on = json!({ "redirect_uris": ["https://app.example/\u{0}"] });
    let refused = send(&server, "/oauth/register", &sent_on).await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("invalid_redirect_uri")));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_refuse_them_or_pass_them_over() {
    let server = ready().await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    let asked = question(&client, "launch/patient patient/*.rs");
    for name in ["nonce", "state", "scope"] {
        let mut asked = asked.clone();
        asked.insert(name, "a\u{0}b".to_owned());
        let shown = alice.get(&address(&asked)).await;
        assert_eq!(shown.status, 400, "{name}: {}", shown.text);
        assert!(shown.text.contains("The app asks in a way that cannot be read."), "{}", shown.text);
    }
    let login = alice.get(&address(&asked)).await.header("location").to_owned();
    let page = alice.get(&login).await;
    let (request, form) = (Person::hidden(&page, "request"), Person::hidden(&page, "form"));
    let sent = [("request", &*request), ("form", &*form), ("email", "\u{0}"), ("password", "\u{0}")];
    assert_eq!(alice.post("/login", &sent).await.status, 401);
    let next = alice.sign_in(&login).await.header("location").to_owned();
    assert!(next.starts_with("/oauth/patient?"), "{next}");
    assert_eq!(alice.get(&format!("{next}&name=%00")).await.status, 200);
    let rest = next.trim_start_matches("/oauth/patient?");
    assert_eq!(alice.get(&format!("/oauth/consent?{rest}&patient=%00")).await.status, 400);
}
