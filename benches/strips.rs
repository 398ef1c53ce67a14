//! How often test strips are read rightly, how sure that is, and how long it takes: the two nets and what they say together, not the API.
//!
//!     EVAL_STRIPS=FOLDER make eval                 where it names a folder that models/strips/train/drawn.py drew
//!     cargo bench --bench strips -- FOLDER        the same; seed 901 is the one that nothing was chosen by
//!     cargo bench --bench strips -- FOLDER --each and what was read of each picture
//!
//! FOLDER has truth.csv: file, form, purpose, result, contrast of the control line, contrast of the test line. Right is a picture whose test is
//! told with its result; of two tests, and where there is none, nothing may be told.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use hygeia::inference::picture::{Limits, decode};
use hygeia::inference::registry::Registry;
use hygeia::inference::runtime::Runtime;
use hygeia::inference::strip::{Form, Outcome, Strips};

/// A line of less contrast is a faint one.
const FAINT: f32 = 0.12;
/// What is less probable is not told, as in `inference::device`.
const LEAST: f32 = 0.75;
/// An answer with this probability is one that is relied on.
const SURE: f32 = 0.9;

/// What was counted of a group of pictures.
#[derive(Default)]
struct Counts {
    pictures: usize,
    right: usize,
    wrong: usize,
    sure: usize,
    sure_and_wrong: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    let is_each = arguments.iter().any(|one| one == "--each");
    let folder = arguments.iter().find(|one| !one.starts_with("--")).map(PathBuf::from);
    let Some(folder) = folder.filter(|folder| folder.join("truth.csv").is_file()) else {
        println!("no drawn tests: name a folder of models/strips/train/drawn.py");
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = Runtime::load(&root.join("runtime/libonnxruntime.so")).unwrap();
    let registry = Registry::open(&root.join("models")).unwrap();
    let mut strips = Strips::load(&runtime, &registry, 2).unwrap().unwrap();
    let mut groups: BTreeMap<String, Counts> = BTreeMap::new();
    let (mut given, mut took_ms) = (Vec::new(), Vec::new());
    for line in std::fs::read_to_string(folder.join("truth.csv")).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [file, form, _, result, control, test] = cells.as_slice() else { continue };
        let picture = decode(&std::fs::read(folder.join(file)).unwrap(), &Limits::default()).unwrap();
        let began = Instant::now();
        let (told, sure) = said(&mut strips, picture.pixels());
        took_ms.push(began.elapsed().as_secs_f64() * 1000.0);
        let is_test = matches!(*result, "positive" | "negative" | "invalid");
        let expected = if is_test {
            *result
        } else if *form == "digital" {
            "digital"
        } else {
            "refused"
        };
        if is_each {
            println!("{file} {form} {result} {control} {test}: {told} {sure:.2}");
        }
        if is_test && told != "refused" {
            given.push((sure, told == expected));
        }
        for name in names(form, result, control.parse().unwrap(), test.parse().unwrap()) {
            groups.entry(name).or_default().count(told == expected, told != "refused", sure);
        }
    }
    print(&groups, &given, took_ms);
}

/// What is told of a picture, with its probability: a result, a display, or that nothing is told.
fn said(strips: &mut Strips, picture: &image::RgbImage) -> (&'static str, f32) {
    let found = strips.read(picture).unwrap();
    let [(zone, lines)] = found.as_slice() else { return ("refused", 0.0) };
    let Some(lines) = lines else {
        return if zone.form == Form::Digital { ("digital", zone.form_share) } else { ("refused", 0.0) };
    };
    match lines.outcome() {
        (_, sure) if sure < LEAST => ("refused", sure),
        (Outcome::Positive, sure) => ("positive", sure),
        (Outcome::Negative, sure) => ("negative", sure),
        (Outcome::Invalid, sure) => ("invalid", sure),
    }
}

/// The groups that a picture belongs to.
fn names(form: &str, result: &str, control: f32, test: f32) -> Vec<String> {
    if !matches!(result, "positive" | "negative" | "invalid") {
        let name = if form == "digital" { "display found" } else { result };
        return vec![format!("- {name}")];
    }
    let is_faint = |contrast: f32| contrast > 0.0 && contrast < FAINT;
    let strength = if is_faint(test) || is_faint(control) { "a faint line" } else { "no faint line" };
    vec!["all".to_owned(), strength.to_owned(), form.to_owned(), result.to_owned()]
}

impl Counts {
    fn count(&mut self, is_right: bool, is_given: bool, sure: f32) {
        let is_wrong = is_given && !is_right;
        self.pictures += 1;
        self.right += usize::from(is_right);
        self.wrong += usize::from(is_wrong);
        self.sure += usize::from(is_given && sure >= SURE);
        self.sure_and_wrong += usize::from(is_wrong && sure >= SURE);
    }
}

fn print(groups: &BTreeMap<String, Counts>, given: &[(f32, bool)], mut took_ms: Vec<f64>) {
    println!("| | right | interval | wrong | with 0.9 or more | of these wrong |\n|---|---|---|---|---|---|");
    for (name, counts) in groups {
        let (low, high) = wilson(counts.right, counts.pictures);
        println!(
            "| {name} | {} of {} | {:.0}-{:.0} % | {} | {} | {} |",
            counts.right,
            counts.pictures,
            100.0 * low,
            100.0 * high,
            counts.wrong,
            counts.sure,
            counts.sure_and_wrong
        );
    }
    println!("calibration error {:.3} of {} given", calibration(given), given.len());
    took_ms.sort_by(f64::total_cmp);
    let at = |share: usize| took_ms.get(took_ms.len() * share / 100).copied().unwrap_or_default();
    println!("{:.0} ms, of 95 in 100 at most {:.0} ms", at(50), at(95));
}

/// How far what is said of being right is from how often it is, over ten bins.
fn calibration(given: &[(f32, bool)]) -> f64 {
    let mut bins = [(0.0_f64, 0.0_f64); 10];
    for (sure, is_right) in given {
        let at = (0_u8..10).rfind(|bin| *sure >= f32::from(*bin) / 10.0).unwrap_or(0);
        if let Some((said, right)) = bins.get_mut(usize::from(at)) {
            *said += f64::from(*sure);
            *right += f64::from(u8::from(*is_right));
        }
    }
    let many = f64::from(u32::try_from(given.len().max(1)).unwrap());
    bins.iter().map(|(said, right)| (said - right).abs()).sum::<f64>() / many
}

/// The 95 % interval of a share by Wilson.
fn wilson(hits: usize, of: usize) -> (f64, f64) {
    let real = |count: usize| f64::from(u32::try_from(count).unwrap());
    let (n, z) = (real(of.max(1)), 1.96_f64);
    let share = real(hits) / n;
    let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let reach = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - reach).max(0.0), (middle + reach).min(1.0))
}
