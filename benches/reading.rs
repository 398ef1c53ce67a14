//! How often displays in photographs are read, how often rightly, and how long it takes: through the reader, not the API.
//!
//!     make eval                                       where ../shared/data/device_photos is there, or EVAL_PHOTOS names a folder
//!     cargo bench --bench reading -- FOLDER           the same
//!     cargo bench --bench reading -- FOLDER --each    and what was read of each photograph
//!     cargo bench --bench reading -- FOLDER --evidence  what is known of each value that was read, for models/digits/train/confidence.py
//!     cargo bench --bench reading -- FOLDER FOLDER    several, each by itself; models/digits/train/devices.py draws such folders
//!
//! FOLDER has truth.csv: file, set, device, values ... The values of a device stand in the order of [`KINDS`], and are empty where
//! the display does not show one. A photograph is right when all that it shows is in its field. Of a set that is none of our devices,
//! what counts is whether all numbers of the display are among those that are read.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use hygeia::inference::device::{DeviceKind, DeviceReader, DeviceReading, FieldName, Settings, Shown};
use hygeia::inference::picture::{Limits, decode};

/// An answer with this confidence is one that is relied on.
const SURE: f32 = 0.9;
/// What two writings of one value may differ by.
const NEAR: f64 = 0.051;

/// What truth.csv calls a device, what it is, and its values in order.
const KINDS: [(&str, DeviceKind, &[FieldName]); 7] = [
    ("bp", DeviceKind::BloodPressure, &[FieldName::Systolic, FieldName::Diastolic, FieldName::Pulse]),
    ("glucose", DeviceKind::GlucoseMeter, &[FieldName::Glucose]),
    ("thermometer", DeviceKind::Thermometer, &[FieldName::Temperature]),
    ("oximeter", DeviceKind::PulseOximeter, &[FieldName::OxygenSaturation, FieldName::Pulse]),
    ("scale", DeviceKind::Scale, &[FieldName::Weight]),
    ("peakflow", DeviceKind::PeakFlowMeter, &[FieldName::PeakFlow]),
    (
        "monitor",
        DeviceKind::FiveParameterMonitor,
        &[
            FieldName::HeartRate,
            FieldName::OxygenSaturation,
            FieldName::RespiratoryRate,
            FieldName::Systolic,
            FieldName::Diastolic,
            FieldName::MeanPressure,
            FieldName::Temperature,
        ],
    ),
];

/// One photograph of truth.csv.
struct Photo {
    file: PathBuf,
    device: String,
    is_medical: bool,
    values: Vec<String>,
}

/// What was counted of a device.
#[derive(Default)]
struct Counts {
    photos: usize,
    right: usize,
    refused: usize,
    values: usize,
    right_values: usize,
    sure: usize,
    sure_and_wrong: usize,
    took_ms: Vec<f64>,
    /// Of each value that was given, how sure it was and whether it was right.
    given: Vec<(f32, bool)>,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    let is_each = arguments.iter().any(|one| one == "--each");
    let is_evidence = arguments.iter().any(|one| one == "--evidence");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> =
        arguments.iter().filter(|one| !one.starts_with("--")).map(PathBuf::from).collect();
    if folders.is_empty() {
        folders.push(root.join("../shared/data/device_photos"));
    }
    let settings = Settings::new(&root.join("runtime/libonnxruntime.so"), &root.join("models"), 2);
    let reader = DeviceReader::open(&settings).unwrap();
    let mut warm = false;
    for folder in folders {
        let Ok(truth) = std::fs::read_to_string(folder.join("truth.csv")) else {
            println!("no photographs: there is no {}", folder.join("truth.csv").display());
            continue;
        };
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        for photo in photos(&folder, &truth) {
            if is_evidence {
                print_evidence(&reader, &photo).await;
                continue;
            }
            if !std::mem::replace(&mut warm, true) {
                measure(&reader, &photo, &mut Counts::default(), false).await;
            }
            measure(&reader, &photo, counts.entry(photo.device.clone()).or_default(), is_each).await;
        }
        if is_evidence {
            continue;
        }
        println!("\n{}", folder.display());
        print(&counts);
        print_confidence(&counts);
    }
}

