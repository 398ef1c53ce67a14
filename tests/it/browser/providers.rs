//! Signing in and out at a certified provider, which runs beside the server: npm's `oidc-provider`.

use std::path::Path;
use std::process::Stdio;

use hygeia::core::Secret;
use hygeia::core::config::Settings;
use hygeia::core::config::egress::{EgressSettings, Place};
use hygeia::core::config::providers::{Newcomers, ProviderSettings, SecondFactor};
use hygeia::identity::oauth::registration::{NewClient, NewProof};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::Browser;
use crate::harness::Server;
use crate::oauth::person::open_account;

/// The provider's process, which ends with the test.
pub(super) struct Certified {
    issuer: String,
    _process: Child,
}

impl Certified {
    /// Starts it for a server at this address.
    pub(super) fn start(client: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/oidc-provider.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg(client).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.kill_on_drop(true).spawn().expect("`make test` installs node");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let issuer = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async { lines.next_line().await.unwrap() })
        });
        // It goes on telling things, and would end if nobody read them.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { issuer: issuer.expect("the provider's address"), _process: process }
    }

    /// Settings with it by this name.
    pub(super) fn settings(&self, name: &str) -> Settings {
        let provider = ProviderSettings {
            name: name.to_owned(),
            label: "the certified provider".to_owned(),
            issuer: self.issuer.clone(),
            client_id: "hygeia".to_owned(),
            client_secret: Secret::new("a secret of the tests, long enough".to_owned()),
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
            domains: Vec::new(),
            tenants: Vec::new(),
            second_factor: SecondFactor::Ask,
            newcomers: Newcomers::Refused,
        };
        let allow = vec![Place::of(&self.issuer.parse().unwrap()).unwrap()];
        let egress = EgressSettings { allow, ..EgressSettings::default() };
        Settings { egress, providers: vec![provider], ..Settings::default() }
    }
}

/// The address of an app's question.
pub(super) async fn question(server: &Server) -> String {
    let new = NewClient {
        name: "Growth Chart".to_owned(),
        proof: NewProof::Public,
        redirect_uris: vec![format!("{}/healthz", server.url)],
        scope: "openid user/*.rs".to_owned(),
        purposes: Vec::new(),
    };
    let client = server.register_client("default", &new).await.unwrap().client.id.to_string();
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", &client),
            ("redirect_uri", &new.redirect_uris[0]),
            ("scope", "openid user/*.rs"),
            ("state", "of the app"),
            ("aud", &format!("{}/fhir", server.url)),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    format!("{}/oauth/authorize?{query}", server.url)
}

/// Types who one is at the provider, and agrees to everything there.
pub(super) async fn sign_in_there(browser: &Browser, email: &str) {
    browser.fill("input[name=login]", email).await;
    browser.fill("input[name=password]", "whatever").await;
    browser.click("button[type=submit]").await;
    browser.wait_for_text("body", "Authorize").await;
    browser.click("button[type=submit]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_out_at_a_certified_provider() {
    let mut started = None;
    let server =
        Server::start_public(|url| started.insert(Certified::start(url)).settings("certified")).await;
    let certified = started.unwrap();
    open_account(&server).await;
    let question = question(&server).await;
    let browser = Browser::start().await;

    // The provider says that it has not verified the address of this one.
    browser.open(&question).await;
    browser.wait_for_text("h1", "Sign in").await;
    browser.picture("provider-login").await;
    browser.click(".others a").await;
    sign_in_there(&browser, "unverified@example.org").await;
    browser.wait_for_text("[role=alert]", "has not verified").await;
    browser.picture("provider-unverified").await;
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);

    // Out there, and in again as the person with the account.
    browser.open(&format!("{}/session/end", certified.issuer)).await;
    browser.click("button[value=yes]").await;
    browser.wait_for_text("body", "Sign-out Success").await;
    browser.open(&question).await;
    browser.dark().await;
    browser.wait_for_text("h1", "Sign in").await;
    browser.picture("provider-login-dark").await;
    browser.click(".others a").await;
    sign_in_there(&browser, "alice@example.org").await;
    browser.wait_for_text("h1", "Growth Chart").await;
    browser.click("button[value=allow]").await;
    browser.wait_for_text("body", "ok").await;
    assert!(browser.address().await.starts_with(&format!("{}/healthz?code=", server.url)));

    // Out here, and there.
    browser.open(&format!("{}/logout", server.url)).await;
    browser.wait_for_text("h1", "Sign out?").await;
    browser.picture("provider-logout").await;
    browser.click("button[type=submit]").await;
    browser.click("button[value=yes]").await;
    browser.wait_for_text("h1", "You are signed out").await;
    assert_eq!(browser.address().await, format!("{}/logout", server.url));
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);

    // In again, which takes no link any more, and out at the provider, which tells us.
    browser.open(&question).await;
    browser.click(".others a").await;
    sign_in_there(&browser, "alice@example.org").await;
    browser.wait_for_text("h1", "Growth Chart").await;
    browser.open(&format!("{}/session/end", certified.issuer)).await;
    browser.click("button[value=yes]").await;
    browser.wait_for_text("body", "Sign-out Success").await;
    browser.open(&question).await;
    browser.wait_for_text("h1", "Sign in").await;
    let told = server
        .texts("SELECT agent_kind FROM audit_event WHERE interaction = 'logout' ORDER BY recorded")
        .await;
    assert_eq!(told, ["account", "system"]);
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 1);
}
