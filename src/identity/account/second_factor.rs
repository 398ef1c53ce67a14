//! A second factor, for who wants one: codes of an app on a telephone, and recovery codes for when it is lost.

use std::net::IpAddr;

use super::mails::{MailKind, to_account};
use super::tokens::Purpose;
use super::totp;
use crate::core::Secret;
use crate::identity::federation::link::ByProvider;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::sign_in::SignInError;
use crate::identity::throttle::{Ended, Guess};
use crate::identity::{Account, Identity, fingerprint};
use crate::storage::account_tokens::AccountToken;
use crate::storage::federation::steps::{self, Step};
use crate::storage::second_factors::{self as rows, SecondFactor};
use crate::storage::{StorageError, TenantId, account_tokens, mail_jobs};

/// So many recovery codes are given.
const RECOVERY_CODES: usize = 10;
/// Bytes of each: as many as nobody guesses, also who has read the hashes.
const RECOVERY_BYTES: usize = 10;

/// How an account's second factor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is none.
    Off,
    /// It is asked for; so many recovery codes are left.
    On(i64),
}

/// What is to be put into an app.
#[derive(Clone, Debug)]
pub struct NewFactor {
    /// The secret, as people type it.
    pub secret: Secret<String>,
    /// The same, as apps read it from a picture.
    pub address: Secret<String>,
}

impl Identity {
    /// How the second factor of an account is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_factor(&self, account: &Account) -> Result<State, StorageError> {
        let tenant = TenantId::from_row(account.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let found = async {
            match rows::find(&mut transaction, tenant, account.id).await? {
                Some(SecondFactor { confirmed_at: Some(_), .. }) => {
                    Ok(State::On(rows::recovery_codes(&mut transaction, tenant, account.id).await?))
                }
                Some(_) | None => Ok(State::Off),
            }
        }
        .await;
        transaction.finish(found).await
    }