fn photos(folder: &Path, truth: &str) -> Vec<Photo> {
    let photo = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [file, set, device, values, ..] = cells.as_slice() else { return None };
        let is_display = matches!(*set, "medical" | "instr" | "fuelpump" | "gascrops");
        is_display.then(|| Photo {
            file: folder.join(file),
            device: (*device).to_owned(),
            is_medical: *set == "medical",
            values: values.split(';').map(str::to_owned).collect(),
        })
    };
    truth.lines().skip(1).filter_map(photo).collect()
}

async fn measure(reader: &DeviceReader, photo: &Photo, counts: &mut Counts, is_each: bool) {
    let began = Instant::now();
    let picture = decode(&std::fs::read(&photo.file).unwrap(), &Limits::default()).unwrap();
    let known = KINDS.iter().find(|(name, ..)| photo.is_medical && *name == photo.device);
    let told = match known {
        Some((_, kind, fields)) => {
            let read = reader.read(picture, Some(*kind)).await;
            counts.took_ms.push(began.elapsed().as_secs_f64() * 1000.0);
            device(photo, fields, read.as_ref().ok(), counts)
                + &read.err().map(|refusal| format!(": {refusal}")).unwrap_or_default()
        }
        None => {
            let read = reader.numbers(picture).await.unwrap();
            counts.took_ms.push(began.elapsed().as_secs_f64() * 1000.0);
            display(photo, &read, counts)
        }
    };
    if is_each {
        let name = photo.file.file_name().unwrap().to_string_lossy();
        println!("{name:24} {:20} {told} {:.0} ms", photo.values.join(";"), counts.took_ms.last().unwrap());
    }
}

/// Of each value that is read: whether it is right, then the features of what is known of it, separated by commas.
async fn print_evidence(reader: &DeviceReader, photo: &Photo) {
    let known = KINDS.iter().find(|(name, ..)| photo.is_medical && *name == photo.device);
    let Some((_, kind, fields)) = known else { return };
    let bytes = std::fs::read(&photo.file).unwrap();
    let picture = || decode(&bytes, &Limits::default()).unwrap();
    let Ok(read) = reader.read(picture(), Some(*kind)).await else { return };
    let shown = reader.numbers(picture()).await.unwrap();
    for (field, value) in fields.iter().zip(&photo.values) {
        let (Some(digits), Ok(value)) = (read.digits(*field), value.parse::<f64>()) else { continue };
        let is_it = |one: &&Shown| {
            one.text.split(|c: char| !c.is_ascii_digit() && c != '.').any(|part| part == digits)
        };
        let Some(evidence) = shown.iter().find(is_it).and_then(|one| one.evidence) else { continue };
        let is_right = digits.parse::<f64>().is_ok_and(|got| (got - value).abs() < NEAR);
        let features = evidence.features().map(|feature| format!("{feature:.4}")).join(",");
        println!("{},{features}", u8::from(is_right));
    }
}

/// Holds a reading against what the photograph shows.
fn device(photo: &Photo, fields: &[FieldName], read: Option<&DeviceReading>, counts: &mut Counts) -> String {
    let shown: Vec<(FieldName, f64)> = fields
        .iter()
        .zip(&photo.values)
        .filter_map(|(field, value)| Some((*field, value.parse().ok()?)))
        .collect();
    let got = |field: FieldName| -> Option<f64> { read?.digits(field)?.parse().ok() };
    let is_right =
        |(field, value): &&(FieldName, f64)| got(*field).is_some_and(|got| (got - value).abs() < NEAR);
    let right = shown.iter().filter(is_right).count();
    let wrong = shown.iter().filter(|one| !is_right(one) && got(one.0).is_some()).count();
    let sureness = |field: FieldName| read.and_then(|read| read.field(field)).map(|field| field.confidence);
    counts.given.extend(shown.iter().filter_map(|one| Some((sureness(one.0)?, is_right(&one)))));
    counts.photos += 1;
    counts.values += shown.len();
    counts.right_values += right;
    counts.right += usize::from(right == shown.len());
    counts.refused += usize::from(read.is_none());
    let is_sure = read.is_some_and(|read| read.confidence >= SURE);
    counts.sure += usize::from(is_sure);
    counts.sure_and_wrong += usize::from(is_sure && wrong > 0);
    let word = match (right == shown.len(), read) {
        (true, _) => "right",
        (false, Some(_)) => "WRONG",
        (false, None) => "refused",
    };
    let digits = |field: &FieldName| read.and_then(|read| read.digits(*field)).unwrap_or("-").to_owned();
    let digits: Vec<String> = fields.iter().map(digits).collect();
    let confidence = read.map_or(0.0, |read| read.confidence);
    format!("{word:8} {} ({confidence:.2})", digits.join(";"))
}

