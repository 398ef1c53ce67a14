//! Makers of medical devices, as cases name them.

const BRANDS: &[&str] = &[
    "Omron",
    "Beurer",
    "Microlife",
    "Braun",
    "Withings",
    "Panasonic",
    "Accu-Chek",
    "OneTouch",
    "Contour",
    "FreeStyle",
    "Bayer",
    "Roche",
    "Abbott",
    "iHealth",
    "Nonin",
    "Masimo",
    "Philips",
    "Mindray",
    "Tanita",
    "Medisana",
    "Yuwell",
    "Contec",
    "Wellue",
    "Welch Allyn",
    "Citizen",
    "Rossmax",
    "Lifesource",
    "Sinocare",
    "Geratherm",
    "Hartmann",
    "Boso",
    "Garmin",
    "Xiaomi",
    "Seca",
    "Soehnle",
    "Terumo",
    "GlucoDr",
    "CareSens",
];

/// The maker named in a line, with what stands before the name and after it.
pub fn brand(line: &str) -> Option<(&str, &'static str, &str)> {
    let plain = line.to_ascii_lowercase();
    BRANDS.iter().find_map(|brand| {
        let start = plain.find(&brand.to_ascii_lowercase())?;
        let after = line.get(start + brand.len()..)?;
        let before = line.get(..start)?;
        let apart = !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        apart.then_some((before, *brand, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers_stand_as_words() {
        assert_eq!(brand("OMRON M3"), Some(("", "Omron", " M3")));
        assert_eq!(brand("ACCU-CHEK"), Some(("", "Accu-Chek", "")));
        assert_eq!(brand("Bayerisch"), None);
    }
}
