//! The units of UCUM that medicine uses, by their definitions. <https://ucum.org/ucum#section-Tables-of-Terminal-Symbols>
//!
//! Beyond UCUM, amounts of substance, equivalents and osmoles are dimensions of their own, as arbitrary units are: between them
//! there is no factor that holds for every substance.

/// A unit that is no product of others in its code.
pub(super) struct Atom {
    /// The base that it counts in, where it has no definition: two codes may share one.
    pub base: &'static str,
    /// Whether it takes prefixes.
    pub metric: bool,
    /// How many of which unit it is; none for a base unit.
    pub definition: Option<(&'static str, &'static str)>,
}

/// Powers of ten that a metric unit takes in front; the longer before the shorter.
pub(super) const PREFIXES: [(&str, i32); 20] = [
    ("da", 1),
    ("Y", 24),
    ("Z", 21),
    ("E", 18),
    ("P", 15),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("h", 2),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
    ("a", -18),
    ("z", -21),
    ("y", -24),
];

const fn base(base: &'static str) -> Atom {
    Atom { base, metric: true, definition: None }
}

const fn metric(number: &'static str, unit: &'static str) -> Atom {
    Atom { base: "", metric: true, definition: Some((number, unit)) }
}

const fn other(number: &'static str, unit: &'static str) -> Atom {
    Atom { base: "", metric: false, definition: Some((number, unit)) }
}

/// The unit with this code.
pub(super) fn find(code: &str) -> Option<&'static Atom> {
    ATOMS.iter().find(|(name, _)| *name == code).map(|(_, atom)| atom)
}

static ATOMS: [(&str, Atom); 109] = [
    // Base units, and units that stand for themselves.
    ("m", base("m")),
    ("s", base("s")),
    ("g", base("g")),
    ("K", base("K")),
    ("C", base("C")),
    ("cd", base("cd")),
    ("rad", base("rad")),
    ("mol", base("mol")),
    ("eq", base("eq")),
    ("osm", base("osm")),
    ("[iU]", base("[iU]")),
    ("[IU]", base("[iU]")),
    ("[arb'U]", base("[arb'U]")),
    ("[USP'U]", base("[USP'U]")),
    ("[CFU]", base("[CFU]")),
    ("[PFU]", base("[PFU]")),
    ("[HPF]", base("[HPF]")),
    ("[LPF]", base("[LPF]")),
    ("[drp]", base("[drp]")),
    // Numbers.
    ("10*", other("10", "1")),
    ("10^", other("10", "1")),
    ("%", other("0.01", "1")),
    ("[ppth]", other("0.001", "1")),
    ("[ppm]", other("0.000001", "1")),
    ("[ppb]", other("0.000000001", "1")),
    // Time.
    ("min", other("60", "s")),
    ("h", other("60", "min")),
    ("d", other("24", "h")),
    ("wk", other("7", "d")),
    ("a", other("365.25", "d")),
    ("a_j", other("365.25", "d")),
    ("mo", other("30.4375", "d")),
    ("mo_j", other("30.4375", "d")),
    // SI.
    ("Hz", metric("1", "/s")),
    ("N", metric("1", "kg.m/s2")),
    ("Pa", metric("1", "N/m2")),
    ("J", metric("1", "N.m")),
    ("W", metric("1", "J/s")),
    ("A", metric("1", "C/s")),
    ("V", metric("1", "J/C")),
    ("F", metric("1", "C/V")),
    ("Ohm", metric("1", "V/A")),
    ("S", metric("1", "A/V")),
    ("mho", metric("1", "S")),
    ("Wb", metric("1", "V.s")),
    ("T", metric("1", "Wb/m2")),
    ("H", metric("1", "Wb/A")),
    ("sr", metric("1", "rad2")),
    ("lm", metric("1", "cd.sr")),
    ("lx", metric("1", "lm/m2")),
    ("kat", metric("1", "mol/s")),
    ("U", metric("1", "umol/min")),
    // Rays; each of these measures something else, though the dimensions are alike.
    ("Bq", base("Bq")),
    ("Ci", metric("37000000000", "Bq")),
    ("Gy", base("Gy")),
    ("RAD", metric("0.01", "Gy")),
    ("Sv", base("Sv")),
    ("REM", metric("0.01", "Sv")),
    // Mass, length, area, volume.
    ("t", metric("1000", "kg")),
    ("L", metric("1", "dm3")),
    ("l", metric("1", "dm3")),
    ("ar", metric("100", "m2")),
    ("g%", metric("1", "g/dL")),
    ("[in_i]", other("2.54", "cm")),
    ("[ft_i]", other("12", "[in_i]")),
    ("[yd_i]", other("3", "[ft_i]")),
    ("[mi_i]", other("5280", "[ft_i]")),
    ("[nmi_i]", other("1852", "m")),
    ("[mi_us]", other("6336000", "m/(3937)")),
    ("[sin_i]", other("1", "[in_i]2")),
    ("[sft_i]", other("1", "[ft_i]2")),
    ("[syd_i]", other("1", "[yd_i]2")),
    ("[cin_i]", other("1", "[in_i]3")),
    ("[gr]", other("64.79891", "mg")),
    ("[lb_av]", other("7000", "[gr]")),
    ("[oz_av]", other("437.5", "[gr]")),
    ("[dr_av]", other("27.34375", "[gr]")),
    ("[stone_av]", other("14", "[lb_av]")),
    ("[ston_av]", other("2000", "[lb_av]")),
    ("[oz_tr]", other("480", "[gr]")),
    ("[gal_us]", other("231", "[cin_i]")),
    ("[qt_us]", other("1", "[gal_us]/4")),
    ("[pt_us]", other("1", "[gal_us]/8")),
    ("[cup_us]", other("1", "[gal_us]/16")),
    ("[foz_us]", other("1", "[gal_us]/128")),
    ("[tbs_us]", other("1", "[gal_us]/256")),
    ("[tsp_us]", other("1", "[gal_us]/768")),
    ("[gal_br]", other("4.54609", "L")),
    ("[qt_br]", other("1", "[gal_br]/4")),
    ("[pt_br]", other("1", "[gal_br]/8")),
    ("[foz_br]", other("1", "[gal_br]/160")),
    // Pressure, energy, flow.
    ("bar", metric("100000", "Pa")),
    ("atm", other("101325", "Pa")),
    ("m[H2O]", metric("9.80665", "kPa")),
    ("m[Hg]", metric("133.322", "kPa")),
    ("[in_i'H2O]", other("0.0254", "m[H2O]")),
    ("[in_i'Hg]", other("0.0254", "m[Hg]")),
    ("[psi]", other("4.4482216152605", "N/[sin_i]")),
    ("cal", metric("4.184", "J")),
    ("cal_th", metric("4.184", "J")),
    ("[Cal]", other("1", "kcal")),
    ("erg", metric("0.0000001", "J")),
    ("dyn", metric("1", "g.cm/s2")),
    ("P", metric("1", "dyn.s/cm2")),
    ("St", metric("1", "cm2/s")),
    ("[diop]", other("1", "/m")),
    ("[MET]", other("3.5", "mL/min/kg")),
    ("Gal", metric("1", "cm/s2")),
    ("G", metric("0.0001", "T")),
];
