//! What is printed on a test: what it is for, who made it, its lot, when it expires, what it detects.

use super::super::finding::Finding;
use super::super::{DeviceKind, FieldName, Value};
use crate::inference::ocr::{Line, Page};

/// A line that is read less surely than this says nothing of a test.
const SURE: f32 = 0.85;
/// Digits of a lot number at least.
const SHORTEST_LOT: usize = 4;

/// What a test is for, by its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Pregnancy.
    Pregnancy,
    /// COVID-19.
    Covid,
    /// Something else, or several things.
    Other,
    /// Nothing says so.
    Unknown,
}

const PREGNANCY: &[&str] = &["hcg", "pregnancy", "pregnant", "clearblue"];
const COVID: &[&str] = &["covid", "covid19", "sars", "cov2", "binaxnow", "flowflex"];
/// What such tests look for, too.
const OTHERS: &[&str] = &[
    "fob",
    "fit",
    "hiv",
    "hcv",
    "hbsag",
    "strep",
    "malaria",
    "dengue",
    "flu",
    "influenza",
    "rsv",
    "lh",
    "ovulation",
    "fsh",
    "thc",
    "coc",
    "mop",
    "amp",
    "drug",
    "syphilis",
    "psa",
    "troponin",
    "pylori",
];
/// As makers write them.
const BRANDS: &[&str] = &[
    "Clearblue",
    "First Response",
    "Pregmate",
    "Easy@Home",
    "ClinicalGuard",
    "Wondfo",
    "AccuMed",
    "Femometer",
    "Predictor",
    "Facelle",
    "BinaxNOW",
    "FlowFlex",
    "QuickVue",
    "iHealth",
    "InteliSwab",
    "Panbio",
    "CareStart",
    "Veritor",
    "OraQuick",
    "Sienna",
    "Hotgen",
    "Boson",
    "Abbott",
    "Quidel",
    "Roche",
    "Siemens",
];

/// What a page's words say that the test is for.
pub fn purpose(page: &Page) -> Purpose {
    let mut told = Purpose::Unknown;
    for word in surely(page).flat_map(|line| plain(&line.text())) {
        let of_word = if PREGNANCY.contains(&word.as_str()) {
            Purpose::Pregnancy
        } else if COVID.contains(&word.as_str()) {
            Purpose::Covid
        } else if OTHERS.contains(&word.as_str()) {
            Purpose::Other
        } else {
            continue;
        };
        told = if told == Purpose::Unknown || told == of_word { of_word } else { Purpose::Other };
    }
    told
}

/// The brand that a page names.
pub fn brand(page: &Page) -> Option<String> {
    surely(page).find_map(|line| brand_in(&line.text())).map(str::to_owned)
}

/// The fields that are printed, each where it is read surely.
pub fn printed(page: &Page, kind: DeviceKind) -> Vec<Finding> {
    let brand_name =
        if kind == DeviceKind::PregnancyTest { FieldName::BrandName } else { FieldName::Manufacturer };
    let mut findings: Vec<Finding> = Vec::new();
    for line in surely(page) {
        let text = line.text();
        let said = [
            (brand_name, brand_in(&text).map(str::to_owned)),
            (FieldName::LotNumber, lot(&text)),
            (FieldName::ExpirationDate, expiry(&text)),
            (FieldName::SensitivityLevel, least(&text).filter(|_| kind == DeviceKind::PregnancyTest)),
        ];
        for (name, value) in said {
            let (Some(value), false) = (value, findings.iter().any(|one| one.name == name)) else { continue };
            let quad = if page.turned { line.quad.turned(page.width, page.height) } else { line.quad };
            findings.push(Finding { name, value: Value::Text(value), confidence: line.confidence, quad });
        }
    }
    findings
}

fn surely(page: &Page) -> impl Iterator<Item = &Line> {
    page.lines.iter().filter(|line| line.confidence >= SURE)
}

