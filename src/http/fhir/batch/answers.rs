//! The Bundle that answers a batch or transaction. <https://hl7.org/fhir/R4/http.html#transaction-response>

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::reads::Found;
use crate::fhir::ResourceType;
use crate::fhir::outcome::operation_outcome;
use crate::http::fhir::bundle::Bundle;
use crate::http::fhir::prefer::Return;
use crate::http::fhir::{BaseUrl, answer};
use crate::records::bundle::Wanted;
use crate::records::{Change, Error, Written};

/// Whether what a change answers with was sent by the caller, who may then see it without the right to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsOwn(pub bool);

impl IsOwn {
    /// Only a create and an update without criteria answer with what was sent.
    pub fn of(wanted: &Wanted) -> Self {
        Self(match wanted {
            Wanted::Create { unless, .. } => unless.is_none(),
            Wanted::Update { .. } => true,
            Wanted::Patch { .. } | Wanted::Delete { .. } => false,
        })
    }
}

/// Adds the answer to a change. `may_see` tells whether the caller may see what is stored.
pub fn change(
    bundle: &mut Bundle,
    resource_type: ResourceType,
    written: &Written,
    (wanted, may_see): (Return, bool),
    base: &BaseUrl,
) {
    let status = match (written.change, &written.stored) {
        (Change::Created, _) => "201 Created",
        (Change::Updated, _) | (Change::Nothing, Some(_)) => "200 OK",
        (Change::Deleted, _) | (Change::Nothing, None) => "204 No Content",
    };
    let mut response = json!({ "status": status });
    let mut add = |name: &str, value: Value| {
        if let Some(response) = response.as_object_mut() {
            response.insert(name.to_owned(), value);
        }
    };
    let address = |id: &str| format!("{}/{resource_type}/{id}", base.0);
    if let Some(stored) = &written.stored {
        add("location", format!("{}/_history/{}", address(&stored.id), stored.version).into());
    }
    if written.version > 0 {
        add("etag", answer::etag(written.version).into());
    }
    if let Some(stored) = &written.stored {
        add("lastModified", answer::instant(stored.updated).into());
    }
    if wanted == Return::OperationOutcome {
        add("outcome", operation_outcome(&[]));
    }
    let shown = written.stored.as_ref().filter(|_| wanted == Return::Representation && may_see);
    let full_url = written.stored.as_ref().map(|stored| address(&stored.id));
    let rest = json!({ "response": response });
    bundle.push(full_url.as_deref(), shown.map(|stored| stored.body.as_str()), &rest);
}

/// Adds the answer to a read.
pub fn read(bundle: &mut Bundle, found: &Found) {
    let rest = json!({ "response": found.response });
    bundle.push(found.full_url.as_deref(), found.resource.as_deref(), &rest);
}

/// Adds the answer to an entry that was refused or failed.
pub fn refusal(bundle: &mut Bundle, error: &Error) {
    error.log();
    let (status, _) = error.status();
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let status = format!("{status} {}", reason.unwrap_or_default());
    let outcome = operation_outcome(&error.issues());
    bundle.push(None, None, &json!({ "response": { "status": status, "outcome": outcome } }));
}
