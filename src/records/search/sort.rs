//! `_sort`: by which values results are ordered. <https://hl7.org/fhir/R4/search.html#sort>

use super::is_supported;
use crate::fhir::ResourceType;
use crate::fhir::definitions;
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::SearchKind;
use crate::records::Error;
use crate::storage::search::{SortBy, SortKey};

/// So many keys an order may have.
const MOST_KEYS: usize = 8;

/// The keys of an order such as `-date,family`. What comes after the id decides nothing and is left out, as is the id itself,
/// which decides between equals anyway.
pub(super) fn keys(resource_type: ResourceType, sort: Option<&str>) -> Result<Vec<SortKey>, Error> {
    let mut keys = Vec::new();
    for name in sort.into_iter().flat_map(|sort| sort.split(',')) {
        let (code, descending) = name.strip_prefix('-').map_or((name, false), |code| (code, true));
        let by = by(resource_type, code)?;
        let is_id = by == SortBy::Id;
        if !is_id || descending {
            keys.push(SortKey { by, descending });
        }
        if is_id {
            break;
        }
    }
    if keys.len() > MOST_KEYS {
        return Err(Error::BadRequest(IssueType::TooCostly, format!("_sort has more than {MOST_KEYS} keys")));
    }
    Ok(keys)
}

fn by(resource_type: ResourceType, code: &str) -> Result<SortBy, Error> {
    let refused = |why: &str| Err(Error::BadRequest(IssueType::NotSupported, format!("_sort: {why}")));
    match code {
        "_id" => return Ok(SortBy::Id),
        "_lastUpdated" => return Ok(SortBy::Updated),
        _ => {}
    }
    let Some(parameter) = definitions::search_parameter(resource_type, code) else {
        return refused(&format!("{code:?} is not a search parameter of {resource_type}"));
    };
    let unsupported =
        || refused(&format!("sorting by {} is not supported for {code}", parameter.kind.as_str()));
    if !is_supported(parameter) {
        return unsupported();
    }
    let code = code.to_owned();
    match parameter.kind {
        SearchKind::Date => Ok(SortBy::Date(code)),
        SearchKind::String | SearchKind::Uri => Ok(SortBy::Text(code)),
        SearchKind::Number | SearchKind::Quantity => Ok(SortBy::Number(code)),
        SearchKind::Token | SearchKind::Reference => Ok(SortBy::Key(code)),
        SearchKind::Composite | SearchKind::Special => unsupported(),
    }
}
