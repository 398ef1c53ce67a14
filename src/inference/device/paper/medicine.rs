//! A medicine's line taken apart: `Zoloft (Sertraline) 50 mg tablets` is a name, another name and a strength.

/// A medicine as a line names it.
#[derive(Debug, PartialEq, Eq)]
pub struct Medicine {
    /// The name before all else.
    pub name: String,
    /// The generic name and the brand, where the line has both.
    pub generic_and_brand: Option<(String, String)>,
    /// A number with its unit.
    pub strength: Option<String>,
}

const UNITS: &[&str] =
    &["mg", "mcg", "ug", "µg", "μg", "g", "gm", "ml", "iu", "unit", "units", "%", "meq", "mmol", "u"];
const FORMS: &[&str] = &[
    "tablet",
    "tablets",
    "tab",
    "tabs",
    "capsule",
    "capsules",
    "cap",
    "caps",
    "caplet",
    "caplets",
    "oral",
    "solution",
    "suspension",
    "inhaler",
    "cream",
    "ointment",
    "gel",
    "injection",
    "inj",
    "syrup",
    "drops",
    "spray",
    "patch",
    "patches",
    "er",
    "xr",
    "sr",
    "xl",
    "dr",
    "ec",
    "extended-release",
    "film-coated",
    "chewable",
    "po",
    "pen",
    "vial",
    "lotion",
    "powder",
    "sachet",
    "sachets",
    "suppository",
    "elixir",
    "liquid",
    "lozenge",
    "softgel",
    "softgels",
    "gastro-resistant",
    "modified-release",
    "prolonged-release",
    "dispersible",
    "effervescent",
    "m/r",
    "e/c",
    "mr",
    "hard",
    "soft",
    "sublingual",
    "nasal",
    "eye",
    "ear",
    "drop",
    "suspension.",
    "caplet(s)",
    "tablet(s)",
    "capsule(s)",
    "modified",
    "release",
    "extended",
    "prolonged",
    "delayed",
    "coated",
    "film",
    "hfa",
    "dpi",
    "la",
    "cr",
];
/// Forms that are written between a name and its strength, or before the name.
const PLAIN_FORMS: &[&str] = &[
    "tablet",
    "tablets",
    "tab",
    "tabs",
    "capsule",
    "capsules",
    "cap",
    "caps",
    "inj",
    "injection",
    "syp",
    "syrup",
];
/// How the generic names of groups of medicines end, by the stems of the World Health Organization.
const STEMS: &[&str] = &[
    "gliflozin",
    "gliptin",
    "glitazone",
    "glutide",
    "formin",
    "pril",
    "sartan",
    "statin",
    "olol",
    "alol",
    "dipine",
    "azole",
    "cillin",
    "mycin",
    "micin",
    "floxacin",
    "cycline",
    "oxetine",
    "traline",
    "alopram",
    "faxine",
    "azepam",
    "azolam",
    "zodone",
    "apine",
    "idone",
    "xaban",
    "gatran",
    "grel",
    "prazole",
    "tidine",
    "thyroxine",
    "lukast",
    "setron",
    "triptan",
    "ciclovir",
    "tamivir",
    "mab",
    "tinib",
    "parin",
    "profen",
    "oxicam",
    "coxib",
    "thiazide",
    "semide",
    "terol",
    "butamol",
    "sone",
    "solone",
    "sonide",
    "gabalin",
    "gabapentin",
    "afil",
    "dronate",
    "phenidate",
    "caine",
    "codone",
    "morphone",
    "amine",
    "oxacin",
    "kinra",
    "pirone",
    "trigine",
    "iramate",
    "etamol",
    "aminophen",
    "arin",
    "toin",
    "amide",
    "azide",
    "alone",
    "cef",
    "dazole",
    "conazole",
    "lamine",
    "vir",
    "olone",
    "tropium",
];

