//! Mails about accounts: asked for in the transaction that makes them necessary, written and sent by the worker.
//!
//! What a mail says is made when it is sent: the secret that it may hold is nowhere else. A mail is sent at least once; whoever gets
//! it twice has two secrets that are good.

use std::time::Duration;

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::tokens::Purpose;
use crate::core::Secret;
use crate::identity::{Account, Identity, Surface};
use crate::platform::mail::{Mail, Mailer, Unsent};
use crate::storage::mail_jobs::{self, MailJob};
use crate::storage::{StorageError, TenantId, accounts};

/// So long a process has to send a mail before another tries.
const CLAIMED_S: i64 = 5 * 60;
/// A mail that was not sent is tried again after so long, then after twice as long, and so on.
const FIRST_WAIT_S: i64 = 10;
/// The longest wait between two tries.
const LONGEST_WAIT_S: i64 = 60 * 60;
/// So often a mail is tried, for about a day and a half.
const TRIES: i32 = 40;
/// Mails of other processes, and those that are due again, are looked for so often.
const EVERY: Duration = Duration::from_secs(2);

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// Show that the address is yours.
    Verify,
    /// Set a new password.
    Reset,
    /// Your password, or second factor, was changed.
    Changed,
    /// Somebody wanted to open an account with your address, which has one.
    Taken,
}

impl MailKind {
    const ALL: [Self; 4] = [Self::Verify, Self::Reset, Self::Changed, Self::Taken];

    fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Changed => "changed",
            Self::Taken => "taken",
        }
    }

    fn subject(self) -> &'static str {
        match self {
            Self::Verify => "Is this your e-mail address?",
            Self::Reset => "Set a new password",
            Self::Changed => "Your sign-in was changed",
            Self::Taken => "You have an account already",
        }
    }
}

/// The job of a mail to the address of an account.
#[must_use]
pub fn to_account(kind: MailKind, account: &Account, id: Uuid, now: DateTime<Utc>) -> MailJob {
    let to_nobody = to_address(kind, "", id, now);
    MailJob { tenant: account.tenant, account: Some(account.id), email: None, ..to_nobody }
}

/// The job of a mail to an address, if it has an account. It is the platform's: who asks for it is not told whether there is one.
#[must_use]
pub fn to_address(kind: MailKind, email: &str, id: Uuid, now: DateTime<Utc>) -> MailJob {
    MailJob {
        tenant: TenantId::PLATFORM.number(),
        id,
        kind: kind.as_str().to_owned(),
        account: None,
        email: Some(email.to_owned()),
        created_at: now,
        due_at: now,
        attempts: 0,
        fault: None,
        dead_at: None,
    }
}

#[derive(Template)]
#[template(path = "mail/verify.txt")]
struct VerifyText<'a> {
    address: &'a str,
}

#[derive(Template)]
#[template(path = "mail/reset.txt")]
struct ResetText<'a> {
    address: &'a str,
}

#[derive(Template)]
#[template(path = "mail/changed.txt")]
struct ChangedText<'a> {
    server: &'a str,
    reset: &'a str,
}

#[derive(Template)]
#[template(path = "mail/taken.txt")]
struct TakenText<'a> {
    server: &'a str,
    reset: &'a str,
}

