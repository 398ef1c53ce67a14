//! Files that lie, and files that are made to harm. Each is refused in words, quickly.

use std::io::Write as _;
use std::time::{Duration, Instant};

use dicom_core::value::{PixelFragmentSequence, Value};
use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;

use super::exchange::{Answer, Ask, head, part};
use super::fixture::{attributes, file, grey, plain, put, raw};
use super::{DicomError, MAX_FILE_BYTES, metadata, open, pixels, work};

const LITTLE: &str = uids::EXPLICIT_VR_LITTLE_ENDIAN;

fn refusal(bytes: &[u8]) -> String {
    match open::open(bytes).and_then(|opened| metadata::describe(&opened)) {
        Ok(_) => "none".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_not_dicom_is_refused() {
    let expected = DicomError::NotDicom.to_string();
    for bytes in [b"".as_slice(), b"DICM", &[0; 400], b"\xFF\xD8\xFF\xE0", &plain(attributes())[1..]] {
        assert_eq!(refusal(bytes), expected);
    }
}

#[test]
fn a_file_that_is_cut_off_is_refused_wherever_it_is_cut() {
    let whole = plain(grey(&[0, 1, 2, 3]));
    assert_eq!(refusal(&whole), "none");
    let last = whole.len() - 8 - 12;
    for length in 132..whole.len() {
        let error =
            open::open(&whole[..length]).and_then(|opened| pixels::render(&opened, 1, None)).unwrap_err();
        // Between two attributes nothing tells that more was to come; then the pixels are missed.
        let said = error.to_string();
        assert!(
            ["cut off", "lacks", "no pixels"].iter().any(|words| said.contains(words)),
            "{length}: {said}"
        );
    }
    let expected =
        format!("the DICOM file is cut off or lies: (7FE0,0010) at byte {last} declares 8 bytes, 7 are left");
    assert_eq!(refusal(&whole[..whole.len() - 1]), expected);
}

#[test]
fn missing_and_malformed_attributes_are_named() {
    for (tag, name) in [
        (tags::STUDY_INSTANCE_UID, "StudyInstanceUID"),
        (tags::SERIES_INSTANCE_UID, "SeriesInstanceUID"),
        (tags::SOP_INSTANCE_UID, "SOPInstanceUID"),
    ] {
        let mut bytes = plain(attributes());
        let header = [tag.group().to_le_bytes(), tag.element().to_le_bytes()].concat();
        let at = bytes.windows(4).rposition(|window| window == header).unwrap();
        bytes[at + 8] = b'x';
        assert_eq!(refusal(&bytes), format!("the DICOM file's {name} is not numbers joined by dots"));
        bytes.drain(at..at + 8 + usize::from(bytes[at + 6]));
        assert_eq!(refusal(&bytes), format!("the DICOM file lacks {name}"));
    }
    let mut object = grey(&[0; 4]);
    put(&mut object, tags::NUMBER_OF_FRAMES, VR::IS, "-1");
    assert_eq!(refusal(&plain(object)), "the DICOM file's NumberOfFrames is not a positive number");
    // More frames than there are pixels for, plain and compressed.
    let lie = "the DICOM file's NumberOfFrames is more than there are pixels for";
    for frames in ["2", "2147483647"] {
        let mut object = grey(&[0; 4]);
        put(&mut object, tags::NUMBER_OF_FRAMES, VR::IS, frames);
        assert_eq!(refusal(&plain(object)), lie);
    }
    let mut object = attributes();
    put(&mut object, tags::NUMBER_OF_FRAMES, VR::IS, "3");
    let two = PixelFragmentSequence::new_fragments(vec![vec![0; 2], vec![0; 2]]);
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OB, Value::PixelSequence(two)));
    assert_eq!(refusal(&file(object, uids::RLE_LOSSLESS)), lie);
    let mut object = grey(&[0; 8]);
    put(&mut object, tags::NUMBER_OF_FRAMES, VR::IS, "2");
    assert_eq!(refusal(&plain(object)), "none");
    let mut object = attributes();
    put(&mut object, tags::PATIENT_NAME, VR::PN, "x".repeat(1_025));
    assert_eq!(refusal(&plain(object)), "the DICOM file's PatientName is longer than 1024 characters");
    assert_eq!(refusal(&[&[0; 128], b"DICM".as_slice()].concat()), "the DICOM file lacks TransferSyntaxUID");
}