/// The parts of a medicine's line; none where it is nothing but a name, or says what is neither name, strength nor form.
pub fn apart(line: &str) -> Option<Medicine> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let place = (1..words.len()).find(|place| strength(words.get(*place..).unwrap_or_default()).is_some());
    let (before, after) = words.split_at_checked(place.unwrap_or(words.len()))?;
    let (strength, rest) = strength(after).map_or((None, after), |(strength, rest)| (Some(strength), rest));
    let (rest, behind) = with_bracket(rest)?;
    if !rest.iter().all(|word| FORMS.contains(&bare(word).as_str())) {
        return None;
    }
    let is_form = |word: &&&str| PLAIN_FORMS.contains(&bare(word).as_str());
    let leading = before.iter().take_while(is_form).count();
    let trailing = before.iter().rev().take_while(is_form).count();
    let names = before.get(leading..before.len().saturating_sub(trailing))?.join(" ");
    let (name, other) = match names.split_once('(') {
        Some((name, inner)) => (name.trim(), Some(inner.strip_suffix(')')?.trim())),
        None => (names.as_str(), None),
    };
    let other = other.map(str::to_owned).or(behind);
    let generic_and_brand = other.as_ref().and_then(|other| {
        let is_small = |name: &str| name.starts_with(char::is_lowercase);
        match (is_generic(name), is_generic(other)) {
            (true, false) => Some((name.to_owned(), other.clone())),
            (false, true) => Some((other.clone(), name.to_owned())),
            // A brand is a name, which has a capital.
            (true, true) | (false, false) if is_small(name) && !is_small(other) => {
                Some((name.to_owned(), other.clone()))
            }
            (true, true) | (false, false) => None,
        }
    });
    let says_more = strength.is_some() || other.is_some() || name.len() < line.trim().len();
    let name = name.trim_end_matches([',', '-', ':']).trim().to_owned();
    (says_more && name.chars().filter(|c| c.is_alphabetic()).count() >= 2).then_some(Medicine {
        name,
        generic_and_brand,
        strength,
    })
}

/// What stands behind a strength, without the other name in brackets that it may end with; none where the brackets hold more than a name.
fn with_bracket<'a, 'b>(rest: &'b [&'a str]) -> Option<(&'b [&'a str], Option<String>)> {
    let Some(place) = rest.iter().position(|word| word.starts_with('(')) else { return Some((rest, None)) };
    let (forms, bracket) = rest.split_at_checked(place)?;
    let inner = bracket.join(" ");
    let inner = inner.strip_prefix('(')?.strip_suffix(')')?.trim();
    let is_name =
        !inner.is_empty() && inner.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '/'));
    let is_form = FORMS.contains(&bare(inner).as_str());
    is_name.then(|| (forms, (!is_form).then(|| inner.to_owned())))
}

/// The strength that a text begins with, where nothing but a form follows.
pub fn leading_strength(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (strength, rest) = strength(&words)?;
    rest.iter().all(|word| FORMS.contains(&bare(word).as_str())).then_some(strength)
}

/// The strength that words begin with, as it stands, and the words behind it: `10 mg`, `10mg`, `875-125 mg`, `5 mg/5 mL`.
fn strength<'a, 'b>(words: &'b [&'a str]) -> Option<(String, &'b [&'a str])> {
    let (one, rest) = one_strength(words)?;
    // `49 mg / 51 mg` and `500 mg + 125 mg` are of two substances.
    let more = rest.split_first().filter(|(mark, _)| matches!(**mark, "/" | "+")).and_then(|(mark, rest)| {
        let (other, rest) = one_strength(rest)?;
        Some((format!("{one} {mark} {other}"), rest))
    });
    Some(more.unwrap_or((one, rest)))
}

