//! The child in which a DICOM file is read: what it may, what it refuses, and that it reads.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use dicom_object::meta::FileMetaTableBuilder;
use hygeia::inference::dicom::deidentify::{BurnedIn, Dates, Rules};
use hygeia::inference::dicom::{Colour, DecodeError, DicomError, DicomReader};
use tokio::process::Command;

fn reader() -> DicomReader {
    DicomReader::new(Path::new(env!("CARGO_BIN_EXE_hygeia")), 2)
}

/// A picture of so many rows of two columns, of which two rows are there.
fn file(rows: u16) -> Bytes {
    let texts = [
        (tags::SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE),
        (tags::SOP_INSTANCE_UID, VR::UI, "2.25.3"),
        (tags::STUDY_INSTANCE_UID, VR::UI, "2.25.1"),
        (tags::SERIES_INSTANCE_UID, VR::UI, "2.25.2"),
        (tags::PATIENT_NAME, VR::PN, "Doe^Jane"),
        (tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2"),
        (tags::BURNED_IN_ANNOTATION, VR::CS, "NO"),
    ];
    let numbers = [
        (tags::SAMPLES_PER_PIXEL, 1_u16),
        (tags::ROWS, rows),
        (tags::COLUMNS, 2),
        (tags::BITS_ALLOCATED, 8),
        (tags::BITS_STORED, 8),
        (tags::HIGH_BIT, 7),
        (tags::PIXEL_REPRESENTATION, 0),
    ];
    let texts = texts.map(|(tag, vr, text)| DataElement::new(tag, vr, PrimitiveValue::from(text)));
    let numbers = numbers.map(|(tag, number)| DataElement::new(tag, VR::US, PrimitiveValue::from(number)));
    let mut object = InMemDicomObject::from_element_iter(texts.into_iter().chain(numbers));
    let pixels = PrimitiveValue::U8([0_u8, 50, 100, 255].as_slice().into());
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OB, pixels));
    let meta = FileMetaTableBuilder::new().transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let mut bytes = Vec::new();
    object.with_meta(meta).unwrap().write_all(&mut bytes).unwrap();
    bytes.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_child_is_limited_before_it_has_read_anything() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hygeia"));
    command.arg("decode-dicom").env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let child = command.spawn().unwrap();
    let limits = format!("/proc/{}/limits", child.id().unwrap());
    let expected = [
        ("Max cpu time", "20"),
        ("Max file size", "0"),
        ("Max core file size", "0"),
        ("Max open files", "16"),
        ("Max address space", "2147483648"),
    ];
    let set = || {
        let told = std::fs::read_to_string(&limits).unwrap();
        expected.iter().all(|(name, most)| {
            let line = told.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            let values: Vec<_> = line.split_whitespace().take(2).collect();
            values == [*most, *most]
        })
    };
    for _ in 0..600 {
        if set() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{}", std::fs::read_to_string(&limits).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_files_are_refused_and_the_next_is_read() {
    let reader = reader();
    let refusal = |file: Bytes| {
        let reader = reader.clone();
        async move { reader.render(file, 1, None).await.unwrap_err() }
    };
    assert_eq!(refusal(Bytes::from_static(b"GIF89a")).await, DecodeError::File(DicomError::NotDicom));
    let short = refusal(file(60_000)).await;
    assert_eq!(short, DecodeError::File(DicomError::DamagedPixels { frame: 1 }));
    let (metadata, raster) = reader.render(file(2), 1, None).await.unwrap();
    assert_eq!((metadata.study.as_str(), metadata.frames), ("2.25.1", 1));
    assert_eq!((raster.colour, raster.bytes), (Colour::Grey, vec![0, 50, 100, 255]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_names_nobody_and_is_read_again() {
    let rules = Rules { key: b"a key of the tenant".to_vec(), dates: Dates::Remove };
    let copy = reader().deidentify(file(2), &rules).await.unwrap();
    assert_eq!(copy.burned_in, BurnedIn::No);
    let metadata = reader().describe(copy.file).await.unwrap();
    assert_ne!(metadata.study.as_str(), "2.25.1");
    assert_ne!(metadata.patient.name.unwrap().as_str(), "Doe^Jane");
}
