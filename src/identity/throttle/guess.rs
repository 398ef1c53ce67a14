//! What a guess is counted by.

use std::net::IpAddr;

use uuid::Uuid;

use super::Rule;
use crate::identity::{Surface, fingerprint};
use crate::platform::limits::counted_address;

/// What somebody guesses at, or asks for often.
#[derive(Clone, Copy, Debug)]
pub enum Guess<'a> {
    /// The password of the surface's account with this e-mail address, in lower case.
    Password(Surface, &'a str),
    /// The second factor of an account.
    Code(Uuid),
    /// A mail to this address, in lower case: nobody is to be flooded.
    Mail(&'a str),
    /// An account that is opened from this address.
    SignUp(Option<IpAddr>),
}

impl Guess<'_> {
    fn key(self) -> String {
        let words = match self {
            Self::Password(surface, email) => format!("password:{}:{email}", surface.as_str()),
            Self::Code(account) => format!("code:{account}"),
            Self::Mail(email) => format!("mail:{email}"),
            Self::SignUp(from) => format!("sign-up:{}", from.map(counted_address).unwrap_or_default()),
        };
        fingerprint(&words)
    }

    fn rule(self) -> Rule {
        match self {
            Self::Password(Surface::Hemato, _) => Rule::ACCOUNT_OF_PROGRAMS,
            Self::Password(..) | Self::Code(_) => Rule::ACCOUNT,
            Self::Mail(_) => Rule::MAIL,
            Self::SignUp(_) => Rule::SIGN_UP,
        }
    }
}

/// A guess that is being looked at, with the keys of its counters.
#[derive(Debug)]
pub struct Turn {
    counted: String,
    rule: Rule,
    /// That of the account at this address: a right guess makes the address known.
    pair: Option<String>,
    address: Option<String>,
}

impl Turn {
    pub(super) fn new(guess: Guess<'_>, from: Option<IpAddr>) -> Self {
        let counted = guess.key();
        let address = from.map(counted_address);
        Self {
            rule: guess.rule(),
            pair: address.as_ref().map(|address| fingerprint(&format!("{counted}:{address}"))),
            address: address.map(|address| fingerprint(&format!("address:{address}"))),
            counted,
        }
    }

    /// The same, counted by account and address together.
    pub(super) fn at_known_address(self) -> Self {
        Self { counted: self.pair.clone().unwrap_or(self.counted), ..self }
    }

    /// The same, not counted by the address.
    pub(super) fn for_account_alone(self) -> Self {
        Self { address: None, ..self }
    }

    /// The rule of what is guessed at.
    pub(super) fn rule(&self) -> Rule {
        self.rule
    }

    pub(super) fn counted(&self) -> &str {
        &self.counted
    }

    pub(super) fn pair(&self) -> Option<&str> {
        self.pair.as_deref()
    }

    pub(super) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// The keys of all counters that it may have to do with.
    pub(super) fn keys(&self) -> Vec<&str> {
        [Some(self.counted()), self.pair(), self.address()].into_iter().flatten().collect()
    }

    /// The rule of a counter, where the guess is counted by it.
    pub(super) fn rule_of(&self, key: &str) -> Option<Rule> {
        if self.address() == Some(key) {
            Some(Rule::ADDRESS)
        } else if key == self.counted {
            Some(self.rule)
        } else {
            None
        }
    }
}
