//! Units as displays show them.

macro_rules! units {
    ($($name:ident $symbol:literal $note:literal,)*) => {
        /// A unit as displays show it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Unit {
            $(#[doc = $note] $name,)*
        }

        impl Unit {
            /// Every unit.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The unit's usual spelling on displays.
            #[must_use]
            pub const fn symbol(self) -> &'static str {
                match self {
                    $(Self::$name => $symbol,)*
                }
            }
        }
    };
}

units! {
    MillimetresOfMercury "mmHg" "Pressure.",
    Kilopascals "kPa" "Pressure; recognised so that it is not taken for mmHg.",
    BeatsPerMinute "bpm" "Heart beats; also written /min.",
    BreathsPerMinute "/min" "Breaths.",
    MilligramsPerDecilitre "mg/dL" "Mass concentration.",
    MillimolesPerLitre "mmol/L" "Amount concentration.",
    Percent "%" "A share.",
    Celsius "°C" "Temperature.",
    Fahrenheit "°F" "Temperature.",
    Kilograms "kg" "Mass.",
    Pounds "lb" "Mass.",
    Stones "st" "Mass; recognised so that it is not taken for kg.",
    KilogramsPerSquareMetre "kg/m²" "Body mass index.",
    KilocaloriesPerDay "kcal" "Energy spent in a day.",
    Rating "" "Points of a maker's own scale.",
    Years "y" "Age.",
    Weeks "weeks" "Weeks.",
    Centimetres "cm" "Length.",
    LitresPerMinute "L/min" "Flow of air.",
    LitresPerSecond "L/s" "Flow of air.",
    Milliseconds "ms" "Time.",
    Minutes "min" "Time.",
    MillilitresPerMinute "mL/min" "Flow of blood or dialysate.",
    MillilitresPerHour "mL/h" "Rate of ultrafiltration.",
    LitresPerHour "L/h" "Rate of ultrafiltration.",
    Litres "L" "Volume.",
    Millilitres "mL" "Volume.",
    MillisiemensPerCentimetre "mS/cm" "Conductivity.",
    Ratio "" "A plain number.",
}
