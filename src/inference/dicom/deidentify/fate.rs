//! What becomes of an attribute: the list of what may stay, which follows
//! [table E.1-1](https://dicom.nema.org/medical/dicom/current/output/chtml/part15/chapter_E.html#table_E.1-1) from the other side.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};

/// What becomes of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes.
    Remove,
    /// It stays as it is.
    Keep,
    /// It stays if it is a code word and no text.
    Code,
    /// It stays if it is a number and no text.
    Number,
    /// It must be there, and says nothing.
    Empty,
    /// Another name, the same for the same patient.
    Pseudonym,
    /// Another UID, the same for the same one, unless it is one of DICOM's.
    Uid,
    /// It is moved, or goes.
    Date,
    /// It is moved, or says nothing.
    DateOrEmpty,
    /// Its items stay, with what stays of them.
    Items,
}

/// Groups with attributes of pictures, devices and how they were used. What is about patients, visits, requests, results, documents,
/// curves, overlays and signatures is in others.
const GROUPS: [u16; 9] = [0x0008, 0x0018, 0x0020, 0x0022, 0x0028, 0x0048, 0x0054, 0x5200, 0x7FE0];

/// Sequences of group 8 that stay: other pictures, and parts of the body.
const SEQUENCES: [Tag; 12] = [
    tags::REFERENCED_SERIES_SEQUENCE,
    tags::REFERENCED_IMAGE_SEQUENCE,
    tags::REFERENCED_INSTANCE_SEQUENCE,
    tags::REFERENCED_SOP_SEQUENCE,
    tags::SOURCE_IMAGE_SEQUENCE,
    tags::ANATOMIC_REGION_SEQUENCE,
    tags::ANATOMIC_REGION_MODIFIER_SEQUENCE,
    tags::PRIMARY_ANATOMIC_STRUCTURE_SEQUENCE,
    tags::PRIMARY_ANATOMIC_STRUCTURE_MODIFIER_SEQUENCE,
    tags::DERIVATION_IMAGE_SEQUENCE,
    tags::DERIVATION_CODE_SEQUENCE,
    tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE,
];

/// Short texts that stay: makers, models, codes, and names of settings.
const TEXTS: [Tag; 12] = [
    tags::MANUFACTURER,
    tags::MANUFACTURER_MODEL_NAME,
    tags::SOFTWARE_VERSIONS,
    tags::CODE_VALUE,
    tags::CODING_SCHEME_DESIGNATOR,
    tags::CODING_SCHEME_VERSION,
    tags::CODE_MEANING,
    tags::RESCALE_TYPE,
    tags::CONVOLUTION_KERNEL,
    tags::SEQUENCE_NAME,
    tags::FILTER_TYPE,
    tags::IMAGED_NUCLEUS,
];

/// What becomes of an attribute that the file declares to be of kind `declared`.
pub(super) fn fate(tag: Tag, declared: VR) -> Fate {
    match tag {
        tags::PATIENT_ID | tags::PATIENT_NAME => return Fate::Pseudonym,
        tags::STUDY_DATE | tags::STUDY_TIME | tags::CONTENT_DATE | tags::CONTENT_TIME => {
            return Fate::DateOrEmpty;
        }
        tags::PATIENT_BIRTH_DATE
        | tags::PATIENT_SEX
        | tags::ACCESSION_NUMBER
        | tags::STUDY_ID
        | tags::REFERRING_PHYSICIAN_NAME => return Fate::Empty,
        Tag(..) => (),
    }
    let purpose = tag == tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE;
    if !(GROUPS.contains(&tag.group()) || purpose) || !is_of_its_kind(tag, declared) {
        return Fate::Remove;
    }
    match declared {
        VR::SQ if tag == tags::CONTRIBUTING_EQUIPMENT_SEQUENCE => Fate::Remove,
        VR::SQ if tag.group() != 0x0008 || SEQUENCES.contains(&tag) => Fate::Items,
        VR::SQ => Fate::Remove,
        VR::LO | VR::SH if TEXTS.contains(&tag) => Fate::Keep,
        VR::CS => Fate::Code,
        VR::DS | VR::IS => Fate::Number,
        VR::UI => Fate::Uid,
        VR::DA | VR::DT | VR::TM => Fate::Date,
        VR::AT | VR::FD | VR::FL | VR::SL | VR::SS | VR::SV | VR::UL | VR::US | VR::UV => Fate::Keep,
        VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW if matches!(tag.group(), 0x0028 | 0x7FE0) => {
            Fate::Keep
        }
        VR::AE
        | VR::AS
        | VR::LO
        | VR::LT
        | VR::OB
        | VR::OD
        | VR::OF
        | VR::OL
        | VR::OV
        | VR::OW
        | VR::PN
        | VR::SH
        | VR::ST
        | VR::UC
        | VR::UN
        | VR::UR
        | VR::UT => Fate::Remove,
    }
}

/// Whether the dictionary knows the attribute, and as what it is declared: a name that calls itself numbers goes.
fn is_of_its_kind(tag: Tag, declared: VR) -> bool {
    StandardDataDictionary.by_tag(tag).is_some_and(|entry| match entry.vr() {
        VirtualVr::Exact(vr) => vr == declared,
        VirtualVr::Xs => matches!(declared, VR::US | VR::SS),
        VirtualVr::Ox | VirtualVr::Px => matches!(declared, VR::OB | VR::OW),
        VirtualVr::Lt => matches!(declared, VR::US | VR::SS | VR::OW),
        _ => false,
    })
}
