//! What is deployed knows the server: settings that the chart and the image name, metrics that dashboards and alerts ask for, and evidence
//! that the pages on security name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use hygeia::core::metrics::{Answered, Connections, METRICS, Waiting};
use regex::Regex;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of all files below a folder.
fn all_text(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        text += &if path.is_dir() { all_text(&path) } else { fs::read_to_string(&path).unwrap() };
    }
    text
}

fn found(pattern: &str, text: &str) -> BTreeSet<String> {
    Regex::new(pattern).unwrap().find_iter(text).map(|one| one.as_str().to_owned()).collect()
}

#[test]
fn every_setting_that_the_chart_and_the_image_name_is_one_of_the_server() {
    let mut text = all_text(&project("helm")) + &fs::read_to_string(project("Containerfile")).unwrap();
    // Names that the chart puts together, and the words that its schema allows in them.
    text = text.replace("HYGEIA_OIDC_{{ $provider.name }}_{{ $setting }}", "");
    text = text.replace("{{ $provider.name }}", "A");
    let schema = fs::read_to_string(project("helm/hygeia/values.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let words =
        &schema["properties"]["oidcProviders"]["items"]["properties"]["settings"]["propertyNames"]["enum"];
    let words =
        words.as_array().unwrap().iter().map(|word| format!("HYGEIA_OIDC_A_{}", word.as_str().unwrap()));
    let mut names = found(r"\bHYGEIA_[A-Z0-9_]*[A-Z0-9]\b", &text);
    names.extend(words);
    assert!(
        names.len() > 20 && names.contains("HYGEIA_OIDC_A_ISSUER") && names.contains("HYGEIA_OIDC_A_JIT"),
        "{names:?}"
    );
    let value = |name: &str| match name {
        "HYGEIA_OIDC_A_ISSUER" => "https://a.example",
        "HYGEIA_OIDC_A_CLIENT_ID" | "HYGEIA_OIDC_A_CLIENT_SECRET" => "a",
        _ => "",
    };
    let told = |names: &BTreeSet<String>| {
        let out = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hygeia"));
        command.arg("openapi").arg("--out").arg(out.path()).env_clear();
        let done = command.envs(names.iter().map(|name| (name, value(name)))).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stderr).unwrap()
    };
    let complaints = told(&names);
    assert!(!complaints.contains("is not a setting"), "{complaints}");
    let wrong = told(&BTreeSet::from(["HYGEIA_BNID".to_owned()]));
    assert!(
        wrong.contains("is not a setting") && wrong.contains("HYGEIA_BNID"),
        "a name that is none is told: {wrong}"
    );
    // The rows of the README's table have two names in one where they go together.
    let readme = fs::read_to_string(project("README.md")).unwrap().replace("<NAME>", "A");
    let is_told = |name: &&String| {
        !readme.contains(name.as_str())
            && !readme.contains(&format!("`{}`", name.replace("HYGEIA_OIDC_A", "")))
    };
    assert_eq!(names.iter().filter(is_told).collect::<Vec<_>>(), [""; 0], "they are not in the README");
}

/// The names of all metrics: each is counted once, so that it is told.
fn metrics() -> String {
    drop(METRICS.begin("test"));
    let (surface, method, route) = ("test", "GET", "/".to_owned());
    METRICS.answered(&Answered { surface, method, route, status: 200 }, Duration::from_millis(1));
    METRICS.runs_of("test").observe(0.1);
    METRICS.read("test").end("done");
    METRICS.said("test", 0.5);
    METRICS.job_ended("test", "done");
    METRICS.posted("delivered");
    METRICS.looked("test", true);
    METRICS.connections(Connections::default());
    METRICS.waiting(Some(vec![Waiting { kind: "test".to_owned(), due: 0, all: 0, oldest_s: 0.0 }]));
    METRICS.text()
}

#[test]
fn every_metric_that_a_dashboard_or_an_alert_asks_for_is_told() {
    let told = found(r"(?m)^(hygeia|process)_[a-z0-9_]+", &metrics());
    for folder in ["helm/hygeia/dashboards", "helm/hygeia/alerts"] {
        let asked = found(r"\b(hygeia|process)_[a-z0-9_]+", &all_text(&project(folder)));
        assert!(asked.len() > 8, "{folder}: {asked:?}");
        let missing: Vec<_> = asked.difference(&told).collect();
        assert_eq!(missing, [""; 0], "{folder} asks for what is not told");
    }
}

#[test]
fn what_is_told_is_looked_at_by_somebody() {
    let told = found(r"(?m)^hygeia_[a-z0-9_]+", &metrics());
    let asked = all_text(&project("helm/hygeia/dashboards"));
    let ends = ["_bucket", "_sum", "_count"];
    let unseen = told.iter().filter(|name| {
        let base = ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        !asked.contains(base)
    });
    assert_eq!(unseen.collect::<Vec<_>>(), [""; 0], "no dashboard shows it");
}

#[test]
fn all_evidence_that_the_security_pages_name_is_there() {
    let text = all_text(&project("docs/security"));
    let evidence = found(r"`(src|tests|docs|migrations|tools|helm|models)/[^`]+`", &text);
    assert!(evidence.len() > 100, "{}", evidence.len());
    let is_missing = |one: &&String| {
        let (path, name) = one
            .trim_matches('`')
            .split_once("::")
            .map_or((one.trim_matches('`'), None), |(path, name)| (path, Some(name)));
        let is_there = project(path).exists();
        let has = |name: &str| fs::read_to_string(project(path)).unwrap().contains(&format!("fn {name}("));
        !is_there || name.is_some_and(|name| !has(name))
    };
    assert_eq!(evidence.iter().filter(is_missing).collect::<Vec<_>>(), [""; 0]);
}

/// Whether an expression of SPDX holds: alternatives of sums of licences, or of such in brackets.
fn is_allowed(expression: &str, is_one: &dyn Fn(&str) -> bool) -> bool {
    let Some((before, rest)) = expression.split_once('(') else {
        let all = |sum: &str| sum.split(" AND ").all(|licence| is_one(licence.trim()));
        return expression.replace('/', " OR ").split(" OR ").any(all);
    };
    let (within, after) = rest.split_once(')').unwrap();
    let word = if is_allowed(within, is_one) { "+" } else { "-" };
    is_allowed(&format!("{before}{word}{after}"), &|licence| licence == "+" || is_one(licence))
}

#[test]
fn every_dependency_has_a_licence_that_we_take_and_comes_from_the_registry() {
    let deny: toml::Table = fs::read_to_string(project("deny.toml")).unwrap().parse().unwrap();
    let allowed = deny["licenses"]["allow"].as_array().unwrap();
    let is_one = |licence: &str| allowed.iter().any(|one| one.as_str() == Some(licence));
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("MIT/Apache-2.0", true),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("(GPL-3.0 AND MIT) OR GPL-2.0", false),
    ] {
        assert_eq!(is_allowed(expression, &is_one), expected, "{expression}");
    }
    let mut command = Command::new(env!("CARGO"));
    let arguments = [
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--offline",
        "--filter-platform",
        "x86_64-unknown-linux-gnu",
    ];
    let told = command.args(arguments).current_dir(project("")).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let used: BTreeSet<_> =
        told["resolve"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str()).collect();
    assert!(used.len() > 400, "{}", used.len());
    let packages =
        told["packages"].as_array().unwrap().iter().filter(|package| used.contains(&package["id"].as_str()));
    let wrong = packages.filter(|package| {
        let is_ours = package["name"] == "hygeia";
        let is_registered = package["source"].as_str().is_some_and(|source| source.starts_with("registry+"));
        !is_allowed(package["license"].as_str().unwrap_or("none"), &is_one) || !(is_registered || is_ours)
    });
    assert_eq!(wrong.map(|package| package["name"].to_string()).collect::<Vec<_>>(), [""; 0]);
}
