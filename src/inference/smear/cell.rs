//! What is found in a field.

/// A rectangle round a cell, in pixels of the file when upright.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Pixels from the left to its middle.
    pub x: f32,
    /// Pixels from the top to its middle.
    pub y: f32,
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
}

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Where it is.
    pub place: Place,
    /// How probable it is that there is such a cell, from 0 to 1.
    pub probability: f32,
    /// What it is.
    pub content: Content,
}

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content {
    /// A red cell.
    Red {
        /// Its shape; none where so many are in a field that not all are looked at.
        shape: Option<Told<RedShape>>,
        /// Whether a parasite may be in it; none where that was not looked for.
        is_parasitised: Option<Told<bool>>,
    },
    /// A white cell, or an erythroblast: its kind; none where no kind is probable enough.
    White(Told<Option<WhiteKind>>),
    /// A platelet.
    Platelet {
        /// Whether it is as large as a white cell: a giant one, or several together.
        is_large: bool,
    },
}

/// What a model says of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told<T> {
    /// What it says.
    pub what: T,
    /// How much the cell looks like those that the model has learnt from, from 0 to 1.
    pub familiar: f32,
}

/// Size, colour and shape of a red cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RedShape {
    /// As it should be.
    Normal,
    /// Larger.
    Macrocyte,
    /// Smaller.
    Microcyte,
    /// Round, without a pale middle.
    Spherocyte,
    /// With a dark middle in the pale one.
    TargetCell,
    /// With a slit in the middle.
    Stomatocyte,
    /// Oval.
    Ovalocyte,
    /// Drawn out at one end.
    Teardrop,
    /// With a toothed edge.
    BurrCell,
    /// A fragment.
    Schistocyte,
    /// Pale.
    Hypochromia,
    /// Long.
    Elliptocyte,
}

/// A kind of white cells; erythroblasts are none, but look like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WhiteKind {
    /// A neutrophil whose nucleus has segments.
    SegmentedNeutrophil,
    /// A band neutrophil.
    BandNeutrophil,
    /// A metamyelocyte.
    Metamyelocyte,
    /// A myelocyte.
    Myelocyte,
    /// A promyelocyte.
    Promyelocyte,
    /// An immature granulocyte whose stage cannot be told.
    ImmatureGranulocyte,
    /// A lymphocyte.
    Lymphocyte,
    /// A monocyte.
    Monocyte,
    /// An eosinophil.
    Eosinophil,
    /// A basophil.
    Basophil,
    /// A nucleated red cell.
    Erythroblast,
}

impl RedShape {
    /// Every shape.
    pub const ALL: [Self; 12] = [
        Self::Normal,
        Self::Macrocyte,
        Self::Microcyte,
        Self::Spherocyte,
        Self::TargetCell,
        Self::Stomatocyte,
        Self::Ovalocyte,
        Self::Teardrop,
        Self::BurrCell,
        Self::Schistocyte,
        Self::Hypochromia,
        Self::Elliptocyte,
    ];

    /// As the model's description names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Macrocyte => "macrocyte",
            Self::Microcyte => "microcyte",
            Self::Spherocyte => "spherocyte",
            Self::TargetCell => "target_cell",
            Self::Stomatocyte => "stomatocyte",
            Self::Ovalocyte => "ovalocyte",
            Self::Teardrop => "teardrop",
            Self::BurrCell => "burr_cell",
            Self::Schistocyte => "schistocyte",
            Self::Hypochromia => "hypochromia",
            Self::Elliptocyte => "elliptocyte",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

impl WhiteKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::SegmentedNeutrophil,
        Self::BandNeutrophil,
        Self::Metamyelocyte,
        Self::Myelocyte,
        Self::Promyelocyte,
        Self::ImmatureGranulocyte,
        Self::Lymphocyte,
        Self::Monocyte,
        Self::Eosinophil,
        Self::Basophil,
        Self::Erythroblast,
    ];

    /// As the model's description names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SegmentedNeutrophil => "segmented_neutrophil",
            Self::BandNeutrophil => "band_neutrophil",
            Self::Metamyelocyte => "metamyelocyte",
            Self::Myelocyte => "myelocyte",
            Self::Promyelocyte => "promyelocyte",
            Self::ImmatureGranulocyte => "immature_unspecified",
            Self::Lymphocyte => "lymphocyte",
            Self::Monocyte => "monocyte",
            Self::Eosinophil => "eosinophil",
            Self::Basophil => "basophil",
            Self::Erythroblast => "erythroblast",
        }
    }

    /// Whether it is a granulocyte that should be in the marrow.
    #[must_use]
    pub fn is_immature(self) -> bool {
        match self {
            Self::Metamyelocyte | Self::Myelocyte | Self::Promyelocyte | Self::ImmatureGranulocyte => true,
            Self::SegmentedNeutrophil
            | Self::BandNeutrophil
            | Self::Lymphocyte
            | Self::Monocyte
            | Self::Eosinophil
            | Self::Basophil
            | Self::Erythroblast => false,
        }
    }

    /// Whether it is a neutrophil as it should be in the blood.
    #[must_use]
    pub fn is_neutrophil(self) -> bool {
        matches!(self, Self::SegmentedNeutrophil | Self::BandNeutrophil)
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

impl Place {
    /// The same in pixels that are so many times as many.
    pub(super) fn times(self, ratio: f32) -> Self {
        let Self { x, y, width, height } = self;
        Self { x: x * ratio, y: y * ratio, width: width * ratio, height: height * ratio }
    }

    /// The mean of both sides.
    #[must_use]
    pub fn size(&self) -> f32 {
        f32::midpoint(self.width, self.height)
    }

    pub(super) fn area(&self) -> f32 {
        self.width * self.height
    }

    /// The area that both cover.
    pub(super) fn shared(&self, other: &Self) -> f32 {
        let along = |one: f32, length: f32, other: f32, of_other: f32| {
            let end = (one + length / 2.0).min(other + of_other / 2.0);
            (end - (one - length / 2.0).max(other - of_other / 2.0)).max(0.0)
        };
        along(self.x, self.width, other.x, other.width) * along(self.y, self.height, other.y, other.height)
    }

    /// The area that both cover, as a share of what one of them covers.
    pub(super) fn overlap(&self, other: &Self) -> f32 {
        let shared = self.shared(other);
        let all = self.area() + other.area() - shared;
        if all > 0.0 { shared / all } else { 0.0 }
    }

    /// Whether it is a rectangle at all.
    pub(super) fn is_one(&self) -> bool {
        [self.x, self.y, self.width, self.height].iter().all(|number| number.is_finite())
            && self.width > 0.0
            && self.height > 0.0
    }
}
