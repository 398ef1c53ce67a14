//! The operations, one a file.

pub mod files;
pub mod google;
pub mod health;
pub mod login;
pub mod me;
pub mod ml;
pub mod patients;
pub mod scans;
pub mod users;
pub mod webhooks;
