//! What the nets' numbers stand for, by the names in their descriptions.

use super::cell::{RedShape, WhiteKind};
use crate::inference::registry::{Model, RegistryError};

/// A platelet that was taken for a white cell.
const PLATELET: &str = "platelet";
/// What was drawn together of shapes that have no name.
const NAMELESS: &str = "uncategorised";

/// What each number stands for.
#[derive(Debug)]
pub(super) struct Labels {
    /// Of a white cell.
    pub(super) white: Vec<Label>,
    /// Of a red cell; none for shapes that have no name.
    pub(super) red: Vec<Option<RedShape>>,
}

/// What is said of a cell that the detector takes for a white one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Kind(WhiteKind),
    Platelet,
    /// No kind is probable enough.
    Unsure,
}

impl Labels {
    pub(super) fn of(white: &Model, red: &Model) -> Result<Self, RegistryError> {
        let label = |word: &str| match word {
            PLATELET => Some(Label::Platelet),
            word => WhiteKind::parse(word).map(Label::Kind),
        };
        let shape = |word: &str| match word {
            NAMELESS => Some(None),
            word => RedShape::parse(word).map(Some),
        };
        Ok(Self { white: white.named(label)?, red: red.named(shape)? })
    }
}

/// What a cell of these probabilities is: its kind first, neutrophils and immature granulocytes each taken together, then which of those.
pub(super) fn best(shares: &[f32], labels: &[Label], least: f32) -> Label {
    let pairs = || labels.iter().copied().zip(shares.iter().copied());
    let of_family = |label: Label| {
        pairs().filter(|(other, _)| family(*other) == family(label)).map(|(_, share)| share).sum::<f32>()
    };
    let found = pairs().max_by(|(a, x), (b, y)| of_family(*a).total_cmp(&of_family(*b)).then(x.total_cmp(y)));
    match found {
        Some((label, _)) if of_family(label) >= least => label,
        Some(_) | None => Label::Unsure,
    }
}

/// What is taken together.
fn family(label: Label) -> Label {
    match label {
        Label::Kind(kind) if kind.is_immature() => Label::Kind(WhiteKind::ImmatureGranulocyte),
        Label::Kind(kind) if kind.is_neutrophil() => Label::Kind(WhiteKind::SegmentedNeutrophil),
        Label::Kind(_) | Label::Platelet | Label::Unsure => label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [Label; 5] = [
        Label::Kind(WhiteKind::BandNeutrophil),
        Label::Kind(WhiteKind::SegmentedNeutrophil),
        Label::Kind(WhiteKind::Myelocyte),
        Label::Kind(WhiteKind::Lymphocyte),
        Label::Platelet,
    ];

    #[test]
    fn what_no_kind_is_probable_enough_for_is_unsure() {
        assert_eq!(best(&[0.2, 0.2, 0.2, 0.3, 0.1], &LABELS, 0.5), Label::Unsure);
        assert_eq!(best(&[], &[], 0.5), Label::Unsure);
    }

    #[test]
    fn neutrophils_are_one_kind_before_they_are_two() {
        assert_eq!(
            best(&[0.25, 0.3, 0.05, 0.4, 0.0], &LABELS, 0.5),
            Label::Kind(WhiteKind::SegmentedNeutrophil)
        );
        assert_eq!(best(&[0.1, 0.1, 0.1, 0.6, 0.1], &LABELS, 0.5), Label::Kind(WhiteKind::Lymphocyte));
        assert_eq!(best(&[0.0, 0.0, 0.1, 0.0, 0.9], &LABELS, 0.5), Label::Platelet);
    }
}
