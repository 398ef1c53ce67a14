//! The pages of a tenant's apps and programs.

use reqwest::Method;

use crate::harness::{Answer, Server};
use crate::oauth::person::{Person, address, app, open_account, question};

const CLIENTS: &str = "/console/clients";

/// An administrator at a browser.
pub(crate) async fn administrator(server: &Server) -> Person<'_> {
    open_account(server).await;
    let person = Person::at(server);
    let login = person.get(&address(&question(&app(server).await, "user/*.rs"))).await;
    assert_eq!(person.sign_in(login.header("location")).await.status, 303);
    person
}

/// Asserts that this is a page with this status, which keeps all else out; what it warns of.
#[track_caller]
fn warned(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    let policy =
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(answer.header("content-security-policy"), policy);
    assert_eq!((answer.header("cache-control"), answer.header("x-frame-options")), ("no-store", "DENY"));
    let told = answer.text.split("role=\"alert\">").nth(1).and_then(|rest| rest.split('<').next());
    told.unwrap_or_default().replace("&#39;", "'").replace("&#34;", "\"")
}

/// A form of a new client, with the proof of the page.
async fn send(person: &Person<'_>, fields: &[(&str, &str)]) -> Answer {
    let page = person.get(CLIENTS).await;
    let form = Person::hidden(&page, "form");
    let mut sent = vec![("form", &*form)];
    sent.extend(fields);
    person.post(CLIENTS, &sent).await
}

