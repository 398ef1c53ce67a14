//! Reading a file of an export, batch by batch. <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-output-file-request>
//!
//! Each batch is a transaction of its own, which reads what limits the caller anew: a Consent that is given while a file is fetched
//! holds for all that is still to come.

use std::sync::Arc;

use super::rights::{RIGHTS, may_export};
use super::status::NOTES;
use super::wanted::Wanted;
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::records::access::{Cover, Limit};
use crate::records::aside::{Load, aside};
use crate::records::parameters::Parameters;
use crate::records::program::program;
use crate::records::{Error, Records, Stored, Version};
use crate::storage::audit::AuditRow;
use crate::storage::exports::files;

/// A file that is being read.
pub struct ExportFile {
    records: Records,
    exporter: Caller,
    job: String,
    name: String,
    parts: i64,
    /// The part that comes next.
    next: i64,
    /// What is left of the part before: ordinals with versions.
    waiting: Vec<(i64, i64)>,
    /// What it holds.
    pub content: Content,
    /// The elements that are wanted of each resource; all, where there are none.
    pub elements: Vec<String>,
    /// The base of this server's own URLs.
    pub base_url: String,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Resources.
    Resources,
    /// Resources that were deleted.
    Deletions,
    /// What of the request was passed over; nothing else is to be read.
    Notes(Vec<String>),
}

impl Records {
    /// A file of an export by its name.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such file; or when its rights do not go to the type in it.
    pub async fn export_file(&self, caller: &Caller, job: &str, name: &str) -> Result<ExportFile, Error> {
        let exporter = program(caller)?.quietly();
        let (job, wanted) = self.export_job(&exporter, job).await?;
        let Wanted { notes, elements, base_url, .. } = wanted;
        let file = |content, parts| ExportFile {
            records: self.clone(),
            exporter: exporter.clone(),
            job: job.id.clone(),
            name: name.to_owned(),
            parts,
            next: 0,
            waiting: Vec::new(),
            content,
            elements,
            base_url,
        };
        let mut row = self.audit_row(caller, "export-file", None);
        let file = if name == NOTES && job.listed.is_some() && !notes.is_empty() {
            file(Content::Notes(notes), 0)
        } else {
            let mut transaction = self.store.begin(caller.tenant).await?;
            let found = files::find(&mut transaction, caller.tenant, &job.id, name).await;
            let found = transaction.finish(found).await?.ok_or(Error::NotFound)?;
            let content = match &found.type_ {
                None => Content::Deletions,
                Some(name) => {
                    let resource_type = ResourceType::parse(name);
                    if !resource_type.is_some_and(|one| may_export(&exporter, one)) {
                        return Err(Error::Forbidden);
                    }
                    Content::Resources
                }
            };
            row = AuditRow { type_: found.type_, ..row };
            file(content, found.parts)
        };
        self.record_read(caller, row).await?;
        Ok(file)
    }
}

impl ExportFile {
    /// The next resources, of which there may be none in a batch; none at the end. Of what was deleted these are the last versions
    /// before that.
    ///
    /// # Errors
    /// [`Error::Gone`] where the export is no longer kept.
    pub async fn next(&mut self) -> Result<Option<Vec<Stored>>, Error> {
        let tenant = self.exporter.tenant;
        let mut snapshot = self.records.store.begin_snapshot(tenant).await?;
        let read = async {
            if self.waiting.is_empty() {
                if self.next >= self.parts {
                    return Ok(None);
                }
                let place = (self.job.as_str(), self.name.as_str());
                let part = files::part(&mut snapshot, tenant, place, self.next).await?;
                let part = part.ok_or(Error::Gone)?;
                self.next = self.next.saturating_add(1);
                self.waiting = part.ordinals.into_iter().zip(part.versions).collect();
            }
            // Seen by the same snapshot: nothing is shown by the limits of before.
            let parameters = self.records.known.current(&mut snapshot, tenant).await?;
            let (versions, taken) = files::versions(&mut snapshot, tenant, &self.waiting).await?;
            self.waiting.drain(..taken.min(self.waiting.len()));
            Ok::<_, Error>(Some((parameters, versions)))
        }
        .await;
        let Some((parameters, versions)) = snapshot.finish(read).await? else { return Ok(None) };
        Ok(Some(shown(&self.records, &self.exporter, parameters, versions).await?))
    }
}

/// Those of these versions that the reader may see now.
///
/// # Errors
/// When what is kept is not a resource.
pub async fn shown(
    records: &Records,
    reader: &Caller,
    parameters: Arc<Parameters>,
    versions: Vec<Version>,
) -> Result<Vec<Stored>, Error> {
    let (records, reader) = (records.clone(), reader.clone());
    let is_whole = {
        let access = records.access(&reader, &parameters);
        let types = versions.iter().filter_map(|version| ResourceType::parse(&version.resource_type));
        let mut types: Vec<_> = types.collect();
        types.dedup();
        types.iter().all(|one| RIGHTS.iter().all(|right| access.limit(*right, *one) == Limit::All))
    };
    if is_whole {
        return Ok(versions.into_iter().filter_map(Stored::from_version).collect());
    }
    let load = Load::of(versions.iter().map(|version| version.body.as_deref().map_or(0, str::len)));
    let work = move || {
        let access = records.access(&reader, &parameters);
        let mut shown = Vec::with_capacity(versions.len());
        for version in versions {
            let mut is_shown = true;
            for right in RIGHTS {
                is_shown &= access.cover_of(right, &version)? == Cover::Full;
            }
            shown.extend(is_shown.then(|| Stored::from_version(version)).flatten());
        }
        Ok(shown)
    };
    aside(load, work).await?
}
