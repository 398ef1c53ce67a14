//! The search parameters that a tenant's resources are indexed and found by: those of R4, and the tenant's own, which it stores
//! as SearchParameter. <https://hl7.org/fhir/R4/searchparameter.html>
//!
//! Each process remembers a tenant's set by its version. Every transaction that indexes or searches compares the version, so that
//! none works by a set of before. `docs/decisions/0011-own-search-parameters.md` tells why it is done so.

mod definition;
mod follow;

pub(super) use follow::SEARCH_PARAMETER;

use std::sync::Arc;

use quick_cache::sync::Cache;
use serde_json::Value;

use super::access::consents::Consents;
use super::{Error, Records};
use crate::core::metrics::METRICS;
use crate::fhir::ResourceType;
use crate::fhir::definitions;
use crate::fhir::outcome::IssueType;
use crate::fhir::reference::Literal;
use crate::fhir::search_fault::SearchFault;
use crate::fhir::search_parameter::{Component, SearchKind, SearchParameter};
use crate::fhir::search_values::{Composite, Indexed, Other};
use crate::storage::search_parameters::{self as rows, Definition, Kept, Progress};
use crate::storage::{Connection, StorageError, TenantId};

/// So many tenants' sets are remembered.
const REMEMBERED: usize = 10_000;
/// So often a request is tried when the set changes under it.
const ATTEMPTS: u8 = 3;

/// The search parameters of a tenant.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    version: i64,
    own: Arc<Vec<Own>>,
    /// Whether those are asked by as well whose index is not complete.
    takes_building: bool,
    /// The Consents, which are remembered by the same version.
    consents: Arc<Consents>,
    /// The base of this server's own URLs, without a slash at its end.
    base_url: Arc<str>,
}

/// A parameter that is the tenant's own.
#[derive(Debug)]
struct Own {
    /// The id of its SearchParameter.
    id: String,
    other: Other,
    /// How far its index is; none where it is complete.
    building: Option<Progress>,
}

impl Parameters {
    /// The set that rows of the database tell.
    fn new((version, kept): (i64, Vec<Kept>)) -> Result<Self, StorageError> {
        let own = |Kept { definition, building }: Kept| {
            // Every definition was compiled before it was kept.
            let corrupt = |column| StorageError::Corrupt {
                table: "search_parameter",
                column,
                row: definition.id.clone(),
            };
            let parameter = parameter(&definition).ok_or_else(|| corrupt("type"))?;
            let other = Other::compile(parameter).map_err(|_| corrupt("expression"))?;
            Ok(Own { id: definition.id, other, building })
        };
        let own = kept.into_iter().map(own).collect::<Result<_, StorageError>>()?;
        Ok(Self { version, own: Arc::new(own), ..Self::default() })
    }

    /// The parameter of this name. None where there is none that could be searched by.
    ///
    /// # Errors
    /// When its index is not complete: an answer would lack what is not indexed yet.
    pub fn find(
        &self,
        resource_type: ResourceType,
        code: &str,
    ) -> Result<Option<&SearchParameter>, SearchFault> {
        if let Some(parameter) = definitions::search_parameter(resource_type, code) {
            return Ok(Some(parameter));
        }
        let own =
            self.own.iter().find(|own| own.other.parameter.code == code && own.other.is_of(resource_type));
        match own.map(|own| (own, own.building.filter(|_| !self.takes_building))) {
            None => Ok(None),
            Some((own, None)) => Ok(Some(&own.other.parameter)),
            Some((_, Some(Progress { done, total }))) => {
                let far = match total {
                    Some(total) => format!("{done} of {total}"),
                    None => "this has not begun".to_owned(),
                };
                let text = format!("{code} is not searchable yet, it is being indexed: {far}");
                Err(SearchFault::unsupported(text))
            }
        }
    }

