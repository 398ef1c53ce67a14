//! The import rule: which folder of `src` may name which.

use std::fs;
use std::path::{Path, PathBuf};

/// Each folder with those that it may import. What sees everything is not listed.
const RULE: [(&str, &[&str]); 12] = [
    ("core", &[]),
    ("fhir", &["core"]),
    ("inference", &["core"]),
    ("clinical", &["core"]),
    ("storage", &["core", "fhir"]),
    ("platform", &["core", "storage"]),
    ("identity", &["core", "fhir", "storage", "platform"]),
    ("records", &["core", "fhir", "storage", "platform", "identity"]),
    ("http", &["core", "fhir", "platform", "identity", "records"]),
    // What several surfaces make of medical images. It translates for them, and reads no requests.
    ("imaging", &["core", "fhir", "inference"]),
    // Viewers and archives of pictures. It reads files, as vendors do, which `http` must not.
    ("dicomweb", &["core", "fhir", "inference", "platform", "identity", "records", "http", "imaging"]),
    (
        "vendors",
        &["core", "fhir", "inference", "clinical", "platform", "identity", "records", "http", "imaging"],
    ),
];

/// Files in which `app`, `server`, `worker`, `cli` and `main` put the folders together.
const TOP: [&str; 6] = ["app.rs", "cli.rs", "lib.rs", "main.rs", "server.rs", "worker.rs"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The names that follow `crate::` in the code, in groups too; comments are left out.
fn imports(text: &str) -> Vec<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap().split(',').map(first_name).collect::<Vec<_>>(),
            None => vec![first_name(rest)],
        })
        .collect()
}

fn first_name(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn every_folder_imports_only_what_it_may() {
    let mut faults = Vec::new();
    for (folder, allowed) in RULE.iter().filter(|(folder, _)| src().join(folder).is_dir()) {
        for file in sources(&src().join(folder)) {
            for name in imports(&fs::read_to_string(&file).unwrap()) {
                let ours = RULE.iter().any(|(folder, _)| *folder == name)
                    || TOP.contains(&format!("{name}.rs").as_str());
                if ours && name != *folder && !allowed.contains(&name.as_str()) {
                    faults.push(format!("{} imports {name}", file.display()));
                }
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_file_is_in_a_room_of_the_house() {
    let strangers: Vec<_> = fs::read_dir(src())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !TOP.contains(&name.as_str()) && !TOP.contains(&format!("{name}.rs").as_str()))
        .filter(|name| !RULE.iter().any(|(folder, _)| folder == name))
        .collect();
    assert_eq!(strangers, Vec::<String>::new());
}

#[test]
fn no_vendor_imports_another() {
    let vendors = src().join("vendors");
    let names: Vec<_> = fs::read_dir(&vendors)
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    for vendor in &names {
        for file in sources(&vendors.join(vendor)) {
            let text = fs::read_to_string(&file).unwrap();
            for other in names.iter().filter(|other| *other != vendor) {
                assert!(!text.contains(&format!("vendors::{other}")), "{} imports {other}", file.display());
            }
        }
    }
}

#[test]
fn no_file_is_over_400_lines() {
    let long: Vec<_> = sources(&src())
        .into_iter()
        .filter(|file| fs::read_to_string(file).unwrap().lines().count() > 400)
        .collect();
    assert_eq!(long, Vec::<PathBuf>::new());
}
