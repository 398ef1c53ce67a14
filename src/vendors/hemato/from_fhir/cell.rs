//! What a person said of one cell, by its Observation.

use serde_json::Value;

use super::report::of_code;
use super::smear::Spot;
use super::{list, text};
use crate::fhir::codes::Code;
use crate::vendors::hemato::codes::{CELL, CELL_RADIUS, CELL_X, CELL_Y, FILE, IN_FILE, SAID_BY_A_MODEL};
use crate::vendors::hemato::review::kinds::{Kind, SYSTEM};

/// What a person said of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Where it is.
    pub spot: Spot,
    /// Of what kind a model had said that it is.
    pub was: Kind,
    /// Of what kind it is.
    pub kind: Kind,
    /// Who said so, by name, as far as that is known.
    pub by: Option<String>,
    /// When, as FHIR writes it.
    pub at: String,
}

impl Said {
    /// What an Observation says of a cell; none where it is of anything else.
    #[must_use]
    pub fn of(observation: &Value) -> Option<Self> {
        if !of_code(observation, CELL) {
            return None;
        }
        let component = |code: Code| list(observation, "component").find(move |one| of_code(one, code));
        let number = |code: Code| component(code)?.get("valueInteger")?.as_i64();
        let file = coded(component(IN_FILE)?, FILE)?;
        let spot = Spot {
            file: file.to_owned(),
            y: number(CELL_Y)?,
            x: number(CELL_X)?,
            radius: number(CELL_RADIUS)?,
        };
        Some(Self {
            spot,
            was: kind(component(SAID_BY_A_MODEL)?)?,
            kind: kind(observation)?,
            by: by(observation, "performer").map(str::to_owned),
            at: text(observation, "issued").unwrap_or_default().to_owned(),
        })
    }

    /// Whether it is something else than a model had said.
    #[must_use]
    pub fn is_corrected(&self) -> bool {
        self.was != self.kind
    }
}

/// The name of whom a member of a resource names first.
#[must_use]
pub fn by<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    list(resource, name).find_map(|who| text(who, "display"))
}

fn kind(holder: &Value) -> Option<Kind> {
    Kind::all().find(|kind| coded(holder, SYSTEM).is_some_and(|code| code == kind.name().replace(' ', "-")))
}

/// The code of this system that something has as its value.
fn coded<'a>(holder: &'a Value, system: &str) -> Option<&'a str> {
    let concept = holder.get("valueCodeableConcept")?;
    list(concept, "coding")
        .find(|coding| text(coding, "system") == Some(system))
        .and_then(|one| text(one, "code"))
}
