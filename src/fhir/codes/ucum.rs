//! Units of measure. <https://ucum.org>

use serde_json::{Number, Value, json};

/// The code system.
pub const SYSTEM: &str = "http://unitsofmeasure.org";

/// A unit with the text that a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unit {
    /// The UCUM code.
    pub code: &'static str,
    /// What a reader sees.
    pub display: &'static str,
}

impl Unit {
    /// A Quantity in this unit, with the digits that the number has.
    pub fn quantity(self, value: Number) -> Value {
        json!({ "value": value, "unit": self.display, "system": SYSTEM, "code": self.code })
    }
}

const fn unit(code: &'static str, display: &'static str) -> Unit {
    Unit { code, display }
}

/// Pressure.
pub const MILLIMETRE_OF_MERCURY: Unit = unit("mm[Hg]", "mmHg");
/// Beats, breaths or anything else counted in a minute.
pub const PER_MINUTE: Unit = unit("/min", "/min");
/// Parts in a hundred.
pub const PERCENT: Unit = unit("%", "%");
/// Temperature.
pub const CELSIUS: Unit = unit("Cel", "°C");
/// Temperature.
pub const FAHRENHEIT: Unit = unit("[degF]", "°F");
/// Mass.
pub const KILOGRAM: Unit = unit("kg", "kg");
/// Mass, avoirdupois pounds.
pub const POUND: Unit = unit("[lb_av]", "lb");
/// Length.
pub const CENTIMETRE: Unit = unit("cm", "cm");
/// Body mass index.
pub const KILOGRAM_PER_SQUARE_METRE: Unit = unit("kg/m2", "kg/m2");
/// Mass concentration.
pub const MILLIGRAM_PER_DECILITRE: Unit = unit("mg/dL", "mg/dL");
/// Amount concentration.
pub const MILLIMOLE_PER_LITRE: Unit = unit("mmol/L", "mmol/L");
/// Flow of air.
pub const LITRE_PER_MINUTE: Unit = unit("L/min", "L/min");
/// Flow of blood or dialysate.
pub const MILLILITRE_PER_MINUTE: Unit = unit("mL/min", "mL/min");
/// Flow of air.
pub const LITRE_PER_SECOND: Unit = unit("L/s", "L/s");
/// Rate of ultrafiltration.
pub const LITRE_PER_HOUR: Unit = unit("L/h", "L/h");
/// Volume.
pub const LITRE: Unit = unit("L", "L");
/// Time.
pub const DAY: Unit = unit("d", "d");
/// Rate of ultrafiltration.
pub const MILLILITRE_PER_HOUR: Unit = unit("mL/h", "mL/h");
/// Volume.
pub const MILLILITRE: Unit = unit("mL", "mL");
/// Conductivity.
pub const MILLISIEMENS_PER_CENTIMETRE: Unit = unit("mS/cm", "mS/cm");
/// Energy spent in a day.
pub const KILOCALORIE_PER_DAY: Unit = unit("kcal/d", "kcal/d");
/// Time.
pub const MILLISECOND: Unit = unit("ms", "ms");
/// Time.
pub const MINUTE: Unit = unit("min", "min");
/// Time.
pub const WEEK: Unit = unit("wk", "wk");
/// Time.
pub const YEAR: Unit = unit("a", "a");
/// Points of a score.
pub const SCORE: Unit = unit("{score}", "{score}");
/// A plain number.
pub const ONE: Unit = unit("1", "1");
