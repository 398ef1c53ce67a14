//! What data are wanted for: HL7's purposes of use, which Consents may permit and deny by.
//! <https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html>

use crate::fhir::codes::audit::{ACT_REASON, BREAKING_THE_GLASS};
use crate::fhir::value_set::{Kin, published};

/// The code that all of them are below.
const PURPOSE_OF_USE: &str = "PurposeOfUse";
/// The purpose of who says none.
pub const TREATMENT: &str = "TREAT";
/// Most purposes of a client.
const MOST: usize = 20;

/// What a client may want data for, the usual first; treatment, where it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purposes(Vec<String>);

/// Why something cannot be a purpose.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPurpose {
    /// HL7 has none with this code.
    #[error("{0:?} is not a purpose such as TREAT or HRESCH")]
    Unknown(String),
    /// A token that breaks the glass would do so with every request, and without a reason.
    #[error("BTG is the purpose of single requests, which say why")]
    BreaksTheGlass,
    /// There are too many.
    #[error("a client has at most 20 purposes")]
    TooMany,
}

/// A purpose that a client did not register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotRegistered;

impl Purposes {
    /// Reads codes; one that comes again is left out.
    ///
    /// # Errors
    /// When one is none, or there are too many.
    pub fn parse(codes: &[String]) -> Result<Self, NotAPurpose> {
        if codes.len() > MOST {
            return Err(NotAPurpose::TooMany);
        }
        let mut kept: Vec<String> = Vec::new();
        for code in codes {
            check(code)?;
            if !kept.contains(code) {
                kept.push(code.clone());
            }
        }
        Ok(Self(kept))
    }

    /// The codes that were registered.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        &self.0
    }

    /// The purpose of who asks for this one, or for none: none where that is treatment because nothing was registered.
    ///
    /// # Errors
    /// When what is asked for was not registered.
    pub fn choose(&self, asked: Option<&str>) -> Result<Option<&str>, NotRegistered> {
        let Some(asked) = asked else { return Ok(self.0.first().map(String::as_str)) };
        if self.0.is_empty() && asked == TREATMENT {
            return Ok(None);
        }
        self.0.iter().find(|code| *code == asked).map(|code| Some(code.as_str())).ok_or(NotRegistered)
    }

    /// Whether all that may be chosen of others may be chosen of these too.
    #[must_use]
    pub fn include(&self, others: &Self) -> bool {
        if others.0.is_empty() {
            self.choose(Some(TREATMENT)).is_ok()
        } else {
            others.0.iter().all(|code| self.choose(Some(code)).is_ok())
        }
    }
}

/// Whether a purpose is treatment, or a kind of it.
#[must_use]
pub fn is_treatment(code: &str) -> bool {
    let kinds = published::code_system(ACT_REASON);
    code == TREATMENT || kinds.is_some_and(|concepts| concepts.kin(TREATMENT, Kin::Below).contains(code))
}

/// What a purpose is called by those who do not know its code: all purposes are below one of these.
const IN_WORDS: [(&str, &str); 7] = [
    (TREATMENT, "treatment"),
    ("HMARKT", "marketing"),
    ("HOPERAT", "running a healthcare service"),
    ("HPAYMT", "payment"),
    ("HRESCH", "research"),
    ("PATRQT", "what the patient asked for"),
    ("PUBHLTH", "public health"),
];

/// A purpose, as people read it: `research (CLINTRCH)`.
#[must_use]
pub fn in_words(code: &str) -> String {
    let kinds = published::code_system(ACT_REASON);
    let above = kinds.as_ref().map(|concepts| concepts.kin(code, Kin::Above)).unwrap_or_default();
    let words = IN_WORDS.iter().find(|(kind, _)| above.contains(kind));
    words.map_or_else(|| code.to_owned(), |(_, words)| format!("{words} ({code})"))
}

/// Holds a code against HL7's purposes.
///
/// # Errors
/// When it is none that a token can have.
pub fn check(code: &str) -> Result<(), NotAPurpose> {
    let known = published::code_system(ACT_REASON);
    let is_below = known.is_some_and(|concepts| concepts.kin(PURPOSE_OF_USE, Kin::Below).contains(code));
    // What is for any purpose is for none.
    if !is_below || code == PURPOSE_OF_USE {
        return Err(NotAPurpose::Unknown(code.to_owned()));
    }
    if code == BREAKING_THE_GLASS.code { Err(NotAPurpose::BreaksTheGlass) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(codes: &[&str]) -> Result<Purposes, NotAPurpose> {
        let codes: Vec<_> = codes.iter().map(|code| (*code).to_owned()).collect();
        Purposes::parse(&codes)
    }

    #[test]
    fn only_purposes_of_use_are_purposes() {
        // The last is a reason of HL7's, but for something else.
        for code in ["", "FUN", "treat", "TREAT ", "PurposeOfUse", "_ActPatientTransportationModeCode", "PAT"]
        {
            assert_eq!(parse(&["TREAT", code]), Err(NotAPurpose::Unknown(code.to_owned())));
        }
        assert_eq!(parse(&["BTG"]), Err(NotAPurpose::BreaksTheGlass));
        assert_eq!(parse(&["TREAT"; 21]), Err(NotAPurpose::TooMany));
        assert_eq!(parse(&["HRESCH", "TREAT", "HRESCH"]).unwrap().codes(), ["HRESCH", "TREAT"]);
    }

    #[test]
    fn one_of_those_registered_is_chosen() {
        let none = Purposes::default();
        assert_eq!((none.choose(None), none.choose(Some("TREAT"))), (Ok(None), Ok(None)));
        assert_eq!(none.choose(Some("HRESCH")), Err(NotRegistered));
        let two = parse(&["HPAYMT", "HRESCH"]).unwrap();
        assert_eq!(two.choose(None), Ok(Some("HPAYMT")));
        assert_eq!(two.choose(Some("HRESCH")), Ok(Some("HRESCH")));
        // Neither what is below nor what is above one of them is registered with it.
        for other in ["TREAT", "CLINTRCH", "hresch", ""] {
            assert_eq!(two.choose(Some(other)), Err(NotRegistered), "{other}");
        }
    }

    #[test]
    fn people_read_words() {
        for (code, words) in [
            ("TREAT", "treatment (TREAT)"),
            ("CLINTRCH", "research (CLINTRCH)"),
            ("COVAUTH", "payment (COVAUTH)"),
            ("PurposeOfUse", "PurposeOfUse"),
        ] {
            assert_eq!(in_words(code), words);
        }
        let all = published::code_system(ACT_REASON).unwrap();
        let unnamed: Vec<_> = all
            .kin(PURPOSE_OF_USE, Kin::Below)
            .into_iter()
            .filter(|code| check(code).is_ok() && in_words(code) == *code)
            .map(str::to_owned)
            .collect();
        assert!(unnamed.is_empty(), "{unnamed:?}");
    }

    #[test]
    fn without_any_it_is_treatment() {
        let (none, treatment) = (Purposes::default(), parse(&["TREAT"]).unwrap());
        let (more, other) = (parse(&["HRESCH", "TREAT"]).unwrap(), parse(&["HRESCH"]).unwrap());
        assert!(none.include(&treatment) && treatment.include(&none) && more.include(&none));
        assert!(!none.include(&other) && !other.include(&none) && !treatment.include(&more));
        assert!(more.include(&other) && more.include(&more));
    }
}
