//! Lines that go on with nothing: how letters close, who signed, which page it is.

use super::labels::squeezed;
use super::vitals;

/// How such lines begin, without case and blanks.
const BEGINNINGS: &[&str] = &[
    "sincerely",
    "yours",
    "kindregards",
    "regards",
    "bestregards",
    "withkind",
    "electronicallysigned",
    "signed",
    "esigned",
    "dictated",
    "transcribed",
    "completedby",
    "printedby",
    "printedon",
    "thisdocument",
    "thisreport",
    "thisfax",
    "thisisacomputer",
    "copyto",
    "copiesto",
    "enclosure",
    "endof",
    "incaseof",
    "incaseof",
    "seekmedical",
    "callthe",
    "ifyou",
    "pleasecall",
    "pleasecontact",
    "authenticated",
    "signatureof",
    "authorizedsignat",
    "authorisedsignat",
    "generatedon",
    "generatedby",
    "notvalid",
    "confidential",
    "ihaveunderstood",
    "ihavereceived",
    "icertify",
    "iconfirm",
    "verifiedby",
    "addendum",
    "reportedby",
    "reviewedby",
    "attested",
    "validonly",
    "computergenerated",
    "thankyoufor",
    "ishallsee",
    "iwillsee",
    "wewillsee",
    "weshallsee",
    "ishallreview",
    "iwillreview",
    "wewillreview",
    "ihavearranged",
    "pageof",
    "documentcreated",
    "typedby",
    "approvedby",
    "preparedby",
    "cc",
    "emergencycontact",
    "inanemergency",
];

/// Whether a line ends all prose above it.
pub fn is_end(text: &str) -> bool {
    let plain = squeezed(text);
    let is_page =
        plain.strip_prefix("page").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_copy = plain.starts_with("cc")
        && (text.to_lowercase().starts_with("cc:") || text.to_lowercase().starts_with("c.c."));
    let begins = BEGINNINGS.iter().any(|beginning| *beginning != "cc" && plain.starts_with(beginning));
    begins || is_page || is_copy || text.trim_start().starts_with("/es/") || text.starts_with("***")
}

/// Whether a line is one of vital signs, which goes on with no other prose.
pub fn is_vitals(text: &str) -> bool {
    let Some((name, rest)) = text.split_once(':') else { return false };
    vitals::is_name(name) && rest.trim_start().starts_with(|c: char| c.is_ascii_digit())
}
