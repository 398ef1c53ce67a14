//! Refusals first; then each way of storing pixels, with the very bytes that a screen shows.

use dicom_core::smallvec::SmallVec;
use dicom_core::value::{DataSetSequence, PixelFragmentSequence, Value};
use dicom_core::{DataElement, Length, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use image::codecs::jpeg::JpegEncoder;

use super::super::fixture::{attributes, bytes, file, grey, plain, put};
use super::super::open::open;
use super::*;

fn shown(file: &[u8]) -> Result<Raster, DicomError> {
    render(&open(file)?, 1, None)
}

fn refusal(object: InMemDicomObject) -> String {
    shown(&plain(object)).unwrap_err().to_string()
}

fn with(mut object: InMemDicomObject, changes: &[(Tag, VR, &str)]) -> InMemDicomObject {
    for (tag, vr, text) in changes {
        let number = text.parse::<u16>().ok().filter(|_| *vr == VR::US);
        match number {
            Some(number) => put(&mut object, *tag, *vr, number),
            None => put(&mut object, *tag, *vr, *text),
        }
    }
    object
}

fn fragments(mut object: InMemDicomObject, fragments: &[&[u8]]) -> InMemDicomObject {
    let fragments: SmallVec<[Vec<u8>; 2]> = fragments.iter().map(|bytes| bytes.to_vec()).collect();
    let value = Value::PixelSequence(PixelFragmentSequence::new_fragments(fragments));
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OB, value));
    object
}

/// An RLE frame of these segments, each of literal bytes.
fn rle(segments: &[&[u8]]) -> Vec<u8> {
    let mut header = vec![u32::try_from(segments.len()).unwrap()];
    let mut body = Vec::new();
    for segment in segments {
        header.push(u32::try_from(64 + body.len()).unwrap());
        body.push(u8::try_from(segment.len() - 1).unwrap());
        body.extend_from_slice(segment);
    }
    header.resize(16, 0);
    [header.iter().flat_map(|number| number.to_le_bytes()).collect(), body].concat()
}

#[test]
fn what_is_no_picture_is_refused_in_words() {
    assert_eq!(refusal(attributes()), "the DICOM file holds no pixels");
    let cases = [
        (tags::ROWS, VR::US, "0", "the DICOM file's Rows or Columns is 0"),
        (tags::BITS_ALLOCATED, VR::US, "32", "pixels of this kind are not supported: 32 bits a sample"),
        (tags::BITS_STORED, VR::US, "17", "the DICOM file's BitsStored or HighBit is out of range"),
        (tags::BITS_STORED, VR::US, "0", "the DICOM file's BitsStored or HighBit is out of range"),
        (tags::HIGH_BIT, VR::US, "16", "the DICOM file's BitsStored or HighBit is out of range"),
        (
            tags::SAMPLES_PER_PIXEL,
            VR::US,
            "3",
            "the DICOM file's SamplesPerPixel does not fit PhotometricInterpretation",
        ),
        (tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "HSV", "pixels of this kind are not supported: HSV"),
        (tags::COLUMNS, VR::US, "3", "the pixels of frame 1 are cut off or damaged"),
    ];
    for (tag, vr, value, expected) in cases {
        assert_eq!(refusal(with(grey(&[0; 4]), &[(tag, vr, value)])), expected);
    }
    let opened = open(&plain(grey(&[0; 4]))).unwrap();
    for frame in [0, 2, u32::MAX] {
        let error = render(&opened, frame, None).unwrap_err();
        assert_eq!(error, DicomError::NoSuchFrame { frame, frames: 1 });
    }
    let mut table = grey(&[0; 4]);
    let items = DataSetSequence::new(SmallVec::<[InMemDicomObject; 2]>::new(), Length::UNDEFINED);
    table.put(DataElement::new(tags::MODALITY_LUT_SEQUENCE, VR::SQ, items));
    assert_eq!(refusal(table), "pixels of this kind are not supported: a Modality LUT Sequence");
    let empty = with(bytes("PALETTE COLOR", 1, &[0; 4]), &[]);
    assert_eq!(refusal(empty), "pixels of this kind are not supported: PALETTE COLOR without a plain table");
}

