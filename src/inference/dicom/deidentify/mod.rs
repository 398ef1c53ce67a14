//! A copy of a file that names nobody, by the Basic Application Level Confidentiality Profile
//! ([PS3.15 annex E](https://dicom.nema.org/medical/dicom/current/output/chtml/part15/chapter_E.html)).
//!
//! The profile lists what must go. Here it is listed what may stay, and that is a part of what the profile lets stay: an attribute that
//! nobody thought of goes. Pixels are not looked at; [`BurnedIn`] tells what the file says of them.

mod fate;
mod values;

use dicom_core::header::Header as _;
use dicom_core::smallvec::SmallVec;
use dicom_core::value::{DataSetSequence, Value};
use dicom_core::{DataElement, Length, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::meta::FileMetaTableBuilder;
use dicom_object::{InMemDicomObject, mem::InMemElement};
use serde::{Deserialize, Serialize};

use self::fate::{Fate, fate};
use self::values::Values;
use super::metadata::string;
use super::{DicomError, Syntax};

/// How a copy is made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// What UIDs and the patient's pseudonym are made with: copies made with the same key fit together, and nobody without it can
    /// tell which file a copy was made of.
    pub key: Vec<u8>,
    /// What becomes of dates.
    pub dates: Dates,
}

impl std::fmt::Debug for Rules {
    /// Prints no key.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Rules({:?})", self.dates)
    }
}

/// What becomes of dates and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dates {
    /// They go.
    Remove,
    /// All are moved by so many days, so that the time between them stays.
    Shift {
        /// The days; negative ones move them back.
        days: i32,
    },
}

/// What a file says of names in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BurnedIn {
    /// There are some: the copy must not leave without being looked at.
    Yes,
    /// There are none.
    No,
    /// It says nothing.
    Unsaid,
}

/// What the file says of names in its pixels (Burned In Annotation).
pub fn burned_in(object: &InMemDicomObject) -> BurnedIn {
    match string(object, tags::BURNED_IN_ANNOTATION).as_deref() {
        Some("YES") => BurnedIn::Yes,
        Some("NO") => BurnedIn::No,
        Some(_) | None => BurnedIn::Unsaid,
    }
}

/// The same picture of nobody.
pub fn deidentify(object: &InMemDicomObject, rules: &Rules) -> InMemDicomObject {
    let values = Values::new(rules);
    let mut copy = items(object, &values);
    let shifted = match rules.dates {
        Dates::Remove => "REMOVED",
        Dates::Shift { .. } => "MODIFIED",
    };
    let texts = [
        (tags::PATIENT_IDENTITY_REMOVED, VR::CS, "YES"),
        (tags::DEIDENTIFICATION_METHOD, VR::LO, "DICOM PS3.15 Basic Profile, by a list of what may stay"),
        (tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED, VR::CS, shifted),
    ];
    for (tag, vr, text) in texts {
        copy.put(DataElement::new(tag, vr, PrimitiveValue::from(text)));
    }
    copy.put(methods(rules.dates));
    copy
}

/// The profile and its option as codes of DICOM (CID 7050).
fn methods(dates: Dates) -> InMemElement {
    let code = |value: &str, meaning: &str| {
        let texts = [
            (tags::CODE_VALUE, VR::SH, value),
            (tags::CODING_SCHEME_DESIGNATOR, VR::SH, "DCM"),
            (tags::CODE_MEANING, VR::LO, meaning),
        ];
        InMemDicomObject::from_element_iter(
            texts.map(|(tag, vr, text)| DataElement::new(tag, vr, PrimitiveValue::from(text))),
        )
    };
    let mut codes: SmallVec<[_; 2]> = SmallVec::new();
    codes.push(code("113100", "Basic Application Confidentiality Profile"));
    if matches!(dates, Dates::Shift { .. }) {
        codes.push(code("113107", "Retain Longitudinal Temporal Information Modified Dates Option"));
    }
    sequence(tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE, codes)
}

fn sequence(tag: Tag, items: SmallVec<[InMemDicomObject; 2]>) -> InMemElement {
    DataElement::new(tag, VR::SQ, DataSetSequence::new(items, Length::UNDEFINED))
}

/// What stays of the attributes of a file or item.
fn items(object: &InMemDicomObject, values: &Values) -> InMemDicomObject {
    InMemDicomObject::from_element_iter(object.iter().filter_map(|element| kept(element, values)))
}

fn kept(element: &InMemElement, values: &Values) -> Option<InMemElement> {
    let (tag, vr) = (element.tag(), element.vr());
    let fate = fate(tag, vr);
    if let Value::Sequence(within) = element.value() {
        return (fate == Fate::Items)
            .then(|| sequence(tag, within.items().iter().map(|item| items(item, values)).collect()));
    }
    let replaced = match fate {
        Fate::Remove | Fate::Items => return None,
        Fate::Keep => return Some(element.clone()),
        Fate::Empty => String::new(),
        Fate::Date | Fate::DateOrEmpty => match values.date(&element.to_str().ok()?, vr) {
            Some(shifted) => shifted,
            None if fate == Fate::DateOrEmpty => String::new(),
            None => return None,
        },
        Fate::Pseudonym => values.pseudonym(element.to_str().ok()?.trim_matches(['\0', ' '])),
        Fate::Uid => values.uids(&element.to_str().ok()?),
        Fate::Code => return values::is_code(&element.to_str().ok()?).then(|| element.clone()),
        Fate::Number => return values::is_number(&element.to_str().ok()?).then(|| element.clone()),
    };
    Some(DataElement::new(tag, vr, PrimitiveValue::from(replaced)))
}

/// A file of an object, encoded as the one that it was made of; a deflated one is not deflated again.
pub fn write(object: InMemDicomObject, syntax: Syntax) -> Result<Vec<u8>, DicomError> {
    let syntax = if syntax == Syntax::Deflated { Syntax::ExplicitLittle } else { syntax };
    let meta = FileMetaTableBuilder::new().transfer_syntax(syntax.uid());
    let file = object.with_meta(meta).map_err(|_| DicomError::Unreadable)?;
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).map_err(|_| DicomError::Unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