#[test]
fn lengths_that_lie_are_refused_without_memory_for_them() {
    let lying = b"\x10\x00\x20\x00UN\x00\x00\xFE\xFF\xFF\xFFab";
    assert_eq!(
        refusal(&raw(LITTLE, lying)),
        "the DICOM file is cut off or lies: (0010,0020) at byte 160 declares 4294967294 bytes, 2 are left"
    );
    // An item that reaches beyond its sequence, and a delimiter of what is not open.
    let item =
        b"\x08\x00\x40\x11SQ\x00\x00\x0A\x00\x00\x00\xFE\xFF\x00\xE0\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    assert!(refusal(&raw(LITTLE, item)).contains("(FFFE,E000) at byte 172 declares 4 bytes, 2 are left"));
    let stray = b"\xFE\xFF\xDD\xE0\x00\x00\x00\x00";
    assert_eq!(
        refusal(&raw(LITTLE, stray)),
        "the DICOM file is damaged: (FFFE,E0DD) may not stand at byte 160"
    );
    let unknown = b"\x08\x00\x05\x00??\x00\x00";
    assert_eq!(
        refusal(&raw(LITTLE, unknown)),
        "the DICOM file is damaged: (0008,0005) at byte 160 has no known value representation"
    );
}

#[test]
fn deep_nesting_is_refused() {
    let level = b"\x08\x00\x40\x11SQ\x00\x00\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF".as_slice();
    assert_eq!(
        refusal(&raw(LITTLE, &level.repeat(200_000))),
        "the DICOM file nests sequences more than 32 deep"
    );
    let implicit = b"\x08\x00\x40\x11\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF".as_slice();
    let said = refusal(&raw(uids::IMPLICIT_VR_LITTLE_ENDIAN, &implicit.repeat(100)));
    assert_eq!(said, "the DICOM file nests sequences more than 32 deep");
}

#[test]
fn an_unknown_attribute_of_unknown_length_is_implicit_whatever_the_file_is() {
    let unknown = |item: &[u8]| {
        let header = b"\xE1\x7F\x01\x10UN\x00\x00\xFF\xFF\xFF\xFF".as_slice();
        [&plain(grey(&[0; 4])), header, item, b"\xFE\xFF\xDD\xE0\x00\x00\x00\x00"].concat()
    };
    let lying = unknown(b"\xFE\xFF\x00\xE0\x40\x00\x00\x00");
    assert!(refusal(&lying).contains("(FFFE,E000)"), "{}", refusal(&lying));
    let item = b"\xFE\xFF\x00\xE0\x0A\x00\x00\x00\x10\x00\x20\x00\x02\x00\x00\x00ab".as_slice();
    let opened = open::open(&unknown(item)).unwrap();
    let read = opened.object.get(dicom_core::Tag(0x7FE1, 0x1001)).unwrap().to_bytes().unwrap();
    assert_eq!(read.len(), item.len() + 8);
    let cut = unknown(item);
    assert!(refusal(&cut[..cut.len() - 1]).contains("cut off"));
}

#[test]
fn very_many_attributes_are_refused() {
    let one = b"\x09\x00\x01\x10UN\x00\x00\x00\x00\x00\x00".as_slice();
    assert_eq!(
        refusal(&raw(LITTLE, &one.repeat(1_000_001))),
        "the DICOM file has more than 1000000 attributes"
    );
}

