//! Issues, and the OperationOutcome that carries them. <https://hl7.org/fhir/R4/operationoutcome.html>

use std::fmt;

use serde_json::{Value, json};

/// How serious an issue is. <https://hl7.org/fhir/R4/valueset-issue-severity.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Nothing more was tried.
    Fatal,
    /// The request is refused for it.
    Error,
    /// Worth a look.
    Warning,
    /// For information only.
    Information,
}

/// What sort of issue it is. <https://hl7.org/fhir/R4/valueset-issue-type.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssueType {
    /// The content is invalid, and no closer word fits.
    Invalid,
    /// The shape of the content is wrong: syntax, unknown elements, wrong JSON type.
    Structure,
    /// A required element is missing.
    Required,
    /// A value has the wrong format or is out of range.
    Value,
    /// A rule between elements does not hold.
    Invariant,
    /// Who calls is unknown, or not allowed.
    Security,
    /// Nobody is signed in.
    Login,
    /// The caller's identity is not known to the system.
    Unknown,
    /// The token or session has ended.
    Expired,
    /// The caller may not do this.
    Forbidden,
    /// Some content was held back.
    Suppressed,
    /// The request cannot be carried out as it stands.
    Processing,
    /// The interaction, operation, resource type or parameter is not supported.
    NotSupported,
    /// It is there already.
    Duplicate,
    /// Several resources match where one was meant.
    MultipleMatches,
    /// It is not there.
    NotFound,
    /// It was there, and was deleted.
    Deleted,
    /// Something is longer than can be taken.
    TooLong,
    /// A code is not known in its code system, or not allowed here.
    CodeInvalid,
    /// An extension is not known or not allowed here.
    Extension,
    /// It would take too much.
    TooCostly,
    /// A rule of the place forbids it.
    BusinessRule,
    /// Somebody else changed it meanwhile.
    Conflict,
    /// Something failed for a time; the same request may succeed later.
    Transient,
    /// Another request holds it.
    LockError,
    /// A store that is needed does not answer.
    NoStore,
    /// The server failed.
    Exception,
    /// It took too long.
    Timeout,
    /// Not all could be answered.
    Incomplete,
    /// Requests come too fast.
    Throttled,
    /// A message to read, not an error.
    Informational,
}

/// One thing that is wrong, or worth saying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// How serious it is.
    pub severity: Severity,
    /// What sort it is.
    pub code: IssueType,
    /// Where it is, in FHIRPath; none for the request as a whole.
    pub expression: Option<String>,
    /// One sentence for the reader. It names elements and never quotes their values.
    pub diagnostics: String,
}

impl Issue {
    /// An issue of the request as a whole.
    pub fn of(severity: Severity, code: IssueType, diagnostics: impl Into<String>) -> Self {
        Self { severity, ..Self::error(code, diagnostics) }
    }

    /// An error of the request as a whole.
    pub fn error(code: IssueType, diagnostics: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, expression: None, diagnostics: diagnostics.into() }
    }

    /// An information that is no error.
    pub fn information(diagnostics: impl Into<String>) -> Self {
        Self { severity: Severity::Information, ..Self::error(IssueType::Informational, diagnostics) }
    }

    /// The same issue with the place where it is.
    #[must_use]
    pub fn at(self, expression: impl Into<String>) -> Self {
        Self { expression: Some(expression.into()), ..self }
    }

    fn to_json(&self) -> Value {
        let mut issue = json!({
            "severity": self.severity.as_str(),
            "code": self.code.as_str(),
            "diagnostics": self.diagnostics,
        });
        if let (Some(expression), Some(object)) = (&self.expression, issue.as_object_mut()) {
            object.insert("expression".to_owned(), json!([expression]));
        }
        issue
    }
}

/// Builds an OperationOutcome. Without issues it says that all went well, since one issue is the least it may
/// have.
pub fn operation_outcome(issues: &[Issue]) -> Value {
    let mut issues: Vec<Value> = issues.iter().map(Issue::to_json).collect();
    if issues.is_empty() {
        issues.push(Issue::information("All OK").to_json());
    }
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}

impl Severity {
    /// The FHIR code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

impl IssueType {
    /// The FHIR code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Structure => "structure",
            Self::Required => "required",
            Self::Value => "value",
            Self::Invariant => "invariant",
            Self::Security => "security",
            Self::Login => "login",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Forbidden => "forbidden",
            Self::Suppressed => "suppressed",
            Self::Processing => "processing",
            Self::NotSupported => "not-supported",
            Self::Duplicate => "duplicate",
            Self::MultipleMatches => "multiple-matches",
            Self::NotFound => "not-found",
            Self::Deleted => "deleted",
            Self::TooLong => "too-long",
            Self::CodeInvalid => "code-invalid",
            Self::Extension => "extension",
            Self::TooCostly => "too-costly",
            Self::BusinessRule => "business-rule",
            Self::Conflict => "conflict",
            Self::Transient => "transient",
            Self::LockError => "lock-error",
            Self::NoStore => "no-store",
            Self::Exception => "exception",
            Self::Timeout => "timeout",
            Self::Incomplete => "incomplete",
            Self::Throttled => "throttled",
            Self::Informational => "informational",
        }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expression {
            Some(expression) => write!(f, "{expression}: {}", self.diagnostics),
            None => f.write_str(&self.diagnostics),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Issue, IssueType, operation_outcome};

    #[test]
    fn an_outcome_has_an_issue_even_when_all_went_well() {
        assert_eq!(
            operation_outcome(&[]),
            json!({"resourceType": "OperationOutcome", "issue": [
                {"severity": "information", "code": "informational", "diagnostics": "All OK"}]})
        );
    }

    #[test]
    fn an_issue_says_what_where_and_why() {
        let issue = Issue::error(IssueType::Required, "name is missing").at("Patient.name");
        assert_eq!(issue.to_string(), "Patient.name: name is missing");
        assert_eq!(
            operation_outcome(&[issue]),
            json!({"resourceType": "OperationOutcome", "issue": [
                {"severity": "error", "code": "required", "diagnostics": "name is missing",
                 "expression": ["Patient.name"]}]})
        );
    }
}
