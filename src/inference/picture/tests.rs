//! Refusals first: what is not a picture, too large a one, or half a one.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{Frame, ImageFormat, Rgb, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

/// Red on the left, blue on the right, with some texture so that every part of the file matters.
fn sample(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let texture = number::colour(number::side((x * 7 + y * 13) % 40));
        if x < width / 2 { Rgb([220, texture, texture]) } else { Rgb([texture, texture, 220]) }
    })
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn jpeg() -> Vec<u8> {
    encoded(&sample(120, 80), ImageFormat::Jpeg)
}

fn refusal(bytes: &[u8]) -> PictureError {
    decode(bytes, &Limits::default()).unwrap_err()
}

fn reddish(pixel: &Rgb<u8>) -> bool {
    pixel.0[0] > 150 && pixel.0[2] < 100
}

/// A JPEG with an EXIF segment that holds only the orientation.
fn oriented(orientation: u8) -> Vec<u8> {
    let tiff =
        [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0], &[0, 0, 0, 0]]
            .concat();
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    let segment = [b"\xFF\xE1".as_slice(), &length, b"Exif\0\0", &tiff].concat();
    let mut bytes = jpeg();
    bytes.splice(2..2, segment);
    bytes
}

fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(body) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [length.as_slice(), kind, body, &(!crc).to_be_bytes()].concat()
}

fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let header = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let signature = b"\x89PNG\r\n\x1a\n".as_slice();
    [signature, &png_chunk(b"IHDR", &header), &png_chunk(b"IDAT", &[0; 64]), &png_chunk(b"IEND", b"")]
        .concat()
}

fn animation(frames: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for number in 0..frames {
        let colour = if number == 0 { Rgba([220, 0, 0, 255]) } else { Rgba([0, 0, 220, 255]) };
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(40, 30, colour))).unwrap();
    }
    drop(encoder);
    bytes
}

#[test]
fn what_is_not_one_of_the_four_formats_is_refused() {
    let texts: [&[u8]; 6] = [b"", b"plain text", b"%PDF-1.4", b"<svg/>", b"BM123456", b"II*\0"];
    for bytes in texts {
        assert_eq!(refusal(bytes), PictureError::UnsupportedFormat);
    }
}

#[test]
fn signatures_without_a_picture_are_broken() {
    assert_eq!(refusal(b"\xFF\xD8\xFF"), PictureError::Broken);
    assert_eq!(refusal(b"\x89PNG\r\n\x1a\n"), PictureError::Broken);
    assert_eq!(refusal(b"RIFF\0\0\0\0WEBP"), PictureError::Broken);
    let polyglot = b"GIF89a\x10\x00\x10\x00<html><script>alert(1)</script></html>*/";
    assert_eq!(refusal(polyglot), PictureError::Broken);
    let declared_by_markup = b"GIF89a/*<html><script>alert(1)</script></html>*/";
    assert!(matches!(refusal(declared_by_markup), PictureError::TooManyPixels { .. }));
}

#[test]
fn bombs_are_refused_by_their_header() {
    let too_many = PictureError::TooManyPixels { width: 60_000, height: 60_000 };
    assert_eq!(refusal(&png_bomb(60_000, 60_000)), too_many);
    assert_eq!(
        refusal(&png_bomb(10_001, 10_000)),
        PictureError::TooManyPixels { width: 10_001, height: 10_000 }
    );
    assert_eq!(refusal(&png_bomb(30_001, 1)), PictureError::TooManyPixels { width: 30_001, height: 1 });
    assert_eq!(refusal(&png_bomb(0, 10)), PictureError::Broken);
}

/// Zeros, deflated: 13 bits for each 258 bytes, by length 258 and distance 1 of the fixed code.
fn deflated_zeros(bytes: usize) -> Vec<u8> {
    let code = |value: u8| (0..8).rev().map(move |bit| (value >> bit) & 1 == 1);
    // The literal 0 is code 0x30 of 8 bits; length 258 is code 0xC5 of 8 bits; distance 1 is code 0 of 5.
    let mut bits = vec![true, true, false];
    bits.extend(code(0x30));
    for _ in 0..bytes / 258 {
        bits.extend(code(0xC5).chain([false; 5]));
    }
    bits.extend([false; 7]);
    let packed =
        bits.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, &bit| (byte << 1) | u8::from(bit)));
    // The checksum is that of so many zeros: a is 1, b their count modulo 65521.
    let zeros = u32::try_from(1 + bytes / 258 * 258).unwrap();
    [0x78, 0x01].into_iter().chain(packed).chain((((zeros % 65_521) << 16) | 1).to_be_bytes()).collect()
}

/// A whole PNG with another chunk after its header.
fn png_with(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = encoded(&sample(8, 8), ImageFormat::Png);
    bytes.splice(33..33, png_chunk(kind, body));
    bytes
}

