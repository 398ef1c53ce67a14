//! What the gateway lets in: a subscription's key, an application's token, a link; in this order.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};

use super::{NOBODY, World, call, refused, server, stranger};
use crate::harness::{Answer, Server};

const MISSING: &str = "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";
const INVALID: &str = "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
const NO_TOKEN: &str = "Invalid or expired access token.";

async fn list(server: &Server, headers: &[(&str, &str)]) -> Answer {
    call(server, Method::GET, "/v1/organisations", headers, &Value::Null).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_subscriptions_key_nothing_opens() {
    let server = server().await;
    let world = World::new(&server).await;
    let bearer = format!("Bearer {}", world.token);
    let missing = list(&server, &[("Authorization", &bearer)]).await;
    assert_eq!(refused(&missing, 401), MISSING);
    assert_eq!(
        missing.header("www-authenticate"),
        "AzureApiManagementKey realm=\"smartz\", name=\"x-sub-key\", type=\"header\""
    );
    assert_eq!(
        refused(&list(&server, &[("x-sub-key", " "), ("Authorization", &bearer)]).await, 401),
        MISSING
    );
    for (name, path) in
        [("Ocp-Apim-Subscription-Key", ""), ("X-Other", "?subscription-key="), ("X-Other", "?x-sub-key=")]
    {
        let path = format!("/v1/organisations{path}{}", if path.is_empty() { "" } else { &world.key });
        let headers = [(name, world.key.as_str()), ("Authorization", &bearer)];
        assert_eq!(
            refused(&call(&server, Method::GET, &path, &headers, &Value::Null).await, 401),
            MISSING,
            "{path}"
        );
    }
    for key in ["x", &world.app.1, &world.token, &world.admin] {
        assert_eq!(
            refused(&list(&server, &[("x-sub-key", key), ("Authorization", &bearer)]).await, 401),
            INVALID
        );
    }
    let twice = [("x-sub-key", world.key.as_str()), ("x-sub-key", "y"), ("Authorization", &bearer)];
    assert_eq!(refused(&list(&server, &twice).await, 401), INVALID);
    let none: [(&str, &str); 0] = [];
    let token = server.request(Method::POST, "/smartz/v1/token").form(&none);
    assert_eq!(refused(&Answer::of(token).await, 401), MISSING);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_that_holds_nothing_opens() {
    let server = server().await;
    let world = World::new(&server).await;
    let payload = world.token.split('.').nth(1).unwrap();
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    claims["org"] = json!(["*"]);
    let other = URL_SAFE_NO_PAD.encode(claims.to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
    for token in [
        String::new(),
        "a.b.c".to_owned(),
        world.app.1.clone(),
        world.key.clone(),
        world.admin.clone(),
        format!("{none}.{payload}."),
        world.token.replace(payload, &other),
        world.token.rsplit_once('.').unwrap().0.to_owned() + ".",
        format!("{}x", world.token),
    ] {
        let bearer = format!("Bearer {token}");
        let answer = list(&server, &[("x-sub-key", &world.key), ("Authorization", &bearer)]).await;
        assert_eq!(refused(&answer, 401), NO_TOKEN, "{token}");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
    let raw = list(&server, &[("x-sub-key", &world.key), ("Authorization", &world.token)]).await;
    assert_eq!(refused(&raw, 401), NO_TOKEN);
    assert_eq!(refused(&list(&server, &[("x-sub-key", &world.key)]).await, 401), NO_TOKEN);
    server.app.clock.advance_s(3600);
    assert_eq!(refused(&world.ask(Method::GET, "", &Value::Null).await, 401), NO_TOKEN, "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_organisation_has_does_not_exist() {
    let server = server().await;
    let world = World::new(&server).await;
    let theirs =
        World::of(&server, stranger(&server, "stranger@example.org", "admin").await, "Oak House").await;
    let patient = theirs.patient("E-1").await;
    for path in ["", "/patients", "/devices", "/products", "/manufacturers", &format!("/patients/{patient}")]
    {
        for organisation in [&theirs.organisation, NOBODY, "%20", "a'%20OR%201=1"] {
            let answer = world
                .ask_at(Method::GET, &format!("/v1/organisations/{organisation}{path}"), &Value::Null)
                .await;
            assert_eq!(refused(&answer, 404), "Resource not found", "{organisation}{path}");
        }
    }
    // Nor does it by way of one's own.
    for path in [format!("/patients/{patient}"), format!("/patients/{patient}/products")] {
        assert_eq!(refused(&world.ask(Method::GET, &path, &Value::Null).await, 404), "Resource not found");
    }
    let page = world.ask_at(Method::GET, "/v1/organisations", &Value::Null).await.json();
    assert_eq!((&page["total"], &page["items"][0]["id"]), (&json!(1), &json!(world.organisation)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_nobody_lets_in_finds_nothing() {
    let server = server().await;
    let mut world = World::new(&server).await;
    world.app = world.application(None).await;
    world.token = world.fetch_token().await;
    let page = world.ask_at(Method::GET, "/v1/organisations", &Value::Null).await;
    assert_eq!(page.json(), json!({ "items": [], "page": 1, "pageSize": 50, "total": 0 }));
    assert_eq!(refused(&world.ask(Method::GET, "", &Value::Null).await, 404), "Resource not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_refused_in_the_words_of_oauth() {
    let server = server().await;
    let world = World::new(&server).await;
    let grant = ("grant_type", "client_credentials");
    for (parameters, status, error) in [
        (&[grant, ("client_secret", "wrong")][..], 401, "invalid_client"),
        (&[grant, ("client_id", NOBODY)], 401, "invalid_client"),
        (&[grant, ("client_id", "' OR 1=1 --")], 401, "invalid_client"),
        (&[grant, ("client_id", "")], 401, "invalid_client"),
        (&[grant, ("client_secret", "")], 401, "invalid_client"),
        (&[], 400, "invalid_request"),
        (&[("grant_type", "password")], 400, "unsupported_grant_type"),
        (&[grant, grant], 400, "invalid_request"),
    ] {
        let answer = world.ask_token(parameters).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)), "{parameters:?}");
        assert!(answer.header("cache-control").contains("no-store"));
    }
    let sent = |path: &str, media: &str, body: String| {
        let request = server.request(Method::POST, path).header("x-sub-key", &world.key);
        Answer::of(request.header("Content-Type", media.to_owned()).body(body))
    };
    let query =
        format!("grant_type=client_credentials&client_id={}&client_secret={}", world.app.0, world.app.1);
    for (path, media, body) in [
        (format!("/smartz/v1/token?{query}"), "application/x-www-form-urlencoded", String::new()),
        (
            format!("/smartz/v1/token?client_secret={}", world.app.1),
            "application/x-www-form-urlencoded",
            query.clone(),
        ),
        ("/smartz/v1/token".to_owned(), "text/plain", query.clone()),
        ("/smartz/v1/token".to_owned(), "application/json", query.clone()),
        (
            "/smartz/v1/token".to_owned(),
            "application/json",
            json!({ "client_id": { "$ne": null } }).to_string(),
        ),
        ("/smartz/v1/token".to_owned(), "application/json", "[".repeat(10_000)),
    ] {
        let answer = sent(&path, media, body).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (400, Some("invalid_request")),
            "{path} {media}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_given_however_the_credentials_are_sent() {
    let server = server().await;
    let world = World::new(&server).await;
    let answer = world.ask_token(&[("grant_type", "client_credentials")]).await;
    let body = answer.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(answer.header("cache-control"), "no-store");
    let (id, key) = &world.app;
    let request = || server.request(Method::POST, "/smartz/v1/token").header("x-sub-key", &world.key);
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{key}")));
    let both = request()
        .header("Authorization", &basic)
        .form(&[("grant_type", "client_credentials"), ("client_secret", key)]);
    assert_eq!(Answer::of(both).await.json()["error"], "invalid_request", "in two ways");
    let basic = request().header("Authorization", basic).form(&[("grant_type", "client_credentials")]);
    let json = |body: Value| request().json(&body);
    let plain = json(json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": key }));
    let alias = json(json!({ "grant_type": "client_credentials", "appId": id, "appKey": key }));
    for request in [basic, plain, alias] {
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let claims = URL_SAFE_NO_PAD.decode(world.token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let now = server.app.clock.now().timestamp();
    assert_eq!((&claims["sub"], &claims["org"]), (&json!(id), &json!([world.organisation])));
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 3600)));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_keys_open_until_they_are_replaced_or_cancelled() {
    let server = server().await;
    let mut world = World::new(&server).await;
    let new = json!({ "productId": "smartz-api-product", "name": "second" });
    let made = world.make("/portal/api/subscriptions", &new).await;
    let (id, text) = (made["id"].as_str().unwrap(), |name: &str| made[name].as_str().unwrap().to_owned());
    let (primary, secondary) = (text("primaryKey"), text("secondaryKey"));
    let opens = async |world: &mut World<'_>, key: &str| {
        world.key = key.to_owned();
        world.ask(Method::GET, "", &Value::Null).await.status
    };
    assert_eq!((opens(&mut world, &primary).await, opens(&mut world, &secondary).await), (200, 200));
    let path = format!("/portal/api/subscriptions/{id}");
    let fresh = world.manage(Method::POST, &format!("{path}/regeneratePrimaryKey"), &Value::Null).await;
    let fresh = fresh.json()["primaryKey"].as_str().unwrap().to_owned();
    assert_eq!(
        (
            opens(&mut world, &primary).await,
            opens(&mut world, &secondary).await,
            opens(&mut world, &fresh).await
        ),
        (401, 200, 200)
    );
    let cancelled = world.manage(Method::POST, &format!("{path}/cancel"), &Value::Null).await;
    assert_eq!(cancelled.json()["state"], "cancelled");
    assert_eq!((opens(&mut world, &secondary).await, opens(&mut world, &fresh).await), (401, 401));
    let late = world.manage(Method::POST, &format!("{path}/regenerateSecondaryKey"), &Value::Null).await;
    assert_eq!(refused(&late, 409), "The subscription is cancelled.");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_read_takes_no_other_method() {
    let server = server().await;
    let world = World::new(&server).await;
    for path in
        ["", "/manufacturers", "/manufacturers/x", "/products", "/products/x", "/devices", "/devices/x"]
    {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = world.ask(method.clone(), path, &json!({})).await;
            refused(&answer, 405);
            assert_eq!(answer.header("allow"), "GET", "{method} {path}");
        }
    }
    assert_eq!(refused(&world.ask(Method::GET, "/nothing", &Value::Null).await, 404), "Resource not found");
}