    /// How a composite parameter of the tenant's own is asked.
    pub(super) fn composite(&self, resource_type: ResourceType, code: &str) -> Option<&Composite> {
        self.own
            .iter()
            .filter(|own| own.other.parameter.code == code)
            .find_map(|own| own.other.composite(resource_type))
    }

    /// The same, for who holds single resources against conditions: what a resource is found by is known also where others are not indexed
    /// yet.
    pub(super) fn for_single_ones(&self) -> Self {
        Self { takes_building: true, ..self.clone() }
    }

    /// The tenant's own parameters of a type that can be searched by.
    pub fn own(&self, resource_type: ResourceType) -> impl Iterator<Item = &SearchParameter> {
        let is_complete = move |own: &&Own| own.building.is_none() && own.other.is_of(resource_type);
        self.own.iter().filter(is_complete).map(|own| &own.other.parameter)
    }

    /// Hands over the values of the tenant's own parameters, also of those that are still being indexed.
    pub(super) fn own_values<'p, 'v>(
        &'p self,
        resource_type: ResourceType,
        resource: &'v Value,
        push: &mut dyn FnMut(&'p SearchParameter, Indexed<'v>),
    ) {
        for Own { other, .. } in self.own.iter() {
            other.values(resource_type, resource, &mut |value| push(&other.parameter, value));
        }
    }

    /// The types that have the parameter which the SearchParameter with this id defines.
    pub(super) fn types(&self, id: &str) -> Option<Vec<String>> {
        let own = self.own.iter().find(|own| own.id == id)?;
        Some(own.other.types().map(|of_type| of_type.to_string()).collect())
    }

    /// Whether this is the same set at the same time.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.version == other.version
    }

    /// Type and id that a whole URL names, where it is one of this server's.
    pub(super) fn local<'u>(&self, url: &'u str) -> Option<(ResourceType, &'u str)> {
        let rest = url.strip_prefix(&*self.base_url).filter(|_| !self.base_url.is_empty())?;
        match Literal::parse(rest.strip_prefix('/')?)? {
            Literal::Relative { resource_type, id, .. } => Some((resource_type, id)),
            Literal::Contained(_)
            | Literal::Conditional { .. }
            | Literal::Absolute { .. }
            | Literal::Uri(_) => None,
        }
    }

    /// The base of this server's own URLs, without a slash at its end.
    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The tenant's Consents.
    pub(super) fn consents(&self) -> &Consents {
        &self.consents
    }

    /// Its version.
    pub(super) fn version(&self) -> i64 {
        self.version
    }

    /// Whether this is the set of that version.
    pub(super) fn is_version(&self, version: i64) -> bool {
        self.version == version
    }

    /// Whether an index is not complete.
    pub(super) fn is_building(&self) -> bool {
        self.own.iter().any(|own| own.building.is_some())
    }
}

/// The parameter that a definition describes.
fn parameter(definition: &Definition) -> Option<SearchParameter> {
    let Definition { url, code, kind, base, target, expression, component, .. } = definition;
    let kind = SearchKind::parse(kind)?;
    let names = |names: &[String]| -> Option<Vec<&'static str>> {
        names.iter().map(|name| Some(definitions::type_named(name)?.name)).collect()
    };
    let (url, code, expression) = (url.clone(), code.clone(), expression.clone());
    let components = component.iter().map(|part| {
        let (definition, expression) = part.split_once(' ')?;
        Some(Component::other(definition.to_owned(), expression.to_owned()))
    });
    let mut parameter = SearchParameter::other(url, code, kind, expression, names(base)?, names(target)?);
    parameter.components = components.collect::<Option<_>>()?;
    Some(parameter)
}

/// What this process knows of the tenants' parameters.
#[derive(Clone)]
pub(super) struct Known {
    of_tenants: Arc<Cache<TenantId, Arc<Parameters>>>,
    /// Those of who has none of its own.
    of_others: Arc<Parameters>,
}