#[test]
fn damaged_compressed_pixels_are_refused() {
    let damaged = "the pixels of frame 1 are cut off or damaged";
    let eight = || bytes("MONOCHROME2", 1, &[]);
    let cases = [
        (uids::RLE_LOSSLESS, rle(&[&[1, 2]])),
        (uids::RLE_LOSSLESS, rle(&[&[1; 4], &[2; 4]])),
        (uids::RLE_LOSSLESS, vec![0xFF; 80]),
        (uids::JPEG_BASELINE8_BIT, vec![0xFF, 0xD8, 0xFF, 0xD9]),
        (uids::JPEG_LOSSLESS_SV1, b"no JPEG!".to_vec()),
        (uids::JPEG2000, vec![0xFF, 0x4F, 0xFF, 0x51, 0, 0]),
    ];
    for (syntax, stream) in cases {
        let said = shown(&file(fragments(eight(), &[&stream]), syntax)).unwrap_err().to_string();
        assert_eq!(said, damaged, "{syntax}");
    }
    // Three fragments of two frames, and none begins a picture.
    let two = with(eight(), &[(tags::NUMBER_OF_FRAMES, VR::IS, "2")]);
    let said = shown(&file(fragments(two, &[b"aa", b"bb", b"cc"]), uids::JPEG_BASELINE8_BIT)).unwrap_err();
    assert_eq!(said.to_string(), damaged);
    // Uncompressed pixels under a syntax that compresses.
    let said = shown(&file(bytes("MONOCHROME2", 1, &[0; 4]), uids::RLE_LOSSLESS)).unwrap_err();
    assert_eq!(said.to_string(), damaged);
}

#[test]
fn a_jpeg_of_another_size_is_refused() {
    let mut stream = Vec::new();
    JpegEncoder::new(&mut stream).encode(&[0; 64], 8, 8, image::ExtendedColorType::L8).unwrap();
    let object = fragments(bytes("MONOCHROME2", 1, &[]), &[&stream]);
    let said = shown(&file(object, uids::JPEG_BASELINE8_BIT)).unwrap_err().to_string();
    assert_eq!(said, "the DICOM file's Rows or Columns is not that of the JPEG");
}

#[test]
fn a_jpeg_that_lost_something_is_not_taken_for_one_that_did_not() {
    let mut stream = Vec::new();
    JpegEncoder::new(&mut stream).encode(&[0; 64], 8, 8, image::ExtendedColorType::L8).unwrap();
    let sides = [(tags::ROWS, VR::US, "8"), (tags::COLUMNS, VR::US, "8")];
    for (syntax, told) in [
        (
            uids::JPEG_LOSSLESS_SV1,
            Err("the DICOM file's TransferSyntaxUID is not that of the JPEG".to_owned()),
        ),
        (uids::JPEG_LOSSLESS, Err("the DICOM file's TransferSyntaxUID is not that of the JPEG".to_owned())),
        (uids::JPEG_EXTENDED12_BIT, Ok(64)),
    ] {
        let object = with(fragments(bytes("MONOCHROME2", 1, &[]), &[&stream]), &sides);
        let said = shown(&file(object, syntax)).map(|raster| raster.bytes.len());
        assert_eq!(said.map_err(|error| error.to_string()), told, "{syntax}");
    }
}

