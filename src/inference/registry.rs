//! The models of `models/`: one folder each, described by `model.toml`, refused when the checksum is off.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// What `model.toml` says about one model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name, the same as the folder's.
    pub name: String,
    /// Version; it changes with the weights.
    pub version: String,
    /// What the model does, in one word or two: `text-detection`, `text-recognition` ...
    pub task: String,
    /// File name of the weights within the folder.
    pub file: String,
    /// SHA-256 of the weights in lower-case hexadecimal.
    pub sha256: String,
    /// SPDX expression of the weights' licence.
    pub licence: String,
    /// Where the weights come from.
    pub source: Source,
    /// The tensor that the model takes.
    pub input: Input,
    /// What the model tells apart, a character each, in the order of its answer; empty where that is another thing.
    #[serde(default)]
    pub classes: String,
    /// Numbers that decide what counts as found.
    #[serde(default)]
    pub thresholds: BTreeMap<String, f32>,
    /// How the model is run here, in words and figures.
    #[serde(default)]
    pub operating_point: BTreeMap<String, toml::Value>,
    #[serde(skip)]
    folder: PathBuf,
}

/// Where a model's weights come from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The package and its pinned version.
    pub package: String,
    /// Path of the weights within the package.
    pub path: String,
    /// Page of the project that made them.
    pub project: String,
}

/// The tensor that a model takes: N x 3 x height x width.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Order of the colour planes.
    pub channels: Channels,
    /// Subtracted from colours in 0..=1.
    pub mean: f32,
    /// Divides what is left.
    pub deviation: f32,
    /// Fixed height, where the model has one.
    pub height: Option<u32>,
    /// Fixed or least width, where the model has one.
    pub width: Option<u32>,
    /// Longest side of the picture fed in, where the model takes any.
    pub longest_side: Option<u32>,
    /// Width of a red cell in the picture fed in, where the model finds cells.
    pub red_cell: Option<u32>,
    /// Both sides are multiples of this, where the model takes any.
    pub multiple: Option<u32>,
    /// Pixels of the picture for one place of the answer, where that is a map.
    pub cell: Option<u32>,
    /// Side of the square that is cut out round a cell, where the model takes single cells: in sides of its box or widths of a red cell.
    pub reach: Option<f32>,
}

/// Order of the colour planes in a model's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    /// Blue first, as OpenCV keeps pictures.
    Bgr,
    /// Red first.
    Rgb,
}

/// Which model a finding came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRef {
    /// Name in the registry.
    pub name: String,
    /// Version in the registry.
    pub version: String,
    /// SHA-256 of the weights, checked when they were loaded.
    pub sha256: String,
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// A folder or file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// A `model.toml` is not what it should be.
    #[error("{path} is not a model description: {reason}")]
    Malformed {
        /// The description.
        path: PathBuf,
        /// The first fault.
        reason: String,
    },
    /// No folder describes this model.
    #[error("no model named {0} in the registry")]
    Unknown(String),
    /// The weights are not the ones described.
    #[error("{path} has the SHA-256 {found}, but model.toml asks for {wanted}: fetch the file again")]
    Checksum {
        /// The weights.
        path: PathBuf,
        /// The checksum of the description.
        wanted: String,
        /// The checksum of the file.
        found: String,
    },
}

/// All described models, by name.
#[derive(Debug, Clone)]
pub struct Registry {
    models: BTreeMap<String, Model>,
}

impl Registry {
    /// Reads every `*/model.toml` below the folder; the weights are read later, by [`Model::weights`].
    pub fn open(folder: &Path) -> Result<Self, RegistryError> {
        let mut models = BTreeMap::new();
        for entry in std::fs::read_dir(folder).map_err(|reason| unreadable(folder, reason))? {
            let below = entry.map_err(|reason| unreadable(folder, reason))?.path();
            let description = below.join("model.toml");
            if description.is_file() {
                let model = Model::read(&below, &description)?;
                models.insert(model.name.clone(), model);
            }
        }
        Ok(Self { models })
    }

    /// The model of that name.
    pub fn get(&self, name: &str) -> Result<&Model, RegistryError> {
        self.models.get(name).ok_or_else(|| RegistryError::Unknown(name.to_owned()))
    }

    /// All models, by name.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.models.values()
    }
}

impl Model {
    fn read(folder: &Path, description: &Path) -> Result<Self, RegistryError> {
        let text = std::fs::read_to_string(description).map_err(|reason| unreadable(description, reason))?;
        let malformed = |reason: String| RegistryError::Malformed { path: description.to_owned(), reason };
        let mut model: Self = toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if folder.file_name().and_then(|name| name.to_str()) != Some(&model.name) {
            return Err(malformed(format!("the model is named {}, its folder is not", model.name)));
        }
        if Path::new(&model.file).components().count() != 1 || model.file.starts_with('.') {
            return Err(malformed(format!("{} is not a file name", model.file)));
        }
        model.folder = folder.to_owned();
        Ok(model)
    }

    /// The weights, read once and compared with the checksum, so that what is loaded is what was checked.
    pub fn weights(&self) -> Result<Vec<u8>, RegistryError> {
        let path = self.folder.join(&self.file);
        let weights = std::fs::read(&path).map_err(|reason| unreadable(&path, reason))?;
        let found = hex::encode(Sha256::digest(&weights));
        if found == self.sha256 {
            return Ok(weights);
        }
        Err(RegistryError::Checksum { path, wanted: self.sha256.clone(), found })
    }

