//! `$viewdefinition-export`: tables as files, made later. <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionExport.html>
//!
//! It is an export like others (`records/export`): a job lists the versions of one moment, and a file is made of them when it is fetched.
//! So all tables of one export show the same moment, nothing is kept twice, and a Consent holds from the next request on.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::run::{Run, Source};
use super::{Table, Which};
use crate::fhir::ResourceType;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::view::View;
use crate::fhir::view::table::Format;
use crate::identity::Caller;
use crate::records::export::{Level, State, Tables, Wanted, WantedView, may_export, why_not};
use crate::records::program::{owner, program};
use crate::records::{Error, Records};
use crate::storage::audit::AuditRow;

/// So many views one export may have.
const MOST_VIEWS: usize = 50;
/// So many bytes their definitions may have in JSON, equal ones counted once.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// A name is a part of an address.
const LONGEST_NAME: usize = 64;

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct AskedTables {
    /// The views, each with the name of its table, where one is given.
    pub views: Vec<(Option<String>, Which)>,
    /// How the tables are written.
    pub format: Format,
    /// What the client calls the export.
    pub tracking: Option<String>,
    /// Only what belongs to the patients with these ids; to whomever, where there are none.
    pub patients: Vec<String>,
    /// Only what belongs to the members of the Groups with these ids; to whomever, where there are none.
    pub groups: Vec<String>,
    /// Only what changed after this time.
    pub since: Option<DateTime<Utc>>,
    /// The whole URL of the request.
    pub request: String,
    /// The base of this server's own URLs.
    pub base_url: String,
}

/// An export of tables, as who asked for it is told.
#[derive(Clone, Debug)]
pub struct ExportedTables {
    /// When it was asked for.
    pub asked: DateTime<Utc>,
    /// How far it is.
    pub state: State,
    /// What the client calls it.
    pub tracking: Option<String>,
    /// How the tables are written.
    pub format: String,
    /// The name of each table with the names of its files, once they are there.
    pub tables: Vec<(String, Vec<String>)>,
}

impl Records {
    /// Asks for an export of tables, and gives its id.
    ///
    /// # Errors
    /// When the caller may not export what is asked for, a view is not there or cannot be read, or the caller has too many exports.
    pub async fn export_views(&self, caller: &Caller, asked: AskedTables) -> Result<String, Error> {
        let exporter = program(caller)?;
        owner(&exporter)?;
        let (views, definitions, types) = self.wanted_views(&exporter, &asked).await?;
        let named = (asked.patients.as_slice(), asked.groups.as_slice());
        let whose = self.whose_rows(&exporter.quietly(), &types, named).await?;
        let patient = match asked.patients.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let row = AuditRow { patient, ..self.audit_row(caller, "view-export", None) };
        let tables = Tables {
            views,
            definitions: definitions.all,
            format: asked.format.name().to_owned(),
            header: asked.format != (Format::Csv { header: false }),
            tracking: asked.tracking,
        };
        let wanted = Wanted {
            request: asked.request,
            base_url: asked.base_url,
            types: types.iter().map(ToString::to_string).collect(),
            whose,
            filters: Vec::new(),
            since: asked.since,
            until: None,
            elements: Vec::new(),
            notes: Vec::new(),
            tables: Some(tables),
        };
        self.add_export(&exporter, &wanted, &row).await
    }

    /// The views that are asked for, with the types that their rows are made of.
    async fn wanted_views(
        &self,
        exporter: &Caller,
        asked: &AskedTables,
    ) -> Result<(Vec<WantedView>, Definitions, Vec<ResourceType>), Error> {
        if asked.views.is_empty() || asked.views.len() > MOST_VIEWS {
            let text = format!("view: there must be 1 to {MOST_VIEWS}");
            return Err(Error::BadRequest(IssueType::Required, text));
        }
        let (mut views, mut types) = (Vec::<WantedView>::new(), Vec::new());
        let mut definitions = Definitions::default();
        for (at, (name, which)) in asked.views.iter().enumerate() {
            let sent = self.view_definition(&exporter.quietly(), which, &asked.base_url).await?;
            let name = table_name(at, name.as_deref(), &sent)?;
            types.push(exported_type(exporter, (at, name.as_str()), &sent).await?);
            if views.iter().any(|other| other.name == name) {
                return Err(refused(at, IssueType::Duplicate, "there is another table with this name"));
            }
            views.push(WantedView { name, definition: definitions.add(at, sent)? });
        }
        types.sort_unstable_by_key(|one| one.as_str());
        types.dedup();
        Ok((views, definitions, types))
    }

    /// How far an export of tables is.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such export; or when its rights do not go to all that is exported.
    pub async fn exported_views(&self, caller: &Caller, id: &str) -> Result<ExportedTables, Error> {
        let export = self.export_status(caller, id).await?;
        let wanted = export.tables.ok_or(Error::NotFound)?;
        let mut tables = Vec::new();
        if let State::Done(listed) = &export.state {
            for view in &wanted.views {
                let of_type = wanted.definition(view)?.get("resource").and_then(Value::as_str);
                let files =
                    listed.output.iter().filter(|file| Some(file.resource_type.as_str()) == of_type).count();
                let file = |number: usize| format!("{}-{number}.{}", view.name, wanted.format);
                // A table without rows is a file, too.
                tables.push((view.name.clone(), (1..=files.max(1)).map(file).collect()));
            }
        }
        let Tables { format, tracking, .. } = wanted;
        Ok(ExportedTables { asked: export.asked, state: export.state, tracking, format, tables })
    }

