//! `hygeia import`: what others publish or had, brought into a tenant.

mod bundle;
mod ndjson;
mod package;
mod progress;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::say;
use crate::app::{App, Database};
use crate::core::Clock;
use crate::core::config::Settings;
use crate::identity::{Caller, Surface};

/// What can be brought in.
#[derive(Subcommand)]
pub(super) enum Import {
    /// Store the profiles, extensions, value sets, code systems and concept maps of FHIR packages (.tgz). Versions of one
    /// definition are kept beside each other.
    Package(Files),
    /// Store the resources in files of NDJSON, packed with gzip or not. One with an id is stored under it, over what is there. Lines that are
    /// refused are told by their numbers, and the rest is stored.
    Ndjson(Files),
    /// Do the Bundles in JSON files: transactions and batches as they say, of others the resources are stored. All of a Bundle is
    /// stored, or, but of a batch, nothing.
    Bundle(Files),
    /// Store what Synthea made: the Bundles below its output folder, hospitals and practitioners first.
    Synthea(Files),
}

/// Which files, and where to.
#[derive(Args)]
pub(super) struct Files {
    /// The files; of a folder, those in it and below.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The tenant's name.
    #[arg(long, default_value = "default")]
    tenant: String,
}

/// Does what the command says, on the database of the server that runs beside us, or of none.
pub(super) async fn run(settings: &Settings, command: Import) -> anyhow::Result<()> {
    let database = Database::beside(settings).await?;
    let done = async {
        let app = App::open_without_models(settings, &database.url, Clock::system()).await?;
        match command {
            Import::Package(files) => {
                let caller = caller(&app, &files.tenant).await?;
                for file in &files.files {
                    let done = package::package(&app, &caller, file).await;
                    say(&done.with_context(|| format!("{} cannot be imported", file.display()))?);
                }
                Ok(())
            }
            Import::Ndjson(files) => {
                let found = found(&files.files, &["ndjson", "ndjson.gz", "jsonl"])?;
                ndjson::import(&app, &caller(&app, &files.tenant).await?, &found).await
            }
            Import::Bundle(files) => {
                let found = found(&files.files, &["json"])?;
                bundle::import(&app, &caller(&app, &files.tenant).await?, &found).await
            }
            Import::Synthea(files) => {
                let mut found = found(&files.files, &["json"])?;
                found.sort_by_key(|file| !bundle::comes_first(file));
                bundle::import(&app, &caller(&app, &files.tenant).await?, &found).await
            }
        }
    }
    .await;
    database.close().await;
    done
}

async fn caller(app: &App, tenant: &str) -> anyhow::Result<Caller> {
    let trails = app.records.trails(Some(tenant)).await;
    let trails = trails.with_context(|| format!("there is no tenant named {tenant:?}"))?;
    let (tenant, _) = trails.first().context("there is no such tenant")?;
    Ok(Caller::system(*tenant, Surface::Operator).doing("import"))
}

/// The files that are named, and those below folders that are, by the ends of their names; in the order of their names.
fn found(named: &[PathBuf], ends: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in named {
        if path.is_dir() {
            let before = found.len();
            below(path, ends, &mut found)?;
            anyhow::ensure!(
                found.len() > before,
                "{} has no files of .{}",
                path.display(),
                ends.join(" or .")
            );
        } else {
            anyhow::ensure!(path.is_file(), "{} is not there", path.display());
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn below(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = folder.read_dir().with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut entries = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            below(&path, ends, found)?;
        } else if ends.iter().any(|end| name.strip_suffix(end).is_some_and(|name| name.ends_with('.'))) {
            found.push(path);
        }
    }
    Ok(())
}
