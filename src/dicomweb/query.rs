//! What a search asks for
//! ([PS3.18 section 8.3.4](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_8.3.4.html)). Pure.

use actix_web::HttpRequest;

use super::attributes::{self, Attribute, Level};
use super::matching::Wish;
use crate::fhir::outcome::IssueType;
use crate::http::fhir::errors::Refusal;
use crate::records::Error;

/// So many results, where nobody says how many.
const DEFAULT_LIMIT: usize = 100;
/// The most results of one answer.
pub const MOST: usize = 1_000;
/// Most parameters: each is held against each result.
const MOST_PARAMETERS: usize = 64;

/// A search.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// What must be met.
    pub wishes: Vec<Wish>,
    /// So many results are passed over.
    pub offset: usize,
    /// So many are wanted at most.
    pub limit: usize,
    /// Whether everything that is known is to be told.
    pub all: bool,
    /// What is to be told besides.
    pub besides: Vec<&'static Attribute>,
    /// What was not done as it was asked for.
    pub warnings: Vec<String>,
}

impl Query {
    /// Reads the parameters of a request for results of a level.
    ///
    /// # Errors
    /// When a number is none, or there are too many parameters.
    pub fn of(request: &HttpRequest, level: Level) -> Result<Self, Refusal> {
        let mut query = Self { limit: DEFAULT_LIMIT, ..Self::default() };
        let mut unknown = 0;
        for (count, (name, value)) in form_urlencoded::parse(request.query_string().as_bytes()).enumerate() {
            if count >= MOST_PARAMETERS {
                return Err(refused("there are more than 64 parameters"));
            }
            match name.as_ref() {
                "limit" => query.limit = number("limit", &value)?.min(MOST),
                "offset" => query.offset = number("offset", &value)?,
                "includefield" => query.include(&value),
                "fuzzymatching" if value.eq_ignore_ascii_case("true") => {
                    let text = "The fuzzymatching parameter is not supported. Only literal matching has been performed.";
                    query.warnings.push(text.to_owned());
                }
                "fuzzymatching" => {}
                name => match attributes::named(name).filter(|one| one.level <= level) {
                    Some(_) if value.trim().is_empty() => {}
                    Some(attribute) => {
                        let wish = Wish { attribute, wanted: value.into_owned() };
                        if !wish.is_sound() {
                            let form =
                                "must be a date such as 20250501, or a range such as 20250501-20250531";
                            return Err(refused(&format!("{} {form}", attribute.keyword)));
                        }
                        query.wishes.push(wish);
                    }
                    None => unknown += 1,
                },
            }
        }
        if unknown > 0 {
            query.warnings.push(format!(
                "{unknown} parameters name no attribute that is searched by here, and were passed over."
            ));
        }
        Ok(query)
    }

    fn include(&mut self, names: &str) {
        for name in names.split(',').map(str::trim) {
            self.all |= name == "all";
            self.besides.extend(attributes::named(name));
        }
    }

    /// Whether an attribute is told of a result of this level.
    #[must_use]
    pub fn tells(&self, attribute: &Attribute, level: Level) -> bool {
        let is_own = attribute.level == level || self.all;
        // By the UIDs of what it is part of, a result is known.
        let is_place = attribute.level < level && attribute.keyword.ends_with("InstanceUID");
        let is_general = ["InstanceAvailability", "RetrieveURL"].contains(&attribute.keyword);
        let is_shown = is_own || is_place || is_general;
        self.besides.contains(&attribute) || (is_shown && (self.all || !attribute.on_request))
    }
}

fn number(name: &str, text: &str) -> Result<usize, Refusal> {
    text.trim().parse().map_err(|_| refused(&format!("{name} must be a number from 0 on")))
}

/// The refusal of a request that is wrong.
#[must_use]
pub fn refused(text: &str) -> Refusal {
    Refusal(Error::BadRequest(IssueType::Value, text.to_owned()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(query: &str) -> Result<Query, Refusal> {
        Query::of(&TestRequest::with_uri(&format!("/studies?{query}")).to_http_request(), Level::Study)
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for text in ["limit=-1", "limit=x", "offset=1.5", "offset="] {
            assert!(of(text).is_err(), "{text}");
        }
        assert!(of(&"PatientID=1&".repeat(65)).is_err());
        for date in ["x", "2025", "2025-05-01", "20250230", "20250501-x", "-", "20250501-20250502-"] {
            assert!(of(&format!("StudyDate={date}")).is_err(), "{date}");
        }
    }

    #[test]
    fn what_is_not_done_is_told() {
        let query = of("fuzzymatching=true&Modality=MR&Nope=1&PatientName=").unwrap();
        assert_eq!(query.wishes, []);
        assert_eq!(query.warnings.len(), 2);
        assert!(
            query.warnings.last().unwrap().starts_with("2 parameters"),
            "a series' attribute finds no studies"
        );
    }

    #[test]
    fn attributes_go_by_keyword_and_by_tag() {
        let query =
            of("0020000d=2.25.1&PatientName=Doe*&limit=9999&offset=3&includefield=StudyDescription").unwrap();
        let asked: Vec<_> = query.wishes.iter().map(|wish| wish.attribute.keyword).collect();
        assert_eq!((asked, query.limit, query.offset), (vec!["StudyInstanceUID", "PatientName"], MOST, 3));
        let tells = |name: &str| query.tells(attributes::named(name).unwrap(), Level::Study);
        assert!(tells("StudyDescription") && tells("StudyDate") && !tells("Modality"));
    }
}
