//! What a report was made from: the cells of each kind, and what they were counted in.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::report::{heats, of_code, pointed};
use super::{list, text};
use crate::clinical::smear::{Familiar, LeftOut, Quality};
use crate::inference::smear::RedShape;
use crate::vendors::hemato::codes::{AMOUNT, BASIS, LEFT_OUT, SEEN, STATISTIC, SUGGESTION};
use crate::vendors::hemato::review::basis::{Basis, Counts};
use crate::vendors::hemato::review::kinds::{Class, Kind};
use crate::vendors::hemato::to_fhir::report::basis::USUAL;

/// An Observation with its id.
pub type Kept<'a> = (&'a str, &'a Value);

/// What a report was made from.
#[derive(Clone, Debug)]
pub struct Smear<'a> {
    /// The Observation of what cells were counted in.
    pub kept: Kept<'a>,
    /// What it says.
    pub basis: Basis,
    /// The Observations of all that was seen, by its name.
    pub seen: BTreeMap<&'static str, Kept<'a>>,
    /// Those of numbers, as the report names them.
    pub statistics: Vec<Kept<'a>>,
    /// Those of what may be the matter.
    pub suggestions: Vec<Kept<'a>>,
}

/// Where a cell is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The vendor's id of the file.
    pub file: String,
    /// Pixels from the top to its middle.
    pub y: i64,
    /// Pixels from the left to its middle.
    pub x: i64,
    /// Pixels from there to its edge.
    pub radius: i64,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where it is.
    pub spot: Spot,
    /// Of what kinds: of a general one where nothing more is said; a red cell of a shape may hold a parasite, too.
    pub kinds: Vec<Kind>,
}

impl<'a> Smear<'a> {
    /// What this report was made from; none where nobody kept that.
    #[must_use]
    pub fn of(report: &Value, observations: &'a HashMap<String, Value>) -> Option<Self> {
        let results: Vec<Kept<'a>> = found(report, "result", observations);
        let all =
            |code| results.iter().copied().filter(move |(_, one)| of_code(one, code)).collect::<Vec<_>>();
        let kept = all(BASIS).into_iter().next()?;
        let seen = found(kept.1, "hasMember", observations).into_iter().filter(|(_, one)| of_code(one, SEEN));
        let seen = seen.filter_map(|(id, one)| {
            let name = one.pointer("/code/text").and_then(Value::as_str)?;
            Some((Kind::parse(name)?.name(), (id, one)))
        });
        let (statistics, suggestions) = (all(STATISTIC), all(SUGGESTION));
        Some(Self { kept, basis: basis(kept.1), seen: seen.collect(), statistics, suggestions })
    }

    /// How many cells there are by kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.seen.iter().map(|(name, (_, one))| (*name, count(one))).collect()
    }

    /// All cells whose place is kept, file by file.
    #[must_use]
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (class, general) in
            [(Class::Red, Kind::RedCell), (Class::White, Kind::WhiteCell), (Class::Platelet, Kind::Platelet)]
        {
            let mut at: BTreeMap<Spot, Vec<Vec<Kind>>> = BTreeMap::new();
            for spot in self.spots(general) {
                at.entry(spot).or_default().push(Vec::new());
            }
            let kinds = Kind::all().filter(|kind| kind.class() == class && !kind.is_general());
            for kind in kinds {
                add(&mut at, kind, self.spots(kind));
            }
            for (spot, kinds) in at {
                cells.extend(kinds.into_iter().map(|kinds| Cell {
                    spot: spot.clone(),
                    kinds: if kinds.is_empty() { vec![general] } else { kinds },
                }));
            }
        }
        cells
    }

    fn spots(&self, kind: Kind) -> Vec<Spot> {
        let places = self.seen.get(kind.name()).map(|(_, one)| heats(one)).unwrap_or_default();
        let spot = |heat: crate::vendors::hemato::wire::Heat| {
            let [x, y] = heat.center;
            Spot { file: heat.file_id, y, x, radius: heat.radius }
        };
        places.into_iter().map(spot).collect()
    }
}

/// Says of cells at these places that they are of this kind: of the first there of which that is not said yet.
fn add(at: &mut BTreeMap<Spot, Vec<Vec<Kind>>>, kind: Kind, spots: Vec<Spot>) {
    let counts_alone = kind.counts_as().len() < 2;
    for spot in spots {
        let there = at.entry(spot).or_default();
        match there.iter_mut().find(|kinds| !counts_alone && !kinds.contains(&kind) && fits(kinds, kind)) {
            Some(kinds) => kinds.push(kind),
            None => there.push(vec![kind]),
        }
    }
}

/// Whether a cell of these kinds may be of this one, too: a parasite goes with any shape.
fn fits(kinds: &[Kind], kind: Kind) -> bool {
    kinds.iter().all(|one| (*one == Kind::Parasitised) != (kind == Kind::Parasitised))
}

fn found<'a>(resource: &Value, name: &str, observations: &'a HashMap<String, Value>) -> Vec<Kept<'a>> {
    let ids = pointed(resource, name, "/reference", "Observation");
    ids.into_iter()
        .filter_map(|id| observations.get_key_value(id))
        .map(|(id, one)| (id.as_str(), one))
        .collect()
}

/// How often something was seen.
#[must_use]
pub fn count(observation: &Value) -> u64 {
    observation.pointer("/valueQuantity/value").and_then(Value::as_u64).unwrap_or_default()
}

