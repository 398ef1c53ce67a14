//! `$document`: a Composition with what it refers to, as one Bundle.
//! <https://hl7.org/fhir/R4/composition-operation-document.html>, <https://hl7.org/fhir/R4/documents.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::parameters::Parameters;
use super::stamp::instant;
use super::{Error, Records, Stored};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::fhir::reference::Literal;
use crate::identity::Caller;

/// The type that a document begins with.
const COMPOSITION: &str = "Composition";

/// A document, as it is answered.
#[derive(Debug)]
pub enum Document {
    /// It is not kept.
    Made(Value),
    /// It is a Bundle of its own by now.
    Kept(Stored),
}

impl Records {
    /// The document of a Composition: with what it refers to, as far as the caller may read that. Kept, where that is asked for.
    ///
    /// # Errors
    /// As [`Records::read`]; when there is too much of it, or it may not be kept.
    pub async fn document(
        &self,
        caller: &Caller,
        (id, base_url): (&str, &str),
        is_kept: bool,
    ) -> Result<Document, Error> {
        let of_type = ResourceType::parse(COMPOSITION).ok_or(Error::UnknownType)?;
        let quiet = caller.quietly();
        let composition = self.read(&quiet, of_type, id).await?;
        let mut named = BTreeSet::new();
        let parameters = self.known.last(caller.tenant);
        references(&composition.json()?, &parameters, &mut named);
        let (referred, is_cut) = self.named(&quiet, &named).await?;
        if is_cut {
            let text = "the Composition refers to more than one document takes";
            return Err(Error::BadRequest(IssueType::TooCostly, text.to_owned()));
        }
        let is_itself = |one: &&Stored| one.resource_type == COMPOSITION && one.id == composition.id;
        let others = referred.iter().filter(|one| !is_itself(one));
        let entries: Result<Vec<Value>, Error> = [&composition]
            .into_iter()
            .chain(others)
            .map(|one| {
                let address = format!("{base_url}/{}/{}", one.resource_type, one.id);
                Ok(json!({ "fullUrl": address, "resource": one.json()? }))
            })
            .collect();
        let bundle = json!({
            "resourceType": "Bundle",
            "identifier": { "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", self.new_id()) },
            "type": "document",
            "timestamp": instant(self.clock.now()),
            "entry": entries?,
        });
        if is_kept {
            return Ok(Document::Kept(self.create(&caller.clone().doing("document"), bundle).await?));
        }
        self.audit_answer(caller, "document", &composition).await?;
        Ok(Document::Made(bundle))
    }
}

/// What an element refers to on this server, wherever that stands in it. To which other documents one relates is no part of it.
fn references(element: &Value, parameters: &Parameters, found: &mut BTreeSet<(ResourceType, String)>) {
    match element {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| *name != "relatesTo") {
                if let Some(text) = member.as_str().filter(|_| name == "reference") {
                    found.extend(local(text, parameters).map(|(of_type, id)| (of_type, id.to_owned())));
                }
                references(member, parameters, found);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|one| references(one, parameters, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The type and id that a reference names, where it is to this server.
fn local<'r>(reference: &'r str, parameters: &Parameters) -> Option<(ResourceType, &'r str)> {
    match Literal::parse(reference)? {
        Literal::Relative { resource_type, id, .. } => Some((resource_type, id)),
        Literal::Absolute { url, .. } => parameters.local(url),
        Literal::Contained(_) | Literal::Conditional { .. } | Literal::Uri(_) => None,
    }
}