#[test]
fn a_deflated_bomb_and_what_is_no_deflate_are_refused() {
    let mut deflater = DeflateEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1_048_576];
    for _ in 0..=MAX_FILE_BYTES / zeros.len() {
        deflater.write_all(&zeros).unwrap();
    }
    let bomb = raw(uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, &deflater.finish().unwrap());
    assert!(bomb.len() < MAX_FILE_BYTES / 64);
    let expected = format!(
        "the DICOM file has more than the {MAX_FILE_BYTES} bytes that are accepted, counted as inflated"
    );
    assert_eq!(refusal(&bomb), expected);
    let damaged = raw(uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, b"\xFFnot deflate");
    assert_eq!(refusal(&damaged), "the DICOM file is damaged: its deflated part cannot be inflated");
}

#[test]
fn a_pixel_bomb_is_refused_before_memory_is_taken() {
    let mut object = grey(&[0; 4]);
    put(&mut object, tags::ROWS, VR::US, 65_535_u16);
    put(&mut object, tags::COLUMNS, VR::US, 65_535_u16);
    let opened = open::open(&file(object, LITTLE)).unwrap();
    let error = pixels::render(&opened, 1, None).unwrap_err();
    assert_eq!(error, DicomError::TooManyPixels { columns: 65_535, rows: 65_535 });
}

#[test]
fn the_childs_work_refuses_nonsense_and_answers_faults() {
    let mut answer = Vec::new();
    assert!(work(b"".as_slice(), &mut answer).is_err());
    assert!(work(b"\x00\x00\x00\x02{}file".as_slice(), &mut answer).is_err());
    assert!(work(b"\xFF\xFF\xFF\xFF{}".as_slice(), &mut answer).is_err());
    assert!(answer.is_empty());
    let asked = [head(&Ask::Describe).unwrap(), b"no file".to_vec()].concat();
    work(asked.as_slice(), &mut answer).unwrap();
    let found: (Answer, &[u8]) = part(&answer).unwrap();
    assert_eq!(found, (Answer::Refused(DicomError::NotDicom), b"".as_slice()));
}

/// Every part of the format once: text, sequence, fragments.
fn sample(kind: usize) -> Vec<u8> {
    let level = b"\x08\x00\x40\x11SQ\x00\x00\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF".as_slice();
    let ends = b"\xFE\xFF\x0D\xE0\x00\x00\x00\x00\xFE\xFF\xDD\xE0\x00\x00\x00\x00".as_slice();
    let fragments = b"\xE0\x7F\x10\x00OB\x00\x00\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\x00\x00\x00\x00\xFE\xFF\x00\xE0\x02\x00\x00\x00ab\xFE\xFF\xDD\xE0\x00\x00\x00\x00";
    match kind {
        0 => plain(grey(&[0, 1, 2, 4_095])),
        1 => file(grey(&[0, 1, 2, 4_095]), uids::IMPLICIT_VR_LITTLE_ENDIAN),
        2 => raw(uids::RLE_LOSSLESS, &[level, level, ends, ends, fragments].concat()),
        _ => {
            let mut object = grey(&[7; 4]);
            put(&mut object, tags::PATIENT_NAME, VR::PN, PrimitiveValue::from("Doe^Jane=\u{1b}$B"));
            file(object, "1.2.840.10008.1.2.2")
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is changed in a file, it is read or refused, soon and without a panic.
    #[test]
    fn changed_files_are_read_or_refused(
        kind in 0_usize..4,
        changes in prop::collection::vec((0_usize..4_000, any::<u8>()), 1..12),
        cut in prop::option::of(132_usize..1_000),
    ) {
        let mut bytes = sample(kind);
        for (at, byte) in changes {
            let length = bytes.len() - 132;
            bytes[132 + at % length] = byte;
        }
        bytes.truncate(cut.unwrap_or(usize::MAX));
        let begun = Instant::now();
        if let Ok(opened) = open::open(&bytes) {
            drop(metadata::describe(&opened));
            drop(pixels::render(&opened, 1, None));
        }
        prop_assert!(begun.elapsed() < Duration::from_secs(5));
    }

    /// The parent takes any answer for what it is, or for none.
    #[test]
    fn answers_of_any_bytes_are_parted_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(part::<Answer>(&bytes));
    }
}
