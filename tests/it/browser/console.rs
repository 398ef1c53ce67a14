//! The page of a tenant's clients, as an administrator has it.

use hygeia::core::config::Settings;

use super::Browser;
use crate::harness::Server;
use crate::oauth::person::{EMAIL, PASSWORD, open_account};

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_registers_and_removes_a_program() {
    let server = Server::start_public(|_| Settings::default()).await;
    open_account(&server).await;
    let browser = Browser::start().await;
    browser.open(&super::providers::question(&server).await).await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button[type=submit]").await;
    browser.wait_for_text("h1", "Growth Chart").await;

    browser.open(&format!("{}/console/clients", server.url)).await;
    browser.wait_for_text("h1", "Apps and programs").await;
    browser.fill("#name", "Nightly export").await;
    browser.click("#secret").await;
    browser.fill("#scope", "magic").await;
    browser.click("form button").await;
    browser.wait_for_text("[role=alert]", "magic").await;
    browser.picture("console-clients").await;
    browser.fill("#scope", "system/Patient.rs").await;
    browser.click("form button").await;
    browser.wait_for_text("h1", "Nightly export").await;
    assert_eq!(browser.texts("#client-secret").await[0].len(), 43);
    browser.picture("console-secret").await;
    browser.click("p a").await;
    browser.wait_for_text(".choices li:last-child", "Nightly export").await;
    browser.dark().await;
    browser.picture("console-clients-dark").await;
    browser.click(".choices li:last-child a").await;
    browser.wait_for_text("h1", "Nightly export").await;
    browser.picture("console-client-dark").await;
    browser.click("button[value=remove]").await;
    browser.wait_for_text("h1", "Apps and programs").await;
    assert_eq!(browser.texts(".choices li").await.len(), 1);
    let complaints = browser.complaints().await;
    let is_expected = |line: &String| line.contains("/console/clients -") || line.contains("/favicon.ico");
    assert!(complaints.iter().all(is_expected), "{complaints:?}");
}
