//! What the operations on face scans share: finding what is somebody's own, and writing it.
//!
//! A session is an Encounter of the caller's Patient, its consent the Consent with the same id. What is not the caller's answers
//! as what does not exist.

pub mod known;
pub mod person;
pub mod readings;
pub mod risks;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::caller::SessionCaller;
use super::errors::Refusal;
use super::from_fhir::face_scan as from_fhir;
use super::from_fhir::face_scan::reading::Source;
use super::to_fhir::face_scan::Scan;
use super::wire::face_scan as wire;
use crate::fhir::ResourceType;
use crate::records::erase::Erasure;
use crate::records::search::{MOST, Query, Total};
use crate::records::{Error, Records, Stored, Write, history};

/// So often work is tried of which another request changed something first.
const ATTEMPTS: u8 = 4;

/// Somebody's own session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The Encounter, as it is stored.
    pub stored: Stored,
    /// The Encounter.
    pub encounter: Value,
    /// Id of the Patient.
    pub patient: String,
}

/// A type that R4 has.
///
/// # Errors
/// When there is none with that name.
pub fn resource_type(name: &'static str) -> Result<ResourceType, Error> {
    ResourceType::parse(name).ok_or(Error::UnknownType)
}

/// The caller's session with this id.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not the caller's, or no session.
pub async fn session(records: &Records, signed_in: &SessionCaller, id: &str) -> Result<Session, Refusal> {
    let caller = signed_in.caller.quietly();
    let stored = records.read(&caller, resource_type("Encounter")?, id).await?;
    let encounter = stored.json()?;
    let person = person::find(records, signed_in).await?.ok_or(Refusal::NotFound)?;
    if !from_fhir::session::is_of(&encounter, &person.id) {
        return Err(Refusal::NotFound);
    }
    Ok(Session { stored, encounter, patient: person.id })
}

impl Session {
    /// The session's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.stored.id
    }

    /// The Consent of the session, if it is in force.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn consent(
        &self,
        records: &Records,
        signed_in: &SessionCaller,
    ) -> Result<Option<(Stored, Value)>, Refusal> {
        let Some(stored) = self.any_consent(records, signed_in).await? else { return Ok(None) };
        let consent = stored.json()?;
        let now_us = records.now().timestamp_micros();
        let holds = from_fhir::consent::is_in_force(&consent, &self.patient, now_us);
        Ok(holds.then_some((stored, consent)))
    }

    /// The Consent of the session, in force or not.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn any_consent(
        &self,
        records: &Records,
        signed_in: &SessionCaller,
    ) -> Result<Option<Stored>, Refusal> {
        current(records, signed_in, "Consent", self.id()).await
    }

    /// What keeps the session and its consent as they are, until what is written with it is there.
    ///
    /// # Errors
    /// When there is no consent in force.
    pub async fn held(&self, records: &Records, signed_in: &SessionCaller) -> Result<Vec<Write>, Refusal> {
        let (consent, _) = self.consent(records, signed_in).await?.ok_or(Refusal::ConsentRequired)?;
        Ok(vec![hold("Encounter", &self.stored)?, hold("Consent", &consent)?])
    }

    /// Ids of the results that were saved, oldest first.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn results(
        &self,
        records: &Records,
        signed_in: &SessionCaller,
    ) -> Result<Vec<Stored>, Refusal> {
        let parameters = [
            ("encounter", format!("Encounter/{}", self.id())),
            ("identifier", format!("{}|", super::codes::face_scan::RESULT_ID)),
        ];
        all(records, signed_in, "DiagnosticReport", &parameters, None).await
    }

    /// All resources of a type that belong to the session.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn all(
        &self,
        records: &Records,
        signed_in: &SessionCaller,
        name: &'static str,
    ) -> Result<Vec<Stored>, Refusal> {
        let within = [("encounter", format!("Encounter/{}", self.id()))];
        all(records, signed_in, name, &within, None).await
    }

    /// The session, as it is answered.
    ///
    /// # Errors
    /// When what belongs to it cannot be read.
    pub async fn shown(
        &self,
        records: &Records,
        signed_in: &SessionCaller,
    ) -> Result<wire::Session, Refusal> {
        let consent = self.consent(records, signed_in).await?;
        let consent = consent.map(|(_, consent)| from_fhir::consent::consent(&consent, self.id()));
        let results = self.results(records, signed_in).await?;
        let ids = results.into_iter().map(|stored| stored.id).collect();
        Ok(from_fhir::session::session(&self.encounter, consent, ids))
    }

    /// A scan of this session's person at this time.
    #[must_use]
    pub fn scan(&self, signed_in: &SessionCaller, now: DateTime<Utc>) -> Scan {
        Scan {
            now,
            patient: self.patient.clone(),
            session: self.id().to_owned(),
            practitioner: signed_in.account.practitioner.clone(),
        }
    }
}

/// Holds a resource in the version that was read.
///
/// # Errors
/// When there is no such type.
pub fn hold(name: &'static str, stored: &Stored) -> Result<Write, Error> {
    let resource_type = resource_type(name)?;
    Ok(Write::Hold { resource_type, id: stored.id.clone(), precondition: stored.version.into() })
}

