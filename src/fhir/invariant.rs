//! Rules between elements, which the definitions of types state in FHIRPath. <https://hl7.org/fhir/R4/conformance-rules.html#constraints>

use std::sync::OnceLock;

use super::fhirpath::Expression;
use super::outcome::Severity;

/// A rule.
#[derive(Debug)]
pub struct Invariant {
    /// Its key, such as `pat-1`.
    pub key: &'static str,
    /// What breaking it means: an error or a warning.
    pub severity: Severity,
    /// What it demands, in words.
    pub text: &'static str,
    written: &'static str,
    expression: OnceLock<Option<Expression>>,
}

impl Invariant {
    /// A rule that is read when it is first asked for.
    pub(super) fn of(
        key: &'static str,
        severity: Severity,
        written: &'static str,
        text: &'static str,
    ) -> Self {
        Self { key, severity, text, written, expression: OnceLock::new() }
    }

    /// Its expression; `None` where it cannot be read, which a test excludes for all that R4 has.
    pub fn expression(&self) -> Option<&Expression> {
        self.expression.get_or_init(|| Expression::parse(self.written).ok()).as_ref()
    }
}
