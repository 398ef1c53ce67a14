//! What is sent in place of what should be: each body and field of the account endpoints, wrong in every way.

use reqwest::Method;
use serde_json::json;

use super::{Customer, PASSWORD, invalid, refused, send};
use crate::harness::{Answer, Server, each_way};

each_way! { start_via:
    a_body_is_an_object_and_nothing_else
    a_field_has_its_type_and_its_length
    letters_that_only_look_like_others_are_nobodys_address
}

const BODIES: [(Method, &str); 5] = [
    (Method::POST, "/api/auth/register"),
    (Method::POST, "/api/auth/login"),
    (Method::PUT, "/api/auth/profile"),
    (Method::POST, "/api/projects"),
    (Method::POST, "/api/api-keys/generate"),
];

async fn a_body_is_an_object_and_nothing_else(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let before = server.number("SELECT count(*) FROM resource").await;
    let deep = format!("{}{}", "{\"name\":".repeat(1000), "[".repeat(1000));
    for (method, path) in BODIES {
        let sent = async |body: &str| {
            let request = server.request(method.clone(), &format!("/smartscan{path}"));
            let request = request.bearer_auth(&alice.token).header("Content-Type", "application/json");
            Answer::of(request.body(body.to_owned())).await
        };
        let list = format!(r#"["eve@example.org","{PASSWORD}","Eve"]"#);
        for body in ["[]", list.as_str(), "null", "true", "7", "\"text\""] {
            assert_eq!(invalid(&sent(body).await), "body must be a JSON object", "{method} {path} {body}");
        }
        for body in [
            "",
            "{",
            "{\"name\":}",
            "{'name':1}",
            "\u{feff}{}",
            deep.as_str(),
            "{}{}",
            "{\"name\":\"\\ud800\"}",
        ] {
            let text = invalid(&sent(body).await);
            let known =
                ["body is not JSON at", "body has a value of the wrong type at", "body needs the field"];
            assert!(known.iter().any(|known| text.starts_with(known)), "{method} {path}: {text}");
        }
        let large = json!({ "name": "x".repeat(1 << 20) }).to_string();
        assert_eq!(invalid(&sent(&large).await), "body is larger than 16384 bytes", "{path}");
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        for deep in [&deep, &format!("{{\"name\":{deep}}}"), &deep.repeat(3)] {
            assert!(invalid(&sent(deep).await).starts_with("body is"), "{path}");
        }
        let twice =
            r#"{"name":"a","name":"b","email":"a@b.c","email":"a@b.c","project_id":"1","project_id":"2"}"#;
        invalid(&sent(twice).await);
    }
    assert_eq!(server.number("SELECT count(*) FROM resource").await, before);
}

async fn a_field_has_its_type_and_its_length(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let good = [
        json!({ "email": "eve@example.org", "password": PASSWORD, "name": "Eve" }),
        json!({ "email": "alice@example.org", "password": PASSWORD }),
        json!({ "name": "Alice", "company": "Clinic", "phone": "1" }),
        json!({ "name": "Ward", "description": "Round" }),
        json!({ "project_id": alice.project, "name": "key" }),
    ];
    for ((method, path), good) in BODIES.into_iter().zip(good) {
        for name in good.as_object().unwrap().keys() {
            for wrong in [
                json!(7),
                json!(true),
                json!([]),
                json!({}),
                json!({ "$ne": null }),
                json!(["alice@example.org"]),
                json!("a\u{0}b"),
                json!("a\r\nBcc: b@example.org"),
                json!("x".repeat(5000)),
            ] {
                let mut body = good.clone();
                body[name] = wrong.clone();
                let answer = alice.send(method.clone(), path, &body).await;
                let refusal = format!("{method} {path} {name} {wrong}: {}", answer.text);
                match (path, name.as_str()) {
                    // A password may be any text; a project that cannot be is one that is not there.
                    ("/api/auth/login", "password") => {
                        assert!([400, 401, 429].contains(&answer.status), "{refusal}")
                    }
                    ("/api/auth/register", "password") => {
                        assert!([400, 201].contains(&answer.status), "{refusal}")
                    }
                    (_, "project_id") => assert!([400, 404].contains(&answer.status), "{refusal}"),
                    // A description has lines.
                    (_, "description") if wrong == "a\r\nBcc: b@example.org" => {
                        assert_eq!(answer.status, 201, "{refusal}")
                    }
                    _ => assert_eq!(answer.status, 400, "{refusal}"),
                }
            }
        }
    }
}

async fn letters_that_only_look_like_others_are_nobodys_address(server: Server) {
    Customer::register(&server, "kate@example.org").await;
    // A Kelvin sign, whose lower case is k; a wide letter; a Cyrillic one.
    for email in ["\u{212a}ate@example.org", "\u{ff4b}ate@example.org", "k\u{430}te@example.org"] {
        let person = json!({ "email": email, "password": PASSWORD, "name": "Kate" });
        let registered = send(&server, Method::POST, "/api/auth/register", None, &person).await;
        let wanted = "email must be of ASCII letters; a domain with others is written as xn--";
        assert_eq!(invalid(&registered), wanted, "{email}");
        let login = json!({ "email": email, "password": PASSWORD });
        let login = send(&server, Method::POST, "/api/auth/login", None, &login).await;
        assert_eq!(refused(&login, 401).0, "INVALID_CREDENTIALS", "{email}");
    }
    let other_case = json!({ "email": "KATE@EXAMPLE.ORG", "password": PASSWORD });
    let signed_in = send(&server, Method::POST, "/api/auth/login", None, &other_case).await;
    assert_eq!((signed_in.status, &signed_in.json()["user"]["email"]), (200, &json!("kate@example.org")));
    assert_eq!(server.number("SELECT count(*) FROM account").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_who_register_one_address_at_once_one_does() {
    let server = Server::start().await;
    let register = |name: &'static str| {
        let person = json!({ "email": "alice@example.org", "password": PASSWORD, "name": name });
        let server = &server;
        async move { send(server, Method::POST, "/api/auth/register", None, &person).await }
    };
    let answers = futures_util::future::join_all(["A", "B", "C", "D", "E"].map(register)).await;
    let opened = answers.iter().filter(|answer| answer.status == 201).count();
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(invalid(answer), "email is taken by another account");
    }
    assert_eq!((opened, server.number("SELECT count(*) FROM account").await), (1, 1));
    let of_others = "SELECT count(*) FROM resource WHERE type = 'Practitioner'";
    assert_eq!(server.number(of_others).await, 1, "those that were refused left nothing");
    assert_eq!(server.number("SELECT count(*) FROM tenant WHERE tenant > 1").await, 1);
}
