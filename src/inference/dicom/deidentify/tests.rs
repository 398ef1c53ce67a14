//! What must not stay, in every place where it could hide; then what must.

use dicom_core::Tag;
use dicom_dictionary_std::uids;

use super::super::fixture::{STUDY, grey, plain, put};
use super::super::open::open;
use super::*;

const SHIFT: Dates = Dates::Shift { days: -30 };

fn rules(key: &[u8], dates: Dates) -> Rules {
    Rules { key: key.to_vec(), dates }
}

fn told(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    object.get(tag).map(|element| element.to_str().unwrap().into_owned())
}

#[test]
fn whatever_names_somebody_goes_wherever_it_stands() {
    let secret = "Jane Doe of Smallville";
    let mut object = grey(&[1, 2, 3, 4]);
    let hiding = [
        (tags::INSTITUTION_NAME, VR::LO),
        (tags::INSTITUTION_ADDRESS, VR::ST),
        (tags::PERFORMING_PHYSICIAN_NAME, VR::PN),
        (tags::OPERATORS_NAME, VR::PN),
        (tags::STATION_NAME, VR::SH),
        (tags::DEVICE_SERIAL_NUMBER, VR::LO),
        (tags::PROTOCOL_NAME, VR::LO),
        (tags::IMAGE_COMMENTS, VR::LT),
        (tags::DERIVATION_DESCRIPTION, VR::ST),
        (tags::PATIENT_ADDRESS, VR::LO),
        (tags::PATIENT_COMMENTS, VR::LT),
        (tags::PATIENT_AGE, VR::AS),
        (tags::REQUESTING_PHYSICIAN, VR::PN),
        (tags::CLINICAL_TRIAL_SUBJECT_ID, VR::LO),
        (tags::RETRIEVE_AE_TITLE, VR::AE),
        (Tag(0x0009, 0x0010), VR::LO),
        (Tag(0x0009, 0x1001), VR::UN),
        (Tag(0x0018, 0xFFF0), VR::LO),
        (Tag(0x6000, 0x0022), VR::LO),
        // Text in places for code words and numbers, and under a false kind.
        (tags::PATIENT_POSITION, VR::CS),
        (tags::SLICE_THICKNESS, VR::DS),
        (tags::SPACING_BETWEEN_SLICES, VR::OB),
        (tags::ACQUISITION_DATE, VR::DA),
        (tags::FRAME_OF_REFERENCE_UID, VR::UI),
    ];
    for (tag, vr) in hiding {
        put(&mut object, tag, vr, secret);
    }
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::PERSON_NAME, VR::PN, secret);
    put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, STUDY);
    for tag in [tags::REFERENCED_IMAGE_SEQUENCE, tags::REFERENCED_PATIENT_SEQUENCE, tags::CONTENT_SEQUENCE] {
        object.put(sequence(tag, SmallVec::from_vec(vec![item.clone()])));
    }
    for dates in [Dates::Remove, SHIFT] {
        let copy = deidentify(&object, &rules(b"key", dates));
        let file = write(copy.clone(), Syntax::ExplicitLittle).unwrap();
        for known in ["Jane", "Smallville", "P-17", "19700102", "20261122", STUDY] {
            assert!(!file.windows(known.len()).any(|window| window == known.as_bytes()), "{known}");
        }
        let within = copy.get(tags::REFERENCED_IMAGE_SEQUENCE).and_then(|found| found.items()).unwrap();
        assert_eq!(within[0].tags().collect::<Vec<_>>(), [tags::REFERENCED_SOP_INSTANCE_UID]);
        assert!(copy.get(tags::REFERENCED_PATIENT_SEQUENCE).is_none());
    }
}

