//! Files for tests, made here: a picture with its attributes, by the library, and bytes by hand.

use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use dicom_object::meta::FileMetaTableBuilder;

/// The UID of the study of all pictures here.
pub(super) const STUDY: &str = "1.2.826.0.1.3680043.8.498.1";

pub(super) fn put(object: &mut InMemDicomObject, tag: Tag, vr: VR, value: impl Into<PrimitiveValue>) {
    object.put(DataElement::new(tag, vr, value.into()));
}

/// A picture of a patient, 2 columns by 2 rows of 16 bits in which 12 count, without pixels.
pub(super) fn attributes() -> InMemDicomObject {
    let mut object = InMemDicomObject::new_empty();
    let texts = [
        (tags::SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE),
        (tags::SOP_INSTANCE_UID, VR::UI, "1.2.826.0.1.3680043.8.498.3"),
        (tags::STUDY_INSTANCE_UID, VR::UI, STUDY),
        (tags::SERIES_INSTANCE_UID, VR::UI, "1.2.826.0.1.3680043.8.498.2"),
        (tags::MODALITY, VR::CS, "CT"),
        (tags::BODY_PART_EXAMINED, VR::CS, "CHEST"),
        (tags::STUDY_DATE, VR::DA, "20261122"),
        (tags::STUDY_TIME, VR::TM, "101530"),
        (tags::TIMEZONE_OFFSET_FROM_UTC, VR::SH, "+0100"),
        (tags::SERIES_NUMBER, VR::IS, "3"),
        (tags::INSTANCE_NUMBER, VR::IS, "7"),
        (tags::STUDY_DESCRIPTION, VR::LO, "Thorax of Jane"),
        (tags::MANUFACTURER, VR::LO, "Maker"),
        (tags::PATIENT_ID, VR::LO, "P-17"),
        (tags::PATIENT_NAME, VR::PN, "Doe^Jane"),
        (tags::PATIENT_BIRTH_DATE, VR::DA, "19700102"),
        (tags::PATIENT_SEX, VR::CS, "F"),
        (tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2"),
    ];
    for (tag, vr, text) in texts {
        put(&mut object, tag, vr, text);
    }
    let numbers = [
        (tags::SAMPLES_PER_PIXEL, 1_u16),
        (tags::ROWS, 2),
        (tags::COLUMNS, 2),
        (tags::BITS_ALLOCATED, 16),
        (tags::BITS_STORED, 12),
        (tags::HIGH_BIT, 11),
        (tags::PIXEL_REPRESENTATION, 0),
    ];
    for (tag, number) in numbers {
        put(&mut object, tag, VR::US, number);
    }
    object
}

/// The picture with these samples of 16 bits.
pub(super) fn grey(samples: &[u16]) -> InMemDicomObject {
    let mut object = attributes();
    put(&mut object, tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(samples.into()));
    object
}

/// The picture in bytes of 8 bits, of these colours.
pub(super) fn bytes(photometric: &str, samples: u16, pixels: &[u8]) -> InMemDicomObject {
    let mut object = attributes();
    put(&mut object, tags::PHOTOMETRIC_INTERPRETATION, VR::CS, photometric);
    put(&mut object, tags::SAMPLES_PER_PIXEL, VR::US, samples);
    for (tag, number) in [(tags::BITS_ALLOCATED, 8_u16), (tags::BITS_STORED, 8), (tags::HIGH_BIT, 7)] {
        put(&mut object, tag, VR::US, number);
    }
    put(&mut object, tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(pixels.into()));
    object
}

/// The file of an object.
pub(super) fn file(object: InMemDicomObject, syntax: &str) -> Vec<u8> {
    let file = object.with_meta(FileMetaTableBuilder::new().transfer_syntax(syntax)).unwrap();
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).unwrap();
    bytes
}

/// The file of an object, explicit and little endian.
pub(super) fn plain(object: InMemDicomObject) -> Vec<u8> {
    file(object, uids::EXPLICIT_VR_LITTLE_ENDIAN)
}

/// A file of which only the mark and the syntax are sound, with these bytes behind them.
pub(super) fn raw(syntax: &str, behind: &[u8]) -> Vec<u8> {
    let mut uid = syntax.as_bytes().to_vec();
    if !uid.len().is_multiple_of(2) {
        uid.push(0);
    }
    let length = u16::try_from(uid.len()).unwrap().to_le_bytes();
    let header: [&[u8]; 4] = [&[2, 0, 0x10, 0], b"UI", &length, &uid];
    [&[0; 128], b"DICM".as_slice(), &header.concat(), behind].concat()
}
