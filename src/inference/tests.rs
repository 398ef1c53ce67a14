//! The whole way from a drawn display to a reading, with the real library and models.
//!
//! `runtime/libonnxruntime.so` and the model files are fetched by the set-up; without them these tests
//! fail and say what is missing.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use image::imageops::{blur, rotate180};
use image::{ImageFormat, Rgb, RgbImage};

use super::device::{DeviceKind, DeviceReader, FieldName, ReadError, Settings, Value};
use super::ocr::Ocr;
use super::picture::{Limits, decode};
use super::registry::Registry;
use super::runtime::{Runtime, RuntimeError};

/// 5 x 7 dots for each character that the displays below need.
const GLYPHS: &[(char, [&str; 7])] = &[
    ('0', ["01110", "10001", "10001", "10001", "10001", "10001", "01110"]),
    ('1', ["00100", "01100", "00100", "00100", "00100", "00100", "01110"]),
    ('2', ["01110", "10001", "00001", "00110", "01000", "10000", "11111"]),
    ('3', ["01110", "10001", "00001", "00110", "00001", "10001", "01110"]),
    ('4', ["00010", "00110", "01010", "10010", "11111", "00010", "00010"]),
    ('6', ["00110", "01000", "10000", "11110", "10001", "10001", "01110"]),
    ('8', ["01110", "10001", "10001", "01110", "10001", "10001", "01110"]),
    ('.', ["00000", "00000", "00000", "00000", "00000", "01100", "01100"]),
    ('A', ["01110", "10001", "10001", "11111", "10001", "10001", "10001"]),
    ('D', ["11110", "10001", "10001", "10001", "10001", "10001", "11110"]),
    ('I', ["01110", "00100", "00100", "00100", "00100", "00100", "01110"]),
    ('L', ["10000", "10000", "10000", "10000", "10000", "10000", "11111"]),
    ('P', ["11110", "10001", "10001", "11110", "10000", "10000", "10000"]),
    ('S', ["01111", "10000", "10000", "01110", "00001", "00001", "11110"]),
    ('U', ["10001", "10001", "10001", "10001", "10001", "10001", "01110"]),
    ('Y', ["10001", "10001", "01010", "00100", "00100", "00100", "00100"]),
    ('k', ["10000", "10010", "10100", "11000", "10100", "10010", "10001"]),
    ('g', ["00000", "01111", "10001", "10001", "01111", "00001", "01110"]),
];

