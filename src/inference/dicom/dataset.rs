//! All attributes of a file in DICOM's JSON, without what takes much room
//! ([PS3.18 annex F](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_F.html)).

use dicom_core::header::Header as _;
use dicom_core::value::Value;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

use super::open::Opened;
use super::{DicomError, pixels};

/// Bytes that are longer than this are left out: they are for those who ask for the file.
const LONGEST_BYTES: usize = 1024;

/// The data set but its pixels, and but bytes of any length. What it says of colours is what frames are given as: decompressed, they may
/// be others than the file's own.
pub(super) fn json(opened: Opened) -> Result<Vec<u8>, DicomError> {
    let given = pixels::given(&opened);
    let mut object = without_bulk(opened.object);
    if let Some(colours) = given {
        let meaning = PrimitiveValue::from(colours);
        object.put(DataElement::new(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, meaning));
        object.put(DataElement::new(tags::PLANAR_CONFIGURATION, VR::US, PrimitiveValue::from(0_u16)));
    }
    let json = dicom_json::to_value(object).map_err(|_| DicomError::Unreadable)?;
    serde_json::to_vec(&json).map_err(|_| DicomError::Unreadable)
}

fn without_bulk(object: InMemDicomObject) -> InMemDicomObject {
    InMemDicomObject::from_element_iter(object.into_iter().filter_map(small))
}

fn small(element: InMemElement) -> Option<InMemElement> {
    if is_pixels(element.tag()) {
        return None;
    }
    let is_bytes = matches!(element.vr(), VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW | VR::UN);
    let is_long = matches!(element.value(), Value::Primitive(bytes) if length(bytes) > LONGEST_BYTES);
    (!(is_bytes && is_long)).then_some(element)
}

fn length(value: &PrimitiveValue) -> usize {
    value.calculate_byte_len()
}

/// Whether an attribute holds pixels: of the file, or of its waveforms and overlays.
fn is_pixels(tag: Tag) -> bool {
    [tags::PIXEL_DATA, tags::FLOAT_PIXEL_DATA, tags::DOUBLE_FLOAT_PIXEL_DATA].contains(&tag)
}

#[cfg(test)]
mod tests {
    use dicom_core::Length;
    use dicom_core::value::DataSetSequence;
    use serde_json::{Value as Json, json};

    use super::super::fixture::{grey, plain, put};
    use super::super::open::open;
    use super::*;

    #[test]
    fn pixels_and_long_bytes_are_left_out_and_the_rest_is_told() {
        let mut object = grey(&[1, 2, 3, 4]);
        put(&mut object, tags::ICC_PROFILE, VR::OB, PrimitiveValue::U8(vec![7; 2_000].into()));
        let item = InMemDicomObject::from_element_iter([DataElement::new(
            tags::CODE_VALUE,
            VR::SH,
            PrimitiveValue::from("1"),
        )]);
        let items = DataSetSequence::new(vec![item], Length::UNDEFINED);
        object.put(DataElement::new(tags::PROCEDURE_CODE_SEQUENCE, VR::SQ, items));
        let told: Json = serde_json::from_slice(&json(open(&plain(object)).unwrap()).unwrap()).unwrap();
        assert_eq!(told["00100010"], json!({ "vr": "PN", "Value": [{ "Alphabetic": "Doe^Jane" }] }));
        assert_eq!(told["00280010"], json!({ "vr": "US", "Value": [2] }));
        assert_eq!(told["00081032"]["Value"][0]["00080100"]["Value"], json!(["1"]));
        assert_eq!((told.get("7FE00010"), told.get("00282000")), (None, None));
    }
}