    /// Makes a factor, which counts once the person has shown to have it. One that counts already stays, and this one never will.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn new_second_factor(&self, browser: &SignedInBrowser) -> Result<NewFactor, StorageError> {
        let account = &browser.account;
        let factor = SecondFactor {
            tenant: account.tenant,
            account: account.id,
            secret: self.ids.random_bytes(totp::SECRET_BYTES),
            made_at: self.clock.now(),
            confirmed_at: None,
            used: 0,
        };
        let mut transaction = self.store.begin(TenantId::from_row(account.tenant)).await?;
        let put = rows::put(&mut transaction, &factor).await;
        transaction.finish(put).await?;
        Ok(self.shown(account, &factor))
    }

    /// The factor that waits for being confirmed, to be shown again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_second_factor(
        &self,
        browser: &SignedInBrowser,
    ) -> Result<Option<NewFactor>, StorageError> {
        let found = self.factor(&browser.account).await?;
        let waiting = found.filter(|factor| factor.confirmed_at.is_none());
        Ok(waiting.map(|factor| self.shown(&browser.account, &factor)))
    }

    fn shown(&self, account: &Account, factor: &SecondFactor) -> NewFactor {
        let secret = totp::in_words(&factor.secret).unwrap_or_default();
        let host = self.issuer().split("://").nth(1).unwrap_or_default();
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let (issuer, email) = (encoded(host), encoded(&account.email));
        let address = format!("otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}");
        NewFactor { secret: Secret::new(secret), address: Secret::new(address) }
    }

    async fn factor(&self, account: &Account) -> Result<Option<SecondFactor>, StorageError> {
        let tenant = TenantId::from_row(account.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let found = rows::find(&mut transaction, tenant, account.id).await;
        transaction.finish(found).await
    }

    /// Has the factor asked for from now on, when the person shows a code of it; the recovery codes, which are told once.
    ///
    /// # Errors
    /// [`SignInError::Wrong`] when the code is, or there is no factor that waits.
    pub async fn confirm_second_factor(
        &self,
        browser: &SignedInBrowser,
        code: &str,
        from: Option<IpAddr>,
    ) -> Result<Vec<String>, SignInError> {
        let turn = self.take_turn(Guess::Code(browser.account.id), from).await?;
        let confirmed = self.confirmed(&browser.account, code).await;
        let ended = match &confirmed {
            Ok(Some(_)) => Ended::Right,
            Ok(None) => Ended::Wrong,
            Err(_) => Ended::Unseen,
        };
        self.end_turn(&turn, ended).await?;
        confirmed?.ok_or(SignInError::Wrong)
    }

    async fn confirmed(&self, account: &Account, code: &str) -> Result<Option<Vec<String>>, StorageError> {
        let (tenant, now) = (TenantId::from_row(account.tenant), self.clock.now());
        let factor = self.factor(account).await?.filter(|factor| factor.confirmed_at.is_none());
        let step = factor.as_ref().and_then(|factor| totp::step_of(&factor.secret, &plain(code), now));
        let (Some(factor), Some(step)) = (factor, step) else { return Ok(None) };
        let code = |_| recovery_code(&self.ids.random_bytes(RECOVERY_BYTES));
        let codes: Vec<_> = (0..RECOVERY_CODES).map(code).collect();
        let hashes: Vec<_> = codes.iter().map(|code| fingerprint(&plain(code))).collect();
        let mut transaction = self.store.begin(tenant).await?;
        let kept = async {
            if !rows::use_step(&mut transaction, &factor, step).await? {
                return Ok(None);
            }
            rows::confirm(&mut transaction, &factor, &hashes, now).await?;
            mail_jobs::add(&mut transaction, &to_account(MailKind::Changed, account, self.ids.uuid(), now))
                .await?;
            Ok(Some(codes))
        }
        .await;
        transaction.finish(kept).await
    }

    /// Has no second factor asked for any more.
    ///
    /// # Errors
    /// [`SignInError::Wrong`] when the password is.
    pub async fn remove_second_factor(
        &self,
        browser: &SignedInBrowser,
        password: Secret<String>,
        from: Option<IpAddr>,
    ) -> Result<(), SignInError> {
        let account = self.show_password(browser, password, from).await?;
        let tenant = TenantId::from_row(account.tenant);
        let job = to_account(MailKind::Changed, &account, self.ids.uuid(), self.clock.now());
        let mut transaction = self.store.begin(tenant).await?;
        let removed = async {
            rows::remove(&mut transaction, tenant, account.id).await?;
            mail_jobs::add(&mut transaction, &job).await
        }
        .await;
        Ok(transaction.finish(removed).await?)
    }

    /// What the page that asks for the second factor carries, to show that the password was right, or that a provider recognised the
    /// person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_code(
        &self,
        account: &Account,
        provider: Option<&ByProvider>,
    ) -> Result<Secret<String>, StorageError> {
        let tenant = TenantId::from_row(account.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let made = async {
            let token = self.make_account_token(&mut transaction, account, Purpose::Code).await?;
            if let Some(provider) = provider {
                provider.wait(&mut transaction, tenant, &fingerprint(token.expose())).await?;
            }
            Ok(token)
        }
        .await;
        transaction.finish(made).await
    }

    /// Takes a code, or a recovery code, after the password or the provider; none when that must be shown again.
    ///
    /// # Errors
    /// [`SignInError::Wrong`] when the code is.
    pub async fn answer_code(
        &self,
        token: &str,
        code: &str,
        from: Option<IpAddr>,
    ) -> Result<Option<(Account, Option<ByProvider>)>, SignInError> {
        let found = self.account_by_token(token, Purpose::Code).await?;
        let Some((row, account)) = found else { return Ok(None) };
        let turn = self.take_turn(Guess::Code(account.id), from).await?;
        let used = self.use_code(&row, &account, code).await;
        let ended = match &used {
            Ok(Some(_)) => Ended::Right,
            Ok(None) => Ended::Wrong,
            Err(_) => Ended::Unseen,
        };
        self.end_turn(&turn, ended).await?;
        let step = used?.ok_or(SignInError::Wrong)?;
        Ok(Some((account, step.map(ByProvider::from))))
    }

    /// Uses a right code up, with the secret of the page, and with what waited beside it; none when the code is wrong.
    async fn use_code(
        &self,
        row: &AccountToken,
        account: &Account,
        code: &str,
    ) -> Result<Option<Option<Step>>, StorageError> {
        let (tenant, code) = (TenantId::from_row(account.tenant), plain(code));
        let mut transaction = self.store.begin(tenant).await?;
        let used = async {
            let factor = rows::find(&mut transaction, tenant, account.id).await?;
            let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else {
                return Ok(None);
            };
            let is_right = match totp::step_of(&factor.secret, &code, self.clock.now()) {
                Some(step) => rows::use_step(&mut transaction, &factor, step).await?,
                None => rows::use_recovery_code(&mut transaction, &factor, &fingerprint(&code)).await?,
            };
            let step = steps::find(&mut transaction, tenant, &row.hash).await?;
            Ok((is_right && account_tokens::use_up(&mut transaction, row).await?).then_some(step))
        }
        .await;
        transaction.finish(used).await
    }
}

/// A code as it was meant: people write blanks and dashes.
fn plain(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

/// A recovery code, in groups of four.
fn recovery_code(bytes: &[u8]) -> String {
    let digits = hex::encode(bytes);
    let groups: Vec<_> = digits.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group)).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_meant() {
        assert_eq!(recovery_code(&[0, 1, 2, 3, 0xff, 5, 6, 7, 8, 9]), "0001-0203-ff05-0607-0809");
        assert_eq!(plain(" 0001-0203-FF05 0607-0809\n"), "00010203ff0506070809");
        assert_eq!(plain("123 456"), "123456");
    }
}
