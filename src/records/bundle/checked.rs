//! The entries, checked as far as that needs no database: rights, resources, addresses, criteria.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::{Entry, Target, Wanted};
use crate::fhir::ResourceType;
use crate::fhir::links::{self, Link};
use crate::fhir::outcome::IssueType;
use crate::fhir::reference::Literal;
use crate::identity::{Caller, Right};
use crate::records::access::permit;
use crate::records::aside::Load;
use crate::records::conditional::{Criteria, Search};
use crate::records::parameters::Parameters;
use crate::records::transact::validated;
use crate::records::{Error, Records, check_id};

/// So many different searches a transaction has at most.
const MOST_SEARCHES: usize = 5_000;

/// A transaction that is ready to be tried.
pub(super) struct Checked {
    /// The search parameters by which the searches are made.
    pub parameters: Arc<Parameters>,
    pub entries: Vec<Planned>,
    /// Every search once.
    pub searches: Vec<Search>,
    /// The searches that stand for references, by their text.
    pub references: HashMap<String, Conditional>,
    /// Whether a reference asks to name a version.
    pub version_specific: bool,
}

/// An entry with what it needs.
pub(super) struct Planned {
    pub entry: Entry,
    /// The position of its search.
    pub search: Option<usize>,
    /// The id that it takes if it makes a resource.
    pub new_id: String,
}

impl Planned {
    /// The id that the resource has, or takes if it is new.
    pub(super) fn id(&self) -> &str {
        match &self.entry.wanted {
            Wanted::Update { target: Target::Id(id), .. }
            | Wanted::Patch { target: Target::Id(id), .. }
            | Wanted::Delete { target: Target::Id(id), .. } => id,
            Wanted::Update { resource, target: Target::Where(_), .. } => {
                resource.get("id").and_then(Value::as_str).unwrap_or(&self.new_id)
            }
            Wanted::Create { .. }
            | Wanted::Patch { target: Target::Where(_), .. }
            | Wanted::Delete { target: Target::Where(_), .. } => &self.new_id,
        }
    }
}

/// A search that stands for a reference.
pub(super) struct Conditional {
    pub search: usize,
    /// The entry that has it first.
    pub at: usize,
}

impl Checked {
    /// How much work the entries are.
    pub(super) fn load(&self) -> Load {
        Load::of(self.entries.iter().map(|planned| planned.entry.size()))
    }

    pub(super) fn new(
        records: &Records,
        parameters: Arc<Parameters>,
        caller: &Caller,
        entries: Vec<Entry>,
        base_url: &str,
    ) -> Result<Self, Error> {
        refuse_equal_urls(&entries)?;
        let searches =
            Searches { records, parameters: &parameters, caller, known: HashMap::new(), all: Vec::new() };
        let mut checking =
            Checking { searches, references: HashMap::new(), version_specific: false, base_url };
        let mut planned = Vec::with_capacity(entries.len());
        for entry in entries {
            let at = entry.at;
            planned.push(checking.entry(entry).map_err(|error| error.in_entry(at))?);
        }
        let Checking { searches, references, version_specific, .. } = checking;
        let searches = searches.all;
        Ok(Self { parameters, entries: planned, searches, references, version_specific })
    }
}

fn refuse_equal_urls(entries: &[Entry]) -> Result<(), Error> {
    let mut urls = HashSet::new();
    for entry in entries {
        if let Some(url) = &entry.full_url
            && !urls.insert(url)
        {
            let text = "another entry has the same fullUrl";
            return Err(Error::BadRequest(IssueType::Duplicate, text.to_owned()).in_entry(entry.at));
        }
    }
    Ok(())
}

struct Checking<'a> {
    searches: Searches<'a>,
    references: HashMap<String, Conditional>,
    version_specific: bool,
    base_url: &'a str,
}

impl Checking<'_> {
    fn entry(&mut self, mut entry: Entry) -> Result<Planned, Error> {
        let Entry { at, resource_type, .. } = entry;
        let right = match &entry.wanted {
            Wanted::Create { .. } => Right::Create,
            Wanted::Update { .. } | Wanted::Patch { .. } => Right::Update,
            Wanted::Delete { .. } => Right::Delete,
        };
        permit(self.searches.caller, right, resource_type)?;
        if let Wanted::Create { resource, .. } | Wanted::Update { resource, .. } = &mut entry.wanted {
            if validated(resource)? != resource_type {
                let text = format!("the resource's type must be {resource_type}, as in the address");
                return Err(Error::BadRequest(IssueType::Invalid, text));
            }
            self.links(at, resource)?;
        }
        let criteria = match &entry.wanted {
            Wanted::Create { unless, .. } => unless.as_ref(),
            Wanted::Update { target: Target::Id(id), resource, .. } => {
                check_id(id)?;
                if resource.get("id").and_then(Value::as_str) != Some(id) {
                    let text = "the resource's id must be the one in the address";
                    return Err(Error::BadRequest(IssueType::Invalid, text.to_owned()));
                }
                None
            }
            Wanted::Patch { target: Target::Id(id), .. } | Wanted::Delete { target: Target::Id(id), .. } => {
                check_id(id)?;
                None
            }
            Wanted::Update { target: Target::Where(criteria), .. }
            | Wanted::Patch { target: Target::Where(criteria), .. }
            | Wanted::Delete { target: Target::Where(criteria), .. } => Some(criteria),
        };
        let search = criteria.map(|criteria| self.searches.add(resource_type, criteria)).transpose()?;
        Ok(Planned { new_id: self.searches.records.new_id(), search, entry })
    }

    /// Notes the references that are searches.
    fn links(&mut self, at: usize, resource: &mut Value) -> Result<(), Error> {
        let mut texts = Vec::new();
        links::visit(resource, &mut |link, text| {
            let Link::Reference { version_specific } = link else { return };
            self.version_specific |= version_specific;
            if text.contains('?') && !self.references.contains_key(text.as_str()) {
                texts.push(text.clone());
            }
        });
        for text in texts {
            if let Some(Literal::Conditional { resource_type, query }) = Literal::parse(&text) {
                let search = self.searches.add(resource_type, &Criteria::of_query(query, self.base_url))?;
                self.references.entry(text).or_insert(Conditional { search, at });
            }
        }
        Ok(())
    }
}

struct Searches<'a> {
    records: &'a Records,
    parameters: &'a Parameters,
    caller: &'a Caller,
    known: HashMap<i64, usize>,
    all: Vec<Search>,
}

impl Searches<'_> {
    fn add(&mut self, resource_type: ResourceType, criteria: &Criteria) -> Result<usize, Error> {
        let search = self.records.compile(self.parameters, self.caller, resource_type, criteria)?;
        if let Some(known) = self.known.get(&search.key) {
            return Ok(*known);
        }
        if self.all.len() >= MOST_SEARCHES {
            let text = format!("a transaction has at most {MOST_SEARCHES} different searches");
            return Err(Error::BadRequest(IssueType::TooCostly, text));
        }
        self.known.insert(search.key, self.all.len());
        self.all.push(search);
        Ok(self.all.len().saturating_sub(1))
    }
}
