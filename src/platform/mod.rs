//! What does any service need?

pub mod delivery;
pub mod egress;
pub mod feed;
pub mod limits;
pub mod mail;
pub mod pdf;
pub mod queue;
pub mod usage;
pub mod work;
