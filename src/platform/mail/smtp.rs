//! A mail server that takes our mails (RFC 5321), over TLS unless the settings say otherwise.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{NoMailer, Unsent};
use crate::core::config::mail::{Security, SmtpSettings};

/// So long the server may take for each of its answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server. Each mail has a connection of its own: they are few.
#[derive(Debug)]
pub(super) struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    pub(super) fn open(server: &SmtpSettings, extra_ca: Option<&Path>) -> Result<Self, NoMailer> {
        let tls = || parameters(&server.host, extra_ca);
        let tls = match server.security {
            Security::Tls => Tls::Wrapper(tls()?),
            // Never opportunistic: whoever is between could take the offer of TLS out.
            Security::StartTls => Tls::Required(tls()?),
            Security::Plain => Tls::None,
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.as_str())
            .port(server.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        Ok(Self(match &server.login {
            Some((user, password)) => {
                transport.credentials(Credentials::new(user.clone(), password.expose().clone())).build()
            }
            None => transport.build(),
        }))
    }

    pub(super) async fn send(&self, message: Message) -> Result<(), Unsent> {
        let error = match self.0.send(message).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        // The server's own words may repeat the address; its code tells as much.
        match error.status() {
            Some(code) if error.is_permanent() && is_about_the_mail(&code.to_string()) => {
                Err(Unsent::Ever(format!("the mail server refuses it: {code}")))
            }
            Some(code) => Err(Unsent::Now(format!("the mail server does not take it: {code}"))),
            // No connection, or none that is to be trusted: who the mail is for was not said yet.
            None => {
                let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
                Err(Unsent::Now(format!("the mail server cannot be used{cause}")))
            }
        }
    }
}

/// Whether a refusal is of this mail, and would come again. One of us, or of our password, ends when the settings are put right.
fn is_about_the_mail(code: &str) -> bool {
    matches!(code, "550" | "551" | "552" | "553" | "554" | "556")
}

fn parameters(host: &str, extra_ca: Option<&Path>) -> Result<TlsParameters, NoMailer> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = extra_ca {
        let told = |error: String| NoMailer::Authorities(format!("{}: {error}", file.display()));
        let pem = std::fs::read(file).map_err(|error| told(error.to_string()))?;
        builder = builder
            .add_root_certificate(Certificate::from_pem(&pem).map_err(|error| told(error.to_string()))?);
    }
    builder.build().map_err(|error| NoMailer::Smtp(error.to_string()))
}
