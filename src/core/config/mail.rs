//! Where mails go.

use url::{Host, Url};

use super::source::Source;
use crate::core::Secret;

/// How the server sends mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// `HYGEIA_SMTP_URL`: the server that takes them; without it they are written to files.
    pub smtp: Option<SmtpSettings>,
    /// `HYGEIA_MAIL_FROM`, default `hygeia@localhost`: who sends them.
    pub from: String,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How what is said to it is encrypted.
    pub security: Security,
    /// Whom it knows us as.
    pub login: Option<(String, Secret<String>)>,
}

/// How a connection to a mail server is encrypted. Where it cannot be, nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// From the beginning: `smtps:`.
    Tls,
    /// After STARTTLS: `smtp:`.
    StartTls,
    /// Not at all: `smtp:` with `?tls=none`.
    Plain,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self { smtp: None, from: "hygeia@localhost".to_owned() }
    }
}

impl MailSettings {
    pub(super) fn read(source: &mut Source) -> Self {
        const URL: &str = "HYGEIA_SMTP_URL";
        const FROM: &str = "HYGEIA_MAIL_FROM";
        let smtp = source.text(URL).map(|url| SmtpSettings::parse(&url));
        if let Some(Err(problem)) = &smtp {
            source.fault(URL, problem);
        }
        let from = source.text(FROM);
        if smtp.is_some() && from.is_none() {
            source.fault(FROM, "is needed beside HYGEIA_SMTP_URL");
        }
        if from.as_deref().is_some_and(|from| !is_mailbox(from)) {
            source
                .fault(FROM, "must be an address such as hygeia@example.org or Hygeia <hygeia@example.org>");
        }
        Self { smtp: smtp.and_then(Result::ok), from: from.unwrap_or_else(|| Self::default().from) }
    }
}

fn is_mailbox(text: &str) -> bool {
    text.parse::<lettre::message::Mailbox>().is_ok()
}

impl SmtpSettings {
    fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str =
            "must be such as smtps://user:password@mail.example.org or smtp://mail.example.org:587";
        let url = Url::parse(text).map_err(|_| FORM)?;
        let (port, security) = match (url.scheme(), url.query()) {
            ("smtps", None) => (465, Security::Tls),
            ("smtp", None) => (587, Security::StartTls),
            ("smtp", Some("tls=none")) => (25, Security::Plain),
            _ => return Err(FORM),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(FORM)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(FORM);
        }
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => {
                Some((decoded(user), Secret::new(decoded(password))))
            }
            _ => return Err(FORM),
        };
        if login.is_some() && security == Security::Plain && !is_here(&url) {
            return Err("must not send a password in plain text");
        }
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: url.port().unwrap_or(port), security, login })
    }
}

/// Whether what is said stays on this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        // An address of a scheme that `Url` does not know is a name to it.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What `%40` and the like stand for.
fn decoded(text: &str) -> String {
    let pair = format!("{}=", text.replace('+', "%2B"));
    let decoded = form_urlencoded::parse(pair.as_bytes()).next();
    decoded.map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_mail_server_is_refused() {
        for wrong in [
            "mail.example.org",
            "https://mail.example.org",
            "smtp://",
            "smtps://mail.example.org?tls=none",
            "smtp://mail.example.org?tls=maybe",
            "smtp://mail.example.org/path",
            "smtp://user@mail.example.org",
            "smtp://:s3cret@mail.example.org",
            "smtp://mail.example.org:99999",
        ] {
            assert!(SmtpSettings::parse(wrong).unwrap_err().starts_with("must be such as"), "{wrong}");
        }
        for plain in ["smtp://user:s3cret@mail.example.org?tls=none", "smtp://user:s3cret@10.0.0.7?tls=none"]
        {
            assert_eq!(SmtpSettings::parse(plain).unwrap_err(), "must not send a password in plain text");
        }
    }

    #[test]
    fn a_mail_server_is_read() {
        let login = |user: &str, password: &str| Some((user.to_owned(), Secret::new(password.to_owned())));
        for (url, host, port, security, wanted) in [
            (
                "smtps://a%40b:p%2Fw+d@mail.example.org",
                "mail.example.org",
                465,
                Security::Tls,
                login("a@b", "p/w+d"),
            ),
            ("smtp://mail.example.org", "mail.example.org", 587, Security::StartTls, None),
            ("smtp://[::1]:2525?tls=none", "::1", 2525, Security::Plain, None),
            ("smtp://u:p@127.0.0.1?tls=none", "127.0.0.1", 25, Security::Plain, login("u", "p")),
        ] {
            let read = SmtpSettings { host: host.to_owned(), port, security, login: wanted };
            assert_eq!(SmtpSettings::parse(url), Ok(read));
        }
    }
}
