//! Pictures, good and bad.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, RgbaImage};

/// A drawn display of that type of device.
pub fn display(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays");
    std::fs::read(format!("{folder}/{name}.png")).unwrap()
}

/// A drawn screen or document of that type.
pub fn drawn(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/documents");
    std::fs::read(format!("{folder}/{name}.png")).unwrap()
}

/// A drawn test strip of that kind and result.
pub fn strip(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/strips");
    std::fs::read(format!("{folder}/{name}.jpg")).unwrap()
}

/// What the drawn test strips say, by their names.
pub fn drawn_strips() -> serde_json::Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/strips/drawn.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// The display in another format.
pub fn display_as(name: &str, format: ImageFormat) -> Vec<u8> {
    encoded(&DynamicImage::ImageRgb8(image::load_from_memory(&display(name)).unwrap().into_rgb8()), format)
}

/// A wall: nothing to read.
pub fn wall() -> Vec<u8> {
    let wall = RgbImage::from_fn(640, 480, |x, y| Rgb([200, byte(190 + x % 7), byte(180 + y % 5)]));
    encoded(&wall.into(), ImageFormat::Jpeg)
}

/// Hills under a sky: colours and shapes, and nothing to read.
pub fn landscape() -> Vec<u8> {
    let hills = RgbImage::from_fn(800, 600, |x, y| {
        let ridge = 330.0 + 60.0 * (f64::from(x) / 90.0).sin() + 25.0 * (f64::from(x) / 23.0).cos();
        if f64::from(y) > ridge {
            Rgb([byte(60 + y / 20), byte(100 + x % 30), 50])
        } else {
            Rgb([byte(120 + y / 5), byte(170 + y / 8), 235])
        }
    });
    encoded(&hills.into(), ImageFormat::Jpeg)
}

/// A small JPEG, to be damaged.
pub fn jpeg() -> Vec<u8> {
    wall()
}

/// An animation whose first frame is a wall.
pub fn animation() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for shade in [200, 120, 40] {
        encoder
            .encode_frame(Frame::new(RgbaImage::from_pixel(320, 240, image::Rgba([shade, shade, 200, 255]))))
            .unwrap();
    }
    drop(encoder);
    bytes
}

/// A PNG of a few bytes that declares 60,000 x 60,000 pixels.
pub fn bomb() -> Vec<u8> {
    let mut png = encoded(&DynamicImage::new_luma8(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000u32.to_be_bytes());
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    png
}

/// A valid JPEG that is filled up with zeros behind its end to this length.
pub fn padded(length: usize) -> Vec<u8> {
    let mut bytes = jpeg();
    bytes.resize(length, 0);
    bytes
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// The checksum of PNG chunks (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    })
}
