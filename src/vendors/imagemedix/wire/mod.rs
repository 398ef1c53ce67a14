//! What goes over the line, with exactly the names that the vendor documents.

mod account;
mod analysis;
mod patient;
mod scan;
mod webhook;

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

pub use account::{
    GoogleQuery, GoogleReturn, Health, Login, Me, Methods, NewUser, SignedIn, SignedInUser, User, UserChange,
};
pub use analysis::{
    Analysis, AnalysisModel, AnalysisStatus, AskedAnalysis, HeatMap, NewAnalysis, Region, Sides,
};
pub use patient::{
    Assigned, Assignment, ChangedPatient, Contact, ContactChange, CreatedPatient, Entry, History, NewEntry,
    NewNote, NewPatient, Note, NoteOf, Notes, PatientChange, PatientInList, PatientRecord, PatientScan,
    Patients, PatientsQuery, Person,
};
pub use scan::{
    Annotation, Annotations, ChangedScan, FileQuery, JobStatus, NewAnnotation, NewOutcome, NewScan, Outcome,
    Report, Scan, ScanChange, ScanDoctor, ScanInList, ScanStatus, Scans, ScansQuery, TakenScan,
};
pub use webhook::{
    Attempt, Deliveries, DeliveriesQuery, Delivery, MadeWebhook, NewWebhook, Webhook, WebhookChange,
};

/// The body of every refusal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    /// A sentence for the reader.
    #[schema(example = "Error message describing the issue")]
    pub error: String,
}

/// What was done, where there is nothing else to say.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// A sentence for the reader.
    #[schema(value_type = String, example = "Patient deleted successfully")]
    pub message: &'static str,
}

/// Tells a field that is null from one that is absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// Reads a field that may be absent, but not null: nothing cannot be what it is changed to.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

/// Reads an object as one: serde takes a list for it too, its members by their places.
fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    field.deserialize_option(Object(PhantomData))
}

/// The same of a field that may be absent, but not null.
fn given_object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    field.deserialize_map(Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
    type Value = Option<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, field: D) -> Result<Self::Value, D::Error> {
        field.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Some)
    }
}
