//! All versions of one resource, of a type, or of all that the caller may see. <https://hl7.org/fhir/R4/http.html#history>
//!
//! Newest first, in pages that go on from a place in that order: what is written meanwhile stands before it, but
//! for what was begun before and committed after. The server's own
//! AuditEvents are no versions of anything and are not told here; a search for AuditEvent finds them.

mod limited;
mod page;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::access::{Access, Limit, permit};
use super::one_moment::OVERTAKEN;
use super::parameters::Parameters;
use super::search::cursor::Place as Sealed;
use super::{Error, Records, index, is_id};
use crate::fhir::ResourceType;
use crate::fhir::date::Interval;
use crate::fhir::definitions;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::storage::audit::AuditRow;
use crate::storage::resources::{Level, Place, Version, Wanted};
use limited::Limits;
use page::{Asked, Page};

/// Whose versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of everything.
    System,
    /// Of all resources of a type.
    Type(ResourceType),
    /// Of one resource.
    Instance(ResourceType, String),
}

/// Which versions are asked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// Versions a page; with 0 there are none, but a total.
    pub count: u16,
    /// Only those from this time on.
    pub since: Option<DateTime<Utc>>,
    /// Only those that were current at some point of this time.
    pub at: Option<Interval>,
    /// The cursor that the page before gave.
    pub after: Option<String>,
}

/// A page of versions, newest first.
#[derive(Debug)]
pub struct History {
    /// The versions; one without a body is a deletion.
    pub versions: Vec<Version>,
    /// Pass it as `after` for the next page; none on the last.
    pub next: Option<String>,
    /// How many versions there are on all pages. It is counted for one resource, or where nothing else is asked for.
    pub total: Option<i64>,
}

impl Records {
    /// A page of versions.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one resource that never was there, or that the caller may not see them.
    #[tracing::instrument(target = "hygeia_trace", name = "records.history", skip_all)]
    pub async fn history(&self, caller: &Caller, of: &Of, query: &Query) -> Result<History, Error> {
        let mut parameters = self.known.last(caller.tenant);
        for _ in 0..OVERTAKEN {
            match self.history_by(&parameters, caller, of, query).await {
                Err(error) if error.is_conflict() => parameters = self.parameters(caller.tenant).await?,
                done => return done,
            }
        }
        let moment = self.one_moment(caller).await?;
        let found = async {
            let parameters = moment.records.current_parameters(caller.tenant).await?;
            moment.records.history_by(&parameters, caller, of, query).await
        };
        let found = Box::pin(found).await;
        self.after_moment(moment, found).await
    }

    /// A page within the limits that were known; a conflict, where there are others by now.
    async fn history_by(
        &self,
        parameters: &Arc<Parameters>,
        caller: &Caller,
        of: &Of,
        query: &Query,
    ) -> Result<History, Error> {
        let access = self.access(caller, parameters);
        let level = level(caller, &access, of)?;
        let limits = Limits::new(access, of);
        let scope = scope(caller, of, query);
        let after = match &query.after {
            Some(cursor) => Some(self.cursors().await?.read(&scope, cursor).and_then(opened)?),
            None => None,
        };
        let at = query.at.map(|at| (time(at.low), time(at.high)));
        let wanted = Wanted { tenant: caller.tenant, level, since: query.since, at };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = async {
            let asked = Asked { wanted: &wanted, of, query };
            let page = match &limits {
                None => asked.page(&mut transaction, after.as_ref()).await,
                Some(limits) => asked.limited_page(&mut transaction, limits, after).await,
            };
            // Once all is read: nothing that came since is shown by the limits of before.
            self.known.confirm(&mut transaction, caller.tenant, parameters).await?;
            page
        }
        .await;
        let Page { versions, goes_on_after, total, current } = transaction.finish(found).await?;
        let next = match goes_on_after {
            Some(place) => Some(self.cursors().await?.write(&scope, &sealed(&place))?),
            None => None,
        };
        if !caller.quiet {
            let row = self.history_row(caller, of, current);
            let patient = row.patient.clone().or_else(|| patient(of, &versions));
            self.record_read(caller, AuditRow { patient, ..row }).await?;
        }
        Ok(History { versions, next, total })
    }

    fn history_row(&self, caller: &Caller, of: &Of, current: i64) -> AuditRow {
        match of {
            Of::System => self.audit_row(caller, "history-system", None),
            Of::Type(resource_type) => AuditRow {
                type_: Some(resource_type.to_string()),
                ..self.audit_row(caller, "history-type", None)
            },
            Of::Instance(resource_type, id) => {
                self.audit_row(caller, "history-instance", Some(((*resource_type, id), current)))
            }
        }
    }
}

/// What the caller may see of it. SMART: to read one resource is to read its history, to search a type is to read the type's.
fn level(caller: &Caller, access: &Access<'_>, of: &Of) -> Result<Level, Error> {
    match of {
        Of::Instance(resource_type, id) => {
            permit(caller, Right::Read, *resource_type)?;
            if !is_id(id) {
                return Err(Error::NotFound);
            }
            Ok(Level::Instance(resource_type.as_str(), id.clone()))
        }
        Of::Type(resource_type) => {
            permit(caller, Right::Search, *resource_type)?;
            Ok(Level::Type(resource_type.as_str()))
        }
        Of::System => {
            let all = definitions::resource_types();
            let count = all.len();
            let seen: Vec<_> =
                all.filter(|one| access.limit(Right::Search, *one) != Limit::Nothing).collect();
            if seen.is_empty() {
                return Err(Error::Forbidden);
            }
            Ok(Level::System(
                (seen.len() < count).then(|| seen.into_iter().map(ResourceType::as_str).collect()),
            ))
        }
    }
}

/// The Patient that the one resource is about, as the newest of its versions says.
fn patient(of: &Of, versions: &[Version]) -> Option<String> {
    let Of::Instance(resource_type, _) = of else { return None };
    let body = versions.iter().find_map(|version| version.body.as_deref())?;
    index::patient(*resource_type, &serde_json::from_str(body).ok()?)
}

/// What a cursor belongs to.
fn scope(caller: &Caller, of: &Of, query: &Query) -> Vec<u8> {
    format!("history {} {of:?} {:?} {:?}", caller.tenant.number(), query.since, query.at).into_bytes()
}

fn sealed(last: &Place) -> Sealed {
    let updated = last.updated.timestamp_micros().to_string();
    let keys = [updated, last.resource_type.clone(), last.id.clone()].map(Some).to_vec();
    Sealed { keys, ordinal: last.number }
}

fn opened(place: Sealed) -> Result<Place, Error> {
    if let [Some(updated), Some(resource_type), Some(id)] = place.keys.as_slice()
        && let Some(updated) = updated.parse().ok().and_then(DateTime::from_timestamp_micros)
    {
        let (resource_type, id) = (resource_type.clone(), id.clone());
        return Ok(Place { updated, resource_type, id, number: place.ordinal });
    }
    Err(Error::BadRequest(IssueType::Value, "the cursor is not one of this history".to_owned()))
}

/// The time, as far as Postgres can tell it.
fn time(micros: i64) -> DateTime<Utc> {
    let latest = || if micros < 0 { DateTime::<Utc>::UNIX_EPOCH } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp_micros(micros).unwrap_or_else(latest)
}
