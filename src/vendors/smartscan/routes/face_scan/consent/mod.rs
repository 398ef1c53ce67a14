//! What a session's person agreed to (contract SS-62 to SS-64).

pub mod delete;
pub mod read;
pub mod record;
