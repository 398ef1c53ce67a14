//! A mail that was asked for is sent, however the server ended.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use regex::Regex;

use super::{DataFolder, Running};
use crate::harness::Mail;

/// Asks for a mail to set the administrator's password by.
async fn ask(running: &Running) {
    let browser = reqwest::Client::new();
    let page = browser.get(format!("{}/reset", running.url)).send().await.unwrap();
    let cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let text = page.text().await.unwrap();
    let form = &Regex::new("name=\"form\" value=\"([^\"]*)\"").unwrap().captures(&text).unwrap()[1];
    let request = browser.post(format!("{}/reset", running.url)).header("Cookie", cookie);
    let answer = request.form(&[("form", form), ("email", "admin@example.org")]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_survives_kill_9_and_a_mail_server_that_is_away() {
    let folder = DataFolder::new();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("smtp://127.0.0.1:{nobody}?tls=none");
    let away = [("HYGEIA_SMTP_URL", url.as_str()), ("HYGEIA_MAIL_FROM", "hygeia@example.org")];
    let mut running = folder.serve_with(&away).await;
    ask(&running).await;
    // Long enough for a first try, which fails.
    tokio::time::sleep(Duration::from_secs(4)).await;
    running.signal(Signal::SIGKILL).await;

    let _running = folder.serve().await;
    let started = Instant::now();
    let mails = loop {
        match Mail::all_in(&folder.0.join("outbox")) {
            mails if mails.is_empty() => {
                assert!(started.elapsed() < Duration::from_secs(60), "no mail comes")
            }
            mails => break mails,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].to.as_str(), mails[0].subject.as_str()),
        ("admin@example.org", "Set a new password")
    );
}