fn code(page: &Answer, id: &str) -> String {
    let rest = page.text.split(&format!("<code id=\"{id}\">")).nth(1).expect("the page shows it");
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_administrators_comes_in() {
    let server = Server::start().await;
    let stranger = Person::at(&server);
    let one = format!("{CLIENTS}/01a1fe04-40cb-75ba-943e-353bfb90f57e");
    for path in [CLIENTS, &one] {
        assert_eq!(stranger.get(path).await.header("location").split('?').next(), Some("/login"));
        let posted = stranger.post(path, &[("form", "x"), ("action", "remove")]).await;
        assert_eq!(posted.header("location").split('?').next(), Some("/login"));
    }
    let person = administrator(&server).await;
    let form = Person::hidden(&person.get(CLIENTS).await, "form");
    let refused = person.post(CLIENTS, &[("form", "made up"), ("name", "x")]).await;
    assert_eq!(warned(&refused, 403), "The form is too old, or came from elsewhere.");
    server.execute("UPDATE account SET role = 'user'").await;
    let only = "Only the administrators of your organisation may see this.";
    assert_eq!(warned(&person.get(CLIENTS).await, 403), only);
    assert_eq!(warned(&person.get(&one).await, 403), only);
    assert_eq!(warned(&person.post(CLIENTS, &[("form", &form), ("name", "x")]).await, 403), only);
    assert_eq!(warned(&person.post(&one, &[("form", &form), ("action", "remove")]).await, 403), only);
    let audited = "SELECT interaction || ' ' || outcome FROM audit_event WHERE interaction LIKE '%-client%' ORDER BY recorded, id";
    assert_eq!(
        server.texts(audited).await,
        [
            "list-clients success",
            "create-client refused",
            "list-clients refused",
            "list-clients refused",
            "create-client refused",
            "remove-client refused",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_a_client_is_told_and_stays_in_the_form() {
    let server = Server::start().await;
    let person = administrator(&server).await;
    let clients = server.number("SELECT count(*) FROM oauth_client").await;
    for (fields, told) in [
        (vec![("name", "x"), ("method", "magic")], "Keys are for programs that show who they are by keys."),
        (
            vec![("name", "x"), ("method", "none"), ("jwks", "{}")],
            "Keys are for programs that show who they are by keys.",
        ),
        (
            vec![("name", "x"), ("method", "private_key_jwt")],
            "A program with keys needs either its keys or their address.",
        ),
        (
            vec![("name", ""), ("method", "none")],
            "A client needs a name of at most 200 characters, none of them a control character.",
        ),
        (
            vec![("name", "x"), ("method", "none"), ("scope", "<script>")],
            "\"&#60;script&#62;\" is not a scope such as system/*.cruds or system/Patient.rs.",
        ),
        (
            vec![
                ("name", "x"),
                ("method", "client_secret_basic"),
                ("scope", "system/*.rs"),
                ("purposes", "FUN"),
            ],
            "\"FUN\" is not a purpose such as TREAT or HRESCH.",
        ),
        (
            vec![
                ("name", "\"><script>alert(1)</script>"),
                ("method", "none"),
                ("redirect_uris", "javascript:alert(1)"),
            ],
            "\"javascript:alert(1)\" cannot be a redirect URI: https with a host, http with localhost, or a scheme of the app's own with a dot; no fragment, no user, no blank.",
        ),
    ] {
        let answer = send(&person, &fields).await;
        assert_eq!(warned(&answer, 400), told, "{fields:?}");
        assert!(!answer.text.contains("<script>"));
    }
    let kept = send(&person, &[("name", "Growth"), ("method", "private_key_jwt"), ("scope", "openid")]).await;
    assert!(
        kept.text.contains("value=\"Growth\"") && kept.text.contains("value=\"private_key_jwt\" checked")
    );
    let one = format!("{CLIENTS}/01a1fe04-40cb-75ba-943e-353bfb90f57e");
    let form = Person::hidden(&kept, "form");
    for action in ["change", "renew", "remove"] {
        let answer = person.post(&one, &[("form", &form), ("action", action)]).await;
        assert_eq!(warned(&answer, 404), "There is no such client.");
    }
    assert_eq!(warned(&person.post(&one, &[("form", &form)]).await, 400), "The form says nothing to do.");
    assert_eq!(warned(&person.get(&format!("{CLIENTS}/x")).await, 404), "There is no such client.");
    assert_eq!(server.number("SELECT count(*) FROM oauth_client").await, clients);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_registered_changed_and_removed() {
    let server = Server::start().await;
    let person = administrator(&server).await;
    let fields = [
        ("name", "Growth <chart>"),
        ("method", "client_secret_basic"),
        ("redirect_uris", "https://app.example/\r\nhttps://app.example/two"),
        ("scope", "openid\n user/*.rs system/Patient.rs"),
        ("purposes", "TREAT  HRESCH"),
    ];
    let made = send(&person, &fields).await;
    assert_eq!(warned(&made, 200), "");
    let (id, secret) = (code(&made, "client-id"), code(&made, "client-secret"));
    let token = async |secret: &str| {
        let request = server.request(Method::POST, "/oauth/token").basic_auth(&id, Some(secret));
        let form = [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")];
        Answer::of(request.form(&form)).await
    };
    assert_eq!(token(&secret).await.status, 200);
    let list = person.get(CLIENTS).await;
    assert!(
        list.text.contains("Growth &#60;chart&#62;<small>By a secret, since 2026-11-21</small>"),
        "{}",
        list.text
    );
    assert!(!list.text.contains(&secret), "it is shown once");

    let path = format!("{CLIENTS}/{id}");
    let page = person.get(&path).await;
    assert!(
        page.text.contains("name=\"purposes\" maxlength=\"500\" value=\"TREAT HRESCH\""),
        "{}",
        page.text
    );
    let form = Person::hidden(&page, "form");
    let renewed = person.post(&path, &[("form", &form), ("action", "renew")]).await;
    let new = code(&renewed, "client-secret");
    assert_eq!((token(&secret).await.status, token(&new).await.status), (401, 200));
    let wrong = [("form", &*form), ("action", "change"), ("name", "Growth"), ("scope", "nothing")];
    assert_eq!(
        warned(&person.post(&path, &wrong).await, 400),
        "\"nothing\" is not a scope such as system/*.cruds or system/Patient.rs."
    );
    let change = [
        ("form", &*form),
        ("action", "change"),
        ("name", "Growth"),
        ("scope", "openid"),
        ("redirect_uris", "https://app.example/"),
        ("purposes", "HRESCH"),
    ];
    assert_eq!(person.post(&path, &change).await.header("location"), CLIENTS);
    assert_eq!(token(&new).await.status, 400, "it may not any more");
    assert_eq!(
        server.texts("SELECT purposes::text FROM oauth_client WHERE name = 'Growth'").await,
        ["{HRESCH}"]
    );
    assert_eq!(server.number("SELECT count(*) FROM access_token WHERE client IS NOT NULL").await, 0);
    assert_eq!(
        person.post(&path, &[("form", &form), ("action", "remove")]).await.header("location"),
        CLIENTS
    );
    assert_eq!(token(&new).await.status, 401);
    assert_eq!(warned(&person.get(&path).await, 404), "There is no such client.");
}

/// Another tenant's clients are as none.
#[tokio::test(flavor = "multi_thread")]
async fn administrators_see_their_own_organisations_clients() {
    let server = Server::start().await;
    let person = administrator(&server).await;
    server.execute("INSERT INTO tenant (name, created_at) VALUES ('elsewhere', now())").await;
    let new = hygeia::identity::oauth::registration::NewClient {
        name: "Theirs".to_owned(),
        proof: hygeia::identity::oauth::registration::NewProof::Secret,
        redirect_uris: Vec::new(),
        scope: "system/*.rs".to_owned(),
        purposes: Vec::new(),
    };
    let theirs = server.register_client("elsewhere", &new).await.unwrap().client.id;
    let list = person.get(CLIENTS).await;
    assert!(!list.text.contains("Theirs"));
    let form = Person::hidden(&list, "form");
    let path = format!("{CLIENTS}/{theirs}");
    assert_eq!(warned(&person.get(&path).await, 404), "There is no such client.");
    for action in ["change", "renew", "remove"] {
        let answer = person.post(&path, &[("form", &form), ("action", action)]).await;
        assert_eq!(warned(&answer, 404), "There is no such client.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_are_shown_page_by_page() {
    let server = Server::start().await;
    let person = administrator(&server).await;
    let more = "INSERT INTO oauth_client (tenant, id, name, kind, grants, redirect_uris, scope, created_at)
        SELECT tenant, lpad(to_hex(n), 32, 'f')::uuid, 'Client ' || n, kind, grants, redirect_uris, scope, created_at
        FROM oauth_client, generate_series(1, 50) n";
    server.execute(more).await;
    let first = person.get(CLIENTS).await;
    let count = |page: &Answer| page.text.matches("<a href=\"/console/clients/").count();
    assert_eq!(count(&first), 50);
    let rest = first.text.split("<a href=\"/console/clients?after=").nth(1).expect("there are further ones");
    let next = rest.split('"').next().unwrap();
    let second = person.get(&format!("{CLIENTS}?after={next}")).await;
    assert_eq!(count(&second), 1, "{}", second.text);
    assert!(!second.text.contains("Further ones"));
}