    /// What is told of the model: what it is for, what it learnt from, how good it is and where it fails; none where nobody wrote that.
    #[must_use]
    pub fn card(&self) -> Option<String> {
        std::fs::read_to_string(self.folder.join("card.md")).ok()
    }

    /// A threshold that the code cannot do without.
    pub fn threshold(&self, name: &str) -> Result<f32, RegistryError> {
        self.thresholds.get(name).copied().ok_or_else(|| RegistryError::Malformed {
            path: self.folder.join("model.toml"),
            reason: format!("no threshold named {name}"),
        })
    }

    /// What each number of the model's answer stands for, by the words of `operating_point.classes`.
    pub fn named<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, RegistryError> {
        let malformed =
            |reason: String| RegistryError::Malformed { path: self.folder.join("model.toml"), reason };
        let classes = self.operating_point.get("classes").and_then(toml::Value::as_array);
        let classes = classes.ok_or_else(|| malformed("no list of classes".to_owned()))?;
        let word = |class: &toml::Value| class.as_str().and_then(&read);
        classes
            .iter()
            .map(|class| word(class).ok_or_else(|| malformed(format!("{class} is not known"))))
            .collect()
    }

    /// How findings name this model.
    pub fn reference(&self) -> ModelRef {
        ModelRef { name: self.name.clone(), version: self.version.clone(), sha256: self.sha256.clone() }
    }
}

fn unreadable(path: &Path, reason: std::io::Error) -> RegistryError {
    RegistryError::Unreadable { path: path.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESCRIPTION: &str = r#"
        name = "sample"
        version = "1"
        task = "text-detection"
        file = "model.onnx"
        sha256 = "WANTED"
        licence = "Apache-2.0"
        source = { package = "sample==1", path = "model.onnx", project = "https://example.org" }
        input = { channels = "bgr", mean = 0.5, deviation = 0.5 }
        thresholds = { pixel = 0.3 }
    "#;

    /// A models folder with one model, removed when dropped.
    struct Folder(PathBuf);

    impl Folder {
        fn with(test: &str, description: &str, weights: &[u8]) -> Self {
            let root = std::env::temp_dir().join(format!("hygeia-registry-{}-{test}", std::process::id()));
            std::fs::create_dir_all(root.join("sample")).unwrap();
            std::fs::write(root.join("sample/model.toml"), description).unwrap();
            std::fs::write(root.join("sample/model.onnx"), weights).unwrap();
            Self(root)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).ok();
        }
    }

    #[test]
    fn weights_with_another_checksum_are_refused() {
        let folder = Folder::with("checksum", &DESCRIPTION.replace("WANTED", &"0".repeat(64)), b"weights");
        let registry = Registry::open(&folder.0).unwrap();
        let refusal = registry.get("sample").unwrap().weights().unwrap_err().to_string();
        assert!(refusal.contains("model.onnx has the SHA-256 "), "{refusal}");
        assert!(refusal.contains(&"0".repeat(64)), "{refusal}");
    }

    #[test]
    fn missing_folder_file_field_and_model_are_refused() {
        assert!(matches!(
            Registry::open(Path::new("/nowhere")).unwrap_err(),
            RegistryError::Unreadable { .. }
        ));
        let cases = [
            ("field", DESCRIPTION.replace("licence", "unknown")),
            ("name", DESCRIPTION.replace("\"sample\"", "\"other\"")),
            ("path", DESCRIPTION.replace("\"model.onnx\"\n        sha", "\"../../etc/passwd\"\n        sha")),
        ];
        for (case, description) in cases {
            let folder = Folder::with(case, &description, b"");
            let refusal = Registry::open(&folder.0).unwrap_err();
            assert!(matches!(refusal, RegistryError::Malformed { .. }), "{case}: {refusal}");
        }
        let folder = Folder::with("absent", DESCRIPTION, b"");
        std::fs::remove_file(folder.0.join("sample/model.onnx")).unwrap();
        let registry = Registry::open(&folder.0).unwrap();
        assert!(matches!(registry.get("other").unwrap_err(), RegistryError::Unknown(_)));
        let refusal = registry.get("sample").unwrap().weights().unwrap_err();
        assert!(matches!(refusal, RegistryError::Unreadable { .. }), "{refusal}");
    }

    #[test]
    fn right_weights_come_back() {
        let sha256 = hex::encode(Sha256::digest(b"weights"));
        let folder = Folder::with("right", &DESCRIPTION.replace("WANTED", &sha256), b"weights");
        let registry = Registry::open(&folder.0).unwrap();
        let model = registry.get("sample").unwrap();
        assert_eq!(model.weights().unwrap(), b"weights");
        assert_eq!(model.threshold("pixel").unwrap(), 0.3);
        assert!(model.threshold("other").is_err());
        assert_eq!(model.reference().sha256, sha256);
    }

    #[test]
    fn the_committed_descriptions_parse() {
        let registry = Registry::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models")).unwrap();
        let names: Vec<_> = registry.models().map(|model| model.name.as_str()).collect();
        assert!(["ppocr-cls", "ppocrv6-det", "ppocrv6-rec"].iter().all(|name| names.contains(name)));
    }
}
