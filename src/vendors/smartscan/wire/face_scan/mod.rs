//! Face scans (contract SS-60 to SS-77).

mod analysis;
mod history;
mod profile;
mod result;
mod risk;
mod session;
mod words;

pub use analysis::{
    AnalysedVitals, Analysis, AnalysisAnswer, AnalysisMethod, NewAnalysis, RefusedVital, TraceRegion, Traces,
};
pub use history::{
    AnomaliesAnswer, Anomaly, Delta, DeltaAnswer, HistoryAnswer, HistoryPoint, NewTag, TagsAnswer,
};
pub use profile::{ScanProfile, ScanProfileAnswer, ScanProfileChange};
pub use result::{
    DeletedAnswer, NewResult, ResultAnswer, ScanResult, SubmittedAnswer, VitalSent, VitalValue, Wellness,
    WellnessPart,
};
pub use risk::{
    Assumption, CardiovascularRisk, CohortAnswer, CohortBand, Comparison, Equation, InputUsed, RiskAnswer,
    RiskScores, TenYearRisk, VascularAge,
};
pub use session::{
    BundleAnswer, Consent, ConsentAnswer, Deleted, ErasedAnswer, NewConsent, Session, SessionAnswer,
};
pub use words::{ComparedName, Jurisdiction, PressureSource, RaceWord, RegionWord, SexWord, VitalName};
