//! The code systems of HL7 terminology that this server writes. <https://terminology.hl7.org>

/// What kind of observation it is.
pub mod observation_category {
    use super::super::Code;

    /// The code system.
    pub const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/observation-category";

    const fn code(code: &'static str, display: &'static str) -> Code {
        Code { system: SYSTEM, code, display }
    }

    /// Vital signs.
    pub const VITAL_SIGNS: Code = code("vital-signs", "Vital Signs");
    /// Tests of specimens.
    pub const LABORATORY: Code = code("laboratory", "Laboratory");
    /// Findings of an examination.
    pub const EXAM: Code = code("exam", "Exam");
    /// Results of a procedure.
    pub const PROCEDURE: Code = code("procedure", "Procedure");
    /// Answers to questionnaires, and scores.
    pub const SURVEY: Code = code("survey", "Survey");
    /// What a body does: steps, sleep.
    pub const ACTIVITY: Code = code("activity", "Activity");
    /// Findings in images.
    pub const IMAGING: Code = code("imaging", "Imaging");
}

/// How an observation is to be judged.
pub mod v3_observation_interpretation {
    use super::super::Code;

    /// The code system.
    pub const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

    const fn code(code: &'static str, display: &'static str) -> Code {
        Code { system: SYSTEM, code, display }
    }

    /// Within the usual range.
    pub const NORMAL: Code = code("N", "Normal");
    /// Outside the usual range.
    pub const ABNORMAL: Code = code("A", "Abnormal");
    /// So far outside that somebody must act.
    pub const CRITICAL_ABNORMAL: Code = code("AA", "Critical abnormal");
    /// Above the usual range.
    pub const HIGH: Code = code("H", "High");
    /// So far above that somebody must act.
    pub const CRITICAL_HIGH: Code = code("HH", "Critical high");
    /// Below the usual range.
    pub const LOW: Code = code("L", "Low");
    /// So far below that somebody must act.
    pub const CRITICAL_LOW: Code = code("LL", "Critical low");
    /// A test found what it looks for.
    pub const POSITIVE: Code = code("POS", "Positive");
    /// A test did not find what it looks for.
    pub const NEGATIVE: Code = code("NEG", "Negative");
    /// A test that tells neither.
    pub const INDETERMINATE: Code = code("IND", "Indeterminate");
}

/// Why there is no value.
pub mod data_absent_reason {
    use super::super::Code;

    /// The code system.
    pub const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    /// The extension that stands for a missing primitive value.
    pub const EXTENSION: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

    const fn code(code: &'static str, display: &'static str) -> Code {
        Code { system: SYSTEM, code, display }
    }

    /// Nobody knows.
    pub const UNKNOWN: Code = code("unknown", "Unknown");
    /// It was not asked for.
    pub const NOT_ASKED: Code = code("not-asked", "Not Asked");
    /// It is withheld.
    pub const MASKED: Code = code("masked", "Masked");
    /// The source cannot give it.
    pub const UNSUPPORTED: Code = code("unsupported", "Unsupported");
    /// Something went wrong while it was measured or read.
    pub const ERROR: Code = code("error", "Error");
    /// It was not measured.
    pub const NOT_PERFORMED: Code = code("not-performed", "Not Performed");
}

/// Security labels for how a statement came about.
pub mod v3_observation_value {
    use super::super::Code;

    /// The code system.
    pub const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

    /// The AI label: a machine asserted this, and no human has confirmed it.
    pub const ARTIFICIAL_INTELLIGENCE_ASSERTED: Code =
        Code { system: SYSTEM, code: "AIAST", display: "Artificial Intelligence asserted" };
}

/// The part that an agent had in what a Provenance tells of.
pub mod provenance_participant_type {
    use super::super::Code;

    /// The code system.
    pub const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

    const fn code(code: &'static str, display: &'static str) -> Code {
        Code { system: SYSTEM, code, display }
    }

    /// Typed it in or sent it.
    pub const ENTERER: Code = code("enterer", "Enterer");
    /// Did it.
    pub const PERFORMER: Code = code("performer", "Performer");
    /// Wrote it.
    pub const AUTHOR: Code = code("author", "Author");
    /// Confirmed it.
    pub const VERIFIER: Code = code("verifier", "Verifier");
    /// Vouches for it.
    pub const ATTESTER: Code = code("attester", "Attester");
    /// Told it.
    pub const INFORMANT: Code = code("informant", "Informant");
    /// Keeps it.
    pub const CUSTODIAN: Code = code("custodian", "Custodian");
    /// A device or program that put it together.
    pub const ASSEMBLER: Code = code("assembler", "Assembler");
    /// A device or program that put it together from other material.
    pub const COMPOSER: Code = code("composer", "Composer");
}

/// What kind of recording a Media is.
pub mod media_type {
    use super::super::Code;

    /// The code system.
    pub const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/media-type";

    /// A photo or other still image.
    pub const IMAGE: Code = Code { system: SYSTEM, code: "image", display: "Image" };
}

/// What a Consent is about.
pub mod consent_scope {
    use super::super::Code;

    /// The code system.
    pub const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/consentscope";

    /// The use of somebody's data.
    pub const PATIENT_PRIVACY: Code =
        Code { system: SYSTEM, code: "patient-privacy", display: "Privacy Consent" };
}

/// Acts: the kinds of contact, and the rules of Consents.
pub mod v3_act_code {
    use super::super::Code;

    /// The code system.
    pub const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    /// A contact at a distance.
    pub const VIRTUAL: Code = Code { system: SYSTEM, code: "VR", display: "virtual" };
    /// Data may be used where the person said so.
    pub const OPT_IN: Code = Code { system: SYSTEM, code: "OPTIN", display: "opt-in" };
}
