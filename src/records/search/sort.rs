//! `_sort`: by which values results are ordered. <https://hl7.org/fhir/R4/search.html#sort>

use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::SearchKind;
use crate::fhir::search_values;
use crate::records::parameters::Parameters;
use crate::records::{Error, index};
use crate::storage::search::{SortBy, SortKey};

/// So many keys an order may have.
const MOST_KEYS: usize = 8;

/// The keys of an order such as `-date,family`. What comes after the id decides nothing and is left out. Where no order is asked
/// for, it is that of the indexes.
pub(super) fn keys(
    parameters: &Parameters,
    resource_type: ResourceType,
    sort: Option<&str>,
) -> Result<Vec<SortKey>, Error> {
    let mut keys = Vec::new();
    for name in sort.into_iter().flat_map(|sort| sort.split(',')) {
        let (code, descending) = name.strip_prefix('-').map_or((name, false), |code| (code, true));
        let by = by(parameters, resource_type, code, descending)?;
        let is_id = by == SortBy::Id;
        keys.push(SortKey { by, descending });
        if is_id {
            break;
        }
    }
    if keys.len() > MOST_KEYS {
        return Err(Error::BadRequest(IssueType::TooCostly, format!("_sort has more than {MOST_KEYS} keys")));
    }
    if keys.is_empty() {
        keys.push(SortKey { by: SortBy::Moment, descending: false });
    }
    Ok(keys)
}

/// The keys of an order of resources of several types: what all types can be sorted by.
pub(super) fn keys_of_all(
    parameters: &Parameters,
    types: &[ResourceType],
    sort: Option<&str>,
) -> Result<Vec<SortKey>, Error> {
    let Some((first, others)) = types.split_first() else { return Ok(Vec::new()) };
    if sort.is_none() && !others.is_empty() {
        // No index has the order of time across types; that of the making is at hand.
        return Ok(Vec::new());
    }
    let mut merged = keys(parameters, *first, sort)?;
    for other in others {
        for (into, from) in merged.iter_mut().zip(keys(parameters, *other, sort)?) {
            match (&mut into.by, from.by) {
                (SortBy::Date(a), SortBy::Date(b))
                | (SortBy::Text(a), SortBy::Text(b))
                | (SortBy::Number(a), SortBy::Number(b))
                | (SortBy::Term(a), SortBy::Term(b)) => a.extend(b),
                (a, b) if *a == b => {}
                _ => {
                    let text = "_sort: the types have no such order in common".to_owned();
                    return Err(Error::BadRequest(IssueType::NotSupported, text));
                }
            }
        }
    }
    Ok(merged)
}

fn by(
    parameters: &Parameters,
    resource_type: ResourceType,
    code: &str,
    descending: bool,
) -> Result<SortBy, Error> {
    let refused = |why: &str| Err(Error::BadRequest(IssueType::NotSupported, format!("_sort: {why}")));
    match code {
        "_id" => return Ok(SortBy::Id),
        "_lastUpdated" => return Ok(SortBy::Updated),
        _ => {}
    }
    let Some(parameter) = parameters.find(resource_type, code)? else {
        return refused(&format!("{code:?} is not a search parameter of {resource_type}"));
    };
    let unsupported =
        || refused(&format!("sorting by {} is not supported for {code}", parameter.kind.as_str()));
    let sources = search_values::sources(resource_type, code);
    let slots = sources.iter().map(|source| index::slot(resource_type, source.code)).collect();
    match parameter.kind {
        // In descending order, what tells no moment comes last in the indexes too.
        SearchKind::Date if search_values::is_moment(resource_type, code) => {
            Ok(if descending { SortBy::Moment } else { SortBy::MomentTold })
        }
        SearchKind::Date => Ok(SortBy::Date(slots)),
        SearchKind::String | SearchKind::Uri => Ok(SortBy::Text(slots)),
        SearchKind::Number | SearchKind::Quantity => Ok(SortBy::Number(slots)),
        SearchKind::Token | SearchKind::Reference => Ok(SortBy::Term(slots)),
        SearchKind::Composite | SearchKind::Special => unsupported(),
    }
}
