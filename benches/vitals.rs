//! How often the vitals engine answers, and how often it is right: the table of `models/vitals/card.md`.
//!
//!     cargo bench --bench vitals                  simulated recordings
//!     cargo bench --bench vitals -- FOLDER        and real ones: finger-on-camera traces with the readings of pulse oximeters
//!
//! FOLDER holds github ubicomplab/oximetry-phone-cam-data: `ppg-csv/HAND/SUBJECT.csv.gz` (R,G,B of 30 frames a second) and
//! `gt/SUBJECT.csv` (a line a second; columns 7, 8, 10 and 11 are pulse rates).
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use hygeia::inference::vitals::{Recording, Refusal, Region, analyse};
use simulated::{Kind, Simulated, simulate};

#[path = "../src/inference/vitals/simulated.rs"]
mod simulated;

/// No threshold was set on these.
const SEEDS: std::ops::Range<u64> = 37_000_000..37_000_400;
/// Nor on these, which minutes are made of: many, because few tell their variability.
const MINUTES: std::ops::Range<u64> = 64_000_000..64_001_000;
/// An estimate so near, in beats a minute, is right.
const NEAR: f64 = 3.0;

const KINDS: [Kind; 11] = [
    Kind::Clean,
    Kind::Drifting,
    Kind::Moving,
    Kind::MovingMuch,
    Kind::Noisy,
    Kind::Dark,
    Kind::Hidden,
    Kind::Still,
    Kind::Flickering,
    Kind::Shimmering,
    Kind::Waved,
];

fn main() {
    println!("| recordings | answered | within {NEAR} /min of those | refused because |\n|---|---|---|---|");
    for kind in KINDS {
        let told: Vec<_> = SEEDS.map(|seed| told(&simulate(kind, seed, None))).collect();
        row(&format!("{kind:?}, 15-60 s"), &told);
    }
    println!(
        "\n| 60 s | breathing told | within 2 /min | variability told | SDNN, RMSSD off by: median; 90th percentile |\n|---|---|---|---|---|"
    );
    for kind in KINDS.into_iter().filter(|kind| kind.lives()) {
        long(kind);
    }
    if let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) {
        println!(
            "\n| finger on camera, 30 s | answered | within {NEAR} /min of those | refused because |\n|---|---|---|---|"
        );
        fingers(Path::new(&folder));
    }
}

/// Whether the answer is right, or why there is none.
type Told = Result<bool, Refusal>;

fn recording(simulated: &Simulated) -> Recording {
    let region = |[red, green, blue]: &[Vec<f64>; 3]| Region {
        red: red.clone(),
        green: green.clone(),
        blue: blue.clone(),
    };
    let regions: Vec<Region> = simulated.regions.iter().map(region).collect();
    Recording::new(&simulated.times_ms, &regions).unwrap()
}

fn told(simulated: &Simulated) -> Told {
    analyse(&recording(simulated)).map(|told| (told.heart_rate - simulated.rate).abs() <= NEAR)
}

fn row(name: &str, told: &[Told]) {
    let answered = told.iter().filter(|one| one.is_ok()).count();
    let right = told.iter().filter(|one| **one == Ok(true)).count();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for refusal in told.iter().filter_map(|one| one.err()) {
        *reasons.entry(refusal.code()).or_default() += 1;
    }
    let reasons: Vec<_> = reasons.iter().map(|(code, count)| format!("{code} {count}")).collect();
    println!(
        "| {name} | {} | {} | {} |",
        share(answered, told.len()),
        share(right, answered),
        reasons.join(", ")
    );
}

/// A share with its Wilson 95 % interval.
fn share(some: usize, all: usize) -> String {
    if all == 0 {
        return "none".to_owned();
    }
    let real = |count: usize| f64::from(u32::try_from(count).unwrap());
    let (n, p, z) = (real(all), real(some) / real(all), 1.96);
    let middle = p + z * z / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let percent = |at: f64| 100.0 * at / (1.0 + z * z / n);
    format!("{some} of {all} ({:.1}-{:.1} %)", percent(middle - reach), percent(middle + reach))
}

/// What else a minute tells.
fn long(kind: Kind) {
    let (mut answered, mut breaths, mut near, mut offs) = (0, 0, 0, vec![]);
    for seed in MINUTES {
        let simulated = simulate(kind, seed, Some(60.0));
        let Ok(told) = analyse(&recording(&simulated)) else { continue };
        answered += 1;
        if let Ok(rate) = told.breathing_rate {
            breaths += 1;
            near += usize::from((rate - simulated.breathing).abs() <= 2.0);
        }
        if let Ok(found) = told.variability {
            offs.push((found.sdnn_ms - simulated.sdnn_ms, found.rmssd_ms - simulated.rmssd_ms));
        }
    }
    let off = |which: fn(&(f64, f64)) -> f64, tenths: usize| {
        let mut offs: Vec<f64> = offs.iter().map(which).map(f64::abs).collect();
        offs.sort_by(f64::total_cmp);
        offs.get(offs.len() * tenths / 10).map_or("-".to_owned(), |off| format!("{off:.1} ms"))
    };
    let off = |tenths| format!("{}, {}", off(|off| off.0, tenths), off(|off| off.1, tenths));
    let (told, off) = (share(offs.len(), answered), format!("{}; {}", off(5), off(9)));
    println!("| {kind:?} | {} | {} | {told} | {off} |", share(breaths, answered), share(near, breaths));
}

/// Recordings of fingers, in parts of 30 seconds.
fn fingers(folder: &Path) {
    for hand in ["Left", "Right"] {
        let mut files: Vec<_> =
            std::fs::read_dir(folder.join("ppg-csv").join(hand)).unwrap().flatten().collect();
        files.sort_by_key(std::fs::DirEntry::file_name);
        for file in files {
            let mut text = String::new();
            GzDecoder::new(std::fs::File::open(file.path()).unwrap()).read_to_string(&mut text).unwrap();
            let name = file.file_name().into_string().unwrap().replace(".csv.gz", "");
            let truth = std::fs::read(folder.join("gt").join(format!("{name}.csv"))).unwrap();
            let truth = table(&String::from_utf8_lossy(&truth));
            let told: Vec<_> =
                table(&text).chunks_exact(900).zip(truth.chunks(30)).filter_map(finger).collect();
            row(&format!("{hand} {name}"), &told);
        }
    }
}

/// The numbers below the heading; what is none is nought.
fn table(text: &str) -> Vec<Vec<f64>> {
    let line = |line: &str| line.split(',').map(|cell| cell.trim().parse().unwrap_or(0.0)).collect();
    text.lines().skip(1).map(line).collect()
}

fn finger((frames, truth): (&[Vec<f64>], &[Vec<f64>])) -> Option<Told> {
    let pulses = truth.iter().flat_map(|second| [6, 7, 9, 10].map(|column| second[column]));
    let mut pulses: Vec<f64> = pulses.filter(|pulse| *pulse > 30.0).collect();
    pulses.sort_by(f64::total_cmp);
    let truth = pulses.get(pulses.len() / 2)?;
    let times: Vec<f64> = (0..900).map(|at| f64::from(at) * 1000.0 / 30.0).collect();
    let channel = |at: usize| frames.iter().map(|frame| frame[at]).collect();
    let region = Region { red: channel(0), green: channel(1), blue: channel(2) };
    let recording = Recording::new(&times, &[region]).unwrap();
    Some(analyse(&recording).map(|told| (told.heart_rate - truth).abs() <= NEAR))
}
