//! Asking for an export. <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-kick-off-request>

use chrono::{DateTime, Utc};

use super::rights::may_export;
use super::selection::why_not;
use super::wanted::{Wanted, Whose};
use crate::fhir::ResourceType;
use crate::fhir::definitions::resource_types;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::records::access::PATIENT;
use crate::records::program::{AskedBy, owner, program};
use crate::records::{Error, Records};
use crate::storage::address::address;
use crate::storage::exports::{self as rows, New};
use crate::storage::search::{self, Condition};
use crate::storage::{audit, audit::AuditRow};

/// So many exports of one client may be under way.
const MOST_OPEN: i64 = 10;
/// So many of one client are kept.
const MOST_KEPT: i64 = 500;
/// A client that has more is asked to come again after so many seconds.
const AGAIN_S: u32 = 10;

/// Whose resources an export is asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Level {
    /// Of all, patients or not.
    System,
    /// Of all patients.
    Patients,
    /// Of the members of the Group with this id.
    Group(String),
}

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Of whom.
    pub level: Level,
    /// The whole URL of the request.
    pub request: String,
    /// The base of this server's own URLs.
    pub base_url: String,
    /// Of which types; of all, where none is said.
    pub types: Option<Vec<ResourceType>>,
    /// Type and query: of a type with queries, only what one of them finds.
    pub filters: Vec<(ResourceType, String)>,
    /// Only what changed after this time.
    pub since: Option<DateTime<Utc>>,
    /// Only what changed before this time.
    pub until: Option<DateTime<Utc>>,
    /// Only these elements; all, where there are none.
    pub elements: Vec<String>,
    /// Only what belongs to the patients with these ids.
    pub patients: Option<Vec<String>>,
    /// Whether what is not supported is passed over, and noted.
    pub lenient: bool,
    /// What was passed over already.
    pub notes: Vec<String>,
}

impl Records {
    /// Asks for an export, and gives its id.
    ///
    /// # Errors
    /// When the caller may not export what is asked for, it is not supported, or the caller has too many exports.
    pub async fn export(&self, caller: &Caller, mut asked: Asked) -> Result<String, Error> {
        let exporter = program(caller)?;
        owner(&exporter)?;
        let types = types(&exporter, &mut asked)?;
        let filters = self.filters(&exporter, &types, &mut asked).await?;
        let whose = self.whose(&exporter, &asked).await?;
        let row = self.export_row(caller, &asked);
        let wanted = Wanted {
            request: asked.request,
            base_url: asked.base_url,
            types: types.iter().map(ToString::to_string).collect(),
            whose,
            filters,
            since: asked.since,
            until: asked.until,
            elements: asked.elements,
            notes: asked.notes,
            tables: None,
        };
        self.add_export(&exporter, &wanted, &row).await
    }

    /// Adds an export with its row of the trail, and gives its id.
    ///
    /// # Errors
    /// When the exporter has too many.
    pub(in crate::records) async fn add_export(
        &self,
        exporter: &Caller,
        wanted: &Wanted,
        row: &AuditRow,
    ) -> Result<String, Error> {
        let (tenant, owner) = (exporter.tenant, owner(exporter)?);
        let (wanted, asked_by) = (Wanted::written(wanted)?, Wanted::written(&AskedBy::of(exporter)?)?);
        let id = self.new_id();
        let new =
            New { id: &id, owner: &owner, asked: self.clock.now(), wanted: &wanted, asked_by: &asked_by };
        let mut transaction = self.store.begin(tenant).await?;
        let added = async {
            let counts = rows::counts(&mut transaction, tenant, &owner).await?;
            if counts.open >= MOST_OPEN || counts.all >= MOST_KEPT {
                return Err(Error::Busy(AGAIN_S));
            }
            audit::insert(&mut transaction, row).await?;
            Ok(rows::add(&mut transaction, tenant, new).await?)
        }
        .await;
        transaction.finish(added).await?;
        self.exports.wake.notify_one();
        Ok(id)
    }

    /// What the trail tells of it.
    fn export_row(&self, caller: &Caller, asked: &Asked) -> AuditRow {
        let row = self.audit_row(caller, "export", None);
        let patient = match asked.patients.as_deref() {
            Some([only]) => Some(only.clone()),
            Some(_) | None => None,
        };
        let of = |name: &str| Some(name.to_owned());
        match &asked.level {
            Level::System => row,
            Level::Patients => AuditRow { type_: of(PATIENT), patient, ..row },
            Level::Group(id) => AuditRow { type_: of("Group"), resource: Some(id.clone()), patient, ..row },
        }
    }

