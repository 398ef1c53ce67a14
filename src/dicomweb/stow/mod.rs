//! Storing instances
//! ([PS3.18 section 10.5](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.5.html)).

pub mod announced;
pub mod answer;
mod came;
mod entries;
pub mod keep;
pub mod upload;
pub mod whose;
