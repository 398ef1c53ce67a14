//! What is in this image? Pictures in, plain findings with confidences out.
//!
//! Nothing here knows FHIR or HTTP. [`picture`] turns bytes of unknown origin into pixels, [`registry`]
//! reads `models/` and refuses a file whose checksum is off, [`runtime`] keeps ONNX Runtime sessions on
//! their own threads behind a bounded queue, [`ocr`] finds and reads lines of text, [`digits`] finds digits
//! one by one, [`strip`] the lines of test strips, and [`device`] makes readings of medical devices out of all that. [`dicom`] reads the files of
//! scanners, in processes of their own, and [`imaging`] says what a brain MRI or a chest X-ray shows.
//! [`smear`] is to say what a blood smear shows. [`vitals`] makes vital signs out of the colours of a face over time.

pub mod device;
pub mod dicom;
pub mod digits;
pub mod imaging;
pub mod number;
pub mod ocr;
pub mod picture;
pub mod registry;
pub mod runtime;
pub mod smear;
pub mod strip;
#[cfg(test)]
mod tests;
pub mod vitals;
