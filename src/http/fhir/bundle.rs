//! Bundles of stored resources. Their JSON text is put in as it is kept: nothing is parsed again.

use serde_json::Value;

/// A Bundle that is being written.
#[derive(Debug)]
pub struct Bundle {
    text: String,
    entries: usize,
}

impl Bundle {
    /// Opens a Bundle of this type, with its links (relation and URL) and total.
    #[must_use]
    pub fn new(kind: &str, total: Option<i64>, links: &[(&str, String)]) -> Self {
        let links: Vec<_> = links
            .iter()
            .map(|(relation, url)| serde_json::json!({ "relation": relation, "url": url }))
            .collect();
        let mut text = format!(r#"{{"resourceType":"Bundle","type":{}"#, Value::from(kind));
        if let Some(total) = total {
            text.push_str(&format!(r#","total":{total}"#));
        }
        text.push_str(&format!(r#","link":{}"#, Value::from(links)));
        Self { text, entries: 0 }
    }

    /// Adds an entry. `resource` is the JSON text of a resource; `rest` are further members of the entry, as an object.
    pub fn push(&mut self, full_url: &str, resource: Option<&str>, rest: &Value) {
        self.text.push_str(if self.entries == 0 { r#","entry":["# } else { "," });
        self.entries = self.entries.saturating_add(1);
        self.text.push_str(&format!(r#"{{"fullUrl":{}"#, Value::from(full_url)));
        if let Some(resource) = resource {
            self.text.push_str(r#","resource":"#);
            self.text.push_str(resource);
        }
        for (name, value) in rest.as_object().into_iter().flatten() {
            self.text.push_str(&format!(",{}:{value}", Value::from(name.as_str())));
        }
        self.text.push('}');
    }

    /// The Bundle's JSON text.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.text.push_str(if self.entries == 0 { "}" } else { "]}" });
        self.text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Bundle;

    #[test]
    fn an_empty_bundle_has_no_entry_member() {
        let text = Bundle::new("searchset", Some(0), &[]).finish();
        assert_eq!(text, r#"{"resourceType":"Bundle","type":"searchset","total":0,"link":[]}"#);
    }

    #[test]
    fn a_body_keeps_its_digits() {
        let mut bundle = Bundle::new("searchset", None, &[("self", "http://h/x?a=\"".to_owned())]);
        bundle.push(
            "http://h/O/1",
            Some(r#"{"resourceType":"O","valueDecimal":1.50}"#),
            &json!({"search": {"mode": "match"}}),
        );
        bundle.push("http://h/O/2", None, &json!({}));
        assert_eq!(
            bundle.finish(),
            r#"{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"http://h/x?a=\""}],"entry":[{"fullUrl":"http://h/O/1","resource":{"resourceType":"O","valueDecimal":1.50},"search":{"mode":"match"}},{"fullUrl":"http://h/O/2"}]}"#
        );
    }
}
