//! Every search parameter of every type finds what it should, and does not find what it should not: resources are made up from
//! the definitions, one pair for each way to fill their choices.

mod made_up;
mod queries;

use std::collections::BTreeSet;

use futures_util::future::join_all;
use hygeia::fhir::ResourceType;
use hygeia::fhir::definitions::{resource_types, search_parameters};
use serde_json::Value;

use super::{entries, stored};
use crate::harness::{Fhir, Server};
use queries::queries;

/// So many ways to fill a type's choices are tried.
const VARIANTS: usize = 40;

/// Parameters that look at extensions, of which none is made up.
const WITHOUT: [&str; 9] = [
    "Device.din",
    "DiagnosticReport.assessed-condition",
    "Observation.amino-acid-change",
    "Observation.dna-variant",
    "Observation.gene-amino-acid-change",
    "Observation.gene-dnavariant",
    "Observation.gene-identifier",
    "Patient.mothersMaidenName",
    "QuestionnaireResponse.item-subject",
];

/// A resource that is stored, with the queries that must find it.
struct Kept {
    id: String,
    queries: Vec<(&'static str, String)>,
}

async fn kept(fhir: &Fhir<'_>, resource: &Value) -> Kept {
    let id = stored(fhir, resource).await;
    let mut with_id = resource.clone();
    with_id["id"] = id.clone().into();
    Kept { id, queries: queries(&with_id) }
}

/// Looks for each parameter that the resources have and the ones before had not; says what is wrong.
async fn wrong(
    fhir: &Fhir<'_>,
    resource_type: ResourceType,
    seen: &mut BTreeSet<&'static str>,
    variant: usize,
) -> Vec<String> {
    let mine = made_up::resource(resource_type, variant, "a");
    let new = seen.is_empty() || queries(&mine).into_iter().any(|(code, _)| !seen.contains(code));
    if !new {
        return Vec::new();
    }
    let (mine, other) =
        (kept(fhir, &mine).await, kept(fhir, &made_up::resource(resource_type, variant, "b")).await);
    let mut wrong = Vec::new();
    for (code, query) in &mine.queries {
        if *code == "_lastUpdated" || !seen.insert(code) {
            continue;
        }
        let path = format!("/{resource_type}?{code}={query}&_count=1000");
        let answer = fhir.get(&path).await;
        if answer.status != 200 {
            wrong.push(format!("{path}: {}", answer.text));
            continue;
        }
        let found = entries(&answer.json());
        if !found.contains(&mine.id) {
            wrong.push(format!("{path}: is not found"));
        }
        let shared = other.queries.iter().any(|(name, theirs)| name == code && theirs == query);
        if !shared && found.contains(&other.id) {
            wrong.push(format!("{path}: finds another"));
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_parameter_finds_what_it_should_and_nothing_else() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let all: Vec<_> = resource_types().collect();
    let (mut faults, mut without) = (Vec::new(), Vec::new());
    for types in all.chunks(8) {
        let each = types.iter().map(async |resource_type| {
            let (mut seen, mut faults) = (BTreeSet::new(), Vec::new());
            for variant in 0..VARIANTS {
                faults.extend(wrong(&fhir, *resource_type, &mut seen, variant).await);
            }
            (*resource_type, seen, faults)
        });
        for (resource_type, seen, found) in join_all(each).await {
            faults.extend(found);
            let codes = search_parameters(resource_type).iter().map(|parameter| &*parameter.code);
            let unseen = codes.filter(|code| !seen.contains(*code) && *code != "_lastUpdated");
            without.extend(unseen.map(|code| format!("{resource_type}.{code}")));
        }
    }
    assert_eq!(faults, [""; 0]);
    assert_eq!(without, WITHOUT);
}
