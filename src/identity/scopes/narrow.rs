//! Granting no more than is allowed.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources>

use std::collections::HashSet;

use super::{DataScope, MOST_WORDS, Scope, Scopes, TooMany, counted};

impl Scopes {
    /// What of the requested scopes these allow. What is allowed whole keeps the words of the request, because clients compare
    /// them; what is allowed in part is written in those of version 2.
    ///
    /// # Errors
    /// When too many are requested, or come of it.
    pub fn grant(&self, requested: &str, known: impl Fn(&str) -> bool) -> Result<Vec<String>, TooMany> {
        counted(requested)?;
        let (mut granted, mut seen) = (Vec::new(), HashSet::new());
        for word in requested.split_whitespace() {
            let Some(wanted) = Scope::parse(word, &known) else { continue };
            let allowed: Vec<Scope> = self.0.iter().filter_map(|allowed| meet(&wanted, allowed)).collect();
            let words = match allowed.contains(&wanted) {
                true => vec![word.to_owned()],
                false => allowed.iter().map(ToString::to_string).collect(),
            };
            granted.extend(words.into_iter().filter(|word| seen.insert(word.clone())));
            if granted.len() > MOST_WORDS {
                return Err(TooMany);
            }
        }
        Ok(granted)
    }

    /// Whether these allow every word whole.
    #[must_use]
    pub fn allow(&self, requested: &str, known: impl Fn(&str) -> bool) -> bool {
        let is_allowed = |word: &str| {
            Scope::parse(word, &known).is_some_and(|wanted| {
                self.0.iter().any(|allowed| meet(&wanted, allowed).as_ref() == Some(&wanted))
            })
        };
        counted(requested).is_ok() && requested.split_whitespace().all(is_allowed)
    }
}

/// What both grant.
fn meet(wanted: &Scope, allowed: &Scope) -> Option<Scope> {
    match (wanted, allowed) {
        (Scope::Data(wanted), Scope::Data(allowed)) => meet_data(wanted, allowed).map(Scope::Data),
        (one, other) if one == other => Some(one.clone()),
        (_, _) => None,
    }
}

fn meet_data(wanted: &DataScope, allowed: &DataScope) -> Option<DataScope> {
    let resource_type = one_of(wanted.resource_type.as_ref(), allowed.resource_type.as_ref())?;
    // Two different queries: what both find cannot be written as one that is known to be narrower.
    let query = one_of(wanted.query.as_ref(), allowed.query.as_ref())?;
    let rights: Vec<_> =
        wanted.rights.iter().filter(|right| allowed.rights.contains(right)).copied().collect();
    let is_granted = wanted.context == allowed.context && !rights.is_empty();
    is_granted.then_some(DataScope { context: wanted.context, resource_type, rights, query })
}

/// Of two limits, none of which limits nothing, the narrower; none when they are different.
fn one_of(one: Option<&String>, other: Option<&String>) -> Option<Option<String>> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => None,
        (limit, None) | (None, limit) | (limit, Some(_)) => Some(limit.cloned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(allowed: &str, requested: &str) -> String {
        Scopes::parse(allowed, |_| true).unwrap().grant(requested, |_| true).unwrap().join(" ")
    }

    fn allow(allowed: &str, requested: &str) -> bool {
        Scopes::parse(allowed, |_| true).unwrap().allow(requested, |_| true)
    }

    #[test]
    fn what_is_not_allowed_is_not_granted() {
        assert_eq!(grant("system/*.rs", "system/*.cud user/*.rs patient/Patient.r openid nonsense"), "");
        assert_eq!(grant("", "system/*.rs"), "");
        assert_eq!(grant("patient/A.rs?a=1", "patient/A.rs?a=2"), "");
    }

    #[test]
    fn too_many_are_not_looked_at() {
        let many = |count: usize| -> String {
            (0..count).map(|n| format!("system/A.rs?a={n}")).collect::<Vec<_>>().join(" ")
        };
        let all = Scopes::all();
        assert_eq!(all.grant(&many(100), |_| true).unwrap().len(), 100);
        assert_eq!(all.grant(&many(101), |_| true), Err(TooMany));
        assert_eq!(all.grant(&"openid ".repeat(101), |_| true), Err(TooMany));
        assert!(all.allow(&many(100), |_| true) && !all.allow(&many(101), |_| true));
        let parts = Scopes::parse(&many(100), |_| true).unwrap();
        assert_eq!(parts.grant("system/A.r system/A.s", |_| true), Err(TooMany), "200 come of it");
    }

    #[test]
    fn what_is_allowed_in_part_is_granted_in_part() {
        assert_eq!(grant("system/*.rs", "system/*.cruds"), "system/*.rs");
        assert_eq!(grant("system/A.rs system/B.c", "system/*.*"), "system/A.rs system/B.c");
        assert_eq!(grant("user/A.cruds?a=1", "user/A.rs"), "user/A.rs?a=1");
    }

    #[test]
    fn what_is_allowed_keeps_its_words() {
        let allowed = "openid launch patient/*.rs system/*.cruds";
        assert_eq!(
            grant(allowed, "openid openid patient/A.read patient/B.rs?a=1 system/C.write"),
            "openid patient/A.read patient/B.rs?a=1 system/C.write"
        );
    }

    #[test]
    fn a_set_allows_its_parts_and_no_more() {
        let allowed = "offline_access patient/*.rs patient/A.c";
        for part in ["", "patient/A.r", "patient/A.read offline_access", "patient/A.rs?a=1"] {
            assert!(allow(allowed, part), "{part}");
        }
        for more in ["patient/A.cr", "patient/*.c", "user/A.r", "openid", "nonsense"] {
            assert!(!allow(allowed, more), "{more}");
        }
    }
}
