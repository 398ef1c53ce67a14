//! The endpoints, one a file.

pub mod auth;
pub mod heartbeat;
pub mod keys;
pub mod pbs;
