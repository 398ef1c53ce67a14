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
        if !links.is_empty() {
            text.push_str(&format!(r#","link":{}"#, Value::from(links)));
        }
        Self { text, entries: 0 }
    }

    /// Adds an entry. `resource` is the JSON text of a resource; `rest` are further members of the entry, as an object.
    pub fn push(&mut self, full_url: Option<&str>, resource: Option<&str>, rest: &Value) {
        self.text.push_str(if self.entries == 0 { r#","entry":["# } else { "," });
        self.entries = self.entries.saturating_add(1);
        let full_url = full_url.map(|url| ("fullUrl", Value::from(url).to_string()));
        let resource = resource.map(|resource| ("resource", resource.to_owned()));
        let rest = rest.as_object().into_iter().flatten();
        let rest = rest.map(|(name, value)| (name.as_str(), value.to_string()));
        let mut mark = '{';
        for (name, json) in full_url.into_iter().chain(resource).chain(rest) {
            self.text.push(mark);
            self.text.push_str(&format!("{}:", Value::from(name)));
            self.text.push_str(&json);
            mark = ',';
        }
        self.text.push('}');
    }

    /// How long the text is until now.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.text.len()
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
        assert_eq!(text, r#"{"resourceType":"Bundle","type":"searchset","total":0}"#);
    }

    #[test]
    fn a_body_keeps_its_digits() {
        let mut bundle = Bundle::new("searchset", None, &[("self", "http://h/x?a=\"".to_owned())]);
        bundle.push(
            Some("http://h/O/1"),
            Some(r#"{"resourceType":"O","valueDecimal":1.50}"#),
            &json!({"search": {"mode": "match"}}),
        );
        bundle.push(Some("http://h/O/2"), None, &json!({}));
        bundle.push(None, None, &json!({"response": {"status": "204"}}));
        assert_eq!(
            bundle.finish(),
            r#"{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"http://h/x?a=\""}],"entry":[{"fullUrl":"http://h/O/1","resource":{"resourceType":"O","valueDecimal":1.50},"search":{"mode":"match"}},{"fullUrl":"http://h/O/2"},{"response":{"status":"204"}}]}"#
        );
    }
}