/// Text at a place, each dot a square of that size.
struct Drawn(&'static str, u32, u32, u32);

fn display(texts: &[Drawn]) -> RgbImage {
    let mut picture = RgbImage::from_pixel(800, 700, Rgb([200, 208, 196]));
    for Drawn(text, left, top, dot) in texts {
        for (place, character) in (0..).zip(text.chars()) {
            let (_, rows) = GLYPHS.iter().find(|(glyph, _)| *glyph == character).unwrap();
            let dots = rows
                .iter()
                .enumerate()
                .flat_map(|(y, row)| row.chars().enumerate().map(move |(x, set)| (x, y, set)));
            for (x, y, _) in dots.filter(|(_, _, set)| *set == '1') {
                let (x, y) = (u32::try_from(x).unwrap(), u32::try_from(y).unwrap());
                fill(&mut picture, left + (place * 6 + x) * dot, top + y * dot, *dot);
            }
        }
    }
    blur(&picture, 1.5)
}

fn fill(picture: &mut RgbImage, left: u32, top: u32, size: u32) {
    for (x, y) in (left..left + size).flat_map(|x| (top..top + size).map(move |y| (x, y))) {
        picture.put_pixel(x, y, Rgb([25, 30, 25]));
    }
}

fn blood_pressure() -> RgbImage {
    display(&[
        Drawn("SYS", 60, 60, 6),
        Drawn("128", 300, 50, 18),
        Drawn("DIA", 60, 270, 6),
        Drawn("84", 408, 260, 18),
        Drawn("PUL", 60, 480, 6),
        Drawn("66", 408, 470, 18),
    ])
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A picture of nothing.
pub fn wall() -> Vec<u8> {
    png(&RgbImage::from_pixel(320, 240, Rgb([200; 3])))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn library() -> PathBuf {
    let library = root().join("runtime/libonnxruntime.so");
    assert!(library.is_file(), "{} is missing: run the set-up (make build)", library.display());
    library
}

/// One reader for all tests: loading takes longer than reading.
fn reader() -> Arc<DeviceReader> {
    static READER: OnceLock<Arc<DeviceReader>> = OnceLock::new();
    let open = || {
        let settings = Settings::new(&library(), &root().join("models"), 2);
        let reader = DeviceReader::open(&settings);
        Arc::new(reader.unwrap_or_else(|fault| panic!("{fault}: run the set-up (make build)")))
    };
    Arc::clone(READER.get_or_init(open))
}

async fn read(bytes: &[u8], hint: Option<DeviceKind>) -> Result<Vec<String>, ReadError> {
    let picture = decode(bytes, &Limits::default()).unwrap();
    let reading = reader().read(picture, hint).await?;
    assert_eq!(reading.models_used, reader().models());
    Ok(reading
        .fields
        .iter()
        .map(|field| {
            let Value::Number { digits, unit: Some(unit) } = &field.value else { panic!("{field:?}") };
            format!("{digits} {}", unit.symbol())
        })
        .collect())
}

/// A display of the fixtures.
fn fixture(name: &str) -> Vec<u8> {
    let file = root().join(format!("tests/it/fixtures/displays/{name}.png"));
    std::fs::read(&file).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()))
}

async fn confidence(bytes: &[u8], hint: DeviceKind) -> Option<f32> {
    let picture = decode(bytes, &Limits::default()).unwrap();
    reader().read(picture, Some(hint)).await.ok().map(|reading| reading.confidence)
}

#[test]
fn a_missing_or_wrong_library_is_an_error() {
    let missing = Runtime::load(Path::new("/nowhere/libonnxruntime.so")).unwrap_err();
    assert!(matches!(missing, RuntimeError::NoLibrary(_)), "{missing}");
}

#[tokio::test]
async fn a_wall_is_no_device() {
    assert_eq!(read(&wall(), None).await.unwrap_err(), ReadError::NoDevice);
    let hint = Some(DeviceKind::BloodPressure);
    assert_eq!(read(&wall(), hint).await.unwrap_err(), ReadError::NoDevice);
}

#[tokio::test]
async fn a_display_with_a_row_hidden_is_not_guessed() {
    let hidden = display(&[Drawn("84", 408, 260, 18), Drawn("66", 408, 470, 18)]);
    let refusal = read(&png(&hidden), Some(DeviceKind::BloodPressure)).await.unwrap_err();
    assert_eq!(refusal, ReadError::Unreadable);
}

#[tokio::test]
async fn other_quantities_times_and_devices_are_not_read() {
    use DeviceKind::{GlucoseMeter, Scale, Thermometer};
    for (kind, names) in [
        (GlucoseMeter, ["ketone", "cholesterol", "uric-acid", "control", "two-meters"].as_slice()),
        (Scale, &["muscle", "bone-mass", "minus", "fat", "index"]),
        (Thermometer, &["room", "last", "two-thermometers"]),
    ] {
        for name in names {
            for hint in [Some(kind), None] {
                let read = read(&fixture(&format!("not-read/{name}")), hint).await;
                assert!(read.is_err(), "{name}: {read:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_meter_remembers_is_told_as_that() {
    use FieldName::{AverageOf14Days, Glucose, MemorySlot};
    let told = async |name: &str| {
        let picture = decode(&fixture(name), &Limits::default()).unwrap();
        let reading = reader().read(picture, Some(DeviceKind::GlucoseMeter)).await.unwrap();
        let digits = |field| reading.digits(field).map(str::to_owned);
        (digits(Glucose), digits(MemorySlot), digits(AverageOf14Days), reading.confidence)
    };
    let own = |text: &str| Some(text.to_owned());
    assert_eq!(told("glucose-memory").await, (own("112"), own("12"), None, 0.5));
    assert_eq!(told("glucose-average").await, (None, None, own("142"), 0.5));
}

#[tokio::test]
async fn a_number_with_another_name_is_no_pulse() {
    for name in ["mean-pressure", "record-number"] {
        let read = read(&fixture(&format!("not-read/{name}")), Some(DeviceKind::BloodPressure)).await;
        assert_eq!(read.unwrap(), ["118 mmHg", "76 mmHg"], "{name}");
    }
    let hint = Some(DeviceKind::PulseOximeter);
    for name in ["respiration", "body-temperature"] {
        assert_eq!(read(&fixture(&format!("not-read/{name}")), hint).await.unwrap(), ["97 %"], "{name}");
    }
}

#[tokio::test]
async fn a_number_is_sure_only_where_no_digit_can_be_hidden() {
    use DeviceKind::{BloodPressure, GlucoseMeter, Scale, Thermometer};
    for (name, kind) in [
        ("covered-left", GlucoseMeter),
        ("covered-right", GlucoseMeter),
        ("covered-systolic", BloodPressure),
        ("covered-weight", Scale),
    ] {
        let given = confidence(&fixture(&format!("not-read/{name}")), kind).await;
        assert!(given.is_none_or(|confidence| confidence <= 0.8), "{name}: {given:?}");
    }
    for (name, kind) in [
        ("blood-pressure", BloodPressure),
        ("glucose-meter", GlucoseMeter),
        ("thermometer", Thermometer),
        ("scale", Scale),
    ] {
        let given = confidence(&fixture(name), kind).await;
        assert!(given.is_some_and(|confidence| confidence >= 0.9), "{name}: {given:?}");
    }
}

#[tokio::test]
async fn displays_are_read_upright_and_upside_down() {
    let expected = ["128 mmHg", "84 mmHg", "66 bpm"];
    assert_eq!(read(&png(&blood_pressure()), None).await.unwrap(), expected);
    assert_eq!(read(&png(&rotate180(&blood_pressure())), None).await.unwrap(), expected);
    let scale = display(&[Drawn("63.4", 120, 250, 18), Drawn("kg", 600, 330, 8)]);
    assert_eq!(read(&png(&scale), Some(DeviceKind::Scale)).await.unwrap(), ["63.4 kg"]);
}

#[test]
fn print_is_read_to_its_smallest_line_and_surroundings_are_not() {
    let places = (0..12).flat_map(|row| (0..7).map(move |column| (30 + column * 110, 20 + row * 55)));
    let words: Vec<_> = places.map(|(left, top)| Drawn("SAD", left, top, 3)).collect();
    let page = display(&words);
    let runtime = Runtime::load(&library()).unwrap();
    let mut ocr = Ocr::load(&runtime, &Registry::open(&root().join("models")).unwrap(), 2).unwrap();
    let mut read =
        |is_print: bool| ocr.read(&page, Instant::now() + Duration::from_secs(300), |_| is_print).unwrap();
    let print = read(true);
    assert!(print.is_whole());
    assert!(print.lines.len() > 64, "{}", print.lines.len());
    let surroundings = read(false);
    assert!(!surroundings.is_whole());
    assert!(surroundings.lines.len() <= 64, "{}", surroundings.lines.len());
}

#[tokio::test]
async fn impatience_is_a_timeout() {
    let mut settings = Settings::new(&library(), &root().join("models"), 1);
    settings.patience = Duration::from_millis(1);
    let reader = DeviceReader::open(&settings).unwrap();
    let picture = decode(&png(&blood_pressure()), &Limits::default()).unwrap();
    assert_eq!(reader.read(picture, None).await.unwrap_err(), ReadError::Timeout);
}
