//! Pages of studies, the newest first.

use std::collections::HashMap;

use super::progress;
use crate::identity::Caller;
use crate::platform::queue::Queue;
use crate::records::search::{Also, Query};
use crate::records::{Records, Stored};
use crate::vendors::hemato::codes::{STUDY, TAG};
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::{study, text};
use crate::vendors::hemato::state::State;
use crate::vendors::hemato::store::{all, escaped, query, resource_type};
use crate::vendors::hemato::{tags, wire};

/// Which studies are listed.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Only those with all of these tags.
    pub tags: Vec<(String, String)>,
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those that were made after this instant, as FHIR writes it.
    pub after: Option<String>,
    /// Only those that were made before this instant.
    pub before: Option<String>,
    /// So many.
    pub limit: u16,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// A page of studies.
///
/// # Errors
/// When they cannot be searched.
pub async fn page(
    records: &Records,
    queue: &Queue,
    caller: &Caller,
    wanted: &Wanted,
) -> Result<wire::StudyPage, Refusal> {
    let found = records.search(caller, resource_type("ServiceRequest")?, &asked(wanted)?).await?;
    let ids: Vec<_> = found.resources.iter().map(|stored| stored.id.as_str()).collect();
    let tasks = tasks(records, caller, &ids).await?;
    let mut studies = Vec::new();
    for stored in &found.resources {
        let Some(task) = tasks.get(&stored.id) else { continue };
        studies.push(shown(queue, caller, stored, task).await?);
    }
    Ok(wire::StudyPage { studies, next_cursor: found.next })
}

fn asked(wanted: &Wanted) -> Result<Query, Refusal> {
    let mut query = query(&[("identifier", format!("{STUDY}|"))], wanted.limit);
    let mut by = |name: &str, value: String| query.parameters.push((name.to_owned(), value));
    for (key, value) in &wanted.tags {
        by("_tag", format!("{TAG}|{}", escaped(&tags::code(key, value))));
    }
    if let Some(after) = &wanted.after {
        by("authored", format!("gt{after}"));
    }
    if let Some(before) = &wanted.before {
        by("authored", format!("lt{before}"));
    }
    if let Some(state) = wanted.state {
        let parameters = vec![
            ("identifier".to_owned(), format!("{STUDY}|")),
            ("status".to_owned(), state.codes().join(",")),
        ];
        query.also.push(Also::PointedAtFrom { source: resource_type("Task")?, by: "focus", parameters });
    }
    query.sort = Some("-authored".to_owned());
    query.after = wanted.cursor.clone();
    Ok(query)
}

async fn tasks(
    records: &Records,
    caller: &Caller,
    ids: &[&str],
) -> Result<HashMap<String, serde_json::Value>, Refusal> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = all(records, caller, "Task", &[("_id", ids.join(","))]).await?;
    let tasks: Result<_, _> =
        found.iter().map(|task| task.json().map(|json| (task.id.clone(), json))).collect();
    Ok(tasks?)
}

/// A study as it is shown.
///
/// # Errors
/// When the database fails.
pub async fn shown(
    queue: &Queue,
    caller: &Caller,
    stored: &Stored,
    task: &serde_json::Value,
) -> Result<wire::StudyView, Refusal> {
    let request = stored.json()?;
    let status = progress::of(queue, caller.tenant, &stored.id, task).await?;
    Ok(wire::StudyView {
        pbs_study_id: status.pbs_study_id,
        tags: study::tags(&request),
        report_status: status.report_status,
        progress: status.progress,
        created_at: text(&request, "authoredOn").unwrap_or_default().to_owned(),
    })
}
