//! Screens with labelled rows, and patient monitors, on hand-made lines.

use super::tests::{Placed, page, read, values};
use super::*;
use crate::inference::device::FieldName;
use crate::inference::ocr::Judged;

const ECG: &[Placed<'_>] = &[
    ("ECG", 50.0, 0.0, 40.0),
    ("HR", 50.0, 100.0, 30.0),
    ("68", 300.0, 100.0, 30.0),
    ("bpm", 500.0, 100.0, 30.0),
    ("QT 380 ms", 50.0, 160.0, 30.0),
    ("QTc", 50.0, 220.0, 30.0),
    ("410 ms", 300.0, 220.0, 30.0),
    ("QRS: 95ms", 50.0, 280.0, 30.0),
];
const DIALYSIS: &[Placed<'_>] = &[
    ("Treatment time", 50.0, 0.0, 30.0),
    ("4:00", 400.0, 0.0, 30.0),
    ("Blood flow 350 mL/min", 50.0, 60.0, 30.0),
    ("UF rate 800 mL/h", 50.0, 120.0, 30.0),
    ("Venous pressure", 50.0, 180.0, 30.0),
    ("120 mmHg", 400.0, 180.0, 30.0),
    ("Arterial pressure", 50.0, 240.0, 30.0),
    ("-80 mmHg", 400.0, 240.0, 30.0),
    ("Temperature 37.0 °C", 50.0, 300.0, 30.0),
];
const MONITOR: &[Placed<'_>] = &[
    ("HR", 50.0, 0.0, 30.0),
    ("78", 50.0, 40.0, 120.0),
    ("SpO2", 600.0, 0.0, 30.0),
    ("97", 600.0, 40.0, 120.0),
    ("NIBP", 50.0, 300.0, 30.0),
    ("125/82", 50.0, 340.0, 120.0),
    ("(96)", 450.0, 380.0, 60.0),
    ("RESP", 600.0, 300.0, 30.0),
    ("16", 600.0, 340.0, 120.0),
    ("TEMP", 50.0, 600.0, 30.0),
    ("37.1", 50.0, 640.0, 120.0),
];

fn with(screen: &[Placed<'static>], place: usize, text: &'static str) -> Vec<Placed<'static>> {
    let mut lines = screen.to_vec();
    lines[place].0 = text;
    lines
}

fn names(lines: &[Placed<'_>], hint: Option<DeviceKind>) -> Vec<FieldName> {
    read(lines, hint).unwrap().fields.iter().map(|field| field.name).collect()
}

#[test]
fn a_number_that_its_label_cannot_have_is_left_out() {
    for text in ["QT 38 ms", "QT 380 mmHg", "QT 3B0 ms", "QT 380.5 ms", "QT ---", "QT -380 ms"] {
        let names = names(&with(ECG, 4, text), None);
        assert!(!names.contains(&FieldName::QtInterval) && names.contains(&FieldName::QtcInterval), "{text}");
    }
    let mut twice = ECG.to_vec();
    twice.push(("HR 72 bpm", 50.0, 340.0, 30.0));
    assert!(!names(&twice, None).contains(&FieldName::HeartRate));
}

#[test]
fn a_unit_that_is_not_known_is_not_none() {
    for (text, missing) in [
        ("QRS 60°", FieldName::QrsDuration),
        ("QRS 60 °", FieldName::QrsDuration),
        ("QRS 60mm", FieldName::QrsDuration),
        ("QRS 60 mm/mV", FieldName::QrsDuration),
        ("QRS 60 Hz", FieldName::QrsDuration),
    ] {
        assert!(!names(&with(ECG, 7, text), None).contains(&missing), "{text}");
    }
    for text in ["TMP 20cmH2O", "TMP 20 cmH2O", "TMP 20 g/L"] {
        let missing = names(&with(DIALYSIS, 8, text), None);
        assert!(!missing.contains(&FieldName::TransmembranePressure), "{text}");
    }
    for text in ["QRS 60", "QRS 60 (ms)", "QRS 60 normal", "QRS 60 25mm/s", "QRS 60 QT/QTc"] {
        assert!(names(&with(ECG, 7, text), None).contains(&FieldName::QrsDuration), "{text}");
    }
}

#[test]
fn not_every_rate_is_a_hearts() {
    let rated = |text: &'static str| {
        let mut screen = with(ECG, 7, text);
        // Without its own heart rate.
        screen.drain(1..4);
        read(&screen, None).unwrap().digits(FieldName::HeartRate).map(str::to_owned)
    };
    for text in [
        "Sample rate 250 Hz",
        "Sample rate 250",
        "Paper rate 25mm/s",
        "Rate 25mm/s",
        "Rate 72",
        "Resp rate 22 /min",
    ] {
        assert_eq!(rated(text), None, "{text}");
    }
    for text in ["Rate 72 bpm", "RATE: 72 /min", "Vent. rate 72", "Heart rate 72 bpm"] {
        assert_eq!(rated(text).as_deref(), Some("72"), "{text}");
    }
}

