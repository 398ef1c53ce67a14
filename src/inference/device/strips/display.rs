//! What a digital test says in words: `Pregnant`, `Not Pregnant`, `YES +`, and for how many weeks.
//!
//! OCR does not invent a `not`, but may miss one, so one reading with it counts more than all without. The display is read as a page's lines,
//! and by itself: either way round, as one line and as two.

use image::RgbImage;

use super::super::finding::Finding;
use super::super::sight::Sight;
use super::super::{FieldName, ReadError, Unit, Value};
use crate::inference::ocr::{OcrError, Page, Quad};
use crate::inference::strip::{Outcome, Zone};

/// How much is cut out round a display, in its heights.
const MARGIN: f32 = 0.1;
/// What one reading is worth.
const ONCE: f32 = 0.8;
/// What two that agree are worth.
const AGREED: f32 = 0.92;

/// What a display says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Said {
    outcome: Outcome,
    /// Weeks, where it gives one number.
    weeks: Option<&'static str>,
}

/// The fields of a digital test.
pub fn read(
    sight: &mut Sight,
    picture: &RgbImage,
    page: &Page,
    zone: &Zone,
) -> Result<Result<Vec<Finding>, ReadError>, OcrError> {
    let mut boxes = Vec::new();
    let quad = zone.quad().grown(MARGIN);
    for quad in [quad, turned(quad)] {
        let [upper, lower] = halves(quad);
        boxes.extend([quad, upper, lower]);
    }
    let read = sight.texts(picture, &boxes)?;
    let mut readings = vec![said(&within(page, zone))];
    for looks in read.chunks_exact(3) {
        let [whole, upper, lower] = looks else { continue };
        readings.extend([said(std::slice::from_ref(whole)), said(&[upper.clone(), lower.clone()])]);
    }
    Ok(together(&readings).map(|(said, sure)| findings(said, sure, zone)).ok_or(ReadError::Unreadable))
}

/// What readings say together: a `not` that one of them saw, else what all say that say something.
fn together(readings: &[Option<Said>]) -> Option<(Said, f32)> {
    let told: Vec<Said> = readings.iter().flatten().copied().collect();
    let negative = told.iter().find(|said| said.outcome == Outcome::Negative);
    let said = negative.or(told.iter().find(|said| said.weeks.is_some())).or(told.first())?;
    let alike = told.iter().filter(|one| one.outcome == said.outcome).count();
    Some((*said, if alike > 1 && alike == told.len() { AGREED } else { ONCE }))
}

fn findings(said: Said, sure: f32, zone: &Zone) -> Vec<Finding> {
    let finding = |name, value| Finding { name, value, confidence: sure, quad: zone.quad() };
    let text = |text: &str| Value::Text(text.to_owned());
    let mut findings = vec![
        finding(FieldName::TestResult, text(super::result(said.outcome))),
        finding(FieldName::TestType, text("digital")),
        finding(FieldName::TestValidity, text("valid")),
    ];
    let weeks = said.weeks.map(|weeks| Value::Number { digits: weeks.to_owned(), unit: Some(Unit::Weeks) });
    findings.extend(weeks.map(|weeks| finding(FieldName::WeeksIndicator, weeks)));
    findings
}

/// The lines of the page that stand in the zone, from top to bottom.
fn within(page: &Page, zone: &Zone) -> Vec<String> {
    let quad = zone.quad();
    let quad = if page.turned { quad.turned(page.width, page.height) } else { quad };
    let [left, top, right, bottom] = quad.grown(MARGIN).bounds();
    let is_in = |at: &Quad| {
        let middle = at.centre();
        (left..=right).contains(&middle.x) && (top..=bottom).contains(&middle.y)
    };
    page.lines.iter().filter(|line| is_in(&line.quad)).map(|line| line.text()).collect()
}

/// What lines say, where they are a result's words and no more.
fn said(lines: &[String]) -> Option<Said> {
    let text = lines.join(" ").to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let positive = |weeks| Some(Said { outcome: Outcome::Positive, weeks });
    let negative = Some(Said { outcome: Outcome::Negative, weeks: None });
    match words.as_slice() {
        ["not", "pregnant"] | ["notpregnant" | "no"] => negative,
        // Between one and two weeks is no number.
        ["pregnant" | "yes"] | ["pregnant", "1", "2"] | ["pregnant", "2", "3"] => positive(None),
        ["pregnant", "3"] if text.contains("3+") => positive(Some("3")),
        _ => None,
    }
}

/// The same box, read from the other side.
fn turned(Quad([a, b, c, d]): Quad) -> Quad {
    Quad([c, d, a, b])
}

/// Upper and lower half of a box.
fn halves(Quad([a, b, c, d]): Quad) -> [Quad; 2] {
    let (left, right) = (a.towards(d, 0.5), b.towards(c, 0.5));
    [Quad([a, b, right, left]), Quad([left, right, c, d])]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str]) -> Option<(Outcome, Option<&'static str>)> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        said(&lines).map(|said| (said.outcome, said.weeks))
    }

    #[test]
    fn only_a_results_own_words_are_one() {
        for lines in [
            &["Pregnant or not pregnant"][..],
            &["Pregnancy"],
            &["?"],
            &[],
            &["Not"],
            &["Pregnant", "4"],
            &["not not pregnant"],
        ] {
            assert_eq!(told(lines), None, "{lines:?}");
        }
        assert_eq!(told(&["Not", "Pregnant"]), Some((Outcome::Negative, None)));
        assert_eq!(told(&["NO -"]), Some((Outcome::Negative, None)));
        assert_eq!(told(&["YES +"]), Some((Outcome::Positive, None)));
        assert_eq!(told(&["Pregnant", "1-2"]), Some((Outcome::Positive, None)));
        assert_eq!(told(&["Pregnant", "3+"]), Some((Outcome::Positive, Some("3"))));
    }

    #[test]
    fn one_not_counts_more_than_none() {
        let (yes, no) = (said(&["Pregnant".to_owned()]), said(&["Not Pregnant".to_owned()]));
        assert_eq!(together(&[None, None]), None);
        assert_eq!(
            together(&[yes, no, yes]).map(|(said, sure)| (said.outcome, sure)),
            Some((Outcome::Negative, ONCE))
        );
        assert_eq!(
            together(&[yes, None, yes]).map(|(said, sure)| (said.outcome, sure)),
            Some((Outcome::Positive, AGREED))
        );
    }
}
