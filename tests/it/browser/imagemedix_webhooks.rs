//! Webhooks on ImageMedix's page of administration: made, with a secret that is shown once, paused, removed; and what was sent to each.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::Browser;
use super::imagemedix::{ADMIN, Client, PASSWORD, looks, no_complaints, open_accounts, sign_in};
use crate::harness::Server;
use crate::harness::drawn::stripes;
use crate::harness::receiver::Receiver;

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_looks_after_webhooks() {
    let receiver = Receiver::start().await;
    let server = Server::start_by(&receiver.settings(), None).await;
    open_accounts(&server).await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/imagemedix/admin.html", server.url)).await;
    browser.wait_for_text("h1", "Sign in").await;
    sign_in(&browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("#webhooks", "No webhook yet.").await;

    browser.click("#new-webhook-part summary").await;
    browser.fill("#url", "https://127.0.0.1/hook").await;
    browser.click("#new-webhook [type=submit]").await;
    browser.wait_for_text("#fault", "must be an https address").await;
    let url = receiver.url("/hook");
    browser.fill("#url", &url).await;
    for event in ["scan.uploaded", "scan.analyzed", "scan.failed"] {
        browser.click(&format!("#new-webhook [value='{event}']")).await;
    }
    browser.click("#new-webhook [type=submit]").await;
    browser.wait_for_text("#fault", "Choose at least one event.").await;
    browser.click("#new-webhook [value='scan.uploaded']").await;
    browser.click("#new-webhook [type=submit]").await;
    let secret = browser.wait_for_text("#webhook-secret", "whsec_").await;
    browser.picture("imagemedix-webhook-secret").await;
    browser.click("#dialog button.second").await;
    browser.wait_for_nothing("#webhook-secret").await;
    browser.wait_for_text("#webhooks tbody", "active").await;
    let page = browser.run("return document.documentElement.outerHTML").await;
    assert!(!page.as_str().unwrap().contains(secret.trim()), "the secret is shown once");

    let client = Client::of(&server).await;
    client.scan(stripes(), ("PT-1", "Priya Mehta"), "2025-05-01").await;
    receiver.answer([500]);
    while server.app.deliveries.step().await.unwrap() {}
    browser.click(&format!("#webhooks button[aria-label='Deliveries: {url}']")).await;
    browser.wait_for_text("#deliveries tbody", "scan.uploaded").await;
    browser.wait_for_text("#deliveries tbody", "500").await;
    let (before, begun) = (receiver.taken().len(), Instant::now());
    browser.click("#deliveries tbody button").await;
    // It was pending before the click too: what shows that it was asked for is that it comes.
    while receiver.taken().len() == before {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing was sent again");
        while server.app.deliveries.step().await.unwrap() {}
        sleep(Duration::from_millis(100)).await;
    }
    browser.click(&format!("#webhooks button[aria-label='Deliveries: {url}']")).await;
    browser.wait_for_text("#deliveries tbody", "delivered").await;
    assert_eq!(receiver.taken().last().unwrap().told().0, "scan.uploaded");
    looks(&browser, "webhooks").await;

    browser.click(&format!("#webhooks button[aria-label='Pause: {url}']")).await;
    browser.wait_for_text("#webhooks tbody", "paused").await;
    let before = receiver.taken().len();
    client.scan(stripes(), ("PT-1", "Priya Mehta"), "2025-05-01").await;
    while server.app.deliveries.step().await.unwrap() {}
    assert_eq!(receiver.taken().len(), before, "what is paused is told nothing");
    browser.click(&format!("#webhooks button[aria-label='Resume: {url}']")).await;
    browser.wait_for_text("#webhooks tbody", "active").await;
    browser.click(&format!("#webhooks button[aria-label='Remove: {url}']")).await;
    browser.wait_for_text("#dialog", "Nothing is sent to").await;
    browser.click("#dialog button:not(.second)").await;
    browser.wait_for_text("#webhooks", "No webhook yet.").await;
    no_complaints(&browser).await;
}
