//! The gateway's API.

pub mod alerts;
pub mod devices;
pub mod manufacturers;
pub mod notifications;
pub mod organisations;
pub mod patients;
pub mod products;
pub mod socket;
pub mod stream;
pub mod token;
