//! What the cells of a smear were counted in, as an Observation: with it everything can be said anew once people have corrected cells.

use serde_json::{Number, Value, json};

use super::{Of, Origin, concept, observation};
use crate::clinical::smear::LeftOut;
use crate::fhir::codes::ucum;
use crate::inference::smear::RedShape;
use crate::vendors::hemato::codes::{AMOUNT, BASIS, LEFT_OUT};
use crate::vendors::hemato::review::basis::Basis;
use crate::vendors::hemato::to_fhir::{Context, reference, set};

/// How the amounts of usual shapes are called: this, and the shape.
pub const USUAL: &str = "usual-";

/// The Observation. Its members are those of all that was seen, by id, findings or not.
#[must_use]
pub fn basis(basis: &Basis, seen: &[String], by: Origin<'_>, of: &Of<'_>, context: &Context) -> Value {
    let mut resource = observation(BASIS.concept(), by, of, context);
    put(&mut resource, basis, seen);
    resource
}

/// Has an Observation say this.
pub fn put(resource: &mut Value, basis: &Basis, seen: &[String]) {
    let members: Vec<_> = seen.iter().map(|id| reference(&format!("Observation/{id}"))).collect();
    set(resource, "hasMember", Some(members).filter(|all| !all.is_empty()).map(Value::from));
    let amounts = amounts(basis).into_iter().filter_map(|(name, amount)| {
        let amount = ucum::ONE.quantity(amount?);
        Some(json!({ "code": concept(AMOUNT, &name), "valueQuantity": amount }))
    });
    let left_out = basis
        .left_out
        .iter()
        .map(|LeftOut { file, reason }| json!({ "code": concept(LEFT_OUT, file), "valueString": reason }));
    set(resource, "component", Some(amounts.chain(left_out).collect()));
}

/// Each amount under its name.
fn amounts(basis: &Basis) -> Vec<(String, Option<Number>)> {
    let Basis { quality, familiar, .. } = basis;
    let counts = [
        ("fields", basis.fields),
        ("shapes-assessed", basis.assessed),
        ("parasites-looked-for", basis.looked_for_parasites),
    ];
    let shares = [
        ("focus", Some(quality.focus)),
        ("stain", Some(quality.stain)),
        ("monolayer", Some(quality.monolayer)),
        ("familiar-white", Some(familiar.white)),
        ("familiar-shapes", Some(familiar.shapes)),
        ("familiar-parasites", Some(familiar.parasites)),
        ("area", Some(basis.area_cells2)),
        ("usual-parasitised", basis.usual_parasitised),
        ("usual-band-neutrophil", basis.segmented_as_band),
    ];
    let usual =
        |(shape, share): (&RedShape, &f64)| (format!("{USUAL}{}", shape.as_str()), Number::from_f64(*share));
    let counts = counts.into_iter().map(|(name, count)| (name.to_owned(), Some(count.into())));
    let shares = shares.into_iter().map(|(name, share)| (name.to_owned(), share.and_then(Number::from_f64)));
    counts.chain(shares).chain(basis.usual_shapes.iter().map(usual)).collect()
}
