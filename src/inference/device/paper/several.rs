//! Values of several labels in one: behind `Lot no. / Expiry` stand `AB1234 / 2026-01-31`.

use super::both;
use super::labels::Label;
use super::value;
use crate::inference::device::FieldName;

/// What parts them, the surest first.
const MARKS: &[&str] = &[" / ", " | ", " · ", " – ", " — ", " - ", "; ", ", ", "/", "\n", ","];

/// The text of each label's value; none where the text has none for it.
pub fn parted(text: &str, labels: &[&Label]) -> Vec<Option<String>> {
    let fits = |label: &Label, text: &str| {
        let name = label.field.unwrap_or(FieldName::PatientName);
        label.field.is_none() || value::read(name, label.shape, text).is_some()
    };
    let has = |field: FieldName| labels.iter().any(|label| label.field == Some(field));
    if has(FieldName::Assessment) && has(FieldName::Plan) && labels.len() == 2 {
        let (assessed, planned) = both::parted(text);
        let of = |label: &&Label| {
            Some(if label.field == Some(FieldName::Plan) { &planned } else { &assessed }.clone())
        };
        return labels.iter().map(of).collect();
    }
    if has(FieldName::PatientName) && has(FieldName::PatientAddress) && labels.len() > 2 {
        let line = text.find('\n').unwrap_or(text.len());
        // A house's number begins the address, wherever the lines end.
        let number = text.find(|c: char| c.is_ascii_digit()).filter(|place| {
            text.get(..*place).is_some_and(|before| before.ends_with([' ', '\n']) && before.trim().len() >= 5)
        });
        let (name, address) = text.split_at_checked(number.unwrap_or(line).min(line)).unwrap_or((text, ""));
        let (name, address) = (name.trim_end(), address.trim_start());
        // The first line is the name, whatever parts of it the label lists.
        let first = labels.iter().position(|label| label.field == Some(FieldName::PatientName));
        let of = |(place, label): (usize, &&Label)| match label.field {
            Some(FieldName::PatientAddress) => (!address.is_empty()).then(|| address.replace('\n', ", ")),
            Some(FieldName::PatientName) if Some(place) == first => Some(name.to_owned()),
            _ => None,
        };
        return labels.iter().enumerate().map(of).collect();
    }
    let in_order = MARKS.iter().find_map(|mark| {
        let texts: Vec<&str> = text.split(mark).map(str::trim).filter(|text| !text.is_empty()).collect();
        let fit =
            texts.len() == labels.len() && labels.iter().zip(&texts).all(|(label, text)| fits(label, text));
        fit.then(|| texts.into_iter().map(|text| Some(text.to_owned())).collect())
    });
    in_order.unwrap_or_else(|| {
        labels.iter().map(|label| label.shape.is_exact().then(|| by_form(text, label)).flatten()).collect()
    })
}

/// The part of a text that has the form that a label asks for, where any has: the first words, or later ones.
fn by_form(text: &str, label: &Label) -> Option<String> {
    let name = label.field?;
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['/', '|', ',']))
        .filter(|word| !word.is_empty())
        .collect();
    if label.shape == value::Shape::Date {
        return value::read(name, label.shape, text).map(|_| text.to_owned());
    }
    let mut fitting = words.iter().filter(|word| label.shape.value(word).is_some());
    let first = fitting.next()?;
    if fitting.next().is_some() { None } else { Some((*first).to_owned()) }
}
