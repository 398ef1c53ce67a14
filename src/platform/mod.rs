//! What does any service need?

pub mod egress;
pub mod mail;
