//! What a person is not asked about.

use super::ISSUER;
use super::person::{EMAIL, PASSWORD, Person, address, answered, app, open_account, question};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_the_clients_gets_nothing() {
    let server = Server::start().await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    let good = question(&client, "openid");
    for (name, value, told) in [
        ("client_id", "", "The app does not say which one it is."),
        ("client_id", "nobody", "No app is registered by this name."),
        ("client_id", "01a1fe04-40cb-75ba-943e-353bfb90f57e", "No app is registered by this name."),
        ("redirect_uri", "", "The app does not say where to go on."),
        ("redirect_uri", "https://app.example/callback", "an address that it has not registered"),
        (
            "redirect_uri",
            "https://app.example/callback?keep=1&more=1",
            "an address that it has not registered",
        ),
        ("redirect_uri", "https://app.example/callback?keep=1#here", "an address that it has not registered"),
        ("redirect_uri", "https://app.example/callback?keep=1/../x", "an address that it has not registered"),
        ("redirect_uri", "https://user@app.example/callback?keep=1", "an address that it has not registered"),
        ("redirect_uri", "https://app.example:443/callback?keep=1", "an address that it has not registered"),
        (
            "redirect_uri",
            "https://app.example.evil.example/callback?keep=1",
            "an address that it has not registered",
        ),
        ("redirect_uri", "HTTPS://app.example/callback?keep=1", "an address that it has not registered"),
        ("redirect_uri", "javascript:alert(1)", "an address that it has not registered"),
    ] {
        let mut asked = good.clone();
        asked.insert(name, value.to_owned());
        let answer = alice.get(&address(&asked)).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{name}={value}");
        assert!(answer.text.contains(told), "{}", answer.text);
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.example", address(&good));
    assert_eq!(alice.get(&twice).await.status, 400);
    let long = format!("{}&x={}", address(&good), "x".repeat(9000));
    assert_eq!(alice.get(&long).await.status, 400);
    for page in ["/login?request=x", "/oauth/patient", "/oauth/consent?request=x", "/oauth/authorize"] {
        let answer = alice.get(page).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{page}");
        assert!(answer.text.contains("The app does not say which one it is."), "{}", answer.text);
    }
    let refused = "SELECT count(*) FROM audit_event WHERE interaction = 'authorize' AND outcome = 'refused'";
    assert_eq!(server.number(refused).await, 19);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_cannot_be_asked_goes_back_with_the_reason() {
    let server = Server::start().await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    for (name, value, told) in [
        ("response_type", "", "invalid_request: response_type is required"),
        ("response_type", "token", "unsupported_response_type: response_type must be code"),
        ("response_mode", "fragment", "invalid_request: response_mode must be query"),
        ("state", "", "invalid_request: state is required"),
        ("scope", "", "invalid_scope: the client may have none of these scopes"),
        ("scope", "system/*.rs launch nonsense", "invalid_scope: the client may have none of these scopes"),
        ("scope", &*"openid ".repeat(101), "invalid_scope: there may be 100 scopes"),
        ("aud", "", "invalid_request: aud is required"),
        (
            "aud",
            "https://elsewhere.example/fhir",
            "invalid_request: aud must be the address of this FHIR server",
        ),
        ("code_challenge", "", "invalid_request: code_challenge is required"),
        (
            "code_challenge",
            "short",
            "invalid_request: code_challenge must be a SHA-256 in base64url, without padding",
        ),
        ("code_challenge_method", "", "invalid_request: code_challenge_method must be S256"),
        ("code_challenge_method", "plain", "invalid_request: code_challenge_method must be S256"),
        ("launch", "nonsense", "invalid_request: launch does not hold"),
        ("max_age", "-1", "invalid_request: max_age must be a number of seconds"),
        ("max_age", "soon", "invalid_request: max_age must be a number of seconds"),
        ("request", "x.y.z", "request_not_supported: request is not supported"),
        ("request_uri", "https://a.example", "request_uri_not_supported: request_uri is not supported"),
        ("prompt", "none", "login_required: the person must be asked"),
    ] {
        let mut asked = question(&client, "openid");
        asked.insert(name, value.to_owned());
        let back = answered(&alice.get(&address(&asked)).await);
        let state = if (name, value) == ("state", "") { None } else { Some("of the app") };
        assert_eq!(format!("{}: {}", back["error"], back["error_description"]), told);
        assert_eq!((back.get("state").map(String::as_str), back["iss"].as_str()), (state, ISSUER));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_elsewhere_does_nothing() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let (alice, mallory) = (Person::at(&server), Person::at(&server));
    let asked = question(&client, "user/*.rs");
    let page = alice.to_consent(&asked, None).await;
    let foreign = mallory.to_consent(&asked, None).await;
    let request = Person::hidden(&page, "request");
    let theirs = Person::hidden(&foreign, "form");
    for form in ["", "x", theirs.as_str()] {
        let sent = [("request", &*request), ("form", form), ("decision", "allow"), ("scope", "user/*.rs")];
        let answer = alice.post("/oauth/consent", &sent).await;
        assert_eq!((answer.status, answer.header("location")), (403, ""));
    }
    let stranger = Person::at(&server);
    let mine = Person::hidden(&page, "form");
    let sent = [("request", &*request), ("form", &*mine), ("decision", "allow"), ("scope", "user/*.rs")];
    let answer = stranger.post("/oauth/consent", &sent).await;
    assert!(answer.header("location").starts_with("/login?"), "{}", answer.header("location"));
    let login = [("request", &*request), ("form", "x"), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(stranger.post("/login", &login).await.status, 403);
    assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_cannot_be_framed_scripted_or_told_on() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    let asked = question(&client, "user/*.rs");
    let login = alice.get(&address(&asked)).await.header("location").to_owned();
    let consent = alice.to_consent(&asked, None).await;
    for (page, onward) in [(alice.get(&login).await, ""), (consent, " https://app.example")] {
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert_eq!(
            page.header("content-security-policy"),
            format!(
                "default-src 'none'; style-src 'self'; form-action 'self'{onward}; base-uri 'none'; frame-ancestors 'none'"
            )
        );
        assert_eq!(
            [page.header("x-frame-options"), page.header("referrer-policy"), page.header("cache-control")],
            ["DENY", "no-referrer", "no-store"]
        );
        assert!(!page.text.contains("<script") && !page.text.contains("style="), "{}", page.text);
        assert!(page.text.contains("Growth &#60;chart&#62;"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_told_alike() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    let login = alice.get(&address(&question(&client, "openid"))).await.header("location").to_owned();
    let page = alice.get(&login).await;
    let (request, form) = (Person::hidden(&page, "request"), Person::hidden(&page, "form"));
    let wrong = async |email: &str, password: &str| {
        let sent = [("request", &*request), ("form", &*form), ("email", email), ("password", password)];
        let answer = alice.post("/login", &sent).await;
        assert_eq!(answer.status, 401);
        answer.text.replace(email, "")
    };
    let told = wrong(EMAIL, "wrong").await;
    assert_eq!(told, wrong("nobody@example.org", PASSWORD).await);
    server.execute("INSERT INTO tenant (tenant, name, created_at) VALUES (7, 'other', now())").await;
    server.execute("UPDATE account SET tenant = 7 WHERE surface = 'fhir'").await;
    let foreign = wrong(EMAIL, PASSWORD).await;
    assert_eq!(told, foreign, "of another organisation");
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
    assert_eq!(
        server
            .number("SELECT count(*) FROM audit_event WHERE interaction = 'login' AND outcome = 'refused'")
            .await,
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_decides_has_signed_in_as_lately_as_the_client_asks_for() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    alice.to_consent(&question(&client, "user/*.rs"), None).await;
    let asked = |name: &'static str, value: &str| {
        let mut asked = question(&client, "openid user/*.rs");
        asked.insert(name, value.to_owned());
        asked
    };
    let consent = |question: &std::collections::BTreeMap<&'static str, String>| {
        let request = address(question).replacen("/oauth/authorize?", "", 1);
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("request", &request).finish();
        format!("/oauth/consent?{query}")
    };
    let leads_to = async |address: &str, page: &str| {
        let answer = alice.get(address).await;
        assert!(answer.header("location").starts_with(page), "{address}: {}", answer.header("location"));
    };
    server.app.clock.advance_s(60);
    leads_to(&address(&asked("max_age", "60")), "/oauth/consent?").await;
    leads_to(&address(&asked("max_age", "59")), "/login?").await;
    leads_to(&address(&asked("max_age", "0")), "/login?").await;
    leads_to(&address(&asked("prompt", "login")), "/login?").await;
    let mut quietly = asked("max_age", "59");
    quietly.insert("prompt", "none".to_owned());
    assert_eq!(answered(&alice.get(&address(&quietly)).await)["error"], "login_required");
    // Whoever goes to the page by himself is asked there, once the time to read has passed.
    server.app.clock.advance_s(241);
    for asked in [asked("prompt", "login"), asked("max_age", "0")] {
        let page = consent(&asked);
        leads_to(&page, "/login?").await;
        let form = [("request", ""), ("form", "x"), ("decision", "allow")];
        let request = address(&asked).replacen("/oauth/authorize?", "", 1);
        let sent: Vec<_> =
            form.into_iter().map(|(n, v)| (n, if n == "request" { &*request } else { v })).collect();
        let answer = alice.post("/oauth/consent", &sent).await;
        assert!(answer.header("location").starts_with("/login?"), "{}", answer.header("location"));
    }
    assert_eq!(alice.get(&consent(&asked("max_age", "3600"))).await.status, 200);
    let login = alice.get(&address(&asked("prompt", "login"))).await.header("location").to_owned();
    let page = alice.sign_in(&login).await.header("location").to_owned();
    server.app.clock.advance_s(299);
    let page = alice.get(&page).await;
    assert!(answered(&alice.decide(&page, "allow").await).contains_key("code"));
}