impl Known {
    pub(super) fn new(base_url: &str) -> Self {
        let base_url = Arc::from(base_url.trim_end_matches('/'));
        let of_others = Arc::new(Parameters { base_url, ..Parameters::default() });
        Self { of_tenants: Arc::new(Cache::new(REMEMBERED)), of_others }
    }

    /// The set as it was last seen. What is made of it must be compared with the version in the transaction that uses it.
    pub(super) fn last(&self, tenant: TenantId) -> Arc<Parameters> {
        self.of_tenants.get(&tenant).unwrap_or_else(|| Arc::clone(&self.of_others))
    }

    /// The set by which this transaction must index what it writes.
    pub(super) async fn for_writing(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
    ) -> Result<Arc<Parameters>, StorageError> {
        let version = rows::version_for_writing(connection, tenant).await?;
        self.of_version(connection, tenant, version).await
    }

    /// The set as this transaction sees it.
    pub(super) async fn current(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
    ) -> Result<Arc<Parameters>, StorageError> {
        let version = rows::version(connection, tenant).await?;
        self.of_version(connection, tenant, version).await
    }

    async fn of_version(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        version: i64,
    ) -> Result<Arc<Parameters>, StorageError> {
        let last = self.last(tenant);
        METRICS.looked("search_parameters", last.version == version);
        if last.version == version { Ok(last) } else { self.read(connection, tenant).await }
    }

    async fn read(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
    ) -> Result<Arc<Parameters>, StorageError> {
        let parameters = self.seen(connection, tenant).await?;
        self.of_tenants.insert(tenant, Arc::clone(&parameters));
        Ok(parameters)
    }

    async fn seen(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
    ) -> Result<Arc<Parameters>, StorageError> {
        let mut parameters = Parameters::new(rows::set(connection, tenant).await?)?;
        parameters.base_url = Arc::clone(&self.of_others.base_url);
        parameters.consents =
            Consents::after(&self.last(tenant).consents, connection, tenant, &parameters.base_url).await?;
        Ok(Arc::new(parameters))
    }

    /// Refuses to go on by a set that is not the one which this transaction sees.
    pub(super) async fn confirm(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        parameters: &Parameters,
    ) -> Result<(), Error> {
        let version = rows::version(connection, tenant).await?;
        if version == parameters.version { Ok(()) } else { Err(Error::Conflict) }
    }
}

impl Records {
    /// The search parameters of the tenant as they are now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn parameters(&self, tenant: TenantId) -> Result<Arc<Parameters>, Error> {
        let mut transaction = self.store.begin(tenant).await?;
        // What a transaction has not committed is no one else's.
        let read = match self.reads {
            Some(_) => self.known.read(&mut transaction, tenant).await,
            None => self.known.seen(&mut transaction, tenant).await,
        };
        Ok(transaction.finish(read).await?)
    }

    /// The same, read only where this process does not know them.
    pub(super) async fn current_parameters(&self, tenant: TenantId) -> Result<Arc<Parameters>, Error> {
        let mut transaction = self.store.begin(tenant).await?;
        let current = self.known.current(&mut transaction, tenant).await;
        Ok(transaction.finish(current).await?)
    }

    /// What a request that failed by this set is to be tried with again.
    ///
    /// # Errors
    /// The error, where the set is no reason for it.
    pub(super) async fn parameters_after(
        &self,
        tenant: TenantId,
        tried: &Parameters,
        attempt: &mut u8,
        error: Error,
    ) -> Result<Arc<Parameters>, Error> {
        let is_unknown = matches!(error, Error::BadRequest(IssueType::NotSupported, _));
        if *attempt >= ATTEMPTS || !(is_unknown || error.is_conflict()) {
            return Err(error);
        }
        let now = self.parameters(tenant).await?;
        // A refusal tells how far the index is by now.
        let may_differ = now.version != tried.version || (*attempt == 1 && now.is_building());
        if !may_differ && is_unknown {
            return Err(error);
        }
        *attempt = attempt.saturating_add(1);
        Ok(now)
    }
}
