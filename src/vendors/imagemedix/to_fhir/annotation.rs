//! A mark on a scan as an Observation: one a mark, so that each can be found and has versions of its own.

use serde_json::{Number, Value, json};

use super::result::number;
use super::{Context, instant, reference};
use crate::fhir::codes::Code;
use crate::vendors::imagemedix::codes::{ANNOTATION, MARK, MARK_X, MARK_Y};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::{text, wire};

/// A checked mark.
#[derive(Clone, Debug)]
pub struct New {
    x: Number,
    y: Number,
    text: String,
}

impl New {
    /// Checks what was sent against the picture's width and height, where these are known.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::NewAnnotation, sides: Option<[u64; 2]>) -> Result<Self, Refusal> {
        let [width, height] = sides.unwrap_or([u64::from(u32::MAX); 2]);
        let within = |field, value: &Number, side: u64| {
            // Sides have at most five digits.
            let side = f64::from(u32::try_from(side).unwrap_or(u32::MAX));
            number(field, value, 0.0..side)
        };
        Ok(Self {
            x: within("x", &sent.x, width)?,
            y: within("y", &sent.y, height)?,
            text: text::required_lines("text", &sent.text, text::LINE)?,
        })
    }

    /// The Observation.
    #[must_use]
    pub fn observation(&self, id: &str, study: &Value, media: &str, context: &Context) -> Value {
        let side = |code: Code, value: &Number| json!({ "code": code.concept(), "valueQuantity": { "value": value, "unit": "pixels" } });
        json!({
            "resourceType": "Observation",
            "identifier": [{ "system": ANNOTATION, "value": id }],
            "status": "final",
            "code": MARK.concept(),
            "subject": study.get("subject"),
            "issued": instant(context.now),
            "performer": [reference(&context.author)],
            "note": [{ "text": self.text }],
            "derivedFrom": [reference(&format!("Media/{media}"))],
            "component": [side(MARK_X, &self.x), side(MARK_Y, &self.y)],
        })
    }
}