#[test]
fn what_stands_beside_the_pixels_is_not_inflated_without_bound() {
    let profile = |size| [b"x\0\0".as_slice(), &deflated_zeros(size)].concat();
    let kept = |bytes: &[u8]| open(Format::Png, bytes).unwrap().icc_profile().unwrap().map(|icc| icc.len());
    assert_eq!(kept(&png_with(b"iCCP", &profile(2_580))), Some(2_581));
    let bomb = png_with(b"iCCP", &profile(64 << 20));
    assert!(bomb.len() < 600_000);
    assert_eq!(kept(&bomb), None);
    assert_eq!(decode(&bomb, &Limits::default()).unwrap().width(), 8);
    let text = png_with(b"tEXt", &[b"x\0".as_slice(), &vec![b'a'; 9 << 20]].concat());
    assert_eq!(refusal(&text), PictureError::Broken);
}

#[test]
fn a_frame_that_is_larger_than_its_canvas_is_refused() {
    let canvas = riff(b"VP8X", &[0, 0, 0, 0, 7, 0, 0, 7, 0, 0]);
    let frame = riff(b"VP8 ", &[0, 0, 0, 0x9D, 1, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F]);
    let bytes = riff(b"RIFF", &[b"WEBP".as_slice(), &canvas, &frame].concat());
    assert_eq!(refusal(&bytes), PictureError::TooManyPixels { width: 8, height: 8 });
    let mut twice = jpeg();
    twice.splice(2..2, b"\xFF\xC0\0\x0B\x08\0\x08\0\x08\x01\x01\x11\0".iter().copied());
    assert_eq!(refusal(&twice), PictureError::Broken);
}

#[test]
fn a_webp_chunk_that_claims_more_than_there_is_is_broken() {
    let picture = encoded(&sample(24, 16), ImageFormat::WebP);
    let mut claim = vec![0, 0, 0, 0, 0, 0, 23, 0, 0, 15, 0, 0, 100, 0, 0, 0];
    claim.extend(&picture[12..]);
    claim.extend(b"EXIF\xF0\xFF\xFF\xFF");
    let chunks =
        [riff(b"VP8X", &[0x0A, 0, 0, 0, 23, 0, 0, 15, 0, 0]), riff(b"ANIM", &[0; 6]), riff(b"ANMF", &claim)];
    let bytes = riff(b"RIFF", &[b"WEBP".as_slice(), &chunks.concat()].concat());
    assert_eq!(refusal(&bytes), PictureError::Broken);
}

#[test]
fn a_flood_of_frames_is_refused_uncounted() {
    let limits = Limits { max_pixels: 40 * 30 * 3, ..Limits::default() };
    assert!(decode(&animation(3), &limits).is_ok());
    let flood = decode(&animation(4), &limits).unwrap_err();
    assert_eq!(flood, PictureError::TooManyPixels { width: 40, height: 30 });
}

#[test]
fn every_cut_is_noticed() {
    let picture = sample(120, 80);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let whole = encoded(&picture, format);
        assert!(decode(&whole, &Limits::default()).is_ok(), "{format:?}");
        let cuts = (1..16).map(|part| whole.len() * part / 16).chain([whole.len() - 1, whole.len() - 2]);
        for cut in cuts {
            assert_eq!(refusal(&whole[..cut]), PictureError::Broken, "{format:?} cut at {cut}");
        }
    }
}

#[test]
fn a_thumbnails_end_mark_does_not_hide_a_cut() {
    let thumbnail = encoded(&sample(16, 16), ImageFormat::Jpeg);
    let length = u16::try_from(thumbnail.len() + 2).unwrap().to_be_bytes();
    let mut bytes = jpeg();
    bytes.splice(2..2, [b"\xFF\xE1".as_slice(), &length, &thumbnail].concat());
    assert!(decode(&bytes, &Limits::default()).is_ok());
    bytes.truncate(bytes.len() * 2 / 3);
    assert_eq!(refusal(&bytes), PictureError::Broken);
}

#[test]
fn padding_after_the_end_is_fine() {
    let picture = sample(120, 80);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif] {
        let mut bytes = encoded(&picture, format);
        bytes.extend([0; 10_000]);
        let decoded = decode(&bytes, &Limits::default()).unwrap();
        assert_eq!((decoded.width(), decoded.height(), decoded.size_bytes()), (120, 80, bytes.len()));
    }
}

#[test]
fn the_first_frame_counts() {
    let decoded = decode(&animation(3), &Limits::default()).unwrap();
    assert_eq!(decoded.format().name(), "GIF");
    assert!(decoded.pixels().pixels().all(reddish));
}