#[test]
fn grey_values_are_rescaled_windowed_and_inverted() {
    let raster = shown(&plain(grey(&[0, 1_000, 2_000, 4_000]))).unwrap();
    assert_eq!((raster.width, raster.height, raster.colour), (2, 2, Colour::Grey));
    assert_eq!(raster.bytes, [0, 64, 128, 255]);
    assert_eq!(format!("{raster:?}"), "Raster(Grey 2 x 2)");
    // Bits above the twelve that count are none of the value.
    assert_eq!(shown(&plain(grey(&[0xF000, 1_000, 2_000, 4_000]))).unwrap(), raster);
    let scaled = [
        (tags::RESCALE_SLOPE, VR::DS, "2"),
        (tags::RESCALE_INTERCEPT, VR::DS, "-1000"),
        (tags::WINDOW_CENTER, VR::DS, "1000.5\\40"),
        (tags::WINDOW_WIDTH, VR::DS, "2001\\400"),
    ];
    let object = with(grey(&[0, 500, 1_000, 1_500]), &scaled);
    assert_eq!(shown(&plain(object.clone())).unwrap().bytes, [0, 0, 128, 255]);
    let inverted = with(object.clone(), &[(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME1")]);
    assert_eq!(shown(&plain(inverted)).unwrap().bytes, [255, 255, 127, 0]);
    let window = Some(Window { center: -499.5, width: 1_001.0 });
    let asked = render(&open(&plain(object.clone())).unwrap(), 1, window).unwrap();
    assert_eq!(asked.bytes, [0, 255, 255, 255]);
    let curved = with(object, &[(tags::VOILUT_FUNCTION, VR::CS, "SIGMOID")]);
    assert_eq!(shown(&plain(curved)).unwrap().bytes, [5, 30, 127, 225]);
}

#[test]
fn signed_values_padding_and_frames_of_one_value_are_shown() {
    let signed = with(grey(&[0x0FFF, 0, 1, 0x0800]), &[(tags::PIXEL_REPRESENTATION, VR::US, "1")]);
    let mut padded = signed.clone();
    put(&mut padded, tags::PIXEL_PADDING_VALUE, VR::SS, PrimitiveValue::from(-2_048_i16));
    assert_eq!(shown(&plain(padded)).unwrap().bytes, [0, 128, 255, 0]);
    assert_eq!(shown(&plain(signed)).unwrap().bytes, [255, 255, 255, 0]);
    assert_eq!(shown(&plain(grey(&[9; 4]))).unwrap().bytes, [128; 4]);
}

#[test]
fn all_uncompressed_syntaxes_show_the_same() {
    let object = grey(&[0, 1_000, 2_000, 4_000]);
    for syntax in [uids::IMPLICIT_VR_LITTLE_ENDIAN, uids::EXPLICIT_VR_LITTLE_ENDIAN, "1.2.840.10008.1.2.2"] {
        assert_eq!(shown(&file(object.clone(), syntax)).unwrap().bytes, [0, 64, 128, 255], "{syntax}");
    }
}

#[test]
fn rle_shows_what_uncompressed_shows() {
    let object = fragments(attributes(), &[&rle(&[&[0, 3, 7, 15], &[0, 232, 208, 160]])]);
    assert_eq!(shown(&file(object, uids::RLE_LOSSLESS)).unwrap().bytes, [0, 64, 128, 255]);
    let planes: [&[u8]; 3] = [&[1, 4, 7, 10], &[2, 5, 8, 11], &[3, 6, 9, 12]];
    let colours = fragments(bytes("RGB", 3, &[]), &[&rle(&planes)]);
    let raster = shown(&file(colours, uids::RLE_LOSSLESS)).unwrap();
    assert_eq!((raster.colour, raster.bytes), (Colour::Rgb, (1..=12).collect()));
}

#[test]
fn colours_are_shown_in_all_their_layouts() {
    let red = [255, 0, 0].repeat(4);
    assert_eq!(shown(&plain(bytes("RGB", 3, &red))).unwrap().bytes, red);
    let planes = with(
        bytes("RGB", 3, &[[255; 4], [0; 4], [0; 4]].concat()),
        &[(tags::PLANAR_CONFIGURATION, VR::US, "1")],
    );
    assert_eq!(shown(&plain(planes)).unwrap().bytes, red);
    let full = shown(&plain(bytes("YBR_FULL", 3, &[76, 85, 255].repeat(4)))).unwrap();
    let shared = shown(&plain(bytes("YBR_FULL_422", 3, &[76, 76, 85, 255].repeat(2)))).unwrap();
    assert_eq!((full.bytes, shared.bytes), ([254, 0, 0].repeat(4), [254, 0, 0].repeat(4)));
}

#[test]
fn colours_of_a_table_are_shown() {
    let mut object = bytes("PALETTE COLOR", 1, &[0, 5, 6, 9]);
    let tables = [
        (
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            [0x1100, 0x2200],
        ),
        (
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            [0x3300, 0x4400],
        ),
        (
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            [0x5500, 0x6600],
        ),
    ];
    for (descriptor, entries, values) in tables {
        put(&mut object, descriptor, VR::US, PrimitiveValue::U16([2, 5, 16].as_slice().into()));
        put(&mut object, entries, VR::OW, PrimitiveValue::U16(values.as_slice().into()));
    }
    let expected = [[0x11, 0x33, 0x55], [0x11, 0x33, 0x55], [0x22, 0x44, 0x66], [0x22, 0x44, 0x66]].concat();
    assert_eq!(shown(&plain(object)).unwrap().bytes, expected);
}

#[test]
fn jpeg_is_shown_with_the_colours_that_it_or_the_file_says() {
    let mut stream = Vec::new();
    let red = [200, 30, 30].repeat(64);
    JpegEncoder::new_with_quality(&mut stream, 100)
        .encode(&red, 8, 8, image::ExtendedColorType::Rgb8)
        .unwrap();
    let sides = [(tags::ROWS, VR::US, "8"), (tags::COLUMNS, VR::US, "8")];
    for photometric in ["YBR_FULL_422", "RGB"] {
        let object = with(fragments(bytes(photometric, 3, &[]), &[&stream]), &sides);
        let raster = shown(&file(object, uids::JPEG_BASELINE8_BIT)).unwrap();
        let near = raster.bytes.iter().zip(&red).all(|(shown, made)| shown.abs_diff(*made) <= 3);
        assert!(near && raster.bytes.len() == red.len(), "{photometric}");
    }
}

#[test]
fn each_frame_is_found() {
    let frames = with(grey(&[0, 1, 2, 4, 40, 20, 10, 0]), &[(tags::NUMBER_OF_FRAMES, VR::IS, "2")]);
    let opened = open(&plain(frames)).unwrap();
    assert_eq!(render(&opened, 1, None).unwrap().bytes, [0, 64, 128, 255]);
    assert_eq!(render(&opened, 2, None).unwrap().bytes, [255, 128, 64, 0]);
    let stream = |value: u8| {
        let mut stream = Vec::new();
        let picture = [value; 64];
        JpegEncoder::new(&mut stream).encode(&picture, 8, 8, image::ExtendedColorType::L8).unwrap();
        stream
    };
    let (dark, light) = (stream(10), stream(200));
    let halves = light.split_at(100);
    let sides =
        [(tags::ROWS, VR::US, "8"), (tags::COLUMNS, VR::US, "8"), (tags::NUMBER_OF_FRAMES, VR::IS, "2")];
    let object = with(fragments(bytes("MONOCHROME2", 1, &[]), &[&dark, halves.0, halves.1]), &sides);
    let opened = open(&file(object, uids::JPEG_BASELINE8_BIT)).unwrap();
    let first = |frame| render(&opened, frame, None).unwrap().bytes[0];
    assert!(first(1).abs_diff(10) <= 2 && first(2).abs_diff(200) <= 2);
}

#[test]
fn a_frames_own_window_comes_before_the_shared_and_the_files() {
    let item = |texts: &[(Tag, VR, &str)]| with(InMemDicomObject::new_empty(), texts);
    let within = |tag, item: InMemDicomObject| {
        let mut object = InMemDicomObject::new_empty();
        object.put(DataElement::new(tag, VR::SQ, DataSetSequence::new(vec![item], Length::UNDEFINED)));
        object
    };
    let window = |center, width| {
        within(
            tags::FRAME_VOILUT_SEQUENCE,
            item(&[
                (tags::WINDOW_CENTER, VR::DS, center),
                (tags::WINDOW_WIDTH, VR::DS, width),
                (tags::VOILUT_FUNCTION, VR::CS, "LINEAR_EXACT"),
            ]),
        )
    };
    let mut object = with(grey(&[0, 10, 20, 40, 0, 10, 20, 40]), &[(tags::NUMBER_OF_FRAMES, VR::IS, "2")]);
    let groups = |items: Vec<InMemDicomObject>| DataSetSequence::new(items, Length::UNDEFINED);
    let shared = groups(vec![window("20", "40")]);
    object.put(DataElement::new(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, VR::SQ, shared));
    let own = groups(vec![InMemDicomObject::new_empty(), window("10", "20")]);
    object.put(DataElement::new(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, VR::SQ, own));
    let opened = open(&plain(object)).unwrap();
    assert_eq!(render(&opened, 1, None).unwrap().bytes, [0, 64, 128, 255]);
    assert_eq!(render(&opened, 2, None).unwrap().bytes, [0, 128, 255, 255]);
}
