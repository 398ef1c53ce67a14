//! Guessing is slowed down: wrong passwords and codes are counted by account and by client address. [NIST SP 800-63B, 5.2.2]
//!
//! A guess is counted before it is looked at, so that many at the same time, at any replica, are no more than one after another. One
//! that must wait is answered without looking, alike whether there is such an account.
//!
//! Who guesses from elsewhere does not keep the owner out: guesses from an address at which the owner has signed in are counted
//! apart from all others.
//!
//! [NIST SP 800-63B, 5.2.2]: https://pages.nist.gov/800-63-3/sp800-63b.html#throttle

mod guess;
mod rule;

use std::net::IpAddr;
use std::time::Duration;

use chrono::TimeDelta;

pub use guess::{Guess, Turn};
pub use rule::{Ended, Rule};

use super::Identity;
use super::sign_in::SignInError;
use crate::storage::sign_in_counts::{self as rows, Count};
use crate::storage::{Connection, StorageError, TenantId};
use rule::Verdict;

/// So long an address is known after a sign-in there.
const KNOWN_DAYS: i64 = 90;
/// Where guesses that may all be right are being looked at, the next one asks again after so many milliseconds.
const ASKS_AGAIN_MS: [u64; 7] = [50, 100, 200, 400, 800, 1500, 3000];

/// Why there is no turn.
enum NoTurn {
    /// One that is being looked at may be right.
    Busy,
    /// It must wait for so many seconds, by this rule.
    Wait(i64, Rule),
}

impl Identity {
    /// Takes a turn for a guess. Whoever has one must end it.
    ///
    /// # Errors
    /// [`SignInError::TooMany`] when it must wait.
    pub(super) async fn take_turn(
        &self,
        guess: Guess<'_>,
        from: Option<IpAddr>,
    ) -> Result<Turn, SignInError> {
        let rule = Turn::new(guess, from).rule().under(self.limits);
        for again_ms in ASKS_AGAIN_MS {
            let turn = Turn::new(guess, from);
            let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
            let taken = self.taken(&mut transaction, turn).await;
            match transaction.finish(taken).await? {
                Ok(turn) => return Ok(turn),
                Err(NoTurn::Wait(wait_s, rule)) => return Err(rule.too_many(wait_s)),
                Err(NoTurn::Busy) => tokio::time::sleep(Duration::from_millis(again_ms)).await,
            }
        }
        Err(rule.too_many(1))
    }

    async fn taken(
        &self,
        connection: &mut Connection,
        turn: Turn,
    ) -> Result<Result<Turn, NoTurn>, StorageError> {
        let now = self.clock.now();
        let new = |key: &str| Count::new(key.to_owned(), now);
        let mut counts: Vec<_> =
            [Some(turn.counted()), turn.address()].into_iter().flatten().map(new).collect();
        counts.sort_by(|one, other| one.key.cmp(&other.key));
        rows::add(connection, &counts).await?;
        let held = rows::hold(connection, &turn.keys()).await?;
        let is_known = |count: &Count| {
            turn.pair() == Some(&count.key) && count.known_until.is_some_and(|until| until > now)
        };
        let turn = if held.iter().any(is_known) { turn.at_known_address() } else { turn };
        let mut taken = Vec::new();
        for mut count in held {
            let Some(rule) = turn.rule_of(&count.key) else { continue };
            let rule = rule.under(self.limits);
            match rule.judge(&mut count, now) {
                Verdict::Free => rule.begin(&mut count, now),
                Verdict::Busy => return Ok(Err(NoTurn::Busy)),
                Verdict::Wait(wait_s) => return Ok(Err(NoTurn::Wait(wait_s, rule))),
            }
            taken.push(count);
        }
        for count in taken {
            rows::write(connection, &count).await?;
        }
        Ok(Ok(turn))
    }

    /// Ends a turn.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn end_turn(&self, turn: &Turn, ended: Ended) -> Result<(), StorageError> {
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let noted = self.note(&mut transaction, turn, ended).await;
        transaction.finish(noted).await
    }

    async fn note(&self, connection: &mut Connection, turn: &Turn, ended: Ended) -> Result<(), StorageError> {
        let now = self.clock.now();
        if let Some(pair) = turn.pair().filter(|_| ended == Ended::Right) {
            rows::add(connection, &[Count::new(pair.to_owned(), now)]).await?;
        }
        for mut count in rows::hold(connection, &turn.keys()).await? {
            let is_pair = turn.pair() == Some(&count.key);
            if is_pair && ended == Ended::Right {
                count.known_until = Some(now + TimeDelta::days(KNOWN_DAYS));
            }
            let rule = match turn.rule_of(&count.key) {
                Some(rule) => rule.under(self.limits),
                None if is_pair && ended == Ended::Right => Rule::ACCOUNT,
                None => continue,
            };
            let is_address = turn.address() == Some(&count.key);
            // Whoever has an account of his own could forget by it what he guessed of others.
            let ended = if is_address && ended == Ended::Right { Ended::Unseen } else { ended };
            let was = count.failures;
            rule.end(&mut count, ended, now);
            rows::write(connection, &count).await?;
            if rule.is_reached(was, count.failures) {
                let by = if is_address { "address" } else { "account" };
                tracing::warn!(by, "guesses are slowed down");
            }
        }
        Ok(())
    }

    /// Counts what may be done only so often, whatever comes of it.
    ///
    /// # Errors
    /// [`SignInError::TooMany`] when it was done too often.
    pub(super) async fn count_once(&self, guess: Guess<'_>, from: Option<IpAddr>) -> Result<(), SignInError> {
        let turn = self.take_turn(guess, from).await?;
        Ok(self.end_turn(&turn, Ended::Wrong).await?)
    }

    /// Counts an account that is opened by whoever asks for it.
    ///
    /// # Errors
    /// [`SignInError::TooMany`] when many were opened from this address.
    pub async fn count_sign_up(&self, from: Option<IpAddr>) -> Result<(), SignInError> {
        self.count_once(Guess::SignUp(from), from).await
    }

    /// Counts a mail to an address, in lower case, that anybody may ask for.
    ///
    /// # Errors
    /// [`SignInError::TooMany`] when many were sent to it.
    pub async fn count_mail(&self, email: &str, from: Option<IpAddr>) -> Result<(), SignInError> {
        self.count_once(Guess::Mail(email), from).await
    }

    /// Forgets the wrong guesses of somebody who has shown otherwise to be who they say, and knows the address.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn forget_guesses(
        &self,
        guess: Guess<'_>,
        from: Option<IpAddr>,
    ) -> Result<(), StorageError> {
        self.end_turn(&Turn::new(guess, from).for_account_alone(), Ended::Right).await
    }
}
