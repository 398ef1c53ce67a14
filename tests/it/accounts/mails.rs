//! Mails wait in the database until they are sent, whatever happens to the process that sends them.

use futures_util::future::join_all;

use super::with_account;
use crate::harness::Server;
use crate::oauth::person::{EMAIL, Person};

async fn ask(server: &Server, email: &str) {
    let alice = Person::at(server);
    let page = alice.get("/reset").await;
    assert_eq!(alice.submit(&page, "/reset", &[("email", email)]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_sender_was_killed_is_sent_by_another() {
    let server = with_account().await;
    ask(&server, EMAIL).await;
    // What a process leaves behind that is killed while it sends.
    server.execute("UPDATE mail_job SET attempts = 1, due_at = '2026-11-21T12:05:00Z'").await;
    assert!(server.mails().await.is_empty());
    let replica = server.replica().await;
    replica.app.clock.advance_s(299);
    assert!(replica.mails().await.is_empty());
    replica.app.clock.advance_s(1);
    assert_eq!(replica.mails().await[0].to, EMAIL);
    server.app.clock.advance_s(300);
    assert!(server.mails().await.is_empty(), "it was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_send_each_mail_once() {
    let server = with_account().await;
    let replica = server.replica().await;
    for n in 0..20 {
        let job = format!(
            "INSERT INTO mail_job (tenant, id, kind, email, created_at, due_at) VALUES (0, gen_random_uuid(), 'reset', '{EMAIL}', '2026-11-21T12:00:{n:02}Z', '2026-11-21T12:00:00Z')"
        );
        server.execute(&job).await;
    }
    let sent = join_all([&server, &replica, &server, &replica].map(|server| server.mails())).await;
    let [here, there, ..] = [server.mails().await, replica.mails().await];
    assert_eq!(here.len() + there.len(), 20, "{}", sent.len());
    assert!(!here.is_empty() && !there.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_to_loses_nothing() {
    let server = with_account().await;
    ask(&server, EMAIL).await;
    let outbox = server.app.mailer.folder().unwrap();
    std::fs::create_dir_all(outbox.parent().unwrap()).unwrap();
    std::fs::write(outbox, "not a folder").unwrap();
    assert!(server.app.identity.send_next_mail(&server.app.mailer).await.unwrap());
    let fault = server.text("SELECT fault FROM mail_job").await;
    assert!(fault.contains("cannot be written to"), "{fault}");
    std::fs::remove_file(outbox).unwrap();
    server.app.clock.advance_s(10);
    assert_eq!(server.mails().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_what_waits() {
    let server = with_account().await;
    ask(&server, EMAIL).await;
    let count = "SELECT count(*) FROM mail_job";
    assert_eq!(server.as_application("SET hygeia.tenant = '1'", count).await, Ok(0));
    assert_eq!(server.as_application("SET hygeia.tenant = '0'", count).await, Ok(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_gets_no_mail() {
    let server = with_account().await;
    ask(&server, EMAIL).await;
    server.execute("UPDATE account SET active = false").await;
    assert!(server.mails().await.is_empty());
    assert_eq!(server.number("SELECT count(*) FROM mail_job").await, 0);
}
