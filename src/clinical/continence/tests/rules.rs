use super::*;
use crate::clinical::continence::{Fault, Kind, Levels};

fn faults(patch: Value) -> Vec<Fault> {
    Settings::of([&patch]).unwrap_err()
}

#[test]
fn what_are_no_settings_is_refused() {
    for patch in [
        json!([]),
        json!(3),
        json!({"level": {}}),
        json!({"levels": {"dampness": 3}}),
        json!({"levels": {"damp": "25"}}),
        json!({"timezone": "Europe/Atlantis"}),
        json!({"off": ["no_such_alert"]}),
        json!({"quiet": {"from": "25:00", "to": "06:00"}}),
        json!({"escalation_minutes": [-1]}),
        json!({"pad": {}}),
    ] {
        assert_eq!(faults(patch.clone()), [Fault::Malformed], "{patch}");
    }
}

#[test]
fn settings_that_contradict_themselves_are_refused_with_every_fault() {
    let cases = [
        (json!({"levels": {"damp": 60}}), vec![Fault::LevelsInDisorder]),
        (json!({"levels": {"hysteresis": 25}}), vec![Fault::LevelsInDisorder]),
        (json!({"levels": {"leak": 101}}), vec![Fault::Percentage]),
        (json!({"battery": {"critical_percent": 20}}), vec![Fault::BatteryInDisorder]),
        (json!({"position": {"moved_from": 0}}), vec![Fault::Motion]),
        (json!({"fall": {"moving_from": 0.99}}), vec![Fault::Motion]),
        (json!({"voids": {"plateau_percent": 5}}), vec![Fault::VoidTooSmall]),
        (json!({"late_minutes": 0}), vec![Fault::Time]),
        (json!({"offline": {"after_minutes": 20000}}), vec![Fault::Time]),
        (json!({"due": {"no_void_minutes": 720}}), vec![Fault::NoVoidInDisorder]),
        (json!({"escalation_minutes": [10, 10]}), vec![Fault::Escalation]),
        (json!({"escalation_minutes": [1, 2, 3, 4, 5, 6]}), vec![Fault::Escalation]),
        (json!({"quiet": {"from": "22:00", "to": "22:00"}}), vec![Fault::Quiet]),
        (json!({"quiet": {"from": "22:00", "to": "06:00", "holds": ["urgent"]}}), vec![Fault::Quiet]),
        (json!({"quiet": {"from": "22:00", "to": "06:00", "holds": ["fall_suspected"]}}), vec![Fault::Quiet]),
        (json!({"pad": {"absorbency_ml": 0}}), vec![Fault::Absorbency]),
        (json!({"late_minutes": 61, "escalation_minutes": [0]}), vec![Fault::Time, Fault::Escalation]),
    ];
    for (patch, expected) in cases {
        assert_eq!(faults(patch.clone()), expected, "{patch}");
    }
}

#[test]
fn a_later_patch_is_laid_over_an_earlier_one() {
    let organisation = json!({"timezone": "Australia/Sydney", "levels": {"damp": 30}, "off": ["no_void"]});
    let patient = json!({"levels": {"wet": 55, "damp": null}, "off": []});
    let settings = Settings::of([&organisation, &patient]).unwrap();
    let levels = Levels { wet: 55.0, ..Levels::default() };
    let timezone = chrono_tz::Australia::Sydney;
    assert_eq!(settings, Settings { levels, timezone, off: Vec::new(), ..Settings::default() });
}

#[test]
fn settings_are_read_back_as_they_are_written() {
    let patch =
        json!({"quiet": {"from": "22:00", "to": "06:30"}, "pad": {"absorbency_ml": 900, "calibrated": true}});
    let settings = Settings::of([&patch]).unwrap();
    assert_eq!(settings.quiet.as_ref().unwrap().holds, [Kind::ChangeDue]);
    assert_eq!(Settings::of([&serde_json::to_value(&settings).unwrap()]).unwrap(), settings);
    assert_eq!(Settings::of([&json!({})]).unwrap(), Settings::default());
}
