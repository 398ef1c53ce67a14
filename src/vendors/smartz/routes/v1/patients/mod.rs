//! `/v1/organisations/{org}/patients`.

pub mod create;
pub mod delete;
pub mod events;
pub mod list;
pub mod products;
pub mod read;
pub mod status;
pub mod update;
