//! Asking for a table: by which view, of what, and whose.

use std::collections::BTreeSet;

use serde_json::Value;

use super::reading::Reading;
use super::run::{Body, Run, Sheet, Source};
use super::{Asked, Table, Which};
use crate::fhir::ResourceType;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::reference::Literal;
use crate::fhir::view::View;
use crate::identity::Caller;
use crate::records::access::{PATIENT, permit};
use crate::records::export::{Level, RIGHTS, Wanted, Whose, why_not};
use crate::records::search::{Query, Total, escaped};
use crate::records::{Error, Records, Stored};
use crate::storage::address::address;
use crate::storage::audit::AuditRow;

const VIEW_DEFINITION: &str = "ViewDefinition";
/// So many patients may be asked for.
const MOST_PATIENTS: usize = 20_000;

fn view_definition() -> Result<ResourceType, Error> {
    ResourceType::parse(VIEW_DEFINITION).ok_or_else(|| Error::internal("a type that is known"))
}

impl Records {
    /// Makes the table that a view describes.
    ///
    /// # Errors
    /// When there is no such view, it cannot be read, the caller may not search and read resources of its type, or an expression fails
    /// on one of the first resources.
    pub async fn run_view(&self, caller: &Caller, mut asked: Asked) -> Result<Table, Error> {
        let reader = caller.quietly();
        let sent = asked.sent.take();
        let view = self.view(&reader, &asked).await?;
        let patient = match asked.patients.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let row = AuditRow {
            type_: Some(view.resource_type.to_string()),
            patient,
            ..self.audit_row(caller, "view-run", None)
        };
        let (reading, sheets) = match sent {
            Some(resources) => {
                let sheet =
                    |(at, resource)| Sheet { name: format!("resource[{at}]"), body: Body::Read(resource) };
                (None, resources.into_iter().enumerate().map(sheet).collect())
            }
            None => {
                (Some(Source::Stored(Box::new(self.read_for(&reader, &view, &asked).await?))), Vec::new())
            }
        };
        let run = Run::begin(view, self.now(), (asked.format, asked.limit), (reading, sheets))?;
        let table = run.begun().await;
        // Where the view fails on a resource, this one was read, and those before it.
        if matches!(table, Ok(_) | Err(Error::Unprocessable(_))) {
            self.record_read(caller, row).await?;
        }
        table
    }

    /// The ViewDefinition that is asked for.
    ///
    /// # Errors
    /// When there is none, or the reader may not read it.
    pub(super) async fn view_definition(
        &self,
        reader: &Caller,
        which: &Which,
        base_url: &str,
    ) -> Result<Value, Error> {
        match which {
            Which::Sent(definition) => Ok(definition.clone()),
            Which::Stored(id) => self.read(reader, view_definition()?, id).await?.json(),
            Which::Named(name) => self.named_view(reader, name, base_url).await?.json(),
        }
    }

    /// The same, read.
    async fn view(&self, reader: &Caller, asked: &Asked) -> Result<View, Error> {
        let definition = self.view_definition(reader, &asked.view, &asked.base_url).await?;
        // There may be many expressions in it.
        let read = tokio::task::spawn_blocking(move || View::read(&definition)).await;
        read.map_err(Error::internal)?.map_err(Error::Unprocessable)
    }

    async fn named_view(&self, reader: &Caller, name: &str, base_url: &str) -> Result<Stored, Error> {
        let of_type = view_definition()?;
        let own = name.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
        if let Some(Literal::Relative { resource_type, id, version: None }) = Literal::parse(own) {
            if resource_type != of_type {
                let text = "viewReference: this is a resource of another type";
                return Err(Error::BadRequest(IssueType::Value, text.to_owned()));
            }
            return self.read(reader, of_type, id).await;
        }
        let (url, version) = name.split_once('|').map_or((name, None), |(url, version)| (url, Some(version)));
        let mut parameters = vec![("url".to_owned(), escaped(url))];
        parameters.extend(version.map(|version| ("version".to_owned(), escaped(version))));
        let query = Query {
            parameters,
            sort: Some("-_lastUpdated".to_owned()),
            count: 1,
            total: Total::Unwanted,
            strict: true,
            base_url: base_url.to_owned(),
            ..Query::default()
        };
        let found = self.search(reader, of_type, &query).await?;
        found.resources.into_iter().next().ok_or(Error::NotFound)
    }

    /// What reads the stored resources that the table is made of.
    async fn read_for(&self, reader: &Caller, view: &View, asked: &Asked) -> Result<Reading, Error> {
        let of_type = view.resource_type;
        for right in RIGHTS {
            permit(reader, right, of_type)?;
        }
        if let Some(reason) = why_not(&Level::System, of_type) {
            let issue = Issue::error(IssueType::NotSupported, reason).at("ViewDefinition.resource");
            return Err(Error::Unprocessable(vec![issue]));
        }
        let wanted = Wanted {
            request: String::new(),
            base_url: asked.base_url.clone(),
            types: vec![of_type.to_string()],
            whose: self
                .whose_rows(reader, &[of_type], (asked.patients.as_slice(), asked.groups.as_slice()))
                .await?,
            filters: Vec::new(),
            since: asked.since,
            until: None,
            elements: Vec::new(),
            notes: Vec::new(),
            tables: None,
        };
        Ok(Reading::of(self.clone(), reader.clone(), of_type, wanted))
    }

    /// Whose resources are asked for: those of the patients, or of the members, or of those patients who are members.
    ///
    /// # Errors
    /// When one of them is not there, or resources of one of the types are nobody's.
    pub(super) async fn whose_rows(
        &self,
        reader: &Caller,
        types: &[ResourceType],
        (patients, groups): (&[String], &[String]),
    ) -> Result<Whose, Error> {
        if patients.is_empty() && groups.is_empty() {
            return Ok(Whose::All);
        }
        if let Some(reason) = types.iter().find_map(|of_type| why_not(&Level::Patients, *of_type)) {
            let text = format!("patient and group say whose resources are asked for: {reason}");
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        let mut members = BTreeSet::new();
        for group in groups {
            match self.members(reader, group).await {
                Ok(mut more) => members.append(&mut more),
                Err(Error::NotFound | Error::Gone) => {
                    let text = "group: there is no such Group";
                    return Err(Error::BadRequest(IssueType::NotFound, text.to_owned()));
                }
                Err(error) => return Err(error),
            }
        }
        let wanted: BTreeSet<_> = if patients.is_empty() {
            members
        } else {
            self.patients_there(reader, patients).await?;
            patients.iter().filter(|id| groups.is_empty() || members.contains(*id)).cloned().collect()
        };
        if wanted.len() > MOST_PATIENTS {
            let text = format!("these are more than {MOST_PATIENTS} patients");
            return Err(Error::BadRequest(IssueType::TooCostly, text));
        }
        Ok(Whose::These(wanted.iter().map(|id| address(PATIENT, id)).collect()))
    }

    async fn patients_there(&self, reader: &Caller, patients: &[String]) -> Result<(), Error> {
        let mut addresses: Vec<_> = patients.iter().map(|id| address(PATIENT, id)).collect();
        addresses.sort_unstable();
        addresses.dedup();
        if self.are_there(reader, &addresses).await? {
            return Ok(());
        }
        // Which one it is could be what a Consent keeps from the caller.
        let text = "patient: there is no such patient, or this client may not see them";
        Err(Error::BadRequest(IssueType::NotFound, text.to_owned()))
    }
}
