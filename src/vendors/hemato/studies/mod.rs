//! Finding studies. A device sees those that it made alone.

pub mod chart;
pub mod correct;
pub mod document;
pub mod files;
pub mod list;
pub mod make;
pub mod models;
pub mod progress;
pub mod sign;

use serde_json::Value;
use uuid::Uuid;

use super::caller::Member;
use super::codes::STUDY;
use super::errors::Refusal;
use super::from_fhir::{identifier, study};
use super::state::State;
use super::store::current;
use crate::core::config::mounts::Region;
use crate::identity::Caller;
use crate::records::{Error, Records, Stored};

/// The word for what is missing.
pub const WHAT: &str = "study";

/// A study that the caller may see.
#[derive(Debug)]
pub struct Study {
    /// Its id.
    pub id: String,
    /// Its ServiceRequest, as it was found.
    pub stored: Stored,
    /// The ServiceRequest.
    pub request: Value,
    /// Its Task, as it was found.
    pub task: Stored,
    /// The Task.
    pub asked: Value,
}

/// The study with this id.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none that the caller may see.
pub async fn find(records: &Records, member: &Member, id: &str) -> Result<Study, Refusal> {
    let found = find_any(records, &member.caller, id).await?;
    let mine = member.account.id.to_string();
    let is_seen = member.role.sees_all() || study::made_by(&found.request) == Some(mine.as_str());
    Some(found).filter(|_| is_seen).ok_or(Refusal::NotFound(WHAT))
}

/// The study with this id, whoever made it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn find_any(records: &Records, caller: &Caller, id: &str) -> Result<Study, Refusal> {
    // An id is known by its exact letters.
    let is_one = Uuid::try_parse(id).is_ok_and(|uuid| uuid.to_string() == id);
    if !is_one {
        return Err(Refusal::NotFound(WHAT));
    }
    let stored = current(records, caller, "ServiceRequest", id).await?.ok_or(Refusal::NotFound(WHAT))?;
    let task = current(records, caller, "Task", id).await?.ok_or(Refusal::NotFound(WHAT))?;
    let (request, asked) = (stored.json()?, task.json()?);
    if identifier(&request, STUDY) != Some(id) {
        return Err(Refusal::NotFound(WHAT));
    }
    Ok(Study { id: id.to_owned(), stored, request, task, asked })
}

impl Study {
    /// How far it is.
    #[must_use]
    pub fn state(&self) -> State {
        State::of(&self.asked)
    }

    /// The region that it was made in.
    ///
    /// # Errors
    /// When its ServiceRequest does not say so.
    pub fn region(&self) -> Result<Region, Error> {
        study::region(&self.request).ok_or_else(|| Error::internal("a study of no region"))
    }
}
