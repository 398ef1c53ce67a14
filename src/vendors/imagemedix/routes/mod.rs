//! The operations, one a file.

pub mod health;
pub mod login;
pub mod me;
pub mod patients;
pub mod users;
