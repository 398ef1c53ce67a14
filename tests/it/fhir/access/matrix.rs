//! Every kind of scope against every kind of interaction, with a resource of the patient and with another's: what a small model says
//! is what happens.

use reqwest::Method;
use serde_json::{Value, json};

use super::{VITAL, named, observation, put, two_patients};
use crate::harness::{Answer, Fhir, Server};

/// Whose the resource is that an interaction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Mine,
    Theirs,
}

impl Whose {
    fn patient(self) -> &'static str {
        match self {
            Self::Mine => "a",
            Self::Theirs => "b",
        }
    }
}

/// What an interaction came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It was done.
    Done,
    /// It was done, and found nothing.
    Nothing,
    /// 403.
    Forbidden,
    /// 404.
    Unknown,
}

const SCOPES: [&str; 22] = [
    "system/*.cruds",
    "system/Observation.c",
    "system/Observation.r",
    "system/Observation.u",
    "system/Observation.d",
    "system/Observation.s",
    "system/Observation.rs",
    "system/Patient.cruds",
    "user/Observation.cruds",
    "user/*.read",
    "user/*.write",
    "patient/*.cruds",
    "patient/Observation.c",
    "patient/Observation.r",
    "patient/Observation.u",
    "patient/Observation.d",
    "patient/Observation.s",
    "patient/Observation.cruds",
    "patient/Patient.cruds",
    "patient/Observation.cruds?category=laboratory",
    "system/Observation.cruds?category=vital-signs",
    "openid launch/patient offline_access",
];

/// The interactions, each with the rights that it takes; the first decides how a refusal looks.
const INTERACTIONS: [(&str, &str); 16] = [
    ("read", "r"),
    ("vread", "r"),
    ("history-instance", "r"),
    ("search", "s"),
    ("search-by-form", "s"),
    ("search-in-compartment", "s"),
    ("history-type", "s"),
    ("create", "c"),
    ("update", "u"),
    ("update-as-create", "uc"),
    ("patch", "u"),
    ("delete", "d"),
    ("delete-by-search", "ds"),
    ("patch-by-search", "us"),
    ("read-in-a-batch", "r"),
    ("update-in-a-transaction", "u"),
];

/// How far a scope lets go with a right: to none, to those of `a`, or to all; `query` leaves out what is no vital sign.
fn reach(scope: &str, right: char) -> Option<Vec<Whose>> {
    let (context, rest) = scope.split_once('/')?;
    let (of_type, letters) = rest.split_once('.')?;
    let (letters, query) =
        letters.split_once('?').map_or((letters, None), |(letters, query)| (letters, Some(query)));
    let letters = match letters {
        "read" => "rs",
        "write" => "cud",
        letters => letters,
    };
    if !["*", "Observation"].contains(&of_type) || !letters.contains(right) {
        return None;
    }
    if query.is_some_and(|query| query != "category=vital-signs") {
        return Some(Vec::new());
    }
    Some(if context == "patient" { vec![Whose::Mine] } else { vec![Whose::Mine, Whose::Theirs] })
}

/// What is to come of an interaction with a vital sign.
fn expected(scope: &str, (interaction, rights): (&str, &str), whose: Whose) -> Outcome {
    let reaches: Vec<_> = rights.chars().map(|right| reach(scope, right)).collect();
    if reaches.iter().any(Option::is_none) {
        return Outcome::Forbidden;
    }
    let is_reached = |at: usize| reaches[at].as_ref().is_some_and(|reach| reach.contains(&whose));
    let is_search = interaction.contains("search") || interaction == "history-type";
    match rights {
        "r" if !is_reached(0) => Outcome::Unknown,
        "s" if !is_reached(0) => Outcome::Nothing,
        // What is not found by the criteria is not there.
        "ds" if !is_reached(1) => Outcome::Nothing,
        "us" if !is_reached(1) => Outcome::Unknown,
        "uc" if !is_reached(1) => Outcome::Forbidden,
        _ if !is_search && !is_reached(0) => Outcome::Forbidden,
        _ => Outcome::Done,
    }
}

