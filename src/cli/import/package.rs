//! `hygeia import package`: definitions that others publish.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::progress::told;
use crate::app::App;
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::records::Write;

/// What is taken out of a package: definitions that resources are validated by.
const TAKEN: [&str; 4] = ["StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap"];
/// A file of a package may have so many bytes.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;
/// All that is read of a package may come to so many.
const LARGEST_PACKAGE: u64 = 1024 * 1024 * 1024;
/// So many are written in one transaction.
const AT_A_TIME: usize = 50;
/// The longest id that FHIR has.
const LONGEST_ID: usize = 64;

/// Stores what a package holds, and tells what that was.
pub(super) async fn package(app: &App, caller: &Caller, file: &Path) -> anyhow::Result<String> {
    let caller = caller.clone().doing("import-package");
    let resources = definitions(File::open(file)?)?;
    let (mut kept, mut same) = (0_usize, 0_usize);
    for some in resources.chunks(AT_A_TIME) {
        let mut writes = Vec::new();
        for resource in some {
            let id = resource.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            if is_stored(app, &caller, resource, &id).await? {
                same = same.saturating_add(1);
            } else {
                writes.push(Write::Update { resource: resource.clone(), id, precondition: None });
            }
        }
        kept = kept.saturating_add(writes.len());
        if !writes.is_empty() {
            app.records
                .transact(&caller, writes)
                .await
                .map_err(|error| anyhow::anyhow!("{}", told(&error.issues())))?;
        }
    }
    Ok(format!("{}: {kept} definitions stored, {same} were there\n", file.display()))
}

/// Whether the same is stored already.
async fn is_stored(app: &App, caller: &Caller, resource: &Value, id: &str) -> anyhow::Result<bool> {
    let name = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    let of = ResourceType::parse(name).context("a resource type that R4 has")?;
    let Ok(stored) = app.records.read(&caller.quietly(), of, id).await else { return Ok(false) };
    let mut stored = stored.json().map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut wanted = resource.clone();
    for one in [&mut stored, &mut wanted] {
        if let Some(meta) = one.get_mut("meta").and_then(Value::as_object_mut) {
            meta.retain(|name, _| !matches!(name.as_str(), "versionId" | "lastUpdated" | "source"));
        }
        if let Some(object) = one.as_object_mut() {
            object.retain(|name, value| {
                name != "meta" || value.as_object().is_some_and(|meta| !meta.is_empty())
            });
        }
    }
    Ok(stored == wanted)
}

/// The definitions in a package. Nothing of it is written to disk, so that the names of its files can do nothing.
fn definitions(package: impl std::io::Read) -> anyhow::Result<Vec<Value>> {
    let mut archive = tar::Archive::new(GzDecoder::new(package).take(LARGEST_PACKAGE));
    let (mut found, mut ids) = (Vec::new(), HashSet::new());
    for entry in
        archive.entries().context("it is no package: a tar archive, packed with gzip, is expected")?
    {
        let entry = entry.context("it is no package, or is cut short")?;
        let path = entry.path().context("a file has no readable name")?.into_owned();
        // Examples and the like lie deeper.
        let is_definition =
            path.parent() == Some(Path::new("package")) && path.extension().is_some_and(|end| end == "json");
        if !is_definition || !entry.header().entry_type().is_file() {
            continue;
        }
        anyhow::ensure!(entry.size() <= LARGEST_FILE, "{} is larger than 16 MB", path.display());
        let mut text = Vec::new();
        entry.take(LARGEST_FILE).read_to_end(&mut text)?;
        let Ok(mut resource) = crate::fhir::json::parse_resource(&text) else { continue };
        let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !TAKEN.contains(&kind.as_str()) {
            continue;
        }
        let id = versioned_id(&resource);
        if let Some(object) = resource.as_object_mut()
            && ids.insert((kind, id.clone()))
        {
            object.insert("id".to_owned(), id.into());
            found.push(resource);
        }
    }
    Ok(found)
}

/// An id that tells the version too, for versions of one definition have one id in their packages.
fn versioned_id(resource: &Value) -> String {
    let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    let id: String =
        format!("{}-{}", text("id"), text("version")).chars().filter(|letter| is_plain(*letter)).collect();
    if id.len() <= LONGEST_ID {
        return id;
    }
    let whole = format!("{}|{}", text("url"), text("version"));
    let hash: String = hex::encode(Sha256::digest(whole)).chars().take(16).collect();
    let kept: String = id.chars().take(LONGEST_ID.saturating_sub(17)).collect();
    format!("{kept}-{hash}")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use serde_json::json;

    use super::*;

    fn packed(files: &[(&str, &Value)]) -> Vec<u8> {
        let mut archive =
            tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (name, content) in files {
            let text = content.to_string();
            let mut header = tar::Header::new_gnu();
            header.set_size(u64::try_from(text.len()).unwrap());
            let field = &mut header.as_old_mut().name;
            (&mut field[..]).write_all(name.as_bytes()).unwrap();
            header.set_cksum();
            archive.append(&header, text.as_bytes()).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn what_is_no_package_is_refused() {
        assert!(definitions(&b"nothing"[..]).is_err());
        let whole = packed(&[("package/ValueSet-a.json", &json!({ "resourceType": "ValueSet", "id": "a" }))]);
        assert!(definitions(&whole[..whole.len() / 2]).is_err());
    }

    #[test]
    fn only_definitions_are_taken_each_with_its_version() {
        let of = |id: &str, version: &str| json!({ "resourceType": "StructureDefinition", "id": id, "url": "urn:x", "version": version });
        let patient = json!({ "resourceType": "Patient", "id": "p" });
        let found = definitions(
            &packed(&[
                ("package/StructureDefinition-a.json", &of("a", "1.0.0")),
                ("package/StructureDefinition-a2.json", &of("a", "2.0.0")),
                ("package/Patient-p.json", &patient),
                ("package/package.json", &json!({ "name": "x" })),
                ("package/example/StructureDefinition-b.json", &of("b", "1")),
                ("package/../../StructureDefinition-c.json", &of("c", "1")),
                ("/etc/StructureDefinition-d.json", &of("d", "1")),
            ])[..],
        );
        let ids: Vec<_> = found.unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, ["a-1.0.0", "a-2.0.0"]);
        let long = versioned_id(&of(&"x".repeat(64), "1.0.0"));
        assert_eq!(long.len(), LONGEST_ID);
        assert_ne!(long, versioned_id(&of(&"x".repeat(64), "2.0.0")));
    }
}
