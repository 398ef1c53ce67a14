//! DICOM files for tests, made here.

use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use dicom_object::meta::FileMetaTableBuilder;

/// What a file says of itself; the rest is the same in all.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    pub study: &'a str,
    pub series: &'a str,
    pub instance: &'a str,
    pub modality: &'a str,
    pub body_part: &'a str,
    pub patient_id: &'a str,
    pub name: &'a str,
    pub date: &'a str,
    pub burned_in: &'a str,
    /// Grey, row by row, as many columns as rows.
    pub pixels: &'a [u8],
}

/// Four pixels of a brain.
pub const SAID: Said<'_> = Said {
    study: "2.25.1",
    series: "2.25.1.1",
    instance: "2.25.1.1.1",
    modality: "MR",
    body_part: "BRAIN",
    patient_id: "PT-1",
    name: "Mehta^Priya",
    date: "20250501",
    burned_in: "NO",
    pixels: &[0, 50, 100, 255],
};

impl Said<'_> {
    /// The attributes.
    pub fn object(&self) -> InMemDicomObject {
        let side = u16::try_from(self.pixels.len().isqrt()).unwrap();
        let texts = [
            (tags::SOP_CLASS_UID, VR::UI, uids::MR_IMAGE_STORAGE),
            (tags::SOP_INSTANCE_UID, VR::UI, self.instance),
            (tags::STUDY_INSTANCE_UID, VR::UI, self.study),
            (tags::SERIES_INSTANCE_UID, VR::UI, self.series),
            (tags::MODALITY, VR::CS, self.modality),
            (tags::BODY_PART_EXAMINED, VR::CS, self.body_part),
            (tags::STUDY_DATE, VR::DA, self.date),
            (tags::STUDY_TIME, VR::TM, "153000"),
            (tags::PATIENT_ID, VR::LO, self.patient_id),
            (tags::PATIENT_NAME, VR::PN, self.name),
            (tags::PATIENT_SEX, VR::CS, "F"),
            (tags::PATIENT_BIRTH_DATE, VR::DA, "19920822"),
            (tags::ACCESSION_NUMBER, VR::SH, "A-7"),
            (tags::STUDY_ID, VR::SH, "S1"),
            (tags::STUDY_DESCRIPTION, VR::LO, "Head"),
            (tags::SERIES_DESCRIPTION, VR::LO, "T1"),
            (tags::SERIES_NUMBER, VR::IS, "3"),
            (tags::INSTANCE_NUMBER, VR::IS, "7"),
            (tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2"),
            (tags::BURNED_IN_ANNOTATION, VR::CS, self.burned_in),
        ];
        let numbers = [
            (tags::SAMPLES_PER_PIXEL, 1_u16),
            (tags::ROWS, side),
            (tags::COLUMNS, side),
            (tags::BITS_ALLOCATED, 8),
            (tags::BITS_STORED, 8),
            (tags::HIGH_BIT, 7),
            (tags::PIXEL_REPRESENTATION, 0),
        ];
        let texts = texts.into_iter().filter(|(.., text)| !text.is_empty());
        let mut object = InMemDicomObject::from_element_iter(
            texts.map(|(tag, vr, text)| DataElement::new(tag, vr, PrimitiveValue::from(text))),
        );
        for (tag, number) in numbers {
            object.put(DataElement::new(tag, VR::US, PrimitiveValue::from(number)));
        }
        object.put(DataElement::new(tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(self.pixels.into())));
        object
    }

    /// The file.
    pub fn file(&self) -> Vec<u8> {
        file(self.object())
    }

    /// The file, which says that it has so many frames.
    pub fn with_frames(&self, frames: &str) -> Vec<u8> {
        let mut object = self.object();
        object.put(DataElement::new(tags::NUMBER_OF_FRAMES, VR::IS, PrimitiveValue::from(frames)));
        file(object)
    }

    /// The file without this attribute.
    pub fn without(&self, tag: Tag) -> Vec<u8> {
        let mut object = self.object();
        object.remove_element(tag);
        file(object)
    }
}

/// The file of an object, explicit and little endian.
pub fn file(object: InMemDicomObject) -> Vec<u8> {
    let meta = FileMetaTableBuilder::new().transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let mut bytes = Vec::new();
    object.with_meta(meta).unwrap().write_all(&mut bytes).unwrap();
    bytes
}

/// The grey values of a picture.
pub fn grey(png: &[u8]) -> Vec<u8> {
    image::load_from_memory(png).unwrap().into_luma8().into_raw()
}