fn one_strength<'a, 'b>(words: &'b [&'a str]) -> Option<(String, &'b [&'a str])> {
    let (first, rest) = words.split_first()?;
    let digits = first
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '/' | '-')))
        .unwrap_or(first.len());
    let (number, unit) = first.split_at_checked(digits)?;
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if unit.is_empty() {
        let (unit, rest) = rest.split_first()?;
        // `49 mg/51 mg`
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if let Some(((before, number), (second, rest))) = unit.split_once('/').zip(rest.split_first())
            && is_unit(before)
            && is_number(number)
            && is_unit(second)
        {
            return Some((format!("{first} {unit} {}", second.trim_end_matches([',', '.'])), rest));
        }
        return is_unit(unit).then(|| (format!("{first} {}", unit.trim_end_matches([',', '.'])), rest));
    }
    is_unit(unit).then(|| (first.trim_end_matches([',', '.']).to_owned(), rest))
}

/// Whether a word is a unit, perhaps of something in something: `mg/mL`, `mg/5mL`.
fn is_unit(word: &str) -> bool {
    let plain = word.trim_end_matches([',', '.']).to_lowercase();
    let mut parts =
        plain.split('/').map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
    parts.next().is_some_and(|first| UNITS.contains(&first))
        && parts.all(|part| {
            UNITS.contains(&part) || ["actuation", "puff", "dose", "hr", "h", "spray"].contains(&part)
        })
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Whether a name ends or begins as generic names do.
pub fn is_generic(name: &str) -> bool {
    let is_one = |word: &str| {
        let word = bare(word);
        STEMS.iter().any(|stem| word.ends_with(stem))
            || ["cef", "ceph", "sulfa"].iter().any(|stem| word.starts_with(stem))
    };
    name.split_whitespace().any(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Shown = (String, Option<String>, Option<(String, String)>);

    fn shown(line: &str) -> Option<Shown> {
        apart(line).map(|medicine| (medicine.name, medicine.strength, medicine.generic_and_brand))
    }

    #[test]
    fn what_is_only_a_name_or_says_something_else_is_left() {
        for line in [
            "Lisinopril",
            "Vitamin D",
            "Aspirin 81 mg twice daily",
            "10 mg",
            "Drug 7",
            "Insulin (see list",
            "",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }

    #[test]
    fn name_strength_and_form_are_parted() {
        let text = |text: &str| text.to_owned();
        for (line, name, strength) in [
            ("Lisinopril 10mg", "Lisinopril", "10mg"),
            ("AMLODIPINE 5 MG TABLET", "AMLODIPINE", "5 MG"),
            ("Tab. Metformin 500 mg", "Metformin", "500 mg"),
            ("Cefuroxime tablets 250 mg", "Cefuroxime", "250 mg"),
            ("Amoxicillin-clavulanate 875-125 mg", "Amoxicillin-clavulanate", "875-125 mg"),
            ("Paracetamol 500 mg / 65 mg tablet", "Paracetamol", "500 mg / 65 mg"),
            ("Sacubitril/valsartan 49 mg/51 mg tablet", "Sacubitril/valsartan", "49 mg/51 mg"),
            ("Ibuprofen 100 mg/5mL oral suspension", "Ibuprofen", "100 mg/5mL"),
        ] {
            assert_eq!(shown(line), Some((text(name), Some(text(strength)), None)), "{line}");
        }
        assert_eq!(shown("Cefuroxime tablets"), Some((text("Cefuroxime"), None, None)));
    }

    #[test]
    fn of_two_names_the_one_with_a_stem_is_the_generic() {
        let names = |line| apart(line).and_then(|medicine| medicine.generic_and_brand);
        let both = Some(("Lisinopril".to_owned(), "Zestril".to_owned()));
        assert_eq!(names("Zestril (Lisinopril) 10 mg tablets"), both);
        assert_eq!(names("Lisinopril (Zestril) 10 mg"), both);
        assert_eq!(names("Lisinopril 10 mg tablet (Zestril)"), both);
        let small = Some(("nicorandil".to_owned(), "Ikorel".to_owned()));
        assert_eq!(names("nicorandil (Ikorel) 10 mg tablet"), small);
        assert_eq!(names("Lisinopril 10 mg tablet (2 packs)"), None);
        assert_eq!(names("Zestril (blue) 10 mg"), None);
    }
}
