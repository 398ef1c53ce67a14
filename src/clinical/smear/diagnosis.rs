//! What a smear can suggest, with its code in ICD-10-CM (the list of April 2026).

/// How soon somebody should know; the soonest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Significance {
    /// At once.
    Critical,
    /// Soon: it is to be looked into.
    Significant,
    /// At the next occasion.
    Minor,
}

impl Significance {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Significant => "significant",
            Self::Minor => "minor",
        }
    }
}

/// What may be the matter. Codes of leukaemia and of microangiopathy are suggestions to look into, never more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Diagnosis {
    /// Malaria; the species is not told.
    Malaria,
    /// Iron deficiency.
    IronDeficiency,
    /// A thalassaemia, or another haemoglobin that makes target cells.
    Thalassaemia,
    /// Lack of vitamin B12 or folate.
    Megaloblastic,
    /// Thrombotic microangiopathy.
    Microangiopathy,
    /// Autoimmune haemolysis.
    AutoimmuneHaemolysis,
    /// Hereditary spherocytosis.
    Spherocytosis,
    /// Hereditary elliptocytosis.
    Elliptocytosis,
    /// Left shift.
    Bandemia,
    /// A leukaemoid reaction.
    Leukaemoid,
    /// Chronic myeloid leukaemia.
    ChronicMyeloid,
    /// Many lymphocytes.
    Lymphocytosis,
    /// Many monocytes.
    Monocytosis,
    /// Many eosinophils.
    Eosinophilia,
    /// Many basophils.
    Basophilia,
    /// Few platelets.
    Thrombocytopenia,
    /// Many platelets.
    Thrombocytosis,
}

