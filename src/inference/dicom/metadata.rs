//! What a file says about itself: as much as an ImagingStudy is made of.

use dicom_core::Tag;
use dicom_core::value::Value;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use serde::{Deserialize, Serialize};

use super::open::Opened;
use super::{DicomError, StudyTime, Syntax, Text, Uid, moment};

/// A file's attributes, all checked. `Debug` prints what kind of picture it is and nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Study Instance UID.
    pub study: Uid,
    /// Series Instance UID.
    pub series: Uid,
    /// SOP Instance UID.
    pub instance: Uid,
    /// SOP Class UID.
    pub class: Uid,
    /// How the file is encoded.
    pub syntax: Syntax,
    /// Modality: `CT`, `MR`, `DX` ...
    pub modality: Option<Text>,
    /// Body Part Examined.
    pub body_part: Option<Text>,
    /// When the study began; none where the date is absent or no date.
    pub began: Option<StudyTime>,
    /// Series Number.
    pub series_number: Option<i32>,
    /// Instance Number.
    pub instance_number: Option<i32>,
    /// Study Description.
    pub study_description: Option<Text>,
    /// Series Description.
    pub series_description: Option<Text>,
    /// Study ID, which the hospital gave.
    pub study_id: Option<Text>,
    /// Referring Physician's Name, its components joined by `^`.
    pub referrer: Option<Text>,
    /// Accession Number.
    pub accession_number: Option<Text>,
    /// Manufacturer of the device.
    pub manufacturer: Option<Text>,
    /// Manufacturer's Model Name.
    pub model: Option<Text>,
    /// Height of a frame; 0 where there are no pixels.
    pub rows: u16,
    /// Width of a frame; 0 where there are no pixels.
    pub columns: u16,
    /// How many frames there are; 0 where there are no pixels.
    pub frames: u32,
    /// Whose picture it is.
    pub patient: Patient,
}

impl std::fmt::Debug for Metadata {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Metadata({:?}, {} x {} x {})", self.syntax, self.columns, self.rows, self.frames)
    }
}

/// Whose picture it is, as the file says. `Debug` prints nothing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Patient ID.
    pub id: Option<Text>,
    /// Patient's Name, its components joined by `^`.
    pub name: Option<Text>,
    /// Patient's Birth Date.
    pub birth_date: Option<chrono::NaiveDate>,
    /// Patient's Sex: `M`, `F` or `O`.
    pub sex: Option<Text>,
}

impl std::fmt::Debug for Patient {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Patient(..)")
    }
}

/// Reads the attributes of a file.
pub(super) fn describe(opened: &Opened) -> Result<Metadata, DicomError> {
    let object = &opened.object;
    let required = |tag, name| uid(object, tag, name);
    let has_pixels = object.get(tags::PIXEL_DATA).is_some();
    let side = |tag| number::<u16>(object, tag).filter(|_| has_pixels).unwrap_or(0);
    Ok(Metadata {
        study: required(tags::STUDY_INSTANCE_UID, "StudyInstanceUID")?,
        series: required(tags::SERIES_INSTANCE_UID, "SeriesInstanceUID")?,
        instance: required(tags::SOP_INSTANCE_UID, "SOPInstanceUID")?,
        class: required(tags::SOP_CLASS_UID, "SOPClassUID")?,
        syntax: opened.syntax,
        modality: text(object, tags::MODALITY, "Modality")?,
        body_part: text(object, tags::BODY_PART_EXAMINED, "BodyPartExamined")?,
        began: began(object),
        series_number: number(object, tags::SERIES_NUMBER),
        instance_number: number(object, tags::INSTANCE_NUMBER),
        study_description: text(object, tags::STUDY_DESCRIPTION, "StudyDescription")?,
        series_description: text(object, tags::SERIES_DESCRIPTION, "SeriesDescription")?,
        study_id: text(object, tags::STUDY_ID, "StudyID")?,
        referrer: text(object, tags::REFERRING_PHYSICIAN_NAME, "ReferringPhysicianName")?,
        accession_number: text(object, tags::ACCESSION_NUMBER, "AccessionNumber")?,
        manufacturer: text(object, tags::MANUFACTURER, "Manufacturer")?,
        model: text(object, tags::MANUFACTURER_MODEL_NAME, "ManufacturerModelName")?,
        rows: side(tags::ROWS),
        columns: side(tags::COLUMNS),
        frames: if has_pixels { frames_there(object)? } else { 0 },
        patient: Patient {
            id: text(object, tags::PATIENT_ID, "PatientID")?,
            name: text(object, tags::PATIENT_NAME, "PatientName")?,
            birth_date: string(object, tags::PATIENT_BIRTH_DATE).and_then(|text| moment::date(&text)),
            sex: text(object, tags::PATIENT_SEX, "PatientSex")?,
        },
    })
}

