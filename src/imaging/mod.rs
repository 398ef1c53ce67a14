//! Medical images in FHIR: what a picture, a DICOM file, a study are kept as, whoever sends them.
//!
//! A study is an ImagingStudy. Each DICOM file of it is a Media with a Binary, known by its SOP Instance UID; the picture that people and models
//! look at is a Media of its own. A Task asks for the study to be looked at: that makes it a scan of ImageMedix. What that surface takes in
//! and what comes by DICOMweb are the same resources, so that each shows the other's. Decision 33 has the reasons.

pub mod arrived;
pub mod codes;
pub mod dicom;
pub mod instance;
pub mod patient;
pub mod resource;
pub mod scan;
pub mod study;