impl Identity {
    /// Sends mails until the task is dropped.
    pub async fn work_on_mails(&self, mailer: &Mailer) {
        loop {
            match self.send_next_mail(mailer).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "mails cannot be sent"),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Sends the next mail that is due, of whichever tenant; says whether there was one.
    ///
    /// # Errors
    /// When the database fails; the mail is tried again.
    pub async fn send_next_mail(&self, mailer: &Mailer) -> Result<bool, StorageError> {
        let now = self.clock.now();
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let claimed = mail_jobs::claim(&mut transaction, now, now + TimeDelta::seconds(CLAIMED_S)).await;
        let Some(job) = transaction.finish(claimed).await? else { return Ok(false) };
        let sent = match self.written(&job).await? {
            Some(mail) => mailer.send(&mail).await,
            None => Ok(()),
        };
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let noted = match sent {
            Ok(()) => mail_jobs::remove(&mut transaction, &job).await,
            Err(unsent) => {
                let again = again(&unsent, job.attempts).map(|wait| self.clock.now() + wait);
                tracing::warn!(job.id = %job.id, attempts = job.attempts, again = ?again, %unsent, "a mail was not sent");
                let fault = unsent.to_string();
                mail_jobs::note(&mut transaction, &job, &fault, again, self.clock.now()).await
            }
        };
        transaction.finish(noted).await?;
        Ok(true)
    }

    /// The mail of a job; none when nobody is to get it any more.
    async fn written(&self, job: &MailJob) -> Result<Option<Mail>, StorageError> {
        let kind = MailKind::ALL.into_iter().find(|kind| kind.as_str() == job.kind);
        let corrupt = |column| StorageError::Corrupt { table: "mail_job", column, row: job.id.to_string() };
        let kind = kind.ok_or_else(|| corrupt("kind"))?;
        let account = match (job.account, &job.email) {
            (Some(id), _) => {
                let tenant = TenantId::from_row(job.tenant);
                let mut transaction = self.store.begin(tenant).await?;
                let found = accounts::find(&mut transaction, tenant, id).await;
                transaction.finish(found).await?
            }
            (None, Some(email)) => self.account_by_email(Surface::Fhir, email).await?,
            (None, None) => return Err(corrupt("account")),
        };
        let Some(account) = account.filter(|account| account.active) else { return Ok(None) };
        let (server, reset) = (self.issuer(), self.address_of("/reset"));
        let text = match kind {
            MailKind::Verify if account.email_verified_at.is_some() => return Ok(None),
            MailKind::Verify => {
                let address = self.address_with_token("/verify", &account, Purpose::Verify).await?;
                VerifyText { address: &address }.render()
            }
            MailKind::Reset => {
                let address = self.address_with_token("/reset/password", &account, Purpose::Reset).await?;
                ResetText { address: &address }.render()
            }
            MailKind::Changed => ChangedText { server, reset: &reset }.render(),
            MailKind::Taken => TakenText { server, reset: &reset }.render(),
        };
        Ok(Some(Mail {
            id: job.id,
            to: Secret::new(account.email),
            date: job.created_at,
            subject: kind.subject(),
            text: Secret::new(text.map_err(|_| corrupt("kind"))?),
        }))
    }

    async fn address_with_token(
        &self,
        path: &str,
        account: &Account,
        purpose: Purpose,
    ) -> Result<String, StorageError> {
        let mut transaction = self.store.begin(TenantId::from_row(account.tenant)).await?;
        let made = self.make_account_token(&mut transaction, account, purpose).await;
        let token = transaction.finish(made).await?;
        Ok(format!("{}?token={}", self.address_of(path), token.expose()))
    }
}

/// How long to wait before the next try, after so many; none when there is to be none.
fn again(unsent: &Unsent, attempts: i32) -> Option<TimeDelta> {
    match unsent {
        Unsent::Ever(_) => None,
        Unsent::Now(_) if attempts >= TRIES => None,
        Unsent::Now(_) => {
            let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
            let wait = 2_i64.checked_pow(doublings).and_then(|times| times.checked_mul(FIRST_WAIT_S));
            Some(TimeDelta::seconds(wait.unwrap_or(LONGEST_WAIT_S).min(LONGEST_WAIT_S)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_tried_for_a_day_and_a_half() {
        let now = Unsent::Now(String::new());
        let waits: Vec<_> = (1..).map_while(|attempts| again(&now, attempts)).collect();
        assert_eq!(waits.iter().take(3).map(TimeDelta::num_seconds).collect::<Vec<_>>(), [10, 20, 40]);
        let all: i64 = waits.iter().map(TimeDelta::num_seconds).sum();
        assert_eq!((waits.len(), all / 3600), (39, 31));
        assert_eq!(again(&Unsent::Ever(String::new()), 1), None);
    }
}
