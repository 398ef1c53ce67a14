//! A form as it was sent.

use crate::identity::oauth::registration::NotRegistered;

/// The fields.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// A field without blanks around it; empty where it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// The lines of a field, without empty ones.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// The words of a field, with one blank between them.
    pub(super) fn words(&self, name: &str) -> String {
        self.text(name).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// What is wrong with a client, as a sentence; none when the fault is ours.
pub(super) fn told(fault: &NotRegistered) -> Option<String> {
    if let NotRegistered::Storage(_) | NotRegistered::Tenant(_) = fault {
        return None;
    }
    let told = fault.to_string();
    let mut letters = told.chars();
    Some(
        letters
            .next()
            .map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_apart() {
        let form = Form::parse(b"a=+x+&b=1%0D%0A%0D%0A+2+&c=y++z%0Aw");
        assert_eq!((form.text("a"), form.text("none")), ("x", ""));
        assert_eq!(form.lines("b"), ["1", "2"]);
        assert_eq!(form.words("c"), "y z w");
        assert!(told(&NotRegistered::Name).unwrap().starts_with("A client needs a name"));
    }
}