    /// A file of an export of tables by its name, and how it is written.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such file; or when its rights do not go to the type in it, or the view fails on one
    /// of the first resources.
    pub async fn exported_view(
        &self,
        caller: &Caller,
        id: &str,
        name: &str,
    ) -> Result<(Table, Format), Error> {
        let exporter = program(caller)?;
        let (job, wanted) = self.export_job(&exporter, id).await?;
        let tables = wanted.tables.filter(|_| job.listed.is_some()).ok_or(Error::NotFound)?;
        let (name, number) = name
            .strip_suffix(&format!(".{}", tables.format))
            .and_then(|name| name.rsplit_once('-'))
            .ok_or(Error::NotFound)?;
        let wanted = tables.views.iter().find(|view| view.name == name).ok_or(Error::NotFound)?;
        let view = read(tables.definition(wanted)?).await.map_err(Error::Unprocessable)?;
        if !may_export(&exporter, view.resource_type) {
            return Err(Error::Forbidden);
        }
        let format = match Format::named(&tables.format) {
            Some(Format::Csv { .. }) => Format::Csv { header: tables.header },
            Some(format) => format,
            None => return Err(Error::internal("a format that was kept")),
        };
        let file = format!("{}-{number}.ndjson", view.resource_type);
        let source = match self.export_file(caller, id, &file).await {
            Ok(file) => Some(Source::Exported(Box::new(file))),
            Err(Error::NotFound) if number == "1" => {
                // What is asked for is there, and has no rows.
                self.audit_success(caller, "export-file").await?;
                None
            }
            Err(error) => return Err(error),
        };
        let run = Run::begin(view, job.listed.unwrap_or(job.asked), (format, None), (source, Vec::new()))?;
        Ok((run.begun().await?, format))
    }
}

fn refused(at: usize, code: IssueType, text: &str) -> Error {
    Error::BadRequest(code, format!("view[{at}]: {text}"))
}

/// The name of the table of a view, the one that is given before the view's own.
fn table_name(at: usize, given: Option<&str>, definition: &Value) -> Result<String, Error> {
    let own = definition.get("name").and_then(Value::as_str);
    let name = given.or(own).map_or_else(|| format!("view{}", at.saturating_add(1)), str::to_owned);
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(is_part) {
        let text = "the name of a table has 1 to 64 letters, digits and underscores";
        return Err(refused(at, IssueType::Value, text));
    }
    Ok(name)
}

/// The type of the resources that rows are made of.
async fn exported_type(
    exporter: &Caller,
    (at, name): (usize, &str),
    definition: &Value,
) -> Result<ResourceType, Error> {
    let view = read(definition).await.map_err(|issues| {
        let told = |issue: Issue| Issue { diagnostics: format!("{name}: {}", issue.diagnostics), ..issue };
        Error::Unprocessable(issues.into_iter().map(told).collect())
    })?;
    let of_type = view.resource_type;
    if let Some(reason) = why_not(&Level::System, of_type) {
        return Err(refused(at, IssueType::NotSupported, &reason));
    }
    if !may_export(exporter, of_type) {
        return Err(Error::Forbidden);
    }
    Ok(of_type)
}

/// The view, read beside the threads that answer requests.
async fn read(definition: &Value) -> Result<View, Vec<Issue>> {
    let definition = definition.clone();
    let read = tokio::task::spawn_blocking(move || View::read(&definition)).await;
    read.unwrap_or_else(|_| Err(vec![Issue::error(IssueType::Exception, "the view could not be read")]))
}

/// Definitions of views as they are kept with an export, equal ones once.
#[derive(Default)]
struct Definitions {
    all: Vec<Value>,
    bytes: usize,
}

impl Definitions {
    /// The place of a definition among them.
    ///
    /// # Errors
    /// When they are too large together.
    fn add(&mut self, at: usize, definition: Value) -> Result<usize, Error> {
        if let Some(place) = self.all.iter().position(|other| *other == definition) {
            return Ok(place);
        }
        self.bytes = self.bytes.saturating_add(Wanted::written(&definition)?.len());
        if self.bytes > MOST_BYTES {
            let text = format!("the views have more than {} MB in all", MOST_BYTES / (1024 * 1024));
            return Err(refused(at, IssueType::TooCostly, &text));
        }
        self.all.push(definition);
        Ok(self.all.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_definitions_are_kept_once_and_all_are_bounded() {
        let of = |letter: &str| json!({ "resource": "Patient", "title": letter.repeat(1_000_000) });
        let mut definitions = Definitions::default();
        for (letter, place) in [("a", 0), ("b", 1), ("a", 0), ("c", 2), ("d", 3), ("b", 1), ("d", 3)] {
            assert_eq!(definitions.add(0, of(letter)).unwrap(), place, "{letter}");
        }
        let Err(Error::BadRequest(code, text)) = definitions.add(7, of("e")) else { panic!("it is kept") };
        assert_eq!(
            (code, text.as_str()),
            (IssueType::TooCostly, "view[7]: the views have more than 4 MB in all")
        );
        assert_eq!(definitions.all.len(), 4);
    }
}
