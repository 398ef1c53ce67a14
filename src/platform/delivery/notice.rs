//! What others are to be told, and who they are.

use crate::core::Secret;

/// Something happened that others are to be told of.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The kind of the receivers.
    pub kind: &'static str,
    /// Who is told.
    pub to: To,
    /// Its id: every receiver knows it by that.
    pub id: String,
    /// What happened, in a word.
    pub event: &'static str,
    /// What it happened to: what is told of the same comes in its order.
    pub subject: String,
    /// What is posted: JSON.
    pub body: Secret<String>,
}

/// Who is told of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// All receivers of the kind that listen to it.
    Listening,
    /// The one with this id, whatever it listens to.
    One(String),
}

impl To {
    /// The id of the one.
    #[must_use]
    pub fn one(&self) -> Option<&str> {
        match self {
            Self::Listening => None,
            Self::One(id) => Some(id),
        }
    }
}

/// A receiver that is to be, or that changes.
#[derive(Clone, Debug)]
pub struct NewReceiver {
    /// By which rules it is posted to.
    pub kind: &'static str,
    /// Its id, one a kind.
    pub id: String,
    /// Where it is. It was permitted before.
    pub url: Secret<String>,
    /// What its deliveries are signed with, where they are; one that has a secret keeps it.
    pub secret: Option<Secret<String>>,
    /// What it listens to.
    pub events: Vec<String>,
    /// Whether it gets anything.
    pub active: bool,
    /// Whether it stands for the Subscription of the same id, and changes with it.
    pub follows: bool,
    /// So many of the kind a tenant has at most.
    pub most: i64,
}
