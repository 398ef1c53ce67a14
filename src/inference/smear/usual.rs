//! What the models say of healthy blood, too: they were measured on fields of healthy people, and err in some of many cells.
//!
//! A model of which that was not measured says nothing: of thousands of cells it would call some sick in every smear.

use std::collections::BTreeMap;

use super::cell::{RedShape, WhiteKind};
use crate::inference::registry::Model;

/// What a threshold of a model's description is called that says so.
const PREFIX: &str = "usual_";

/// The shares, from 0 to 1, of cells of which the models say something where nothing is the matter: of red cells, where it is not said otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usual {
    /// By shape.
    pub shapes: BTreeMap<RedShape, f32>,
    /// Those that seem to hold a parasite; none where that was not measured.
    pub parasitised: Option<f64>,
    /// Segmented neutrophils that are called bands, of all segmented ones; none where that was not measured.
    pub segmented_as_band: Option<f64>,
}

impl Usual {
    /// By shapes.
    pub fn with(shapes: impl IntoIterator<Item = (RedShape, f32)>) -> Self {
        Self { shapes: shapes.into_iter().collect(), ..Self::default() }
    }

    /// As the models' descriptions tell it: `usual_target_cell`, `usual_parasitized`, `usual_band_neutrophil`.
    pub(super) fn of_models(white: &Model, red: &Model, malaria: &Model) -> Self {
        let share = |model: &Model, name: &str| model.thresholds.get(&format!("{PREFIX}{name}")).copied();
        let shapes = RedShape::ALL.into_iter().filter_map(|shape| Some((shape, share(red, shape.as_str())?)));
        let parasitised = share(malaria, "parasitized").map(f64::from);
        let segmented_as_band = share(white, WhiteKind::BandNeutrophil.as_str()).map(f64::from);
        Self { parasitised, segmented_as_band, ..Self::with(shapes) }
    }

    /// The share of red cells that are said to have this shape.
    #[must_use]
    pub fn of(&self, shape: RedShape) -> f64 {
        self.shapes.get(&shape).copied().map_or(0.0, f64::from)
    }
}
