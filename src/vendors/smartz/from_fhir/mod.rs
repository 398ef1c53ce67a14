//! What is stored, in this surface's words. Pure.

pub mod alert;
pub mod catalogue;
pub mod device;
pub mod event;
pub mod organisation;
pub mod patient;
pub mod readings;
pub mod schedule;
