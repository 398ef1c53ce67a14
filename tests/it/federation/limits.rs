//! Which addresses a provider is believed about, and where they lead.

use hygeia::core::Secret;
use hygeia::core::config::providers::{Newcomers, ProviderSettings, Role};
use hygeia::records::accounts::Person as NewPerson;
use serde_json::Value;

use super::provider::{Hostile, settings};
use super::{audited, told, visit};
use crate::harness::Server;
use crate::oauth::person::{Person, open_account};

const FOREIGN: &str = "The service that you sign in by is not the one for your e-mail address here. Sign in by another, or with your password.";
const NONE: &str = "There is no account here with your e-mail address that you could sign in to. Ask the people who run this server for one.";

fn domains(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_speaks_for_its_own_domains_and_for_what_nobody_else_does() {
    let (ours, any) = (Hostile::start().await, Hostile::start().await);
    let clinic = ProviderSettings { domains: domains(&["clinic.example"]), ..ours.settings("ours") };
    let server = Server::start_by(&settings(&[(&ours, clinic), (&any, any.settings("any"))]), None).await;
    open_account(&server).await;
    let sent = async |idp: &Hostile, name: &str, email: &str| {
        let claims = |claims: &mut Value| claims["email"] = email.into();
        visit(&Person::at(&server), idp, name, claims).await
    };
    // The account is of example.org: the clinic's provider does not speak for it, and the other one does.
    for email in ["alice@example.org", "alice@x.clinic.example", "alice@clinic.example.org"] {
        assert_eq!(told(&sent(&ours, "ours", email).await, 403), FOREIGN, "{email}");
    }
    assert_eq!(sent(&any, "any", "alice@example.org").await.status, 303);
    server.execute("DELETE FROM federated_identity").await;
    server.execute("UPDATE account SET email = 'alice@clinic.example' WHERE surface = 'fhir'").await;
    assert_eq!(told(&sent(&any, "any", "alice@clinic.example").await, 403), FOREIGN);
    assert_eq!(sent(&ours, "ours", "Alice@Clinic.example").await.status, 303);
    // Who is linked is known whatever the address.
    assert_eq!(sent(&ours, "ours", "alice@elsewhere.example").await.status, 303);
    let linked = "SELECT count(*) FROM federated_identity";
    assert_eq!(server.number(linked).await, 1);
    assert_eq!(audited(&server).await, ["link-identity success 2", "login refused 4", "login success 3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_an_account_by_a_provider_that_does_not_speak_for_them() {
    let (ours, any) = (Hostile::start().await, Hostile::start().await);
    let newcomers = Newcomers::Welcome {
        domains: domains(&["clinic.example"]),
        role: Role::Admin,
        tenant: "default".to_owned(),
    };
    let list = [
        (&ours, ProviderSettings { domains: domains(&["clinic.example"]), ..ours.settings("ours") }),
        (&any, ProviderSettings { newcomers, ..any.settings("any") }),
    ];
    let server = Server::start_by(&settings(&list), None).await;
    open_account(&server).await;
    let bob = |claims: &mut Value| claims["email"] = "bob@clinic.example".into();
    assert_eq!(told(&visit(&Person::at(&server), &any, "any", bob).await, 403), FOREIGN);
    assert_eq!(told(&visit(&Person::at(&server), &ours, "ours", bob).await, 403), NONE, "no rule of its own");
    assert_eq!(server.number("SELECT count(*) FROM account WHERE email LIKE 'bob%'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_leads_to_the_accounts_of_the_tenants_that_are_named() {
    let idp = Hostile::start().await;
    let tenants = vec!["elsewhere".to_owned(), "nowhere".to_owned()];
    let provider = ProviderSettings { tenants, ..idp.settings("idp") };
    let server = Server::start_by(&settings(&[(&idp, provider)]), None).await;
    open_account(&server).await;
    server.execute("INSERT INTO tenant (name, created_at) VALUES ('elsewhere', now())").await;
    assert_eq!(told(&visit(&Person::at(&server), &idp, "idp", |_| {}).await, 403), NONE);
    let bob = NewPerson {
        email: "bob@example.org".to_owned(),
        password: Secret::new("another long pass phrase".to_owned()),
        name: Secret::new("Bob".to_owned()),
    };
    server.app.records.add_person("elsewhere", &bob, None).await.unwrap();
    let claims = |claims: &mut Value| {
        (claims["sub"], claims["email"]) = ("subject of bob".into(), "bob@example.org".into());
    };
    assert_eq!(visit(&Person::at(&server), &idp, "idp", claims).await.status, 303);
    let linked = "SELECT a.email FROM federated_identity i JOIN account a ON a.id = i.account";
    assert_eq!(server.texts(linked).await, ["bob@example.org"]);
}