impl Diagnosis {
    /// Its code.
    #[must_use]
    pub fn icd10(self) -> &'static str {
        match self {
            Self::Malaria => "B54",
            Self::IronDeficiency => "D50.9",
            Self::Thalassaemia => "D56.9",
            Self::Megaloblastic => "D53.1",
            Self::Microangiopathy => "M31.19",
            Self::AutoimmuneHaemolysis => "D59.10",
            Self::Spherocytosis => "D58.0",
            Self::Elliptocytosis => "D58.1",
            Self::Bandemia => "D72.825",
            Self::Leukaemoid => "D72.823",
            Self::ChronicMyeloid => "C92.10",
            Self::Lymphocytosis => "D72.820",
            Self::Monocytosis => "D72.821",
            Self::Eosinophilia => "D72.10",
            Self::Basophilia => "D72.824",
            Self::Thrombocytopenia => "D69.6",
            Self::Thrombocytosis => "D75.839",
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Malaria => "Malaria, species not told",
            Self::IronDeficiency => "Iron deficiency anemia, unspecified",
            Self::Thalassaemia => "Thalassemia, unspecified",
            Self::Megaloblastic => "Other megaloblastic anemias, not elsewhere classified",
            Self::Microangiopathy => "Other thrombotic microangiopathy",
            Self::AutoimmuneHaemolysis => "Autoimmune hemolytic anemia, unspecified",
            Self::Spherocytosis => "Hereditary spherocytosis",
            Self::Elliptocytosis => "Hereditary elliptocytosis",
            Self::Bandemia => "Bandemia (left shift)",
            Self::Leukaemoid => "Leukemoid reaction",
            Self::ChronicMyeloid => {
                "Chronic myeloid leukemia, BCR/ABL-positive, not having achieved remission"
            }
            Self::Lymphocytosis => "Lymphocytosis (symptomatic), by share",
            Self::Monocytosis => "Monocytosis (symptomatic), by share",
            Self::Eosinophilia => "Eosinophilia, unspecified, by share",
            Self::Basophilia => "Basophilia, by share",
            Self::Thrombocytopenia => "Thrombocytopenia, unspecified",
            Self::Thrombocytosis => "Thrombocytosis, unspecified",
        }
    }

    /// Its name in short.
    #[must_use]
    pub fn short_name(self) -> &'static str {
        match self {
            Self::Malaria => "Malaria",
            Self::IronDeficiency => "Iron deficiency",
            Self::Thalassaemia => "Thalassemia",
            Self::Megaloblastic => "Megaloblastic anemia",
            Self::Microangiopathy => "TMA",
            Self::AutoimmuneHaemolysis => "AIHA",
            Self::Spherocytosis => "Spherocytosis",
            Self::Elliptocytosis => "Elliptocytosis",
            Self::Bandemia => "Left shift",
            Self::Leukaemoid => "Leukemoid reaction",
            Self::ChronicMyeloid => "CML",
            Self::Lymphocytosis => "Lymphocytosis",
            Self::Monocytosis => "Monocytosis",
            Self::Eosinophilia => "Eosinophilia",
            Self::Basophilia => "Basophilia",
            Self::Thrombocytopenia => "Low platelets",
            Self::Thrombocytosis => "High platelets",
        }
    }

    /// How soon somebody should know.
    #[must_use]
    pub fn significance(self) -> Significance {
        match self {
            Self::Malaria | Self::Microangiopathy => Significance::Critical,
            Self::Megaloblastic
            | Self::AutoimmuneHaemolysis
            | Self::Leukaemoid
            | Self::ChronicMyeloid
            | Self::Thrombocytopenia
            | Self::Bandemia
            | Self::Thrombocytosis
            | Self::IronDeficiency
            | Self::Thalassaemia
            | Self::Spherocytosis => Significance::Significant,
            Self::Elliptocytosis
            | Self::Lymphocytosis
            | Self::Monocytosis
            | Self::Eosinophilia
            | Self::Basophilia => Significance::Minor,
        }
    }

    /// What is to be done next.
    #[must_use]
    pub fn next(self) -> &'static str {
        match self {
            Self::Malaria => {
                "Malaria: thick and thin films read by a person at once, with species and parasitaemia; antigen test or PCR."
            }
            Self::IronDeficiency => "Iron deficiency: blood count with indices, ferritin, reticulocytes.",
            Self::Thalassaemia => {
                "Thalassaemia: indices and red cell count (Mentzer), haemoglobin analysis, ferritin."
            }
            Self::Megaloblastic => {
                "Megaloblastic change: vitamin B12 and folate; look for hypersegmented neutrophils."
            }
            Self::Microangiopathy => {
                "Microangiopathy: a haematologist at once; platelets, LDH, haptoglobin, creatinine, coagulation, ADAMTS13 before plasma is given."
            }
            Self::AutoimmuneHaemolysis => {
                "Haemolysis: direct antiglobulin test, reticulocytes, LDH, haptoglobin, bilirubin."
            }
            Self::Spherocytosis => {
                "Spherocytosis: family history, EMA binding, after an immune cause is excluded."
            }
            Self::Elliptocytosis => "Elliptocytosis: family history; film of the parents.",
            Self::Bandemia => {
                "Left shift: look for toxic change; infection markers and cultures as the patient needs."
            }
            Self::Leukaemoid | Self::ChronicMyeloid => {
                "Immature granulocytes: review of the film by a haematologist, blood count; BCR::ABL1 if they stay."
            }
            Self::Lymphocytosis => {
                "Lymphocytes: absolute count; flow cytometry if over 5,000 per microlitre for three months."
            }
            Self::Monocytosis => "Monocytes: absolute count, again after three months.",
            Self::Eosinophilia => "Eosinophils: absolute count; drugs, allergy, parasites.",
            Self::Basophilia => "Basophils: absolute count, again; if they stay, myeloproliferation.",
            Self::Thrombocytopenia => {
                "Platelets: count by a counter; look for clumps at the edge, and repeat in citrate where there are some."
            }
            Self::Thrombocytosis => "Platelets: count by a counter; iron, inflammation; JAK2 if they stay.",
        }
    }
}