#[test]
fn the_first_frame_of_an_animated_webp_counts() {
    let frame = |colour| {
        let whole = encoded(&RgbImage::from_pixel(40, 30, Rgb(colour)), ImageFormat::WebP);
        let mut body = vec![0, 0, 0, 0, 0, 0, 39, 0, 0, 29, 0, 0, 100, 0, 0, 0];
        body.extend(&whole[12..]);
        riff(b"ANMF", &body)
    };
    let header = riff(b"VP8X", &[0x02, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
    let animation = riff(b"ANIM", &[0; 6]);
    let chunks = [header, animation, frame([220, 0, 0]), frame([0, 0, 220])].concat();
    let bytes = riff(b"RIFF", &[b"WEBP".as_slice(), &chunks].concat());
    let decoded = decode(&bytes, &Limits::default()).unwrap();
    assert!(decoded.pixels().pixels().all(reddish));
}

fn riff(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    let padding: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    [kind.as_slice(), &length, body, padding].concat()
}

#[test]
fn pictures_are_set_upright() {
    // 3 is upside down: red, on the left in the file, belongs on the right.
    let turned = decode(&oriented(3), &Limits::default()).unwrap();
    assert!(reddish(turned.pixels().get_pixel(100, 40)) && !reddish(turned.pixels().get_pixel(20, 40)));
    // 6 is a quarter turn: width and height change places, red belongs at the top.
    let quarter = decode(&oriented(6), &Limits::default()).unwrap();
    assert_eq!((quarter.width(), quarter.height()), (80, 120));
    assert!(reddish(quarter.pixels().get_pixel(40, 20)) && !reddish(quarter.pixels().get_pixel(40, 100)));
    let nonsense = decode(&oriented(77), &Limits::default()).unwrap();
    assert!(reddish(nonsense.pixels().get_pixel(20, 40)));
}

#[test]
fn large_pictures_are_kept_at_working_size() {
    let limits = Limits { working_side: 60, ..Limits::default() };
    let decoded = decode(&jpeg(), &limits).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (120, 80));
    assert_eq!(decoded.pixels().dimensions(), (60, 40));
    assert!((decoded.scale() - 2.0).abs() < 1e-6);
    assert_eq!(format!("{decoded:?}"), format!("Picture(JPEG 120x80, {} bytes)", jpeg().len()));
}

#[test]
fn transparency_becomes_white_and_grey_becomes_colour() {
    let mut bytes = Cursor::new(Vec::new());
    RgbaImage::from_pixel(4, 4, Rgba([0, 0, 0, 0])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let clear = decode(bytes.get_ref(), &Limits::default()).unwrap();
    assert_eq!(clear.pixels().get_pixel(1, 1).0, [255; 3]);
    let mut grey = Vec::new();
    JpegEncoder::new(&mut grey).encode_image(&GrayImage::from_pixel(8, 8, image::Luma([90]))).unwrap();
    let grey = decode(&grey, &Limits::default()).unwrap();
    assert!(grey.pixels().get_pixel(1, 1).0.iter().all(|value| value.abs_diff(90) < 3));
}

#[tokio::test]
async fn decoding_off_the_async_threads_gives_the_same() {
    let decoder = Decoder::new(Limits::default());
    assert_eq!(decoder.decode(jpeg().into()).await.unwrap().width(), 120);
    let bomb = decoder.decode(png_bomb(60_000, 60_000).into()).await.unwrap_err();
    assert!(matches!(bomb, PictureError::TooManyPixels { .. }));
    assert_eq!(decoder.decode("text".into()).await.unwrap_err(), PictureError::UnsupportedFormat);
}

/// Small limits keep hostile but valid sizes from making the test slow.
fn small() -> Limits {
    Limits { max_pixels: 1_000_000, max_alloc_bytes: 16 * 1024 * 1024, ..Limits::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_never_panic(signature in 0_usize..4, body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let signatures: [&[u8]; 4] = [b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x80\0\0\0WEBP"];
        let _ = decode(&[signatures[signature], &body].concat(), &small());
        let _ = decode(&body, &small());
    }

    #[test]
    fn mutations_never_panic(format in 0_usize..4, changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..8)) {
        let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
        let mut bytes = encoded(&sample(24, 16), formats[format]);
        for (place, value) in changes {
            let place = place % bytes.len();
            bytes[place] = value;
        }
        let _ = decode(&bytes, &small());
    }
}

#[test]
fn a_frame_of_too_few_bytes_is_refused_and_a_whole_one_is_a_picture() {
    let frame = |colour, bytes: &[u8]| Raster { width: 2, height: 1, colour, bytes: bytes.to_vec() };
    let limits = Limits::default();
    let refusal = Picture::of_frame(frame(Colour::Rgb, &[0; 5]), 9, &limits).unwrap_err();
    assert_eq!(refusal, PictureError::Broken);
    let picture = Picture::of_frame(frame(Colour::Grey, &[7, 200]), 9, &limits).unwrap();
    assert_eq!(picture.pixels().as_raw(), &[7, 7, 7, 200, 200, 200]);
    assert_eq!(format!("{picture:?}"), "Picture(DICOM 2x1, 9 bytes)");
    assert_eq!(picture.format().media_type(), "application/dicom");
}
