//! Where settings come from, and the faults met on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

const FILE: &str = "HYGEIA_CONFIG";
const PREFIX: &str = "HYGEIA_";

/// What is wrong with one setting. It never holds the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    name: String,
    problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.problem)
    }
}

/// The environment over the file, with a list of what was asked for.
pub struct Source {
    environment: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    asked: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl Source {
    /// Reads the file that the environment names, if it names one.
    pub fn open(environment: BTreeMap<String, String>) -> Result<Self, Vec<Fault>> {
        let file = match environment.get(FILE) {
            Some(path) => file(path).map_err(|problem| vec![Fault { name: FILE.to_owned(), problem }])?,
            None => BTreeMap::new(),
        };
        Ok(Self { environment, file, asked: BTreeSet::from([FILE.to_owned()]), faults: Vec::new() })
    }

    /// The setting's text; an empty one counts as not given.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.asked.insert(name.to_owned());
        let value = self.environment.get(name).or_else(|| self.file.get(name))?;
        (!value.is_empty()).then(|| value.clone())
    }

    /// What stands between `prefix` and `suffix` in the names of the settings that are there, in alphabetical order.
    pub fn between(&self, prefix: &str, suffix: &str) -> Vec<String> {
        let between = |name: &String| Some(name.strip_prefix(prefix)?.strip_suffix(suffix)?.to_owned());
        let found = self.environment.keys().chain(self.file.keys()).filter_map(between);
        found.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The setting as a `T`, or its default.
    pub fn parsed<T: FromStr>(&mut self, name: &'static str, default: T, wanted: &str) -> T {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.fault(name, &format!("must be {wanted}"));
                default
            }
        }
    }

    /// The setting as a `T`, where there is one.
    pub fn optional<T: FromStr>(&mut self, name: &'static str, wanted: &str) -> Option<T> {
        let read = self.text(name)?.parse();
        if read.is_err() {
            self.fault(name, &format!("must be {wanted}"));
        }
        read.ok()
    }

    /// The setting as one of a few words, or its default.
    pub fn chosen<T: Copy>(&mut self, name: &str, default: T, choices: &[(&str, T)]) -> T {
        let Some(text) = self.text(name) else { return default };
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
            return *value;
        }
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
        self.fault(name, &format!("must be one of: {}", words.join(", ")));
        default
    }

    /// Notes that a setting is wrong.
    pub fn fault(&mut self, name: &str, problem: &str) {
        self.faults.push(Fault { name: name.to_owned(), problem: problem.to_owned() });
    }

    /// All faults, or the environment variables with our prefix that nobody asked for.
    pub fn finish(mut self) -> Result<Vec<String>, Vec<Fault>> {
        let unknown = |name: &&String| !self.asked.contains(name.as_str());
        let misspelt: Vec<_> = self.file.keys().filter(unknown).cloned().collect();
        let ineffective =
            self.environment.keys().filter(|n| n.starts_with(PREFIX)).filter(unknown).cloned().collect();
        for name in misspelt {
            self.fault(&name, "is in the file, but is not a setting");
        }
        if self.faults.is_empty() { Ok(ineffective) } else { Err(self.faults) }
    }
}

fn file(path: &str) -> Result<BTreeMap<String, String>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("names a file that cannot be read: {e}"))?;
    let table: toml::Table = toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(0, |span| text.bytes().take(span.start).filter(|b| *b == b'\n').count());
        format!("names a file that is not TOML, at line {}", line.saturating_add(1))
    })?;
    table
        .into_iter()
        .map(|(name, value)| match value {
            toml::Value::String(text) => Ok((name, text)),
            toml::Value::Integer(number) => Ok((name, number.to_string())),
            toml::Value::Boolean(flag) => Ok((name, flag.to_string())),
            toml::Value::Float(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_) => {
                Err(format!("names a file in which {name} is neither text, a whole number nor true/false"))
            }
        })
        .collect()
}
