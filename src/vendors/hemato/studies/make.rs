//! Making a study: all that it is made of, in one transaction, with the Patient whom a proxy stands for.

use serde_json::Value;

use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::platform::queue::Job;
use crate::records::bundle::{Entry, Target, Wanted};
use crate::records::conditional::Criteria;
use crate::records::errands::Purpose;
use crate::records::{Beside, Error, Precondition, Records, Stored, Written};
use crate::vendors::hemato::codes::PATIENT_PROXY;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::store::{all, escaped, repeated, resource_type, unless_late};
use crate::vendors::hemato::to_fhir::Context;
use crate::vendors::hemato::to_fhir::study::{New, patient};

/// What a study begins with beside its resources.
#[derive(Clone, Debug, Default)]
pub struct Errand {
    /// The job that works on it from the beginning.
    pub job: Option<Job>,
    /// Addresses that the job needs, by what they are for.
    pub addresses: Vec<(Purpose, Vec<String>)>,
}

/// Makes a study; as it was stored.
///
/// # Errors
/// When it cannot be made.
pub async fn make(
    records: &Records,
    caller: &Caller,
    new: &New,
    proxy: Option<&str>,
    errand: &Errand,
    context: &Context,
) -> Result<Value, Refusal> {
    repeated(async || {
        // Where several are known by it, the first of them is meant: they are one person's.
        let known = match proxy {
            Some(proxy) => all(records, caller, "Patient", &by_proxy(proxy)).await?,
            None => Vec::new(),
        };
        let known = known.first().map(|known| format!("Patient/{}", known.id));
        let entries = entries(records, new, (proxy, known), context)?;
        let count = entries.len();
        let along = async |records: &Records, _: &[Written]| {
            if let Some(job) = &errand.job {
                records.do_beside(caller, &Beside::asking(job.clone())).await?;
            }
            for (purpose, addresses) in &errand.addresses {
                records.keep_addresses(caller, &new.id, *purpose, addresses).await?;
            }
            Ok(())
        };
        let written = records.transaction(caller, entries, ("", count), along).await;
        let written = written.map_err(Error::of_entry);
        // Several were made since: the first of them is found when this begins anew.
        let is_late = matches!(written, Err(Error::MultipleMatches));
        let Some((written, ())) = (if is_late { None } else { unless_late(written)? }) else {
            return Ok(None);
        };
        let stored = written.iter().filter_map(|written| written.stored.as_ref());
        let request = stored.into_iter().find(|stored| stored.resource_type == "ServiceRequest");
        let request = request.ok_or_else(|| Error::internal("a transaction without its results"))?;
        Ok(Some(request.json()?))
    })
    .await
}

/// All that a study is made of; what others point at comes first.
fn entries(
    records: &Records,
    new: &New,
    (proxy, known): (Option<&str>, Option<String>),
    context: &Context,
) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    let mut new = new.clone();
    if let Some(proxy) = proxy {
        let patient = whom(records, proxy, known)?;
        new.patient = Some(patient.0);
        entries.extend(patient.1);
    }
    for (name, resource) in [
        ("ServiceRequest", new.service_request(context)),
        ("Specimen", new.specimen()),
        ("Task", new.task(context)),
    ] {
        entries.push(entry(entries.len(), resource_type(name)?, resource, &new.id));
    }
    Ok(entries)
}

/// What points at the Patient whom a proxy stands for, and makes one where none is known.
///
/// # Errors
/// When R4 has no such type.
pub fn whom(records: &Records, proxy: &str, known: Option<String>) -> Result<(String, Option<Entry>), Error> {
    if let Some(known) = known {
        return Ok((known, None));
    }
    let full_url = format!("urn:uuid:{}", records.new_id());
    // Whoever comes with the same proxy at the same time waits, and finds this one.
    let parameters = by_proxy(proxy).map(|(name, value)| (name.to_owned(), value)).to_vec();
    let unless = Some(Criteria { parameters, base_url: String::new() });
    let wanted = Wanted::Create { resource: patient(proxy), unless };
    let resource_type = resource_type("Patient")?;
    Ok((full_url.clone(), Some(Entry { at: 0, full_url: Some(full_url), resource_type, wanted })))
}

/// An entry that changes a resource which is in the version that was read.
///
/// # Errors
/// When R4 has no such type.
pub fn changed(name: &'static str, stored: &Stored, resource: Value) -> Result<Entry, Error> {
    let (target, precondition) = (Target::Id(stored.id.clone()), Some(stored.version.into()));
    let wanted = Wanted::Update { resource, target, precondition };
    Ok(Entry { at: 0, full_url: None, resource_type: resource_type(name)?, wanted })
}

fn entry(at: usize, resource_type: ResourceType, resource: Value, id: &str) -> Entry {
    let target = Target::Id(id.to_owned());
    let wanted = Wanted::Update { resource, target, precondition: Some(Precondition::Absent) };
    Entry { at, full_url: None, resource_type, wanted }
}

/// By what the Patient is found whom a proxy stands for.
#[must_use]
pub fn by_proxy(proxy: &str) -> [(&'static str, String); 1] {
    [("identifier", format!("{PATIENT_PROXY}|{}", escaped(proxy)))]
}
