//! Mails through a mail server of somebody else's, with and without TLS.

use std::process::Stdio;

use hygeia::core::Secret;
use hygeia::core::config::Settings;
use hygeia::core::config::mail::{MailSettings, Security, SmtpSettings};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use uuid::Uuid;

use crate::harness::{Mail, Server};
use crate::oauth::person::{EMAIL, Person, open_account};

/// The mail server of tests/node.
struct MailServer {
    port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    authority: std::path::PathBuf,
    _process: Child,
}

impl MailServer {
    /// Starts one with these options beside its certificate for `localhost`.
    async fn start(mut options: Value) -> Self {
        let names = ["localhost".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        options["cert"] = cert.pem().into();
        options["key"] = signing_key.serialize_pem().into();
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        let authority = folder.join(format!("mail-{}.pem", Uuid::new_v4().simple()));
        std::fs::write(&authority, cert.pem()).unwrap();
        let mut command = Command::new("node");
        command.arg("mail-server.js").arg(options.to_string());
        command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/node"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().expect("`make test` installs node");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().expect("`make test` installs smtp-server");
        Self { port: port.parse().unwrap(), lines, authority, _process: process }
    }

    /// How a server reaches it.
    fn settings(&self, security: Security, login: Option<(&str, &str)>) -> Settings {
        let login = login.map(|(user, password)| (user.to_owned(), Secret::new(password.to_owned())));
        let smtp = SmtpSettings { host: "localhost".to_owned(), port: self.port, security, login };
        let from = "Hygeia <hygeia@example.org>".to_owned();
        let mail = MailSettings { smtp: Some(smtp), from };
        Settings { mail, extra_ca: Some(self.authority.clone()), ..Settings::default() }
    }

    /// The next mail that it took.
    async fn mail(&mut self) -> Value {
        let line = tokio::time::timeout(std::time::Duration::from_secs(20), self.lines.next_line()).await;
        serde_json::from_str(&line.expect("a mail comes").unwrap().unwrap()).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.authority));
    }
}

/// A server that sends through this one, and has a mail to send.
async fn server_with(settings: Settings) -> Server {
    let server = Server::start_by(&settings, None).await;
    open_account(&server).await;
    let alice = Person::at(&server);
    let page = alice.get("/reset").await;
    assert_eq!(alice.submit(&page, "/reset", &[("email", EMAIL)]).await.status, 200);
    server
}

async fn try_once(server: &Server) {
    assert!(server.app.identity.send_next_mail(&server.app.mailer).await.unwrap());
}

/// Why the mail was not sent, and whether it never will be.
async fn fault(server: &Server) -> String {
    server.text("SELECT fault || CASE WHEN dead_at IS NULL THEN '' ELSE ', for ever' END FROM mail_job").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_arrives_over_tls_by_either_way() {
    for (options, security) in [(json!({}), Security::StartTls), (json!({ "tls": true }), Security::Tls)] {
        let mut options = options;
        options["login"] = json!(["hygeia", "p/w+d ü"]);
        let mut mails = MailServer::start(options).await;
        let server = server_with(mails.settings(security, Some(("hygeia", "p/w+d ü")))).await;
        try_once(&server).await;
        let mut mail = mails.mail().await;
        let text = mail["text"].take();
        let expected = json!({
            "from": "hygeia@example.org", "to": [EMAIL], "secure": true, "user": "hygeia", "text": null,
        });
        assert_eq!(mail, expected);
        let text = text.as_str().unwrap();
        assert!(text.starts_with("From: Hygeia <hygeia@example.org>\r\nTo: alice@example.org\r\n"), "{text}");
        let mail = Mail::parse(text);
        assert_eq!(mail.subject, "Set a new password");
        assert!(Person::at(&server).get(&mail.link()).await.text.contains("New password"));
        assert_eq!(server.number("SELECT count(*) FROM mail_job").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_trust_or_tls_nothing_is_said() {
    let mut mails = MailServer::start(json!({})).await;
    let untrusted = Settings { extra_ca: None, ..mails.settings(Security::StartTls, Some(("a", "s3cret"))) };
    let server = server_with(untrusted).await;
    try_once(&server).await;
    let told = fault(&server).await;
    assert!(told.contains("invalid peer certificate"), "{told}");

    let mut bare = MailServer::start(json!({ "hideStartTls": true, "login": ["a", "s3cret"] })).await;
    let server = server_with(bare.settings(Security::StartTls, Some(("a", "s3cret")))).await;
    try_once(&server).await;
    let told = fault(&server).await;
    assert!(told.starts_with("the mail server cannot be used"), "{told}");
    for mails in [&mut mails, &mut bare] {
        let line = tokio::time::timeout(std::time::Duration::from_millis(300), mails.lines.next_line()).await;
        assert!(line.is_err(), "{line:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_login_is_tried_again_for_the_settings_may_be_put_right() {
    let mails = MailServer::start(json!({ "login": ["a", "right"] })).await;
    let server = server_with(mails.settings(Security::StartTls, Some(("a", "wrong")))).await;
    try_once(&server).await;
    assert_eq!(fault(&server).await, "the mail server does not take it: 535");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_now_is_tried_again_and_for_ever_is_not() {
    let mut mails = MailServer::start(json!({ "refusals": [451, 451] })).await;
    let server = server_with(mails.settings(Security::Plain, None)).await;
    for wait in [10, 20] {
        try_once(&server).await;
        assert_eq!(fault(&server).await, "the mail server does not take it: 451");
        server.app.clock.advance_s(wait - 1);
        assert!(!server.app.identity.send_next_mail(&server.app.mailer).await.unwrap());
        server.app.clock.advance_s(1);
    }
    try_once(&server).await;
    assert_eq!(mails.mail().await["to"], json!([EMAIL]));

    let mails = MailServer::start(json!({ "refusals": [550] })).await;
    let server = server_with(mails.settings(Security::Plain, None)).await;
    try_once(&server).await;
    assert_eq!(fault(&server).await, "the mail server refuses it: 550, for ever");
    server.app.clock.advance_s(24 * 60 * 60);
    assert!(!server.app.identity.send_next_mail(&server.app.mailer).await.unwrap());
    server.app.clock.advance_s(30 * 24 * 60 * 60);
    server.app.identity.forget_ended_tokens().await.unwrap();
    assert_eq!(server.number("SELECT count(*) FROM mail_job").await, 0);
}
