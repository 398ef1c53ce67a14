//! The clients' tags on studies: names with values, by which studies are found again. They must say nothing of a person.
//!
//! Who is named cannot be told from a text in general; what commonly names somebody is refused by its key or its form.

use std::collections::BTreeMap;

use regex::Regex;
use std::sync::LazyLock;

use super::errors::Refusal;
use crate::core::config::hemato::PersonalTags;

/// The most tags of a study: any number is promised, which the longest body bounds anyway; each is written and found alone.
const MOST: usize = 1_000;
/// The longest key, and the longest value, in characters.
const LONGEST_KEY: usize = 64;
const LONGEST_VALUE: usize = 500;

/// Keys under which people are named, whatever stands between their words.
const PERSONAL: [&str; 24] = [
    "name",
    "firstname",
    "lastname",
    "fullname",
    "surname",
    "givenname",
    "familyname",
    "patientname",
    "middlename",
    "dob",
    "birthdate",
    "birthday",
    "dateofbirth",
    "ssn",
    "socialsecuritynumber",
    "email",
    "emailaddress",
    "phone",
    "phonenumber",
    "telephone",
    "mobile",
    "address",
    "mrn",
    "medicalrecordnumber",
];

/// Words that name somebody at the end of a longer key too.
const PERSONAL_AT_END: [&str; 7] = ["dob", "birthdate", "birthday", "ssn", "email", "phone", "mrn"];

/// What values look like that lead to somebody, where it stands as a word of its own.
static FORMS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    [
        ("an e-mail address", r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}"),
        ("a social security number", r"(?:^|[^\w-])\d{3}[- ]\d{2}[- ]\d{4}(?:$|[^\w-])"),
        ("a telephone number", r"(?:^|\W)\+\d[\d ().-]{6,}\d(?:$|\W)"),
        ("a telephone number", r"(?:^|[^\w-])00[1-9]\d{0,2}[ ().-][\d ().-]{5,}\d(?:$|[^\w-])"),
        ("a telephone number", r"(?:^|[^\w-])(?:1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?:$|[^\w-])"),
    ]
    .into_iter()
    .filter_map(|(what, form)| Some((what, Regex::new(form).ok()?)))
    .collect()
});

/// Checks tags; gives warnings.
///
/// # Errors
/// When there are too many, one cannot be kept, or one may name a person and that is refused.
pub fn checked(tags: &BTreeMap<String, String>, guard: PersonalTags) -> Result<Vec<String>, Refusal> {
    if tags.len() > MOST {
        return Err(Refusal::field("tags", &format!("may be at most {MOST}")));
    }
    let mut warnings = Vec::new();
    for (key, value) in tags {
        if !is_key(key) {
            let form = "must have keys of 1 to 64 letters, digits, hyphens, dots and underscores";
            return Err(Refusal::field("tags", form));
        }
        if value.chars().count() > LONGEST_VALUE || value.contains(char::is_control) {
            let form = format!("must have values of at most {LONGEST_VALUE} characters on one line");
            return Err(Refusal::field("tags", &form));
        }
        let Some(what) = personal(key, value) else { continue };
        let told = format!("The tag {key} may hold {what}: tags must hold nothing that names a person.");
        match guard {
            PersonalTags::Reject => return Err(Refusal::PersonalTag(told)),
            PersonalTags::Warn => warnings.push(told),
        }
    }
    Ok(warnings)
}

/// Whether a text can be a tag's key.
#[must_use]
pub fn is_key(key: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(is_plain)
}

fn personal(key: &str, value: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let words: Vec<_> = key.split(['_', '.', '-']).filter(|word| !word.is_empty()).collect();
    let of_patient = words.split_first().filter(|(first, _)| matches!(**first, "patient" | "home"));
    let is_personal = PERSONAL.contains(&words.concat().as_str())
        || of_patient.is_some_and(|(_, rest)| PERSONAL.contains(&rest.concat().as_str()))
        || words.last().is_some_and(|last| PERSONAL_AT_END.contains(last));
    if is_personal {
        return Some("what names a person");
    }
    FORMS.iter().find(|(_, form)| form.is_match(value)).map(|(what, _)| *what)
}

/// A tag as a code: key and value as in the query of an address, so that every value has a code, the empty one too.
#[must_use]
pub fn code(key: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair(key, value).finish()
}

/// The tag of a code.
#[must_use]
pub fn of_code(code: &str) -> Option<(String, String)> {
    form_urlencoded::parse(code.as_bytes()).next().map(|(key, value)| (key.into_owned(), value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(key: &str, value: &str) -> Option<String> {
        let tags = BTreeMap::from([(key.to_owned(), value.to_owned())]);
        checked(&tags, PersonalTags::Reject).err().map(|refusal| refusal.to_string())
    }

    #[test]
    fn what_names_somebody_is_refused_by_key_or_form() {
        for key in [
            "name",
            "Name",
            "first_name",
            "LAST-NAME",
            "dob",
            "birth_date",
            "ssn",
            "email",
            "phone",
            "address",
            "mrn",
            "patient_mrn",
            "patient-last-name",
            "home_address",
            "referrer.email",
        ] {
            let told = format!(
                "The tag {key} may hold what names a person: tags must hold nothing that names a person."
            );
            assert_eq!(refusal(key, "x").as_deref(), Some(told.as_str()));
        }
        for value in [
            "a@b.org",
            "see me@clinic.example",
            "123-45-6789",
            "+49 30 1234567",
            "(555) 123-4567",
            "555-123-4567",
            "1-555-123-4567",
            "call 555-123-4567 soon",
            "SSN 123-45-6789",
            "tel:+15551234567",
            "0049 30 1234567",
        ] {
            assert!(refusal("note", value).is_some_and(|told| !told.contains(value)), "{value}");
        }
        let tags = BTreeMap::from([("dob".to_owned(), "x".to_owned())]);
        assert_eq!(checked(&tags, PersonalTags::Warn).unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        for key in ["", "a b", "a:b", "ä", "a=b", &"k".repeat(65)] {
            assert!(refusal(key, "x").is_some(), "{key:?}");
        }
        assert!(refusal("k", "a\nb").is_some() && refusal("k", &"v".repeat(501)).is_some());
        let many = (0..1_001).map(|at| (format!("k{at}"), String::new())).collect();
        assert!(checked(&many, PersonalTags::Reject).is_err());
    }

    #[test]
    fn a_proxy_for_a_person_is_a_tag_like_others() {
        for (key, value) in [
            ("patient_proxy_id", ""),
            ("patient_proxy_id", "PPID-1"),
            ("organization", "Ward 7"),
            ("run", "2026-11-22"),
            ("taken", "2021-01-02T15:04:05+07:00"),
            ("patient_proxy_id", "123456789"),
            ("file_name", "slide_555-123-4567.png"),
            ("device_name", "v10.2.3-001"),
            ("ward-address", "B7"),
            ("run", "4bb7fe9e-b608-4d68-adbe-8655c991f494"),
        ] {
            assert_eq!(refusal(key, value), None, "{key}={value}");
        }
    }

    #[test]
    fn every_tag_has_a_code_and_comes_back_from_it() {
        for value in ["", " ", "a b", "a|b,c$d\\e", "ü=&", "100%"] {
            let code = code("k.1_a-b", value);
            assert!(!code.contains([' ', '|', ',', '$', '\\']), "{code}");
            assert_eq!(of_code(&code), Some(("k.1_a-b".to_owned(), value.to_owned())));
        }
    }
}
