//! Parameters whose values are those of other parameters.
//!
//! `combo-code` of an Observation finds what `code` and `component-code` find, `patient` is `subject` where that is a Patient.
//! Such a parameter has no values of its own: a search for it asks for the others.

use super::{Compiled, ResourceType, table};
use crate::fhir::definitions::TypeRef;
use crate::fhir::path::{Expression, Lane};
use crate::fhir::search_parameter::SearchKind;

/// A parameter that holds values of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// The parameter with the values.
    pub code: &'a str,
    /// The type that its references must point at.
    pub target: Option<&'static str>,
}

/// Where the values of a parameter are: with itself, or with others. One that is not of the specification has its own.
pub fn sources(resource_type: ResourceType, code: &str) -> Vec<Source<'_>> {
    let compiled = table(resource_type).iter().find(|compiled| compiled.parameter.code == code);
    match compiled {
        Some(Compiled { sources, .. }) if !sources.is_empty() => sources.clone(),
        Some(_) | None => vec![Source { code, target: None }],
    }
}

/// Whether a reference parameter has canonical URLs as its values.
#[must_use]
pub fn has_canonicals(resource_type: ResourceType, code: &str) -> bool {
    let compiled = table(resource_type).iter().find(|compiled| compiled.parameter.code == code);
    compiled.is_some_and(|compiled| {
        let mut leaves = compiled.expression.lanes().iter().map(|lane| &lane.leaf);
        compiled.parameter.kind == SearchKind::Reference
            && leaves.any(|leaf| matches!(leaf.type_ref, TypeRef::Primitive(_)))
    })
}

/// Finds out which of the parameters have their values with others.
pub(super) fn find(all: &mut [Compiled]) {
    let found: Vec<_> = (0..all.len()).map(|at| resolved(all, at)).collect();
    for (compiled, sources) in all.iter_mut().zip(found) {
        compiled.sources = sources;
    }
}

/// The sources of a parameter that are no others' aliases themselves; none where it has its own values.
fn resolved(all: &[Compiled], at: usize) -> Vec<Source<'static>> {
    let mut resolved = Vec::new();
    for (other, target) in direct(all, at) {
        // Each step goes to fewer chains or up in the list, so this ends.
        let mut deeper = self::resolved(all, other);
        if let (true, Some(compiled)) = (deeper.is_empty(), all.get(other)) {
            deeper.push(Source { code: &compiled.parameter.code, target: None });
        }
        resolved
            .extend(deeper.into_iter().map(|source| Source { target: source.target.or(target), ..source }));
    }
    resolved.dedup();
    resolved
}

fn direct(all: &[Compiled], at: usize) -> Vec<(usize, Option<&'static str>)> {
    let Some(this) = all.get(at) else { return Vec::new() };
    let Expression::Values(lanes) = &this.expression else { return Vec::new() };
    let others = || {
        let others = all.iter().enumerate().filter(|(other, compiled)| {
            *other != at
                && compiled.parameter.kind == this.parameter.kind
                && matches!(compiled.expression, Expression::Values(_))
        });
        others.map(|(other, compiled)| (other, compiled.expression.lanes()))
    };
    if this.parameter.kind == SearchKind::Reference
        && let Some(found) = others().find_map(|(other, theirs)| Some((other, narrowed(lanes, theirs)?)))
    {
        return vec![(found.0, Some(found.1))];
    }
    let parts: Vec<_> = others()
        .filter(|(other, theirs)| {
            theirs.iter().all(|lane| lanes.contains(lane))
                && (theirs.len() < lanes.len() || (theirs.len() == lanes.len() && *other < at))
        })
        .collect();
    let covered = lanes.iter().all(|lane| parts.iter().any(|(_, theirs)| theirs.contains(lane)));
    if covered { parts.into_iter().map(|(other, _)| (other, None)).collect() } else { Vec::new() }
}

/// The type that references must point at, where that is all in which these chains differ from the other ones.
fn narrowed(lanes: &[Lane], others: &[Lane]) -> Option<&'static str> {
    let targets: Option<Vec<_>> =
        lanes.iter().map(|lane| others.iter().find_map(|other| lane.narrowed_from(other))).collect();
    let targets = targets?;
    let first = *targets.first()?;
    (lanes.len() == others.len() && targets.iter().all(|target| *target == first)).then_some(first)
}
