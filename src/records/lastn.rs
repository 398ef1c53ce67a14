//! `$lastn`: the latest Observations of each code. <https://hl7.org/fhir/R4/observation-operation-lastn.html>

use std::collections::HashMap;

use super::index;
use super::search::{Within, told};
use super::{Error, Records, Stored};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::storage::resources;
use crate::storage::search::{self as rows, Grouped};

/// The type that it is about.
const OBSERVATION: &str = "Observation";
/// So many are given at most: whoever would get more asks for fewer codes.
const MOST: i64 = 1_000;
/// So many pairs of codes that mean the same are followed.
const MOST_PAIRS: i64 = 20_000;
/// So many bytes are given at most.
const MOST_BYTES: i64 = 16 * 1024 * 1024;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct LastN {
    /// The search that the Observations must match.
    pub parameters: Vec<(String, String)>,
    /// So many of each code.
    pub max: u16,
    /// The base of this server's own URLs.
    pub base_url: String,
}

impl Records {
    /// The latest Observations of each code, the latest first.
    ///
    /// # Errors
    /// When the search cannot be read, the caller may not search there, or there are too many.
    pub async fn last_observations(&self, caller: &Caller, asked: &LastN) -> Result<Vec<Stored>, Error> {
        let of_type = ResourceType::parse(OBSERVATION).ok_or(Error::UnknownType)?;
        super::access::permit(caller, Right::Search, of_type)?;
        super::access::permit(caller, Right::Read, of_type)?;
        let parameters = self.current_parameters(caller.tenant).await?;
        let query = (of_type, asked.parameters.as_slice());
        let mut conditions = self.conditions_of_query(&parameters, caller, &asked.base_url, query).await?;
        for right in [Right::Search, Right::Read] {
            conditions.extend(self.access(caller, &parameters).among(right, &[of_type]));
        }
        let wanted = rows::Wanted { tenant: caller.tenant, types: &[OBSERVATION], conditions: &conditions };
        let grouped = Grouped {
            code: index::slot(of_type, "code"),
            most: i64::from(asked.max),
            limit: MOST.saturating_add(1),
            most_pairs: MOST_PAIRS,
        };
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = async {
            let Some(heads) = rows::last_of_each(&mut connection, &wanted, grouped).await? else {
                let text = "too many codes of these Observations mean the same: ask for fewer";
                return Err(Error::BadRequest(IssueType::TooCostly, text.to_owned()));
            };
            if i64::try_from(heads.len()).is_ok_and(|found| found > MOST) {
                let text = format!("these are more than {MOST} Observations: ask for fewer codes");
                return Err(Error::BadRequest(IssueType::TooCostly, text));
            }
            if heads.iter().map(|head| head.size_bytes).sum::<i64>() > MOST_BYTES {
                let text = "these are too large to be answered at once: ask for fewer codes";
                return Err(Error::BadRequest(IssueType::TooCostly, text.to_owned()));
            }
            let named: Vec<_> =
                heads.iter().map(|head| (OBSERVATION, head.id.as_str(), head.number)).collect();
            let versions = resources::versions(&mut connection, caller.tenant, &named).await?;
            self.known.confirm(&mut connection, caller.tenant, &parameters).await?;
            let mut by_id: HashMap<_, _> =
                versions.into_iter().map(|version| (version.id.clone(), version)).collect();
            let in_order = heads.iter().filter_map(|head| Stored::from_version(by_id.remove(&head.id)?));
            Ok(in_order.collect())
        }
        .await;
        let found = connection.finish(found).await?;
        let within = Within { resource_type: Some(of_type), compartment: None };
        let row = told(self.audit_row(caller, "lastn", None), &within, &asked.parameters);
        self.record_read(caller, row).await?;
        Ok(found)
    }
}
