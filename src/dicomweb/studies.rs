//! Studies that a caller may see: the ImagingStudies of one Study Instance UID and one patient are one study, whoever wrote them.
//!
//! A UID is of one study by DICOM. Where it came under two patients all the same (somebody sent a file for the wrong one), these are two
//! studies: what is told of one patient is never told of the other.

use std::collections::{HashMap, HashSet};

use futures_util::FutureExt;
use serde_json::Value;

use super::attributes::Level;
use super::described;
use super::matching::Wish;
use super::query::Query;
use crate::fhir::ResourceType;
use crate::http::fhir::errors::Refusal;
use crate::identity::Caller;
use crate::imaging::codes::{ACCESSION, DCM, DICOM_UID, PATIENT_ID, oid};
use crate::imaging::resource::{list, text};
use crate::imaging::study;
use crate::records::search::{self, Total};
use crate::records::{Error, Records, Stored};

/// So many resources are fetched at a time.
const AT_ONCE: u16 = 200;
/// So many ImagingStudies a search looks at, at most.
const MOST_LOOKED_AT: usize = 20_000;

/// A study.
#[derive(Debug)]
pub struct Study {
    /// Study Instance UID.
    pub uid: String,
    /// Whose it is, as its ImagingStudies refer to that; empty where they do not.
    pub subject: String,
    /// Its ImagingStudies with their JSON, the oldest first; never none.
    pub resources: Vec<(Stored, Value)>,
    /// Whose it is, where the caller may know.
    pub patient: Option<Value>,
}

/// A series of a study.
#[derive(Debug)]
pub struct Series<'a> {
    /// Series Instance UID.
    pub uid: &'a str,
    /// As its first ImagingStudy tells of it.
    pub json: &'a Value,
    /// Its instances, each once.
    pub instances: Vec<&'a Value>,
}

impl Study {
    /// Its series, each once.
    #[must_use]
    pub fn series(&self) -> Vec<Series<'_>> {
        let mut all: Vec<Series<'_>> = Vec::new();
        let mut known = HashSet::new();
        for json in self.resources.iter().flat_map(|(_, study)| list(study, "series")) {
            let Some(uid) = text(json, "uid") else { continue };
            let at = all.iter().position(|one| one.uid == uid).unwrap_or(all.len());
            if at == all.len() {
                all.push(Series { uid, json, instances: Vec::new() });
            }
            let new =
                list(json, "instance").filter(|one| text(one, "uid").is_some_and(|uid| known.insert(uid)));
            if let Some(series) = all.get_mut(at) {
                series.instances.extend(new);
            }
        }
        all
    }

    /// The logical ids of its ImagingStudies.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().map(|(stored, _)| stored.id.as_str())
    }

    /// The resource that the audit trail names it by.
    ///
    /// # Errors
    /// Never: a study has one.
    pub fn first(&self) -> Result<&Stored, Error> {
        self.resources.first().map(|(stored, _)| stored).ok_or(Error::NotFound)
    }
}

/// A type that R4 has.
///
/// # Errors
/// When there is none with that name.
pub fn resource_type(name: &'static str) -> Result<ResourceType, Error> {
    ResourceType::parse(name).ok_or(Error::UnknownType)
}

/// A search whose parameters are all known.
#[must_use]
pub fn search_by(parameters: Vec<(String, String)>, sort: Option<&str>) -> search::Query {
    let (sort, total) = (sort.map(str::to_owned), Total::Unwanted);
    search::Query { parameters, sort, count: AT_ONCE, total, strict: true, ..search::Query::default() }
}

/// All resources that match.
///
/// # Errors
/// When the caller may not search them.
pub async fn all(
    records: &Records,
    caller: &Caller,
    name: &'static str,
    parameters: Vec<(String, String)>,
) -> Result<Vec<Stored>, Error> {
    let (caller, mut query, mut found) = (caller.quietly(), search_by(parameters, None), Vec::new());
    loop {
        // Boxed: what waits for what waits for a search is more than the compiler reckons up.
        let page = records.search(&caller, resource_type(name)?, &query).boxed_local().await?;
        found.extend(page.resources);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(found);
        }
    }
}

