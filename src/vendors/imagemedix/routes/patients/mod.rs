//! Patients (contract IM-40 to IM-47).

pub mod assign_doctor;
pub mod create;
pub mod delete;
pub mod list;
pub mod medical_history;
pub mod notes;
pub mod read;
pub mod update;

use crate::records::Records;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::object_id;
use crate::vendors::imagemedix::to_fhir::Context;

/// A new id in the vendor's form.
fn new_id(records: &Records) -> String {
    object_id::of(&records.new_id())
}

fn context(records: &Records, signed_in: &SignedIn) -> Context {
    Context { now: records.now(), author: signed_in.reference() }
}