#[test]
fn the_picture_stays_and_the_copy_says_what_it_is() {
    let object = grey(&[1, 2, 3, 4]);
    let copy =
        open(&write(deidentify(&object, &rules(b"key", Dates::Remove)), Syntax::ExplicitLittle).unwrap());
    let copy = copy.unwrap().object;
    for tag in [tags::PIXEL_DATA, tags::ROWS, tags::MODALITY, tags::SOP_CLASS_UID, tags::MANUFACTURER] {
        let bytes = |object: &InMemDicomObject| object.get(tag).unwrap().to_bytes().unwrap().into_owned();
        assert_eq!(bytes(&copy), bytes(&open(&plain(object.clone())).unwrap().object), "{tag}");
    }
    let expected = [
        (tags::PATIENT_IDENTITY_REMOVED, Some("YES")),
        (tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED, Some("REMOVED ")),
        (tags::PATIENT_SEX, Some("")),
        (tags::PATIENT_BIRTH_DATE, Some("")),
        (tags::STUDY_DATE, Some("")),
        (tags::STUDY_DESCRIPTION, None),
    ];
    for (tag, text) in expected {
        let told = told(&copy, tag);
        assert_eq!(told.as_deref().map(str::trim_end), text.map(str::trim_end), "{tag}");
    }
    let codes =
        copy.get(tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE).and_then(|found| found.items()).unwrap();
    assert_eq!(codes.len(), 1);
    assert_eq!(told(&codes[0], tags::CODE_VALUE).as_deref(), Some("113100"));
}

#[test]
fn copies_with_one_key_fit_together_and_others_do_not() {
    let object = grey(&[0; 4]);
    let value = |key: &[u8], tag| told(&deidentify(&object, &rules(key, Dates::Remove)), tag).unwrap();
    for tag in [tags::STUDY_INSTANCE_UID, tags::PATIENT_ID, tags::SOP_INSTANCE_UID] {
        assert_eq!(value(b"one", tag), value(b"one", tag));
        assert_ne!(value(b"one", tag), value(b"two", tag));
    }
    let uid = value(b"one", tags::STUDY_INSTANCE_UID);
    assert!(uid.starts_with("2.25.") && super::super::Uid::try_from(uid.clone()).is_ok(), "{uid}");
    assert_ne!(uid, value(b"one", tags::SERIES_INSTANCE_UID));
    assert_eq!(value(b"one", tags::SOP_CLASS_UID), uids::CT_IMAGE_STORAGE);
    assert_eq!(value(b"one", tags::PATIENT_ID).len(), 16);
    assert_eq!(format!("{:?}", rules(b"one", SHIFT)), "Rules(Shift { days: -30 })");
}

#[test]
fn dates_are_moved_together() {
    let mut object = grey(&[0; 4]);
    put(&mut object, tags::SERIES_DATE, VR::DA, "20270101");
    put(&mut object, tags::ACQUISITION_DATE_TIME, VR::DT, "20270101101530.5+0100");
    put(&mut object, tags::FRAME_ACQUISITION_DATE_TIME, VR::DT, "2027");
    put(&mut object, tags::CONTENT_DATE, VR::DA, "00010101");
    let copy = deidentify(&object, &rules(b"key", SHIFT));
    let expected = [
        (tags::STUDY_DATE, Some("20261023")),
        (tags::STUDY_TIME, Some("101530")),
        (tags::SERIES_DATE, Some("20261202")),
        (tags::ACQUISITION_DATE_TIME, Some("20261202101530.5+0100")),
        (tags::FRAME_ACQUISITION_DATE_TIME, None),
        (tags::PATIENT_BIRTH_DATE, Some("")),
        (tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED, Some("MODIFIED")),
    ];
    for (tag, date) in expected {
        assert_eq!(told(&copy, tag).as_deref(), date, "{tag}");
    }
}

#[test]
fn names_in_the_pixels_are_told() {
    let mut object = grey(&[0; 4]);
    assert_eq!(burned_in(&object), BurnedIn::Unsaid);
    for (text, expected) in [("YES", BurnedIn::Yes), ("NO", BurnedIn::No), ("MAYBE", BurnedIn::Unsaid)] {
        put(&mut object, tags::BURNED_IN_ANNOTATION, VR::CS, text);
        assert_eq!(burned_in(&object), expected);
    }
}
