//! What somebody is called for at once, whatever else is said, and however few cells there are.

use super::facts::Facts;
use super::rules::RED_CELLS;

/// Schistocytes above this share, of enough red cells (ICSH 2012).
const SCHISTOCYTES: f64 = 0.01;
/// Platelets to red cells: 30,000 to 5 million.
const PLATELETS: f64 = 0.006;
/// Platelets are small: where the fields are less sharp than this, few of them mean nothing.
const SHARP: f64 = 0.5;
/// Red cells that few platelets mean something for.
const OF_PLATELETS: u64 = 500;

/// Why somebody is called, a sentence each.
#[must_use]
pub fn critical(facts: &Facts) -> Vec<String> {
    let mut calls = Vec::new();
    let red = &facts.red;
    if facts.holds_parasites() {
        calls.push(format!("red cells that may hold malaria parasites: {}", red.parasitised));
    }
    if red.assessed >= RED_CELLS && red.schistocytes.over(SCHISTOCYTES) > 0.0 {
        calls.push(format!("schistocytes over 1 %: {}", red.schistocytes));
    }
    let platelets = facts.platelets_to_red();
    let shows_platelets = red.counted >= OF_PLATELETS && facts.quality.focus >= SHARP;
    if shows_platelets && platelets.below(PLATELETS) >= 1.0 {
        calls.push(format!(
            "very few platelets: {} for {} red cells; clumps were not looked for",
            facts.platelets.counted, red.counted
        ));
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::smear::{Familiar, Platelets, Quality, RedCells, Share};

    fn facts(parasitised: u64, schistocytes: u64, platelets: u64) -> Facts {
        Facts {
            red: RedCells {
                counted: 2_000,
                assessed: 2_000,
                parasitised: Share { found: parasitised, of: 2_000, usual: 0.004 },
                schistocytes: Share { found: schistocytes, of: 2_000, usual: 0.005 },
                ..RedCells::default()
            },
            platelets: Platelets { counted: platelets, large: 0 },
            familiar: Familiar { parasites: 0.9, ..Familiar::default() },
            quality: Quality { focus: 0.9, stain: 0.9, monolayer: 0.9 },
            ..Facts::default()
        }
    }

    #[test]
    fn nobody_is_called_for_what_is_usual() {
        assert_eq!(critical(&facts(0, 0, 120)), Vec::<String>::new());
        assert_eq!(critical(&facts(7, 10, 120)), Vec::<String>::new());
        assert_eq!(critical(&Facts::default()), Vec::<String>::new());
        let blurred = Facts { quality: Quality { focus: 0.3, ..Quality::default() }, ..facts(0, 0, 2) };
        assert_eq!(critical(&blurred), Vec::<String>::new());
    }

    #[test]
    fn somebody_is_called_for_parasites_fragments_and_a_lack_of_platelets() {
        let calls = critical(&facts(60, 60, 2));
        assert_eq!(calls.len(), 3, "{calls:?}");
        assert!(
            calls[0].contains("60 of 2000")
                && calls[1].contains("schistocytes")
                && calls[2].contains("2 for 2000")
        );
    }
}
