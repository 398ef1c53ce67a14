//! The endpoints, one a file.

pub mod dashboard;
pub mod gateway;
pub mod portal;
pub mod sign_in;
pub mod sign_up;
pub mod v1;
