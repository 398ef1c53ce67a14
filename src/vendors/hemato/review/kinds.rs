//! The kinds of cells that are told apart. Each is a finding by its name, and counts among what it is a kind of.

use serde_json::{Value, json};

use crate::inference::smear::{RedShape, WhiteKind};

/// The system of the kinds' codes; `fhir-profiles/` defines it.
pub const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/smear-cell";

/// A kind of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A red cell of which nothing else is said.
    RedCell,
    /// A red cell of a shape; a usual one is a [`Kind::RedCell`].
    Shape(RedShape),
    /// A red cell that may hold a parasite.
    Parasitised,
    /// A white cell whose kind is not told.
    WhiteCell,
    /// A white cell of a kind, or an erythroblast.
    White(WhiteKind),
    /// A platelet.
    Platelet,
    /// A platelet as large as a white cell, or several together.
    LargePlatelet,
    /// No cell: dirt, a deposit of stain, a fold.
    NoCell,
}

/// What a kind is a kind of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Red cells.
    Red,
    /// White cells, and erythroblasts, which look like them.
    White,
    /// Platelets.
    Platelet,
    /// Nothing.
    None,
}

impl Kind {
    /// Every kind, in the order in which findings are told.
    pub fn all() -> impl Iterator<Item = Self> {
        let first = [Self::Parasitised, Self::RedCell, Self::WhiteCell, Self::Platelet, Self::LargePlatelet];
        let white = WhiteKind::ALL.into_iter().map(Self::White);
        let shapes = RedShape::ALL.into_iter().filter(|shape| *shape != RedShape::Normal).map(Self::Shape);
        first.into_iter().chain(white).chain(shapes).chain([Self::NoCell])
    }

    /// The kind with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::all().find(|kind| kind.name() == name)
    }

    /// The name of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RedCell => "red cell",
            Self::Shape(shape) => shape_name(shape),
            Self::Parasitised => "parasitised red cell",
            Self::WhiteCell => "white cell",
            Self::White(kind) => white_name(kind),
            Self::Platelet => "platelet",
            Self::LargePlatelet => "large platelet",
            Self::NoCell => "no cell",
        }
    }

    /// The concept of the kind.
    #[must_use]
    pub fn concept(self) -> Value {
        let name = self.name();
        json!({ "coding": [{ "system": SYSTEM, "code": name.replace(' ', "-"), "display": name }], "text": name })
    }

    /// What it is a kind of.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::RedCell | Self::Shape(_) | Self::Parasitised => Class::Red,
            Self::WhiteCell | Self::White(_) => Class::White,
            Self::Platelet | Self::LargePlatelet => Class::Platelet,
            Self::NoCell => Class::None,
        }
    }

    /// The kinds that a cell of this kind counts as.
    #[must_use]
    pub fn counts_as(self) -> Vec<Self> {
        match self {
            Self::NoCell => Vec::new(),
            Self::RedCell | Self::Shape(RedShape::Normal) => vec![Self::RedCell],
            Self::Shape(_) | Self::Parasitised => vec![Self::RedCell, self],
            // A forerunner of red cells, and no white cell.
            Self::WhiteCell | Self::White(WhiteKind::Erythroblast) => vec![self],
            Self::White(_) => vec![Self::WhiteCell, self],
            Self::Platelet => vec![self],
            Self::LargePlatelet => vec![Self::Platelet, self],
        }
    }

    /// Whether others are kinds of it: a cell is of such a kind alone where nothing more is said of it.
    #[must_use]
    pub fn is_general(self) -> bool {
        match self {
            Self::RedCell | Self::Shape(RedShape::Normal) | Self::WhiteCell | Self::Platelet => true,
            Self::Shape(_) | Self::Parasitised | Self::White(_) | Self::LargePlatelet | Self::NoCell => false,
        }
    }
}

fn white_name(kind: WhiteKind) -> &'static str {
    match kind {
        WhiteKind::SegmentedNeutrophil => "segmented neutrophil",
        WhiteKind::BandNeutrophil => "band neutrophil",
        WhiteKind::Metamyelocyte => "metamyelocyte",
        WhiteKind::Myelocyte => "myelocyte",
        WhiteKind::Promyelocyte => "promyelocyte",
        WhiteKind::ImmatureGranulocyte => "immature granulocyte",
        WhiteKind::Lymphocyte => "lymphocyte",
        WhiteKind::Monocyte => "monocyte",
        WhiteKind::Eosinophil => "eosinophil",
        WhiteKind::Basophil => "basophil",
        WhiteKind::Erythroblast => "erythroblast",
    }
}

/// The name of a shape; a usual one is that of a red cell.
fn shape_name(shape: RedShape) -> &'static str {
    match shape {
        RedShape::Normal => "red cell",
        RedShape::Macrocyte => "macrocyte",
        RedShape::Microcyte => "microcyte",
        RedShape::Spherocyte => "spherocyte",
        RedShape::TargetCell => "target cell",
        RedShape::Stomatocyte => "stomatocyte",
        RedShape::Ovalocyte => "ovalocyte",
        RedShape::Teardrop => "teardrop",
        RedShape::BurrCell => "burr cell",
        RedShape::Schistocyte => "schistocyte",
        RedShape::Hypochromia => "hypochromia",
        RedShape::Elliptocyte => "elliptocyte",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_by_which_it_is_found() {
        let names: BTreeSet<_> = Kind::all().map(Kind::name).collect();
        assert_eq!((names.len(), Kind::all().count()), (28, 28));
        assert!(Kind::all().all(|kind| Kind::parse(kind.name()) == Some(kind)));
        assert_eq!((Kind::parse("Lymphocyte"), Kind::parse("blast")), (None, None));
    }

    #[test]
    fn a_cell_counts_among_what_it_is_a_kind_of() {
        for kind in Kind::all() {
            let counted = kind.counts_as();
            assert!(counted.iter().all(|one| one.class() == kind.class()), "{kind:?}");
            assert_eq!(counted.is_empty(), kind == Kind::NoCell);
            assert_eq!(
                counted.iter().filter(|one| !one.is_general()).count(),
                usize::from(!kind.is_general() && kind != Kind::NoCell)
            );
        }
    }
}
