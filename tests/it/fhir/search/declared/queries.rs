//! For each parameter that a resource has a value for, a query that asks for it.

use hygeia::fhir::ResourceType;
use hygeia::fhir::definitions::search_parameters;
use hygeia::fhir::search_parameter::{SearchKind, SearchParameter};
use hygeia::fhir::search_values::{Indexed, SearchValue, Way, composite, search_values, sources};
use serde_json::Value;

/// Code and value, ready for an address.
pub fn queries(resource: &Value) -> Vec<(&'static str, String)> {
    let resource_type = ResourceType::of(resource).unwrap();
    let values = search_values(resource_type, resource);
    let year = if resource.to_string().contains("2001-02-03") { "2001-02-03" } else { "2002-02-03" };
    let asked = Asked { resource_type, values: &values, date: year };
    let id = resource["id"].as_str().unwrap_or_default();
    let queries = search_parameters(resource_type).iter().filter_map(|parameter| {
        let text = if parameter.code == "_id" {
            Some(id.to_owned()).filter(|id| !id.is_empty())
        } else if parameter.kind == SearchKind::Composite {
            asked.composite(parameter)
        } else {
            asked.plain(parameter)
        };
        let encoded = form_urlencoded::byte_serialize(text?.as_bytes()).collect();
        Some((&*parameter.code, encoded))
    });
    queries.collect()
}

struct Asked<'a> {
    resource_type: ResourceType,
    values: &'a [SearchValue<'a>],
    date: &'static str,
}

impl Asked<'_> {
    fn plain(&self, parameter: &SearchParameter) -> Option<String> {
        sources(self.resource_type, &parameter.code).into_iter().find_map(|source| {
            let values = self.values.iter().filter(|value| value.parameter.code == source.code);
            values.into_iter().find_map(|value| {
                if let (Indexed::Reference(reference), Some(target)) = (&value.value, source.target) {
                    reference.target.filter(|(kind, _)| kind.as_str() == target)?;
                }
                self.text(&value.value)
            })
        })
    }

    fn composite(&self, parameter: &'static SearchParameter) -> Option<String> {
        composite(self.resource_type, parameter)?.ways.iter().find_map(|way| match way {
            Way::Resource(parts) => {
                let parts: Option<Vec<_>> = parts.iter().map(|part| self.plain(part)).collect();
                Some(parts?.join("$"))
            }
            Way::Kept(owner) => {
                self.values.iter().filter(|value| value.parameter.code == *owner).find_map(|value| {
                    let Indexed::Together(parts) = &value.value else { return None };
                    let first = |values: &Vec<Indexed<'_>>| values.iter().find_map(|value| self.text(value));
                    let parts: Option<Vec<_>> = parts.iter().map(first).collect();
                    Some(parts?.join("$"))
                })
            }
        })
    }

    fn text(&self, value: &Indexed<'_>) -> Option<String> {
        Some(match value {
            Indexed::Token(token) => match (token.system, token.code) {
                (Some(system), Some(code)) => format!("{system}|{code}"),
                (None, Some(code)) => format!("|{code}"),
                (_, None) => return None,
            },
            Indexed::Reference(reference) => match (reference.url, reference.target) {
                (Some(url), _) => url.to_owned(),
                (None, Some((kind, id))) => format!("{kind}/{id}"),
                (None, None) => return None,
            },
            Indexed::Date(_) => self.date.to_owned(),
            Indexed::Text(text) | Indexed::Uri(text) | Indexed::Number(text) => (*text).to_owned(),
            // What is open at one end is below or above nearly everything.
            Indexed::Quantity(quantity) if quantity.low != quantity.high => return None,
            Indexed::Quantity(quantity) => {
                let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
                format!("{}|{}|{}", part(quantity.low), part(quantity.system), part(quantity.code))
            }
            Indexed::Position { latitude, longitude } => format!("{latitude}|{longitude}"),
            Indexed::TypedIdentifier(_) | Indexed::Together(_) => return None,
        })
    }
}
