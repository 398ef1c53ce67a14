//! Guessing is slowed down: wrong passwords and codes are counted by account and by client address. [NIST SP 800-63B, 5.2.2]
//!
//! A guess is counted before it is looked at, so that many at the same time, at any replica, are no more than one after another. One
//! that must wait is answered without looking, alike whether there is such an account.
//!
//! Who guesses from elsewhere does not keep the owner out: guesses from an address at which the owner has signed in are counted
//! apart from all others.
//!
//! [NIST SP 800-63B, 5.2.2]: https://pages.nist.gov/800-63-3/sp800-63b.html#throttle

mod rule;

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use chrono::TimeDelta;

pub use rule::{Ended, Rule};

use super::sign_in::SignInError;
use super::{Identity, Surface, fingerprint};
use crate::storage::sign_in_counts::{self as rows, Count};
use crate::storage::{Connection, StorageError, TenantId};
use rule::Verdict;

/// So long an address is known after a sign-in there.
const KNOWN_DAYS: i64 = 90;
/// Where guesses that may all be right are being looked at, the next one asks again after so many milliseconds.
const ASKS_AGAIN_MS: [u64; 7] = [50, 100, 200, 400, 800, 1500, 3000];

/// What somebody guesses at.
#[derive(Clone, Copy, Debug)]
pub enum Guess<'a> {
    /// The password of the surface's account with this e-mail address, in lower case.
    Password(Surface, &'a str),
}

/// A guess that is being looked at.
#[derive(Debug)]
pub struct Turn {
    /// Which counter it is counted by.
    counted: String,
    /// That of the account at this address, which a right guess makes known.
    pair: Option<String>,
    /// That of the address.
    address: Option<String>,
}

impl Guess<'_> {
    fn key(self) -> String {
        match self {
            Self::Password(surface, email) => fingerprint(&format!("password:{}:{email}", surface.as_str())),
        }
    }
}

/// The address as it is counted. Whoever has an IPv6 address has the 2^64 beside it.
fn counted_address(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
    }
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
        let account = guess.key();
        let address = from.map(counted_address);
        let pair = address.as_ref().map(|address| fingerprint(&format!("{account}:{address}")));
        let address = address.map(|address| fingerprint(&format!("address:{address}")));
        for again_ms in ASKS_AGAIN_MS {
            let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
            let taken = self.taken(&mut transaction, &account, pair.as_deref(), address.as_deref()).await;
            match transaction.finish(taken).await? {
                Ok(counted) => return Ok(Turn { counted, pair, address }),
                Err(Some(wait_s)) => return Err(SignInError::TooMany { wait_s }),
                Err(None) => tokio::time::sleep(Duration::from_millis(again_ms)).await,
            }
        }
        Err(SignInError::TooMany { wait_s: 1 })
    }

    /// The counter that the guess is counted by; or how many seconds it must wait, where that can be told.
    async fn taken(
        &self,
        connection: &mut Connection,
        account: &str,
        pair: Option<&str>,
        address: Option<&str>,
    ) -> Result<Result<String, Option<i64>>, StorageError> {
        let now = self.clock.now();
        let new = |key: &str| Count::new(key.to_owned(), now);
        let mut counts: Vec<_> = [Some(account), address].into_iter().flatten().map(new).collect();
        counts.sort_by(|one, other| one.key.cmp(&other.key));
        rows::add(connection, &counts).await?;
        let keys: Vec<_> = [Some(account), pair, address].into_iter().flatten().collect();
        let held = rows::hold(connection, &keys).await?;
        let is_known = |count: &&Count| count.known_until.is_some_and(|until| until > now);
        let known = pair.and_then(|pair| held.iter().filter(is_known).find(|count| count.key == pair));
        let counted = known.map_or(account, |count| count.key.as_str()).to_owned();
        let mut taken = Vec::new();
        for mut count in held {
            let Some(rule) = self.rule_for(&count.key, &counted, address) else { continue };
            match rule.judge(&mut count, now) {
                Verdict::Free => rule.begin(&mut count, now),
                Verdict::Busy => return Ok(Err(None)),
                Verdict::Wait(wait_s) => return Ok(Err(Some(wait_s))),
            }
            taken.push(count);
        }
        for count in taken {
            rows::write(connection, &count).await?;
        }
        Ok(Ok(counted))
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
        let pair = turn.pair.as_deref().filter(|_| ended == Ended::Right);
        if let Some(pair) = pair {
            rows::add(connection, &[Count::new(pair.to_owned(), now)]).await?;
        }
        let keys: Vec<_> =
            [Some(turn.counted.as_str()), pair, turn.address.as_deref()].into_iter().flatten().collect();
        for mut count in rows::hold(connection, &keys).await? {
            if pair == Some(count.key.as_str()) {
                count.known_until = Some(now + TimeDelta::days(KNOWN_DAYS));
            }
            let is_address = turn.address.as_deref() == Some(count.key.as_str());
            // Whoever has an account of his own could forget by it what he guessed of others.
            let ended = if is_address && ended == Ended::Right { Ended::Unseen } else { ended };
            let rule = self.rule_for(&count.key, &turn.counted, turn.address.as_deref());
            let was = count.failures;
            rule.unwrap_or(Rule::ACCOUNT).end(&mut count, ended, now);
            rows::write(connection, &count).await?;
            if rule.is_some_and(|rule| rule.is_reached(was, count.failures)) {
                tracing::warn!(
                    by = if is_address { "address" } else { "account" },
                    "guesses are slowed down"
                );
            }
        }
        Ok(())
    }

    /// The rule of a counter, where the guess is counted by it.
    fn rule_for(&self, key: &str, counted: &str, address: Option<&str>) -> Option<Rule> {
        let rule = if address == Some(key) {
            Rule::ADDRESS
        } else if key == counted {
            Rule::ACCOUNT
        } else {
            return None;
        };
        Some(rule.under(self.limits))
    }
}

#[cfg(test)]
mod tests {
    use super::counted_address;

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let counted = |text: &str| counted_address(text.parse().unwrap());
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
    }
}