/// The words of a line in lower case; letters and digits that a hyphen joins are one, as in CoV-2.
fn plain(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric() && c != '-');
    parts
        .flat_map(|part| {
            let joined = part.replace('-', "");
            part.split('-').map(str::to_owned).chain((joined != part).then_some(joined)).collect::<Vec<_>>()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn brand_in(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let found = |brand: &&&str| {
        lower.split_once(&brand.to_lowercase()).is_some_and(|(before, after)| {
            !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
        })
    };
    BRANDS.iter().find(found).copied()
}

/// What follows a word, without the marks between.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let at = text.to_ascii_lowercase().find(word)?;
    let (before, rest) = (text.get(..at)?, text.get(at + word.len()..)?);
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '.' | '#' | '/'));
    (!before.ends_with(char::is_alphanumeric)).then_some(rest)
}

fn lot(text: &str) -> Option<String> {
    let rest = after(text, "lot")?;
    let number = rest.split_whitespace().next()?;
    let is_one = number.len() >= SHORTEST_LOT
        && number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && number.chars().any(|c| c.is_ascii_digit());
    is_one.then(|| number.to_owned())
}

/// A whole date as year, month and day; what could be read in two ways is none.
fn expiry(text: &str) -> Option<String> {
    let rest = after(text, "exp")?;
    let date = rest.split_whitespace().next()?;
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let is_date = year.len() == 4 && month.len() == 2 && day.len() == 2;
    let date = chrono::NaiveDate::from_ymd_opt(
        year.parse().ok().filter(|_| is_date)?,
        month.parse().ok()?,
        day.parse().ok()?,
    )?;
    Some(date.to_string())
}

/// The least concentration that is detected, as written: `25mIU/mL`.
fn least(text: &str) -> Option<String> {
    let at = text.to_ascii_lowercase().find("miu/ml")?;
    let before = text.get(..at)?.trim_end();
    let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
    let number: String = digits.chars().rev().collect();
    let is_whole = !before.trim_end_matches(char::is_numeric).ends_with(['.', ',', '-']);
    (is_whole && !number.is_empty() && number.len() <= 4).then(|| format!("{number}mIU/mL"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::ocr::Quad;

    fn page(texts: &[&str]) -> Page {
        let line = |text: &&str| Line {
            characters: text.chars().map(|c| (c, 0.99)).collect(),
            confidence: if text.starts_with('?') { 0.5 } else { 0.99 },
            second: None,
            clear: true,
            judged: None,
            quad: Quad::upright(0.0, 0.0, 90.0, 10.0),
        };
        let lines = texts.iter().map(line).collect();
        Page { width: 100.0, height: 100.0, turned: false, lines, unread: Vec::new(), left_out: Vec::new() }
    }

    #[test]
    fn several_purposes_or_another_are_neither() {
        for (texts, expected) in [
            (&["COVID-19 Ag", "Flu A+B"][..], Purpose::Other),
            (&["FOB"], Purpose::Other),
            (&["hCG", "SARS-CoV-2"], Purpose::Other),
            (&["? hCG"], Purpose::Unknown),
            (&["RAPID TEST", "refit"], Purpose::Unknown),
            (&["SARS-CoV-2 Antigen", "COVID-19"], Purpose::Covid),
            (&["CoV-2"], Purpose::Covid),
            (&["hCG Urine", "Pregnancy Test"], Purpose::Pregnancy),
        ] {
            assert_eq!(purpose(&page(texts)), expected, "{texts:?}");
        }
    }

    #[test]
    fn what_is_no_lot_date_or_level_is_not_told() {
        for text in
            ["LOT", "LOT A", "LOTION 1234", "a lot of", "EXP 25-01-15", "EXP 2025-13-01", "EXPERT", "mIU/mL"]
        {
            assert_eq!(printed(&page(&[text]), DeviceKind::PregnancyTest), [], "{text}");
        }
    }

    #[test]
    fn what_is_printed_is_told_once() {
        let page = page(&["Clearblue Digital", "LOT: ABC123 EXP 2025/01/15", "25 mIU/mL", "LOT XYZ999"]);
        let told: Vec<_> =
            printed(&page, DeviceKind::PregnancyTest).into_iter().map(|one| (one.name, one.value)).collect();
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(
            told,
            [
                (FieldName::BrandName, text("Clearblue")),
                (FieldName::LotNumber, text("ABC123")),
                (FieldName::ExpirationDate, text("2025-01-15")),
                (FieldName::SensitivityLevel, text("25mIU/mL")),
            ]
        );
        assert_eq!(brand(&page).as_deref(), Some("Clearblue"));
    }
}