fn basis(observation: &Value) -> Basis {
    let named = |code| {
        list(observation, "component")
            .filter(move |one| of_code(one, code))
            .filter_map(|one| Some((one.pointer("/code/text")?.as_str()?, one)))
    };
    let amounts: HashMap<&str, &Value> =
        named(AMOUNT).filter_map(|(name, one)| Some((name, one.pointer("/valueQuantity/value")?))).collect();
    let count = |name: &str| amounts.get(name).and_then(|one| one.as_u64()).unwrap_or_default();
    let share = |name: &str| amounts.get(name).and_then(|one| one.as_f64());
    let known = |name: &str| share(name).unwrap_or_default();
    let left_out = named(LEFT_OUT).map(|(file, one)| LeftOut {
        file: file.to_owned(),
        reason: text(one, "valueString").unwrap_or_default().to_owned(),
    });
    let usual = RedShape::ALL.into_iter();
    Basis {
        fields: count("fields"),
        left_out: left_out.collect(),
        quality: Quality { focus: known("focus"), stain: known("stain"), monolayer: known("monolayer") },
        familiar: Familiar {
            white: known("familiar-white"),
            shapes: known("familiar-shapes"),
            parasites: known("familiar-parasites"),
        },
        area_cells2: known("area"),
        assessed: count("shapes-assessed"),
        looked_for_parasites: count("parasites-looked-for"),
        usual_shapes: usual
            .filter_map(|shape| Some((shape, share(&format!("{USUAL}{}", shape.as_str()))?)))
            .collect(),
        usual_parasitised: share("usual-parasitised"),
        segmented_as_band: share("usual-band-neutrophil"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::inference::registry::ModelRef;
    use crate::inference::smear::{Cell as Found, Content, Field, Place, Quality, Told, Usual, WhiteKind};
    use crate::vendors::hemato::review::{Findings, Tally};
    use crate::vendors::hemato::to_fhir::Context;
    use crate::vendors::hemato::to_fhir::report::basis::basis as kept;
    use crate::vendors::hemato::to_fhir::report::{Looked, Of, Origin, observations, report};

    fn findings() -> Findings {
        let told = |what| Told { what, familiar: 0.7 };
        let red = |shape, parasite| Content::Red {
            shape: Some(told(shape)),
            is_parasitised: Some(Told { what: parasite, familiar: 0.3 }),
        };
        let contents = [
            red(RedShape::Normal, false),
            red(RedShape::Teardrop, true),
            Content::Red { shape: None, is_parasitised: None },
            Content::White(Told { what: Some(WhiteKind::Lymphocyte), familiar: 0.9 }),
            Content::White(Told { what: Some(WhiteKind::Erythroblast), familiar: 0.9 }),
            Content::White(Told { what: None, familiar: 0.9 }),
            Content::Platelet { is_large: true },
        ];
        // Two of a sort are at the same place, which must not make one of them.
        let place = |at: usize| Place {
            x: f32::from(u8::try_from(at / 2).unwrap()) * 20.0,
            y: 9.0,
            width: 8.0,
            height: 8.0,
        };
        let cells = contents.iter().enumerate();
        let cells = cells
            .map(|(at, content)| Found { place: place(at), probability: 0.9, content: *content })
            .collect();
        let quality = Quality { focus: 0.9, stain: 1.0, monolayer: 0.123_456 };
        let mut tally = Tally::of(2);
        tally.add(0, "a", &Field { width: 640, height: 480, red_cell: Some(10.1), quality, cells });
        tally.leave_out("b", "it is no smear");
        let usual = Usual {
            parasitised: Some(0.004),
            segmented_as_band: Some(0.17),
            ..Usual::with([(RedShape::Teardrop, 0.9)])
        };
        let model = ModelRef { name: "smear".to_owned(), version: "1".to_owned(), sha256: "ab".repeat(32) };
        tally.findings(&usual, &[model])
    }

    #[test]
    fn what_a_report_was_made_from_is_kept_to_the_last_digit() {
        let findings = findings();
        let request = json!({});
        let files = ["a", "b"].map(|id| Looked { id: id.to_owned(), media: format!("m-{id}") });
        let of = Of { study: "1", request: &request, files: &files };
        let context = Context { now: "2026-11-22T10:00:00.000Z".parse().unwrap(), author: json!({}) };
        let all: HashMap<_, _> = observations(&findings, &of, &context)
            .into_iter()
            .enumerate()
            .map(|(at, one)| (format!("o{at}"), one))
            .collect();
        let first = findings.statistics.len();
        let seen: Vec<_> = (first..first + findings.seen.len()).map(|at| format!("o{at}")).collect();
        let one = kept(&findings.basis, &seen, Origin::Models(&findings.models), &of, &context);
        assert_eq!(validate(&one).map_err(|issues| format!("{issues:?}")).err(), None, "{one}");
        let mut all = all;
        all.insert("basis".to_owned(), one);
        let report = report(&findings, &of, &["o0".to_owned(), "basis".to_owned()], &context);
        let smear = Smear::of(&report, &all).unwrap();
        assert_eq!(smear.basis, findings.basis);
        assert_eq!((smear.kept.0, smear.statistics.len(), smear.suggestions.len()), ("basis", 1, 0));
        let teardrop = findings.seen.iter().find(|seen| seen.name == "teardrop").unwrap();
        assert!(!teardrop.is_finding && smear.counts()["teardrop"] == 1, "it is kept, and told nobody");
        let kinds: Vec<_> = smear
            .cells()
            .into_iter()
            .map(|cell| (cell.spot.x, cell.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            kinds,
            [
                (0, vec!["parasitised red cell", "teardrop"]),
                (0, vec!["red cell"]),
                (20, vec!["red cell"]),
                (20, vec!["lymphocyte"]),
                (40, vec!["white cell"]),
                (40, vec!["erythroblast"]),
                (60, vec!["large platelet"]),
            ]
        );
        assert!(Smear::of(&json!({ "result": [] }), &all).is_none());
    }
}
