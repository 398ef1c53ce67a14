//! Operators: a session of their own, all tenants, and no records.

use super::{administrator, clinician, links, page, warned};
use crate::harness::Server;
use crate::oauth::person::{EMAIL, PASSWORD, Person, open_account};

const TENANTS: &str = "/console/tenants";

/// An operator at a browser.
async fn operator(server: &Server) -> Person<'_> {
    open_account(server).await;
    let person = Person::at(server);
    let login = person.get("/console/operator").await;
    let sent = [("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(person.submit(&login, "/console/operator", &sent).await.header("location"), TENANTS);
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_operators_comes_in_and_operators_come_nowhere_else() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    for path in [TENANTS, "/console/tenants/1"] {
        assert_eq!(
            admin.get(path).await.header("location"),
            "/console/operator",
            "another session does not do"
        );
        let posted = admin.post(path, &[("form", "x"), ("action", "attach")]).await;
        assert_eq!(posted.header("location"), "/console/operator");
    }
    clinician(&server, "default", "ada@example.org").await;
    let person = Person::at(&server);
    let login = person.get("/console/operator").await;
    for (email, password) in [("ada@example.org", PASSWORD), (EMAIL, "wrong horse battery")] {
        let answer =
            person.submit(&login, "/console/operator", &[("email", email), ("password", password)]).await;
        assert_eq!(warned(&answer, 401), "The e-mail address or the password is wrong.", "{email}");
    }
    let foreign =
        person.post("/console/operator", &[("form", "x"), ("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(warned(&foreign, 403), "The form is too old, or came from elsewhere.");
    let sent = [("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(person.submit(&login, "/console/operator", &sent).await.header("location"), TENANTS);
    page(&person.get(TENANTS).await);
    for path in ["/console", "/console/records", "/console/users"] {
        assert_eq!(person.get(path).await.header("location"), "/login?request=console", "{path}");
    }
    let refused = person.post(TENANTS, &[("form", "made up"), ("name", "x")]).await;
    assert_eq!(warned(&refused, 403), "The form is too old, or came from elsewhere.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_founded_gets_a_surface_and_an_account_of_it_is_closed() {
    let server = Server::start().await;
    let operator = operator(&server).await;
    let list = operator.get(TENANTS).await;
    for (name, status, told) in
        [("", 400, "A name has 1 to 200 characters."), ("default", 409, "There is a tenant of this name.")]
    {
        assert_eq!(warned(&operator.submit(&list, TENANTS, &[("name", name)]).await, status), told);
    }
    let founded = operator.submit(&list, TENANTS, &[("name", "St. Mary's <clinic>")]).await;
    let path = founded.header("location").to_owned();
    assert!(path.starts_with("/console/tenants/"), "{}", founded.text);
    let shown = operator.get(&path).await;
    assert!(page(&shown).contains("<h1>St. Mary&#39;s &#60;clinic&#62;</h1>"), "{}", shown.text);
    let form = Person::hidden(&shown, "form");
    let send = async |fields: &[(&str, &str)]| {
        let sent = [&[("form", &*form)][..], fields].concat();
        operator.post(&path, &sent).await
    };
    assert_eq!(send(&[("action", "attach"), ("surface", "operator")]).await.status, 400);
    assert_eq!(send(&[("action", "magic")]).await.status, 400);
    assert_eq!(send(&[("action", "attach"), ("surface", "imagemedix")]).await.header("location"), path);
    assert!(page(&operator.get(&path).await).contains("<p>imagemedix</p>"));

    let ada = clinician(&server, "St. Mary's <clinic>", "ada@example.org").await;
    page(&ada.get("/console").await);
    let user = server.text("SELECT id::text FROM account WHERE email = 'ada@example.org'").await;
    let own = server.text("SELECT id::text FROM account WHERE surface = 'operator'").await;
    for id in [own.as_str(), "x", "018f0000-0000-7000-8000-000000000000"] {
        assert_eq!(send(&[("action", "close"), ("user", id)]).await.status, 404, "{id}");
    }
    assert_eq!(send(&[("action", "close"), ("user", &user)]).await.header("location"), path);
    assert_eq!(
        ada.get("/console").await.header("location"),
        "/login?request=console",
        "the session has ended"
    );
    assert!(page(&operator.get(&path).await).contains("<td>closed</td>"));
    assert_eq!(send(&[("action", "open"), ("user", &user)]).await.header("location"), path);
    assert_eq!(operator.get("/console/tenants/999").await.status, 404);
    assert!(links(&operator.get(TENANTS).await, "/console/tenants/").contains(&path));

    let out = operator.post("/console/operator/out", &[("form", &form)]).await;
    assert_eq!(out.header("location"), "/console/operator");
}
