//! Units of measure: which codes measure the same, and by what factor. <https://ucum.org/ucum>
//!
//! A unit is a factor and a dimension, both exact. Temperatures are converted although their scales have zeros of their own. What
//! else cannot be converted by a factor (logarithms, annotated units) has no form here, and is then compared by its code alone.

mod atoms;
mod read;
mod temperature;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::decimal::{Conversion, Ratio};
use super::definitions::common_units;

/// The system of UCUM's codes.
pub const UCUM: &str = "http://unitsofmeasure.org";
/// Longer codes serve nobody.
const MOST_CHARACTERS: usize = 64;

/// Powers of base units; one with power zero is left out.
type Dimension = BTreeMap<&'static str, i32>;

/// What a unit comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// How many of the dimension's own unit it is.
    pub factor: Ratio,
    /// What it measures.
    pub dimension: Dimension,
}

/// The common codes of each dimension, with their factors.
static BY_DIMENSION: LazyLock<HashMap<Dimension, Vec<(&'static str, Ratio)>>> = LazyLock::new(|| {
    let mut groups: HashMap<_, Vec<_>> = HashMap::new();
    for code in common_units() {
        if let Some(unit) = unit(code) {
            groups.entry(unit.dimension).or_default().push((*code, unit.factor));
        }
    }
    groups
});

/// Reads a code; `None` where it is no unit that can be converted by a factor.
#[must_use]
pub fn unit(code: &str) -> Option<Unit> {
    if code.is_empty() || code.len() > MOST_CHARACTERS { None } else { read::unit(code, 0) }
}

/// The other codes that measure the same as this one, with what its values become in them.
///
/// Only common codes are known. Bare ratios, such as `%`, are not converted: a share of what is not the same.
#[must_use]
pub fn commensurable(code: &str) -> Vec<(&'static str, Conversion)> {
    let mut found = temperature::others(code);
    let Some(this) = unit(code).filter(|unit| !unit.dimension.is_empty()) else { return found };
    let others = BY_DIMENSION.get(&this.dimension).map_or(&[][..], Vec::as_slice).iter();
    let others = others.filter(|(other, _)| *other != code);
    found.extend(
        others.filter_map(|(other, factor)| Some((*other, Conversion::by(this.factor.over(*factor)?)))),
    );
    found
}

/// By what a value in the first unit is multiplied to be one in the second; `None` where they do not measure the same. Annotations
/// such as `{beats}` do not count.
#[must_use]
pub fn factor(from: &str, to: &str) -> Option<f64> {
    let (from, to) = (without_annotations(from), without_annotations(to));
    if from == to {
        return Some(1.0);
    }
    let (from, to) = (unit(&from)?, unit(&to)?);
    if from.dimension.is_empty() || from.dimension != to.dimension {
        return None;
    }
    let Ratio { numerator, denominator, power } = from.factor.over(to.factor)?;
    let number = |text: String| text.parse::<f64>().ok();
    Some(number(format!("{numerator}e{power}"))? / number(denominator.to_string())?)
}

fn without_annotations(code: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(code.len());
    for character in code.chars() {
        match character {
            '{' => depth = depth.saturating_add(1),
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(character),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{commensurable, factor, unit};
    use crate::fhir::decimal::Ratio;

    fn ratio(from: &str, to: &str) -> Option<Ratio> {
        let (from, to) = (unit(from)?, unit(to)?);
        (from.dimension == to.dimension).then(|| from.factor.over(to.factor))?
    }

    #[test]
    fn what_is_no_unit_has_no_form() {
        for code in [
            "",
            " ",
            "widgets",
            "mg{creat}",
            "{score}",
            "Cel",
            "[degF]",
            "[pH]",
            "mg/",
            "mg..L",
            "(mg",
            "mg)",
            "m-",
            "mg/(L",
            "1/",
            "..",
            "kmin",
            "m99999999999999",
            "9999999999999999999999999999999999999999",
            "((((((((((((((m))))))))))))))",
            "㎎",
        ] {
            assert_eq!(unit(code), None, "{code:?}");
        }
        assert_eq!(unit(&"m.".repeat(1000)), None);
    }

    #[test]
    fn factors_are_exact() {
        let is = |numerator, denominator, power| Some(Ratio { numerator, denominator, power });
        for (from, to, factor) in [
            ("g", "mg", is(1, 1, 3)),
            ("mg", "g", is(1, 1, -3)),
            ("mg/dL", "g/L", is(1, 1, -2)),
            ("L", "cm3", is(1, 1, 3)),
            ("l", "L", is(1, 1, 0)),
            ("mg/min", "mg/h", is(6, 1, 1)),
            ("mg/h", "mg/min", is(5, 3, -2)),
            ("[lb_av]", "kg", is(45_359_237, 1, -8)),
            ("[in_i]", "cm", is(254, 1, -2)),
            ("mm[Hg]", "kPa", is(133_322, 1, -6)),
            ("cm[H2O]", "Pa", is(980_665, 1, -4)),
            ("kcal", "J", is(4184, 1, 0)),
            ("wk", "d", is(7, 1, 0)),
            ("10*9/L", "10*3/uL", is(1, 1, 0)),
            ("mmol/L", "umol/mL", is(1, 1, 0)),
            ("mg/(24.h)", "mg/d", is(1, 1, 0)),
            ("/min", "Hz", is(5, 3, -2)),
            ("kg.m/s2", "N", is(1, 1, 0)),
            ("m[iU]/mL", "[IU]/L", is(1, 1, 0)),
            ("kg/m2", "g/cm2", is(1, 1, -1)),
        ] {
            assert_eq!(ratio(from, to), factor, "{from} in {to}");
        }
        for (a, b) in [("g", "mol"), ("mg/dL", "mmol/L"), ("meq/L", "mmol/L"), ("[iU]", "U"), ("g", "L")] {
            assert_eq!(ratio(a, b), None, "{a} {b}");
        }
    }

    #[test]
    fn the_common_codes_of_a_dimension_are_known() {
        let codes = |code| commensurable(code).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
        let masses = codes("mg");
        for code in ["g", "kg", "ug", "ng", "[lb_av]", "[oz_av]"] {
            assert!(masses.contains(&code), "{code}");
        }
        assert!(!masses.contains(&"mg") && !masses.contains(&"mol"));
        assert!(codes("mm[Hg]").contains(&"kPa"));
        assert_eq!(codes("%"), [""; 0]);
        assert_eq!(codes("Cel"), ["[degF]", "K"]);
        assert_eq!(codes("[degF]"), ["Cel", "K"]);
        assert!(codes("K").starts_with(&["Cel", "[degF]"]));
        let most =
            crate::fhir::definitions::common_units().iter().map(|code| commensurable(code).len()).max();
        assert!(most.unwrap() <= 64, "{most:?}");
    }

    #[test]
    fn a_factor_converts_what_measures_the_same() {
        assert_eq!(factor("mg/dL", "/min"), None);
        assert_eq!(factor("bpm", "/min"), None);
        assert_eq!(factor("%", "1"), None);
        assert_eq!(factor("{beats}/min", "/min"), Some(1.0));
        assert_eq!(factor("s", "ms"), Some(1000.0));
        assert_eq!(factor("/s", "/min"), Some(60.0));
        assert!((factor("[lb_av]", "kg").unwrap() - 0.453_592_37).abs() < 1e-12);
    }
}
