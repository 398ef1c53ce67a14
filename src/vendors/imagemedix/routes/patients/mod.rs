//! Patients (contract IM-40 to IM-47).

pub mod assign_doctor;
pub mod create;
pub mod delete;
pub mod list;
pub mod medical_history;
pub mod notes;
pub mod read;
pub mod update;
