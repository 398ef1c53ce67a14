//! Signing in.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Lab, PASSWORD, done, refused, sha256, told};
use crate::harness::{Answer, Server};

async fn login(server: &Server, region: &str, body: &Value) -> Answer {
    let request = server.request(Method::POST, &format!("/hemato/{region}/auth/login"));
    // As the documented command sends it.
    Answer::of(request.header("Content-Type", "application/x-www-form-urlencoded").body(body.to_string()))
        .await
}

fn by(user: &str, pass_hash: &str) -> Value {
    json!({ "user": user, "pass_hash": pass_hash })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_with_the_password_itself_or_what_is_not_theirs() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (email, hash) = (lab.user.email.as_str(), sha256(PASSWORD));
    let form = "pass_hash must be the SHA-256 of the password: 64 hexadecimal digits in lower case.";
    for (body, status, text) in [
        (json!({ "user": email, "password": PASSWORD }), 400, "pass_hash is required."),
        (by(email, PASSWORD), 400, form),
        (by(email, &hash.to_uppercase()), 400, form),
        (by("", &hash), 400, "user must be an e-mail address."),
        (by("a\0b", &hash), 400, "user must be an e-mail address."),
        (by(email, &sha256("wrong")), 401, "The user or the password is wrong."),
        (by(email, &sha256(&hash)), 401, "The user or the password is wrong."),
        (by("nobody@example.org", &hash), 401, "The user or the password is wrong."),
    ] {
        let answer = login(&server, "dev", &body).await;
        refused(&answer, status);
        assert_eq!(told(&answer), text);
    }
    assert_eq!(refused(&login(&server, "eu", &by(email, &hash)).await, 403), "region_not_permitted");
    for body in
        [json!({ "user": { "$ne": null }, "pass_hash": hash }), json!({ "user": [email], "pass_hash": hash })]
    {
        assert_eq!(refused(&login(&server, "dev", &body).await, 400), "invalid_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_is_told_to_wait() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let wrong = by(&lab.user.email, &sha256("wrong"));
    for _ in 0..10 {
        assert_eq!(refused(&login(&server, "dev", &wrong).await, 401), "invalid_credentials");
    }
    let answer = login(&server, "dev", &wrong).await;
    assert_eq!(refused(&answer, 429), "too_many_attempts");
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_holds_in_its_region_for_an_hour() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let answer = login(&server, "dev", &by(&lab.user.email, &sha256(PASSWORD))).await;
    let results = done(&answer, 202);
    assert_eq!(results["login_timestamp"], format!("{}000000000", lab.now()));
    assert_eq!(
        results["user"],
        json!({ "email": lab.user.email, "id": lab.user.id, "screen_name": "Ali", "user_name": lab.user.email })
    );
    let debug_info = &answer.json()["debug_info"];
    assert!(debug_info["delta"].is_string() && debug_info["version"].is_string());
    let token = results["token"]["HY_APP_AUTH_v1"].as_str().unwrap().to_owned();
    let create = async |region: &str, token: &str| {
        let request = server.request(Method::POST, &format!("/hemato/{region}/pbs"));
        Answer::of(request.header("Authorization", token).json(&json!({}))).await
    };
    assert_eq!(create("dev", &token).await.status, 201);
    assert_eq!(create("dev", &format!("Bearer {token}")).await.status, 201);
    assert_eq!(refused(&create("us", &token).await, 401), "invalid_token");
    server.app.clock.advance_s(3600);
    assert_eq!(refused(&create("dev", &token).await, 401), "invalid_token");
}
