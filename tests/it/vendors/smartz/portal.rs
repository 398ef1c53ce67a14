//! The developer portal.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ADMIN, NOBODY, World, call, refused, server, stranger};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_without_an_account() {
    let server = server().await;
    for login in
        [json!({ "email": "no@one.example", "password": "x" }), json!({ "email": ADMIN, "password": "x" })]
    {
        for path in ["/portal/api/signin", "/dashboard/api/signin"] {
            let answer = call(&server, Method::POST, path, &[], &login).await;
            assert_eq!(refused(&answer, 401), "The e-mail address or the password is wrong.");
        }
    }
    for login in [json!({ "email": { "$ne": null }, "password": "x" }), json!({ "email": ADMIN }), json!({})]
    {
        refused(&call(&server, Method::POST, "/portal/api/signin", &[], &login).await, 400);
    }
    let world = World::new(&server).await;
    for path in ["products", "subscriptions", "applications", "analytics", "apis/organisation-api/definition"]
    {
        let path = format!("/portal/api/{path}");
        for token in ["", "a.b.c", &world.token, &world.key] {
            let bearer = format!("Bearer {token}");
            let answer = call(&server, Method::GET, &path, &[("Authorization", &bearer)], &Value::Null).await;
            refused(&answer, 401);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_does_not_exist() {
    let server = server().await;
    let world = World::new(&server).await;
    let mut theirs =
        World::of(&server, stranger(&server, "stranger@example.org", "admin").await, "Oak").await;
    let own = world.manage(Method::GET, "/portal/api/subscriptions", &Value::Null).await.json();
    let id = own["items"][0]["id"].as_str().unwrap();
    for action in ["regeneratePrimaryKey", "regenerateSecondaryKey", "cancel"] {
        for id in [id, NOBODY, "x"] {
            let path = format!("/portal/api/subscriptions/{id}/{action}");
            assert_eq!(
                refused(&theirs.manage(Method::POST, &path, &Value::Null).await, 404),
                "Resource not found"
            );
        }
    }
    let code = theirs.link_code().await;
    for id in [world.app.0.as_str(), NOBODY, "x"] {
        let path = format!("/portal/api/applications/{id}");
        let link = theirs.manage(Method::POST, &format!("{path}/link"), &json!({ "linkCode": code })).await;
        assert_eq!(refused(&link, 404), "Resource not found");
        refused(&theirs.manage(Method::POST, &format!("{path}/regenerateKey"), &Value::Null).await, 404);
        let unlink = format!("{path}/link/{}", world.organisation);
        refused(&theirs.manage(Method::DELETE, &unlink, &Value::Null).await, 404);
    }
    assert_eq!(world.ask(Method::GET, "", &Value::Null).await.status, 200, "nothing was done");
    theirs.key.clone_from(&world.key);
    assert_eq!(
        theirs.ask(Method::GET, "", &Value::Null).await.status,
        200,
        "a subscription meters, a token opens"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_list_shows_a_key() {
    let server = server().await;
    let world = World::new(&server).await;
    let product = world.manage(Method::GET, "/portal/api/products", &Value::Null).await.json();
    assert_eq!(
        product,
        json!({ "items": [{ "id": "smartz-api-product", "name": "Smartz API Product",
            "apis": [{ "id": "application-api", "name": "Application API" }, { "id": "organisation-api", "name": "Organisation API" }] }] })
    );
    let subscriptions = world.manage(Method::GET, "/portal/api/subscriptions", &Value::Null).await;
    let applications = world.manage(Method::GET, "/portal/api/applications", &Value::Null).await;
    let all = format!("{}{}", subscriptions.text, applications.text);
    assert!(!all.contains(&world.key) && !all.contains(&world.app.1) && !all.contains("xpir"), "{all}");
    let hint: String = world.key.chars().take(6).collect();
    assert_eq!(subscriptions.json()["items"][0]["primaryKeyHint"], format!("{hint}…"));
    assert_eq!(applications.json()["items"][0]["organisations"], json!([world.organisation]));
    let secrets = "SELECT (SELECT string_agg(t::text, '') FROM gateway_subscription t) || (SELECT string_agg(t::text, '') FROM gateway_application t)";
    let stored = server.text(secrets).await;
    assert!(!stored.contains(&world.key) && !stored.contains(&world.app.1), "only hashes are kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_code_opens_for_a_week_until_another_is_made() {
    let server = server().await;
    let mut world = World::new(&server).await;
    let link = async |world: &World<'_>, code: &str| {
        let path = format!("/portal/api/applications/{}/link", world.app.0);
        world.manage(Method::POST, &path, &json!({ "shareCode": code })).await
    };
    world.app = world.application(None).await;
    world.token = world.fetch_token().await;
    for code in ["", "x", "0000-0000-0000", "' OR 1=1 --", &"0".repeat(10_000)] {
        assert_eq!(refused(&link(&world, code).await, 400), "linkCode is not valid.", "{code}");
    }
    let new = json!({ "name": "n", "type": "web", "linkCode": "0000-0000-0000" });
    refused(&world.manage(Method::POST, "/portal/api/applications", &new).await, 400);
    let number = server.number("SELECT count(*) FROM gateway_application").await;
    assert_eq!(number, 2, "none was registered");
    let (old, code) = (world.link_code().await, world.link_code().await);
    assert_eq!(refused(&link(&world, &old).await, 400), "linkCode is not valid.");
    server.app.clock.advance_s(7 * 24 * 3600 - 1);
    world.admin = super::signed_in(&server, ADMIN).await;
    let written = code.to_lowercase().replace('-', " ");
    assert_eq!(link(&world, &written).await.json()["organisations"], json!([world.organisation]));
    assert_eq!(link(&world, &code).await.json()["organisations"], json!([world.organisation]), "once more");
    server.app.clock.advance_s(1);
    assert_eq!(refused(&link(&world, &code).await, 400), "linkCode is not valid.");
    world.token = world.fetch_token().await;
    assert_eq!(world.ask(Method::GET, "", &Value::Null).await.status, 200, "the link stays");
    let unlink = format!("/portal/api/applications/{}/link/{}", world.app.0, world.organisation);
    assert_eq!(world.manage(Method::DELETE, &unlink, &Value::Null).await.status, 204);
    assert_eq!(refused(&world.ask(Method::GET, "", &Value::Null).await, 404), "Resource not found");
    refused(&world.manage(Method::DELETE, &unlink, &Value::Null).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn link_codes_cannot_be_guessed() {
    let server = super::with_accounts(crate::harness::Server::start().await).await;
    let world = World::new(&server).await;
    let path = format!("/portal/api/applications/{}/link", world.app.0);
    let guess = json!({ "linkCode": "0000-0000-0000" });
    // What was right does not count: the application is linked.
    for _ in 0..10 {
        refused(&world.manage(Method::POST, &path, &guess).await, 400);
    }
    let code = world.link_code().await;
    for code in ["0000-0000-0000", &code] {
        let answer = world.manage(Method::POST, &path, &json!({ "linkCode": code })).await;
        assert_eq!(refused(&answer, 429), "Too many attempts. Try again in 900 seconds.");
        assert_eq!(answer.header("retry-after"), "900");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_app_key_fetches_no_more_tokens() {
    let server = server().await;
    let mut world = World::new(&server).await;
    let path = format!("/portal/api/applications/{}/regenerateKey", world.app.0);
    let fresh = world.manage(Method::POST, &path, &Value::Null).await.json();
    assert_eq!(world.ask_token(&[("grant_type", "client_credentials")]).await.status, 401);
    assert_eq!(world.ask(Method::GET, "", &Value::Null).await.status, 200, "a token goes on to its end");
    world.app.1 = fresh["appKey"].as_str().unwrap().to_owned();
    world.fetch_token().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn analytics_sum_up_what_was_called() {
    let server = server().await;
    let world = World::new(&server).await;
    world.read("").await;
    world.ask(Method::GET, "/patients/nobody", &Value::Null).await;
    let bearer = [("x-sub-key", world.key.as_str()), ("Authorization", "Bearer x")];
    call(&server, Method::GET, "/v1/organisations", &bearer, &Value::Null).await;
    let sums = world.manage(Method::GET, "/portal/api/analytics", &Value::Null).await.json();
    let totals = json!({ "calls": 4, "successful": 2, "blocked": 1, "failed": 1, "averageDurationMs": 0 });
    assert_eq!(sums["totals"], totals);
    let mut day = totals.clone();
    day["date"] = "2026-11-21".into();
    assert_eq!(sums["days"], json!([day]));
    assert_eq!(sums["subscriptions"][0]["calls"], 4);
    let nobody = server.text("SELECT string_agg(path, ' ') FROM usage_call").await;
    assert!(!nobody.contains(&world.organisation), "{nobody}");
    let before = world.manage(Method::GET, "/portal/api/analytics?to=2026-11-21", &Value::Null).await.json();
    assert_eq!(before["totals"]["calls"], 0);
    for query in ["from=x", "to=2026-13-01", "from=2026-12-02&to=2026-12-01", "from=a&from=b"] {
        refused(
            &world.manage(Method::GET, &format!("/portal/api/analytics?{query}"), &Value::Null).await,
            400,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_is_that_of_one_api() {
    let server = server().await;
    let world = World::new(&server).await;
    let read = async |api: &str| {
        world.manage(Method::GET, &format!("/portal/api/apis/{api}/definition"), &Value::Null).await
    };
    assert_eq!(refused(&read("portal").await, 404), "Resource not found");
    let token = read("application-api").await.json();
    assert!(token["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(token["paths"].as_object().unwrap().keys().collect::<Vec<_>>(), ["/v1/token"]);
    assert_eq!(token["servers"][0]["url"], format!("{}/smartz", server.url));
    let organisation = read("organisation-api").await.json();
    let paths: Vec<_> = organisation["paths"].as_object().unwrap().keys().collect();
    assert!(paths.iter().all(|path| path.starts_with("/v1/organisations")) && paths.len() > 8, "{paths:?}");
}
