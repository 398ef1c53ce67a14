//! Values of a patient over time, as a drawing. Pure.

use serde_json::Value;

use super::words::{happened, list, text};
use crate::fhir::codes::{Code, loinc};
use crate::fhir::date::interval;
use crate::fhir::unconfirmed::{Standing, is_unconfirmed};

/// Width and height of a drawing.
pub const SIDES: [f64; 2] = [560.0, 190.0];
/// What is left for numbers: left, top, right, below.
const EDGES: [f64; 4] = [44.0, 12.0, 12.0, 24.0];
/// A day has so many microseconds.
const DAY_US: f64 = 86_400e6;
/// One mmol of glucose in a litre is so many mg in a decilitre.
const GLUCOSE: f64 = 18.0156;
/// A pound is so many kilograms.
const POUND: f64 = 0.453_592_37;

/// What is drawn together.
pub struct Measure {
    /// What people call it.
    pub name: &'static str,
    /// The unit of the drawing.
    unit: &'static str,
    /// Name and codes of each line.
    lines: &'static [(&'static str, &'static [Code])],
    /// Other units, by code, with what turns their numbers into those of the drawing.
    units: &'static [(&'static str, f64)],
    /// What most adults have at rest, where that is agreed on.
    usual: Option<[f64; 2]>,
}

/// All that is drawn.
pub const MEASURES: [Measure; 6] = [
    Measure {
        name: "Blood pressure",
        unit: "mmHg",
        lines: &[
            ("systolic", &[loinc::SYSTOLIC_BLOOD_PRESSURE]),
            ("diastolic", &[loinc::DIASTOLIC_BLOOD_PRESSURE]),
        ],
        units: &[("mm[Hg]", 1.0)],
        usual: None,
    },
    Measure {
        name: "Heart rate",
        unit: "/min",
        lines: &[("heart rate", &[loinc::HEART_RATE, loinc::RESTING_HEART_RATE])],
        units: &[("/min", 1.0), ("{beats}/min", 1.0)],
        usual: Some([60.0, 100.0]),
    },
    Measure {
        name: "Oxygen saturation",
        unit: "%",
        lines: &[("saturation", &[loinc::OXYGEN_SATURATION, loinc::OXYGEN_SATURATION_BY_PULSE_OXIMETRY])],
        units: &[("%", 1.0)],
        usual: Some([95.0, 100.0]),
    },
    Measure {
        name: "Glucose",
        unit: "mg/dL",
        lines: &[(
            "glucose",
            &[
                loinc::GLUCOSE_BY_GLUCOMETER,
                loinc::GLUCOSE_BLOOD_MASS,
                loinc::GLUCOSE_BLOOD_MOLES,
                loinc::GLUCOSE_SERUM_MASS,
            ],
        )],
        units: &[("mg/dL", 1.0), ("mmol/L", GLUCOSE)],
        usual: None,
    },
    Measure {
        name: "Body weight",
        unit: "kg",
        lines: &[("weight", &[loinc::BODY_WEIGHT])],
        units: &[("kg", 1.0), ("g", 0.001), ("[lb_av]", POUND)],
        usual: None,
    },
    Measure {
        name: "Body temperature",
        unit: "\u{b0}C",
        lines: &[("temperature", &[loinc::BODY_TEMPERATURE])],
        units: &[("Cel", 1.0)],
        usual: None,
    },
];

/// A drawing of a measure.
pub struct Plot {
    /// What it is of.
    pub name: &'static str,
    /// The unit.
    pub unit: &'static str,
    /// Names of the lines, the first drawn first.
    pub lines: Vec<DrawnLine>,
    /// Numbers at the left, each with its height.
    pub levels: Vec<(String, f64)>,
    /// The first day.
    pub first_day: String,
    /// The last day.
    pub last_day: String,
    /// Top and height of the band of usual values.
    pub usual: Option<[f64; 2]>,
    /// How many values there are, and which is the last of each line.
    pub told: String,
}

/// A line with its points.
pub struct DrawnLine {
    /// Its name.
    pub name: &'static str,
    /// Its number.
    pub number: usize,
    /// The points as SVG has them.
    pub path: String,
    /// Each point.
    pub points: Vec<DrawnPoint>,
}

