//! The tables hold every documented field, each once, and nothing else.

use super::*;
use crate::inference::device::Form;
use crate::vendors::smartscan::device_types;

const DISPLAYS: [DeviceKind; 11] = [
    DeviceKind::BloodPressure,
    DeviceKind::Scale,
    DeviceKind::GlucoseMeter,
    DeviceKind::PulseOximeter,
    DeviceKind::Thermometer,
    DeviceKind::PeakFlowMeter,
    DeviceKind::EcgMonitor,
    DeviceKind::DialysisMachine,
    DeviceKind::PregnancyTest,
    DeviceKind::FiveParameterMonitor,
    DeviceKind::TestStrip,
];

fn display(kind: DeviceKind) -> &'static Display {
    let Shape::Display(display) = shape(kind) else { panic!("{kind:?} is a document") };
    display
}

fn entries(display: &Display) -> impl Iterator<Item = &Entry> {
    let parts =
        |group: &'static Group| group.value.iter().chain(group.components.iter().map(|(_, entry)| entry));
    display.groups.iter().flat_map(parts).chain(display.properties.iter().map(|(_, entry)| entry))
}

fn number(name: FieldName, unit: Option<Unit>) -> Field {
    let value = Read::Number { digits: "1".to_owned(), unit };
    Field { name, value, confidence: 1.0, quad: [(0.0, 0.0); 4] }
}

#[test]
fn a_value_in_a_unit_that_it_cannot_have_is_not_taken() {
    let takes = |kind, field: &Field| entries(display(kind)).any(|entry| entry.takes(field));
    for (kind, name, unit) in [
        (DeviceKind::GlucoseMeter, FieldName::Glucose, Some(Unit::Percent)),
        (DeviceKind::BloodPressure, FieldName::Systolic, Some(Unit::Kilopascals)),
        (DeviceKind::BloodPressure, FieldName::Systolic, None),
        (DeviceKind::Scale, FieldName::Weight, Some(Unit::Stones)),
        (DeviceKind::Scale, FieldName::UserProfile, Some(Unit::Kilograms)),
        (DeviceKind::Scale, FieldName::Systolic, Some(Unit::MillimetresOfMercury)),
        (DeviceKind::Scale, FieldName::WeightTrend, None),
    ] {
        assert!(!takes(kind, &number(name, unit)), "{name:?} in {unit:?}");
    }
    assert!(takes(DeviceKind::Scale, &number(FieldName::Weight, Some(Unit::Kilograms))));
}

#[test]
fn every_documented_field_of_a_display_has_its_place() {
    for kind in DISPLAYS {
        let display = display(kind);
        let mut names: Vec<_> = entries(display)
            .flat_map(|entry| [Some(entry.name), entry.unit_name])
            .flatten()
            .chain(display.elements.iter().map(|(name, ..)| *name))
            .map(|name| name.split('.').next().unwrap())
            .collect();
        names.sort_unstable();
        names.dedup();
        let id = device_types::id(kind);
        let mut documented =
            device_types::ALL.iter().find(|device_type| device_type.id == id).unwrap().fields.to_vec();
        documented.sort_unstable();
        assert_eq!(names, documented, "{id}");
    }
}

#[test]
fn every_unit_that_is_taken_has_a_ucum_code() {
    for kind in DISPLAYS {
        for entry in entries(display(kind)) {
            assert!(entry.units.iter().all(|unit| ucum(*unit).is_some()), "{}", entry.name);
        }
    }
}

#[test]
fn a_kinds_codes_are_told_apart() {
    for kind in DISPLAYS {
        let display = display(kind);
        let codes: Vec<_> = display.groups.iter().flat_map(|group| group.codes).collect();
        let mut once = codes.clone();
        once.sort_by_key(|code| (code.system, code.code));
        once.dedup();
        assert_eq!(codes.len(), once.len(), "{kind:?}");
        assert!(entries(display).all(|entry| entry.field.form() != Form::List));
    }
}
