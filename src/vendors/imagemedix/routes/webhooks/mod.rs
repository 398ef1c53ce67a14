//! Webhooks, which administrators look after (contract IM-80, IM-81).

pub mod create;
pub mod delete;
pub mod deliveries;
pub mod list;
pub mod replay;
pub mod update;
