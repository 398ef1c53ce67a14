//! An HTTP answer, taken apart for assertions.

use serde_json::Value;

/// Status, headers and body of an answer.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    headers: reqwest::header::HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// Sends a request.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("the answer ends") }
    }

    /// A header's value, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {:?}", self.text))
    }

    /// Asserts that this is a refusal with this status, and returns `code: diagnostics (expression)` of each issue.
    #[track_caller]
    pub fn refused(&self, status: u16) -> Vec<String> {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/fhir+json; charset=utf-8");
        let outcome = self.json();
        assert_eq!(outcome["resourceType"], "OperationOutcome");
        let issue = |issue: &Value| {
            let text = |name: &str| issue[name].as_str().unwrap_or_default().to_owned();
            let place = issue["expression"][0].as_str().map(|at| format!(" ({at})")).unwrap_or_default();
            assert_eq!(issue["severity"], "error");
            format!("{}: {}{place}", text("code"), text("diagnostics"))
        };
        outcome["issue"].as_array().unwrap().iter().map(issue).collect()
    }
}
