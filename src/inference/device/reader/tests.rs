//! Layout rules on hand-made lines: what is refused first, then what is read.

use super::*;
use crate::inference::device::{FieldName, Unit, Value};
use crate::inference::ocr::{Judged, Line};

/// A line at a place: text, left, top, height. Characters are half as wide as they are high.
pub fn line(text: &str, left: f32, top: f32, height: f32) -> Line {
    let width = crate::inference::number::real(text.chars().count()) * height / 2.0;
    Line {
        characters: text.chars().map(|character| (character, 0.99)).collect(),
        confidence: 0.99,
        second: text.contains(|character: char| character.is_ascii_digit()).then(|| text.to_owned()),
        clear: true,
        judged: None,
        quad: Quad::upright(left, top, left + width, top + height),
    }
}

pub type Placed<'a> = (&'a str, f32, f32, f32);

pub fn page(lines: &[Placed<'_>]) -> Page {
    let lines = lines.iter().map(|&(text, left, top, height)| line(text, left, top, height)).collect();
    Page { width: 1000.0, height: 1000.0, turned: false, lines, unread: Vec::new(), left_out: Vec::new() }
}

pub fn read(lines: &[Placed<'_>], hint: Option<DeviceKind>) -> Result<DeviceReading, ReadError> {
    reading(&page(lines), 1.0, hint, &[])
}

/// The values and the overall confidence, for short assertions.
pub fn values(lines: &[Placed<'_>], hint: Option<DeviceKind>) -> (String, f32) {
    let reading = read(lines, hint).unwrap();
    let value = |field: &Field| {
        let Value::Number { digits, unit: Some(unit) } = &field.value else { panic!("{field:?}") };
        format!("{digits} {}", unit.symbol())
    };
    (reading.fields.iter().map(value).collect::<Vec<_>>().join(", "), reading.confidence)
}

pub const BP: Option<DeviceKind> = Some(DeviceKind::BloodPressure);
pub const GLUCOSE: Option<DeviceKind> = Some(DeviceKind::GlucoseMeter);
pub const OXIMETER: Option<DeviceKind> = Some(DeviceKind::PulseOximeter);
pub const THERMOMETER: Option<DeviceKind> = Some(DeviceKind::Thermometer);
pub const SCALE: Option<DeviceKind> = Some(DeviceKind::Scale);

pub const MONITOR: &[Placed<'_>] = &[
    ("OMRON M3", 100.0, 20.0, 40.0),
    ("SYS", 100.0, 110.0, 30.0),
    ("mmHg", 100.0, 150.0, 20.0),
    ("128", 300.0, 100.0, 150.0),
    ("DIA", 100.0, 310.0, 30.0),
    ("84", 350.0, 300.0, 150.0),
    ("PUL", 100.0, 510.0, 30.0),
    ("66", 350.0, 500.0, 120.0),
    ("12:30", 100.0, 700.0, 60.0),
];

pub fn monitor(change: impl Fn(&mut Vec<Placed<'static>>)) -> Vec<Placed<'static>> {
    let mut lines = MONITOR.to_vec();
    change(&mut lines);
    lines
}

#[test]
fn nothing_and_scenery_are_no_device() {
    for hint in [None, BP, GLUCOSE, OXIMETER, THERMOMETER, SCALE, Some(DeviceKind::PregnancyTest)] {
        assert_eq!(read(&[], hint).unwrap_err(), ReadError::NoDevice);
        let sign = [("WELCOME", 100.0, 100.0, 50.0), ("TO THE PARK", 100.0, 200.0, 50.0)];
        assert_eq!(read(&sign, hint).unwrap_err(), ReadError::NoDevice);
    }
    assert_eq!(read(&[("1984", 100.0, 100.0, 300.0)], None).unwrap_err(), ReadError::NoDevice);
}

#[test]
fn a_page_of_print_is_not_a_display() {
    let report = [
        ("LABORATORY REPORT", 50.0, 50.0, 40.0),
        ("Patient Jane Smith", 50.0, 120.0, 40.0),
        ("Glucose 95 mg/dL", 50.0, 190.0, 40.0),
        ("Blood pressure 120 80 mmHg", 50.0, 260.0, 40.0),
    ];
    for hint in [GLUCOSE, BP, THERMOMETER, SCALE] {
        read(&report, hint).unwrap_err();
    }
}

#[test]
fn kinds_without_a_reader_and_contradicted_hints_give_nothing() {
    assert_eq!(
        read(MONITOR, Some(DeviceKind::PeakFlowMeter)).unwrap_err(),
        ReadError::Another(DeviceKind::BloodPressure)
    );
    assert_eq!(read(MONITOR, GLUCOSE).unwrap_err(), ReadError::Another(DeviceKind::BloodPressure));
    let bare = [("420", 100.0, 100.0, 200.0)];
    assert_eq!(read(&bare, Some(DeviceKind::PeakFlowMeter)).unwrap_err(), ReadError::Unreadable);
}

#[test]
fn blood_pressure_abstains_where_rows_are_missing_or_doubtful() {
    let refused = |change: fn(&mut Vec<Placed<'static>>)| {
        assert_eq!(read(&monitor(change), BP).unwrap_err(), ReadError::Unreadable);
    };
    refused(|lines| lines[3].0 = "12B");
    refused(|lines| lines[3].0 = "028");
    refused(|lines| lines[3].0 = "28");
    refused(|lines| lines[5].0 = "120");
    refused(|lines| lines[7].0 = "6");
    // labels in another order than the rules know
    refused(|lines| (lines[1].0, lines[4].0) = ("DIA", "SYS"));
    // no labels, and one of the three rows missing: pressure and pulse would be taken for pressures
    refused(|lines| lines.retain(|line| ["84", "66"].contains(&line.0)));
    // no labels, and a fourth large number
    refused(|lines| {
        lines.retain(|line| ["128", "84", "66"].contains(&line.0));
        lines.push(("23", 350.0, 700.0, 120.0));
    });
    refused(|lines| lines[2].0 = "kPa");
}

#[test]
fn a_number_that_its_surroundings_contradict_is_not_read() {
    let mut page = page(MONITOR);
    page.lines[3].second = Some("1128".to_owned());
    assert_eq!(reading(&page, 1.0, BP, &[]).unwrap_err(), ReadError::Unreadable);
}

#[test]
fn blood_pressure_by_labels_is_sure() {
    for hint in [BP, None] {
        assert_eq!(values(MONITOR, hint), ("128 mmHg, 84 mmHg, 66 bpm".to_owned(), 0.95));
    }
    let reading = read(MONITOR, None).unwrap();
    assert_eq!(reading.kind, DeviceKind::BloodPressure);
    assert_eq!((reading.brand.as_deref(), reading.model.as_deref()), (Some("Omron"), Some("M3")));
    let names: Vec<_> = reading.fields.iter().map(|field| field.name).collect();
    assert_eq!(names, [FieldName::Systolic, FieldName::Diastolic, FieldName::Pulse]);
    assert_eq!(reading.fields[0].quad, [(300.0, 100.0), (525.0, 100.0), (525.0, 250.0), (300.0, 250.0)]);
}

#[test]
fn blood_pressure_by_place_alone_is_unsure() {
    let bare = monitor(|lines| lines.retain(|line| ["128", "84", "66", "12:30"].contains(&line.0)));
    assert_eq!(values(&bare, BP), ("128 mmHg, 84 mmHg, 66 bpm".to_owned(), 0.8));
    assert_eq!(read(&bare, None).unwrap_err(), ReadError::NoDevice);
    let unit = monitor(|lines| lines.retain(|line| ["128", "84", "66", "mmHg"].contains(&line.0)));
    assert_eq!(values(&unit, None).1, 0.85);
    let no_pulse = monitor(|lines| lines.retain(|line| line.0 != "66"));
    assert_eq!(values(&no_pulse, BP).0, "128 mmHg, 84 mmHg");
}

#[test]
fn a_tilted_display_reads_the_same() {
    let mut page = page(MONITOR);
    let (sine, cosine) = 0.2_f32.sin_cos();
    for line in &mut page.lines {
        line.quad = line.quad.map(|corner| {
            crate::inference::ocr::Point::new(
                corner.x * cosine - corner.y * sine,
                corner.x * sine + corner.y * cosine,
            )
        });
    }
    assert_eq!(reading(&page, 1.0, None, &[]).unwrap().confidence, 0.95);
}

#[test]
fn boxes_of_a_turned_page_go_back_to_the_picture() {
    let mut page = page(MONITOR);
    page.turned = true;
    let reading = reading(&page, 2.0, None, &[]).unwrap();
    let [top_left, _, bottom_right, _] = reading.fields[0].quad;
    assert_eq!((top_left, bottom_right), ((950.0, 1500.0), (1400.0, 1800.0)));
}

#[test]
fn glucose_needs_a_number_that_fits_its_unit() {
    let shown = |number: &'static str, unit: &'static str| {
        [(number, 200.0, 200.0, 200.0), (unit, 650.0, 350.0, 40.0), ("10/23", 200.0, 500.0, 60.0)]
    };
    for (number, unit) in
        [("56", "mmol/L"), ("5.6", "mg/dL"), ("9", "mg/dL"), ("700", "mg/dL"), ("45.2", "mmol/L")]
    {
        assert_eq!(
            read(&shown(number, unit), GLUCOSE).unwrap_err(),
            ReadError::Unreadable,
            "{number} {unit}"
        );
    }
    // without a unit a small whole number may be mmol/L that lost its point
    assert_eq!(read(&shown("56", "x"), GLUCOSE).unwrap_err(), ReadError::Unreadable);
    assert_eq!(values(&shown("104", "x"), GLUCOSE), ("104 mg/dL".to_owned(), 0.5));
    assert_eq!(values(&shown("5.6", "x"), GLUCOSE), ("5.6 mmol/L".to_owned(), 0.7));
    assert_eq!(values(&shown("95", "mg/dL"), None), ("95 mg/dL".to_owned(), 0.95));
    assert_eq!(values(&shown("10,4", "mmol/L"), None), ("10.4 mmol/L".to_owned(), 0.95));
}

#[test]
fn two_numbers_of_one_size_are_ambiguous() {
    let two = [("95", 100.0, 100.0, 200.0), ("104", 100.0, 400.0, 180.0), ("mg/dL", 500.0, 100.0, 40.0)];
    assert_eq!(read(&two, GLUCOSE).unwrap_err(), ReadError::Unreadable);
}

#[test]
fn oximeters_go_by_labels_then_by_range() {
    let shown = |one: &'static str, other: &'static str, labels: &[Placed<'static>]| {
        let mut lines = vec![(one, 300.0, 100.0, 150.0), (other, 300.0, 400.0, 150.0)];
        lines.extend_from_slice(labels);
        lines
    };
    let both = [("SpO2", 100.0, 120.0, 40.0), ("PR", 100.0, 420.0, 40.0)];
    assert_eq!(values(&shown("98", "65", &both), None), ("98 %, 65 bpm".to_owned(), 0.95));
    let swapped = [("PR", 100.0, 120.0, 40.0), ("SpO2", 100.0, 420.0, 40.0)];
    assert_eq!(values(&shown("65", "98", &swapped), None), ("98 %, 65 bpm".to_owned(), 0.95));
    assert_eq!(values(&shown("98", "65", &both[..1]), None), ("98 %, 65 bpm".to_owned(), 0.8));
    assert_eq!(values(&shown("98", "65", &[]), OXIMETER), ("98 %, 65 bpm".to_owned(), 0.75));
    assert_eq!(
        values(&shown("113", "85", &[]), OXIMETER),
        ("85 %, 113 bpm".to_owned(), 0.75),
        "no share is 113"
    );
    for (one, other) in [("98", "95"), ("85", "65"), ("98", "9"), ("98", "300"), ("113", "60")] {
        assert_eq!(read(&shown(one, other, &[]), OXIMETER).unwrap_err(), ReadError::Unreadable);
    }
}

#[test]
fn a_monitor_with_pressure_and_saturation_is_no_oximeter() {
    let mut lines = MONITOR.to_vec();
    lines.push(("SpO2", 700.0, 110.0, 30.0));
    assert_eq!(read(&lines, OXIMETER).unwrap_err(), ReadError::Another(DeviceKind::FiveParameterMonitor));
    assert_eq!(read(&lines, None).unwrap_err(), ReadError::Unreadable);
}

#[test]
fn temperatures_keep_their_point_and_fit_their_unit() {
    let shown = |number: &'static str, unit: &'static str| {
        [(number, 200.0, 200.0, 200.0), (unit, 700.0, 220.0, 60.0)]
    };
    for (number, unit) in
        [("368", "°C"), ("25.1", "°C"), ("36.8", "°F"), ("98.6", "°C"), ("36.", "°C"), ("37", "°C")]
    {
        assert_eq!(
            read(&shown(number, unit), THERMOMETER).unwrap_err(),
            ReadError::Unreadable,
            "{number} {unit}"
        );
    }
    let seen = |number: &'static str, unit: &'static str| {
        let mut page = page(&shown(number, unit));
        page.lines.iter_mut().take(1).for_each(|line| line.judged = Some(Judged::of(0.97)));
        reading(&page, 1.0, THERMOMETER, &[]).map(|read| (read.fields[0].value.clone(), read.confidence))
    };
    for (number, unit) in [("250", "°C"), ("368", "°F"), ("368", "x"), ("37", "°C"), ("36850", "°C")] {
        assert_eq!(seen(number, unit), Err(ReadError::Unreadable), "{number} {unit}");
    }
    let told = |digits: &str, unit| Ok((Value::Number { digits: digits.to_owned(), unit: Some(unit) }, 0.5));
    assert_eq!(seen("368", "°C"), told("36.8", Unit::Celsius), "the detector missed the point");
    assert_eq!(seen("1026", "°F"), told("102.6", Unit::Fahrenheit));
    assert_eq!(values(&shown("36.8", "°C"), None), ("36.8 °C".to_owned(), 0.95));
    assert_eq!(values(&shown("101.3", "°F"), None), ("101.3 °F".to_owned(), 0.95));
    assert_eq!(values(&shown("36.8", "x"), THERMOMETER), ("36.8 °C".to_owned(), 0.85));
    assert_eq!(values(&[("36.8°C", 200.0, 200.0, 200.0)], None).0, "36.8 °C");
}

#[test]
fn weights_need_their_unit() {
    let shown = |number: &'static str, unit: &'static str| {
        [(number, 200.0, 200.0, 200.0), (unit, 650.0, 250.0, 60.0)]
    };
    for (number, unit) in [("75.2", "x"), ("752", "kg"), ("1.2", "kg"), ("75.2", "st"), ("400.5", "kg")] {
        assert_eq!(read(&shown(number, unit), SCALE).unwrap_err(), ReadError::Unreadable, "{number} {unit}");
    }
    assert_eq!(values(&shown("75.2", "kg"), None), ("75.2 kg".to_owned(), 0.95));
    assert_eq!(values(&shown("165.8", "lb"), None), ("165.8 lb".to_owned(), 0.95));
    assert_eq!(values(&shown("75", "kg"), None), ("75 kg".to_owned(), 0.6));
    let both = [("75.2", 200.0, 200.0, 200.0), ("kg", 200.0, 700.0, 40.0), ("lb", 300.0, 700.0, 40.0)];
    assert_eq!(read(&both, SCALE).unwrap_err(), ReadError::Unreadable);
}

#[test]
fn unit_symbols_are_those_of_displays() {
    assert_eq!(Unit::MilligramsPerDecilitre.symbol(), "mg/dL");
}

#[tokio::test]
async fn an_unavailable_reader_says_why() {
    let reader = DeviceReader::unavailable("no ONNX Runtime library at x");
    assert_eq!(reader.fault(), Some("no ONNX Runtime library at x"));
    assert!(reader.models().is_empty());
    let picture =
        crate::inference::picture::decode(&crate::inference::tests::wall(), &Default::default()).unwrap();
    assert!(matches!(reader.read(picture, None).await, Err(ReadError::Unavailable(_))));
}

#[test]
fn a_later_look_that_lost_a_word_does_not_stand_for_the_first() {
    let look = |lines: &[Placed<'_>]| Scene::of(&page(lines));
    let before =
        look(&[("-", 180.0, 100.0, 150.0), ("12.5", 300.0, 100.0, 150.0), ("kg", 700.0, 150.0, 40.0)]);
    let without_minus = look(&[("12.5", 300.0, 100.0, 150.0), ("kg", 700.0, 150.0, 40.0)]);
    let other_digits =
        look(&[("-", 180.0, 100.0, 150.0), ("13.5", 300.0, 100.0, 150.0), ("kg", 700.0, 150.0, 40.0)]);
    assert!(!without_minus.says_all_of(&before));
    assert!(other_digits.says_all_of(&before));
    assert!(before.says_all_of(&without_minus));
}
