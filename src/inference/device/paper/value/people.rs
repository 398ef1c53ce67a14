//! The name of a person in a text that says more of the person than that.

/// Words behind a person's name that are no part of it.
const NO_NAMES: &[&str] = &[
    "age",
    "aged",
    "sex",
    "gender",
    "dob",
    "born",
    "male",
    "female",
    "reg",
    "regn",
    "licence",
    "license",
    "lic",
    "gmc",
    "npi",
    "dea",
    "tel",
    "phone",
    "ph",
    "mob",
    "mobile",
    "fax",
    "nhs",
    "mrn",
    "uhid",
    "id",
    "ref",
    "signature",
    "signed",
    "date",
    "ext",
    "hcpc",
    "nmc",
    "ahpra",
    "mdcn",
    "mcr",
    "prc",
    "ptr",
    "hpcsa",
    "cpso",
    "gphc",
    "provider",
    "no",
    "number",
    "yrs",
    "years",
    "year",
    "yr",
    "y/o",
    "extension",
    "bleep",
    "pager",
    "m/f",
    "on",
    "at",
    "resident",
    "of",
];
/// Words before a number that are no part of a name either.
const NUMBERED: &[&str] = &["ward", "room", "bed", "page", "unit", "floor", "bay", "desk"];
/// What people are, behind a comma: no part of the name.
const ROLES: &[&str] = &[
    "consultant",
    "physician",
    "nurse",
    "registrar",
    "specialist",
    "cardiologist",
    "pharmacist",
    "surgeon",
    "officer",
    "hospital",
    "clinic",
    "department",
    "dept",
    "practitioner",
    "neurologist",
    "paediatrician",
    "pediatrician",
    "dermatologist",
    "endocrinologist",
    "attending",
    "resident",
    "medicine",
    "medical",
    "surgery",
    "doctor",
    "vaccinator",
    "gastroenterologist",
    "psychiatrist",
    "hospitalist",
    "internist",
    "oncologist",
    "general",
    "family",
    "partner",
    "gp",
    "public",
    "salaried",
    "intern",
    "senior",
    "house",
];
/// A name has so many words at most.
const LONGEST_PERSON: usize = 8;

/// The person's name that a text begins with: up to a number, a role, or what is said of the person.
pub fn person(text: &str) -> Option<String> {
    let text = text.split(['|', '·', ';', '•', ':']).next().unwrap_or_default();
    // A label that was read in one piece with the name before it.
    let text = ["DOB", "MRN", "NPI", "DEA", "Date", "Age", "Sex"]
        .iter()
        .find_map(|label| joined(text, label))
        .unwrap_or(text);
    let mut kept: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let is_degree = word.starts_with('(')
            && word.ends_with(')')
            && (4..=7).contains(&word.len())
            && !word.contains(|c: char| c.is_lowercase());
        let is_end = word.contains(|c: char| c.is_numeric())
            || (word.starts_with(['(', '[', '/', '-', '–', '—']) && !is_degree)
            || NO_NAMES.contains(&bare.as_str());
        let is_role = ROLES.contains(&bare.as_str()) && kept.last().is_some_and(|last| last.ends_with(','));
        if is_end || is_role {
            // What is numbered by it is no part of the name.
            if word.contains(|c: char| c.is_numeric()) {
                kept.truncate(
                    kept.len()
                        - kept
                            .iter()
                            .rev()
                            .take_while(|word| NUMBERED.contains(&word.to_lowercase().as_str()))
                            .count(),
                );
            }
            break;
        }
        kept.push(word);
    }
    // No name begins with a small l: it is a capital I.
    let is_misread = |word: &str| {
        word.starts_with('l') && word.len() >= 4 && !word.chars().nth(1).is_some_and(|c| "aeo'".contains(c))
    };
    let mended = |word: &&str| {
        if is_misread(word) { format!("I{}", word.get(1..).unwrap_or_default()) } else { (*word).to_owned() }
    };
    let name = kept.iter().map(mended).collect::<Vec<_>>().join(" ");
    let name = name.trim_end_matches([',', ' ', '-', '/']).to_owned();
    let words = name.split_whitespace().count();
    const PARTICLES: &[&str] = &[
        "de", "van", "der", "den", "von", "la", "le", "bin", "binti", "bt", "al", "el", "da", "dos", "di",
        "del", "ap", "y", "e", "and", "du", "ter", "s/o", "d/o",
    ];
    let is_small = |word: &&str| word.starts_with(char::is_lowercase) && !PARTICLES.contains(word);
    let is_named = name.split_whitespace().filter(is_small).count() <= 1
        && name.starts_with(char::is_uppercase)
        && (1..=LONGEST_PERSON).contains(&words);
    is_named.then_some(name)
}

/// What stands before a label that begins in a small letter's word: `GordonDOB`.
fn joined<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let before = text.find(label).and_then(|place| text.get(..place))?;
    before.ends_with(char::is_lowercase).then_some(before)
}
