//! How well blood smears are read, and how long it takes: through the reader, not the API.
//!
//!     cargo bench --bench smear -- FOLDER SPLIT
//!
//! FOLDER has pbs_cells with labels.csv and images.csv; SPLIT is the part that is looked at, val where none is named. Fields of each
//! source are counted apart. With a folder of pictures instead, their report is printed: `cargo bench --bench smear -- report FOLDER`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use hygeia::inference::device::Settings;
use hygeia::inference::picture::{Limits, Picture, decode};
use hygeia::inference::smear::{Content, Field, LookError, RedShape, SmearReader, WORKING_SIDE};
use hygeia::vendors::hemato::review::{Findings, Tally};

/// What labels.csv calls the kinds.
const KINDS: [&str; 3] = ["RBC", "WBC", "Platelets"];

/// What was counted of a source.
#[derive(Default)]
struct Counts {
    fields: usize,
    refused: usize,
    /// Of each kind: labelled, found, and the sum of how far each field is off.
    of_kind: [[usize; 3]; 3],
    off: [Vec<f64>; 3],
    white: [BTreeMap<String, usize>; 1],
    shapes: BTreeMap<&'static str, usize>,
    shaped: usize,
    parasitised: usize,
    quality: [Vec<f32>; 3],
    familiar: [Vec<f32>; 3],
    took_ms: Vec<f64>,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let settings = Settings::new(&root.join("runtime/libonnxruntime.so"), &root.join("models"), cores);
    let reader = SmearReader::open(&settings).unwrap();
    if arguments.first().is_some_and(|one| one == "report") {
        return report(&reader, Path::new(&arguments[1])).await;
    }
    let folder = arguments.first().map_or(root.join("../shared/data"), PathBuf::from).join("pbs_cells");
    let Ok(labels) = std::fs::read_to_string(folder.join("labels.csv")) else {
        println!("no pictures: there is no {}", folder.join("labels.csv").display());
        return;
    };
    let mut labelled: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for row in labels.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()) {
        let kind = KINDS.iter().position(|kind| *kind == row[2]).unwrap();
        labelled.entry(row[0]).or_default()[kind] += 1;
    }
    let split = arguments.get(1).map_or("val", String::as_str);
    let most = arguments.get(2).map_or(usize::MAX, |most| most.parse().unwrap());
    let images = std::fs::read_to_string(folder.join("images.csv")).unwrap();
    let mut sources: BTreeMap<&str, Counts> = BTreeMap::new();
    for row in images.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()) {
        let counts = sources.entry(row[1]).or_default();
        if row[2] == split && counts.fields < most {
            let (field, took_ms) = look(&reader, &folder.join(row[0])).await;
            counts.add(field, labelled.get(row[0]).copied().unwrap_or_default(), took_ms);
        }
    }
    for (source, counts) in &sources {
        counts.print(source, split);
    }
}

fn picture(path: &Path) -> Picture {
    let limits = Limits { working_side: WORKING_SIDE, ..Limits::default() };
    decode(&std::fs::read(path).unwrap(), &limits).unwrap()
}

async fn look(reader: &SmearReader, path: &Path) -> (Result<Field, LookError>, f64) {
    let began = Instant::now();
    let field = reader.look(picture(path)).await;
    (field, began.elapsed().as_secs_f64() * 1000.0)
}

/// Reviews the pictures of a folder as one study.
async fn report(reader: &SmearReader, folder: &Path) {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut tally = Tally::of(files.len());
    let began = Instant::now();
    for (at, path) in files.iter().enumerate() {
        let name = path.file_name().unwrap().to_string_lossy();
        match look(reader, path).await.0 {
            Ok(field) => tally.add(at, &name, &field),
            Err(fault) => tally.leave_out(&name, fault.to_string()),
        }
    }
    let Findings { statistics, seen, differential, report, .. } =
        tally.findings(&reader.usual(), reader.models());
    println!("{report}\n");
    for one in statistics {
        println!("{} {:?} {} {:?}", one.name, one.value, one.unit, one.interval);
    }
    for one in seen.into_iter().filter(|one| one.is_finding) {
        println!("{}: {} ({} places)", one.name, one.count, one.places.len());
    }
    println!("{differential:#?}\n{} files in {:.1} s", files.len(), began.elapsed().as_secs_f64());
}

