//! Rights to what a resource is made of, for surfaces on which several resources are one thing.

use super::{DataScope, Right, Scope, Scopes};

impl Scopes {
    /// These scopes, and beside each that covers all resources of the type `of` the same for the types of `parts`, as far as each of
    /// them names the right. A scope that is narrowed by a search says nothing of parts.
    #[must_use]
    pub fn lent(&self, of: &str, parts: &[(&str, &[Right])]) -> Self {
        let whole = |scope: &&DataScope| {
            scope.query.is_none() && scope.resource_type.as_deref().is_none_or(|granted| granted == of)
        };
        let lent = self.data().filter(whole).flat_map(|scope| {
            parts.iter().map(|(part, lent)| {
                let rights = scope.rights.iter().copied().filter(|right| lent.contains(right)).collect();
                let resource_type = Some((*part).to_owned());
                Scope::Data(DataScope { context: scope.context, resource_type, rights, query: None })
            })
        });
        let lent: Vec<_> = lent.collect();
        Self(self.iter().cloned().chain(lent).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_had_is_lent_and_no_more_than_is_named() {
        let scopes = |text: &str| Scopes::parse(text, |_| true).unwrap();
        let parts: &[(&str, &[Right])] =
            &[("Media", &[Right::Read, Right::Search]), ("Patient", &[Right::Read])];
        let lent = scopes("system/ImagingStudy.crus patient/Observation.rs").lent("ImagingStudy", parts);
        for (right, of, is_there) in [
            (Right::Read, "Media", true),
            (Right::Search, "Media", true),
            (Right::Create, "Media", false),
            (Right::Read, "Patient", true),
            (Right::Search, "Patient", false),
            (Right::Read, "Condition", false),
        ] {
            assert_eq!(lent.permit(right, of), is_there, "{right:?} {of}");
        }
        for text in ["system/Observation.cruds", "system/ImagingStudy.rs?status=available", "system/Media.c"]
        {
            assert!(!scopes(text).lent("ImagingStudy", parts).permit(Right::Read, "Media"), "{text}");
        }
    }
}
