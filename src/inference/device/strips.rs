//! Tests that are read by eye: pregnancy tests and test strips. What is seen of their lines, and what is printed on them.
//!
//! Cassettes alone: of sticks, bare strips and displays more is read wrongly than may be (decision 48). One test a picture: of two nobody could
//! say whose the answer is. The lines are worth what the nets say; how a line is called (faint, clear,
//! strong) is worth what its being there is, as no mark on the test parts one from the other.

mod words;

use super::finding::Finding;
use super::sight::Sight;
use super::{DeviceKind, DeviceReading, Field, FieldName, ReadError, Value};
use crate::inference::ocr::{OcrError, Page, Quad};
use crate::inference::picture::Picture;
use crate::inference::strip::{Form, Lines, Outcome, Strength, Zone};
use words::Purpose;

/// What is less probable is not told.
const LEAST: f32 = 0.75;
/// What has no line is a test from this probability on.
const LEAST_EMPTY: f32 = 0.9;
/// A form is told from this share on.
const LEAST_FORM: f32 = 0.9;

/// Whether a kind is read here.
pub fn reads(kind: DeviceKind) -> bool {
    matches!(kind, DeviceKind::PregnancyTest | DeviceKind::TestStrip)
}

/// What a picture whose words tell no other device shows: a test of the hinted kind, else of the kind that its words tell.
///
/// # Errors
/// `NoDevice` where no such test is seen, `Another` where its words tell the other kind, `Unreadable` where what it says is not sure.
pub fn read(
    sight: &mut Sight,
    picture: &Picture,
    page: &Page,
    hint: Option<DeviceKind>,
) -> Result<DeviceReading, ReadError> {
    let kind = kind(hint, words::purpose(page));
    if kind == Err(ReadError::NoDevice) {
        return Err(ReadError::NoDevice);
    }
    let found = sight.strips(picture.pixels()).map_err(failed)?;
    let (zone, lines) = match found.as_slice() {
        [] => return Err(ReadError::NoDevice),
        [(zone, Some(lines))] if zone.form == Form::Cassette => (zone, lines),
        _ => return Err(ReadError::Unreadable),
    };
    let kind = kind?;
    let mut findings = of_lines(kind, zone, lines)?;
    findings.extend(words::printed(page, kind));
    let to_picture =
        |quad: Quad| quad.0.map(|corner| (corner.x * picture.scale(), corner.y * picture.scale()));
    let field =
        |Finding { name, value, confidence, quad }| Field { name, value, confidence, quad: to_picture(quad) };
    Ok(DeviceReading {
        kind,
        confidence: findings.iter().map(|finding| finding.confidence).fold(1.0, f32::min),
        fields: findings.into_iter().map(field).collect(),
        brand: words::brand(page),
        model: None,
        models_used: sight.models_of_strips(),
    })
}

/// The kind, where the hint and what is printed do not contradict each other.
fn kind(hint: Option<DeviceKind>, purpose: Purpose) -> Result<DeviceKind, ReadError> {
    let told = match purpose {
        Purpose::Other => return Err(ReadError::NoDevice),
        Purpose::Pregnancy => Some(DeviceKind::PregnancyTest),
        Purpose::Covid => Some(DeviceKind::TestStrip),
        Purpose::Unknown => None,
    };
    match (hint, told) {
        (Some(hint), Some(told)) if hint != told => Err(ReadError::Another(told)),
        (Some(kind), _) | (None, Some(kind)) => Ok(kind),
        // What a bare test is for is written on its box, and much looks like a test from afar.
        (None, None) => Err(ReadError::NoDevice),
    }
}

/// What the lines say.
fn of_lines(kind: DeviceKind, zone: &Zone, lines: &Lines) -> Result<Vec<Finding>, ReadError> {
    let (outcome, sure) = lines.outcome();
    let ((control, control_sure), (test, test_sure)) = (lines.control(), lines.test());
    // What is said of lines is worth no more than that there is a test at all.
    let [sure, control_sure, test_sure] =
        [sure, control_sure, test_sure].map(|share| share * lines.is_zone());
    let agree = match outcome {
        Outcome::Positive => control != Strength::None && test != Strength::None,
        Outcome::Negative => control != Strength::None && test == Strength::None,
        Outcome::Invalid => control == Strength::None,
    };
    // A window without a line may be any box.
    let is_empty = control == Strength::None && test == Strength::None;
    let is_test = !is_empty || lines.is_zone() >= LEAST_EMPTY;
    if sure < LEAST || !agree || !is_test {
        return Err(ReadError::Unreadable);
    }
    let finding = |name, text: &str, confidence| Finding {
        name,
        value: Value::Text(text.to_owned()),
        confidence,
        quad: zone.quad(),
    };
    let mut findings = vec![
        finding(FieldName::TestResult, result(outcome), sure),
        finding(FieldName::ControlLine, control_line(control), control_sure),
        finding(FieldName::TestLine, test_line(kind, test), test_sure),
    ];
    if kind == DeviceKind::PregnancyTest {
        let validity = if outcome == Outcome::Invalid { "invalid" } else { "valid" };
        findings.push(finding(FieldName::TestValidity, validity, control_sure));
        if zone.form_share >= LEAST_FORM {
            findings.push(finding(FieldName::TestType, "cassette", zone.form_share));
        }
    } else {
        findings.push(finding(FieldName::TestType, "lateral flow", lines.is_zone()));
    }
    Ok(findings)
}

/// The vendor's words for results.
fn result(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Positive => "positive",
        Outcome::Negative => "negative",
        Outcome::Invalid => "invalid",
    }
}

fn control_line(strength: Strength) -> &'static str {
    match strength {
        Strength::None => "not visible",
        Strength::Faint => "faint",
        Strength::Clear | Strength::Strong => "visible",
    }
}

fn test_line(kind: DeviceKind, strength: Strength) -> &'static str {
    match strength {
        Strength::None => "not visible",
        Strength::Faint => "faint",
        Strength::Clear if kind == DeviceKind::PregnancyTest => "clear",
        Strength::Clear => "visible",
        Strength::Strong => "strong",
    }
}

fn failed(fault: OcrError) -> ReadError {
    match fault {
        OcrError::Late => ReadError::Timeout,
        OcrError::Run(_) | OcrError::Shape => ReadError::Unavailable(fault.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREGNANCY: Option<DeviceKind> = Some(DeviceKind::PregnancyTest);
    const STRIP: Option<DeviceKind> = Some(DeviceKind::TestStrip);

    #[test]
    fn what_is_printed_may_not_contradict_the_hint() {
        assert_eq!(kind(PREGNANCY, Purpose::Covid), Err(ReadError::Another(DeviceKind::TestStrip)));
        assert_eq!(kind(STRIP, Purpose::Pregnancy), Err(ReadError::Another(DeviceKind::PregnancyTest)));
        for hint in [None, PREGNANCY, STRIP] {
            assert_eq!(kind(hint, Purpose::Other), Err(ReadError::NoDevice));
        }
        assert_eq!(kind(STRIP, Purpose::Unknown), Ok(DeviceKind::TestStrip));
        assert_eq!(kind(None, Purpose::Covid), Ok(DeviceKind::TestStrip));
    }

    #[test]
    fn without_words_and_hint_it_is_no_test() {
        assert_eq!(kind(None, Purpose::Unknown), Err(ReadError::NoDevice));
    }
}