impl Counts {
    fn add(&mut self, field: Result<Field, LookError>, labelled: [usize; 3], took_ms: f64) {
        self.fields += 1;
        self.took_ms.push(took_ms);
        let Ok(field) = field else { return self.refused += 1 };
        let mut found = [0_usize; 3];
        for cell in &field.cells {
            match cell.content {
                Content::Red { shape, is_parasitised } => {
                    found[0] += 1;
                    if let Some((shape, parasite)) = shape.zip(is_parasitised) {
                        self.shaped += 1;
                        *self.shapes.entry(shape.what.as_str()).or_default() += 1;
                        self.parasitised += usize::from(parasite.what);
                        self.familiar[1].push(shape.familiar);
                        self.familiar[2].push(parasite.familiar);
                    }
                }
                Content::White(told) => {
                    found[1] += 1;
                    let name = told.what.map_or("unsure", |kind| kind.as_str());
                    *self.white[0].entry(name.to_owned()).or_default() += 1;
                    self.familiar[0].push(told.familiar);
                }
                Content::Platelet { .. } => found[2] += 1,
            }
        }
        for kind in 0..3 {
            self.of_kind[kind][0] += labelled[kind];
            self.of_kind[kind][1] += found[kind];
            self.off[kind].push(found[kind] as f64 - labelled[kind] as f64);
        }
        let quality = field.quality;
        for (all, one) in self.quality.iter_mut().zip([quality.focus, quality.stain, quality.monolayer]) {
            all.push(one);
        }
    }

    fn print(&self, source: &str, split: &str) {
        println!("\n{source}, {split}: {} fields, {} refused", self.fields, self.refused);
        for (kind, name) in KINDS.iter().enumerate() {
            let [labelled, found, _] = self.of_kind[kind];
            let off = &self.off[kind];
            let count = off.len().max(1) as f64;
            let (mean, absolute) =
                (off.iter().sum::<f64>() / count, off.iter().map(|off| off.abs()).sum::<f64>() / count);
            println!(
                "{name}: {labelled} labelled, {found} found; a field is off by {mean:+.2}, {absolute:.2} without sign"
            );
        }
        println!("white cells: {:?}", self.white[0]);
        for shape in RedShape::ALL {
            let found = self.shapes.get(shape.as_str()).copied().unwrap_or_default();
            println!("{}: {:.4}", shape.as_str(), found as f64 / self.shaped.max(1) as f64);
        }
        println!(
            "parasitised: {:.4} of {}",
            self.parasitised as f64 / self.shaped.max(1) as f64,
            self.shaped
        );
        let at = |values: &[f32], part: usize| {
            let mut values = values.to_vec();
            values.sort_by(f32::total_cmp);
            values
                .get((values.len() * part / 100).min(values.len().saturating_sub(1)))
                .copied()
                .unwrap_or(f32::NAN)
        };
        for (name, all) in ["focus", "stain", "monolayer"].iter().zip(&self.quality) {
            println!("{name}: 5th {:.2}, median {:.2}", at(all, 5), at(all, 50));
        }
        for (name, all) in ["white", "shape", "parasite"].iter().zip(&self.familiar) {
            println!("familiar {name}: 5th {:.2}, median {:.2}", at(all, 5), at(all, 50));
        }
        let took: Vec<f32> = self.took_ms.iter().map(|ms| *ms as f32).collect();
        println!("p50 {:.0} ms, p95 {:.0} ms", at(&took, 50), at(&took, 95));
    }
}
