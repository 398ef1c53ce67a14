//! How often brain MRIs and chest X-rays are judged rightly, and how long it takes: through the reader, not the API.
//!
//!     cargo bench --bench imaging -- FOLDER SPLIT
//!
//! FOLDER has brain_mri and cxr_pneumonia, each with a labels.csv (file, label, split ...); SPLIT is the part that is looked at, val
//! where none is named. Intervals by person are in the models' cards.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use hygeia::inference::device::Settings;
use hygeia::inference::imaging::{Finding, ImagingReader, LookError, Question, Statement};
use hygeia::inference::picture::{Limits, decode};

/// What labels.csv calls each statement.
const LABELS: [(&str, &str, Statement); 6] = [
    ("brain_mri", "glioma", Statement::Glioma),
    ("brain_mri", "meningioma", Statement::Meningioma),
    ("brain_mri", "pituitary", Statement::PituitaryTumor),
    ("brain_mri", "no_tumor", Statement::NoTumor),
    ("cxr_pneumonia", "pneumonia", Statement::Pneumonia),
    ("cxr_pneumonia", "normal", Statement::NoPneumonia),
];
/// Side of the stored brains, in whose pixels the boxes are.
const STORED: f32 = 272.0;

/// What was counted of a label.
#[derive(Default)]
struct Counts {
    pictures: usize,
    right: usize,
    refused: usize,
    boxes: usize,
    found: usize,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = arguments.first().map_or(root.join("../shared/data"), PathBuf::from);
    let split = arguments.get(1).map_or("val", String::as_str);
    let settings = Settings::new(&root.join("runtime/libonnxruntime.so"), &root.join("models"), 1);
    let reader = ImagingReader::open(&settings).unwrap();
    for set in ["brain_mri", "cxr_pneumonia"] {
        let Ok(table) = std::fs::read_to_string(folder.join(set).join("labels.csv")) else {
            println!("no pictures: there is no {}", folder.join(set).join("labels.csv").display());
            continue;
        };
        measure(&reader, &folder.join(set), set, split, &table).await;
    }
}

async fn measure(reader: &ImagingReader, folder: &Path, set: &str, split: &str, table: &str) {
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|column| *column == name);
    let [file, label, of_split] = ["file", "label", "split"].map(|name| column(name).unwrap());
    let edges = ["xmin", "ymin", "xmax", "ymax"].map(column);
    let (mut counts, mut took_ms): (BTreeMap<&str, Counts>, Vec<f64>) = (BTreeMap::new(), Vec::new());
    for row in lines.filter(|row| row[of_split] == split) {
        let (_, name, truth) = LABELS.iter().find(|(of, name, _)| *of == set && *name == row[label]).unwrap();
        let began = Instant::now();
        let picture = decode(&std::fs::read(folder.join(row[file])).unwrap(), &Limits::default()).unwrap();
        let answer = reader.look(picture, Question::Whatever).await;
        took_ms.push(began.elapsed().as_secs_f64() * 1000.0);
        let truth_box = edges.map(|edge| edge.and_then(|edge| row[edge].parse::<f32>().ok()));
        count(counts.entry(*name).or_default(), answer, *truth, truth_box);
    }
    println!(
        "\n{set}, {split}\n\n| label | pictures | right | refused | box over half |\n|---|---|---|---|---|"
    );
    for (name, one) in &counts {
        println!(
            "| {name} | {} | {} | {} | {} of {} |",
            one.pictures, one.right, one.refused, one.found, one.boxes
        );
    }
    took_ms.sort_by(f64::total_cmp);
    let percentile = |part: usize| took_ms[(took_ms.len() * part).div_ceil(100).saturating_sub(1)];
    println!("\np50 {:.0} ms, p95 {:.0} ms, read and decoded", percentile(50), percentile(95));
}

fn count(counts: &mut Counts, answer: Result<Finding, LookError>, truth: Statement, edges: [Option<f32>; 4]) {
    counts.pictures += 1;
    let finding = match answer {
        Ok(finding) => finding,
        Err(LookError::Neither | LookError::Another { .. }) => return counts.refused += 1,
        Err(fault) => panic!("{fault}"),
    };
    counts.right += usize::from(finding.statement == truth);
    if let [Some(left), Some(top), Some(right), Some(bottom)] =
        edges.map(|edge| edge.map(|edge| edge / STORED))
    {
        counts.boxes += 1;
        let found = finding.region.map(|region| [region.left, region.top, region.right, region.bottom]);
        let overlap = found.map_or(0.0, |found| overlap(found, [left, top, right, bottom]));
        counts.found += usize::from(overlap >= 0.5);
    }
}

/// Intersection over union.
fn overlap(a: [f32; 4], b: [f32; 4]) -> f32 {
    let area = |[left, top, right, bottom]: [f32; 4]| (right - left).max(0.0) * (bottom - top).max(0.0);
    let both = area([a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]);
    both / (area(a) + area(b) - both)
}