/// Holds what something is made of, each in the version that was read: so nothing is kept of what is erased meanwhile.
///
/// # Errors
/// When there is no such type.
pub fn hold_all<'s>(sources: impl IntoIterator<Item = &'s Source>) -> Result<Vec<Write>, Error> {
    let resource_type = resource_type("Observation")?;
    let hold = |source: &Source| {
        let (id, precondition) = (source.id.clone(), source.version.into());
        Write::Hold { resource_type, id, precondition }
    };
    Ok(sources.into_iter().map(hold).collect())
}

/// Does the writes; none, where another request changed or erased first what they go on from.
///
/// # Errors
/// When they cannot be done for another reason.
pub async fn written(
    records: &Records,
    signed_in: &SessionCaller,
    writes: Vec<Write>,
) -> Result<Option<Vec<Value>>, Refusal> {
    match records.transact(&signed_in.caller, writes).await {
        Ok(written) => {
            let stored = written.iter().filter_map(|written| written.stored.as_ref()).map(Stored::json);
            Ok(Some(stored.collect::<Result<_, _>>()?))
        }
        Err(
            Error::Duplicate(_)
            | Error::Conflict
            | Error::PreconditionFailed { .. }
            | Error::NothingThere
            | Error::IsThere { .. },
        ) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Erases for good; none, where another request came first.
///
/// # Errors
/// When that cannot be done for another reason.
pub async fn erased(
    records: &Records,
    signed_in: &SessionCaller,
    erasure: Erasure,
) -> Result<Option<Vec<String>>, Refusal> {
    match records.erase(&signed_in.caller, erasure).await {
        Ok(erased) => Ok(Some(erased)),
        Err(Error::Conflict | Error::PreconditionFailed { .. } | Error::NothingThere) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Does work again while another request comes first.
///
/// # Errors
/// That of the work, or [`Refusal::Unavailable`] when that goes on.
pub async fn repeated<T>(work: impl AsyncFn() -> Result<Option<T>, Refusal>) -> Result<T, Refusal> {
    for _ in 0..ATTEMPTS {
        if let Some(done) = work().await? {
            return Ok(done);
        }
    }
    Err(Refusal::Unavailable)
}

/// The current version of a resource, if there is one.
///
/// # Errors
/// When it cannot be read.
pub async fn current(
    records: &Records,
    signed_in: &SessionCaller,
    name: &'static str,
    id: &str,
) -> Result<Option<Stored>, Refusal> {
    absent_as_none(records.read(&signed_in.caller.quietly(), resource_type(name)?, id).await)
}

/// A resource as it is, or was before it was deleted: what a client of the FHIR API deletes keeps its history, which is its
/// person's to take back.
///
/// # Errors
/// [`Refusal::NotFound`] where no version is there, or when it cannot be read.
pub async fn last(
    records: &Records,
    signed_in: &SessionCaller,
    name: &'static str,
    id: &str,
) -> Result<Value, Refusal> {
    let (caller, resource_type) = (signed_in.caller.quietly(), resource_type(name)?);
    match records.read(&caller, resource_type, id).await {
        Err(Error::Gone) => {}
        read => return Ok(read?.json()?),
    }
    // The newest version is the deletion.
    let (of, count) = (history::Of::Instance(resource_type, id.to_owned()), 2);
    let query = history::Query { count, since: None, at: None, after: None };
    let found = records.history(&caller, &of, &query).await?;
    let body = found.versions.into_iter().find_map(|version| version.body).ok_or(Refusal::NotFound)?;
    Ok(serde_json::from_str(&body).map_err(Error::internal)?)
}

/// What was read; none where there is nothing.
fn absent_as_none(read: Result<Stored, Error>) -> Result<Option<Stored>, Refusal> {
    match read {
        Ok(stored) => Ok(Some(stored)),
        Err(Error::NotFound | Error::Gone) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

fn query(parameters: &[(&str, String)], sort: Option<&str>, count: u16) -> Query {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let sort = sort.map(str::to_owned);
    Query { parameters, sort, count, total: Total::Unwanted, strict: true, ..Query::default() }
}

/// All resources that match. Of what grows without end, a caller narrows the search.
async fn all(
    records: &Records,
    signed_in: &SessionCaller,
    name: &'static str,
    parameters: &[(&str, String)],
    sort: Option<&str>,
) -> Result<Vec<Stored>, Refusal> {
    let caller = signed_in.caller.quietly();
    let mut query = query(parameters, sort, MOST);
    let mut found = Vec::new();
    loop {
        let page = records.search(&caller, resource_type(name)?, &query).await?;
        found.extend(page.resources);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(found);
        }
    }
}

/// Those of these Observations that are there, in this order.
///
/// # Errors
/// When they cannot be searched.
pub async fn observations(
    records: &Records,
    signed_in: &SessionCaller,
    ids: &[String],
) -> Result<Vec<Value>, Refusal> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = all(records, signed_in, "Observation", &[("_id", ids.join(","))], None).await?;
    let in_order = ids.iter().filter_map(|id| found.iter().find(|stored| stored.id == *id));
    Ok(in_order.map(Stored::json).collect::<Result<_, _>>()?)
}