/// A value in a drawing.
pub struct DrawnPoint {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// What it is, in words.
    pub told: String,
    /// Whether a person answers for it, or nobody has to.
    pub is_sure: bool,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
struct Point {
    at_us: f64,
    value: f64,
    day: String,
    is_sure: bool,
}

/// The codes that are asked for, as a search has them.
pub fn codes() -> String {
    let of_lines = MEASURES.iter().flat_map(|measure| measure.lines).flat_map(|(_, codes)| codes.iter());
    let all = of_lines.chain([&loinc::BLOOD_PRESSURE_PANEL]);
    all.map(|code| format!("{}|{}", code.system, code.code)).collect::<Vec<_>>().join(",")
}

/// The drawings of these Observations; one of which there are no values is left out.
pub fn plots(observations: &[Value]) -> Vec<Plot> {
    MEASURES.iter().filter_map(|measure| plot(measure, observations)).collect()
}

fn plot(measure: &Measure, observations: &[Value]) -> Option<Plot> {
    let of_line = |codes: &[Code]| {
        let mut points: Vec<_> = observations.iter().filter_map(|one| point(measure, codes, one)).collect();
        points.sort_by(|a, b| a.at_us.total_cmp(&b.at_us));
        points
    };
    let lines: Vec<_> = measure.lines.iter().map(|(name, codes)| (*name, of_line(codes))).collect();
    let all = || lines.iter().flat_map(|(_, points)| points);
    let times = span(all().map(|point| point.at_us), DAY_US)?;
    let values = span(all().map(|point| point.value).chain(measure.usual.into_iter().flatten()), 1.0)?;
    let first = all().min_by(|a, b| a.at_us.total_cmp(&b.at_us))?;
    let end = all().max_by(|a, b| a.at_us.total_cmp(&b.at_us))?;
    let [width, height] = SIDES;
    let [left, top, right, below] = EDGES;
    let x = |at: f64| left + share(at, times) * (width - left - right);
    let y = |value: f64| height - below - share(value, values) * (height - top - below);
    let drawn = lines.iter().enumerate().map(|(number, (name, points))| {
        let places: Vec<_> = points.iter().map(|point| (x(point.at_us), y(point.value))).collect();
        let path = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ");
        let points =
            points.iter().zip(places).map(|(point, (x, y))| drawn_point(measure, name, point, (x, y)));
        DrawnLine { name, number, path, points: points.collect() }
    });
    let [low, high] = values;
    let levels = [low, f64::midpoint(low, high), high].map(|level| (written(level), rounded(y(level))));
    let last = lines.iter().filter_map(|(name, points)| {
        points
            .last()
            .map(|last| format!("last {name} {} {} on {}", written(last.value), measure.unit, last.day))
    });
    Some(Plot {
        name: measure.name,
        unit: measure.unit,
        levels: levels.to_vec(),
        first_day: first.day.clone(),
        last_day: end.day.clone(),
        usual: measure.usual.map(|[low, high]| [rounded(y(high)), rounded(y(low) - y(high))]),
        told: last.collect::<Vec<_>>().join(", "),
        lines: drawn.collect(),
    })
}

fn drawn_point(measure: &Measure, name: &str, point: &Point, (x, y): (f64, f64)) -> DrawnPoint {
    let doubt = if point.is_sure { "" } else { ", not confirmed" };
    let told = format!("{}: {name} {} {}{doubt}", point.day, written(point.value), measure.unit);
    DrawnPoint { x: rounded(x), y: rounded(y), told, is_sure: point.is_sure }
}

/// The value of one of these codes that an Observation has; none where it has none in a unit of the measure, or was withdrawn.
fn point(measure: &Measure, codes: &[Code], observation: &Value) -> Option<Point> {
    if Standing::of(observation) == Standing::Withdrawn {
        return None;
    }
    let is_of =
        |holder: &&Value| holder.get("code").is_some_and(|code| codes.iter().any(|one| one.is_in(code)));
    let holder = Some(observation).filter(is_of).or_else(|| list(observation, "component").find(is_of))?;
    let quantity = holder.get("valueQuantity")?;
    let unit = text(quantity, "code").or_else(|| text(quantity, "unit"))?;
    let factor = measure.units.iter().find(|(known, _)| *known == unit).map(|(_, factor)| *factor)?;
    let value = quantity.get("value")?.as_f64()? * factor;
    let at = happened(observation)?;
    // Exact to a tenth of a millisecond after 285 years, which no drawing shows.
    let at_us = interval(at)?.low.to_string().parse::<f64>().ok()?;
    let day = at.chars().take(10).collect();
    value.is_finite().then_some(Point { at_us, value, day, is_sure: !is_unconfirmed(observation) })
}

/// The least and the greatest of some numbers, apart by `least` at least; none of none.
fn span(numbers: impl Iterator<Item = f64>, least: f64) -> Option<[f64; 2]> {
    let all: Vec<_> = numbers.collect();
    let low = all.iter().copied().min_by(f64::total_cmp)?;
    let high = all.iter().copied().max_by(f64::total_cmp)?;
    Some(if high - low < least { [low - least / 2.0, high + least / 2.0] } else { [low, high] })
}

fn share(number: f64, [low, high]: [f64; 2]) -> f64 {
    (number - low) / (high - low)
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// A number with a digit behind the point where that tells something.
fn written(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn glucose(day: &str, value: f64, unit: &str, status: &str) -> Value {
        json!({
            "resourceType": "Observation", "status": status, "code": loinc::GLUCOSE_BLOOD_MASS.concept(),
            "effectiveDateTime": format!("2026-11-{day}T08:00:00Z"),
            "valueQuantity": { "value": value, "unit": unit, "code": unit },
        })
    }

    #[test]
    fn values_are_drawn_in_one_unit_and_what_was_withdrawn_is_not() {
        let observations = [
            glucose("03", 5.0, "mmol/L", "final"),
            glucose("01", 100.0, "mg/dL", "final"),
            glucose("02", 900.0, "mg/dL", "entered-in-error"),
            glucose("04", 7.0, "g/L", "final"),
        ];
        let drawn = plots(&observations);
        let [only] = drawn.as_slice() else { panic!("one measure") };
        assert_eq!(
            (only.name, only.unit, only.told.as_str()),
            ("Glucose", "mg/dL", "last glucose 90.1 mg/dL on 2026-11-03")
        );
        let told: Vec<_> = only.lines[0].points.iter().map(|point| point.told.as_str()).collect();
        assert_eq!(told, ["2026-11-01: glucose 100 mg/dL", "2026-11-03: glucose 90.1 mg/dL"]);
        assert_eq!(only.lines[0].path, "44.0,12.0 548.0,166.0");
        assert_eq!((only.first_day.as_str(), only.last_day.as_str()), ("2026-11-01", "2026-11-03"));
    }

    #[test]
    fn a_panel_has_a_line_for_each_of_its_parts() {
        let part = |code: Code, value: i32| json!({ "code": code.concept(), "valueQuantity": { "value": value, "unit": "mmHg", "code": "mm[Hg]" } });
        let panel = json!({
            "resourceType": "Observation", "status": "preliminary", "code": loinc::BLOOD_PRESSURE_PANEL.concept(),
            "meta": { "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "AIAST" }] },
            "effectivePeriod": { "end": "2026-11-21T12:00:00.000000Z" },
            "component": [part(loinc::SYSTOLIC_BLOOD_PRESSURE, 128), part(loinc::DIASTOLIC_BLOOD_PRESSURE, 76)],
        });
        let drawn = plots(&[panel]);
        let [only] = drawn.as_slice() else { panic!("one measure") };
        let told: Vec<_> = only.lines.iter().map(|line| line.points[0].told.as_str()).collect();
        assert_eq!(
            told,
            ["2026-11-21: systolic 128 mmHg, not confirmed", "2026-11-21: diastolic 76 mmHg, not confirmed"]
        );
        assert!(plots(&[]).is_empty());
    }
}
