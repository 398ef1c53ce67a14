//! What operators send, held against the rules.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::errors::Refusal;
use super::wire;
use crate::core::config::mounts::Regions;
use crate::identity::allowances::{ENTERPRISE, RequestLimits};
use crate::identity::organization_keys::{KeyAlgorithm, is_issuer, is_kid};
use crate::identity::{Surface, TenantId};

/// The parameters of the query, held against what the endpoint takes.
#[derive(Clone, Debug)]
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Parameters<T> {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = web::Query::<T>::from_query(request.query_string());
        let problem = |_| Refusal::Field("query", "has a parameter that cannot be read".to_owned());
        ready(read.map(|query| Self(query.into_inner())).map_err(problem))
    }
}

/// Most characters of what is looked for: no address is longer (RFC 5321).
const LONGEST: usize = 254;
/// Most characters of a name.
const NAME: usize = 200;

/// A name without blanks around it.
///
/// # Errors
/// When it is empty, too long, or has control characters.
pub fn name(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let good = (1..=NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let problem = || Refusal::Field("name", format!("must have 1 to {NAME} characters on one line"));
    good.then(|| text.to_owned()).ok_or_else(problem)
}

/// A text that is looked for.
///
/// # Errors
/// When it is too long to be anything that is kept, or has control characters.
pub fn plain<'a>(field: &'static str, text: &'a str) -> Result<&'a str, Refusal> {
    let good = text.len() <= LONGEST && !text.chars().any(char::is_control);
    let problem = || Refusal::Field(field, format!("must have at most {LONGEST} characters on one line"));
    good.then_some(text).ok_or_else(problem)
}

/// A vendor's surface.
///
/// # Errors
/// When the word is none.
pub fn vendor(word: &str) -> Result<Surface, Refusal> {
    let found = Surface::VENDORS.into_iter().find(|surface| surface.as_str() == word);
    let problem = "must be smartscan, imagemedix, smartz or hemato";
    found.ok_or_else(|| Refusal::Field("vendor", problem.to_owned()))
}

/// A role of a surface.
///
/// # Errors
/// When the surface has no such role.
pub fn role(surface: Surface, word: &str) -> Result<&'static str, Refusal> {
    let roles: &[&'static str] = match surface {
        Surface::SmartScan | Surface::Smartz | Surface::Fhir => &["user", "admin"],
        Surface::ImageMedix => &["doctor", "admin"],
        Surface::Hemato => &["admin", "user", "device", "service"],
        Surface::Operator => &["admin"],
    };
    let found = roles.iter().find(|role| **role == word).copied();
    found.ok_or_else(|| Refusal::Field("role", format!("must be one of: {}", roles.join(", "))))
}

/// A plan of SmartScanPro.
///
/// # Errors
/// When there is no such plan.
pub fn plan(word: &str) -> Result<&'static str, Refusal> {
    let found = ["free", "basic", "pro", "enterprise"].into_iter().find(|plan| *plan == word);
    found.ok_or_else(|| Refusal::Field("plan", "must be free, basic, pro or enterprise".to_owned()))
}

/// Limits that come with a plan.
///
/// # Errors
/// When the plan takes none, or one is not above 0.
pub fn limits(plan: &str, limits: Option<wire::PlanLimits>) -> Result<Option<RequestLimits>, Refusal> {
    let Some(wire::PlanLimits { hour, day, month }) = limits else { return Ok(None) };
    if plan != ENTERPRISE {
        return Err(Refusal::Field("limits", "are of the plan enterprise alone".to_owned()));
    }
    if [hour, day, month].iter().any(|limit| *limit < 1) {
        return Err(Refusal::Field("limits", "must be above 0".to_owned()));
    }
    Ok(Some(RequestLimits { hour, day, month }))
}

/// Regions, which Hemato alone has.
///
/// # Errors
/// When one is none, or the surface has none.
pub fn regions(surface: Surface, words: Option<Vec<String>>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(words) = words else { return Ok(None) };
    let known = Regions::default();
    if surface != Surface::Hemato {
        return Err(Refusal::Field("regions", "are hemato's alone".to_owned()));
    }
    if words.iter().any(|word| known.find(word).is_none()) {
        return Err(Refusal::Field("regions", "must be a list of dev, qa, us, ca and eu".to_owned()));
    }
    Ok(Some(words))
}

/// A tenant's id.
///
/// # Errors
/// When it cannot be one.
pub fn tenant(text: &str) -> Result<TenantId, Refusal> {
    let number = text.parse::<i64>().ok().filter(|number| *number > 0 && number.to_string() == text);
    number.map(TenantId::from_row).ok_or(Refusal::NotFound("tenant"))
}

/// A user's id.
///
/// # Errors
/// When it cannot be one.
pub fn user(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text).map_err(|_| Refusal::NotFound("user"))
}

/// A client's id.
///
/// # Errors
/// When it cannot be one.
pub fn client(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text).map_err(|_| Refusal::NotFound("client"))
}

/// By what tokens are to name a key.
///
/// # Errors
/// When it cannot stand in an address as it is.
pub fn kid(text: String) -> Result<String, Refusal> {
    let problem = "must have 1 to 200 letters, digits and -._~+=:@, and a letter or digit at least";
    if is_kid(&text) { Ok(text) } else { Err(Refusal::Field("kid", problem.to_owned())) }
}

/// What a key is for.
///
/// # Errors
/// When it is for none of the algorithms.
pub fn key_algorithm(name: &str) -> Result<KeyAlgorithm, Refusal> {
    KeyAlgorithm::parse(name).ok_or_else(|| Refusal::Field("alg", "must be RS256 or RS384".to_owned()))
}

/// Who tokens say they are from, to the letter.
///
/// # Errors
/// When it is empty or too long, has blanks around it, or control characters.
pub fn issuer(text: String) -> Result<String, Refusal> {
    let problem = || format!("must have 1 to {NAME} characters on one line, without blanks around them");
    if is_issuer(&text) { Ok(text) } else { Err(Refusal::Field("issuer", problem())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_refused_by_field() {
        assert_eq!(name(" \n").unwrap_err().to_string(), "name must have 1 to 200 characters on one line.");
        assert!(name(&"n".repeat(201)).is_err() && name("a\0b").is_err());
        assert!(vendor("operator").is_err() && vendor("fhir").is_err());
        let refused = role(Surface::ImageMedix, "nurse").unwrap_err();
        assert_eq!(refused.to_string(), "role must be one of: doctor, admin.");
        assert!(regions(Surface::SmartScan, Some(Vec::new())).is_err());
        assert!(regions(Surface::Hemato, Some(vec!["mars".to_owned()])).is_err());
        for text in ["", "0", "-1", "01", "+1", "1 ", "99999999999999999999"] {
            assert!(tenant(text).is_err(), "{text}");
        }
        assert_eq!(tenant("100").unwrap(), TenantId::from_row(100));
    }
}
