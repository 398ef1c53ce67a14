//! `$validate`: what is wrong with a resource, as it would be told of a write, and what a write does not look at.
//! <https://hl7.org/fhir/R4/resource-operation-validate.html>

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::search::Terminology;
use super::{Error, Records};
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::outcome::{Issue, IssueType, Severity};
use crate::fhir::profile::{Codes, Profiles, Verdict, broken};
use crate::fhir::validate::{Scope, broken_rules, validate_as};
use crate::fhir::value_set::{Fault, Known};
use crate::identity::Caller;

/// The canonical URLs of R4's own definitions begin like this.
const BASE: &str = "http://hl7.org/fhir/StructureDefinition/";
/// Of the profiles that a resource claims so many are looked at.
const MOST_CLAIMED: usize = 5;

/// What is to be done with the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is said of it.
    Any,
    /// It is to be created.
    Create,
    /// It is to become the next version of one that is stored.
    Update,
    /// It is to be deleted.
    Delete,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Validate {
    /// The type that the address names.
    pub of: ResourceType,
    /// The id that the address names.
    pub id: Option<String>,
    /// The resource that was sent.
    pub resource: Option<Value>,
    /// What is to be done with it.
    pub mode: Mode,
    /// Canonical URLs of profiles that it is to keep too.
    pub profiles: Vec<String>,
}

impl Records {
    /// What is wrong with the resource: none where it is right.
    ///
    /// # Errors
    /// When the stored resource that is named is not there or may not be read.
    pub async fn validate(&self, caller: &Caller, asked: Validate) -> Result<Vec<Issue>, Error> {
        let stored = match &asked.id {
            None => None,
            Some(id) => Some(self.read(&caller.quietly(), asked.of, id).await?),
        };
        let resource = match (&asked.resource, &stored) {
            (Some(sent), _) => Some(sent.clone()),
            (None, Some(stored)) => Some(stored.json()?),
            (None, None) => None,
        };
        let issues = match resource {
            Some(resource) if asked.mode != Mode::Delete => self.all_issues(caller, asked, resource).await?,
            Some(_) | None => Vec::new(),
        };
        match &stored {
            Some(stored) => self.audit_answer(caller, "validate", stored).await?,
            None => self.audit_success(caller, "validate").await?,
        }
        Ok(issues)
    }
}

/// What the profiles were judged by, and what is wrong with the resource itself.
struct Looked {
    named: Vec<(String, Severity)>,
    profiles: Profiles,
    resource: Value,
    now: DateTime<Utc>,
}

impl Records {
    /// What is wrong, by its type and by all profiles.
    async fn all_issues(
        &self,
        caller: &Caller,
        asked: Validate,
        resource: Value,
    ) -> Result<Vec<Issue>, Error> {
        let named = named(&asked, &resource);
        let urls: Vec<String> = named.iter().map(|(url, _)| url.clone()).collect();
        let profiles =
            if urls.is_empty() { Profiles::default() } else { self.profiles(caller, &urls).await? };
        let now = self.clock.now();
        // A long resource would hold up every other request of this thread.
        let (mut issues, looked) = tokio::task::spawn_blocking(move || {
            let issues = of_type(&asked, &resource, now);
            (issues, Looked { named, profiles, resource, now })
        })
        .await
        .map_err(Error::internal)?;
        if looked.named.is_empty() {
            return Ok(issues);
        }
        let read = |terminology: &Terminology| {
            Ok(looked.issues(&|url, system, code| verdict(terminology, (url, system, code))))
        };
        let told = self.with_known(&caller.quietly(), Known::default(), read).await;
        issues.extend(match told {
            Ok(told) => told,
            // Where value sets may not be looked up, or are too many, nothing is said of codes.
            Err(Error::Forbidden | Error::BadRequest(IssueType::TooCostly, _)) => {
                looked.issues(&|_, _, _| Verdict::Unknown)
            }
            Err(other) => return Err(other),
        });
        Ok(issues)
    }
}

impl Looked {
    /// What breaks the profiles, each thing once.
    fn issues(&self, codes: Codes<'_>) -> Vec<Issue> {
        let mut issues: Vec<Issue> = Vec::new();
        for (url, severity) in &self.named {
            let Some(profile) = self.profiles.get(url) else {
                let text = format!(
                    "The profile {} is not known here, so that nothing was checked against it.",
                    shown(url)
                );
                issues.push(Issue::of(*severity, IssueType::NotFound, text));
                continue;
            };
            for issue in broken(&self.resource, profile, &self.profiles, codes, self.now) {
                if !issues.contains(&issue) {
                    issues.push(issue);
                }
            }
        }
        issues
    }
}

/// Whether a code is in a value set, as far as it is known.
fn verdict(terminology: &Terminology, (url, system, code): (&str, Option<&str>, &str)) -> Verdict {
    let Ok(Some(codes)) = terminology.ask(|known| match known.codes(url) {
        Err(Fault::Refused(_)) => Ok(None),
        found => found.map(Some),
    }) else {
        return Verdict::Unknown;
    };
    let Some(codes) = codes else { return Verdict::Unknown };
    let is_in = match system {
        Some(system) => {
            codes.systems.contains(system) || codes.codes.contains(&(system.to_owned(), code.to_owned()))
        }
        None => codes.codes.iter().any(|(_, known)| known == code),
    };
    match (is_in, system.is_none() && !codes.systems.is_empty()) {
        (true, _) => Verdict::In,
        (false, true) => Verdict::Unknown,
        (false, false) => Verdict::Out,
    }
}

/// What is wrong with the resource by its type, and by what is to be done with it.
fn of_type(asked: &Validate, resource: &Value, now: DateTime<Utc>) -> Vec<Issue> {
    let mut issues = validate_as(resource, Scope::Full).err().unwrap_or_default();
    let name = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    if name != asked.of.as_str() {
        let text = format!("The address is of {}, and the resource is a {}.", asked.of.as_str(), shown(name));
        issues.push(Issue::error(IssueType::Invalid, text));
    }
    let id = resource.get("id").and_then(Value::as_str);
    match (asked.mode, &asked.id, id) {
        (Mode::Update, None, None) => {
            let text = "An update needs the id of the resource.";
            issues.push(Issue::error(IssueType::Required, text).at(format!("{name}.id")));
        }
        (_, Some(wanted), Some(id)) if wanted != id => {
            let text = "The id of the resource is not the one of the address.";
            issues.push(Issue::error(IssueType::Value, text).at(format!("{name}.id")));
        }
        _ => {}
    }
    issues.extend(broken_rules(resource, now));
    issues
}

/// The profiles that are asked for or claimed, and what it means where one is not known.
fn named(asked: &Validate, resource: &Value) -> Vec<(String, Severity)> {
    let name = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    let is_base = |url: &str| {
        let url = url.split_once('|').map_or(url, |(url, _)| url);
        url.strip_prefix(BASE).is_some_and(|of| of == name || matches!(of, "Resource" | "DomainResource"))
    };
    let claimed = resource.pointer("/meta/profile").and_then(Value::as_array).into_iter().flatten();
    let claimed =
        claimed.filter_map(Value::as_str).take(MOST_CLAIMED).map(|url| (url.to_owned(), Severity::Warning));
    let mut named: Vec<(String, Severity)> =
        asked.profiles.iter().map(|url| (url.clone(), Severity::Error)).collect();
    for (url, severity) in claimed {
        if !named.iter().any(|(known, _)| *known == url) {
            named.push((url, severity));
        }
    }
    named.retain(|(url, _)| !is_base(url));
    named
}