#[test]
fn small_print_round_a_screen_does_not_hide_it() {
    let mut screen = page(ECG);
    screen.left_out = vec![Quad::upright(900.0, 900.0, 950.0, 910.0); 500];
    assert_eq!(reading(&screen, 1.0, None, &[]).unwrap().fields.len(), 4);
    screen.left_out.push(Quad::upright(700.0, 100.0, 800.0, 130.0));
    assert_eq!(
        reading(&screen, 1.0, None, &[]).unwrap_err(),
        ReadError::Unreadable,
        "as large as its values"
    );
    let mut display = page(tests::MONITOR);
    display.left_out = screen.left_out;
    assert_eq!(reading(&display, 1.0, None, &[]).unwrap().confidence, 0.95, "a display's digits stand out");
}

#[test]
fn a_sign_that_only_one_look_shows_makes_a_number_doubtful() {
    for (seen, second) in [("-80 mmHg", "80 mmHg"), ("80 mmHg", "-80 mmHg")] {
        let mut page = page(&with(DIALYSIS, 7, seen));
        page.lines[7].second = Some(second.to_owned());
        let reading = reading(&page, 1.0, None, &[]).unwrap();
        assert_eq!(reading.digits(FieldName::ArterialPressure), None, "{seen}");
    }
}

#[test]
fn a_few_labels_make_no_screen() {
    let bare = [("HR", 50.0, 0.0, 30.0), ("68", 300.0, 0.0, 30.0), ("bpm", 500.0, 0.0, 30.0)];
    assert_eq!(read(&bare, None).unwrap_err(), ReadError::NoDevice);
    assert_eq!(read(&bare, Some(DeviceKind::DialysisMachine)).unwrap_err(), ReadError::Unreadable);
    assert_eq!(
        read(ECG, Some(DeviceKind::DialysisMachine)).unwrap_err(),
        ReadError::Another(DeviceKind::EcgMonitor)
    );
}

#[test]
fn screens_are_read_row_by_row() {
    let ecg = "68 bpm, 380 ms, 410 ms, 95 ms".to_owned();
    assert_eq!(values(ECG, None), (ecg.clone(), 0.9));
    assert_eq!(values(ECG, Some(DeviceKind::EcgMonitor)), (ecg, 0.9));
    let reading = read(DIALYSIS, None).unwrap();
    assert_eq!(reading.kind, DeviceKind::DialysisMachine);
    assert_eq!(reading.text(FieldName::TreatmentTime), Some("4:00"));
    assert_eq!(reading.digits(FieldName::ArterialPressure), Some("-80"));
    assert_eq!(reading.digits(FieldName::DialysateTemperature), Some("37.0"));
    assert_eq!(reading.fields.len(), 6);
}

#[test]
fn two_large_numbers_without_any_label_are_no_monitor() {
    let hint = Some(DeviceKind::FiveParameterMonitor);
    let seen = |lines: &[Placed<'_>]| {
        let mut page = page(lines);
        page.lines.iter_mut().for_each(|line| line.judged = Some(Judged::of(0.97)));
        reading(&page, 1.0, hint, &[]).map(|reading| reading.fields.len())
    };
    let three = [("120", 100.0, 0.0, 100.0), ("98", 100.0, 200.0, 100.0), ("16", 100.0, 400.0, 100.0)];
    assert_eq!(seen(&[three[0], three[2]]), Err(ReadError::Unreadable));
    assert_eq!(seen(&three), Ok(3));
}

#[test]
fn a_monitor_is_read_by_what_stands_under_its_labels() {
    let hint = Some(DeviceKind::FiveParameterMonitor);
    for hint in [hint, None] {
        assert_eq!(values(MONITOR, hint).0, "78 bpm, 97 %, 16 /min, 37.1 °C, 125 mmHg, 82 mmHg, 96 mmHg");
    }
    for (place, text, missing) in [
        (1, "7B", FieldName::HeartRate),
        (3, "197", FieldName::OxygenSaturation),
        (5, "82/125", FieldName::Systolic),
        (6, "(196)", FieldName::MeanPressure),
        (10, "371", FieldName::Temperature),
    ] {
        assert!(!names(&with(MONITOR, place, text), hint).contains(&missing), "{text}");
    }
}

#[test]
fn two_labels_over_one_number_leave_it_open() {
    let hint = Some(DeviceKind::FiveParameterMonitor);
    let both = with(MONITOR, 7, "x");
    let mut both: Vec<_> = both;
    both.push(("RR", 60.0, 10.0, 30.0));
    let names = names(&both, hint);
    assert!(
        !names.contains(&FieldName::HeartRate) && !names.contains(&FieldName::RespiratoryRate),
        "{names:?}"
    );
}

#[test]
fn a_peak_flow_needs_its_unit_or_label() {
    let hint = Some(DeviceKind::PeakFlowMeter);
    let number = ("420", 200.0, 200.0, 200.0);
    let unit = ("L/min", 650.0, 300.0, 60.0);
    assert_eq!(read(&[number], hint).unwrap_err(), ReadError::Unreadable);
    assert_eq!(read(&[("42.5", 200.0, 200.0, 200.0), unit], hint).unwrap_err(), ReadError::Unreadable);
    assert_eq!(read(&[("15", 200.0, 200.0, 200.0), unit], hint).unwrap_err(), ReadError::Unreadable);
    for hint in [hint, None] {
        assert_eq!(values(&[number, unit], hint), ("420 L/min".to_owned(), 0.9));
    }
    let title = ("PEAK FLOW", 200.0, 100.0, 60.0);
    assert_eq!(values(&[title, number], hint), ("420 L/min".to_owned(), 0.7));
    assert_eq!(read(&[title, number], None).unwrap_err(), ReadError::NoDevice);
}
