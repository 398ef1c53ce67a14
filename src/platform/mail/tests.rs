use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::core::config::mail::{Security, SmtpSettings};

fn mail(to: &str, text: &str) -> Mail {
    Mail {
        id: "01a1fe04-40cb-75ba-943e-353bfb90f57e".parse().unwrap(),
        to: Secret::new(to.to_owned()),
        date: "2026-11-21T12:00:00Z".parse().unwrap(),
        subject: "Set a new password",
        text: Secret::new(text.to_owned()),
    }
}

fn folder() -> std::path::PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test needs no order in its names")]
    let name = Uuid::new_v4().to_string();
    std::env::temp_dir().join(name)
}

#[tokio::test]
async fn without_a_mail_server_mails_are_files_for_the_owner_alone() {
    let data_dir = folder();
    let mailer = Mailer::open(&MailSettings::default(), None, &data_dir).unwrap();
    let outbox = mailer.folder().unwrap().to_owned();
    assert_eq!(outbox, data_dir.join("outbox"));
    // Twice: a mail is sent at least once.
    for _ in 0..2 {
        mailer.send(&mail("alice@example.org", "Hello.\n")).await.unwrap();
    }
    let files: Vec<_> = std::fs::read_dir(&outbox).unwrap().map(|file| file.unwrap().path()).collect();
    let file = outbox.join("20261121T120000-01a1fe04-40cb-75ba-943e-353bfb90f57e.eml");
    assert_eq!(files, std::slice::from_ref(&file));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&outbox), mode(&file)), (0o700, 0o600));
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "From: hygeia@localhost\r\nTo: alice@example.org\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\n\
         Message-ID: <01a1fe04-40cb-75ba-943e-353bfb90f57e@localhost>\r\nSubject: Set a new password\r\n\
         Auto-Submitted: auto-generated\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\nHello.\r\n"
    );
    std::fs::remove_dir_all(&data_dir).unwrap();
}

#[tokio::test]
async fn what_is_no_address_is_not_tried_again_and_not_told() {
    let mailer = Mailer::open(&MailSettings::default(), None, &folder()).unwrap();
    for address in ["", "alice", "a@b.c\r\nBcc: d@e.f", "a@b.c, d@e.f"] {
        let unsent = mailer.send(&mail(address, "")).await.unwrap_err();
        assert_eq!(unsent, Unsent::Ever("the address is not one".to_owned()));
    }
}

#[tokio::test]
async fn a_mail_server_that_is_not_there_is_tried_again() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = SmtpSettings { host: "127.0.0.1".to_owned(), port, security: Security::Plain, login: None };
    let settings = MailSettings { smtp: Some(server), ..MailSettings::default() };
    let mailer = Mailer::open(&settings, None, Path::new("unused")).unwrap();
    let unsent = mailer.send(&mail("alice@example.org", "")).await.unwrap_err();
    let Unsent::Now(told) = unsent else { panic!("{unsent}") };
    assert!(told.contains("Connection refused"), "{told}");
}

#[test]
fn authorities_must_be_there() {
    let server =
        SmtpSettings { host: "mail.example.org".to_owned(), port: 465, security: Security::Tls, login: None };
    let settings = MailSettings { smtp: Some(server), ..MailSettings::default() };
    let nowhere = Some(Path::new("/nowhere.pem"));
    let refused = Mailer::open(&settings, nowhere, Path::new("unused")).unwrap_err().to_string();
    assert!(refused.starts_with("HYGEIA_EXTRA_CA cannot be used: /nowhere.pem: "), "{refused}");
}
