//! Backend services: `client_credentials` with `private_key_jwt`.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html>

use hygeia::identity::oauth::registration::{NewClient, NewProof, NotRegistered};
use jsonwebtoken::{Algorithm, Header, encode};
use serde_json::json;

use super::keys::{Key, confused, none, unsigned};
use super::{Backend, ask, refusal, start_s};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_that_does_not_hold_is_refused_with_the_reason() {
    let server = Server::start().await;
    let client = Backend::registered(&server, Algorithm::RS384, "system/*.rs").await;
    let good = client.claims();
    let key = &client.key;
    let with_header = |change: fn(&mut Header)| {
        let mut header = key.header();
        change(&mut header);
        key.sign_with(&header, &good)
    };
    let rs256 = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::RS256) };
    let signature = "the assertion's signature does not hold";
    let algorithm = "the assertion must be signed by RS384 or ES384";
    let no_jwt = "the assertion is not a JWT of a client";
    for (assertion, told) in [
        ("nonsense".to_owned(), no_jwt),
        ("..".to_owned(), no_jwt),
        ("x".repeat(20_000), no_jwt),
        (unsigned(&none(), &good), "the assertion is not a signed JWT"),
        (unsigned(&json!({ "alg": "RS384", "kid": "one" }), &good), signature),
        (confused(&key.public, &good), algorithm),
        (encode(&rs256, &good, &key.private).unwrap(), algorithm),
        (Key::strange().sign(&good), signature),
        (with_header(|header| header.kid = None), "the assertion's header needs a kid"),
        (
            with_header(|header| header.kid = Some("two".to_owned())),
            "no key of the client has the assertion's kid and alg",
        ),
        (
            with_header(|header| header.crit = Some(vec!["b64".to_owned()])),
            "the assertion's header has a crit that is not understood",
        ),
        (Key::made(Algorithm::ES384).sign(&good), "no key of the client has the assertion's kid and alg"),
        (key.sign(&json!({ "sub": client.id })), "the assertion needs iss, sub, aud, exp and jti"),
    ] {
        let refused = refusal(&client.ask(&assertion, "system/*.rs").await, 401);
        assert_eq!(refused, format!("invalid_client: {told}"));
    }
    for (claim, value, told) in [
        ("iss", json!("someone"), "the assertion's iss and sub must both be the client_id"),
        (
            "aud",
            json!("https://elsewhere.example/token"),
            "the assertion's aud must be the address of the token endpoint",
        ),
        ("exp", json!(start_s() - 1), "the assertion has expired"),
        ("exp", json!(start_s() + 600), "the assertion's exp must be at most five minutes ahead"),
        ("iat", json!(start_s() + 60), "the assertion's iat or nbf is in the future"),
    ] {
        let mut claims = client.claims();
        claims[claim] = value;
        let refused = refusal(&client.ask(&key.sign(&claims), "system/*.rs").await, 401);
        assert_eq!(refused, format!("invalid_client: {told}"));
    }
    let rows = "SELECT count(*) FROM used_assertion";
    assert_eq!(server.number(rows).await, 0, "what does not hold is not used up");
    assert_eq!(client.ask(&key.sign(&good), "system/*.rs").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_client_and_a_wrong_secret_are_told_alike() {
    let server = Server::start().await;
    let client = Backend::registered(&server, Algorithm::ES384, "system/*.rs").await;
    let mut claims = client.claims();
    for name in ["iss", "sub"] {
        claims[name] = "01a1fe04-40cb-75ba-943e-353bfb90f57e".into();
    }
    let told = "invalid_client: there is no such client, or it does not show who it is in the way that it registered for";
    assert_eq!(refusal(&client.ask(&client.key.sign(&claims), "system/*.rs").await, 401), told);
    let by_id =
        [("grant_type", "client_credentials"), ("scope", "system/*.rs"), ("client_id", client.id.as_str())];
    assert_eq!(refusal(&ask(&server, &by_id).await, 401), told, "a client with keys, by its id alone");
    let secret = server.request(reqwest::Method::POST, "/oauth/token").form(&by_id[..2]);
    let secret = secret.basic_auth(&client.id, Some("guessed"));
    assert_eq!(refusal(&crate::harness::Answer::of(secret).await, 401), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_good_once_whatever_replica_it_is_shown_to() {
    let server = Server::start().await;
    let other = server.replica().await;
    let client = Backend::registered(&server, Algorithm::RS384, "system/*.rs").await;
    let assertion = client.key.sign(&client.claims());
    let at_other = Backend { server: &other, id: client.id.clone(), key: Key::made(Algorithm::RS384) };
    let both = tokio::join!(client.ask(&assertion, "system/*.rs"), at_other.ask(&assertion, "system/*.rs"));
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    assert_eq!(
        refusal(&client.ask(&assertion, "system/*.rs").await, 401),
        "invalid_client: an assertion with this jti was used before"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_granted_than_was_registered() {
    let server = Server::start().await;
    let client =
        Backend::registered(&server, Algorithm::ES384, "system/Patient.rs patient/*.rs openid").await;
    for scope in [
        "user/Patient.rs",
        "patient/*.rs",
        "openid",
        "nonsense",
        "system/Patient.cud",
        "system/Observation.rs",
    ] {
        assert_eq!(
            refusal(&client.token(scope).await, 400),
            "invalid_scope: the client may have none of these scopes",
            "{scope}"
        );
    }
    let many = "system/Patient.rs ".repeat(101);
    assert_eq!(refusal(&client.token(&many).await, 400), "invalid_scope: there may be 100 scopes");
    let unscoped = client.ask(&client.key.sign(&client.claims()), "").await;
    assert_eq!(refusal(&unscoped, 400), "invalid_scope: scope is required");
    let narrowed = client.token("system/*.cruds launch").await.json();
    assert_eq!(narrowed["scope"], "system/Patient.rs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_held_to_its_scopes_and_its_five_minutes() {
    let server = Server::start().await;
    let client = Backend::registered(&server, Algorithm::RS384, "system/*.cruds").await;
    let answer = client.token("system/Patient.read system/Observation.rs?category=laboratory").await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.text);
    let given = answer.json();
    assert_eq!(
        (&given["token_type"], &given["expires_in"], &given["scope"]),
        (
            &json!("Bearer"),
            &json!(300),
            &json!("system/Patient.read system/Observation.rs?category=laboratory")
        )
    );
    assert_eq!(given.as_object().unwrap().len(), 4);
    let fhir = server.fhir_by(given["access_token"].as_str().unwrap().to_owned());
    assert_eq!(fhir.get("/Patient").await.status, 200);
    fhir.post("/Patient", &json!({ "resourceType": "Patient" })).await.refused(403);
    assert_eq!(fhir.get("/Observation").await.json()["total"], 0, "laboratory only");
    fhir.get("/Encounter/a").await.refused(403);
    let told = server
        .texts("SELECT interaction || ' ' || outcome || ' ' || agent FROM audit_event WHERE interaction <> 'test' ORDER BY id")
        .await;
    let agent = &client.id;
    assert_eq!(told[..2], [format!("token success {agent}"), format!("search-type success {agent}")]);
    server.app.clock.advance_s(299);
    assert_eq!(fhir.get("/Patient").await.status, 200);
    server.app.clock.advance_s(1);
    fhir.get("/Patient").await.refused(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_secret_sends_it_in_the_header() {
    let server = Server::start().await;
    let new = NewClient {
        name: "with a secret".to_owned(),
        proof: NewProof::Secret,
        redirect_uris: Vec::new(),
        scope: "system/*.rs".to_owned(),
        purposes: Vec::new(),
    };
    let registered = server.register_client("default", &new).await.unwrap();
    let (id, secret) = (registered.client.id.to_string(), registered.secret.unwrap().expose().clone());
    let form = [("grant_type", "client_credentials"), ("scope", "system/*.rs")];
    let by = |secret: &str| {
        let request = server.request(reqwest::Method::POST, "/oauth/token").form(&form);
        crate::harness::Answer::of(request.basic_auth(&id, Some(secret)))
    };
    assert_eq!(by("wrong").await.status, 401);
    let in_body = [form[0], form[1], ("client_id", id.as_str()), ("client_secret", secret.as_str())];
    assert_eq!(
        refusal(&ask(&server, &in_body).await, 400),
        "invalid_request: a client sends its secret by HTTP Basic, not in the body"
    );
    assert_eq!(by(&secret).await.status, 200);
    let kept =
        server.number(&format!("SELECT count(*) FROM oauth_client WHERE secret LIKE '%{secret}%'")).await;
    assert_eq!(kept, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_removed_client_had_is_taken_back_at_once_here_and_soon_elsewhere() {
    let server = Server::start().await;
    let other = server.replica().await;
    let client = Backend::registered(&server, Algorithm::ES384, "system/*.rs").await;
    let token = client.token("system/*.rs").await.json()["access_token"].as_str().unwrap().to_owned();
    let (here, there) = (server.fhir_by(token.clone()), other.fhir_by(token));
    assert_eq!((here.get("/Patient").await.status, there.get("/Patient").await.status), (200, 200));
    let id = client.id.parse().unwrap();
    assert!(server.remove_client(id).await.unwrap());
    assert!(!server.remove_client(id).await.unwrap());
    here.get("/Patient").await.refused(401);
    other.app.clock.advance_s(5);
    there.get("/Patient").await.refused(401);
    assert_eq!(client.token("system/*.rs").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_could_never_get_a_token_is_not_registered() {
    let server = Server::start().await;
    let register = async |proof: NewProof, uri: Option<&str>, scope: &str, name: &str, tenant: &str| {
        let redirect_uris = uri.map(str::to_owned).into_iter().collect();
        let new = NewClient {
            name: name.to_owned(),
            proof,
            redirect_uris,
            scope: scope.to_owned(),
            purposes: Vec::new(),
        };
        server.register_client(tenant, &new).await.map(|_| ())
    };
    let one = "default";
    let faults = [
        register(NewProof::Public, None, "system/*.rs", "a", one).await,
        register(NewProof::Secret, None, "openid", "a", one).await,
        register(NewProof::Secret, None, "system/Nope.rs", "a", one).await,
        register(NewProof::Secret, None, "system/*.rs", " ", one).await,
        register(NewProof::Public, Some("http://app.example/"), "openid", "a", one).await,
        register(NewProof::Keys("{}".to_owned()), None, "system/*.rs", "a", one).await,
        register(NewProof::Secret, None, "system/*.rs", "a", "nobody").await,
    ];
    let kinds: Vec<_> = faults.into_iter().map(Result::unwrap_err).collect();
    assert!(
        matches!(
            kinds.as_slice(),
            [
                NotRegistered::Useless,
                NotRegistered::Useless,
                NotRegistered::Scope(_),
                NotRegistered::Name,
                NotRegistered::RedirectUri(_),
                NotRegistered::Keys(_),
                NotRegistered::Tenant(_),
            ]
        ),
        "{kinds:?}"
    );
    assert_eq!(server.number("SELECT count(*) FROM oauth_client").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_one_tenant_reads_nothing_of_another() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = fhir.post("/Patient", &json!({ "resourceType": "Patient" })).await.json()["id"].clone();
    server.execute("INSERT INTO tenant (tenant, name, created_at) VALUES (7, 'other', now())").await;
    let key = Key::made(Algorithm::ES384);
    let new = NewClient {
        name: "other".to_owned(),
        proof: NewProof::Keys(json!({ "keys": [key.public] }).to_string()),
        redirect_uris: Vec::new(),
        scope: "system/*.rs".to_owned(),
        purposes: Vec::new(),
    };
    let registered = server.register_client("other", &new).await.unwrap();
    let client = Backend { server: &server, id: registered.client.id.to_string(), key };
    let token = client.token("system/*.rs").await.json()["access_token"].as_str().unwrap().to_owned();
    server.fhir_by(token).get(&format!("/Patient/{}", id.as_str().unwrap())).await.refused(404);
}
