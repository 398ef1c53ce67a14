//! Mails, and where they go: to a mail server, or to files where none is set.

mod folder;
mod smtp;

use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::ContentTransferEncoding;
use lettre::message::{Body, Mailbox, header};
use uuid::Uuid;

use crate::core::Secret;
use crate::core::config::mail::MailSettings;
use folder::Folder;
use smtp::Smtp;

/// A mail to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    /// What it is known by, also where it is sent twice.
    pub id: Uuid,
    /// The address that it goes to.
    pub to: Secret<String>,
    /// When it was written.
    pub date: DateTime<Utc>,
    /// What it is about.
    pub subject: &'static str,
    /// What it says; it may hold a secret.
    pub text: Secret<String>,
}

/// Sends mails.
#[derive(Debug)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Smtp(Smtp),
    Folder(Folder),
}

/// Why no mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum NoMailer {
    /// The sender's address is not one.
    #[error("HYGEIA_MAIL_FROM is not an address")]
    From,
    /// The authorities cannot be read.
    #[error("HYGEIA_EXTRA_CA cannot be used: {0}")]
    Authorities(String),
    /// What the mail server is told with cannot be made.
    #[error("the mail server cannot be used: {0}")]
    Smtp(String),
}

/// Why a mail was not sent.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// It may be when it is tried again.
    #[error("{0}")]
    Now(String),
    /// It never will be.
    #[error("{0}")]
    Ever(String),
}

impl Mailer {
    /// Reads the settings; without a mail server, mails go to files in `outbox` of the data folder. The authorities in the file `extra_ca` are
    /// trusted too.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn open(settings: &MailSettings, extra_ca: Option<&Path>, data_dir: &Path) -> Result<Self, NoMailer> {
        let from = settings.from.parse().map_err(|_| NoMailer::From)?;
        let way = match &settings.smtp {
            Some(server) => Way::Smtp(Smtp::open(server, extra_ca)?),
            None => Way::Folder(Folder(data_dir.join("outbox"))),
        };
        Ok(Self { from, way })
    }

    /// The folder that mails are written to, where they are not sent.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.way {
            Way::Smtp(_) => None,
            Way::Folder(Folder(path)) => Some(path),
        }
    }

    /// Sends a mail.
    ///
    /// # Errors
    /// Why it was not sent, and whether it makes sense to try again.
    pub async fn send(&self, mail: &Mail) -> Result<(), Unsent> {
        let message = self.message(mail)?;
        match &self.way {
            Way::Smtp(smtp) => smtp.send(message).await,
            Way::Folder(folder) => folder.write(mail, &message).await,
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, Unsent> {
        // What is wrong with the address is not told: it would be in the log.
        let to = mail.to.expose().parse().map_err(|_| Unsent::Ever("the address is not one".to_owned()))?;
        let text = body(mail.text.expose());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(SystemTime::from(mail.date))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .subject(mail.subject)
            .header(AutoSubmitted)
            .header(header::ContentType::TEXT_PLAIN)
            .body(text);
        message.map_err(|error| Unsent::Ever(error.to_string()))
    }
}

/// A text as it is where mails may have it so (RFC 5322, 2.1.1): a long address stays whole for who reads the mail in a file. lettre
/// would fold it.
fn body(text: &str) -> Body {
    const LONGEST_LINE: usize = 998;
    let is_plain = text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST_LINE);
    if is_plain && !text.contains('\0') {
        let lines = text.lines().map(|line| format!("{line}\r\n")).collect::<String>();
        return Body::dangerous_pre_encoded(lines.into_bytes(), ContentTransferEncoding::SevenBit);
    }
    Body::new(text.to_owned())
}

/// Says that nobody is to answer (RFC 3834, 5).
#[derive(Clone, Copy, Debug)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests;