/// Number of Frames: 1 where it is absent, as in most kinds of picture.
pub(super) fn frames(object: &InMemDicomObject) -> Result<u32, DicomError> {
    let Some(text) = string(object, tags::NUMBER_OF_FRAMES) else { return Ok(1) };
    let frames: Option<u32> = text.parse().ok();
    frames
        .filter(|frames| *frames > 0)
        .ok_or_else(|| DicomError::malformed("NumberOfFrames", "is not a positive number"))
}

/// The number of frames, of which a file says no more than its pixels can be. That a single one is cut off, whoever shows it tells.
fn frames_there(object: &InMemDicomObject) -> Result<u32, DicomError> {
    let frames = frames(object)?;
    let most = match object.get(tags::PIXEL_DATA).map(|pixels| pixels.value()) {
        Some(Value::PixelSequence(pixels)) => u64::try_from(pixels.fragments().len()).ok(),
        Some(Value::Primitive(bytes)) => {
            let bits = u64::try_from(bytes.calculate_byte_len()).unwrap_or(u64::MAX).saturating_mul(8);
            bits_of_frame(object).and_then(|of_frame| bits.checked_div(of_frame))
        }
        Some(Value::Sequence(_)) | None => None,
    };
    if frames > 1 && most.is_some_and(|most| u64::from(frames) > most) {
        return Err(DicomError::malformed("NumberOfFrames", "is more than there are pixels for"));
    }
    Ok(frames)
}

/// How many bits of uncompressed pixels a frame takes, where the file tells.
fn bits_of_frame(object: &InMemDicomObject) -> Option<u64> {
    let side = |tag| number::<u16>(object, tag).map(u64::from);
    let samples = number::<u16>(object, tags::SAMPLES_PER_PIXEL).unwrap_or(1);
    // Two pixels share their colours.
    let is_halved = string(object, tags::PHOTOMETRIC_INTERPRETATION).as_deref() == Some("YBR_FULL_422");
    let samples = if is_halved { 2 } else { u64::from(samples) };
    let bits = side(tags::ROWS)? * side(tags::COLUMNS)? * side(tags::BITS_ALLOCATED)?;
    Some(bits.saturating_mul(samples))
}

fn began(object: &InMemDicomObject) -> Option<StudyTime> {
    Some(StudyTime {
        date: moment::date(&string(object, tags::STUDY_DATE)?)?,
        time: string(object, tags::STUDY_TIME).and_then(|text| moment::time(&text)),
        offset: string(object, tags::TIMEZONE_OFFSET_FROM_UTC).and_then(|text| moment::offset(&text)),
    })
}

fn uid(object: &InMemDicomObject, tag: Tag, name: &str) -> Result<Uid, DicomError> {
    let uid = string(object, tag).ok_or_else(|| DicomError::missing(name))?;
    Uid::try_from(uid).map_err(|fault| DicomError::malformed(name, fault))
}

