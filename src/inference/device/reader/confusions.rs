//! What looks like a reading and is none: other quantities, other times, other devices, hidden digits.

use super::tests::{
    BP, GLUCOSE, MONITOR, OXIMETER, Placed, SCALE, THERMOMETER, line, monitor, page, read, values,
};
use super::*;
use crate::inference::device::{FieldName, Value};
use crate::inference::ocr::{Judged, Line};

/// A large number, its unit at the side, and words of the label's size above it.
fn titled(title: &'static str, number: &'static str, unit: &'static str) -> Vec<Placed<'static>> {
    vec![(title, 200.0, 100.0, 60.0), (number, 200.0, 200.0, 200.0), (unit, 650.0, 300.0, 60.0)]
}

fn assert_refused(lines: &[Placed<'_>], hint: Option<DeviceKind>) {
    for hint in [hint, None] {
        let read = read(lines, hint);
        assert!(read.is_err(), "{lines:?}: {read:?}");
    }
}

#[test]
fn other_analytes_are_no_glucose() {
    for (title, number, unit) in [
        ("KETONE", "1.2", "mmol/L"),
        ("LACTATE", "2.1", "mmol/L"),
        ("CHOLESTEROL", "5.2", "mmol/L"),
        ("URIC ACID", "72", "mg/dL"),
        ("INR", "2.5", ""),
        ("Hb", "13.5", "g/dL"),
        ("", "13.5", "g/dL"),
        ("CREPS", "2.5", ""),
        ("HDL 2", "52", "mg/dL"),
    ] {
        assert_refused(&titled(title, number, unit), GLUCOSE);
        let joined = format!("{title} {number} {unit}");
        assert_refused(&[(joined.as_str(), 50.0, 200.0, 60.0)], GLUCOSE);
    }
}

#[test]
fn what_is_not_measured_now_is_no_reading() {
    for title in ["CONTROL", "14 DAY AVG", "MEM 12", "MEM", "M", "LAST", "7DAYAVG", "SET", "CODE", "Err"] {
        assert_refused(&titled(title, "38.9", "°C"), THERMOMETER);
        assert_refused(&titled(title, "75.2", "kg"), SCALE);
    }
    for title in ["CONTROL", "SET", "AVG", "90 DAY AVG", "Err"] {
        assert_refused(&titled(title, "142", "mg/dL"), GLUCOSE);
    }
}

#[test]
fn what_a_meter_remembers_is_told_as_that_and_never_surely() {
    let told = |title: &'static str| {
        let reading = read(&titled(title, "142", "mg/dL"), GLUCOSE).unwrap();
        let names = [FieldName::Glucose, FieldName::AverageOf7Days, FieldName::AverageOf14Days];
        let found = names.into_iter().find(|name| reading.digits(*name) == Some("142")).unwrap();
        let slot = reading.digits(FieldName::MemorySlot).map(str::to_owned);
        (found, slot, reading.confidence)
    };
    for title in ["MEM", "M", "LAST", "CODE"] {
        assert_eq!(told(title), (FieldName::Glucose, None, 0.5), "{title}");
    }
    assert_eq!(told("MEM 12"), (FieldName::Glucose, Some("12".to_owned()), 0.5));
    assert_eq!(told("14 DAY AVG"), (FieldName::AverageOf14Days, None, 0.5));
    assert_eq!(told("7DAYAVG"), (FieldName::AverageOf7Days, None, 0.5));
}

#[test]
fn a_word_in_place_of_a_number_is_told_as_a_word() {
    let shown = |word: &'static str| [(word, 200.0, 200.0, 200.0), ("mg/dL", 650.0, 300.0, 60.0)];
    for (word, told) in [("Hi", "HI"), ("HI", "HI"), ("Lo", "LO"), ("L0", "LO")] {
        let reading = read(&shown(word), GLUCOSE).unwrap();
        assert_eq!((reading.text(FieldName::GlucoseAlert), reading.fields.len()), (Some(told), 1), "{word}");
    }
    for word in ["Err", "E-3", "---"] {
        assert!(read(&shown(word), GLUCOSE).is_err(), "{word}");
    }
    for (word, hint) in
        [("Lo", THERMOMETER), ("Hi", THERMOMETER), ("Err", BP), ("Err", SCALE), ("Lo", OXIMETER)]
    {
        let alone = [(word, 200.0, 200.0, 200.0)];
        assert_eq!(read(&alone, hint).unwrap_err(), ReadError::Unreadable, "{word}");
    }
}

#[test]
fn an_unknown_word_beside_a_number_makes_it_unsure() {
    assert_eq!(values(&titled("CREPS", "142", "mg/dL"), None), ("142 mg/dL".to_owned(), 0.8));
    assert_eq!(values(&titled("Before meal", "142", "mg/dL"), None), ("142 mg/dL".to_owned(), 0.95));
    assert_eq!(values(&titled("ACCU-CHEK Performa", "142", "mg/dL"), None), ("142 mg/dL".to_owned(), 0.95));
    let far = [("CREPS", 200.0, 700.0, 60.0), ("142", 200.0, 200.0, 200.0), ("mg/dL", 650.0, 300.0, 60.0)];
    assert_eq!(values(&far, None).1, 0.95);
}

#[test]
fn a_pressure_from_memory_is_marked_and_never_sure() {
    for mark in ["MEM", "AVG"] {
        let marked = monitor(|lines| lines.push((mark, 150.0, 350.0, 20.0)));
        let reading = read(&marked, BP).unwrap();
        assert_eq!(reading.field(FieldName::MemoryMark).unwrap().value, Value::Flag(true), "{mark}");
        assert_eq!((reading.digits(FieldName::Systolic), reading.confidence), (Some("128"), 0.5));
    }
    let key = monitor(|lines| lines.push(("M", 150.0, 350.0, 20.0)));
    assert_eq!(read(&key, BP).unwrap().field(FieldName::MemoryMark), None);
}

#[test]
fn a_stroke_beside_a_pressure_is_no_digit_and_a_name_below_is_no_quantity() {
    let mut framed = page(MONITOR);
    framed.lines[3] = Line { judged: Some(Judged::of(0.97)), ..line("1128", 225.0, 100.0, 150.0) };
    let reading = reading(&framed, 1.0, BP, &[]).unwrap();
    assert_eq!((reading.digits(FieldName::Systolic), reading.confidence), (Some("128"), 0.5));
    let named = monitor(|lines| {
        lines.retain(|line| line.0 != "PUL");
        lines.push(("Expert-X", 330.0, 640.0, 40.0));
    });
    assert_eq!(values(&named, BP), ("128 mmHg, 84 mmHg, 66 bpm".to_owned(), 0.8));
}

#[test]
fn one_unsure_number_and_no_word_is_no_meter() {
    let mut alone = page(&[("104", 200.0, 200.0, 200.0)]);
    let sureness = |page: &Page| reading(page, 1.0, GLUCOSE, &[]).map(|reading| reading.confidence);
    alone.lines[0].judged = Some(Judged::of(0.55));
    assert_eq!(sureness(&alone), Err(ReadError::Unreadable));
    alone.lines[0].judged = Some(Judged::of(0.97));
    assert_eq!(sureness(&alone), Ok(0.5));
    let mut worded = page(&[("104", 200.0, 200.0, 200.0), ("yuwell", 200.0, 700.0, 40.0)]);
    worded.lines[0].judged = Some(Judged::of(0.55));
    assert_eq!(sureness(&worded), Ok(0.5));
}

#[test]
fn parts_of_a_body_are_no_weight() {
    for (title, number, unit) in [("MUSCLE", "32.5", "kg"), ("BONE MASS", "3.2", "kg"), ("", "- 12.5", "kg")]
    {
        assert_refused(&titled(title, number, unit), SCALE);
    }
    let apart = [("-", 150.0, 280.0, 60.0), ("12.5", 200.0, 200.0, 200.0), ("kg", 650.0, 300.0, 60.0)];
    assert_refused(&apart, SCALE);
}

#[test]
fn a_unit_in_a_smaller_numbers_line_is_that_numbers() {
    for title in ["FAT", "BMI", ""] {
        for unit in ["%", ""] {
            let mut lines = titled(title, "22.5", unit);
            lines.push(("75.2 kg", 200.0, 450.0, 100.0));
            assert_refused(&lines, SCALE);
        }
    }
    let weight = [
        ("75.2", 200.0, 200.0, 200.0),
        ("kg", 650.0, 300.0, 60.0),
        ("FAT", 200.0, 450.0, 80.0),
        ("22.5", 400.0, 450.0, 80.0),
        ("%", 600.0, 450.0, 80.0),
    ];
    assert_eq!(values(&weight, SCALE), ("75.2 kg, 22.5 %".to_owned(), 0.9));
}

#[test]
fn a_third_number_with_another_name_is_no_pulse() {
    for name in ["MAP", "PP", "MEM", "XYZ", "T"] {
        let named = monitor(|lines| lines[6].0 = name);
        assert_eq!(values(&named, BP), ("128 mmHg, 84 mmHg".to_owned(), 0.95), "{name}");
        let bare = monitor(|lines| {
            lines[6].0 = name;
            lines.retain(|line| !["SYS", "DIA"].contains(&line.0));
        });
        assert_eq!(read(&bare, BP).unwrap_err(), ReadError::Unreadable, "{name}");
    }
    let unit = monitor(|lines| (lines[6].0, lines[6].3) = ("mmHg", 100.0));
    assert_eq!(values(&unit, BP).0, "128 mmHg, 84 mmHg");
    let nothing = monitor(|lines| lines.retain(|line| line.0 != "PUL"));
    assert_eq!(values(&nothing, BP), ("128 mmHg, 84 mmHg, 66 bpm".to_owned(), 0.85));
}

#[test]
fn a_second_number_with_another_name_is_no_pulse() {
    let shown = |name: &'static str, number: &'static str| {
        [
            ("SpO2", 100.0, 120.0, 40.0),
            ("97", 300.0, 100.0, 150.0),
            (name, 100.0, 420.0, 40.0),
            (number, 300.0, 400.0, 150.0),
        ]
    };
    for (name, number) in [("T", "37"), ("XYZ", "85"), ("PI", "62"), ("RRp", "28"), ("MIN", "85")] {
        assert_eq!(values(&shown(name, number), OXIMETER), ("97 %".to_owned(), 0.8), "{name}");
    }
    assert_eq!(
        read(&shown("RR", "28"), OXIMETER).unwrap_err(),
        ReadError::Another(DeviceKind::FiveParameterMonitor)
    );
    assert_eq!(read(&shown("RR", "28"), None).unwrap().kind, DeviceKind::FiveParameterMonitor);
    let limits = [("SpO2 LOW", 100.0, 120.0, 80.0), ("90 / 85", 500.0, 100.0, 100.0)];
    assert_refused(&limits, OXIMETER);
    let unnamed = [("97", 300.0, 100.0, 150.0), ("T", 100.0, 420.0, 40.0), ("37", 300.0, 400.0, 150.0)];
    assert_refused(&unnamed, OXIMETER);
}

#[test]
fn rooms_are_not_bodies() {
    for title in ["ROOM", "HUMIDITY 45 %", "45 %", "RH 45%", "AMBIENT"] {
        assert_refused(&titled(title, "32.5", "°C"), THERMOMETER);
    }
}

#[test]
fn a_second_plausible_value_leaves_it_open() {
    for (other, height) in [("36.6", 120.0), ("36.6", 60.0)] {
        let mut lines = titled("", "39.8", "°C");
        lines.push((other, 200.0, 600.0, height));
        assert_refused(&lines, THERMOMETER);
    }
    let mut meters = titled("", "142", "mg/dL");
    meters.push(("98", 200.0, 600.0, 120.0));
    assert_refused(&meters, GLUCOSE);
    meters.push(("mg/dL", 400.0, 650.0, 30.0));
    assert_refused(&meters, GLUCOSE);
    let mut dated = titled("", "142", "mg/dL");
    dated.push(("12:30 10/23", 200.0, 600.0, 120.0));
    assert_eq!(values(&dated, GLUCOSE).1, 0.95);
}

#[test]
fn a_number_beside_which_a_digit_may_be_hidden_is_never_sure() {
    let mut weight = page(&titled("", "68.5", "lb"));
    weight.lines[1].clear = false;
    assert_eq!(reading(&weight, 1.0, SCALE, &[]).unwrap().confidence, 0.8);
    let mut pressure = page(MONITOR);
    pressure.lines[3].clear = false;
    assert_eq!(reading(&pressure, 1.0, BP, &[]).unwrap().confidence, 0.8);
}

#[test]
fn a_persons_name_is_no_maker() {
    let brand = |line: &'static str| read(&monitor(|lines| lines[0].0 = line), BP).unwrap().brand;
    for line in ["Patient: John Braun", "Braun, John", "BRAUN JOHN 12"] {
        assert_eq!(brand(line), None, "{line}");
    }
    for line in ["OMRON", "OMRON M3", "omron HEM-7120"] {
        assert_eq!(brand(line).as_deref(), Some("Omron"), "{line}");
    }
}