/// The studies with this UID, one for each patient; never none.
///
/// # Errors
/// [`Error::NotFound`] when there is none that the caller may see.
pub async fn find(records: &Records, caller: &Caller, uid: &str) -> Result<Vec<Study>, Refusal> {
    if !is_uid(uid) {
        return Err(Error::NotFound.into());
    }
    let found = grouped(records, caller, &[uid.to_owned()]).boxed_local().await?;
    if found.is_empty() { Err(Error::NotFound.into()) } else { Ok(found) }
}

/// Has the audit trail tell that these studies were read.
///
/// # Errors
/// When that cannot be written: then nothing is answered.
pub async fn audit(
    records: &Records,
    caller: &Caller,
    operation: &'static str,
    read: impl IntoIterator<Item = &Study>,
) -> Result<(), Error> {
    for study in read {
        records.audit_answer(caller, operation, study.first()?).await?;
    }
    Ok(())
}

/// Whether a text can be a UID.
#[must_use]
pub fn is_uid(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// All studies with these UIDs, in the order of these; of one UID, the patient whose was stored first comes first.
async fn grouped(records: &Records, caller: &Caller, uids: &[String]) -> Result<Vec<Study>, Error> {
    let mut of_uid: HashMap<&str, Vec<Study>> = HashMap::new();
    for some in uids.chunks(usize::from(AT_ONCE)) {
        let by: Vec<_> = some.iter().map(|uid| format!("{DICOM_UID}|{}", oid(uid))).collect();
        for stored in
            all(records, caller, "ImagingStudy", vec![parameter("identifier", by.join(","))]).await?
        {
            let json = stored.json()?;
            let Some(uid) = study::uid(&json) else { continue };
            let Some(known) = some.iter().find(|wanted| *wanted == uid) else { continue };
            let studies = of_uid.entry(known.as_str()).or_default();
            let subject = subject(&json).to_owned();
            match studies.iter_mut().find(|study| study.subject == subject) {
                Some(study) => study.resources.push((stored, json)),
                None => {
                    let uid = known.clone();
                    studies.push(Study { uid, subject, resources: vec![(stored, json)], patient: None });
                }
            }
        }
    }
    let mut studies: Vec<_> = uids.iter().filter_map(|uid| of_uid.remove(uid.as_str())).flatten().collect();
    let patients = patients(records, caller, studies.iter().flat_map(|study| &study.resources)).await?;
    for study in &mut studies {
        study.patient = study.subject.strip_prefix("Patient/").and_then(|id| patients.get(id)).cloned();
    }
    Ok(studies)
}

/// The Patients whom these ImagingStudies are of.
async fn patients(
    records: &Records,
    caller: &Caller,
    studies: impl Iterator<Item = &(Stored, Value)>,
) -> Result<HashMap<String, Value>, Error> {
    let mut ids: Vec<&str> = studies.filter_map(|(_, json)| whose(json)).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::new();
    for some in ids.chunks(usize::from(AT_ONCE)) {
        for stored in all(records, caller, "Patient", vec![parameter("_id", some.join(","))]).await? {
            found.insert(stored.id.clone(), stored.json()?);
        }
    }
    Ok(found)
}

fn whose(study: &Value) -> Option<&str> {
    subject(study).strip_prefix("Patient/")
}

fn subject(study: &Value) -> &str {
    study.get("subject").and_then(|subject| text(subject, "reference")).unwrap_or_default()
}

/// The studies on a page of a search, the latest first, and whether there are more.
///
/// # Errors
/// When the caller may not search.
pub async fn page(records: &Records, caller: &Caller, query: &Query) -> Result<(Vec<Study>, bool), Refusal> {
    let mut search = search_by(parameters(&query.wishes), Some("-started"));
    let wanted = query.offset.saturating_add(query.limit);
    let (mut seen, mut keys, mut looked_at) = (HashSet::new(), Vec::new(), 0_usize);
    // The first page of the search is what the audit trail tells of.
    let mut caller = caller.clone();
    loop {
        let page = records.search(&caller, resource_type("ImagingStudy")?, &search).boxed_local().await?;
        caller = caller.quietly();
        looked_at = looked_at.saturating_add(page.resources.len());
        let mut studies = Vec::new();
        for stored in page.resources {
            let json = stored.json()?;
            studies.push((stored, json));
        }
        let patients = patients(records, &caller, studies.iter()).await?;
        for one in studies {
            let Some(uid) = study::uid(&one.1).map(str::to_owned) else { continue };
            let patient = whose(&one.1).and_then(|id| patients.get(id)).cloned();
            let subject = subject(&one.1).to_owned();
            let alone = Study { uid, subject, resources: vec![one], patient };
            let dataset = described::study(&alone, "");
            let key = (alone.uid, alone.subject);
            if query.wishes.iter().all(|wish| wish.is_met(&dataset)) && seen.insert(key.clone()) {
                keys.push(key);
            }
        }
        search.after = page.next;
        if search.after.is_none() || keys.len() > wanted || looked_at >= MOST_LOOKED_AT {
            break;
        }
    }
    let goes_on = keys.len() > wanted || search.after.is_some();
    let keys: Vec<_> = keys.into_iter().skip(query.offset).take(query.limit).collect();
    Ok((whole(records, &caller, &keys).await?, goes_on))
}

/// The studies of these UIDs and subjects, whole, in their order.
async fn whole(records: &Records, caller: &Caller, keys: &[(String, String)]) -> Result<Vec<Study>, Error> {
    let mut uids = Vec::new();
    for (uid, _) in keys {
        if !uids.contains(uid) {
            uids.push(uid.clone());
        }
    }
    let mut found = grouped(records, caller, &uids).await?;
    let place =
        |study: &Study| keys.iter().position(|(uid, whose)| *uid == study.uid && *whose == study.subject);
    found.retain(|study| place(study).is_some());
    found.sort_by_key(place);
    Ok(found)
}

/// What of a search the index can tell; the rest is held against what it finds.
fn parameters(wishes: &[Wish]) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut uids: Vec<String> = Vec::new();
    for wish in wishes.iter().filter(|wish| !wish.is_pattern()) {
        let wanted = escaped(wish.wanted.trim());
        match wish.attribute.keyword {
            "StudyInstanceUID" => uids.extend(wish.listed().into_iter().filter(|uid| is_uid(uid))),
            "AccessionNumber" => parameters.push(parameter("identifier", format!("{ACCESSION}|{wanted}"))),
            "ModalitiesInStudy" => parameters.push(parameter("modality", format!("{DCM}|{wanted}"))),
            "PatientID" => {
                parameters.push(parameter("patient:Patient.identifier", format!("{PATIENT_ID}|{wanted}")));
            }
            "StudyDate" => {
                let (from, until) = wish.days();
                parameters.extend(from.and_then(day).map(|day| parameter("started", format!("ge{day}"))));
                parameters.extend(until.and_then(day).map(|day| parameter("started", format!("le{day}"))));
            }
            _ => {}
        }
    }
    let of_uids = uids.iter().map(|uid| format!("{DICOM_UID}|{}", oid(uid)));
    let by = if uids.is_empty() { format!("{DICOM_UID}|") } else { of_uids.collect::<Vec<_>>().join(",") };
    parameters.push(parameter("identifier", by));
    parameters
}

/// A day of DICOM as FHIR writes it.
fn day(text: &str) -> Option<String> {
    let day = chrono::NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| text.len() == 8)?;
    Some(day.to_string())
}

/// A parameter of a search.
#[must_use]
pub fn parameter(name: &str, value: String) -> (String, String) {
    (name.to_owned(), value)
}

/// A text as the value of a search parameter. <https://hl7.org/fhir/R4/search.html#escaping>
#[must_use]
pub fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, character| {
        if matches!(character, '\\' | '|' | ',' | '$') {
            escaped.push('\\');
        }
        escaped.push(character);
        escaped
    })
}

/// The series of a study that a search finds.
#[must_use]
pub fn series_of<'a>(study: &'a Study, query: &Query) -> Vec<Series<'a>> {
    let of_study = described::study(study, "");
    let mut all = study.series();
    all.retain(|series| {
        let dataset = of_study.clone().and(&described::series(series));
        query
            .wishes
            .iter()
            .filter(|wish| wish.attribute.level <= Level::Series)
            .all(|wish| wish.is_met(&dataset))
    });
    all
}
