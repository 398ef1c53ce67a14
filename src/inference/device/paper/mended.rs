//! What is said of fields in another form than they have: made so by what else the page says, or left out.

use super::DOUBTFUL;
use super::items::is_times;
use super::legible::with_letters;
use super::medicine::{apart, is_generic};
use super::misread_codes::without_misread_codes;
use super::options;
use super::order::is_month_first;
use super::value::{in_order, is_open, unmarked};
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{FieldName, Value};

/// The fields with each in its form.
pub fn mended(rows: &[Vec<Cell>], mut found: Vec<Finding>) -> Vec<Finding> {
    dates(rows, &mut found);
    found.retain(is_plausible);
    named_by_generic(&mut found);
    medicine(&mut found);
    composition(&mut found);
    maker_and_lot(&mut found);
    found.retain(is_understood);
    for finding in &mut found {
        if let Value::Text(text) = &mut finding.value {
            *text = pounds(text);
            if finding.name == FieldName::VitalSigns {
                *text = text.replace("02 sat", "O2 sat").replace("02 Sat", "O2 Sat").replace("Sp02", "SpO2");
            }
            if !matches!(
                finding.name,
                FieldName::LotNumber | FieldName::RecordNumber | FieldName::PrescriberDea
            ) {
                *text = with_letters(text);
            }
            if is_name(finding.name) && text.split_whitespace().any(|word| word == "AI") {
                // No name or address has the one that capital letters make.
                *text = text
                    .split(' ')
                    .map(|word| if word == "AI" { "Al" } else { word })
                    .collect::<Vec<_>>()
                    .join(" ");
            }
            if matches!(finding.name, FieldName::Route | FieldName::InjectionSite)
                && let Some((one, other)) = text.split_once('/')
                && other.trim().len() > 2
            {
                // The same in two languages.
                *text = one.trim().to_owned();
            }
        }
        worded(finding);
    }
    found
}

/// Puts a value into the words that its field has.
fn worded(finding: &mut Finding) {
    match (finding.name, &mut finding.value) {
        (FieldName::Pharmacy | FieldName::HealthcareProvider, Value::Text(text)) => {
            if let Some(name) = before_street(text) {
                *text = name;
            }
        }
        (FieldName::Directions, Value::Text(text)) => {
            if let Some(said) = before_days(text) {
                *text = said;
            }
        }
        (FieldName::Substitution, Value::Text(text)) => {
            if let Some(said) = substitution(text) {
                said.clone_into(text);
            }
        }
        (FieldName::Diagnosis | FieldName::PrimaryDiagnosis | FieldName::Assessment, Value::Text(text)) => {
            *text = without_misread_codes(text)
        }
        (FieldName::SecondaryDiagnoses, Value::List(items)) => {
            for item in items.iter_mut() {
                *item = without_misread_codes(item);
            }
        }
        _ => {}
    }
}

/// Whether a field has names of people or places.
fn is_name(name: FieldName) -> bool {
    matches!(
        name,
        FieldName::PatientName
            | FieldName::PatientAddress
            | FieldName::Pharmacy
            | FieldName::Prescriber
            | FieldName::HealthcareProvider
            | FieldName::Administrator
            | FieldName::AttendingPhysician
            | FieldName::Clinician
    )
}

