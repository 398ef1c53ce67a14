//! From an app's question to a provider and back to the question.

use hygeia::core::config::providers::{Newcomers, ProviderSettings, Role};
use hygeia::identity::oauth::registration::{NewClient, NewProof};

use super::provider::{Hostile, settings};
use super::{Away, told};
use crate::harness::Server;
use crate::oauth::person::{CALLBACK, Person, SCOPE, address, answered, app, fetch, open_account, question};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_on_where_the_app_asked() {
    let (idp, other) = (Hostile::start().await, Hostile::start().await);
    let list = [(&idp, idp.settings("idp")), (&other, other.settings("other"))];
    let server = Server::start_by(&settings(&list), None).await;
    open_account(&server).await;
    let (client, person) = (app(&server).await, Person::at(&server));
    let question = question(&client, "openid fhirUser user/*.rs");
    let login = person.get(&address(&question)).await;
    let page = person.get(login.header("location")).await;
    for label in ["The idp", "The other"] {
        assert!(page.text.contains(&format!(">Sign in with {label}</a>")), "{}", page.text);
    }
    let begin = page.text.split("href=\"").find(|rest| rest.starts_with("/login/oidc/idp?")).unwrap();
    let away = Away::with(&person, &begin.split('"').next().unwrap().replace("&#38;", "&")).await;
    idp.gives(&idp.key.sign(&idp.claims(&away.query["nonce"])));
    let back = away.back(&person, "idp").await;
    assert!(back.header("location").starts_with("/oauth/consent?request="), "{}", back.text);
    let consent = person.get(back.header("location")).await;
    let code = answered(&person.decide(&consent, "allow").await)["code"].clone();
    let given = fetch(&server, &client, &code).await.json();
    assert_eq!(given["scope"], "openid fhirUser user/*.rs");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_of_another_organisation_is_told_no_more_than_who_is_of_none() {
    let idp = Hostile::start().await;
    let domains = vec!["clinic.example".to_owned()];
    let newcomers = Newcomers::Welcome { domains, role: Role::User, tenant: "default".to_owned() };
    let provider = ProviderSettings { newcomers, ..idp.settings("idp") };
    let server = Server::start_by(&settings(&[(&idp, provider)]), None).await;
    open_account(&server).await;
    server.execute("INSERT INTO tenant (name, created_at) VALUES ('elsewhere', now())").await;
    let new = NewClient {
        name: "app".to_owned(),
        proof: NewProof::Public,
        redirect_uris: vec![CALLBACK.to_owned()],
        scope: SCOPE.to_owned(),
        purposes: Vec::new(),
    };
    let client = server.register_client("elsewhere", &new).await.unwrap().client.id.to_string();
    let person = Person::at(&server);
    let login = person.get(&address(&question(&client, "user/*.rs"))).await.header("location").to_owned();
    let asked = login.strip_prefix("/login?").unwrap();
    // Nor is an account opened in the one for who comes to the other.
    for email in ["alice@example.org", "bob@clinic.example"] {
        let away = Away::with(&person, &format!("/login/oidc/idp?{asked}")).await;
        let mut claims = idp.claims(&away.query["nonce"]);
        claims["email"] = email.into();
        idp.gives(&idp.key.sign(&claims));
        assert!(told(&away.back(&person, "idp").await, 403).starts_with("There is no account here"));
    }
    assert_eq!(server.number("SELECT count(*) FROM account WHERE email = 'bob@clinic.example'").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
    // A question that nobody can be asked is not carried to a provider.
    let unknown = person.get("/login/oidc/idp?request=client_id%3Dnobody").await;
    assert_eq!(told(&unknown, 400), "No app is registered by this name.");
}
