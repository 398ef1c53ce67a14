//! Tests that are read by eye: a coded result, the lines that it was read from, and the product.

use super::{Display, Element, Entry, Group, plain, quantity};
use crate::fhir::codes::hl7::observation_category::LABORATORY;
use crate::fhir::codes::{Code, display, loinc, vitals};
use crate::inference::device::{FieldName, Unit};

const CONTROL_LINE: (Code, Entry) = (display::CONTROL_LINE, plain("controlLine", FieldName::ControlLine));
const TEST_LINE: (Code, Entry) = (display::TEST_LINE, plain("testLine", FieldName::TestLine));
const TEST_TYPE: (Code, Entry) = (display::TEST_TYPE, plain("testType", FieldName::TestType));
const READ_TIME: (Code, Entry) = (display::READ_TIME, plain("testTiming", FieldName::ReadTime));

/// What a pregnancy test shows.
pub const PREGNANCY: Display = Display {
    groups: &[Group::of(
        &[loinc::PREGNANCY_TEST_URINE, loinc::PREGNANCY_TEST_URINE_RAPID],
        LABORATORY,
        plain("testResult", FieldName::TestResult),
    )
    .with(&[
        (
            vitals::PREGNANCY_WEEKS_INDICATOR,
            quantity("weeksIndicator", FieldName::WeeksIndicator, &[Unit::Weeks]),
        ),
        CONTROL_LINE,
        TEST_LINE,
        (display::TEST_VALIDITY, plain("testValidity", FieldName::TestValidity)),
    ])],
    properties: &[
        TEST_TYPE,
        READ_TIME,
        (display::SENSITIVITY_LEVEL, plain("sensitivityLevel", FieldName::SensitivityLevel)),
    ],
    elements: &[
        ("testDate", FieldName::TestDate, Element::Effective),
        ("brandName", FieldName::BrandName, Element::DeviceName),
        ("lotNumber", FieldName::LotNumber, Element::LotNumber),
        ("expirationDate", FieldName::ExpirationDate, Element::ExpirationDate),
        ("sampleType", FieldName::SampleType, Element::Specimen),
    ],
    reported: true,
};

/// What a COVID test shows.
pub const COVID: Display = Display {
    groups: &[Group::of(
        &[loinc::SARS_COV_2_ANTIGEN_RAPID, loinc::SARS_COV_2_ANTIGEN],
        LABORATORY,
        plain("testResult", FieldName::TestResult),
    )
    .with(&[CONTROL_LINE, TEST_LINE])],
    properties: &[
        TEST_TYPE,
        READ_TIME,
        (display::TEST_SENSITIVITY, plain("sensitivity", FieldName::Sensitivity)),
        (display::TEST_SPECIFICITY, plain("specificity", FieldName::Specificity)),
        (display::STORAGE_TEMPERATURE, plain("storageTemp", FieldName::StorageTemperature)),
        (display::QR_CODE, plain("qrCode", FieldName::QrCode)),
    ],
    elements: &[
        ("manufacturer", FieldName::Manufacturer, Element::Manufacturer),
        ("testDate", FieldName::TestDate, Element::Effective),
        ("lotNumber", FieldName::LotNumber, Element::LotNumber),
        ("expirationDate", FieldName::ExpirationDate, Element::ExpirationDate),
        ("sampleType", FieldName::SampleType, Element::Specimen),
        ("serialNumber", FieldName::SerialNumber, Element::SerialNumber),
    ],
    reported: true,
};
