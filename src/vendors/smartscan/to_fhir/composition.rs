//! A discharge summary or clinical note as a Composition of its sections, with the stay or visit and what it states of the person.

use serde_json::{Value, json};

use super::document::{document, names_somebody};
use super::encounter::encounter;
use super::paper::{Paper, named};
use super::statements::statements;
use super::{New, instant, reference, set};
use crate::fhir::codes;
use crate::inference::device::{FieldName, Form};
use crate::vendors::smartscan::sections::{Layout, Section, Statement};
use crate::vendors::smartscan::{device_types, narrative};

const VISIT: [FieldName; 8] = [
    FieldName::AdmissionDate,
    FieldName::DischargeDate,
    FieldName::AttendingPhysician,
    FieldName::Disposition,
    FieldName::VisitDate,
    FieldName::VisitTime,
    FieldName::VisitType,
    FieldName::Clinician,
];

/// The resources of a document, itself last. None where it says nothing.
#[must_use]
pub fn resources(layout: &Layout, paper: &Paper<'_>) -> Vec<New> {
    let read = |section: &&Section| paper.has_any(&[section.field]);
    let sections: Vec<_> = layout.sections.iter().filter(read).collect();
    if sections.is_empty() && !paper.has_any(&VISIT) && !names_somebody(paper) {
        return Vec::new();
    }
    let visit_id = (paper.context.new_id)();
    let visit = reference("Encounter", &visit_id);
    let stated: Vec<_> =
        sections.iter().map(|section| (*section, statements(section, &visit, paper))).collect();
    let is_condition = |section: &Section| section.states == Some(Statement::Condition);
    let conditions: Vec<_> = stated
        .iter()
        .filter(|(section, _)| is_condition(section))
        .flat_map(|(_, news)| news.clone())
        .collect();
    let visit = encounter(paper, &visit_id, &conditions);
    let composition = composition(layout, &visit, &stated, paper);
    let mut resources = vec![composition, visit];
    resources.extend(stated.into_iter().flat_map(|(_, news)| news));
    let visit = resources.iter().find(|new| new.id == visit_id).cloned();
    resources.push(document(paper, layout.document, visit.as_ref(), &resources));
    resources
}

fn composition(layout: &Layout, visit: &New, stated: &[(&Section, Vec<New>)], paper: &Paper<'_>) -> New {
    let writer = paper.text(FieldName::AttendingPhysician).or_else(|| paper.text(FieldName::Clinician));
    let author = writer.map_or_else(|| paper.context.project(), |name| named("Practitioner", name));
    let sections: Vec<_> = stated.iter().filter_map(|(section, news)| part(section, news, paper)).collect();
    let mut resource = paper.resource(
        "Composition",
        json!({
            "status": "preliminary",
            "type": layout.document.concept(),
            "subject": paper.subject(),
            "encounter": visit.reference(),
            "date": instant(paper.context.now),
            "author": [author],
            "title": device_types::name(paper.reading.kind),
        }),
    );
    set(&mut resource, "section", (!sections.is_empty()).then(|| sections.into()));
    paper.with_id(resource)
}

/// A section with its text, and what that states. The text of a list has a line for each item.
fn part(section: &Section, stated: &[New], paper: &Paper<'_>) -> Option<Value> {
    let text = match section.field.form() {
        Form::List => {
            let items = paper.reading.list(section.field).map(|item| item.replace('\n', " "));
            items.collect::<Vec<_>>().join("\n")
        }
        Form::Text | Form::Number | Form::Flag => paper.text(section.field)?.to_owned(),
    };
    if text.is_empty() {
        return None;
    }
    let title = section.codes.first().map(|code| code.display);
    let mut part = json!({ "code": codes::concept(section.codes) });
    set(&mut part, "title", title.map(Value::from));
    set(&mut part, "text", Some(json!({ "status": "generated", "div": narrative::div(&text) })));
    let entries: Vec<_> = stated.iter().map(New::reference).collect();
    set(&mut part, "entry", (!entries.is_empty()).then(|| entries.into()));
    Some(part)
}