/// Holds the numbers of a display against what the photograph shows.
fn display(photo: &Photo, numbers: &[Shown], counts: &mut Counts) -> String {
    let is_there = |value: &&String| numbers.iter().any(|number| number.text == **value);
    let right = photo.values.iter().filter(is_there).count();
    counts.photos += 1;
    counts.values += photo.values.len();
    counts.right_values += right;
    counts.right += usize::from(right == photo.values.len());
    counts.refused += usize::from(numbers.is_empty());
    let word = if right == photo.values.len() { "right" } else { "WRONG" };
    let told: Vec<String> =
        numbers.iter().map(|number| format!("{} ({:.2})", number.text, number.confidence)).collect();
    format!("{word:8} {}", told.join(", "))
}

fn print(counts: &BTreeMap<String, Counts>) {
    println!(
        "\n| device | all values right | a value missing or wrong | refused | values right | sure | of them wrong | p50 | p95 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (device, one) in counts {
        println!(
            "| {device} | {} | {} | {} | {} of {} | {} | {} | {:.0} ms | {:.0} ms |",
            share(one.right, one.photos),
            one.photos - one.right - one.refused,
            one.refused,
            one.right_values,
            one.values,
            one.sure,
            one.sure_and_wrong,
            percentile(&one.took_ms, 50),
            percentile(&one.took_ms, 95),
        );
    }
}

/// Of the values of devices: how many are given with at least some confidence, how many of these are right, and how far confidence and
/// rightness are apart (the expected calibration error, in ten bins).
fn print_confidence(counts: &BTreeMap<String, Counts>) {
    let given: Vec<(f32, bool)> = counts.values().flat_map(|one| one.given.iter().copied()).collect();
    if given.is_empty() {
        return;
    }
    let all: usize = counts.values().filter(|one| !one.given.is_empty()).map(|one| one.values).sum();
    println!("\n| confidence of at least | of all values | of these right |\n|---|---|---|");
    for least in [0.0, 0.5, 0.6, 0.7, 0.8, SURE] {
        let sure: Vec<&(f32, bool)> = given.iter().filter(|(confidence, _)| *confidence >= least).collect();
        let right = sure.iter().filter(|(_, is_right)| *is_right).count();
        let told = if sure.is_empty() { "none".to_owned() } else { share(right, sure.len()) };
        println!("| {least} | {} | {told} |", share(sure.len(), all));
    }
    let real = |count: usize| f64::from(u32::try_from(count).unwrap());
    let error: f64 = (0..10u8)
        .map(|bin| {
            let (from, to) =
                (f32::from(bin) / 10.0, f32::from(bin + 1) / 10.0 + if bin == 9 { 0.01 } else { 0.0 });
            let inside: Vec<&(f32, bool)> = given.iter().filter(|one| (from..to).contains(&one.0)).collect();
            let sureness: f64 = inside.iter().map(|one| f64::from(one.0)).sum();
            let right = real(inside.iter().filter(|one| one.1).count());
            (sureness - right).abs() / real(given.len())
        })
        .sum();
    println!("\nexpected calibration error {error:.3}");
}

/// The time that this part in a hundred took no longer than.
fn percentile(took_ms: &[f64], part: usize) -> f64 {
    let mut sorted = took_ms.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() * part).div_ceil(100).saturating_sub(1)]
}

/// A share with its Wilson 95 % interval.
fn share(some: usize, all: usize) -> String {
    let real = |count: usize| f64::from(u32::try_from(count).unwrap());
    let (n, p, z) = (real(all), real(some) / real(all), 1.96);
    let middle = p + z * z / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let percent = |at: f64| 100.0 * at / (1.0 + z * z / n);
    format!("{some} of {all} ({:.0}-{:.0} %)", percent(middle - reach), percent(middle + reach))
}