/// Directions without the days of treatment behind them: `1-0-1 after food x 30 days`.
fn before_days(text: &str) -> Option<String> {
    if !is_times(text) {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let [before @ .., mark, number, unit] = words.as_slice() else { return None };
    let is_days = matches!(*mark, "x" | "X" | "×")
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && unit.to_lowercase().trim_end_matches('.').starts_with("day");
    (is_days && before.len() >= 2).then(|| before.join(" "))
}

/// The name of a place before its street, which begins with a number behind a mark.
fn before_street(text: &str) -> Option<String> {
    [" - ", " – ", " — ", " | ", ", ", "; "].iter().find_map(|mark| {
        let (name, street) = text.split_once(mark)?;
        let mut words = street.split_whitespace();
        let is_number = words.next().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        let is_street = is_number && words.next().is_some_and(|word| word.starts_with(char::is_uppercase));
        (is_street && name.chars().filter(|c| c.is_alphabetic()).count() >= 3).then(|| name.trim().to_owned())
    })
}

/// Whether what is said of substitution says something of it: a signature may stand below that label.
fn is_understood(finding: &Finding) -> bool {
    match (finding.name, &finding.value) {
        (FieldName::Substitution, Value::Text(text)) => substitution(text).is_some(),
        _ => true,
    }
}

/// A date of which nobody can tell the month is told by the other dates of its page, or not at all.
fn dates(rows: &[Vec<Cell>], found: &mut Vec<Finding>) {
    let is_open_date = |finding: &Finding| matches!(&finding.value, Value::Text(text) if is_date(finding.name) && is_open(text));
    if !found.iter().any(is_open_date) {
        return;
    }
    let is_american = found.iter().any(|one| {
        matches!(one.name, FieldName::PrescriberNpi | FieldName::PrescriberDea | FieldName::DrugCode)
    });
    let first = is_month_first(rows, is_american);
    for finding in found.iter_mut().filter(|finding| is_date(finding.name)) {
        if let (Some(first), Value::Text(text)) = (first, &mut finding.value)
            && let Some(date) = in_order(text, first)
        {
            *text = date;
        }
    }
    found.retain(|finding| !is_open_date(finding));
}

fn is_date(name: FieldName) -> bool {
    matches!(
        name,
        FieldName::BirthDate
            | FieldName::DatePrescribed
            | FieldName::AdmissionDate
            | FieldName::DischargeDate
            | FieldName::VisitDate
            | FieldName::VaccinationDate
            | FieldName::NextDueDate
            | FieldName::InformationStatementDate
            | FieldName::VaccineExpiration
    )
}

/// Parts the medicine's line; what has a label of its own stays as that says it.
fn medicine(found: &mut Vec<Finding>) {
    let Some(place) = found.iter().position(|finding| finding.name == FieldName::Medication) else { return };
    let Some(finding) = found.get_mut(place) else { return };
    let Value::Text(line) = &finding.value else { return };
    let line = unmarked(line).to_owned();
    let Some(medicine) = apart(&line) else {
        finding.value = Value::Text(line);
        return;
    };
    let name = medicine.name.clone();
    let is_brand_below = line.contains(") ") && line.contains(" (");
    finding.value = Value::Text(medicine.name);
    let sure = finding.confidence > DOUBTFUL;
    let (confidence, quad) = (finding.confidence, finding.quad);
    // What stands in brackets behind a name is its brand, where neither tells which is which.
    let name_said = name.clone();
    let bracket = line.split_once('(').and_then(|(_, rest)| Some(rest.split_once(')')?.0.trim().to_owned()));
    let bracket_said = bracket.clone();
    let named = || Some((name.clone(), bracket.filter(|_| is_brand_below)?));
    let (generic, brand) = medicine.generic_and_brand.or_else(named).unzip();
    // `Pantoloc (no substitution)`: what may be given instead, and that the name is a brand.
    let said = bracket_said.as_deref().and_then(substitution);
    let (generic, brand) = if said.is_some() { (None, brand_of(&name_said)) } else { (generic, brand) };
    let told = [
        (FieldName::Substitution, said.map(str::to_owned)),
        (FieldName::Strength, medicine.strength.filter(|_| sure)),
        (FieldName::GenericName, generic),
        (FieldName::MedicineBrand, brand),
    ];
    for (name, text) in told {
        if let Some(text) = text.filter(|_| !found.iter().any(|finding| finding.name == name)) {
            found.push(Finding { name, value: Value::Text(text), confidence, quad });
        }
    }
}

/// A name that stands for no other: a brand, unless it ends as generic names do.
fn brand_of(name: &str) -> Option<String> {
    (!is_generic(name)).then(|| name.to_owned())
}

/// A prescription that asks for the generic name and the brand, and for no other, prescribes the generic.
fn named_by_generic(found: &mut Vec<Finding>) {
    let has = |name: FieldName| found.iter().any(|one| one.name == name);
    if has(FieldName::Medication) || !has(FieldName::MedicineBrand) {
        return;
    }
    let generic = found.iter().find(|one| one.name == FieldName::GenericName).cloned();
    found.extend(generic.map(|one| Finding { name: FieldName::Medication, ..one }));
}

/// A generic name without its strength; the medicine of which it is given beside is its brand.
fn composition(found: &mut Vec<Finding>) {
    let Some(place) = found.iter().position(|finding| finding.name == FieldName::GenericName) else { return };
    let generic = match found.get_mut(place).map(|finding| &mut finding.value) {
        Some(Value::Text(text)) => {
            if let Some(medicine) = apart(text) {
                *text = medicine.name;
            }
            text.to_lowercase()
        }
        _ => return,
    };
    if found.iter().any(|finding| finding.name == FieldName::MedicineBrand) {
        return;
    }
    let medication = found.iter().find(|finding| finding.name == FieldName::Medication).cloned();
    let is_other =
        |one: &Finding| matches!(&one.value, Value::Text(name) if first_word(name) != first_word(&generic));
    let brand = medication.filter(is_other);
    found.extend(brand.map(|brand| Finding { name: FieldName::MedicineBrand, ..brand }));
}

fn first_word(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_lowercase()
}

/// Parts a maker from the lot behind it, as certificates with one box for both have it.
fn maker_and_lot(found: &mut Vec<Finding>) {
    let has_lot = found.iter().any(|finding| finding.name == FieldName::LotNumber);
    let Some(finding) = found.iter_mut().find(|finding| finding.name == FieldName::Manufacturer) else {
        return;
    };
    let Value::Text(text) = &finding.value else { return };
    let Some((maker, lot)) = text.rsplit_once([' ', ',', '/', ';']) else { return };
    if has_lot || !is_code(lot.trim()) {
        return;
    }
    let maker = maker.trim().trim_end_matches([',', '/', ';']);
    let maker = ["batch", "lot", "batch no.", "lot no."].iter().find_map(|word| {
        let end = maker.len().checked_sub(word.len())?;
        maker.get(end..).filter(|last| last.eq_ignore_ascii_case(word))?;
        maker.get(..end)
    });
    let maker =
        maker.unwrap_or_else(|| text.rsplit_once([' ', ',', '/', ';']).map_or("", |(maker, _)| maker));
    let (maker, lot) = (maker.trim().trim_end_matches([',', '/', ';']).to_owned(), lot.trim().to_owned());
    let (confidence, quad) = (finding.confidence, finding.quad);
    finding.value = Value::Text(maker);
    if confidence > DOUBTFUL {
        found.push(Finding { name: FieldName::LotNumber, value: Value::Text(lot), confidence, quad });
    }
}

fn is_code(text: &str) -> bool {
    let is_year = text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    text.len() >= 4
        && !is_year
        && !text.starts_with("COVID")
        && text.chars().filter(char::is_ascii_digit).count() >= 2
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
}

/// Whether a generic may be given, in the vendor's words; none where that is not clear.
fn substitution(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let squeezed: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let has = |words: &[&str]| words.iter().any(|word| squeezed.contains(word));
    let says = |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|said| said == word);
    // Both options of a form.
    if says("yes") && says("no") {
        return None;
    }
    if has(&[
        "not",
        "daw1",
        "dispenseaswritten",
        "brandnecessary",
        "brandmedically",
        "brandonly",
        "prohibited",
        "donotsub",
        "nosub",
        "medicallynecessary",
    ]) || squeezed == "no"
    {
        return Some("not allowed");
    }
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    if first == "no" {
        return Some("not allowed");
    }
    (has(&["permit", "allow", "daw0", "acceptable"]) || first == "yes" || squeezed == "ok")
        .then_some("allowed")
}

