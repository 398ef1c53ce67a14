//! Why there is no number.

/// Why a vital sign is not told. Each means that the recording was well formed and a guess would have been possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Shorter than this vital sign needs.
    #[error("the recording is shorter than this vital sign needs")]
    TooShort,
    /// No region changes at all.
    #[error("the colours do not change: no camera sends such a trace")]
    Flat,
    /// Every region is too bright or too dark for the camera.
    #[error("the regions are too bright or too dark for the camera")]
    Clipped,
    /// Nothing stands out of the noise.
    #[error("no pulse stands out of the noise")]
    NoPulse,
    /// Something beats, but not with the colour of blood: light, or movement.
    #[error("what beats has the colour of light or movement, not of blood")]
    NotBlood,
    /// The methods do not find the same rate.
    #[error("the methods do not find the same rate")]
    Disagreement,
    /// The rate is not the same throughout, by more than a heart's.
    #[error("the rate does not hold through the recording")]
    Unstable,
    /// The pulse is found, but not so clearly that this could be told.
    #[error("the pulse is not clear enough to tell this")]
    LowSignal,
    /// Too many intervals between beats are not those of a regular heart, or not seen.
    #[error("too many beats were missed or are irregular")]
    IrregularBeats,
    /// Fewer than two signs of the breath agree.
    #[error("fewer than two signs of the breath agree")]
    NoBreath,
}

impl Refusal {
    /// The reason as clients read it.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::Flat => "no_change",
            Self::Clipped => "clipped",
            Self::NoPulse => "no_pulse_found",
            Self::NotBlood => "not_blood",
            Self::Disagreement => "methods_disagree",
            Self::Unstable => "unstable",
            Self::LowSignal => "low_signal",
            Self::IrregularBeats => "irregular_beats",
            Self::NoBreath => "no_agreement",
        }
    }
}
