//! Whether an attribute's values are what is searched for
//! ([PS3.4 section C.2.2.2](https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_C.2.2.2.html)). Pure.

use chrono::NaiveDate;

use super::attributes::{Attribute, Dataset, Kind};

/// An attribute that is searched by.
#[derive(Clone, PartialEq, Eq)]
pub struct Wish {
    /// The attribute.
    pub attribute: &'static Attribute,
    /// What is wanted, as it was sent; never empty.
    pub wanted: String,
}

impl std::fmt::Debug for Wish {
    /// The attribute; what is wanted of it may be health data.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Wish({})", self.attribute.keyword)
    }
}

impl Wish {
    /// Whether a data set has what is wanted.
    #[must_use]
    pub fn is_met(&self, dataset: &Dataset) -> bool {
        let values = dataset.texts(self.attribute);
        let any = |is: &dyn Fn(&str) -> bool| values.iter().any(|value| is(value));
        match self.attribute.kind {
            Kind::Ui => self.listed().iter().any(|uid| any(&|value| value == uid)),
            Kind::Da | Kind::Tm => any(&|value| is_within(value, &self.wanted)),
            Kind::Pn => any(&|value| is_name(value, &self.wanted)),
            Kind::Cs | Kind::Lo | Kind::Sh | Kind::Ur => any(&|value| is_like(value, &self.wanted)),
            Kind::Is | Kind::Us => any(&|value| value == self.wanted.trim()),
        }
    }

    /// The UIDs of a list, which commas or backslashes part.
    #[must_use]
    pub fn listed(&self) -> Vec<String> {
        let parts = self.wanted.split([',', '\\']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Whether it is of the form that the attribute's values have; of other kinds than dates, any is.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_day = |text: &str| {
            text.len() == 8
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && NaiveDate::parse_from_str(text, "%Y%m%d").is_ok()
        };
        let (from, until) = self.days();
        self.attribute.kind != Kind::Da
            || (from.or(until).is_some() && from.into_iter().chain(until).all(is_day))
    }

    /// Whether there are letters in it that stand for others.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.wanted.contains(['*', '?'])
    }

    /// The first and the last day of a range of dates; a day alone is both.
    #[must_use]
    pub fn days(&self) -> (Option<&str>, Option<&str>) {
        let wanted = self.wanted.trim();
        let (from, until) = wanted.split_once('-').unwrap_or((wanted, wanted));
        (Some(from).filter(|day| !day.is_empty()), Some(until).filter(|day| !day.is_empty()))
    }
}

/// Whether a date or time lies in a range such as `20250101-20250131`, `20250101-`, or is what is wanted. Digits compare as they
/// are written; a shorter time stands for all of its hour or minute.
fn is_within(value: &str, wanted: &str) -> bool {
    let wanted = wanted.trim();
    let (from, until) = wanted.split_once('-').unwrap_or((wanted, wanted));
    let cut = |to: &str| value.get(..to.len().min(value.len())).unwrap_or(value).to_owned();
    (from.is_empty() || cut(from).as_str() >= from) && (until.is_empty() || cut(until).as_str() <= until)
}

/// Names compare without case, and however many empty components end them.
fn is_name(value: &str, wanted: &str) -> bool {
    let folded = |text: &str| text.to_lowercase().trim_end_matches('^').to_owned();
    is_like(&folded(value), &folded(wanted))
}

/// Whether a text is what a pattern stands for: `*` for any letters, `?` for one.
fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) =
        (text.trim().chars().collect(), pattern.trim().chars().collect());
    // Where the last star stands, and up to where it was taken to reach: what fails is tried with one letter more of it.
    let (mut at, mut next, mut star) = (0, 0, None);
    while let Some(letter) = text.get(at) {
        match pattern.get(next) {
            Some('*') => {
                star = Some((next, at));
                next += 1;
            }
            Some(wanted) if wanted == letter || *wanted == '?' => {
                (at, next) = (at + 1, next + 1);
            }
            Some(_) | None => {
                let Some((place, reached)) = star else { return false };
                star = Some((place, reached + 1));
                (at, next) = (reached + 1, place + 1);
            }
        }
    }
    pattern.iter().skip(next).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::super::attributes::named;
    use super::*;

    fn is_met(keyword: &str, value: &str, wanted: &str) -> bool {
        let wish = Wish { attribute: named(keyword).unwrap(), wanted: wanted.to_owned() };
        wish.is_met(&Dataset::default().with(keyword, [value]))
    }

    #[test]
    fn what_is_something_else_is_not_found() {
        for (keyword, value, wanted) in [
            ("PatientName", "Doe^Jane", "Doe"),
            ("PatientName", "Doe^Jane", "*John*"),
            ("PatientID", "PT-1", "pt-1"),
            ("PatientID", "PT-1", "PT-?1"),
            ("StudyDate", "20250501", "20250502-"),
            ("StudyDate", "20250501", "-20250430"),
            ("StudyDate", "20250501", "20250401"),
            ("StudyInstanceUID", "2.25.1", "2.25.2,2.25.3"),
            ("SeriesNumber", "3", "33"),
        ] {
            assert!(!is_met(keyword, value, wanted), "{keyword} {wanted}");
        }
        let nothing = Wish { attribute: named("PatientID").unwrap(), wanted: "*".to_owned() };
        assert!(!nothing.is_met(&Dataset::default()));
        // A hostile pattern takes no longer than text times pattern.
        assert!(!is_met("PatientID", &"a".repeat(2_000), &format!("{}b", "*a".repeat(500))));
    }

    #[test]
    fn ranges_lists_and_patterns_are_found() {
        for (keyword, value, wanted) in [
            ("PatientName", "Doe^Jane", "doe^*"),
            ("PatientName", "Doe^Jane", "DOE^JANE^^^"),
            ("PatientName", "Doe^Jane", "D?e^Jan*"),
            ("StudyDate", "20250501", "20250501"),
            ("StudyDate", "20250501", "20250101-20250501"),
            ("StudyDate", "20250501", "-20250501"),
            ("StudyTime", "153000", "15"),
            ("StudyTime", "153000.000", "1500-1530"),
            ("StudyInstanceUID", "2.25.1", "2.25.2\\2.25.1"),
            ("ModalitiesInStudy", "MR", "MR"),
            ("SeriesNumber", "3", "3"),
        ] {
            assert!(is_met(keyword, value, wanted), "{keyword} {wanted}");
        }
    }
}