/// Vital signs, routes and sites that are none are left out.
fn is_plausible(finding: &Finding) -> bool {
    let Value::Text(text) = &finding.value else { return true };
    let lower = text.to_lowercase();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if options::are_several(finding.name, text) {
        return false;
    }
    let flawed = [
        (FieldName::InjectionSite, lower.contains("left") && lower.contains("right")),
        (FieldName::LotNumber, text.len() < 3),
        (FieldName::PatientAddress, digits == 0 && !text.contains(',')),
        (FieldName::RecordNumber, text.starts_with(['/', '.'])),
        (FieldName::VitalSigns, digits < 2),
    ];
    !flawed.contains(&(finding.name, true))
}

/// Pounds, whose first letter is read as a capital I.
fn pounds(text: &str) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    for place in 1..words.len() {
        let is_number = words
            .get(place - 1)
            .is_some_and(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(word) = words
            .get_mut(place)
            .filter(|word| is_number && (*word == "Ib" || *word == "Ibs" || *word == "1b"))
        {
            *word = word.replace(['I', '1'], "l");
        }
    }
    words.join(" ")
}

/// What a label says that forbids substitution, as one that allows it would say it.
pub fn inverse(value: Value) -> Option<Value> {
    let Value::Text(text) = &value else { return None };
    let squeezed: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let said = match squeezed.as_str() {
        "yes" | "y" | "x" | "1" | "2" => "not allowed",
        "no" | "n" | "0" | "none" | "na" => "allowed",
        _ => return substitution(text).map(|said| Value::Text(said.to_owned())),
    };
    Some(Value::Text(said.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitution_is_said_in_the_vendors_words() {
        for (text, said) in [
            ("Permitted", Some("allowed")),
            ("PERMITTED (DAW 0)", Some("allowed")),
            ("Not permitted", Some("not allowed")),
            ("DAW 1", Some("not allowed")),
            ("ask the patient", None),
        ] {
            assert_eq!(substitution(text), said, "{text}");
        }
    }
}
