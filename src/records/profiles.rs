//! Profiles that a tenant stores, each with those that it leads to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::index::slot;
use super::{Error, Records};
use crate::fhir::profile::{Profile, Profiles};
use crate::fhir::{ResourceType, search_values};
use crate::identity::{Caller, Right};
use crate::records::access::Limit;
use crate::storage::search::{self as rows, Condition, SortBy, SortKey, TextTest};

const STRUCTURE_DEFINITION: &str = "StructureDefinition";
/// R4's own definitions need not be looked up.
const BASE: &str = "http://hl7.org/fhir/StructureDefinition/";
/// So many profiles one question may lead to.
const MOST: usize = 300;
/// So many steps it may take from one to another.
const DEEPEST: usize = 6;
/// So many definitions are read at a time, of which several may be versions of one.
const AT_A_TIME: i64 = 100;

impl Records {
    /// The profiles with these canonical URLs, and those that they name; all versions of each. What is not stored is left out.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn profiles(&self, caller: &Caller, urls: &[String]) -> Result<Profiles, Error> {
        let mut profiles = Profiles::default();
        let of = ResourceType::parse(STRUCTURE_DEFINITION).ok_or(Error::UnknownType)?;
        let parameters = self.known.last(caller.tenant);
        if self.access(caller, &parameters).limit(Right::Search, of) != Limit::All {
            return Ok(profiles);
        }
        let (mut asked, mut next) = (BTreeSet::new(), plain(urls));
        for _ in 0..DEEPEST {
            next.retain(|url| !asked.contains(url));
            if next.is_empty() || asked.len().saturating_add(next.len()) > MOST {
                break;
            }
            asked.extend(next.iter().cloned());
            let found = self.definitions_of(caller, of, &next).await?;
            let read = move || found.iter().filter_map(|body| read(body)).collect::<Vec<_>>();
            let read = tokio::task::spawn_blocking(read).await.map_err(Error::internal)?;
            next = plain(&read.iter().flat_map(Profile::leads_to).collect::<Vec<_>>());
            read.into_iter().for_each(|profile| profiles.add(profile));
        }
        Ok(profiles)
    }

    /// The stored definitions of these URLs, the last changed last.
    async fn definitions_of(
        &self,
        caller: &Caller,
        of: ResourceType,
        urls: &BTreeSet<String>,
    ) -> Result<Vec<String>, Error> {
        let is = |url: &String| TextTest::Is { compared: url.clone(), written: url.clone() };
        let sources = search_values::sources(of, "url");
        let slots = sources.iter().map(|source| slot(of, source.code)).collect();
        let conditions = [Condition::Text(slots, urls.iter().map(is).collect())];
        let types = [STRUCTURE_DEFINITION];
        let wanted = rows::Wanted { tenant: caller.tenant, types: &types, conditions: &conditions };
        let sort = [SortKey { by: SortBy::Updated, descending: false }];
        let page = rows::Page { sort: &sort, after: None, limit: AT_A_TIME, skip: 0 };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = rows::page(&mut transaction, &wanted, &page).await;
        let found = transaction.finish(found).await?;
        Ok(found.matches.into_iter().filter_map(|found| found.version.body).collect())
    }
}

fn read(body: &str) -> Option<Profile> {
    let definition: Value = serde_json::from_str(body).ok()?;
    Profile::read(&definition).ok()
}

/// Canonical URLs without their versions and without those of R4.
fn plain(urls: &[String]) -> BTreeSet<String> {
    let urls = urls.iter().map(|url| url.split_once('|').map_or(url.as_str(), |(url, _)| url));
    urls.filter(|url| !url.starts_with(BASE)).map(str::to_owned).collect()
}
