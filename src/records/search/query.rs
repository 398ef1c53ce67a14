//! A query that tells some resources of a type from others, and asks nothing of the answer.

use super::context::Context;
use super::parameters::conditions;
use super::special::{CONTAINED, CONTAINED_TYPE, check_words};
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::include::is_include;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::records::parameters::Parameters;
use crate::records::{Error, Records};
use crate::storage::search::Condition;

impl Records {
    /// What a resource must be like for the query to find it. What the caller may search at all is not among that, but for what
    /// chains lead to.
    pub(in crate::records) async fn conditions_of_query(
        &self,
        parameters: &Parameters,
        caller: &Caller,
        base_url: &str,
        (resource_type, query): (ResourceType, &[(String, String)]),
    ) -> Result<Vec<Condition>, Error> {
        let only_shows = |name: &str| is_include(name) || [CONTAINED, CONTAINED_TYPE].contains(&name);
        if let Some((name, _)) = query.iter().find(|(name, _)| only_shows(name)) {
            let text = format!("{} tells no resource from another", shown(name));
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        let now_us = self.clock.now().timestamp_micros();
        let read = self.with_terminology(caller, |terminology| {
            let context = Context {
                caller,
                parameters,
                base_url,
                now_us,
                strict: true,
                takes_contained: false,
                terminology,
            };
            Ok(conditions(&context, resource_type, query)?.0)
        });
        let conditions = read.await?;
        check_words(&conditions)?;
        Ok(conditions)
    }
}
