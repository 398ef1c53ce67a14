//! What stands in the place of dates, UIDs and names.

use chrono::{Days, NaiveDate};
use dicom_core::VR;
use ring::hmac;

use super::super::moment;
use super::{Dates, Rules};

/// The root of the UIDs that DICOM itself gives: kinds of object, encodings, tables of codes. They name nobody.
const DICOM_ROOT: &str = "1.2.840.10008.";

/// Makes new values of old ones.
pub(super) struct Values {
    key: hmac::Key,
    dates: Dates,
}

impl Values {
    pub(super) fn new(rules: &Rules) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &rules.key), dates: rules.dates }
    }

    /// The first half of the code of a value; `kind` keeps a UID and a name of the same letters apart.
    fn code(&self, kind: &str, value: &str) -> u128 {
        let code = hmac::sign(&self.key, format!("{kind}\n{value}").as_bytes());
        code.as_ref().first_chunk().map_or(0, |half| u128::from_be_bytes(*half))
    }

    /// A patient's other name. Who has none keeps none: there are many of that name.
    pub(super) fn pseudonym(&self, name: &str) -> String {
        if name.is_empty() { String::new() } else { format!("{:016X}", self.code("name", name) >> 64) }
    }

    /// Other UIDs, in the form of a UUID ([PS3.5 section B.2](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_B.2.html)).
    pub(super) fn uids(&self, uids: &str) -> String {
        let other = |uid: &str| {
            let uid = uid.trim_matches(['\0', ' ']);
            if uid.is_empty() || is_of_dicom(uid) {
                return uid.to_owned();
            }
            let bytes = self.code("uid", uid).to_be_bytes();
            format!("2.25.{}", uuid::Builder::from_custom_bytes(bytes).into_uuid().as_u128())
        };
        uids.split('\\').map(other).collect::<Vec<_>>().join("\\")
    }

    /// Dates moved by the days; none where they go, or are none.
    pub(super) fn date(&self, text: &str, vr: VR) -> Option<String> {
        let Dates::Shift { days } = self.dates else { return None };
        if vr == VR::TM {
            let all = text.split('\\').all(|time| time.trim().is_empty() || moment::time(time).is_some());
            return all.then(|| text.to_owned());
        }
        let moved = |value: &str| {
            // A moment begins with its day; what follows it stays if it is digits, a dot and an offset.
            let (day, rest) = value.trim().split_at_checked(8)?;
            let sound = rest.bytes().all(|byte| byte.is_ascii_digit() || b".+-".contains(&byte));
            let day = shift(moment::date(day)?, days)?.format("%Y%m%d");
            (sound && rest.len() <= 18 && (vr == VR::DT || rest.is_empty())).then(|| format!("{day}{rest}"))
        };
        Some(text.split('\\').map(moved).collect::<Option<Vec<_>>>()?.join("\\"))
    }
}

/// Those of DICOM have no longer tail than its registry gives.
fn is_of_dicom(uid: &str) -> bool {
    let sound = uid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    sound && uid.strip_prefix(DICOM_ROOT).is_some_and(|rest| rest.len() <= 24)
}

fn shift(day: NaiveDate, days: i32) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs().into());
    if days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) }
}

/// Whether all values are code words: capitals, digits, spaces and underscores, at most 16 of them.
pub(super) fn is_code(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" _".contains(&byte);
    let one = |value: &str| {
        value.trim_matches(['\0', ' ']).len() <= 16 && value.trim_matches('\0').bytes().all(word)
    };
    text.split('\\').all(one)
}

/// Whether all values are written numbers.
pub(super) fn is_number(text: &str) -> bool {
    let one = |value: &str| {
        let value = value.trim_matches(['\0', ' ']);
        let written = value.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        value.is_empty() || (value.len() <= 16 && written && value.parse::<f64>().is_ok())
    };
    text.split('\\').all(one)
}
