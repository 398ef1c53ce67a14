//! Numbers over the whole smear, by name, with what they may be.

use super::facts::Facts;
use super::platelets;
use super::share::{Share, real};

/// For one field.
const PER_FIELD: &str = "/{field}";
/// For a thousand red cells.
const PER_THOUSAND: &str = "/10*3{RBC}";
/// Of a hundred.
const PERCENT: &str = "%";

/// A number over the whole smear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its name in lower case with hyphens, such as `rbc-density`.
    pub name: String,
    /// The number in decimal digits, as many as mean something; none where it was not assessed.
    pub value: Option<String>,
    /// Its unit as UCUM writes it; empty where it has none.
    pub unit: &'static str,
    /// The interval of 95 % round it, where it has one.
    pub interval: Option<(String, String)>,
}

impl Number {
    fn of(name: &str, value: Option<f64>, unit: &'static str) -> Self {
        Self { name: name.to_owned(), value: value.map(one_decimal), unit, interval: None }
    }

    fn count(name: &str, count: u64) -> Self {
        Self { name: name.to_owned(), value: Some(count.to_string()), unit: "", interval: None }
    }

    /// A share, told as so many of so many hundreds or thousands.
    fn share(name: &str, share: &Share, (times, unit): (f64, &'static str)) -> Self {
        let number = Self::of(name, (share.of > 0).then(|| times * share.point()), unit);
        let (low, high) = share.interval();
        let interval = (share.of > 0).then(|| (one_decimal(times * low), one_decimal(times * high)));
        Self { interval, ..number }
    }
}

fn one_decimal(value: f64) -> String {
    format!("{value:.1}")
}

/// All numbers, in the order in which they are told.
#[must_use]
pub fn all(facts: &Facts) -> Vec<Number> {
    let mut all = densities(facts);
    all.extend(differential(facts));
    all.extend(shapes(facts));
    let quality = facts.quality;
    for (name, value) in
        [("focus", quality.focus), ("stain", quality.stain), ("monolayer", quality.monolayer)]
    {
        all.push(Number::of(&format!("quality-{name}"), Some(100.0 * value), PERCENT));
    }
    all
}

fn densities(facts: &Facts) -> Vec<Number> {
    let thousand = (1_000.0, PER_THOUSAND);
    let red = &facts.red;
    let platelets = platelets::estimate(facts).ok();
    let spread = |estimate: f64, by: f64| format!("{:.0}", estimate * by / 1_000.0);
    let estimate = Number {
        name: "platelet-estimate".to_owned(),
        value: platelets.map(|estimate| spread(estimate, 1.0)),
        unit: "10*3/uL",
        interval: platelets.map(|estimate| {
            (spread(estimate, 1.0 - platelets::SPREAD), spread(estimate, 1.0 + platelets::SPREAD))
        }),
    };
    vec![
        Number::count("fields", facts.fields),
        Number::count("red-cells", red.counted),
        Number::count("white-cells", facts.white.counted()),
        Number::count("platelets", facts.platelets.counted),
        Number::of("rbc-density", facts.per_field(red.counted), PER_FIELD),
        Number::of("wbc-density", facts.per_field(facts.white.counted()), PER_FIELD),
        Number::share("platelet-density", &facts.platelets_to_red(), thousand),
        estimate,
        Number::of("rbc-estimate", None, ""),
        Number::of("wbc-estimate", None, ""),
        Number::of("blast-density", None, ""),
        Number::of("erythroblast-density", facts.erythroblasts_to_white(), "/100{WBC}"),
        if facts.holds_parasites() {
            Number::share("parasite-density", &red.parasitised, thousand)
        } else {
            Number::of("parasite-density", None, "")
        },
    ]
}

fn differential(facts: &Facts) -> Vec<Number> {
    let white = &facts.white;
    // Fewer cells, and foreign ones, give counts and no shares.
    let is_told = facts.has_differential();
    let kinds = [
        ("neutrophil", white.neutrophils()),
        ("segmented-neutrophil", white.segmented),
        ("band-neutrophil", white.band),
        ("immature-granulocyte", white.immature()),
        ("lymphocyte", white.lymphocytes),
        ("monocyte", white.monocytes),
        ("eosinophil", white.eosinophils),
        ("basophil", white.basophils),
    ];
    kinds
        .into_iter()
        .filter(|_| is_told)
        .map(|(name, found)| Number::share(&format!("{name}-share"), &white.share(found), (100.0, PERCENT)))
        .collect()
}

fn shapes(facts: &Facts) -> Vec<Number> {
    named_shapes(facts)
        .into_iter()
        .filter(|(_, share)| share.of > 0)
        .map(|(name, share)| {
            Number::share(&format!("{}-share", name.replace(' ', "-")), &share, (100.0, PERCENT))
        })
        .collect()
}

/// Shapes that a report grades, each by its name.
pub(super) fn named_shapes(facts: &Facts) -> [(&'static str, Share); 11] {
    let red = &facts.red;
    [
        ("macrocyte", red.macrocytes),
        ("microcyte", red.microcytes),
        ("hypochromia", red.hypochromia),
        ("spherocyte", red.spherocytes),
        ("target cell", red.target_cells),
        ("stomatocyte", red.stomatocytes),
        ("ovalocyte", red.ovalocytes),
        ("elliptocyte", red.elliptocytes),
        ("teardrop", red.teardrops),
        ("burr cell", red.burr_cells),
        ("schistocyte", red.schistocytes),
    ]
}

/// A count to a hundred, for the text of a report.
pub(super) fn to_hundred(found: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { 100.0 * real(found) / real(of) }
}
