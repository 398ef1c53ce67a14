//! What a person says of one cell, as an Observation of its own: what kind it is, what a model had said, in which file and where. The counts
//! that follow from it are other Observations (`corrected`).

use serde_json::{Value, json};

use super::report::{Looked, Of, Origin, observation};
use super::{Context, instant, reference, set};
use crate::vendors::hemato::codes::{CELL, CELL_RADIUS, CELL_X, CELL_Y, FILE, IN_FILE, SAID_BY_A_MODEL};
use crate::vendors::hemato::from_fhir::smear::Spot;
use crate::vendors::hemato::review::kinds::Kind;

/// What somebody says of a cell.
#[derive(Clone, Copy, Debug)]
pub struct Correction<'a> {
    /// The file that it is in.
    pub file: &'a Looked,
    /// Where.
    pub spot: &'a Spot,
    /// Of what kind it was said to be.
    pub from: Kind,
    /// Of what kind it is.
    pub to: Kind,
}

/// The first that a person says of a cell: it amends what a model had said.
#[must_use]
pub fn said(correction: &Correction<'_>, of: &Of<'_>, context: &Context) -> Value {
    let Correction { file, spot, from, to } = correction;
    let mut resource = observation(CELL.concept(), Origin::Person, of, context);
    set(&mut resource, "status", Some("amended".into()));
    set(&mut resource, "derivedFrom", Some(json!([reference(&format!("Media/{}", file.media))])));
    set(&mut resource, "valueCodeableConcept", Some(to.concept()));
    let number = |code: crate::fhir::codes::Code, number: i64| json!({ "code": code.concept(), "valueInteger": number });
    let components = json!([
        { "code": SAID_BY_A_MODEL.concept(), "valueCodeableConcept": from.concept() },
        { "code": IN_FILE.concept(), "valueCodeableConcept": { "coding": [{ "system": FILE, "code": file.id }] } },
        number(CELL_X, spot.x),
        number(CELL_Y, spot.y),
        number(CELL_RADIUS, spot.radius),
    ]);
    set(&mut resource, "component", Some(components));
    resource
}

/// What a person says of a cell of which somebody has said something before.
#[must_use]
pub fn said_again(mut before: Value, to: Kind, context: &Context) -> Value {
    set(&mut before, "valueCodeableConcept", Some(to.concept()));
    set(&mut before, "issued", Some(instant(context.now).into()));
    set(&mut before, "performer", Some(json!([context.author])));
    before
}