    /// The queries, after each was read as it will be.
    async fn filters(
        &self,
        exporter: &Caller,
        types: &[ResourceType],
        asked: &mut Asked,
    ) -> Result<Vec<(String, String)>, Error> {
        let parameters = self.current_parameters(exporter.tenant).await?;
        let mut filters = Vec::new();
        for (resource_type, query) in std::mem::take(&mut asked.filters) {
            if !types.contains(&resource_type) {
                pass_over(
                    asked,
                    format!("_typeFilter: resources of type {resource_type} are not asked for"),
                )?;
                continue;
            }
            self.filter(&parameters, exporter, &asked.base_url, (resource_type, &query)).await?;
            filters.push((resource_type.to_string(), query));
        }
        Ok(filters)
    }

    /// Whose resources are asked for, by the addresses of patients who are there.
    async fn whose(&self, exporter: &Caller, asked: &Asked) -> Result<Whose, Error> {
        let addresses = |ids: &[String]| ids.iter().map(|id| address(PATIENT, id)).collect::<Vec<_>>();
        let members = match &asked.level {
            Level::System => return Ok(Whose::All),
            Level::Patients => None,
            Level::Group(id) => Some(self.members(exporter, id).await?),
        };
        let Some(patients) = &asked.patients else {
            return Ok(members.map_or(Whose::Patients, |members| {
                Whose::These(addresses(&members.into_iter().collect::<Vec<_>>()))
            }));
        };
        let stranger = |id: &&String| members.as_ref().is_some_and(|members| !members.contains(*id));
        if let Some(stranger) = patients.iter().find(stranger) {
            let text = format!("patient: Patient/{stranger} is no member of the Group");
            return Err(Error::BadRequest(IssueType::NotFound, text));
        }
        let mut wanted = addresses(patients);
        wanted.sort_unstable();
        wanted.dedup();
        if !self.are_there(exporter, &wanted).await? {
            // Which one it is could be what a Consent keeps from the caller.
            let text = "patient: not all of the patients are there, or this client may see them";
            return Err(Error::BadRequest(IssueType::NotFound, text.to_owned()));
        }
        Ok(Whose::These(wanted))
    }

    /// Whether there are patients with all of these addresses that the exporter may find.
    pub(in crate::records) async fn are_there(
        &self,
        exporter: &Caller,
        patients: &[i64],
    ) -> Result<bool, Error> {
        let patient = ResourceType::parse(PATIENT).ok_or_else(|| Error::internal("a type of R4"))?;
        let parameters = self.current_parameters(exporter.tenant).await?;
        let mut conditions = vec![Condition::Address(patients.to_vec())];
        conditions.extend(self.access(exporter, &parameters).among(Right::Search, &[patient]));
        let wanted = search::Wanted { tenant: exporter.tenant, types: &[PATIENT], conditions: &conditions };
        let mut connection = self.store.alone(exporter.tenant).await?;
        let found = search::count(&mut connection, &wanted).await;
        let found = connection.finish(found).await?;
        if !parameters.is_version(found.parameters) {
            return Err(Error::Conflict);
        }
        Ok(usize::try_from(found.matches).is_ok_and(|found| found == patients.len()))
    }
}

/// The types that are exported: those that are asked for, or all that may be.
fn types(exporter: &Caller, asked: &mut Asked) -> Result<Vec<ResourceType>, Error> {
    let Some(named) = asked.types.take() else {
        let is_exported = |one: &ResourceType| why_not(&asked.level, *one).is_none();
        let all = resource_types().filter(is_exported).filter(|one| may_export(exporter, *one));
        let all: Vec<_> = all.collect();
        return if all.is_empty() { Err(Error::Forbidden) } else { Ok(all) };
    };
    let mut types = Vec::new();
    for one in named {
        if let Some(reason) = why_not(&asked.level, one) {
            pass_over(asked, format!("_type: {reason}"))?;
        } else if !may_export(exporter, one) {
            return Err(Error::Forbidden);
        } else if !types.contains(&one) {
            types.push(one);
        }
    }
    types.sort_unstable_by_key(|one| one.as_str());
    Ok(types)
}

/// Refuses what is not supported, or notes it, where the client says that it may be passed over.
fn pass_over(asked: &mut Asked, text: String) -> Result<(), Error> {
    if !asked.lenient {
        return Err(Error::BadRequest(IssueType::NotSupported, text));
    }
    asked.notes.push(text);
    Ok(())
}