async fn outcome(fhir: &Fhir<'_>, interaction: &str, whose: Whose) -> Outcome {
    let patient = whose.patient();
    let id = format!("{patient}-{VITAL}");
    let address = format!("/Observation/{id}");
    let body = |id: &str| named("Observation", id, observation(patient, VITAL));
    let by_search = format!("/Observation?_id={id}");
    let patched = async |path: &str| {
        let request = fhir.request(Method::PATCH, path).header("Content-Type", "application/json-patch+json");
        Answer::of(request.body("[]")).await
    };
    let bundle = |of: &str, entry: Value| json!({ "resourceType": "Bundle", "type": of, "entry": [entry] });
    let answer = match interaction {
        "read" => fhir.get(&address).await,
        "vread" => fhir.get(&format!("{address}/_history/1")).await,
        "history-instance" => fhir.get(&format!("{address}/_history")).await,
        "search" => fhir.get(&by_search).await,
        "search-by-form" => {
            Answer::of(fhir.request(Method::POST, "/Observation/_search").form(&[("_id", &id)])).await
        }
        "search-in-compartment" => fhir.get(&format!("/Patient/{patient}/Observation?_id={id}")).await,
        "history-type" => {
            let answer = fhir.get("/Observation/_history").await;
            if answer.status == 200 && !answer.text.contains(&format!("/fhir{address}\"")) {
                return Outcome::Nothing;
            }
            answer
        }
        "create" => fhir.post("/Observation", &body("x")).await,
        "update" => fhir.put(&address, &body(&id)).await,
        "update-as-create" => {
            let fresh = format!("{patient}-fresh");
            fhir.put(&format!("/Observation/{fresh}"), &body(&fresh)).await
        }
        "patch" => patched(&address).await,
        "delete" => fhir.delete(&address).await,
        "delete-by-search" => fhir.delete(&by_search).await,
        "patch-by-search" => patched(&by_search).await,
        "read-in-a-batch" => {
            let entry = json!({ "request": { "method": "GET", "url": format!("Observation/{id}") } });
            let answer = fhir.post("/", &bundle("batch", entry)).await;
            let status = answer.json()["entry"][0]["response"]["status"].as_str().unwrap().to_owned();
            return of_status(status.split(' ').next().unwrap().parse().unwrap(), &answer);
        }
        "update-in-a-transaction" => {
            let request = json!({ "method": "PUT", "url": format!("Observation/{id}") });
            fhir.post("/", &bundle("transaction", json!({ "request": request, "resource": body(&id) }))).await
        }
        other => panic!("{other}"),
    };
    let is_bundle = ["search", "search-by-form", "search-in-compartment"].contains(&interaction);
    if answer.status == 200 && is_bundle && answer.json()["total"] == 0 {
        return Outcome::Nothing;
    }
    of_status(answer.status, &answer)
}

fn of_status(status: u16, answer: &Answer) -> Outcome {
    match status {
        200 | 201 | 204 => Outcome::Done,
        403 => Outcome::Forbidden,
        404 => Outcome::Unknown,
        other => panic!("{other}: {}", answer.text),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scope_lets_as_far_as_it_says() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    let versions = "SELECT (SELECT count(*) FROM resource) + (SELECT count(*) FROM resource_history)";
    let (mut wrong, mut before, mut is_as_it_was) = (Vec::new(), 0, false);
    for scope in SCOPES {
        let app = server.fhir_about("a", scope).await;
        for interaction in INTERACTIONS {
            for whose in [Whose::Mine, Whose::Theirs] {
                // Each begins with the same: what it needs is there, and nothing else.
                if !is_as_it_was {
                    for patient in ["a", "b"] {
                        put(&all, "Observation", &format!("{patient}-{VITAL}"), observation(patient, VITAL))
                            .await;
                    }
                    for patient in ["a", "b"] {
                        assert_eq!(all.delete(&format!("/Observation/{patient}-fresh")).await.status, 204);
                    }
                    before = server.number(versions).await;
                }
                let expected = expected(scope, interaction, whose);
                let mut found = outcome(&app, interaction.0, whose).await;
                let is_changed = server.number(versions).await > before;
                is_as_it_was = !is_changed;
                // A deletion answers alike, whether it found something or not.
                if interaction.0 == "delete-by-search" && found == Outcome::Done && !is_changed {
                    found = Outcome::Nothing;
                }
                let is_write = interaction.1.contains(['c', 'u', 'd']);
                if found != expected || is_changed != (is_write && expected == Outcome::Done) {
                    wrong.push(format!("{scope} {interaction:?} {whose:?}: {found:?}, not {expected:?}; changed: {is_changed}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