fn text(object: &InMemDicomObject, tag: Tag, name: &str) -> Result<Option<Text>, DicomError> {
    let text = string(object, tag).and_then(|text| readable(&text)).map(Text::try_from).transpose();
    text.map_err(|fault| DicomError::malformed(name, fault))
}

/// A text on one line. The library leaves what changes its alphabet midway (ISO 2022) undecoded: of a name that is written in
/// several, the groups that are whole stay, which are the ones in Latin letters.
fn readable(text: &str) -> Option<String> {
    let groups = text.split('=').filter(|group| !group.contains('\u{1b}'));
    let text = groups.collect::<Vec<_>>().join("=").replace(char::is_control, " ");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A value as text without its padding; none where it is absent, empty or no text.
pub(super) fn string(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    let text = object.get(tag)?.to_str().ok()?;
    let text = text.trim_matches(['\0', ' ']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// A value as a number, whether it is written in digits or in binary.
pub(super) fn number<N: TryFrom<i64>>(object: &InMemDicomObject, tag: Tag) -> Option<N> {
    let number: i64 = object.get(tag)?.to_int().ok()?;
    N::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, NaiveDate, NaiveTime};
    use dicom_core::VR;
    use dicom_dictionary_std::uids;

    use super::super::fixture::{STUDY, attributes, grey, plain, put};
    use super::super::open::open;
    use super::*;

    fn read(object: InMemDicomObject) -> Metadata {
        describe(&open(&plain(object)).unwrap()).unwrap()
    }

    fn text(text: &str) -> Option<Text> {
        Some(Text::try_from(text.to_owned()).unwrap())
    }

    fn uid(uid: &str) -> Uid {
        Uid::try_from(uid.to_owned()).unwrap()
    }

    #[test]
    fn what_is_no_date_number_or_letter_is_left_out() {
        let mut object = attributes();
        put(&mut object, tags::STUDY_DATE, VR::DA, "today");
        put(&mut object, tags::SERIES_NUMBER, VR::IS, "99999999999");
        put(&mut object, tags::PATIENT_BIRTH_DATE, VR::DA, "19700231");
        put(&mut object, tags::PATIENT_NAME, VR::PN, "Yamada^Tarou=\u{1b}$B;3\u{1b}(B");
        put(&mut object, tags::MANUFACTURER, VR::LO, " A\u{7}B ");
        let read = read(object);
        assert_eq!((read.began, read.series_number, read.patient.birth_date), (None, None, None));
        assert_eq!((read.patient.name, read.manufacturer), (text("Yamada^Tarou"), text("A B")));
        assert_eq!((read.rows, read.columns, read.frames), (0, 0, 0));
    }

    #[test]
    fn all_is_read_and_nothing_of_it_printed() {
        let read = read(grey(&[0; 4]));
        assert_eq!(format!("{read:?} {:?}", read.patient), "Metadata(ExplicitLittle, 2 x 2 x 1) Patient(..)");
        let expected = Metadata {
            study: uid(STUDY),
            series: uid("1.2.826.0.1.3680043.8.498.2"),
            instance: uid("1.2.826.0.1.3680043.8.498.3"),
            class: uid(uids::CT_IMAGE_STORAGE),
            syntax: Syntax::ExplicitLittle,
            modality: text("CT"),
            body_part: text("CHEST"),
            began: Some(StudyTime {
                date: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
                time: NaiveTime::from_hms_opt(10, 15, 30),
                offset: FixedOffset::east_opt(3_600),
            }),
            series_number: Some(3),
            instance_number: Some(7),
            study_description: text("Thorax of Jane"),
            series_description: None,
            study_id: None,
            referrer: None,
            accession_number: None,
            manufacturer: text("Maker"),
            model: None,
            rows: 2,
            columns: 2,
            frames: 1,
            patient: Patient {
                id: text("P-17"),
                name: text("Doe^Jane"),
                birth_date: NaiveDate::from_ymd_opt(1970, 1, 2),
                sex: text("F"),
            },
        };
        let told = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Metadata>(&told).unwrap(), expected);
    }
}
